"""Addresses and names for readers elsewhere: whole, and the same for ever."""

from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse

from people.models import Post
from people.networks.links import permalink
from people.networks.types import ELSEWHERE

_SINCE = 2026  # a tag names a year in which its host was the site's; another one would make every name a new one


def whole(path: str) -> str:
    """Return an address on this site as others need it: with scheme and host."""
    return path if path.startswith(("https://", "http://")) else f"{settings.SITE_URL}/{path.removeprefix('/')}"


def page(name: str, *words: object) -> str:
    """Return the whole address of a page of ours."""
    return whole(reverse(name, args=words))


def tag(path: str) -> str:
    """Return the name of something for ever (RFC 4151), which stays when its address or its words change."""
    return f"tag:{urlsplit(settings.SITE_URL).hostname},{_SINCE}:{path}"


def source(post: Post) -> str:
    """Return where a post stands at its network, or where the thing said elsewhere is."""
    if post.account.network == ELSEWHERE:
        return post.link
    return whole(permalink(post.account.network, post.account.handle, post.remote_id))
