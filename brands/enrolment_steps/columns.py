"""Step two: what each column of the file becomes. Guessed, shown, corrected, and remembered for the next file."""

from collections.abc import Sequence
from dataclasses import dataclass

from brands.enrolment_steps import claims, files
from brands.enrolment_steps.fields import LABELS, NAMES
from brands.importing.columns import fold_header, guess
from brands.models import Brand, Import
from people.models import User

CHOOSING = (Import.State.UPLOADED, Import.State.CHECKED)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the file: where it stands from 0, its name, its first values, and the field chosen for it."""

    at: int
    header: str
    samples: str
    field: str


def first_choice(brand: Brand, header: Sequence[str]) -> list[str]:
    """Return a field, or "" for "do not import", for each column: as in the last file with such a column, else a guess.

    A field is given to one column only; the studio corrects the rest.
    """
    remembered = _remembered(brand)
    ours = {fold_header(name): field for field, name in LABELS.items()}
    guessed = {at: field for field, at in guess(header).items() if field in LABELS}
    guessed = {at: ours[fold_header(name)] for at, name in enumerate(header) if fold_header(name) in ours} | guessed
    chosen = [remembered.get(fold_header(name)) for name in header]
    taken = {field for field in chosen if field}
    fields: list[str] = []
    for at, field in enumerate(chosen):
        if field is None:
            field = guessed.get(at, "")
            field = "" if field in taken or field in fields else field
        elif field in fields:
            field = ""
        fields.append(field)
    return fields


def columns_of(file: Import) -> list[Column]:
    """Return the columns with their first values, which lie beside the file and go with it. Raises Unreadable."""
    columns = []
    named = zip(file.columns["header"], file.columns["fields"], files.first_values(file.key), strict=True)
    for at, (header, field, values) in enumerate(named):
        samples = ", ".join(values)
        if header or samples:
            columns.append(Column(at, header, samples[:120], field))
    return columns


def troubles_with(fields: Sequence[str], header: Sequence[str]) -> list[str]:
    """Return what is wrong with a choice of fields, in sentences; nothing where the rows can be looked at."""
    troubles = []
    for field in dict.fromkeys(filter(None, fields)):
        same = [header[at] or f"column {at + 1}" for at, other in enumerate(fields) if other == field]
        if len(same) > 1:
            named = " and ".join(f"“{name}”" for name in same)
            troubles.append(f"{named} both become {LABELS[field]}: choose one of them.")
    if not set(NAMES) & set(fields):
        troubles.append("No column becomes a name: choose Name, or First name and Last name.")
    if "email" not in fields:
        troubles.append("No column becomes the e-mail: people are asked by mail, and recognised by it.")
    return troubles


def choose_columns(*, file: Import, fields: Sequence[str], actor: User) -> bool:
    """Note the choice and ask for the check; False where the import has gone on meanwhile.

    fields: one per column of the file, "" for "do not import"; without troubles.
    """
    columns = {"header": file.columns["header"], "fields": list(fields), "stored": False}
    if not files.kept(file.key) or file.undo_until:
        return False
    return claims.ask(file, since=CHOOSING, to=Import.State.CHECKING, columns=columns, by=actor)


def _remembered(brand: Brand) -> dict[str, str]:
    """Return the fields of the last files' columns by folded header, the newest file first."""
    chosen: dict[str, str] = {}
    past = Import.objects.filter(brand=brand, columns__has_key="stored").order_by("-created_at")
    for columns in past.values_list("columns", flat=True)[:5]:
        for header, field in zip(columns["header"], columns["fields"], strict=True):
            if header and (field in LABELS or not field):
                chosen.setdefault(fold_header(header), field)
    return chosen
