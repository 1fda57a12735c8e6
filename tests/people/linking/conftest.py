"""A sandbox that knows this site's app."""

import pytest
from pytest_django import Settings

from tests.people.linking.walking import CALLBACK, SECRET, Walker, walker
from tests.sandbox_copy import SandboxCopy


@pytest.fixture
def app(x: SandboxCopy, settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> SandboxCopy:
    """Return the sandbox, where this site has a confidential client and Ingrid and Oskar live."""
    settings.X_CLIENT_ID, settings.X_CLIENT_SECRET = "test-app", SECRET
    settings.SITE_URL = "http://testserver"
    settings.MEDIA_ROOT = tmp_path_factory.mktemp("media")
    x.app(client_id="test-app", secret=SECRET, callbacks=[f"http://testserver{CALLBACK}"])
    x.inhabitant(handle="ingrid", name="Ingrid Solheim")
    x.inhabitant(handle="oskar", name="Oskar Lund")
    return x


@pytest.fixture
def ingrid(app: SandboxCopy) -> Walker:
    """Somebody at their desk."""
    return walker(app)
