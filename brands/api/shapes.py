"""What the API says of brands and of the people on their pages."""

from collections.abc import Sequence
from typing import Any

from rest_framework import serializers

from brands.models import Brand, Enrolment
from brands.queries import cards
from people.api import shapes
from people.api.shapes import AccountSerializer, PortraitSerializer
from people.outgoing.addresses import page


class BrandSerializer(serializers.Serializer[Any]):
    """A brand."""

    slug = serializers.SlugField()
    url = serializers.URLField(help_text="The brand's page.")
    name = serializers.CharField()
    tagline = serializers.CharField(allow_blank=True)
    colour = serializers.CharField(help_text="On light ground.")
    colour_dark = serializers.CharField(help_text="On dark ground.")
    people = serializers.IntegerField(help_text="How many people its page lists.")


class BrandPageSerializer(serializers.Serializer[Any]):
    """Brands, in the order of their slugs."""

    results = BrandSerializer(many=True)
    next = serializers.URLField(allow_null=True, help_text="The next page; null on the last.")


class LabelSerializer(serializers.Serializer[Any]):
    """A team, or something that people know about."""

    slug = serializers.SlugField()
    name = serializers.CharField()


class ListedSerializer(serializers.Serializer[Any]):
    """A person, as a brand's list of people shows them."""

    slug = serializers.SlugField()
    url = serializers.URLField(help_text="The person's page.")
    name = serializers.CharField()
    title = serializers.CharField(allow_blank=True)
    place = serializers.CharField(allow_blank=True)
    team = LabelSerializer(allow_null=True)
    topics = LabelSerializer(many=True)
    languages = serializers.ListField(child=serializers.CharField(), help_text="BCP 47.")
    line = serializers.CharField(allow_blank=True)
    since = serializers.DateField(allow_null=True, help_text="With the brand since then.")
    on_a_break = serializers.BooleanField(help_text="Listed, and saying nothing new here for now.")
    back_on = serializers.DateField(allow_null=True, help_text="As the person said; null where they did not.")
    portrait = PortraitSerializer()
    accounts = AccountSerializer(many=True)


class ListedPageSerializer(serializers.Serializer[Any]):
    """People, in the order of the brand's list: by family name."""

    results = ListedSerializer(many=True)
    next = serializers.URLField(allow_null=True, help_text="The next page; null on the last.")


def brand(found: Brand, people: int) -> dict[str, Any]:
    """Return a brand."""
    return {
        "slug": found.slug,
        "url": page("brand", found.slug),
        "name": found.name,
        "tagline": found.tagline,
        "colour": found.colour,
        "colour_dark": found.colour_dark,
        "people": people,
    }


def listed(enrolment_ids: Sequence[int]) -> list[dict[str, Any]]:
    """Return people of a brand in this order, in a fixed number of queries."""
    drawn = cards.cards(enrolment_ids)
    rows = Enrolment.objects.filter(pk__in=drawn).select_related("team", "person").prefetch_related("topics")
    known = {row.pk: row for row in rows}
    return [_listed(known[pk], drawn[pk]) for pk in enrolment_ids if pk in known]


def _listed(row: Enrolment, card: cards.Card) -> dict[str, Any]:
    return {
        "slug": card.person.slug,
        "url": shapes.page_of(card.person.slug),
        "name": card.person.name,
        "title": card.title,
        "place": card.place,
        "team": row.team,
        "topics": sorted(row.topics.all(), key=lambda topic: topic.slug),
        "languages": row.person.languages,
        "line": card.line,
        "since": row.with_brand_since,
        "on_a_break": card.paused,
        "back_on": card.paused_until if card.paused else None,
        "portrait": shapes.portrait(card.face),
        "accounts": [shapes.account(one.network, one.handle) for one in card.accounts],
    }
