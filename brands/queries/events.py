"""The audit log as a brand's studio may read it: who did what, in words.

What people decide at their own desk is theirs: of that only what the page shows anyhow (a yes, a pause, an end).
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from django.db.models import Q, QuerySet
from django.urls import reverse

from advocacy.models import AuditEvent
from brands.models import Brand, Enrolment, Role
from people.models import User
from people.profiles import fold_name

WORDS = {
    "alumni.offered": "wants to name somebody among those who were here",
    "alumni.ended": "names somebody no longer among those who were here",
    "farewell.offered": "offered a farewell card",
    "farewell.agreed": "said yes to a farewell card",
    "farewell.ended": "took a farewell card away",
    "open_brand": "opened the brand",
    "brand.changed": "saved name and colours",
    "brand.closing_line": "changed the closing line",
    "brand.chorus": "chose whose lines open the page",
    "bulk.asked": "began an act on many people",
    "bulk.undone": "took back an act on many people",
    "checklist.one_owner": "said that one owner is enough",
    "checklist.page_seen": "looked at the page",
    "consent.given": "said yes",
    "consent.on_file": "recorded a consent on file",
    "enrolment.made": "enrolled somebody",
    "enrolment.changed": "changed what is known of somebody",
    "enrolment.active": "shown on the page",
    "enrolment.paused": "paused",
    "enrolment.suspended": "took somebody off the page",
    "enrolment.left": "ended the enrolment",
    "enrolment.declined": "the invitation ended",
    "invitation.made": "invited somebody",
    "invitation.sent_again": "sent an invitation again",
    "invitation.revoked": "took an invitation back",
    "enrolment.updated": "changed what is known of somebody, by a file",
    "enrolment.restored": "restored what was known of somebody",
    "enrolment.taken_back": "took back an enrolment by a file",
    "join_link.made": "made a join link",
    "join_link.revoked": "took a join link back",
    "join_request.approved": "let somebody join who asked",
    "join_request.refused": "put a request to join aside",
    "people.imported": "enrolled people by a file",
    "people.import_undone": "took back what a file enrolled",
    "people.problems_exported": "took the rows with a problem as a file",
    "people.exported": "took the list of people as a file",
    "audit.exported": "took the audit log as a file",
    "report.taken_off": "took a reported post off the page",
    "report.left": "left a reported post where it is",
    "post.removed": "took a post off the page",
    "post.put_back": "put a post back on the page",
    "role.given": "gave a role",
    "role.changed": "changed a role",
    "role.taken": "took a role away",
    "team.made": "made a team",
    "team.renamed": "renamed a team",
    "team.deleted": "deleted a team",
    "topic.made": "made a topic",
    "topic.renamed": "renamed a topic",
    "topic.deleted": "deleted a topic",
    "publishing.paused": "paused stories and posts",
    "publishing.pause_line": "changed the line of the pause",
    "publishing.resumed": "ended the pause of stories and posts",
    "publishing.capped": "changed the month’s cap",
    "story.made": "asked for a story",
    "story.changed": "changed a story",
    "story.ended": "ended a story",
    "story.led": "leads a story",
    "story.led_no_longer": "leads a story no longer",
}
# of what persons do themselves, these show on the page anyhow
_OWN = ("consent.given", "enrolment.active", "enrolment.paused", "enrolment.left")
_OWN_LABELS = ("invitation", "listing link")  # how the log names somebody who acts without a login
_MOST = 500  # people whom a search may name


class Event(NamedTuple):
    """One event in words."""

    at: dt.datetime
    who: str
    what: str
    subject: str
    url: str  # of the subject in the studio, "" where it has none
    details: str


def events(brand: Brand) -> "QuerySet[AuditEvent]":
    """Return what the brand's studio may read, newest first."""
    ours = Q(actor__in=_studio_logins(brand))
    theirs = Q(actor__isnull=False) | Q(actor_label__in=_OWN_LABELS)
    here = AuditEvent.objects.filter(brand=brand.slug)
    return here.filter(ours | ~theirs | Q(verb__in=_OWN)).order_by("-at", "-pk")


def search(brand: Brand, words: str, verb: str) -> "QuerySet[AuditEvent]":
    """Return the events of a verb ("" for all) whose person, actor or act has these words."""
    found = events(brand)
    if verb:
        found = found.filter(verb=verb)
    needle = fold_name(words)
    if not needle:
        return found
    acts = [key for key, text in WORDS.items() if needle in text]
    people = Enrolment.objects.filter(brand=brand, person__sort_name__contains=needle.split()[-1])
    named = list(people.values_list("pk", "person__name", "person__sort_name")[:_MOST])
    subjects = [
        f"enrolment:{pk}"
        for pk, name, sort_name in named
        if all(word in f"{fold_name(name)} {sort_name}" for word in needle.split())
    ]
    logins = User.objects.filter(pk__in=_studio_logins(brand), email__contains=needle)
    users = list(logins.values_list("pk", flat=True))
    subjects += [f"user:{pk}" for pk in users]
    return found.filter(Q(verb__in=acts) | Q(subject__in=subjects) | Q(actor__in=users))


def in_words(brand: Brand, found: Iterable[AuditEvent]) -> list[Event]:
    """Return events in words, in three queries. Only logins of the studio are named by their address."""
    rows = list(found)
    keys: dict[str, set[int]] = {"enrolment": set(), "user": set()}
    for row in rows:
        kind, _, pk = row.subject.partition(":")
        if kind in keys and pk.isdigit():
            keys[kind].add(int(pk))
    here = Enrolment.objects.filter(brand=brand, pk__in=keys["enrolment"])
    people = dict(here.values_list("pk", "person__name"))
    asked = keys["user"] | {row.actor_id for row in rows if row.actor_id}
    studio = _studio_logins(brand)
    emails = dict(User.objects.filter(pk__in=asked & studio).values_list("pk", "email"))
    return [_event(brand, row, people, emails) for row in rows]


def _event(brand: Brand, row: AuditEvent, people: Mapping[int, str], emails: Mapping[int, str]) -> Event:
    kind, _, number = row.subject.partition(":")
    pk = int(number) if number.isdigit() else 0
    subject, url = "", ""
    if kind == "enrolment" and pk in people:
        subject, url = people[pk], reverse("studio-person", args=[brand.slug, pk])
    elif kind == "user":
        subject = emails.get(pk, "")
    elif kind == "import":
        subject, url = "see the file", reverse("studio-import", args=[brand.slug, pk])
    elif kind == "bulk":
        subject, url = "see what came of it", reverse("studio-bulk-act", args=[brand.slug, pk])
    if row.actor_id in emails:
        who = emails[row.actor_id or 0]
    elif row.actor_id or row.actor_label in _OWN_LABELS:
        who = "The person" if kind == "enrolment" else "Somebody"
    else:
        who = row.actor_label
    own = row.actor_id not in emails and who == "The person"
    details = "" if own else ", ".join(f"{key}: {_plain(value)}" for key, value in row.details.items())
    return Event(row.at, who, WORDS.get(row.verb, row.verb), subject, url, details)


def _plain(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _studio_logins(brand: Brand) -> set[int]:
    """Return the logins that have, or had, a role: the brand knows their addresses."""
    now = set(Role.objects.filter(brand=brand).values_list("user_id", flat=True))
    given = AuditEvent.objects.filter(brand=brand.slug, verb__in=("open_brand", "role.given"))
    return now | {int(subject.partition(":")[2]) for subject in given.values_list("subject", flat=True)}
