"""What a column of a staff list can become in the studio, and how each field is called there."""

# fields of brands.importing.columns but for one: a person's own line is theirs to write, no list fills it in
LABELS: dict[str, str] = {
    "name": "Name",
    "first_name": "First name",
    "last_name": "Last name",
    "nickname": "Called",
    "suffix": "Name suffix",
    "email": "E-mail",
    "title": "Job title",
    "team": "Team",
    "place": "Place",
    "topics": "Topics",
    "languages": "Languages",
    "with_brand_since": "Here since",
    "external_id": "Staff number",
    "x_handle": "X handle",
    "x_id": "X number",
}
NAMES = ("name", "first_name", "last_name")
TEMPLATE = ("First name", "Last name", "E-mail", "Job title", "Team", "Place", "Topics", "X handle")
# how the import calls places that are no column of the file
_PLACES = {
    "external id": "external_id",
    "e-mail": "email",
    "account": "x_handle",
    "team": "team",
    "X id": "x_id",
}


def field_of(where: str, mapped: list[str]) -> str:
    """Return the field that a problem is about, "" where it is about the row or about a column that is not mapped."""
    field = _PLACES.get(where, where)
    return field if field in mapped else ""


def label(field: str) -> str:
    """Return what a field, or a place that the import names, is called in the studio; others as they are."""
    return LABELS.get(_PLACES.get(field, field), field)
