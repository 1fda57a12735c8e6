"""A brand's card for sharing: five of its people and how its chorus ends. Drawn by workers, never by a GET."""

import hashlib
import json
import logging
import time
from dataclasses import dataclass

from django.db import transaction
from django.db.models import CharField, Count, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Concat
from django.utils import timezone
from PIL import Image, ImageDraw

from advocacy import limits, versions
from advocacy.models import Version
from advocacy.templatetags.chorus import in_words
from brands.models import Brand, BrandCard, Enrolment
from brands.queries.cards import LISTED, listed
from people import faces
from people import kept as files
from people.models import Person
from people.queries.faces import faces_of
from people.share_cards import drawing, kept, lettering
from people.share_cards.lettering import Style
from people.share_cards.persons import picture_stem

KIND = "brands"
RECIPE = 1
FACES = 5
BUSY_SECONDS = 10.0
ENDING = Style(66, 700, 1.06)
FACE = (196, 245)
_CORNERS = (36, 36, 36, 6)  # the sharp one points at the words below
_GAP = 24
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Look:
    """Everything that a brand's card shows; the same look is the same file."""

    brand: int  # its id: no other brand's card is the same file
    people: tuple[tuple[int, str, str, str], ...]  # enrolment, name, backdrop, stem of the picture
    ending: str
    title: str
    colour: str

    @property
    def stem(self) -> str:
        """What the file is named by."""
        shown = [RECIPE, self.brand, self.people, self.ending, self.title, self.colour]
        return hashlib.sha256(json.dumps(shown).encode()).hexdigest()[:32]

    @property
    def alt(self) -> str:
        """What is to be seen, in words."""
        names = [name for _, name, _, _ in self.people]
        named = ", ".join(names[:-1]) + f" and {names[-1]}" if len(names) > 1 else names[0]
        return f"Portrait{'s' if len(names) > 1 else ''} of {named} above the words: {self.ending}"


def draw_due() -> int:
    """Draw the cards of brands that are not as they should be; return how many. Harmless 0, 1 or n times."""
    began, drawn = time.monotonic(), 0
    for brand in Brand.objects.select_related("share_card").order_by(
        F("share_card__checked_at").asc(nulls_first=True), "pk"
    ):
        if time.monotonic() - began > BUSY_SECONDS:
            break
        (places,) = versions.asked((versions.places(brand.pk),))  # first: a change meanwhile makes the card an old one
        seen, card = look(brand), getattr(brand, "share_card", None)
        before = card.stem if card else None
        if before == (seen.stem if seen else "") and (not before or kept.here(KIND, before)):
            BrandCard.objects.filter(pk=brand.pk).update(checked_at=timezone.now(), places=places)
            continue
        _draw(brand, seen, before, places)
        drawn += 1
    if limits.hold("share:brands", seconds=files.UNUSED_FOR.total_seconds()):
        files.sweep(kept.folder(KIND), set(BrandCard.objects.values_list("stem", flat=True)))
    return drawn


def look(brand: Brand) -> Look | None:
    """Return how a brand's card looks now; None while nobody is listed."""
    here = listed(brand)
    active = here.filter(state=Enrolment.State.ACTIVE).select_related("person")
    rows = list(active.order_by("-in_chorus", "consented_at", "pk")[:FACES])
    if not rows:
        return None
    pictures = faces_of(row.person for row in rows)
    return Look(
        brand=brand.pk,
        people=tuple(
            (row.pk, row.person.name, row.person.backdrop, picture_stem(pictures[row.person_id])) for row in rows
        ),
        ending=_ending(brand, here, rows[0]),
        title=f"The people of {brand.tagline or brand.name}",
        colour=brand.colour,
    )


def _ending(brand: Brand, here: "QuerySet[Enrolment]", first: Enrolment) -> str:
    """Return how the chorus ends, as the page says it; here: whom the page lists."""
    people = here.count()
    if people == 1:
        return f"This page starts with {first.person.first_name}."
    signed = here.filter(person=brand.closing_by_id, state=Enrolment.State.ACTIVE)
    if brand.closing_line and signed.exists():
        return brand.closing_line
    return f"{in_words(people).capitalize()} of us speak here."


