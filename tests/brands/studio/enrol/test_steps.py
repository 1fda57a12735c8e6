"""From a messy list to enrolments, in the browser."""

import html
import io

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from advocacy.models import AuditEvent
from brands.enrolling import team_named
from brands.models import Enrolment, Import, ImportRow, Invitation
from people.models import Account
from tests.brands.studio.enrol.steps import COLUMNS, address, choose, enrolled, messy_list, start, studio, text, upload
from tests.factories import make_enrolment, make_person

pytestmark = pytest.mark.django_db
ONE = COLUMNS + "Anna,Berg,anna@vesper.example,Guard,,Oslo,trains,anna,2015-04-03,50000\n"


def test_a_messy_list_is_mended_in_place_and_everybody_is_enrolled_and_asked() -> None:
    client, brand = studio()
    team_named(brand, "Kitchen")
    file = upload(client, brand, messy_list())
    choose(client, file)
    assert file.counts == {
        **{"new": 52, "updated": 0, "further account": 0, "unchanged": 0, "problem": 8, "left out": 0}
    }
    page = client.get(address(file, "check/"))
    words = html.unescape(text(page))
    for wrong in (
        "E-mail: “anna5.vesper.example” is not an e-mail address. Write an address such as ingrid@example.org.",
        "Team: there is no team “Nord 2”. Choose a team.",
        "Last name: names nobody. Write the person's name, or take the row out.",
        "E-mail: same e-mail as row 12. Correct one of the two rows, or take it out.",
        "X handle: “https://somewhere.example/anna” is not a handle on X.",
        "Here since: “in spring” is not a date. Write it as 2015-04-03.",
        "Job title: begins with '=' as a formula does. Write the text that the formula stands for.",
        "E-mail: the cell is empty. Write the address to which the invitation goes.",
    ):
        assert wrong in words
    mended = {
        "row": ["5", "9", "14", "20", "27", "33", "41", "52"],
        "r5-email": "anna5@vesper.example",
        "r9-team": "+",
        "new-9": "Nord 2",
        "r14-last_name": "Lang",
        "r20-email": "anna12@vesper.example",
        "out-20": "on",
        "r27-x_handle": "@anna",
        "r33-with_brand_since": "2015-05-01",
        "r41-title": "Cook",
        "r52-email": "anna52@vesper.example",
    }
    assert client.post(address(file, "check/mend/"), mended)["Location"] == address(file, "check/")
    file.refresh_from_db()
    assert file.counts == {
        **{"new": 59, "updated": 0, "further account": 0, "unchanged": 0, "problem": 0, "left out": 1}
    }
    start(client, file, invite="on", words="Come along.")
    assert (file.state, file.handled) == ("done", 59)
    people = Enrolment.objects.filter(brand=brand)
    assert dict.fromkeys(people.values_list("state", flat=True)) == {"invited": None}
    assert people.count() == 59
    assert people.get(person__name="Anna9 Berg9").team.name == "Nord 2"  # type: ignore[union-attr]
    assert people.get(email="anna14@vesper.example").person.name == "Lang"
    assert Invitation.objects.filter(words="Come along.", enrolment__brand=brand).count() == 59
    assert not Account.objects.exists(), "nothing is noted for a look-up before the yes"
    assert "59 people enrolled" in text(client.get(address(file)))


def test_cells_of_columns_that_are_not_imported_are_stored_nowhere(tmp_path: object) -> None:
    client, brand = studio()
    file = upload(client, brand, ONE)
    assert file.columns["fields"][-1] == ""
    choose(client, file)
    assert "50000" not in str(list(ImportRow.objects.values())) + str(list(Import.objects.values()))
    start(client, file)
    assert [path.name for path in (tmp_path / "imports").iterdir()] == []  # type: ignore[operator]


def test_the_same_file_again_changes_nothing() -> None:
    client, brand = studio()
    enrolled(client, brand, ONE)
    before = list(Enrolment.objects.values()), AuditEvent.objects.filter(verb__startswith="enrolment").count()
    file = upload(client, brand, ONE)
    choose(client, file)
    assert (file.counts["unchanged"], file.counts["new"], file.counts["updated"]) == (1, 0, 0)
    assert "There is nothing to enrol" in text(client.get(address(file, "check/")))
    start(client, file)
    after = list(Enrolment.objects.values()), AuditEvent.objects.filter(verb__startswith="enrolment").count()
    assert after == before


def test_what_a_file_changes_is_shown_field_by_field_before_it_is_saved() -> None:
    client, brand = studio()
    enrolled(client, brand, ONE)
    file = upload(client, brand, ONE.replace("Guard", "Cook").replace("trains", "soup"))
    choose(client, file)
    words = text(client.get(address(file, "changes/")))
    assert "Job title: Guard becomes Cook Topics: trains becomes soup" in words
    assert Enrolment.objects.get().title == "Guard"
    start(client, file)
    assert Enrolment.objects.get().title == "Cook"


