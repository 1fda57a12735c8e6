"""An app that acts for inhabitants: its own steps of OAuth, and raw calls by a token."""

import base64
import hashlib
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests

from tests.sandbox_copy import SandboxCopy

CALLBACK = "http://site.example/callback/"
SCOPES = "tweet.read tweet.write users.read media.write offline.access"
VERIFIER = "v" * 64
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
WORDS = {
    "response_type": "code",
    "client_id": "app",
    "redirect_uri": CALLBACK,
    "scope": SCOPES,
    "state": "abc",
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
}


def consent(sandbox: SandboxCopy, handle: str = "ingrid", **words: Any) -> requests.Response:
    """Say yes (or answer=no) as somebody; return the redirect."""
    body = {**WORDS, "who": handle, "answer": "yes", **words}
    return requests.post(f"{sandbox.site}i/oauth2/authorize", data=body, allow_redirects=False, timeout=20)


def code(sandbox: SandboxCopy, handle: str = "ingrid", **words: Any) -> str:
    """Return a code."""
    return parse_qs(urlsplit(consent(sandbox, handle, **words).headers["Location"]).query)["code"][0]


def token(sandbox: SandboxCopy, auth: Any = ("app", "secret"), **body: str) -> requests.Response:
    """Call the token endpoint."""
    return requests.post(f"{sandbox.base_url}/2/oauth2/token", data=body, auth=auth, timeout=20)


def exchange(sandbox: SandboxCopy, given: str, **more: Any) -> requests.Response:
    """Exchange a code."""
    body = {"grant_type": "authorization_code", "code": given, "redirect_uri": CALLBACK, "code_verifier": VERIFIER}
    return token(sandbox, **{**body, **more})


def signed_in(sandbox: SandboxCopy, handle: str = "ingrid", scope: str = SCOPES) -> dict[str, Any]:
    """Return the tokens of somebody."""
    answer = exchange(sandbox, code(sandbox, handle, scope=scope))
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def call(sandbox: SandboxCopy, method: str, path: str, access: str, **words: Any) -> requests.Response:
    """Make one raw call below /2/."""
    headers = {"Authorization": f"Bearer {access}"}
    return requests.request(method, f"{sandbox.base_url}/2/{path}", headers=headers, timeout=20, **words)
