"""What tests of people share."""

from collections.abc import Iterator
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
