"""Which column says what."""

import pytest

from brands.importing.columns import choose_rows, read_columns
from brands.importing.records import Row, Table, Unreadable

HR = ("Employee ID", "First Name", "Last Name", "Work Email", "Department", "Team", "X handle", "X user id", "Phone")


def found(header: tuple[str, ...], *told: str) -> dict[str, str]:
    return {field: header[at] for field, at in read_columns(header, told).position.items()}


def test_usual_headers_are_known_and_the_others_are_used_nowhere() -> None:
    columns = read_columns(HR, [])
    assert list(columns.readings) == [
        ("Employee ID", "external_id"),
        ("First Name", "first_name"),
        ("Last Name", "last_name"),
        ("Work Email", "email"),
        ("Department", "not used"),
        ("Team", "team"),
        ("X handle", "x_handle"),
        ("X user id", "x_id"),
        ("Phone", "not used"),
    ]


@pytest.mark.parametrize(
    "header",
    [
        ("Vorname", "Nachname", "E-Mail", "Abteilung", "Twitter"),
        ("Prénom", "Nom", "Courriel", "Équipe", "x_handle"),
        ("FIRST_NAME", "last-name", "e-mail address", "team", "Twitter Handle"),
    ],
)
def test_headers_in_other_languages_and_spellings_are_known(header: tuple[str, ...]) -> None:
    assert list(found(header).items()) == list(
        zip(("first_name", "last_name", "email", "team", "x_handle"), header, strict=True)
    )


def test_a_decomposed_header_is_the_same() -> None:
    assert "first_name" in read_columns(("Pre\u0301nom", "X"), []).position


def test_a_column_is_what_it_is_told_to_be() -> None:
    told = found(HR, "Phone=external_id", "Department=team", "employee id=ignore")
    assert (told["external_id"], told["team"]) == ("Phone", "Department")
    assert dict(read_columns(HR, ["Employee ID=ignore"]).readings)["Employee ID"] == "ignore"


def test_a_column_whose_name_holds_the_sign_can_be_named() -> None:
    assert found(("a=b", "Name", "X"), "a=b=team")["team"] == "a=b"


@pytest.mark.parametrize(
    ("header", "told", "words"),
    [
        (("Phone", "X handle"), (), "No column holds the names"),
        (("Name", "Phone"), (), "No column names an account"),
        (HR, ("Fone=team",), "“Fone”, which the file does not have"),
        (HR, ("Phone=colour",), "“colour”, which does not exist"),
        (HR, ("Phone=team", "Department=team"), "the field team twice"),
        (("Name", "X", "Email", "E-Mail", "email"), (), "Several columns are called “Email”"),
        (("Name", "X", "Ort1", "Ort1"), ("Ort1=place",), "Several columns are called “Ort1”"),
        (HR, ("Phone",), "has no ="),
    ],
)
def test_a_trouble_with_columns_is_said_before_any_row(
    header: tuple[str, ...], told: tuple[str, ...], words: str
) -> None:
    with pytest.raises(Unreadable, match=words):
        read_columns(header, told)


def test_all_troubles_are_told_at_once_with_what_there_is() -> None:
    with pytest.raises(Unreadable) as caught:
        read_columns(("Phone", "", "Fax"), ["Fone=team", "Fax=colour"])
    lines = str(caught.value).splitlines()
    assert lines[:5] == [
        "--map names the column “Fone”, which the file does not have.",
        "--map names the field “colour”, which does not exist.",
        "No column holds the names of people.",
        "No column names an account (x_handle or x_id).",
        "The file has the columns “Phone”, “Fax”.",
    ]


TABLE = Table(("Department", "Team"), [Row(2, ("U.S. House", "A")), Row(3, ("U.S. Senate", "A"))], "")


def test_rows_are_chosen_where_every_condition_holds() -> None:
    assert [row.number for row in choose_rows(TABLE, ["department = u.s. house", "Team=a"])] == [2]
    assert [row.number for row in choose_rows(TABLE, [])] == [2, 3]


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ("Dept=U.S. House", "“Dept”, which the file does not have. It has “Department”, “Team”"),
        ("Department=House", "No row has “House” in the column “Department”. There is: “U.S. House”, “U.S. Senate”"),
        ("Department", "has no ="),
    ],
)
def test_a_condition_that_chooses_nothing_says_what_there_is(condition: str, words: str) -> None:
    with pytest.raises(Unreadable, match=words):
        choose_rows(TABLE, [condition])
