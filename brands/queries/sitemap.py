"""Every public page with when it last changed, in parts that no search engine finds too large."""

import datetime as dt
from collections.abc import Iterator
from typing import NamedTuple

from django.db.models import F, Max, OuterRef, Q, Subquery

from brands.consenting import HOLDING
from brands.models import Brand, BrandPost, Enrolment
from brands.queries import stories
from people.models import Person
from people.networks.types import ELSEWHERE
from people.outgoing.addresses import page
from people.queries.posts import visible

MOST = 50_000  # addresses in one part
CHUNK = 2_000
KINDS = ("brands", "people", "posts")


class Page(NamedTuple):
    """One page and when it last changed; None where nobody can tell."""

    url: str
    changed: dt.datetime | None


def parts() -> list[tuple[str, int]]:
    """Return the parts that hold pages, by kind and number: of persons and posts 50,000 ids each."""
    found = [("brands", 0)] if Brand.objects.exists() else []
    for kind, rows in (("people", Person.objects.filter(page_open=True)), ("posts", visible())):
        numbers = rows.annotate(part=F("pk") / MOST).order_by("part").values_list("part", flat=True).distinct()
        found += [(kind, number) for number in numbers]
    return found


def pages(kind: str, number: int) -> Iterator[Page]:
    """Yield the pages of one part; nothing for a part that holds none."""
    first, beyond = number * MOST, (number + 1) * MOST
    if kind == "brands":
        yield from _brands() if number == 0 else ()
    elif kind == "people":
        yield from _people(first, beyond)
    else:
        said = visible().filter(pk__gte=first, pk__lt=beyond).order_by("pk")
        rows = said.values_list("pk", "published_at", "fetched_at", "edit_history", "account__network")
        for pk, published, fetched, versions, network in rows.iterator(CHUNK):
            mended = network == ELSEWHERE or len(versions) > 1  # figures of a network are on no page
            yield Page(page("post", pk), max(published, fetched) if mended else published)


def _brands() -> Iterator[Page]:
    latest = dict(BrandPost.objects.order_by().values_list("brand_id").annotate(Max("published_at")))
    # who was asked, or said no, is on no page: a date that moved with them would tell of them
    seen = Q(enrolments__state__in=(*HOLDING, Enrolment.State.LEFT))
    moved = Max("enrolments__state_changed_at", filter=seen)
    joined = dict(Brand.objects.order_by().annotate(moved=moved).values_list("pk", "moved"))
    for pk, slug, created in Brand.objects.order_by("pk").values_list("pk", "slug", "created_at"):
        changed = max(filter(None, (created, latest.get(pk), joined[pk])))
        yield Page(page("brand", slug), changed)
        yield Page(page("brand-people", slug), joined[pk] or created)
    yield from _stories()


def _stories() -> Iterator[Page]:
    rows = stories.public().order_by("pk").values_list("brand__slug", "slug", "lead__yes_at")
    for brand, slug, since in rows:
        yield Page(page("brand-story", brand, slug), since)


def _people(first: int, beyond: int) -> Iterator[Page]:
    newest = visible().filter(person=OuterRef("pk")).order_by("-published_at", "-id")
    people = Person.objects.filter(page_open=True, pk__gte=first, pk__lt=beyond).order_by("pk")
    rows = people.annotate(said=Subquery(newest.values("published_at")[:1]))
    for slug, changed, said in rows.values_list("slug", "changed_at", "said").iterator(CHUNK):
        yield Page(page("person", slug), max(filter(None, (changed, said))))
