"""Fetching the last public posts of an account that an invited person named, because they asked, to pick from."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from brands.models import Enrolment, NamedAccount
from people.networks.base import LatestPosts
from people.networks.errors import NetworkFailure, NotNow, Refused
from people.networks.registry import adapter_for
from people.networks.types import PostRecord
from people.syncing.decide import columns
from people.syncing.meter import AppMeter

LAST = 20
STUCK = timedelta(minutes=2)  # a look-up whose worker was killed is begun anew
Look = NamedAccount.Look


def look_up_due(*, limit: int = 20) -> int:
    """Carry out look-ups that were asked for, while their invitation is open; return how many."""
    now = timezone.now()
    asked = NamedAccount.objects.filter(
        look__in=(Look.WANTED, Look.RUNNING),
        look_at__lte=now,
        draft__invitation__revoked_at=None,
        draft__invitation__ended_at=None,
        draft__invitation__expires_at__gt=now,
        draft__invitation__enrolment__state=Enrolment.State.INVITED,
    )
    return sum(_look_up(account) for account in asked.order_by("look_at")[:limit])


def _look_up(account: NamedAccount) -> bool:
    """Fetch the posts of one account; return whether it was ours to do. What came too late is kept nowhere."""
    mine = NamedAccount.objects.filter(pk=account.pk, look=account.look, look_at=account.look_at)
    until = timezone.now() + STUCK
    if not mine.update(look=Look.RUNNING, look_at=until):
        return False
    try:
        found = _fetched(account)
    except NotNow as refusal:
        when = max(refusal.until, timezone.now() + timedelta(seconds=5))
        words = f"{account.get_network_display()} asks to wait. It is tried again by itself."
        found = {"look": Look.WANTED, "look_at": when, "trouble": words}
    except NetworkFailure:
        words = f"{account.get_network_display()} could not be read just now. Ask once more a little later."
        found = _failed(words)
    NamedAccount.objects.filter(pk=account.pk, look=Look.RUNNING, look_at=until).update(**found)
    return True


def _fetched(account: NamedAccount) -> dict[str, Any]:
    adapter = adapter_for(account.network, AppMeter(account.network))
    network = account.get_network_display()
    answer = adapter.look_up(handles=[account.handle])
    profile = next((p for p in answer.found if p.handle.casefold() == account.handle.casefold()), None)
    if profile is None:
        if answer.missing.get(account.handle.casefold()) == "suspended":
            return _failed(f"{network} has suspended this account.")
        return _failed(f"{network} knows no account of this name.")
    if profile.protected:
        return _failed("This account is protected: only what is public on the network can be shown here.")
    if not isinstance(adapter, LatestPosts):
        return _failed(f"Earlier posts cannot be fetched from {network}.")
    try:
        records = adapter.latest(profile.remote_id, count=LAST)
    except Refused:
        return _failed(f"{network} shows no posts of this account.")
    return {
        "look": Look.FOUND,
        "look_at": timezone.now(),
        "trouble": "",
        "remote_id": profile.remote_id,
        "handle": profile.handle,
        "display_name": profile.display_name[:200],
        "posts": [_kept(record) for record in records if record.author_id == profile.remote_id][:LAST],
    }


def _kept(record: PostRecord) -> dict[str, Any]:
    kept = columns(record)
    return {**kept, "published_at": kept["published_at"].isoformat()}


def _failed(words: str) -> dict[str, Any]:
    return {"look": Look.FAILED, "look_at": timezone.now(), "trouble": words[:200]}
