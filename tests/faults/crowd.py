"""Five hundred people with something to say in the same minute, and what became of it."""

import json
import statistics
import urllib.request
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import Count, F

from people.models import Account, Connection, Delivery, Person, User
from people.publishing import outbox
from people.publishing.clock import now
from people.publishing.letters import TROUBLED
from people.publishing.watching import OVERDUE
from people.tokens import sealed

State = Delivery.State
NETWORK = "fakeX"
WATCHED = timedelta(seconds=90)  # the watchdog comes once a minute
FEW = 3  # authors who may be asked because this machine was too busy to send in time
AT_ONCE = 50  # rows of one transaction, so that scheduling takes seconds


def make(count: int) -> list[Account]:
    """Make so many people, each with a login and a linked account whose token names it."""
    made = []
    with transaction.atomic():
        for number in range(count):
            name = f"Person {number}"
            user = User.objects.create(email=f"person-{number}@example.org", is_active=True)
            person = Person.objects.create(
                name=name, sort_name=name, first_name="Person", backdrop="slate", user=user, slug=f"person-{number}"
            )
            account = Account.objects.create(
                person=person, network=NETWORK, remote_id=f"r-{number}", handle=name, state=Account.State.ACTIVE
            )
            row = Connection.objects.create(account=account, network=NETWORK, linked_at=now())
            Connection.objects.filter(pk=row.pk).update(**sealed(row, access=_token(account.pk)))
            made.append(account)
    return made


def schedule(accounts: list[Account], count: int, *, first: datetime, over: float) -> None:
    """Let the accounts say `count` things in turn, due evenly over so many seconds."""
    for begin in range(0, count, AT_ONCE):
        with transaction.atomic():
            for number in range(begin, min(begin + AT_ONCE, count)):
                account = accounts[number % len(accounts)]
                outbox.enqueue_delivery(
                    account=account,
                    words=outbox.Words(f"What I say is number {number}"),
                    actor=account.person.user,
                    when=outbox.When(at=first + timedelta(seconds=over * number / count), exact=True),
                )


def move(first: datetime) -> None:
    """Let the first be due then and the others after it, as they were."""
    shift = first - Delivery.objects.earliest("due_at").due_at
    Delivery.objects.update(
        due_at=F("due_at") + shift, next_due_at=F("next_due_at") + shift, late_after=F("late_after") + shift
    )


def states() -> dict[str, int]:
    """Return how many deliveries are in each state."""
    try:
        return dict(Delivery.objects.values_list("state").annotate(Count("pk")).order_by("state"))
    except DatabaseError:  # it is being restarted
        forget_connection()
        return {}


def ended() -> bool:
    """Return whether every delivery has an end, its post is kept, and every author who must be told was."""
    try:
        if Delivery.objects.exclude(state__in=[*Delivery.FINAL, State.NEEDS_HUMAN]).exists():
            return False
        return not Delivery.objects.exclude(next_due_at=None).exists() and not _untold().exists()
    except DatabaseError:
        forget_connection()
        return False


def forget_connection() -> None:
    """Let the next question to the database open a new connection."""
    connection.close()


def verdict(*, cut_off: int) -> dict[str, Any]:
    """Hold the rows against the network's own log; return the figures, and what is wrong ([] for nothing).

    cut_off: how many sends may have been cut off by what was killed; so many authors may be asked, and a few more.
    """
    rooms = _log()
    wrong: list[str] = []
    waits: list[float] = []
    for row in Delivery.objects.order_by("pk"):
        made = [post for post in rooms.get(_token(row.account_id), []) if post["text"] == row.payload["text"]]
        wrong += [f"{row.pk}: {word}" for word in _wrong(row, made)]
        if made:
            waits.append(made[0]["at"] - row.due_at.timestamp())
    total = sum(len(posts) for posts in rooms.values())
    wrong += together(Counter(Delivery.objects.values_list("state", flat=True)), posts=total, cut_off=cut_off)
    sends = Counter(Delivery.objects.values_list("attempt_count", flat=True))
    return {
        "deliveries": Delivery.objects.count(),
        "posts": total,
        "ended": states(),
        "after_due": _figures(waits),
        "sends_begun": {str(times): count for times, count in sorted(sends.items())},
        "alarmed": Delivery.objects.exclude(alarmed_at=None).count(),
        "kinds_of_wrong": dict(Counter(word.partition(": ")[2] for word in wrong)),
        "wrong": wrong[:50],
    }


def together(ended: Mapping[str, int], *, posts: int, cut_off: int) -> list[str]:
    """Return what is wrong with all of them that no single row shows. ended: how many are in each state."""
    found, asked, out = [], ended.get(State.NEEDS_HUMAN, 0), ended.get(State.PUBLISHED, 0)
    if asked > cut_off + FEW:
        found.append(f"all: {asked} authors are asked, though at most {cut_off} sends were cut off")
    if posts != out:
        found.append(f"all: {posts} posts are out, and {out} deliveries are published")
    return found


def _wrong(row: Delivery, made: list[dict[str, Any]]) -> list[str]:
    found = []
    if len(made) > 1:
        found.append("doubled")
    if row.state not in {*Delivery.FINAL, State.NEEDS_HUMAN} or row.next_due_at is not None:
        found.append(f"stuck as {row.state}")
    if row.state == State.PUBLISHED and [post["id"] for post in made] != [row.remote_id]:
        found.append("published, but not that post")
    if row.state == State.PUBLISHED and row.post_id is None:
        found.append("published, but not kept")
    if row.state in {State.MISSED, State.FAILED, State.CANCELLED, State.HELD}:
        found.append(f"lost: {row.state} {row.reason}")
    if row.state == State.NEEDS_HUMAN and made:
        found.append("asks its author, though it is out")
    if row.state_changed_at - row.due_at > OVERDUE + WATCHED and row.alarmed_at is None:
        found.append("overdue, and nobody was alarmed")
    if row.state in TROUBLED and row.told != f"{row.state}:{row.reason}":
        found.append("its author was not told")
    return found


def _figures(seconds: list[float]) -> dict[str, float]:
    """Return how long after its time a post was out: half of them, 99 of 100, the last."""
    if len(seconds) < 2:
        return {}
    cuts = statistics.quantiles(seconds, n=100)
    found = {"p50": cuts[49], "p90": cuts[89], "p95": cuts[94], "p99": cuts[98], "most": max(seconds)}
    return {name: round(value, 1) for name, value in found.items()}


def _untold() -> Any:
    return Delivery.objects.filter(state__in=TROUBLED, told="")


def _token(account: int) -> str:
    return f"acct-{account}"


def _log() -> dict[str, list[dict[str, Any]]]:
    with urllib.request.urlopen(f"{settings.FAKE_NETWORK}/control/rooms", timeout=60) as answer:  # noqa: S310
        found: dict[str, list[dict[str, Any]]] = json.load(answer)
    return found
