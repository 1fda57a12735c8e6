"""What an erasure clears away beside the rows of the register: files, names in the audit log, sessions, counters.

Each step finds its work by rows that go later, so that a worker that is killed begins anew and misses nothing.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar

from allauth.account.models import EmailAddress
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db.models import Q
from django.utils import timezone

from advocacy import audit, old_sessions, versions
from advocacy.behind import FAN
from advocacy.models import RateBucket, Version
from people import faces, keys, link_cards, post_pictures, reporting, taking_along, tombstones
from people.letters import answers
from people.models import (
    Account,
    ApiKey,
    Block,
    Connection,
    Delivery,
    Draft,
    Fan,
    Parcel,
    Pause,
    PendingLink,
    Person,
    PersonCard,
    Post,
    PostReport,
    Revocation,
    User,
)
from people.models.follow import next_epoch
from people.models.person import OldSlug
from people.models.user import fold_address
from people.personal import Traces
from people.queries.truths import proven_account
from people.share_cards import kept as cards
from people.share_cards.due import KIND as CARDS
from people.tokens import owe_revocation
from people.writing import shared_pictures

T = TypeVar("T")
CHUNK = 500
Finder = Callable[[int], Iterable[str]]
_address_finders: list[Finder] = []
Kind = tombstones.Kind


def register_addresses(finder: Finder) -> None:
    """Let somebody name the addresses that they know of a person by the person's id."""
    if finder not in _address_finders:
        _address_finders.append(finder)


def addresses_of(person: int | None, user: int | None) -> frozenset[str]:
    """Return all addresses by which somebody is known here, folded.

    One that they typed and that no code or letter has shown to be theirs may be another's: it is not among them.
    """
    found: set[str] = set()
    if user:
        rows = list(EmailAddress.objects.filter(user=user).values_list("email", "verified"))
        found.update(User.objects.filter(pk=user).values_list("email", flat=True))  # with no row, a command made it
        found -= {fold_address(address) for address, _ in rows}
        found.update(fold_address(address) for address, verified in rows if verified)
    if person:
        for finder in _address_finders:
            found.update(finder(person))
    return frozenset(found - {""})


def subject(traces: Traces) -> str:
    """Return what stands in the audit log in place of whoever was erased: it ties these events together, no more."""
    return f"erased:{traces.key[:12]}"


def unname(traces: Traces, kind: str, ids: Iterable[object]) -> None:
    """Take the meaning of these keys, such as post:12, out of the audit log."""
    for chunk in chunks(ids):
        traces.keep()
        audit.unname(subjects=[f"{kind}:{pk}" for pk in chunk], to=subject(traces))


def chunks(items: Iterable[T]) -> Iterator[list[T]]:
    """Yield the items in lists of CHUNK."""
    left = iter(items)
    while chunk := list(islice(left, CHUNK)):
        yield chunk


def kept(traces: Traces, items: Iterable[T]) -> Iterator[T]:
    """Yield the items, and let the lease be renewed as often as CHUNK of them are done."""
    for number, item in enumerate(items):
        if number % CHUNK == 0:
            traces.keep()
        yield item


def clear_away(traces: Traces) -> None:
    """Do it all. Harmless when it runs 0, 1 or n times."""
    # where they want to be told of what they reported; the report goes on without them, and so does what came of it
    PostReport.objects.filter(email__in=sorted(traces.addresses)).update(email="")
    if traces.fan_only:
        _leave_blocks(traces)
        return
    _remember_not_to_keep(traces)
    _end_links(traces)
    _unname(traces)
    _drop_files(traces)
    _drop_counters(traces)
    _end_sessions(traces)


def _leave_blocks(traces: Traces) -> None:
    """Leave of a fan whose login stays no more than who wants no such follower."""
    Block.objects.filter(fan=traces.user).update(looks={})
    blank = {"name": "", "zone": "UTC", "read_until": None, "bounced_at": None, "started_at": timezone.now()}
    Fan.objects.filter(pk=traces.user).update(links_epoch=next_epoch(), **blank)


def _remember_not_to_keep(traces: Traces) -> None:
    """Put the tombstones, before anything by which they are made is gone."""
    tombstones.put(Kind.ADDRESS, traces.addresses)
    if traces.person is None:
        return
    # anybody can name any account: only what is known to be theirs is kept away with them
    proven = Account.objects.filter(proven_account(), person=traces.person)
    mine = list(proven.values_list("network", "remote_id", "handle"))
    tombstones.put(Kind.ACCOUNT, (tombstones.account(network, remote_id or "") for network, remote_id, _ in mine))
    tombstones.put(Kind.HANDLE, (tombstones.account(network, handle) for network, _, handle in mine))
    slugs = Person.objects.filter(pk=traces.person, slug__isnull=False).values_list("slug", flat=True)
    old = OldSlug.objects.filter(person=traces.person).values_list("slug", flat=True)
    tombstones.put(Kind.SLUG, [*map(str, slugs), *old])


