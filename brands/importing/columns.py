"""Which column of a file says what: guessed from its name, or told by --map."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from brands.importing.records import Row, Table, Unreadable

# What headers are called, the surest name first: of two columns the one with the surer name is used
FIELDS: dict[str, tuple[str, ...]] = {
    "name": (
        *(
            "name",
            "full name",
            "display name",
            "employee name",
            "employee",
            "person",
            "mitarbeiter",
            "vollständiger name",
        ),
        *("nom complet", "nombre completo", "nome completo", "navn", "namn", "naam", "imię i nazwisko"),
    ),
    "first_name": (
        *("first name", "firstname", "given name", "given names", "forename", "vorname", "prénom", "prenom", "nombre"),
        *("nome", "fornavn", "förnamn", "voornaam", "imię", "jméno", "first"),
    ),
    "nickname": ("nickname", "preferred name", "known as", "goes by", "rufname", "spitzname", "surnom", "apodo"),
    "last_name": (
        *("last name", "lastname", "surname", "family name", "nachname", "familienname", "nom de famille", "nom"),
        *("apellidos", "apellido", "cognome", "sobrenome", "etternavn", "efternamn", "achternaam", "nazwisko"),
        *("příjmení", "last"),
    ),
    "suffix": ("suffix", "name suffix", "namenszusatz"),
    "email": (
        *("work email", "email", "e mail", "email address", "e mail address", "mail", "work e mail", "e mail adresse"),
        *("adresse e mail", "courriel", "correo", "correo electrónico", "epost", "e post"),
    ),
    "team": ("team", "teams", "équipe", "equipo", "squadra", "department", "dept", "abteilung", "service", "group"),
    "topics": ("topics", "topic", "expertise", "knows about", "themen", "thema", "sujets", "temas", "skills"),
    "place": (
        "place",
        "location",
        "city",
        "town",
        "office",
        "ort",
        "stadt",
        "standort",
        "ville",
        "lieu",
        "ciudad",
        "città",
    ),
    "title": ("title", "job title", "position", "role", "function", "funktion", "titel", "poste", "fonction", "cargo"),
    "external_id": (
        *("employee id", "external id", "person id", "staff id", "personnel number", "employee number", "staff number"),
        *("personalnummer", "matricule", "hr id", "id"),
    ),
    "languages": ("languages", "language", "sprachen", "sprache", "langues", "langue", "idiomas", "lang"),
    "with_brand_since": (
        "with brand since",
        "start date",
        "hire date",
        "joined",
        "since",
        "eintritt",
        "eintrittsdatum",
    ),
    "line": ("line", "own line", "in own words", "in one line", "motto"),
    "x_handle": (
        *("x handle", "x username", "x account", "x", "x profile", "twitter handle", "twitter username", "twitter"),
        *("twitter account", "twitter profile", "twitter url", "handle", "username"),
    ),
    "x_id": ("x user id", "x id", "twitter user id", "twitter id", "remote user id", "user id"),
}
IGNORE = "ignore"


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each field is: position by field; readings: (header, what it is read as) for every column with a name."""

    position: Mapping[str, int]
    header: Sequence[str]
    readings: Sequence[tuple[str, str]]

    def cell(self, row: Row, field: str) -> str:
        """Return the text of a field in a row, "" where there is no such column."""
        position = self.position.get(field)
        return "" if position is None else row.cells[position]

    def title(self, field: str) -> str:
        """Return the name of the column of a field as the file writes it."""
        position = self.position.get(field)
        return field if position is None else self.header[position]


def fold_header(text: str) -> str:
    """Return the form of a header by which two are the same: case, dashes, underscores and spaces do not count."""
    return " ".join(re.sub(r"[\W_]+", " ", unicodedata.normalize("NFKC", text).casefold()).split())


