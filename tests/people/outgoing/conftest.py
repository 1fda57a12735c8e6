"""Every test begins with nothing remembered: its rows have the ids that those of another test had."""

import pytest

from advocacy import versions
from advocacy.pages.keeping import clear


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    versions.forget()
    clear()