def _end_links(traces: Traces) -> None:
    """Let the networks forget the tokens; what waits for that names nobody."""
    if traces.person is None:
        return
    mine = list(Account.objects.filter(person=traces.person).values_list("pk", flat=True))
    Connection.objects.filter(account__in=mine).delete()  # which owes the revocation
    for pending in PendingLink.objects.filter(person=traces.person):
        owe_revocation(pending)
        pending.delete()
    owed = [f"account:{pk}" for pk in mine] + [f"person:{traces.person}"]
    Revocation.objects.filter(subject__in=owed).update(subject=subject(traces), handle="", person=None)


def _unname(traces: Traces) -> None:
    if traces.user:
        unname(traces, "api_key", ApiKey.objects.filter(user=traces.user).values_list("pk", flat=True))
        unname(traces, "user", [traces.user])
    if traces.person is None:
        return
    for kind, model in (("account", Account), ("post", Post), ("delivery", Delivery), ("draft", Draft)):
        rows: Any = model._default_manager.filter(person=traces.person)
        unname(traces, kind, rows.values_list("pk", flat=True).iterator(chunk_size=2_000))
    unname(traces, "person", [traces.person])


def _drop_files(traces: Traces) -> None:
    """Delete files whose rows are not deleted one by one, or whose names stand in rows of other tables.

    The row forgets the file first: an hourly sweep takes what a killed worker left between the two.
    """
    if traces.person is None:
        return
    person = Person.objects.filter(pk=traces.person)
    accounts = Account.objects.filter(person=traces.person)
    stems = {*person.values_list("portrait", flat=True), *accounts.values_list("avatar", flat=True)}
    person.update(portrait="")
    accounts.update(avatar="", avatar_fetched_url="")
    faces.let_go(stems)
    for parcel in Parcel.objects.filter(person=traces.person):
        taking_along.file_of(parcel).unlink(missing_ok=True)
        taking_along.posts_of(parcel).unlink(missing_ok=True)
    for card in PersonCard.objects.filter(person=traces.person):
        cards.drop(CARDS, card.stem)
    mine = Delivery.objects.filter(person=traces.person)
    for ids in chunks(list(mine.values_list("pk", flat=True))):
        traces.keep()
        rows = Delivery.objects.filter(pk__in=ids)
        pictures = {one["stem"] for payload in rows.values_list("payload", flat=True) for one in payload["pictures"]}
        rows.delete()
        post_pictures.drop_unused(pictures)


def _drop_counters(traces: Traces) -> None:
    if traces.user:
        cache.delete_many(
            [keys.use_of(pk) for pk in ApiKey.objects.filter(user=traces.user).values_list("pk", flat=True)]
        )
    if traces.person is None:
        return
    counters = [*answers.counters(traces.person), reporting.counter(traces.person)]
    RateBucket.objects.filter(key__in=counters).delete()
    mine = [str(pk) for pk in Account.objects.filter(person=traces.person).values_list("pk", flat=True)]
    Pause.objects.filter(scope=Pause.Scope.ACCOUNT, subject__in=mine).delete()
    Pause.objects.filter(scope=Pause.Scope.PERSON, subject=str(traces.person)).delete()
    for pk in mine:
        traces.keep()
        of_account = Q(key__endswith=f":account:{pk}") | Q(key__contains=f":account:{pk}:")
        RateBucket.objects.filter(of_account).delete()
    RateBucket.objects.filter(key=f"link-cards:person:{traces.person}").delete()
    if traces.person is not None:
        link_cards.forget_of(traces.person)


def _end_sessions(traces: Traces) -> None:
    """Delete every session of the login, also one that only names the address, as at a sign-in that was not ended."""
    # the whole address: "ann@x.org" is no part of "joann@x.org" or "ann@x.org.uk"
    any_of_them = "|".join(map(re.escape, sorted(traces.addresses)))
    named = re.compile(rf"(?<![\w.+%'-])(?:{any_of_them})(?![\w-]|\.\w)", re.IGNORECASE)
    old_sessions.forget(traces.keep)  # nobody looks into those any more
    for row in kept(traces, Session.objects.iterator(chunk_size=CHUNK)):
        held = row.get_decoded()
        by_link = held.get(FAN)  # [fan, epoch], see following.let_in
        theirs = traces.user is not None and (
            str(held.get(SESSION_KEY)) == str(traces.user)
            or (isinstance(by_link, list) and by_link[:1] == [traces.user])
        )
        words = json.dumps(held, ensure_ascii=False)
        if theirs or (traces.addresses and named.search(words)):
            shared_pictures.drop(held)
            row.delete()


def forget_versions(traces: Traces) -> None:
    """Forget the counters of pages that there are no longer. Call it last: their caches have gone by then."""
    if traces.person is not None:
        Version.objects.filter(key__in=[versions.person(traces.person), versions.look(traces.person)]).delete()
