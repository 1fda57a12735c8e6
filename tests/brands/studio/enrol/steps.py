"""The steps of an import as the studio's pages take them, and the messy list."""

import re
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from brands.models import Brand, Import, Role
from tests.factories import make_brand, make_role, make_user

COLUMNS = "First name,Last name,E-mail,Job title,Team,Place,Topics,X handle,Here since,Salary\n"


def studio(role: str = Role.Name.OWNER, brand: Brand | None = None) -> tuple[Client, Brand]:
    """Return a browser that is signed in with a role for a brand."""
    brand = brand or make_brand("Vesper")
    client, user = Client(), make_user()
    make_role(user, brand, role)
    client.force_login(user)
    return client, brand


def messy_list() -> str:
    """Return 60 rows, of which rows 5, 9, 14, 20, 27, 33, 41 and 52 of the spreadsheet have eight different errors."""
    rows = {
        number: [f"Anna{number}", f"Berg{number}", f"anna{number}@vesper.example", "Guard", "Kitchen", "Oslo"]
        + ["trains; night", f"anna_{number}", "2015-04-03", "50000"]
        for number in range(2, 62)
    }
    rows[5][2] = "anna5.vesper.example"
    rows[9][4] = "Nord 2"
    rows[14][0:2] = ["", ""]
    rows[20][2] = "anna12@vesper.example"
    rows[27][7] = "https://somewhere.example/anna"
    rows[33][8] = "in spring"
    rows[41][3] = "=1+1"
    rows[52][2] = ""
    return COLUMNS + "".join(",".join(cells) + "\n" for cells in rows.values())


def upload(client: Client, brand: Brand, content: str | bytes, name: str = "crew.csv", **more: Any) -> Import:
    """Send a file and return its import; the page leads to the columns."""
    content = content.encode() if isinstance(content, str) else content
    answer = client.post(f"/studio/{brand.slug}/enrol/", {"file": SimpleUploadedFile(name, content), **more})
    assert answer.status_code == 302, answer.content.decode()
    file = Import.objects.latest("pk")
    assert answer["Location"] == address(file, "columns/")
    return file


def address(file: Import, step: str = "") -> str:
    """Return the address of a step of an import."""
    return f"/studio/{file.brand.slug}/enrol/{file.pk}/{step}"


def choose(client: Client, file: Import, **fields: str) -> None:
    """Take the columns as they are guessed, but for those named by position: column_0="name"."""
    chosen = {f"column-{at}": field for at, field in enumerate(file.columns["fields"])}
    chosen |= {name.replace("_", "-", 1): field for name, field in fields.items()}
    answer = client.post(address(file, "columns/"), chosen)
    assert (answer.status_code, answer["Location"]) == (302, address(file, "check/"))
    file.refresh_from_db()


def start(client: Client, file: Import, **more: str) -> None:
    """Press the button that enrols."""
    answer = client.post(address(file, "start/"), {"language": "en", **more})
    assert (answer.status_code, answer["Location"]) == (302, address(file))
    file.refresh_from_db()


def enrolled(client: Client, brand: Brand, content: str, **more: str) -> Import:
    """Take a list through all steps."""
    file = upload(client, brand, content)
    choose(client, file)
    start(client, file, **more)
    return file


def text(answer: Any) -> str:
    """Return the words of a page without its tags."""
    page = re.sub(r"<(script|style)\b.*?</\1>", " ", answer.content.decode(), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())
