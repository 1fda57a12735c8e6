"""manage.py enrol: exit status and what it prints."""

import io
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from brands.models import Brand, Enrolment
from people.models import Person
from tests.brands.importing.lists import write
from tests.factories import make_brand

ON_FILE = {"consent_on_file": "works agreement", "shows": "all", "since": "2020-01-01", "no_mail": True}


def run(*args: object, **options: Any) -> tuple[int, str]:
    """Return the exit status and what was printed."""
    out = io.StringIO()
    try:
        call_command("enrol", *map(str, args), stdout=out, stderr=io.StringIO(), **options)
    except CommandError as error:
        return error.returncode, str(error)
    except SystemExit as stop:
        return int(stop.code or 0), out.getvalue()
    return 0, out.getvalue()


@pytest.fixture
def vesper(db: None) -> Brand:
    return make_brand("Vesper", slug="vesper")


@pytest.mark.usefixtures("vesper")
def test_a_clean_list_ends_with_0_and_one_with_problems_with_1(tmp_path: Path) -> None:
    clean = write(tmp_path, "Name,X\nA B,ab\n")
    assert run("vesper", clean, **ON_FILE)[0] == 0
    status, said = run("vesper", write(tmp_path, "Name,X\nA B,ab\nC D,\n"), **ON_FILE)
    assert (status, said.splitlines()[3:]) == (
        1,
        [
            "2 rows:",
            "       1  unchanged",
            "       1  problem",
            "no account named: 1 (row 3)",
            "  row 3: X: the cell is empty. Write a handle or a network id: a yes is about accounts.",
        ],
    )


@pytest.mark.usefixtures("vesper")
@pytest.mark.parametrize(
    ("brand", "options", "words"),
    [
        ("vespa", ON_FILE, "There is no brand “vespa”. Brands: vesper."),
        ("vesper", {}, "Nobody is enrolled without a yes."),
        ("vesper", {"consent_on_file": "r"}, "--consent-on-file needs --shows all|picked and --since DATE."),
        ("vesper", {"shows": "all"}, "--shows and --since belong to --consent-on-file REFERENCE."),
        ("vesper", ON_FILE | {"consent_on_file": " "}, "names where the yes is kept"),
        ("vesper", ON_FILE | {"consent_on_file": "x" * 201}, "in 1 to 200 characters"),
        ("vesper", ON_FILE | {"since": "1.2.2020"}, "--since is “1.2.2020”; write a day such as 2026-01-31."),
        ("vesper", ON_FILE | {"since": "2999-01-01"}, "a day to come"),
        ("vesper", ON_FILE | {"map": ["Phone=x_id"]}, "“Phone”, which the file does not have"),
        ("vesper", ON_FILE | {"map": ["Name=colour"]}, "“colour”, which does not exist"),
        ("vesper", ON_FILE | {"where": ["Dept=A"]}, "“Dept”, which the file does not have"),
    ],
)
def test_a_wrong_call_ends_with_2_says_why_and_saves_nothing(
    tmp_path: Path, brand: str, options: dict[str, object], words: str
) -> None:
    status, said = run(brand, write(tmp_path, "Name,X\nA B,ab\n"), **options)
    assert status == 2
    assert words in said
    assert not Person.objects.exists()


@pytest.mark.usefixtures("vesper")
@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("absent.csv", None, "There is no file"),
        (".", None, "is a folder"),
        ("list.csv", b"", "The file is empty"),
        ("list.pdf", b"%PDF-1.7", "neither CSV nor XLSX"),
        ("list.xlsx", b"PK\x03\x04...", "damaged"),
        ("list.csv", b"Name,X\n\x81\x8d\x98\x83\x88\n", "encoding"),
    ],
)
def test_a_file_that_cannot_be_read_ends_with_2(tmp_path: Path, name: str, content: bytes | None, words: str) -> None:
    if content is not None:
        write(tmp_path, content, name)
    status, said = run("vesper", tmp_path / name, **ON_FILE)
    assert status == 2
    assert words in said


@pytest.mark.usefixtures("vesper")
def test_a_wrong_choice_is_refused_by_the_command_line(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="invalid choice: 'some'"):
        call_command("enrol", "vesper", write(tmp_path, "Name,X\n"), "--consent-on-file=r", "--shows=some")


@pytest.mark.usefixtures("vesper")
def test_rows_can_be_chosen_columns_told_and_a_report_written(tmp_path: Path) -> None:
    path = write(tmp_path, "Wer,Kanal,Team,Haus\nA B,@ab,Crew,Nord\nC D,@cd,Crew,Süd\n")
    out = tmp_path / "out.csv"
    options = ON_FILE | {"where": ["Haus=Süd"], "map": ["Wer=name", "Kanal=x_handle"]}
    status, said = run("vesper", path, create_teams=True, report=out, **options)
    assert status == 0
    assert said.splitlines()[5:] == ["1 of 2 rows:", "       1  new", "New teams: Crew"]
    assert list(Enrolment.objects.values_list("person__name", "team__name")) == [("C D", "Crew")]
    content = out.read_bytes()
    assert content.startswith(b"\xef\xbb\xbfrow,verdict,")
    assert content.count(b"\r\n") == 2


@pytest.mark.usefixtures("vesper")
def test_a_report_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    status, said = run("vesper", write(tmp_path, "Name,X\nA B,ab\n"), report=tmp_path / "no" / "out.csv", **ON_FILE)
    assert status == 1
    assert "could not be written" in said


def test_the_exit_status_reaches_the_shell(tmp_path: Path) -> None:
    env = os.environ | {"DATABASE_URL": f"sqlite:///{tmp_path}/none.sqlite3", "DATA_DIR": str(tmp_path)}
    command = [sys.executable, "manage.py", "enrol"]
    ended = subprocess.run(  # noqa: S603 - our own command
        command, cwd=settings.BASE_DIR, env=env, capture_output=True, text=True, check=False, timeout=60
    )
    assert ended.returncode == 2
    assert "the following arguments are required: brand, file" in ended.stderr
