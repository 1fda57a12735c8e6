"""What may be done twice without harm, before the send: the token, pictures, and freezing what is sent."""

import secrets
from datetime import datetime
from uuid import UUID, uuid4

from people import post_pictures
from people.models import Delivery
from people.networks.base import FindsOwn, Publisher, Uploads
from people.networks.errors import Refused
from people.networks.types import Payload, Picture, Writer
from people.pictures import WHOLE
from people.publishing import budget, tokens
from people.publishing.clock import after, now, seconds
from people.publishing.moves import State

_TID = "234567abcdefghijklmnopqrstuvwxyz"


class Lost(Exception):
    """The lease went to somebody else while this run prepared: it must not go on."""


def prepare(delivery: Delivery, publisher: Publisher, *, run: UUID) -> tuple[Writer, Payload]:
    """Return in whose name and what to send; everything that must never change again is in the row then.

    Raises Lost, and the failures of people.networks.errors: none of them after anything was sent.
    """
    writer = tokens.writer_for(delivery.account, renew=delivery.unauthorized)
    if delivery.record is None:
        _upload(delivery, publisher, writer, run)
    moment = now()
    if not delivery.key:
        delivery.key = str(uuid4())
        delivery.rkey = tid(moment)
    payload = _payload(delivery, moment)
    if isinstance(publisher, FindsOwn) and delivery.record is None:
        delivery.record = publisher.record(writer, payload)
        payload = _payload(delivery, moment)
    _save(delivery, run, key=delivery.key, rkey=delivery.rkey, record=delivery.record)
    return writer, payload


def tid(moment: datetime) -> str:
    """Return a new id of AT Protocol's kind: 13 letters, sorted by time."""
    number = (int(moment.timestamp() * 1_000_000) << 10 | secrets.randbelow(1024)) & (2**63 - 1)
    letters = ""
    for _ in range(13):
        number, digit = divmod(number, 32)
        letters = _TID[digit] + letters
    return letters


def _payload(delivery: Delivery, moment: datetime) -> Payload:
    words = delivery.payload
    return Payload(
        text=words["text"],
        lang=words.get("lang", ""),
        made_at=moment,
        media=tuple(one["id"] for one in delivery.media),
        reply_to=(delivery.parent.remote_id or "") if delivery.threaded and delivery.parent else "",
        key=delivery.key,
        rkey=delivery.rkey,
        record=delivery.record,
    )


def _upload(delivery: Delivery, publisher: Publisher, writer: Writer, run: UUID) -> None:
    """Upload the pictures that the network does not have yet, or no longer; each is noted as soon as it is there."""
    wanted = delivery.payload.get("pictures", [])
    if not wanted:
        return
    if not isinstance(publisher, Uploads):
        raise Refused("this network takes no pictures from here")
    soon = now() + seconds("lease")
    for place, picture in enumerate(wanted):  # by place: the same picture may stand there twice
        known = delivery.media[place] if place < len(delivery.media) else None
        if known and (known["until"] is None or datetime.fromisoformat(known["until"]) > soon):
            continue
        try:
            body = post_pictures.file_of(picture["stem"], WHOLE[-1].name).read_bytes()
        except FileNotFoundError:
            raise Refused("a picture of it is no longer here") from None
        uploaded = publisher.upload(writer, Picture(body, "image/avif", picture.get("alt", "")))
        if picture.get("alt", "").strip():  # first: it is paid whoever has the row by now
            budget.pay(delivery, publisher.alt_mills, of=publisher.mills(delivery.payload["text"]))
        until = (now() + uploaded.good_for).isoformat() if uploaded.good_for else None
        one = {"stem": picture["stem"], "id": uploaded.id, "until": until}
        delivery.media = [*delivery.media[:place], one, *delivery.media[place + 1 :]]
        _save(delivery, run, media=delivery.media)


def _save(delivery: Delivery, run: UUID, **fields: object) -> None:
    """Write into the row while this run holds it, and hold it a whole lease longer."""
    held = Delivery.objects.filter(pk=delivery.pk, state=State.CLAIMED, owner=run)
    if not held.update(lease_until=after("lease"), next_due_at=after("lease"), **fields):
        raise Lost
