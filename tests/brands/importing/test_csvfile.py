"""CSV files as people really save them."""

import codecs
import tracemalloc

import pytest

from brands.importing.csvfile import read_csv
from brands.importing.records import Unreadable

HEADER = ("Name", "Ort")


def cells(content: bytes) -> list[tuple[str, ...]]:
    return [row.cells for row in read_csv(content).rows]


@pytest.mark.parametrize(
    ("codec", "bom", "text", "how"),
    [
        ("utf-8", b"", "Zoë,Tromsø", "UTF-8"),
        ("utf-8", codecs.BOM_UTF8, "Zoë,Tromsø", "UTF-8 with a byte order mark"),
        ("utf-16-le", codecs.BOM_UTF16_LE, "Zoë,東京", "UTF-16, little-endian"),
        ("utf-16-be", codecs.BOM_UTF16_BE, "Zoë,東京", "UTF-16, big-endian"),
        ("utf-16-le", b"", "Zoë,Tromsø", "UTF-16-LE (guessed)"),
        ("utf-16-be", b"", "Zoë,Tromsø", "UTF-16-BE (guessed)"),
        ("cp1252", b"", "José Núñez,Tromsø", "Windows-1252 (guessed)"),
        ("cp1252", b"", "Jürgen Groß,Köln", "Windows-1252 (guessed)"),
        ("cp1252", b"", "Élodie Lefèvre,François", "Windows-1252 (guessed)"),
        ("cp1250", b"", "Jiří Dvořák,Plzeň", "Windows-1250 (guessed)"),
        ("cp1250", b"", "Łukasz Śliwiński,Łódź", "Windows-1250 (guessed)"),
        ("cp1251", b"", "Анна Щукина,Пермь", "Windows-1251 (guessed)"),
    ],
)
def test_the_encoding_is_found_and_named(codec: str, bom: bytes, text: str, how: str) -> None:
    table = read_csv(bom + f"Name,Ort\r\n{text}\r\n".encode(codec))
    assert table.header == HEADER
    assert [row.cells for row in table.rows] == [tuple(text.split(","))]
    assert table.how == f"CSV, {how}, commas between the cells"


def test_a_file_that_begins_as_utf_16_and_is_cut_off_is_refused() -> None:
    with pytest.raises(Unreadable, match="goes on otherwise"):
        read_csv(codecs.BOM_UTF16_LE + b"N\0a\0m")


def test_bytes_of_no_encoding_are_refused() -> None:
    with pytest.raises(Unreadable, match="encoding"):
        read_csv(b"Name\n\x81\x8d\x98\x83\x88\n")


@pytest.mark.parametrize(("delimiter", "name"), [(",", "commas"), (";", "semicolons"), ("\t", "tabs"), ("|", "bars")])
def test_the_delimiter_is_found_although_quoted_cells_hold_others(delimiter: str, name: str) -> None:
    table = read_csv(f'Name{delimiter}Ort\n"A;b,c|d\te"{delimiter}X\n'.encode())
    assert (table.how, [row.cells for row in table.rows]) == (
        f"CSV, UTF-8, {name} between the cells",
        [("A;b,c|d\te", "X")],
    )


def test_a_first_line_that_names_the_delimiter_is_heeded() -> None:
    table = read_csv(b"sep=;\r\nName;Ort\r\nA,B,C;X\r\n")
    assert (table.header, table.rows[0].cells, table.rows[0].number) == (HEADER, ("A,B,C", "X"), 3)


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_every_line_ending_is_read_and_rows_are_numbered_as_in_a_spreadsheet(ending: str) -> None:
    table = read_csv(ending.join(["", "Name,Ort", "A,X", "", " , ", "B,Y", ""]).encode())
    assert [(row.number, row.cells) for row in table.rows] == [(3, ("A", "X")), (6, ("B", "Y"))]


def test_a_quoted_cell_may_hold_lines_and_the_next_row_keeps_its_number() -> None:
    table = read_csv(b'Name,Ort\n"A\nB","X ""y"""\nC,Z\n')
    assert [(row.number, row.cells) for row in table.rows] == [(2, ("A\nB", 'X "y"')), (3, ("C", "Z"))]


def test_header_cells_lose_their_padding_and_a_column_without_a_name_stays_in_its_place() -> None:
    table = read_csv(b"  Name ,, Ort \nA,?,X\n")
    assert (table.header, table.rows[0].cells) == (("Name", "", "Ort"), ("A", "?", "X"))


def test_a_short_row_is_filled_up_and_a_long_one_is_a_problem() -> None:
    rows = read_csv(b"Name,Ort\nA\nB,X,,\nC,X,Y\n").rows
    assert [row.cells for row in rows] == [("A", ""), ("B", "X"), ("C", "X")]
    assert [[problem.name for problem in row.troubles.values()] for row in rows] == [[], [], ["too many cells"]]


def test_a_nul_character_is_a_problem_of_its_cell() -> None:
    row = read_csv(b"Name,Ort\nA\0,X and more letters\n").rows[0]
    assert {at: problem.name for at, problem in row.troubles.items()} == {0: "NUL character"}


@pytest.mark.parametrize("content", [b"", b"\n\n", b" , , \n", codecs.BOM_UTF8])
def test_an_empty_file_is_refused(content: bytes) -> None:
    with pytest.raises(Unreadable, match="empty"):
        read_csv(content)


def test_a_quote_that_is_never_closed_is_refused_and_not_taken_for_one_long_cell() -> None:
    with pytest.raises(Unreadable, match="row 3 is never closed"):
        read_csv(b'Name,Ort\nA,X\n"B,Y\nC,Z\nD,W\n')


def test_a_quote_that_swallows_a_large_file_is_refused() -> None:
    with pytest.raises(Unreadable, match="Row 2 cannot be read"):
        read_csv(b'Name,Ort\n"B,Y\n' + b"C,Z\n" * 50_000)


def test_a_quote_within_a_cell_is_text() -> None:
    assert cells(b'Name,Ort\nA,5" pipe\nB,Y\n') == [("A", '5" pipe'), ("B", "Y")]


def test_twenty_thousand_rows_are_read_and_one_more_is_refused() -> None:
    content = b"Name,Ort\n" + b"A,X\n" * 20_000
    assert len(read_csv(content).rows) == 20_000
    with pytest.raises(Unreadable, match="more than 20,000 rows"):
        read_csv(content + b"A,X\n")


def test_two_hundred_columns_are_read_and_one_more_is_refused_before_any_row_is() -> None:
    assert len(read_csv(b"Name,X" + b"," * 198 + b"\nA,a\n").rows[0].cells) == 200
    unclosed = b'"A,a\n'  # a row that cannot be read: it would be named if it were looked at
    with pytest.raises(Unreadable, match="more than 200 columns"):
        read_csv(b"Name,X" + b"," * 199 + b"\n" + unclosed)


def test_a_small_file_with_a_header_of_commas_takes_little_memory() -> None:
    content = b"Name,X handle" + b"," * 200_000 + b"\n" + b"A,a\n" * 1_500
    tracemalloc.start()
    try:
        with pytest.raises(Unreadable, match="more than 200 columns"):
            read_csv(content)
        assert tracemalloc.get_traced_memory()[1] < 50_000_000  # bytes
    finally:
        tracemalloc.stop()
