"""What tests of people share."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.advocacy.outside import Outside, outside


@pytest.fixture
def media(settings: Any, tmp_path: Path) -> Path:
    """An empty folder of pictures."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def network(settings: Any) -> Iterator[Outside]:
    """The network's server for pictures."""
    with outside() as server:
        settings.DOOR_ALLOW = frozenset({f"127.0.0.1:{server.port}"})
        yield server


@pytest.fixture
def committed(django_capture_on_commit_callbacks: Any) -> Callable[[], Any]:
    """Do what comes after a commit, though a test's transaction never commits."""
    return lambda: django_capture_on_commit_callbacks(execute=True)
