"""Linking an account of X: OAuth 2.0 with PKCE by our own calls, as docs.x.com describes it (August 2026).

A code lives 30 seconds, an access token two hours; a refresh token is good once, and a new one comes with each use.
"""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.views.decorators.debug import sensitive_variables

from advocacy import http
from people.networks.errors import NotNow, Refused, Unknown
from people.networks.linking import NotGranted, Tokens
from people.networks.types import ProfileRecord

HOST = "https://api.x.com"
SECONDS = 15.0  # for one call, all in all
AGAIN = timedelta(seconds=60)
WORDS = {
    "tweet.read": "see your posts, and posts that you can see",
    "users.read": "see your profile",
    "tweet.write": "post and delete posts for you, each one only after you said so here",
    "media.write": "upload pictures for those posts",
    "offline.access": "stay linked until you end it",
}
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class XOAuth:
    """Implements Linking of linking.py."""

    scopes = ("tweet.read", "tweet.write", "users.read", "media.write", "offline.access")
    unused_life: timedelta | None = timedelta(days=182)  # our reckoning: X names no time, apps saw half a year

    def __init__(self, *, base: str, web_base: str, client_id: str, client_secret: str) -> None:
        """base is the API's address, web_base where people sign in; client_secret is "" for a public client."""
        self.session = http.api_session(base=base, stands_for=HOST, total_seconds=SECONDS, largest=1_000_000)
        self.web_base = web_base
        self.client_id = client_id
        self.client_secret = client_secret

    def begin_address(self, *, state: str, challenge: str, callback: str) -> str:
        """See Linking.begin_address."""
        words = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": callback,
            "scope": " ".join(self.scopes),
            "state": state,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return f"{self.web_base}/i/oauth2/authorize?{urlencode(words)}"

    @sensitive_variables()
    def exchange(self, *, code: str, verifier: str, callback: str) -> Tokens:
        """See Linking.exchange: POST /2/oauth2/token."""
        words = {"grant_type": "authorization_code", "code": code, "redirect_uri": callback, "code_verifier": verifier}
        return _tokens(self._post("token", words))

    @sensitive_variables()
    def refresh(self, token: str) -> Tokens:
        """See Linking.refresh: POST /2/oauth2/token."""
        return _tokens(self._post("token", {"grant_type": "refresh_token", "refresh_token": token}))

    @sensitive_variables()
    def revoke(self, token: str) -> None:
        """See Linking.revoke: POST /2/oauth2/revoke. X answers as to a wrong token where it knows none."""
        try:
            answer = self._post("revoke", {"token": token})
        except NotGranted:
            return
        if answer.get("revoked") is not True:
            raise Unknown("X does not say that it forgot the token")

    @sensitive_variables()
    def me(self, access: str) -> ProfileRecord:
        """See Linking.me: GET /2/users/me."""
        fields = {"user.fields": "name,username,profile_image_url,protected"}
        headers = {"Authorization": f"Bearer {access}"}
        answer = self._send("GET", "/2/users/me", params=fields, headers=headers)
        if answer.status_code == 401:
            raise NotGranted("X does not take the token that it gave")
        user = _read(answer).get("data")
        if not isinstance(user, dict) or not isinstance(user.get("id"), str) or not user["id"].isdecimal():
            raise Unknown("X does not say whose token it is")
        return ProfileRecord(
            remote_id=user["id"],
            handle=_clean(user.get("username")),
            display_name=_clean(user.get("name")),
            avatar_url=_clean(user.get("profile_image_url")),
            protected=bool(user.get("protected", False)),
        )

    def may(self, scopes: Sequence[str]) -> list[str]:
        """See Linking.may."""
        return [words for scope, words in WORDS.items() if scope in scopes]

    @sensitive_variables()
    def _post(self, what: str, words: Mapping[str, str]) -> Mapping[str, Any]:
        """Make one call of the token endpoints: a confidential client by Basic, a public one by its id in the body."""
        body, secret = dict(words), None
        if self.client_secret:
            secret = (self.client_id, self.client_secret)
        else:
            body["client_id"] = self.client_id
        answer = self._send("POST", f"/2/oauth2/{what}", data=body, auth=secret)
        if answer.status_code in {400, 401}:
            raise _refusal(answer)
        return _read(answer)

    @sensitive_variables()
    def _send(self, method: str, path: str, **words: Any) -> http.Response:
        try:
            return self.session.request(method, f"{HOST}{path}", **words)
        except (http.Unreachable, http.Blocked):
            raise NotNow("X cannot be reached", datetime.now(UTC) + AGAIN) from None  # nothing was sent
        except (http.DoorError, http.RequestException):
            raise Unknown("X gave no whole answer") from None  # the chain would carry the request and its secrets


def _refusal(answer: http.Response) -> Exception:
    """Return what a refusal of the token endpoints means: only words about the token itself end anything."""
    try:
        said = json.loads(answer.content)
        error, about = str(said.get("error", "")), str(said.get("error_description", ""))
    except (ValueError, AttributeError):
        return Unknown("X refuses without saying why")
    if error == "invalid_grant" or (error == "invalid_request" and "was invalid" in about):
        return NotGranted("X says that the token or code is no longer good")
    if error in {"invalid_client", "unauthorized_client"}:
        return Refused("X does not take this site's app: the operator must set X_CLIENT_ID and X_CLIENT_SECRET anew")
    return Refused("X refuses the call that links accounts")


def _read(answer: http.Response) -> Mapping[str, Any]:
    if answer.status_code == 429 or answer.status_code == 503:
        raise NotNow(f"X asks to wait (status {answer.status_code})", datetime.now(UTC) + AGAIN)
    if answer.status_code >= 500:
        raise Unknown(f"X is in trouble (status {answer.status_code})")
    if not answer.ok:
        raise Refused(f"X refuses the call (status {answer.status_code})")
    try:
        said = json.loads(answer.content)
    except ValueError:
        said = None
    if not isinstance(said, dict):
        raise Unknown("X gave an answer that makes no sense")
    return said


def _tokens(said: Mapping[str, Any]) -> Tokens:
    access, refresh = said.get("access_token"), said.get("refresh_token") or ""
    scope = said.get("scope") or ""  # may be left out where it is what was asked for
    seconds = said.get("expires_in")
    if not (isinstance(access, str) and access and isinstance(refresh, str) and isinstance(scope, str)):
        raise Unknown("X gave an answer that makes no sense")
    if str(said.get("token_type", "")).lower() != "bearer":
        raise Unknown("X gave a token of a kind that is not known here")
    ends = datetime.now(UTC) + timedelta(seconds=seconds) if isinstance(seconds, int) and seconds > 0 else None
    return Tokens(access, refresh, ends, tuple(scope.split()))


def _clean(value: object) -> str:
    return _UNSTORABLE.sub("\ufffd", value) if isinstance(value, str) else ""
