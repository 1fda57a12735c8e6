"""A process that keeps pages, empty at the start of each test."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from advocacy import versions
from advocacy.pages import keeping


@pytest.fixture(autouse=True)
def _keeping_process(settings: Settings) -> Iterator[None]:
    settings.PAGE_CACHE_MB = 8
    keeping.clear()
    versions.forget()
    yield
    keeping.clear()
    versions.forget()
