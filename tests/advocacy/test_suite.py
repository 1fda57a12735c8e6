"""The suite's own rules can fail."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.template import engines

from tests.conftest import OURS, UNKNOWN


def test_an_unknown_variable_in_a_template_of_ours_is_noted() -> None:
    template = engines["django"].from_string("{{ nobody.knows }}{% if nobody %}{% endif %}")
    template.template.nodelist[0].origin.name = f"{OURS}/planted.html"
    assert template.render({}) == ""
    assert UNKNOWN.found == [f"nobody.knows in {OURS}/planted.html"]
    UNKNOWN.found.clear()


def test_an_unknown_variable_in_a_template_of_others_is_not() -> None:
    assert engines["django"].from_string("{{ nobody.knows }}").render({}) == ""
    assert UNKNOWN.found == []


@pytest.mark.parametrize(("env", "status"), [({}, 0), ({"CI": "true"}, 1)])
def test_a_test_that_is_left_out_fails_the_run_where_ci_is_set(
    tmp_path: Path, env: dict[str, str], status: int
) -> None:
    (tmp_path / "test_planted.py").write_text("import pytest\ndef test_x(): pytest.skip('no mood')\n")
    words = [sys.executable, "-m", "pytest", "-q", "-c", "pyproject.toml", "--rootdir=.", str(tmp_path)]
    keep = {k: v for k, v in os.environ.items() if k != "CI"}
    done = subprocess.run(words, cwd=settings.BASE_DIR, env={**keep, **env}, capture_output=True, text=True)
    assert (done.returncode, "LEFT OUT" in done.stdout) == (status, bool(status)), done.stdout
