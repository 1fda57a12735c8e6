"""The checks of `make lint` find what they are for."""

import hashlib
from pathlib import Path

import pytest

from tools import check_requirements, check_sizes, check_templates, check_vendor, check_words, e2e


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for check in (check_requirements, check_sizes, check_templates, check_words):
        monkeypatch.setattr(check, "ROOT", tmp_path)
    monkeypatch.setattr(check_vendor, "STATIC", tmp_path / "static")
    for name in ("people", "templates", "requirements", "static/vendor"):
        (tmp_path / name).mkdir(parents=True)
    return tmp_path


def test_a_long_module_a_long_function_and_a_long_template_are_named(root: Path) -> None:
    (root / "people" / "long.py").write_text("x = 1\n" * 401)
    (root / "people" / "fine.py").write_text("x = 1\n" * 400)
    (root / "people" / "deep.py").write_text("def f():\n" + "    x = 1\n" * 60)
    (root / "people" / "migrations").mkdir()
    (root / "people" / "migrations" / "0001.py").write_text("x = 1\n" * 500)
    (root / "templates" / "long.html").write_text("<p>\n" * 151)
    assert list(check_sizes.too_long()) == [
        "people/deep.py:1 f: 61 lines, 60 are allowed",
        "people/long.py: 401 lines, 400 are allowed",
        "templates/long.html: 151 lines, 150 are allowed",
    ]


def test_index_hosts_folders_of_one_machine_and_work_left_undone_are_named(root: Path) -> None:
    (root / "a.txt").write_text(
        "https://" + "py" + "pi.org/simple\n/ro" + "ot/x\n# TO" + "DO later\nfine: /home/ is a page, /home/new/ too\n"
    )
    assert [line.split(" names ")[0] for line in check_words.findings()] == ["a.txt:1", "a.txt:2", "a.txt:3"]


@pytest.mark.parametrize(
    "line",
    ['<p style="x">', "<style>", "<script>go()</script>", '<a onclick="x">', "{{ x|safe }}", '<img src="https://x/">'],
)
def test_a_template_with_code_or_look_of_its_own_is_named(root: Path, line: str) -> None:
    (root / "templates" / "a.html").write_text(f"<p>\n{line}\n")
    assert [found.split(" has ")[0] for found in check_templates.findings()] == ["templates/a.html:2"]


def test_data_for_a_script_and_a_script_file_are_fine(root: Path) -> None:
    (root / "templates" / "a.html").write_text(
        '<script src="/static/x.js" defer></script>\n<script data-x="y" type="application/json">{}</script>\n'
    )
    assert list(check_templates.findings()) == []


def test_a_changed_file_of_others_and_a_missing_licence_are_named(root: Path) -> None:
    vendor = root / "static" / "vendor"
    (vendor / "htmx-1.js").write_text("changed")
    (vendor / "SHA256SUMS").write_text(f"{hashlib.sha256(b'original').hexdigest()}  htmx-1.js\n")
    assert list(check_vendor.findings()) == [
        "static/vendor/htmx-*.js: its licence static/vendor/LICENSE-htmx.txt is missing",
        "static/vendor/htmx-1.js: differs from SHA256SUMS",
    ]
    (vendor / "other-1.js").write_text("unknown")
    assert [found.split(": ")[0] for found in check_vendor.findings()].count("static/vendor/other-1.js") == 2


def test_lists_that_differ_and_lines_without_a_hash_are_named(root: Path) -> None:
    (root / "pyproject.toml").write_text(
        '[project]\ndependencies=["django>=5","celery"]\n[dependency-groups]\nt=["pytest"]\n'
    )
    pin = "django=={} \\\n    --hash=sha256:00\n"
    for name, version in (("base", "5.2.1"), ("test", "5.2.1"), ("dev", "5.2.2")):
        (root / "requirements" / f"{name}.txt").write_text(pin.format(version) + "pytest==9 \\\n    --hash=sha256:00\n")
    assert list(check_requirements.findings()) == [
        "test.txt, dev.txt: django is 5.2.1 here and 5.2.2 there",
        "base.txt: celery of pyproject.toml is missing; run `make requirements`",
    ]
    (root / "requirements" / "dev.txt").write_text("django==5.2.1\n")
    with pytest.raises(ValueError, match="has no hash"):
        list(check_requirements.findings())


def test_the_project_itself_passes_the_quick_checks() -> None:
    assert list(check_vendor.findings()) == []
    assert list(check_requirements.findings()) == []


def test_every_test_in_a_browser_is_in_one_half_of_their_run() -> None:
    first, second = e2e._halves()
    there = sorted(str(path.relative_to(e2e.ROOT)) for path in (e2e.ROOT / "tests/browser").glob("test_*.py"))
    assert sorted([*first, *second]) == there
    assert first
    assert second
