"""XLSX, opened only after the packed file was measured: a small file can unpack into gigabytes."""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import zip_longest
from typing import Any

import openpyxl
from openpyxl.utils import get_column_letter

from brands.importing.csvfile import MAX_COLUMNS, MAX_ROWS
from brands.importing.handles import EXACT
from brands.importing.records import Problem, Row, Table, Unreadable

MAX_UNPACKED = 100_000_000
_MAX_WHOLE_PART = 30_000_000  # parts that are held in memory at once, such as the shared strings
_MAX_RATIO = 200  # real workbooks pack 5:1 to 50:1
_MAX_PARTS = 2_000
_MAX_SHEET_ROWS = 5 * MAX_ROWS  # blank rows between are walked through too
# a sheet without this element is read once only, which takes half the time
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"


def is_workbook(content: bytes) -> bool:
    """Return whether this is a packed file (XLSX or not). Raises Unreadable for the old and the locked kind."""
    if content.startswith(_OLD_OFFICE):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise Unreadable("The workbook is protected by a password: take it off and save the file anew.")
        raise Unreadable("This is a workbook of the old kind (.xls): save it as XLSX or CSV.")
    return content.startswith(b"PK\x03\x04") or content.startswith(b"PK\x05\x06")


def read_workbook(content: bytes) -> Table:
    """Read the first visible sheet. Raises Unreadable where it is no workbook, a bomb, empty, or too long.

    A formula whose result was not saved is a trouble of its cell, named as the spreadsheet names it (F12).
    """
    has_formulas = _measure(content)
    try:
        values = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = next((s for s in values.worksheets if s.sheet_state == "visible"), None)
        if sheet is None:
            raise Unreadable("The workbook has no visible sheet.")
        sheet.reset_dimensions()  # what the file says about its size is often wrong
        more = f"; the other {len(values.worksheets) - 1} sheets are not read" if len(values.worksheets) > 1 else ""
        how = f"XLSX, sheet “{sheet.title}”{more}"
        if has_formulas:
            return _table(zip_longest(_cells(sheet), _formulas(content, sheet.title), fillvalue=()), how)
        return _table(((row, row) for row in _cells(sheet)), how)
    except Unreadable:
        raise
    except Exception as error:  # noqa: BLE001 - openpyxl fails in a dozen ways on damaged files
        raise Unreadable(f"The workbook is damaged ({type(error).__name__}): save it anew as XLSX or CSV.") from None


def _formulas(content: bytes, title: str) -> Iterator[tuple[Any, ...]]:
    twin = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=False)[title]
    twin.reset_dimensions()
    return _cells(twin)


def _measure(content: bytes) -> bool:
    """Refuse what is no workbook or would unpack into too much, by the declared sizes and by unpacking in pieces.

    Returns whether any sheet has a formula.
    """
    bomb = Unreadable("The workbook unpacks into far more than a staff list needs: save the list alone, or as CSV.")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = packed.infolist()
            if "xl/workbook.xml" not in {part.filename for part in parts}:
                raise Unreadable("The file is packed (ZIP) but is no XLSX workbook: save the list as XLSX or CSV.")
            if any(part.flag_bits & 1 for part in parts):
                raise Unreadable("The workbook is protected by a password: take it off and save the file anew.")
            declared = sum(part.file_size for part in parts)
            if len(parts) > _MAX_PARTS or declared > MAX_UNPACKED or declared > _MAX_RATIO * len(content):
                raise bomb
            unpacked = 0
            has_formulas = False
            for part in parts:
                size = 0
                sheet = part.filename.startswith("xl/worksheets/")
                end = b""
                with packed.open(part) as stream:
                    while chunk := stream.read(1 << 16):
                        has_formulas = has_formulas or (sheet and _FORMULA.search(end + chunk) is not None)
                        end = chunk[-64:]
                        size += len(chunk)
                        if unpacked + size > MAX_UNPACKED:
                            raise bomb
                unpacked += size
                if size > _MAX_WHOLE_PART and not sheet:
                    raise bomb
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError):
        raise Unreadable("The workbook is damaged: save it anew as XLSX or CSV.") from None
    return has_formulas


def _cells(sheet: Any) -> Iterator[tuple[Any, ...]]:
    for row in sheet.iter_rows(max_row=_MAX_SHEET_ROWS + 1, values_only=True):
        yield row[:MAX_COLUMNS]  # openpyxl's own max_col would fill every row up to it


def _table(both: Iterable[tuple[tuple[Any, ...], tuple[Any, ...]]], how: str) -> Table:
    """Return the rows; both: each row as its values and as it is written, formulas included."""
    header: tuple[str, ...] | None = None
    rows: list[Row] = []
    for number, (cells, written) in enumerate(both, start=1):
        if number > _MAX_SHEET_ROWS:
            raise Unreadable(f"The sheet goes on beyond row {_MAX_SHEET_ROWS:,}: take out the blank rows.")
        if header is None:
            names = tuple(" ".join(_text(cell).split()) for cell in cells)
            header = names if any(names) else None
            continue
        row = _row(number, cells, written, len(header))
        if not any(row.cells) and not row.troubles:
            continue
        if len(rows) == MAX_ROWS:
            raise Unreadable(f"The file has more than {MAX_ROWS:,} rows: split it into several files.")
        rows.append(row)
    if header is None:
        raise Unreadable(
            "The sheet is empty: it needs a row with the names of the columns, then a row for each person."
        )
    return Table(header, rows, how)


def _row(number: int, cells: tuple[Any, ...], written: tuple[Any, ...], width: int) -> Row:
    troubles: dict[int, Problem] = {}
    for at, (cell, source) in enumerate(zip_longest(cells[:width], written[:width])):
        name = f"{get_column_letter(at + 1)}{number}"
        if cell is None and isinstance(source, str) and source.startswith("="):
            todo = "write its result in place of the formula"
            troubles[at] = Problem("formula", name, f"{name} holds a formula", todo)
        elif isinstance(cell, str) and cell.startswith("#") and cell.rstrip("!?").isupper() and "/" in cell + "/":
            if cell in {"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"}:
                troubles[at] = Problem("error in a cell", name, f"{name} holds the error {cell}", "correct the cell")
        elif isinstance(cell, int | float) and not isinstance(cell, bool) and abs(cell) >= EXACT:
            todo = "set the column to text in the spreadsheet and fill in the ids anew"
            troubles[at] = Problem(
                "the id lost digits", name, f"{name} holds a number that the spreadsheet rounded", todo
            )
    texts = [_text(cell) for cell in cells[:width]]
    return Row(number, tuple(texts + [""] * (width - len(texts))), troubles)


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == datetime.min.time() else cell.isoformat(sep=" ")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < EXACT:
        return str(int(cell))
    return str(cell).strip()
