"""One row of the file: what it says about a person, and what is wrong with it taken by itself."""

import re
from datetime import date

from brands.importing.addresses import mixes_scripts, read_address
from brands.importing.columns import Columns
from brands.importing.handles import read_accounts
from brands.importing.names import read_name, tidy
from brands.importing.records import Parsed, Problem, Row, Wanted

_ROOM = {"title": 120, "team": 120, "place": 80, "line": 60, "external_id": 80}
_NAME_ROOM = 120
_TEXT = ("name", "first_name", "nickname", "last_name", "suffix", *_ROOM, "topics")
_FORMULA = ("=", "＝", "\t", "\r")
_LIKE_A_FORMULA = ("+", "-", "@", "＋", "－", "＠")
_LANGUAGES = {
    **{"english": "en", "german": "de", "deutsch": "de", "french": "fr", "français": "fr", "spanish": "es"},
    **{"español": "es", "italian": "it", "italiano": "it", "portuguese": "pt", "português": "pt", "dutch": "nl"},
    **{"nederlands": "nl", "danish": "da", "dansk": "da", "swedish": "sv", "svenska": "sv", "norwegian": "no"},
    **{"norsk": "no", "finnish": "fi", "suomi": "fi", "polish": "pl", "polski": "pl", "czech": "cs", "čeština": "cs"},
    **{"russian": "ru", "ukrainian": "uk", "turkish": "tr", "greek": "el", "arabic": "ar", "hebrew": "he"},
    **{"chinese": "zh", "japanese": "ja", "korean": "ko", "hindi": "hi", "englisch": "en", "französisch": "fr"},
}


def parse_row(row: Row, columns: Columns, *, asking: bool = False) -> Parsed:
    """Read one row by itself. Its problems name the column, or the cell where the file has cells with names.

    asking: the person will be asked for their yes and names accounts then, so an address is what the row must have;
    else a yes is on file, and it is about accounts.
    """
    problems = [trouble for at, trouble in row.troubles.items() if at == -1]
    for field, at in columns.position.items():
        if at in row.troubles:
            trouble = row.troubles[at]
            problems.append(Problem(trouble.name, trouble.where or columns.title(field), trouble.what, trouble.todo))
    cell = {field: _unquoted(columns.cell(row, field)) for field in columns.position}
    notes = _formulas(cell, columns, problems)
    for field, room in _ROOM.items():
        _fits(tidy(cell.get(field, "")), room, columns.title(field), problems)
    parts = read_name(
        name=cell.get("name", ""),
        first=cell.get("first_name", ""),
        nickname=cell.get("nickname", ""),
        last=cell.get("last_name", ""),
        suffix=cell.get("suffix", ""),
    )
    name_column = columns.title("name" if "name" in columns.position else "last_name")
    if not any(c.isalnum() for c in parts.shown):
        problems.append(Problem("no name", name_column, "names nobody", "write the person's name, or take the row out"))
    _fits(parts.shown, _NAME_ROOM, name_column, problems)
    accounts, troubles = read_accounts(
        cell.get("x_handle", ""),
        cell.get("x_id", ""),
        handle_column=columns.title("x_handle"),
        id_column=columns.title("x_id"),
    )
    problems += troubles
    wanted = Wanted(
        name=parts.shown,
        given=parts.given,
        family=parts.family,
        nickname=parts.nickname,
        email=_email(cell.get("email", ""), columns.title("email"), problems, may_be_empty=not asking),
        team=tidy(cell.get("team", "")),
        topics=_topics(cell.get("topics", ""), columns.title("topics"), problems),
        place=tidy(cell.get("place", "")),
        title=tidy(cell.get("title", "")),
        external_id=tidy(cell.get("external_id", "")),
        languages=_languages(cell.get("languages", ""), columns.title("languages"), problems),
        with_brand_since=_date(cell.get("with_brand_since", ""), columns.title("with_brand_since"), problems),
        line=tidy(cell.get("line", "")),
        accounts=accounts,
    )
    if not asking and not accounts and not problems:
        where = columns.title("x_handle" if "x_handle" in columns.position else "x_id")
        todo = "write a handle or a network id: a yes is about accounts"
        problems.append(Problem("no account named", where, "the cell is empty", todo))
    return Parsed(row.number, wanted, tuple(problems), tuple(notes))


