"""The report as a CSV file and as a summary."""

import csv
import io
from pathlib import Path

import pytest

from brands.importing.csvfile import read_csv
from brands.importing.report import harmless, summarise, write_csv
from tests.brands.importing.lists import enrol, write
from tests.factories import make_brand


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠"])
def test_no_cell_of_the_report_becomes_a_formula(sign: str) -> None:
    assert harmless(f"{sign}1") == f"'{sign}1"


def test_other_cells_are_left_alone() -> None:
    assert [harmless(cell) for cell in ("", "a=b", "'x", "1")] == ["", "a=b", "'x", "1"]


@pytest.mark.django_db
def test_every_row_is_in_the_report_with_its_verdict(tmp_path: Path) -> None:
    listed = 'Name,Id,X\nA One,1,one\n=HYPERLINK("x"),-2,two\nA One,1,more\nNo Account,4,\n'
    report = enrol(make_brand(), write(tmp_path, listed))
    rows = list(csv.reader(io.StringIO(write_csv(report), newline="")))
    assert [row[:7] for row in rows] == [
        ["row", "verdict", "name", "external id", "accounts", "changes", "problem"],
        ["2", "new", "A One", "1", "'@one", "", ""],
        ["3", "problem", '\'=HYPERLINK("x")', "'-2", "'@two", "", "formula"],
        ["4", "further account", "A One", "1", "'@more", "of row 2", ""],
        ["5", "problem", "No Account", "4", "", "", "no account named"],
    ]
    assert rows[4][7:] == ["X", "the cell is empty", "write a handle or a network id: a yes is about accounts"]


@pytest.mark.django_db
def test_what_the_report_quotes_is_read_back_as_it_was(tmp_path: Path) -> None:
    brand = make_brand()
    header = "Name,Id,Title,X\n"
    enrol(brand, write(tmp_path, header + "A One,1,- Guard,@one\n"))
    quoted = header + ",".join(["A One", "1", harmless("- Guard"), harmless("@one")]) + "\n"
    assert read_csv(quoted.encode()).rows[0].cells == ("A One", "1", "'- Guard", "'@one")
    assert enrol(brand, write(tmp_path, quoted)).counts["unchanged"] == 1


@pytest.mark.django_db
def test_the_summary_counts_by_name_of_problem_and_says_how_the_file_was_read(tmp_path: Path) -> None:
    rows = "".join(f"P {n};p{n};Crew {n % 5}\n" for n in range(10)) + "Q;;\nR;;\nGood;good;\n"
    report = enrol(make_brand(), write(tmp_path, f"Name;X;Team;Phone\n{rows}".replace("P 0", "")), dry_run=True)
    assert summarise(report) == [
        "Read as CSV, UTF-8, semicolons between the cells.",
        "  “Name” is name",
        "  “X” is x_handle",
        "  “Team” is team",
        "  “Phone” is not used",
        "13 rows checked, nothing saved:",
        "       1  new",
        "      12  problem",
        "unknown team: 9 (rows 3, 4, 5, 6, 7, 8, 9, 10 and 1 more)",
        "  row 3: team: there is no team “Crew 1”. Correct the name, or have new teams made with --create-teams.",
        "  row 4: team: there is no team “Crew 2”. Correct the name, or have new teams made with --create-teams.",
        "  row 5: team: there is no team “Crew 3”. Correct the name, or have new teams made with --create-teams.",
        "  and 2 others like these",
        "no account named: 2 (rows 12, 13)",
        "  row 12: X: the cell is empty. Write a handle or a network id: a yes is about accounts.",
        "no name: 1 (row 2)",
        "  row 2: Name: names nobody. Write the person's name, or take the row out.",
    ]
