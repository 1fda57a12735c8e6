"""Finding a running copy from a second shell."""

import stat
from pathlib import Path

import pytest

from advocacy import running


def test_a_second_shell_finds_what_a_running_copy_wrote(tmp_path: Path) -> None:
    running.hold(tmp_path)
    running.write(tmp_path, {"port": 8123, "redis_url": "redis+socket:///somewhere", "pids": {"up": 1}})
    assert running.read(tmp_path) == {"port": 8123, "redis_url": "redis+socket:///somewhere", "pids": {"up": 1}}
    assert stat.S_IMODE((tmp_path / "run.json").stat().st_mode) == 0o600


def test_what_a_killed_copy_left_behind_counts_as_none(tmp_path: Path) -> None:
    running.write(tmp_path, {"port": 8123, "pids": {"up": 1}})
    assert running.read(tmp_path) == {}
    (tmp_path / "lock").touch()
    assert running.read(tmp_path) == {}


def test_a_folder_is_held_by_one_copy_at_a_time(tmp_path: Path) -> None:
    running.hold(tmp_path)
    with pytest.raises(running.Taken):
        running.hold(tmp_path)


def test_a_secret_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    first = running.secret(tmp_path / "new", "secret-key")
    assert running.secret(tmp_path / "new", "secret-key") == first
    assert len(first) == 64
    assert stat.S_IMODE((tmp_path / "new" / "secret-key").stat().st_mode) == 0o600
    assert running.secret(tmp_path / "new", "other") != first