def draw(seen: Look) -> bytes:
    """Return the card as a file. Raises OSError where a portrait's file is gone."""
    card = Image.new("RGB", drawing.SIZE, drawing.PAPER)
    pen = ImageDraw.Draw(card)
    pen.rectangle((0, 0, drawing.SIZE[0], 7), fill=seen.colour)
    left, top = drawing.MARGIN
    for place, (_, name, backdrop, stem) in enumerate(seen.people):
        path = faces.file_of(stem, "320") if stem else None
        picture = drawing.portrait(path, name, backdrop, FACE)
        card.paste(picture, (left + place * (FACE[0] + _GAP), top + 8), drawing.with_corners(picture, _CORNERS))
    width, bottom = drawing.SIZE[0] - 2 * left, drawing.SIZE[1] - top
    if lettering.drawable(seen.title):
        drawing.signed(pen, (left, bottom - drawing.SMALL.height), seen.title, seen.colour)
    room = bottom - drawing.SMALL.height - _GAP - (top + 8 + FACE[1] + _GAP)
    ending = lettering.fitted(seen.ending, ENDING, width, room, 30) if lettering.drawable(seen.ending) else None
    if ending:
        style, broken = ending
        y = top + 8 + FACE[1] + _GAP + (room - len(broken) * style.height) // 2
        for number, line in enumerate(broken):
            lettering.write(pen, (left, y + number * style.height), line, style, drawing.WORDS)
    return drawing.as_file(card)


def _draw(brand: Brand, seen: Look | None, before: str | None, places: int) -> None:
    """Draw one card and let the row name it, unless another worker was faster or somebody on it has gone meanwhile.

    Then the file that no row names goes: that of before, or the new one.
    """
    stem = seen.stem if seen else ""
    try:
        if seen:
            kept.keep(KIND, stem, draw(seen))
    except OSError as error:  # a portrait's file is being fetched anew
        log.info("no card for brand %s: %s", brand.pk, type(error).__name__)
        seen, stem = None, ""
    if not _named(brand, seen, before, places):
        if not BrandCard.objects.filter(pk=brand.pk, stem=stem).exists():
            kept.drop(KIND, stem)
    elif before and before != stem:
        kept.drop(KIND, before)


def _named(brand: Brand, seen: Look | None, before: str | None, places: int) -> bool:
    """Let the row name a card and who is on it; return whether it was this that did."""
    ids = [pk for pk, *_ in seen.people] if seen else []
    said = {"stem": seen.stem if seen else "", "alt": seen.alt if seen else "", "people": len(ids)}
    with transaction.atomic():
        # whoever hides or erases one of them waits for these rows, and finds the card, or was first, and there is none
        here = Person.objects.select_for_update(no_key=True, of=("self",)).filter(enrolments__in=ids, page_open=True)
        if len(list(here.order_by("pk").values_list("pk"))) < len(ids):
            return False
        if before is None:
            BrandCard.objects.bulk_create([BrandCard(brand=brand, checked_at=timezone.now())], ignore_conflicts=True)
        mine = BrandCard.objects.filter(pk=brand.pk, stem=before or "")
        if not mine.update(checked_at=timezone.now(), places=places, **said):
            return False
        BrandCard(pk=brand.pk).shows.set(ids)
    return True


def with_card(brands: "QuerySet[Brand]") -> "QuerySet[Brand]":
    """Read with each brand its card, how many of the people on it are listed, and the number of its places, now."""
    here = Q(share_card__shows__state__in=LISTED, share_card__shows__person__page_open=True)
    key = Concat(Value("places:"), Cast(OuterRef("pk"), CharField()))  # as versions.places writes it
    number = Subquery(Version.objects.filter(key=key).values("number"))
    counted = Count("share_card__shows", filter=here)
    return brands.select_related("share_card").annotate(on_card=counted, places_now=Coalesce(number, 0))


def card_of(brand: Brand) -> BrandCard | None:
    """Return the card that the brand's page may name; of a brand with_card.

    None while somebody on it is not listed, or while anybody of the brand has changed and no worker has looked since:
    a card never shows a name or a face that was changed or taken away.
    """
    card: BrandCard | None = getattr(brand, "share_card", None)
    listed_still: int = brand.on_card  # type: ignore[attr-defined] # annotated by with_card
    places: int = brand.places_now  # type: ignore[attr-defined] # likewise
    return card if card and card.stem and card.people == listed_still and card.places == places else None
