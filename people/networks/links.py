"""Where readers see a post or a profile at its network: the one place that knows these addresses.

On X they are x.com's; a site that reads the sandbox points to the sandbox's own pages (settings.X_WEB_BASE).
"""

import re
from collections.abc import Mapping
from urllib.parse import quote

from django.conf import settings

_X_POST = re.compile(r"/(?P<handle>[A-Za-z0-9_]{1,20})/status(?:es)?/(?P<id>[0-9]{1,20})(?:[/?#]|$)")


def permalink(network: str, handle: str, remote_id: str) -> str:
    """Return the address of one post at its network; "" where its author's handle is needed there and not known."""
    if not handle and settings.X_WEB_BASE.startswith("/"):
        return ""  # X finds a post by its id alone, the sandbox does not
    return _addresses(network)["post"].format(handle=quote(handle or "i"), id=quote(remote_id))


def answer_link(network: str, handle: str, remote_id: str) -> str:
    """Return the address where a reader answers a post, at its network."""
    return _addresses(network)["answer"].format(handle=quote(handle or "i"), id=quote(remote_id))


def profile_link(network: str, handle: str) -> str:
    """Return the address of a profile at its network."""
    return _addresses(network)["profile"].format(handle=quote(handle))


def _addresses(network: str) -> Mapping[str, str]:
    """Return the patterns of a network. Raises KeyError for one that nobody can speak."""
    base = settings.X_WEB_BASE
    if base.startswith("/"):  # the sandbox: its page of a post is where one answers
        post, answer, profile = "/{handle}/status/{id}/", "/{handle}/status/{id}/", "/{handle}/"
    else:
        post, answer, profile = "/{handle}/status/{id}", "/intent/tweet?in_reply_to={id}", "/{handle}"
    return {"x": {"post": base + post, "answer": base + answer, "profile": base + profile}}[network]


def id_in_link(network: str, link: str) -> str:
    """Return the id of the post that an address at a network leads to; "" where it leads to no single post."""
    found = _X_POST.search(link) if network == "x" else re.search(r"/([\w:.-]{1,100})/?$", link)
    return found["id" if network == "x" else 1] if found else ""


def handle_in_link(network: str, link: str) -> str:
    """Return whose post an address at a network says that it is, "" where it does not say."""
    found = _X_POST.search(link) if network == "x" else None
    return "" if found is None or found["handle"] in {"i", "web"} else found["handle"]