def test_problem_rows_are_downloaded_mended_and_uploaded_again() -> None:
    client, brand = studio()
    file = upload(client, brand, "Name,E-mail,Title\nAnna Berg,anna.example,=Guard\nBo Berg,bo@vesper.example,-\n")
    choose(client, file)
    problems = client.post(address(file, "check/problems.csv")).content.decode("utf-8-sig")
    head, row = problems.splitlines()
    assert head == "Row in the file,Name,E-mail,Title,What is wrong"
    assert row.startswith("2,Anna Berg,anna.example,'=Guard,")
    fixed = problems.replace("anna.example", "anna@vesper.example", 1).replace("'=Guard", "Guard")
    answer = client.post(address(file, "check/upload/"), {"file": SimpleUploadedFile("problems.csv", fixed.encode())})
    assert answer["Location"] == address(file, "check/")
    file.refresh_from_db()
    assert (file.counts["new"], file.counts["problem"]) == (2, 0)


def test_the_log_keeps_who_took_the_rows_with_a_problem_and_looking_at_an_address_takes_nothing() -> None:
    client, brand = studio("marketer")
    file = upload(client, brand, "Name,E-mail\nAnna Berg,anna.example\nBo Berg,bo.example\nCy Berg,cy@v.example\n")
    choose(client, file)
    stranger, _ = studio()
    assert stranger.post(address(file, "check/problems.csv")).status_code == 404
    assert client.get(address(file, "check/problems.csv")).status_code == 405
    taken = AuditEvent.objects.filter(verb="people.problems_exported", brand=brand.slug)
    assert not taken.exists()
    answer = client.post(address(file, "check/problems.csv"))
    assert answer["Cache-Control"] == "no-store"
    assert [(row.actor, row.subject, row.details) for row in taken] == [(file.by, f"import:{file.pk}", {"rows": 2})]
    log = text(client.get(f"/studio/{brand.slug}/audit/"))
    assert "Took the rows with a problem as a file rows: 2" in log
    assert "anna.example" not in log


def test_a_file_that_is_not_the_problem_rows_is_refused_on_the_same_page() -> None:
    client, brand = studio()
    file = upload(client, brand, "Name,E-mail\nAnna Berg,anna.example\n")
    choose(client, file)
    answer = client.post(address(file, "check/upload/"), {"file": SimpleUploadedFile("other.csv", b"Name\nA B\n")})
    assert answer.status_code == 422
    assert "The file has no column “Row in the file”" in text(answer)


def test_rows_left_with_a_problem_are_mended_after_the_others_were_enrolled() -> None:
    client, brand = studio()
    file = enrolled(client, brand, "Name,E-mail\nAnna Berg,anna@vesper.example\nBo Berg,bo.example\n")
    assert "1 person enrolled, 1 row needs you" in text(client.get(address(file)))
    client.post(address(file, "check/mend/"), {"row": "3", "r3-email": "bo@vesper.example"})
    file.refresh_from_db()
    start(client, file)
    assert list(Enrolment.objects.order_by("pk").values_list("email", flat=True)) == [
        "anna@vesper.example",
        "bo@vesper.example",
    ]


def test_column_problems_are_said_before_any_row_is_looked_at() -> None:
    client, brand = studio()
    file = upload(client, brand, "Who,Mail 1,Mail 2\nAnna,a@x.example,b@x.example\n")
    answer = client.post(address(file, "columns/"), {"column-0": "", "column-1": "title", "column-2": "title"})
    words = text(answer)
    assert answer.status_code == 422
    assert "“Mail 1” and “Mail 2” both become Job title: choose one of them." in words
    assert "No column becomes a name" in words
    assert "No column becomes the e-mail" in words
    assert not ImportRow.objects.exists()


