"""What the API says of persons and posts: no more than the public pages show, and of posts on X less.

Where the terms of a network let posts leave a site only as author and link (people.outgoing.terms), the words, the
language and the pictures are null.
"""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from rest_framework import serializers

from people.models import Account, Person, Post
from people.networks import links
from people.networks.types import ELSEWHERE, NETWORKS
from people.outgoing.addresses import page, source, whole
from people.outgoing.contacts import links_of
from people.outgoing.pictures import pictures_of
from people.outgoing.terms import words_may_leave
from people.queries.faces import Face
from people.sections import Appearance


class PortraitSerializer(serializers.Serializer[Any]):
    """The picture that stands for a person: their portrait, else their account's, else their initials."""

    small = serializers.URLField(help_text="4:5, up to 320 px wide.")
    large = serializers.URLField(help_text="4:5, up to 640 px wide.")
    alt = serializers.CharField(allow_blank=True)


class AccountSerializer(serializers.Serializer[Any]):
    """An account that is known to be the person's."""

    network = serializers.ChoiceField([*NETWORKS])
    handle = serializers.CharField()
    url = serializers.URLField(help_text="The profile at its network.")


class AppearanceSerializer(serializers.Serializer[Any]):
    """A brand whose page shows the person."""

    brand = serializers.CharField()
    url = serializers.URLField()
    title = serializers.CharField(allow_blank=True)
    place = serializers.CharField(allow_blank=True)
    since = serializers.DateField(allow_null=True)


class LinkSerializer(serializers.Serializer[Any]):
    """A link that the person put on their page."""

    label = serializers.CharField()  # type: ignore[assignment] # of the serializer as a field: not asked for here
    url = serializers.URLField()


class PersonSerializer(serializers.Serializer[Any]):
    """A person, as their own page shows them."""

    slug = serializers.SlugField()
    url = serializers.URLField(help_text="The person's page.")
    name = serializers.CharField()
    first_name = serializers.CharField()
    line = serializers.CharField(allow_blank=True)
    about = serializers.CharField(allow_blank=True)
    languages = serializers.ListField(child=serializers.CharField(), help_text="BCP 47.")
    links = LinkSerializer(many=True)
    portrait = PortraitSerializer()
    accounts = AccountSerializer(many=True)
    appears_at = AppearanceSerializer(many=True)


class AuthorSerializer(serializers.Serializer[Any]):
    """Who said something."""

    slug = serializers.SlugField()
    name = serializers.CharField()
    url = serializers.URLField(help_text="The author's page.")
    handle = serializers.CharField(allow_blank=True, help_text="At the post's network; empty where it has none.")


class PictureSerializer(serializers.Serializer[Any]):
    """A picture of a post."""

    url = serializers.URLField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    alt = serializers.CharField(allow_blank=True)


class PostSerializer(serializers.Serializer[Any]):
    """What a person said."""

    id = serializers.IntegerField()
    url = serializers.URLField(help_text="The post's page here.")
    network = serializers.ChoiceField([*NETWORKS, ELSEWHERE])
    permalink = serializers.URLField(help_text="The post where it was said.")
    published_at = serializers.DateTimeField()
    author = AuthorSerializer()
    text = serializers.CharField(allow_null=True, help_text="null where the network's rules keep the words there.")
    language = serializers.CharField(allow_null=True, help_text="BCP 47; null where it is not known or not passed on.")
    pictures = PictureSerializer(many=True, allow_null=True, help_text="null where they are not passed on.")


class PostPageSerializer(serializers.Serializer[Any]):
    """Posts, newest first."""

    results = PostSerializer(many=True)
    next = serializers.URLField(allow_null=True, help_text="The next page; null on the last.")


def portrait(face: Face) -> dict[str, str]:
    """Return the picture that stands for a person."""
    return {"small": whole(face.small_url), "large": whole(face.large_url), "alt": face.alt}


def account(network: str, handle: str) -> dict[str, str]:
    """Return an account."""
    return {"network": network, "handle": handle, "url": whole(links.profile_link(network, handle))}


def page_of(slug: str | None) -> str:
    """Return the address of a person's page."""
    return page("person", slug)


def person(found: Person, face: Face, accounts: Iterable[Account], places: Iterable[Appearance]) -> dict[str, Any]:
    """Return a person."""
    return {
        "slug": found.slug,
        "url": page_of(found.slug),
        "name": found.name,
        "first_name": found.first_name,
        "line": found.line,
        "about": found.about,
        "languages": found.languages,
        "links": [link._asdict() for link in links_of(found)],
        "portrait": portrait(face),
        "accounts": [account(one.network, one.handle) for one in accounts],
        "appears_at": [
            {
                "brand": place.brand,
                "url": whole(place.url),
                "title": place.title,
                "place": place.place,
                "since": place.since,
            }
            for place in places
        ],
    }


def post(found: Post) -> dict[str, Any]:
    """Return a post, read with its author and pictures (people.queries.posts)."""
    network, author = found.account.network, found.person
    passed_on = words_may_leave(found)
    return {
        "id": found.pk,
        "url": page("post", found.pk),
        "network": network,
        "permalink": source(found),
        "published_at": found.published_at,
        "author": {
            "slug": author.slug,
            "name": author.name,
            "url": page_of(author.slug),
            "handle": "" if network == ELSEWHERE else found.account.handle,
        },
        "text": found.text if passed_on else None,
        "language": (found.lang or None) if passed_on else None,
        "pictures": [asdict(one) for one in pictures_of(found)] if passed_on else None,
    }
