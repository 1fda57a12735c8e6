"""What a brand has a say in when its people publish: only posts that speak for it, by consent, pause and budget.

A person's other posts are theirs alone; nothing here sees them. A pause rests the brand's stories too, and its people
read one line about it on their desk.
"""

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from advocacy.audit import record
from brands.models import Brand, Enrolment
from brands.queries.stories import open_now
from brands.telling import brand_told
from people import sections
from people.models import Delivery, Person, User
from people.publishing import budget, checks, pausing
from people.publishing.clock import DbNow
from people.publishing.moves import move_all
from people.sections import Spoken

HELD = Delivery.State.HELD
LONGEST_LINE = 140
HIGHEST_CAP = 1_000_000  # USD


def listen() -> None:
    """Register with people's publishing."""
    checks.register(consent, before_send=True)  # whoever left since the claim speaks for it no longer
    checks.register(paused, before_send=True)
    budget.register(caps)
    sections.register_speaker(spoken)
    sections.register_notice(notices)


def spoken(person: Person) -> list[Spoken]:
    """Return the brands that this person may speak for: those that they said yes to, in two queries."""
    rows = Enrolment.objects.filter(person=person, state=Enrolment.State.ACTIVE).select_related("brand")
    here = list(rows.order_by("brand__name", "pk"))
    told: dict[int, list[str]] = {}
    for brand, links in open_now().filter(brand__in=[row.brand_id for row in here]).values_list("brand", "links"):
        told.setdefault(brand, []).extend(links)
    pages = {row.brand_id: f"{settings.SITE_URL}{reverse('brand', args=[row.brand.slug])}" for row in here}
    return [Spoken(n.brand_id, n.brand.name, (pages[n.brand_id], *told.get(n.brand_id, []))) for n in here]


def consent(delivery: Delivery) -> checks.Verdict | None:
    """A post that speaks for a brand needs its author's yes to it, at the moment of sending."""
    if delivery.speaks_for is None:
        return None
    yes = Enrolment.objects.filter(brand=delivery.speaks_for, person=delivery.person_id, state=Enrolment.State.ACTIVE)
    if yes.exists():
        return None
    return checks.Verdict(HELD, "consent", "it says that you speak for a brand, and you do not at present")


def paused(delivery: Delivery) -> checks.Verdict | None:
    """A brand's pause holds what speaks for it, and nothing else."""
    if delivery.speaks_for is None:
        return None
    found = Brand.objects.filter(pk=delivery.speaks_for, publishing_paused_at__isnull=False).first()
    return checks.Verdict(HELD, "paused", paused_words(found)) if found else None


def notices(person: Person) -> list[str]:
    """Return what the brands that this person stands for tell them while they pause, in one query."""
    here = Enrolment.objects.filter(person=person, state=Enrolment.State.ACTIVE).values("brand")
    resting = Brand.objects.filter(pk__in=here, publishing_paused_at__isnull=False).order_by("name", "pk")
    return [f"{paused_words(brand)}. What you say for yourself goes out as always." for brand in resting]


def paused_words(brand: Brand) -> str:
    """Return what a brand tells its people while it pauses, with the line that it agreed on."""
    said = f": {brand.pause_line.rstrip('.')}" if brand.pause_line else ""
    return f"{brand.name} has paused its stories and posts that speak for it{said}"


def hold(person: Person, brand: Brand) -> int:
    """Hold what waits to go out and speaks for a brand that the person left; they decide. Return how many."""
    words = f"you have left {brand.name}, and it says that you speak for it: take it back, or write it anew"
    waiting = Q(person=person.pk, speaks_for=brand.pk)
    return move_all(waiting, come_from=Delivery.State.SCHEDULED, to=HELD, reason="consent", trouble=words)


def caps(delivery: Delivery) -> list[budget.Cap]:
    """A brand may cap what posts that speak for it cost in a month; what they cost is counted in any case."""
    if delivery.speaks_for is None:
        return []
    found = Brand.objects.filter(pk=delivery.speaks_for).values_list("posting_cap_usd", "name").first()
    own, name = found or (None, "")
    most = budget.cap() if own is None else own * 1000
    return [budget.Cap(budget.brand_key(delivery.speaks_for), most, name)]


def set_cap(*, brand: Brand, usd: int | None, actor: User) -> None:
    """Say what posts that speak for this brand may cost in a month; None: only the site's cap holds.

    Raises ValueError for a cap that cannot be. What the old one held is looked at again.
    """
    if usd is not None and not 0 <= usd <= HIGHEST_CAP:
        raise ValueError(f"Write whole dollars from 0 to {HIGHEST_CAP:,}.")
    with transaction.atomic():
        before = Brand.objects.filter(pk=brand.pk).values_list("posting_cap_usd", flat=True).get()
        if before == usd:
            return
        Brand.objects.filter(pk=brand.pk).update(posting_cap_usd=usd)
        facts: dict[str, object] = {"before": before, "now": usd}
        record("publishing.capped", actor=actor, brand=brand.slug, subject=f"brand:{brand.pk}", details=facts)
        pausing.look_again(Q(speaks_for=brand.pk, reason="budget"))
    brand.refresh_from_db(fields=["posting_cap_usd"])


def pause_publishing(*, brand: Brand, actor: User | None, label: str = "", line: str = "") -> bool:
    """Hold every post that speaks for this brand, and rest its stories; return whether that is new.

    line: what its people read on their desk meanwhile; during a pause it can be written anew.
    """
    words = " ".join(line.split())[:LONGEST_LINE]
    with transaction.atomic():
        new = Brand.objects.filter(pk=brand.pk, publishing_paused_at=None).update(publishing_paused_at=DbNow())
        told = Brand.objects.filter(pk=brand.pk).exclude(pause_line=words).update(pause_line=words)
        if new or told:
            verb = "publishing.paused" if new else "publishing.pause_line"
            facts: dict[str, object] = {"line": words}
            record(verb, actor=actor, label=label, brand=brand.slug, subject=f"brand:{brand.pk}", details=facts)
            brand_told(brand.pk)
    brand.refresh_from_db(fields=["publishing_paused_at", "pause_line"])
    return bool(new)


def resume_publishing(*, brand: Brand, actor: User | None, label: str = "") -> bool:
    """Let posts that speak for this brand go out again; return whether they were held."""
    with transaction.atomic():
        resting = Brand.objects.filter(pk=brand.pk, publishing_paused_at__isnull=False)
        ended = resting.update(publishing_paused_at=None, pause_line="")
        if ended:
            record("publishing.resumed", actor=actor, label=label, brand=brand.slug, subject=f"brand:{brand.pk}")
            pausing.look_again(Q(speaks_for=brand.pk))
            brand_told(brand.pk)
    brand.refresh_from_db(fields=["publishing_paused_at", "pause_line"])
    return bool(ended)