def test_the_choice_of_columns_is_remembered_for_the_next_file_of_the_brand_only() -> None:
    client, brand = studio()
    stranger, elsewhere = studio(brand=None)
    list_ = "Wer,Adresse,Title\nAnna Berg,anna@vesper.example,Guard\n"
    file = upload(client, brand, list_)
    assert file.columns["fields"] == ["", "", "title"]
    choose(client, file, column_0="name", column_1="email", column_2="")
    assert upload(client, brand, list_).columns["fields"] == ["name", "email", ""]
    assert upload(stranger, elsewhere, list_).columns["fields"] == ["", "", "title"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty"),
        (b"Name,E-mail\n", "The file has the names of columns and no rows"),
        (b"%PDF-1.7", "The file is neither CSV nor XLSX"),
        (b"PK\x03\x04rubbish", "The workbook is damaged"),
        (b'Name\n"Anna\nBo\n', "A quote that is opened in row 2 is never closed"),
        (b"Name\n" + b"A B\n" * 20_001, "The file has more than 20,000 rows"),
        (b"Name\n" + b"x" * 10_000_001, "The file is larger than 10 MB"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_and_nothing_is_kept(content: bytes, words: str) -> None:
    client, brand = studio()
    answer = client.post(f"/studio/{brand.slug}/enrol/", {"file": SimpleUploadedFile("list.csv", content)})
    assert answer.status_code == 422
    assert words in text(answer)
    assert not Import.objects.exists()


def test_rows_may_be_pasted_from_a_spreadsheet() -> None:
    client, brand = studio()
    answer = client.post(f"/studio/{brand.slug}/enrol/", {"rows": "Name\tE-mail\r\nAnna Berg\tanna@vesper.example\r\n"})
    file = Import.objects.get()
    assert answer["Location"] == address(file, "columns/")
    assert (file.file_name, file.how) == ("pasted rows", "CSV, UTF-8, tabs between the cells")


def test_a_form_that_is_sent_twice_makes_one_import_and_enrols_once() -> None:
    client, brand = studio()
    key = "a" * 32
    assert upload(client, brand, ONE, key=key) == upload(client, brand, ONE, key=key)
    file = Import.objects.get()
    choose(client, file)
    start(client, file)
    start(client, file)
    assert Enrolment.objects.count() == 1
    assert AuditEvent.objects.filter(verb="people.imported").count() == 1
    assert [letter.subject for letter in mail.outbox] == ["crew.csv: 1 new person at Vesper"]


def test_each_step_leads_to_where_the_import_is() -> None:
    client, brand = studio()
    file = upload(client, brand, ONE)
    for step in ("check/", "", "undo/"):
        assert client.get(address(file, step))["Location"] == address(file, "columns/")
    choose(client, file)
    assert client.get(address(file))["Location"] == address(file, "check/")
    assert client.get(address(file, "columns/")).status_code == 200
    start(client, file)
    for step in ("columns/", "check/"):
        assert client.get(address(file, step))["Location"] == address(file)


def test_somebody_whom_another_brand_only_invited_is_another_person_here() -> None:
    client, brand = studio()
    make_enrolment(person=make_person("Rude Name"), state="invited", email="anna@vesper.example")
    enrolled(client, brand, ONE)
    assert Enrolment.objects.get(brand=brand).person.name == "Anna Berg"


def test_the_empty_file_is_read_without_a_word() -> None:
    client, brand = studio()
    template = client.get(f"/studio/{brand.slug}/enrol/template.csv").content.decode("utf-8-sig")
    file = upload(client, brand, template + "Anna,Berg,anna@vesper.example,Guard,Kitchen,Oslo,trains,anna\n")
    assert file.columns["fields"] == [
        *("first_name", "last_name", "email", "title", "team", "place", "topics", "x_handle")
    ]


def test_a_cell_that_could_not_be_read_is_mended_like_any_other() -> None:
    client, brand = studio()
    book, content = Workbook(), io.BytesIO()
    for row in (["Name", "E-mail", "Title"], ["Anna Berg", "anna@vesper.example", "=A1"]):
        book.active.append(row)  # type: ignore[union-attr]
    book.save(content)
    file = upload(client, brand, content.getvalue(), "crew.xlsx")
    choose(client, file)
    assert "Job title: C2 holds a formula. Write its result in place of the formula." in text(
        client.get(address(file, "check/"))
    )
    client.post(address(file, "check/mend/"), {"row": "2", "r2-title": "Guard"})
    file.refresh_from_db()
    start(client, file)
    assert Enrolment.objects.get().title == "Guard"


def test_a_row_with_too_many_cells_can_only_be_left_out_or_uploaded_anew() -> None:
    client, brand = studio()
    file = upload(client, brand, "Name,E-mail\nAnna Berg,anna@vesper.example,more\nBo Berg,bo@vesper.example\n")
    choose(client, file)
    page = client.get(address(file, "check/"))
    assert "has 3 cells, the header names 2 columns" in text(page)
    assert 'name="r2-' not in page.content.decode()
    client.post(address(file, "check/mend/"), {"row": "2", "out-2": "on"})
    file.refresh_from_db()
    assert (file.counts["left out"], file.counts["problem"], file.counts["new"]) == (1, 0, 1)


def test_rows_that_are_well_cannot_be_rewritten_by_a_made_up_form() -> None:
    client, brand = studio()
    file = upload(client, brand, ONE)
    choose(client, file)
    client.post(address(file, "check/mend/"), {"row": "2", "r2-email": "other@vesper.example", "out-2": "on"})
    file.refresh_from_db()
    start(client, file)
    assert Enrolment.objects.get().email == "anna@vesper.example"
