"""XLSX files, good and hostile."""

import datetime as dt
import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest

from brands.importing import run
from brands.importing.records import Table, Unreadable
from brands.importing.workbook import is_workbook, read_workbook


def packed(rows: Sequence[Sequence[object]], title: str = "Staff") -> bytes:
    book = openpyxl.Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def repacked(content: bytes, changes: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in {*old.namelist(), *changes}:
            new.writestr(name, changes.get(name) or old.read(name))
    return out.getvalue()


def cells(table: Table) -> list[tuple[int, tuple[str, ...]]]:
    return [(row.number, row.cells) for row in table.rows]


def test_a_sheet_becomes_text_with_the_numbers_of_its_rows() -> None:
    day = dt.datetime(2015, 4, 3)  # noqa: DTZ001 - spreadsheets know no time zone
    table = read_workbook(
        packed(
            [[None, None], [" Name ", "X id", "Since", "On"], ["Zoë", 76452765, day, True], [], ["B", 7.5, None, None]]
        )
    )
    assert table.header == ("Name", "X id", "Since", "On")
    assert cells(table) == [(3, ("Zoë", "76452765", "2015-04-03", "TRUE")), (5, ("B", "7.5", "", ""))]
    assert table.how == "XLSX, sheet “Staff”"


def test_a_whole_number_that_was_stored_as_a_float_is_exact_and_a_large_one_is_a_problem() -> None:
    rows = read_workbook(packed([["X id"], [7.6452765e7], [1.234567890123456e18], [2**53]])).rows
    assert [row.cells[0] for row in rows][0] == "76452765"
    assert [[(p.name, p.where) for p in row.troubles.values()] for row in rows] == [
        [],
        [("the id lost digits", "A3")],
        [("the id lost digits", "A4")],
    ]


def test_a_formula_without_a_result_names_its_cell_and_one_with_a_result_is_read() -> None:
    content = packed([["Name", "Ort"], ["A", "=B3"], ["B", "X"]])
    trouble = read_workbook(content).rows[0].troubles[1]
    assert (trouble.name, trouble.what) == ("formula", "B2 holds a formula")
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    sheet = sheet.replace('<c r="B2"><f>B3</f><v /></c>', '<c r="B2" t="str"><f>B3</f><v>X</v></c>')
    assert "<v>X</v>" in sheet
    table = read_workbook(repacked(content, {"xl/worksheets/sheet1.xml": sheet.encode()}))
    assert (table.rows[0].cells, table.rows[0].troubles) == (("A", "X"), {})


def test_an_error_in_a_cell_is_named() -> None:
    trouble = read_workbook(packed([["Name"], ["#N/A"], ["#hashtag"]])).rows
    assert [[p.what for p in row.troubles.values()] for row in trouble] == [["A2 holds the error #N/A"], []]


def test_the_first_visible_sheet_is_read_and_the_others_are_mentioned() -> None:
    book = openpyxl.Workbook()
    book.active.sheet_state = "hidden"
    for title in ("Staff", "Old"):
        book.create_sheet(title).append([title])
    out = io.BytesIO()
    book.save(out)
    table = read_workbook(out.getvalue())
    assert (table.header, table.how) == (("Staff",), "XLSX, sheet “Staff”; the other 2 sheets are not read")


def test_a_sheet_that_lies_about_its_size_is_read_whole() -> None:
    content = packed([["Name"], ["A"], ["B"]])
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").replace(b'ref="A1:A3"', b'ref="A1:A1"')
    assert len(read_workbook(repacked(content, {"xl/worksheets/sheet1.xml": sheet})).rows) == 2


def test_one_cell_far_below_does_not_cost_a_million_rows() -> None:
    content = packed([["Name"], ["A"]])
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml")
    far = b'<row r="1048576"><c r="A1048576" t="inlineStr"><is><t>Z</t></is></c></row></sheetData>'
    sheet = sheet.replace(b"</sheetData>", far)
    with pytest.raises(Unreadable, match="goes on beyond row 100,000"):
        read_workbook(repacked(content, {"xl/worksheets/sheet1.xml": sheet}))


def test_a_bomb_is_refused_before_it_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*args: object, **kwargs: object) -> None:
        raise AssertionError("the workbook was opened")

    content = packed([["Name"], ["A"]])
    monkeypatch.setattr("openpyxl.load_workbook", never)
    zeros = b"0" * 101_000_000
    for part in ("xl/worksheets/sheet1.xml", "xl/media/extra.bin"):
        with pytest.raises(Unreadable, match="unpacks into far more"):
            read_workbook(repacked(content, {part: zeros}))
    with pytest.raises(Unreadable, match="unpacks into far more"):
        read_workbook(repacked(content, {"xl/sharedStrings.xml": zeros[:9_000_000]}))  # 900 times its packed size


def test_a_part_that_declares_less_than_it_holds_is_refused() -> None:
    content = packed([["Name"], ["A"]])
    big = repacked(content, {"xl/worksheets/sheet1.xml": b"0" * 3_000_000})
    size = (3_000_000).to_bytes(4, "little")
    with pytest.raises(Unreadable, match="damaged"):
        read_workbook(big.replace(size, (100).to_bytes(4, "little")))


def test_entities_are_not_expanded() -> None:
    content = packed([["Name"], ["A"]])
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    with pytest.raises(Unreadable, match="damaged"):
        read_workbook(repacked(content, {"xl/worksheets/sheet1.xml": (bomb + sheet).encode()}))


def test_other_files_are_refused_in_one_sentence(tmp_path: Path) -> None:
    document = io.BytesIO()
    with zipfile.ZipFile(document, "w") as packed_document:
        packed_document.writestr("word/document.xml", "<x/>")
    locked = b"\xd0\xcf\x11\xe0" + b"\0" * 500 + "EncryptedPackage".encode("utf-16-le")
    for content, words in (
        (document.getvalue(), "no XLSX workbook"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 500, r"old kind \(.xls\)"),
        (locked, "protected by a password"),
        (b"PK\x03\x04 and then nonsense", "damaged"),
        (b"%PDF-1.7\n", "neither CSV nor XLSX"),
        (packed([]), "empty"),
    ):
        path = tmp_path / "list"
        path.write_bytes(content)
        with pytest.raises(Unreadable, match=words):
            run.read_table(path)


def test_twenty_thousand_rows_are_read_and_one_more_is_refused() -> None:
    rows = [["Name"]] + [["A"]] * 20_000
    assert len(read_workbook(packed(rows)).rows) == 20_000
    with pytest.raises(Unreadable, match="more than 20,000 rows"):
        read_workbook(packed([*rows, ["A"]]))


def test_a_csv_file_is_no_workbook() -> None:
    assert not is_workbook(b"PK,Name\n")
