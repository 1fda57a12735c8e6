"""E-mail addresses: their form, and which of them look alike without being the same."""

import re
import unicodedata

from people.models.user import fold_address

_FORM = re.compile(r"[^\s@<>()\[\],;:\"\\]{1,64}@(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_][\w-]*[^\W_]")
# letters of other scripts that are drawn like Latin ones
_TWINS = str.maketrans(
    "аеорсухѕіјһԁԛԝґвкмнтгьαβγεικνορτυχωαɑоӏеıⅼℓ",
    "aeopcyxsijhdqwrbkmhtrbabyeikvoptuxwaaoleill",
)


def read_address(cell: str) -> tuple[str, bool]:
    """Return the folded address of a cell and whether it has the form of one; "Anna <a@b.org>" and mailto: too."""
    text = cell.strip()
    inner = re.search(r"<([^<>]+)>\s*$", text)
    text = (inner[1] if inner else text).strip()
    if text[:7].casefold() == "mailto:":
        text = text[7:]
    address = _decoded(fold_address(text))
    return address, len(address) <= 254 and _FORM.fullmatch(address) is not None


def looks(address: str) -> str:
    """Return what an address looks like: two different addresses with the same look are look-alikes."""
    apart = unicodedata.normalize("NFKD", address)
    bare = "".join(c for c in apart if not "\u0300" <= c <= "\u036f")
    return bare.casefold().translate(_TWINS)


def mixes_scripts(address: str) -> bool:
    """Return whether one part between dots, @ and dashes has letters of several alphabets, as forgeries have."""
    for part in re.split(r"[@.\-_+]", address):
        scripts = {unicodedata.name(c, "?").split()[0] for c in part if c.isalpha()}
        if len(scripts & {"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE"}) > 1:
            return True
    return False


def _decoded(address: str) -> str:
    local, at, domain = address.rpartition("@")
    if "xn--" not in domain:
        return address
    try:
        return f"{local}{at}{domain.encode('ascii').decode('idna')}"
    except UnicodeError:
        return address
