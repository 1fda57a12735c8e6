"""CSV in any usual encoding and delimiter. What was guessed is said, never silent."""

import codecs
import csv
import io
import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator

from brands.importing.records import Problem, Row, Table, Unreadable

MAX_ROWS = 20_000
MAX_COLUMNS = 200  # every row is filled up to the width of the header: a small file could become gigabytes
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8 with a byte order mark"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16, little-endian"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16, big-endian"),
)
_DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
# For each Windows code page the letters beyond a-z of single languages: text that was decoded by the wrong page has
# words that fit no language. The first page wins where two fit equally well.
_ALPHABETS = {
    "cp1252": ("äöüß", "àâæçéèêëîïôœùûüÿ", "áéíñóúü", "áàâãçéêíóôõúü", "àèéìíîòóùú", "åäöæøé", "áðéíóúýþæö"),
    "cp1250": ("áčďéěíňóřšťúůýž", "ąćęłńóśźż", "áéíóöőúüű", "áäčďéíĺľňóôŕšťúýž", "ăâîşţ", "čćđšž"),
    "cp1251": ("абвгдеёжзийклмнопрстуфхцчшщъыьэюя", "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя"),
}
_TOO_LONG = 131_072  # csv's own limit for one cell


def read_csv(content: bytes) -> Table:
    """Read a CSV file. Raises Unreadable where it is none, has no header, or has more than 20,000 rows or 200
    columns.
    """
    text, encoding = _decode(content)
    text, named = _named_delimiter(text)
    delimiter = named or _sniff(text)
    how = f"CSV, {encoding}, {_DELIMITERS[delimiter]} between the cells"
    records = enumerate(_records(text, delimiter), start=2 if named else 1)
    for _, cells in records:
        if any(cell.strip() for cell in cells):
            if len(cells) > MAX_COLUMNS:
                raise Unreadable(f"The file has more than {MAX_COLUMNS} columns: save only those with the people.")
            header = tuple(" ".join(cell.replace("\0", "").split()) for cell in cells)
            break
    else:
        raise Unreadable("The file is empty: it needs a row with the names of the columns, then a row for each person.")
    rows: list[Row] = []
    for number, cells in records:
        if not any(cell.strip() for cell in cells):
            continue
        if len(rows) == MAX_ROWS:
            raise Unreadable(f"The file has more than {MAX_ROWS:,} rows: split it into several files.")
        rows.append(_row(number, cells, len(header)))
    return Table(header, rows, how)


def _row(number: int, cells: list[str], width: int) -> Row:
    troubles: dict[int, Problem] = {}
    if any(cell.strip() for cell in cells[width:]):
        # -1: a trouble of the row as a whole, whichever columns are used
        troubles[-1] = Problem(
            "too many cells",
            f"row {number}",
            f"has {len(cells)} cells, the header names {width} columns",
            "put quotes around a cell that holds the delimiter",
        )
    for position, cell in enumerate(cells[:width]):
        if "\0" in cell:
            troubles[position] = Problem(
                "NUL character", "", "holds a NUL character", "save the file anew as CSV UTF-8"
            )
    padded = cells[:width] + [""] * (width - len(cells))
    return Row(number, tuple(cell.strip() for cell in padded), troubles)


def _records(text: str, delimiter: str) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    number, cells = 0, list[str]()
    begun = 0
    try:
        for number, cells in enumerate(reader, start=1):  # noqa: B007 - the last of both is looked at below
            yield cells
            lines, begun = reader.line_num - begun, reader.line_num
    except csv.Error as error:
        raise Unreadable(
            f"Row {number + 1} cannot be read: a quote seems to be opened and never closed ({error})."
        ) from None
    if cells and lines > 1 and text.count('"') % 2:
        raise Unreadable(f"A quote that is opened in row {number} is never closed: close it or take it out.")


def _named_delimiter(text: str) -> tuple[str, str]:
    """Take off a first line "sep=;", by which Excel is told the delimiter."""
    found = re.match(r'"?sep=([,;\t|])"?\r?\n', text, re.IGNORECASE)
    return (text[found.end() :], found[1]) if found else (text, "")


def _sniff(text: str) -> str:
    """Return the delimiter that gives the first rows the same number of cells most often, and more than one."""
    best, best_score = ",", 0.0
    for delimiter in _DELIMITERS:
        reader = csv.reader(io.StringIO(text[:_TOO_LONG], newline=""), delimiter=delimiter)
        try:
            widths = [len(cells) for cells in itertools.islice(reader, 50) if cells]
        except csv.Error:
            continue
        if not widths:
            continue
        width, times = Counter(widths).most_common(1)[0]
        score = times / len(widths) * (width - 1 if widths[0] == width else (width - 1) / 2)
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _decode(content: bytes) -> tuple[str, str]:
    """Return the text and the name of the encoding, with the word "guessed" where it is a guess."""
    for bom, codec, name in _BOMS:
        if content.startswith(bom):
            try:
                return content.decode(codec), name
            except UnicodeDecodeError:
                raise Unreadable(
                    f"The file begins as {name} but goes on otherwise: save it anew as CSV UTF-8."
                ) from None
    if content.count(0) > len(content) // 5:
        codec = "utf-16-le" if content[1::2].count(0) >= content[::2].count(0) else "utf-16-be"
        try:
            return content.decode(codec), f"{codec.upper()} (guessed)"
        except UnicodeDecodeError:
            raise Unreadable("The file is not text: save the list as CSV UTF-8 or as XLSX.") from None
    try:
        return content.decode(), "UTF-8"
    except UnicodeDecodeError:
        return _guess(content)


def _guess(content: bytes) -> tuple[str, str]:
    best, best_fit = "", -1.0
    for page, alphabets in _ALPHABETS.items():
        try:
            text = content.decode(page)
        except UnicodeDecodeError:
            continue
        fit = _fit(text, alphabets)
        if fit > best_fit:
            best, best_fit = page, fit
    if not best:
        raise Unreadable("The encoding of the file could not be told: save it as CSV UTF-8.")
    return content.decode(best), f"Windows-{best[2:]} (guessed)"


def _fit(text: str, alphabets: tuple[str, ...]) -> float:
    """Return the share, 0 to 1, of the words with letters beyond a-z that fit one language."""
    words = {word.casefold() for word in re.findall(r"[^\s\d!-/:-@\[-`{-~]+", text) if not word.isascii()}
    letters = [{c for c in word if not c.isascii() and unicodedata.category(c)[0] != "P"} for word in words]
    mixed = [any(c.isascii() for c in word) and any(c >= "\u0400" for c in word) for word in words]
    fits = [
        not odd and any(chars <= set(alphabet) for alphabet in alphabets)
        for chars, odd in zip(letters, mixed, strict=True)
    ]
    return sum(fits) / len(fits) if fits else 1.0
