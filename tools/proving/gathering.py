"""Step 3: 48 committees become further brands of the same people, and every feed can be made from nothing."""

import io
import statistics
import time
from concurrent.futures import ThreadPoolExecutor

from django.core.management import call_command

from brands.feed import rebuild_feed
from brands.models import Brand, BrandPost, Enrolment
from people.models import Account, Person, Post
from tools.proving.copying import Copy
from tools.proving.facts import DEPARTMENTS, Facts
from tools.proving.filling import CONSENT
from tools.proving.ledger import Ledger
from tools.proving.reading import fetched

ROUNDS = 15


def prove(copy: Copy, facts: Facts, ledger: Ledger) -> None:
    """Enrol the committees, sync, rebuild, look at the pages."""
    before = fetched()
    known = (Person.objects.count(), Account.objects.count(), Post.objects.count())
    began = time.monotonic()
    groups = facts.groups()
    for group in sorted(groups):
        _open(facts, group)
    ledger.took(f"open {len(groups)} committees as brands and enrol them", began)
    enrolled = {
        brand.slug.upper(): set(
            Account.objects.filter(shown_on__enrolment__brand=brand).values_list("remote_id", flat=True)
        )
        for brand in Brand.objects.exclude(slug__in=DEPARTMENTS)
    }
    ledger.claim("committees whose people are those of the file, by network id", len(groups), _same(groups, enrolled))
    ledger.claim("enrolments at committees", sum(map(len, groups.values())), _enrolments())
    began = time.monotonic()
    copy.manage("sync", "--until-idle", expect=(0, 1))
    ledger.took("sync after that", began)
    found = (Person.objects.count(), Account.objects.count(), Post.objects.count())
    ledger.claim("people, accounts, posts: none more", " ".join(map(str, known)), " ".join(map(str, found)))
    ledger.claim("nobody is fetched twice: readings, calls, posts fetched, last look-up", before, fetched())
    began = time.monotonic()
    feeds(ledger)
    ledger.took("rebuild every feed from nothing", began)
    shown = BrandPost.objects.filter(brand__slug__in=DEPARTMENTS).count()
    expected = len(facts.posts) - facts.kinds["reply"] - facts.kinds["repost"]
    ledger.claim("posts on the two first brands' pages: all but answers and reposts", expected, shown)
    _pages(copy, ledger)


def feeds(ledger: Ledger) -> None:
    """Claim of every brand that its feed is what is computed from nothing."""
    same = 0
    for brand in Brand.objects.all():
        before = _feed(brand)
        rebuild_feed(brand)
        same += before == _feed(brand)
    ledger.claim("feeds equal to those made from nothing", Brand.objects.count(), same)


def _open(facts: Facts, group: str) -> None:
    name = next(row["committee"] for row in facts.committees if row["committee_id"] == group)
    call_command("createbrand", group.lower(), name=name[:80], owner="owner@committees.example", stdout=io.StringIO())
    try:
        call_command(
            "enrol",
            group.lower(),
            facts.path("committees.csv"),
            *("--where", f"committee_id={group}", "--map", "side=team", "--create-teams", "--no-mail", *CONSENT),
            stdout=io.StringIO(),
        )
    except SystemExit as end:
        if end.code != 1:
            raise


def _same(wanted: dict[str, set[str]], found: dict[str, set[str]]) -> int:
    return sum(found.get(group) == ids for group, ids in wanted.items())


def _enrolments() -> int:
    return Enrolment.objects.filter(state=Enrolment.State.ACTIVE).exclude(brand__slug__in=DEPARTMENTS).count()


def _feed(brand: Brand) -> set[tuple[object, ...]]:
    return set(BrandPost.objects.filter(brand=brand).values_list("post_id", "person_id", "published_at"))


def _pages(copy: Copy, ledger: Ledger) -> None:
    people = list(Person.objects.filter(page_open=True).values_list("slug", flat=True))
    brands = list(Brand.objects.values_list("slug", flat=True))
    paths = ["/", *(f"/brands/{slug}/" for slug in brands), *(f"/people/{slug}/" for slug in people)]
    began = time.monotonic()
    with ThreadPoolExecutor(4) as pool:
        wrong = [path for path, (status, _) in zip(paths, pool.map(copy.get, paths), strict=True) if status != 200]
    ledger.took(f"fetch {len(paths)} pages", began)
    ledger.claim("pages of brands and people that do not answer 200", [], wrong)
    for path in ("/brands/house/", "/brands/house/people/"):
        times = []
        for _ in range(ROUNDS):
            began = time.monotonic()
            copy.get(path)
            times.append(time.monotonic() - began)
        ledger.at_most(f"{path}, median of {ROUNDS}", 1000, statistics.median(times) * 1000, "ms")