def read_columns(header: Sequence[str], told: Iterable[str]) -> Columns:
    """Find the fields among the columns; told: "COLUMN=FIELD" each. Raises Unreadable with every trouble there is."""
    troubles: list[str] = []
    mapped = _told(header, told, troubles)
    guesses = _guessed(header, mapped, troubles)
    position = {field: at for at, field in mapped.items() if field != IGNORE} | guesses
    if not {"name", "first_name", "last_name"} & position.keys():
        troubles.append("No column holds the names of people.")
    if not {"x_handle", "x_id"} & position.keys():
        troubles.append("No column names an account (x_handle or x_id).")
    if troubles:
        there = ", ".join(f"“{name}”" for name in header if name) or "none"
        fields = ", ".join([*FIELDS, IGNORE])
        raise Unreadable(
            "\n".join(troubles) + f"\nThe file has the columns {there}."
            f'\nSay what a column is with --map "COLUMN=FIELD"; fields are {fields}.'
        )
    fields_at = {at: field for field, at in position.items()}
    readings = [(name, fields_at.get(at, mapped.get(at, "not used"))) for at, name in enumerate(header) if name]
    return Columns(position, header, readings)


def choose_rows(table: Table, conditions: Iterable[str]) -> list[Row]:
    """Return the rows for which every "COLUMN=VALUE" holds. Raises Unreadable for an unknown column or no such row."""
    rows = table.rows
    for condition in conditions:
        name, value = _pair(condition, "--where", table.header)
        at = _find(table.header, name)
        if at is None:
            there = ", ".join(f"“{column}”" for column in table.header if column)
            raise Unreadable(f"--where names the column “{name}”, which the file does not have. It has {there}.")
        wanted = _fold_value(value)
        chosen = [row for row in rows if _fold_value(row.cells[at]) == wanted]
        if not chosen:
            values = ", ".join(f"“{cell}”" for cell in list(dict.fromkeys(row.cells[at] for row in rows))[:10])
            raise Unreadable(f"No row has “{value}” in the column “{table.header[at]}”. There is: {values}.")
        rows = chosen
    return rows


def guess(header: Sequence[str]) -> dict[str, int]:
    """Return where each field seems to be, by the names of the columns; of two that are called alike, neither."""
    return _guessed(header, {}, [])


def _told(header: Sequence[str], told: Iterable[str], troubles: list[str]) -> dict[int, str]:
    mapped: dict[int, str] = {}
    for pair in told:
        name, field = _pair(pair, "--map", header)
        field = field.strip().casefold().replace("-", "_").replace(" ", "_")
        at = _find(header, name)
        if field not in FIELDS and field != IGNORE:
            troubles.append(f"--map names the field “{field}”, which does not exist.")
        elif at is None:
            troubles.append(f"--map names the column “{name}”, which the file does not have.")
        elif sum(fold_header(other) == fold_header(header[at]) for other in header) > 1 and field != IGNORE:
            troubles.append(f"Several columns are called “{header[at]}”: give them different names.")
        elif field != IGNORE and field in mapped.values():
            troubles.append(f"--map names the field {field} twice.")
        else:
            mapped[at] = field
    ignored = {fold_header(header[at]) for at, field in mapped.items() if field == IGNORE}
    return mapped | {at: IGNORE for at, name in enumerate(header) if fold_header(name) in ignored}


def _guessed(header: Sequence[str], mapped: Mapping[int, str], troubles: list[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for field, names in FIELDS.items():
        if field in mapped.values():
            continue
        ranks = {name: rank for rank, name in enumerate(names)} | {field.replace("_", " "): -1}
        folded = [(ranks.get(fold_header(name)), at) for at, name in enumerate(header) if at not in mapped]
        ranked = sorted((rank, at) for rank, at in folded if rank is not None)
        if not ranked:
            continue
        if len(ranked) > 1 and ranked[0][0] == ranked[1][0]:
            troubles.append(f"Several columns are called “{header[ranked[0][1]]}”: give them different names.")
        else:
            found[field] = ranked[0][1]
    return found


def _pair(text: str, option: str, header: Sequence[str]) -> tuple[str, str]:
    """Split "COLUMN=X" at the first sign after which the column's name is one of the header, else at the last."""
    if "=" not in text:
        raise Unreadable(f"{option} takes COLUMN={'FIELD' if option == '--map' else 'VALUE'}; “{text}” has no =.")
    cuts = [at for at, c in enumerate(text) if c == "="]
    cut = next((at for at in cuts if _find(header, text[:at]) is not None), cuts[0])
    return text[:cut].strip(), text[cut + 1 :].strip()


def _find(header: Sequence[str], name: str) -> int | None:
    exact = [at for at, column in enumerate(header) if column and column == name.strip()]
    loose = [at for at, column in enumerate(header) if column and fold_header(column) == fold_header(name)]
    return next(iter(exact or loose), None)


def _fold_value(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())
