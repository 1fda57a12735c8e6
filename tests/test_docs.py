"""What the README says is so: its commands run on its samples, its settings exist, its links lead somewhere."""

import re
import shlex
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command, get_commands, load_command_class
from pytest_django import Settings

from brands.importing.columns import FIELDS
from brands.models import BrandPost, Enrolment, Role
from people.models import Account, Post
from tests.reading import x
from tests.sandbox_copy import SandboxCopy

__all__ = ["x"]

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
CHAPTER = README.partition("## Bring your own people")[2].partition("\n## ")[0]


def commands(text: str) -> list[list[str]]:
    """Return the words of every manage.py command in the shell blocks of a text, in their order."""
    lines = [line.strip() for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL) for line in _joined(block)]
    words = [shlex.split(line) for line in lines]
    return [line[2:] for line in words if line[:2] == [".venv/bin/python", "manage.py"]]


def _joined(block: str) -> list[str]:
    return re.sub(r"\\\n\s*", " ", block).splitlines()


def run(words: list[str]) -> tuple[int, str]:
    """Run one command; return its exit status and what it printed."""
    out = StringIO()
    try:
        call_command(*words, stdout=out, stderr=out)
    except SystemExit as end:
        return int(end.code or 0), out.getvalue()
    return 0, out.getvalue()


@pytest.mark.django_db(transaction=True)
def test_bring_your_own_people_works_word_for_word_on_the_samples(
    x: SandboxCopy, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    load, create, check, enrol, sync, say = commands(CHAPTER)
    assert [line[0] for line in (load, create, check, enrol, sync, say)] == [
        *("sandbox", "createbrand", "enrol", "enrol", "sync", "sandbox")
    ]
    monkeypatch.chdir(ROOT)
    # the sandbox of this test lives in another process, as it does for the reader; its verbs are the command's
    assert load[1] == "load"
    loaded = x.load(people=str(ROOT / load[2]), posts=str(ROOT / load[3]))
    assert (loaded["people_added"], loaded["posts_added"], loaded["problems"]) == (28, 206, [])

    assert run(create)[0] == 0
    assert set(Role.objects.values_list("brand__slug", "user__email", "name")) == {
        ("vesper", "you@vesper.example", "owner")
    }
    status, told = run(check)
    assert status == 1
    assert "25 of 26 rows checked, nothing saved" in told
    assert "no account named: 1" in told
    assert not Enrolment.objects.exists()

    report = tmp_path / "report.csv"
    assert run([*enrol[:-1], str(report)])[0] == 1
    assert len(report.read_text(encoding="utf-8").splitlines()) == 1 + 25
    assert Enrolment.objects.filter(state="active").count() == 24
    again = run([*enrol[:-1], str(report)])[1]
    assert "24  unchanged" in again

    assert run(sync)[0] == 0
    shown = set(Account.objects.values_list("handle", flat=True))
    assert "ruth_and_a_mop" not in shown
    assert len(shown) == Account.objects.filter(state="active").count() == 24
    assert set(BrandPost.objects.values_list("brand__slug", flat=True)) == {"vesper"}
    assert Post.objects.filter(account__handle="oskar_shovel").exists()

    x.say(handle=say[2], text=say[3])
    assert say[2] in shown


def test_commands_of_the_readme_take_the_options_that_it_gives_them() -> None:
    for words in commands(README):
        app = get_commands()[words[0]]
        command = load_command_class(app, words[0]) if isinstance(app, str) else app
        parser = command.create_parser("manage.py", words[0])
        parser.parse_args(words[1:])  # ends the test where an option or an argument is not known


def test_the_table_of_settings_has_every_variable_that_the_settings_read_and_no_other() -> None:
    source = (ROOT / "advocacy" / "settings.py").read_text(encoding="utf-8")
    read = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', source))
    table = README.partition("## Settings")[2].partition("\n## ")[0]
    assert set(re.findall(r"^\| `([A-Z_]+)`", table, re.MULTILINE)) == read


def test_numbers_in_the_table_of_settings_are_the_defaults() -> None:
    source = (ROOT / "advocacy" / "settings.py").read_text(encoding="utf-8")
    table = dict(re.findall(r"^\| `([A-Z_]+)` \| ([0-9]+) \|", README, re.MULTILINE))
    for name, default in table.items():
        found = re.search(rf'"{name}", default=(?:RUNNING\.get\("port", )?([0-9_ *]+)', source)
        assert found, name
        factors = [int(factor) for factor in found[1].replace("_", "").split("*")]
        number = 1
        for factor in factors:
            number *= factor
        assert number == int(default), name


@pytest.mark.parametrize(
    "document",
    sorted(str(p.relative_to(ROOT)) for p in (ROOT / "docs").rglob("*.md")) + ["README.md", "samples/README.md"],
)
def test_links_and_pictures_of_the_docs_lead_somewhere(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    for link in re.findall(r"\]\(([^)#]+)\)", text):
        if "://" not in link:
            assert ((ROOT / document).parent / link).exists(), f"{document} links to {link}"


def test_each_decision_has_a_number_of_its_own_and_says_it() -> None:
    files = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    numbers = [path.name[:4] for path in files]
    assert len(numbers) == len(set(numbers))
    for path in files:
        heading = path.read_text(encoding="utf-8").splitlines()[0]
        assert heading.startswith((f"# {path.name[:4]} ", f"# {path.name[:4]}:")), path.name


def test_pictures_of_the_readme_are_small_and_described() -> None:
    pictures = re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", README)
    assert pictures
    for alt, path in pictures:
        assert len(alt) > 30
        assert (ROOT / path).stat().st_size < 200_000


def test_every_make_target_that_is_named_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z0-9]+)", README)) <= targets | {"e2e"}
    assert "\ne2e:" in makefile


def test_the_samples_readme_names_every_field_of_a_staff_list() -> None:
    named = set(re.findall(r"`([a-z_]+)`", (ROOT / "samples" / "README.md").read_text(encoding="utf-8")))
    assert FIELDS.keys() <= named
