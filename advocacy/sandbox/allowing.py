"""The verbs about apps and what they did in inhabitants' names: for the control room and the command."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from advocacy.sandbox.models import App, Code, Grant, Inhabitant, Token, Utterance
from advocacy.sandbox.refusal import Refused
from advocacy.sandbox.snowflakes import iso

Json = dict[str, Any]


def app(*, client_id: str, callbacks: list[str], secret: str = "", name: str = "Chorus") -> str:
    """Register an app, or change it; secret "" makes it a public client. Returns its client_id."""
    words = {"secret": secret, "name": name, "callbacks": callbacks}
    return App.objects.update_or_create(client_id=client_id, defaults=words)[0].client_id


def expire_codes() -> None:
    """Let the 30 seconds of all codes be over."""
    Code.objects.update(expires_at=timezone.now())


def expire_access(*, handle: str | None = None, seconds: float = 0) -> int:
    """Let access tokens, of all or of somebody, end in so many seconds. Returns how many."""
    rows = Token.objects.filter(refreshes=False, **({"grant__inhabitant": _who(handle)} if handle else {}))
    return rows.update(expires_at=timezone.now() + timedelta(seconds=seconds))


def disallow(*, handle: str) -> int:
    """Let somebody take back, at the network, what they allowed. Returns how many grants ended."""
    rows = Grant.objects.filter(inhabitant=_who(handle), ended_at=None)
    return rows.update(ended_at=timezone.now(), ended_why="revoked")


def allowed(*, handle: str) -> list[Json]:
    """Return what somebody allowed, oldest first: scopes, why it ended ("" for still good), and its refreshes."""
    rows = Grant.objects.filter(inhabitant=_who(handle)).order_by("pk")
    return [
        {
            "scopes": row.scopes,
            "ended": row.ended_why,
            "refreshes": row.token_set.filter(refreshes=True, used_at__isnull=False).count(),
        }
        for row in rows
    ]


def made(*, handle: str) -> list[Json]:
    """Return what was posted by API in somebody's name, oldest first, also what was deleted since or shows later.

    This is the network's own log: what it took counts, whatever the caller was told. price is in 0.001 USD.
    """
    rows = Utterance.objects.filter(author=_who(handle), price_mills__isnull=False).order_by("id")
    return [
        {"id": str(row.id), "text": row.text, "at": iso(row.created_at), "deleted": row.deleted_at is not None}
        | {"price": row.price_mills, "reply_to": str(row.in_reply_to or ""), "pictures": len(row.media)}
        for row in rows
    ]


def _who(handle: str) -> Inhabitant:
    who = Inhabitant.objects.called(handle.removeprefix("@")).first()
    if who is None:
        raise Refused(f"nobody here is called @{handle.removeprefix('@')}")
    return who
