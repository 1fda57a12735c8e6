"""Accounts as cells name them: handles, profile addresses, network ids. Form only; no network is asked."""

import re
import unicodedata
from decimal import Decimal, InvalidOperation

from brands.importing.records import Named, Problem

_HANDLE = re.compile(r"[A-Za-z0-9_]{1,15}")
_ADDRESS = re.compile(
    r"(?:https?://)?(?:www\.|mobile\.|m\.)?(?:twitter|x)\.com/(?:#!/)?"
    r"(?:intent/(?:user|follow)/?\?(?:.*&)?screen_name=)?@?([^/?#&\s]+)(?:[/?#&].*)?",
    re.IGNORECASE,
)
_ID = re.compile(r"[1-9][0-9]{0,18}")  # what X takes for an id
_NOTHING = {"", "-", "–", "—", "n/a", "none", "null"}
# the network's own pages, and words that stand in forms where a handle belongs
_RESERVED = {
    *("home", "explore", "search", "hashtag", "intent", "share", "login", "signup", "settings", "messages"),
    *("notifications", "compose", "privacy", "tos", "i", "about", "twitter", "username", "handle", "na", "tbd"),
    *("twitterhandle", "twitterusername", "unknown", "undefined", "nan"),
}
EXACT = 2**53  # spreadsheets keep numbers as floating point: whole numbers below this are exact


def read_accounts(
    handles: str, ids: str, *, handle_column: str, id_column: str
) -> tuple[tuple[Named, ...], list[Problem]]:
    """Return the accounts that two cells name, several in one cell included, and what is wrong with them."""
    problems: list[Problem] = []
    names = [_read_handle(piece, handle_column, problems) for piece in _pieces(handles)]
    numbers = [_read_id(piece, id_column, problems) for piece in _pieces(ids)]
    if problems:
        return (), problems
    if names and numbers and len(names) != len(numbers):
        what = f"{len(names)} handles and {len(numbers)} ids"
        return (), [
            Problem("accounts do not pair", handle_column, what, "write an id for each handle, in the same order")
        ]
    width = max(len(names), len(numbers))
    found = zip(names or [""] * width, numbers or [""] * width, strict=True)
    return tuple(dict.fromkeys(Named(name, number) for name, number in found)), []


def _pieces(cell: str) -> list[str]:
    pieces = re.split(r"[;,|\n]", cell)
    if len(pieces) == 1 and all(re.match(r"@|https?://", word) for word in cell.split()):
        pieces = cell.split()
    return [piece for piece in (piece.strip() for piece in pieces) if piece.casefold() not in _NOTHING]


def _read_handle(piece: str, column: str, problems: list[Problem]) -> str:
    text = unicodedata.normalize("NFKC", piece).strip().strip("'\"<>")
    address = _ADDRESS.fullmatch(text)
    handle = address[1] if address else text.removeprefix("@").strip()
    if _HANDLE.fullmatch(handle) and handle.casefold() not in _RESERVED:
        return handle
    if not address and ("://" in text or "." in handle):
        todo = "write the handle on X, such as @ingrid, or the address of the profile there"
    else:
        todo = "write the handle as it stands on X: 1 to 15 letters, digits or _"
    problems.append(Problem("not a handle", column, f"“{piece}” is not a handle on X", todo))
    return ""


def _read_id(piece: str, column: str, problems: list[Problem]) -> str:
    text = piece.strip().lstrip("'")
    number = _plain(text)
    if number is None:
        todo = "set the column to text in the spreadsheet and fill in the ids anew"
        problems.append(Problem("the id lost digits", column, f"“{piece}” was rounded by a spreadsheet", todo))
        return ""
    if _ID.fullmatch(number):
        return number
    problems.append(
        Problem("not an id", column, f"“{piece}” is not a network id", "write the number that X gives the account")
    )
    return ""


def _plain(text: str) -> str | None:
    """Write out 7.6452765e+07 and 76452765.0; None where digits are missing."""
    if not re.fullmatch(r"[0-9]+(?:\.[0-9]+)?(?:[eE]\+?[0-9]{1,3})?", text) or text.isdigit():
        return text
    try:
        mantissa, _, exponent = text.lower().partition("e")
        value = Decimal(mantissa).scaleb(int(exponent or 0))
    except InvalidOperation:
        return text
    decimals = len(mantissa.partition(".")[2])
    if value != value.to_integral_value() or value >= EXACT or (exponent and decimals < int(exponent)):
        return None
    return str(int(value))
