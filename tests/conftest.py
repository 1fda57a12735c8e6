"""What every test has: an empty cache, and templates of ours in which an unknown variable is an error."""

import sys
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.template import engines

from advocacy import versions
from advocacy.pages import keeping
from tests.reading import x
from tests.sandbox_copy import sandbox, sandbox_copy

__all__ = ["sandbox", "sandbox_copy", "x"]

hypothesis.settings.register_profile("suite", database=None, deadline=None)  # leaves no folder, bears a busy machine
hypothesis.settings.load_profile("suite")

OURS = str(Path(settings.BASE_DIR) / "templates")


class Unknown(str):
    """Stands for Django's string_if_invalid: notes each unknown variable of our own templates, shows nothing."""

    found: list[str]

    def __contains__(self, part: object) -> bool:
        return part == "%s"  # Django then asks for self % variable

    def __mod__(self, variable: object) -> str:
        frame = sys._getframe(1)
        while frame and not (frame.f_code.co_name == "render" and hasattr(frame.f_locals.get("self"), "origin")):
            frame = frame.f_back
        template = str(frame.f_locals["self"].origin) if frame else "a template"
        if template.startswith(OURS) or not frame:
            self.found.append(f"{variable} in {template}")
        return ""


UNKNOWN = Unknown("?")
UNKNOWN.found = []


@pytest.fixture(autouse=True)
def _no_unknown_template_variables() -> Iterator[None]:
    engines["django"].engine.string_if_invalid = UNKNOWN
    UNKNOWN.found.clear()
    yield
    assert UNKNOWN.found == []


@pytest.fixture(autouse=True)
def _server_of_the_test(request: pytest.FixtureRequest) -> None:
    if request.node.get_closest_marker("postgres") and connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    cache.clear()  # rate limits of sign-in live there
    keeping.clear()  # and what this process keeps in memory: tests of one process have brands of one name
    versions.forget()
