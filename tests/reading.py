"""A fixture that lets the site of a test read the sandbox, which runs in another process."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from pytest_django import Settings

from people.networks.registry import adapter_for
from tests.sandbox_copy import SandboxCopy


@pytest.fixture
def x(sandbox: SandboxCopy, settings: Settings) -> Iterator[SandboxCopy]:
    """Return the sandbox, with this site reading it as X."""
    settings.X_API_BASE = sandbox.base_url
    settings.X_BEARER_TOKEN = sandbox.bearer
    settings.X_WEB_BASE = "/sandbox"
    settings.DOOR_ALLOW = frozenset([urlsplit(sandbox.base_url).netloc])
    adapter_for.cache_clear()
    yield sandbox
    adapter_for.cache_clear()
