"""The way of a link as a browser goes it: our desk, the network's consent page, our callback, the person's yes."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests
from django.test import Client

from people.models import Account, Connection, PendingLink, Person, User
from tests.factories import make_person, make_user
from tests.sandbox_copy import SandboxCopy

SECRET = "secret-of-the-test-app"
BEGIN = "/desk/accounts/link/x/"
CALLBACK = "/desk/accounts/callback/x/"


@dataclass
class Walker:
    """A person with a browser who links an account of the sandbox."""

    x: SandboxCopy
    person: Person
    user: User
    client: Client = field(default_factory=Client)

    def __post_init__(self) -> None:
        self.client.force_login(self.user)

    def begin(self) -> dict[str, str]:
        """Press "Link an account"; return the words of the address at the network."""
        answer = self.client.get(BEGIN)
        assert answer.status_code == 302, answer.status_code
        address = answer["Location"]
        assert address.startswith("/sandbox/i/oauth2/authorize?")
        return dict(parse_qsl(urlsplit(address).query))

    def allow(self, words: dict[str, str], handle: str = "ingrid", **form: str) -> str:
        """Say yes at the network as somebody; return the address that it sends the browser back to."""
        body = {**words, "who": handle, "answer": "yes", **form}
        answer = requests.post(f"{self.x.site}i/oauth2/authorize", data=body, allow_redirects=False, timeout=20)
        assert answer.status_code == 303, answer.text[:300]
        return answer.headers["Location"]

    def back(self, address: str) -> Any:
        """Come to an address of ours."""
        parts = urlsplit(address)
        return self.client.get(f"{parts.path}?{parts.query}" if parts.query else parts.path)

    def arrived(self, handle: str = "ingrid") -> str:
        """Go as far as the page that asks for the yes; return its address."""
        answer = self.back(self.allow(self.begin(), handle))
        assert answer.status_code == 302
        assert answer["Location"].startswith("/desk/accounts/confirm/"), answer["Location"]
        return str(answer["Location"])

    def link(self, handle: str = "ingrid") -> Account:
        """Go the whole way."""
        answer = self.client.post(self.arrived(handle), {"answer": "yes"})
        assert (answer.status_code, answer["Location"]) == (302, "/desk/accounts/")
        return Account.objects.get(person=self.person, handle__iexact=handle, connection__isnull=False)


def walker(x: SandboxCopy, name: str = "Ingrid Solheim", **fields: Any) -> Walker:
    """Make somebody with a login and a browser."""
    user = make_user()
    return Walker(x, make_person(name, user=user, **fields), user)


def nothing_is_linked() -> bool:
    """Return whether no link was made, and nothing keeps a token but what is about to be revoked."""
    kept = PendingLink.objects.exclude(access="", refresh="")
    return not Connection.objects.exists() and not kept.exists()
