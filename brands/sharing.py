"""What a brand's page says of itself where somebody shares its address, and to search engines."""

from advocacy.templatetags.chorus import figure
from brands.models import Brand
from brands.queries.front import Front
from brands.share_cards import card_of
from people.outgoing.addresses import page
from people.outgoing.sharing import Linked, Share, linked_person, shortened

_LINES = 3  # people who introduce the others


def of_brand(brand: Brand, front: Front) -> Share:
    """Return what a brand's page says of itself, in its people's lines; the brand was read with_card."""
    card = card_of(brand)
    lines = [f"{one.person.first_name}{':' if one.sentence else ''} {one.line}" for one in front.chorus if one.line]
    stopped = [line if line.endswith((".", "!", "?", "…")) else f"{line}." for line in lines[:_LINES]]
    count = f"{figure(front.people)} {'person' if front.people == 1 else 'people'}, in their own words."
    return Share(
        kind="website",
        title=f"The people of {brand.tagline or brand.name}",
        description=shortened(" ".join([*stopped, count])),
        url=page("brand", brand.slug),
        image=page("brand-card", brand.slug, card.stem) if card else "",
        alt=card.alt if card else "",
    )


def organisation(brand: Brand, front: Front) -> Linked:
    """Return a brand's page for search engines (schema.org Organization): the people whom it opens with today."""
    people = {one.person.pk: one for one in (*front.chorus, *front.grid)}.values()
    return {
        "@context": "https://schema.org",
        "@type": "Organization",
        "name": brand.name,
        "url": page("brand", brand.slug),
        "employee": [linked_person(one.person, one.face, one.title) for one in people],
    }