def _unquoted(text: str) -> str:
    """Take off the apostrophe that our own reports, and spreadsheets, put before what looks like a formula."""
    return text[1:] if len(text) > 1 and text[0] == "'" and text[1] in "=+-@＝＋－＠\t\r\n" else text


def _formulas(cell: dict[str, str], columns: Columns, problems: list[Problem]) -> list[str]:
    """Refuse cells that a spreadsheet would calculate; note those that only begin alike and are kept as text."""
    notes = []
    for field in _TEXT:
        text = cell.get(field, "")
        if text.startswith(_FORMULA):
            what = f"begins with {text[0]!r} as a formula does"
            problems.append(
                Problem("formula", columns.title(field), what, "write the text that the formula stands for")
            )
        elif text.startswith(_LIKE_A_FORMULA):
            notes.append(f"“{columns.title(field)}” begins with {text[0]} and is kept as text")
    return notes


def _fits(text: str, room: int, column: str, problems: list[Problem]) -> None:
    if len(text) > room:
        what = f"has {len(text)} characters, there is room for {room}"
        problems.append(Problem("too long", column, what, "shorten it"))


def _email(text: str, column: str, problems: list[Problem], *, may_be_empty: bool) -> str:
    if not text:
        if not may_be_empty:
            todo = "write the address to which the invitation goes"
            problems.append(Problem("no e-mail address", column, "the cell is empty", todo))
        return ""
    address, right = read_address(text)
    if not right:
        todo = "write an address such as ingrid@example.org" + (", or leave the cell empty" if may_be_empty else "")
        problems.append(Problem("not an e-mail address", column, f"“{text}” is not an e-mail address", todo))
    elif mixes_scripts(address):
        what = f"“{address}” mixes letters of several alphabets that look alike"
        problems.append(Problem("look-alike address", column, what, "type the address anew, with one keyboard"))
    return address


def _topics(text: str, column: str, problems: list[Problem]) -> tuple[str, ...]:
    topics = tuple(dict.fromkeys(topic for topic in map(tidy, re.split(r"[;,|\n]", text)) if topic))
    for topic in topics:
        _fits(topic, 120, column, problems)
    return topics


def _languages(text: str, column: str, problems: list[Problem]) -> tuple[str, ...]:
    tags = []
    for piece in filter(None, map(tidy, re.split(r"[;,|/\n]", text))):
        tag = _LANGUAGES.get(piece.casefold(), piece.replace("_", "-"))
        if not re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", tag):
            problems.append(
                Problem("not a language", column, f"“{piece}” is not known", "write a tag such as de or pt-BR")
            )
        tags.append(tag if "-" in tag else tag.lower())
    return tuple(dict.fromkeys(tags))


def _date(text: str, column: str, problems: list[Problem]) -> date | None:
    text = text.strip()
    if not text:
        return None
    trouble = Problem("not a date", column, f"“{text}” is not a date", "write it as 2015-04-03")
    try:
        if found := re.fullmatch(r"(\d{4})(?:[-/.](\d{1,2}))?(?:[-/.](\d{1,2}))?(?:[T ]\d.*)?", text):
            return date(int(found[1]), int(found[2] or 1), int(found[3] or 1))
        if found := re.fullmatch(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})", text):
            return date(int(found[3]), int(found[2]), int(found[1]))
        if found := re.fullmatch(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})", text):
            first, second, year = int(found[1]), int(found[2]), int(found[3])
            if first <= 12 and second <= 12 and first != second:
                what = f"“{text}” may be read in two ways"
                trouble = Problem(
                    "not a date", column, what, f"write it as {year}-{second:02}-{first:02}, or the other way"
                )
            else:
                return date(year, *((first, second) if second > 12 else (second, first)))
    except ValueError:
        pass
    problems.append(trouble)
    return None
