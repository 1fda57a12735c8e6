"""A real tweepy client that speaks to the sandbox, and raw answers beside it."""

from typing import Any
from urllib.parse import urlsplit

import requests
import tweepy

from tests.sandbox_copy import SandboxCopy


class Rewriting(requests.adapters.HTTPAdapter):
    """Sends what tweepy addresses to https://api.twitter.com to the sandbox instead."""

    def __init__(self, base: str) -> None:
        """Keep the sandbox's base address."""
        super().__init__()
        self.base = base

    def send(self, request: requests.PreparedRequest, **words: Any) -> requests.Response:
        """Send to the sandbox."""
        parts = urlsplit(str(request.url))
        request.url = f"{self.base}{parts.path}" + (f"?{parts.query}" if parts.query else "")
        return super().send(request, **words)


def client(sandbox: SandboxCopy, bearer: str | None = None) -> tweepy.Client:
    """Return tweepy's own client, which gives dicts."""
    made = tweepy.Client(bearer or sandbox.bearer, return_type=dict)
    made.session.mount("https://api.twitter.com", Rewriting(sandbox.base_url))
    return made


def get(sandbox: SandboxCopy, path: str, bearer: str | None = None, **parameters: str) -> requests.Response:
    """Return the raw answer of one GET below /2/."""
    headers = {"Authorization": f"Bearer {bearer or sandbox.bearer}"}
    return requests.get(f"{sandbox.base_url}/2/{path}", params=parameters, headers=headers, timeout=20)
