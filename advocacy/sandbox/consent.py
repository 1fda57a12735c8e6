"""The pretend network's consent page, and its token endpoints: OAuth 2.0 authorization code with PKCE.

Nobody is signed in here: whoever looks at the consent page chooses which inhabitant they are.
"""

import base64
import binascii
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from advocacy.origins import is_foreign
from advocacy.sandbox import faults, grants
from advocacy.sandbox.models import App, Inhabitant

LONGEST_STATE = 500
SHOWN = 60
ASKED = ("response_type", "client_id", "redirect_uri", "scope", "state", "code_challenge", "code_challenge_method")


@dataclass(frozen=True, slots=True)
class Asked:
    """What an app asks for. problem: an OAuth error that goes back to the app, "" for none."""

    app: App
    callback: str
    scopes: list[str]
    state: str
    challenge: str
    problem: str


def _asked(words: QueryDict) -> Asked | str:
    """Read an authorization request; return words for the reader where nobody may be sent back."""
    app = grants.app_called(words.get("client_id", ""))
    if app is None:
        return "No app here has this client_id."
    callback = words.get("redirect_uri", "")
    if callback not in app.callbacks:
        return "This app may not be sent back to this address: redirect_uri must be one of its callbacks, exactly."
    scopes, state, challenge = words.get("scope", "").split(), words.get("state", ""), words.get("code_challenge", "")
    problem = ""
    if words.get("response_type") != "code":
        problem = "unsupported_response_type"
    elif not scopes or not set(scopes) <= grants.SCOPES.keys():
        problem = "invalid_scope"
    elif not state or len(state) > LONGEST_STATE or words.get("code_challenge_method") != "S256" or not challenge:
        problem = "invalid_request"
    return Asked(app, callback, scopes, state, challenge, problem)


@csrf_exempt
@require_http_methods(["GET", "POST"])
def authorize(request: HttpRequest) -> HttpResponseBase:
    """Ask who the reader is and whether the app may; send them back with a code or with the error."""
    if request.method == "POST" and is_foreign(request):
        return HttpResponse("This form was sent by another site.", status=403, content_type="text/plain")
    words = request.POST if request.method == "POST" else request.GET
    asked = _asked(words)
    if isinstance(asked, str):
        return render(request, "sandbox/consent.html", {"problem": asked}, status=400)
    if asked.problem:
        return _back(asked, error=asked.problem)
    if request.method == "POST" and words.get("answer") == "no":
        return _back(asked, error="access_denied")
    if request.method == "POST":
        who = Inhabitant.objects.called(words.get("who", "")).filter(deactivated=False, suspended=False).first()
        if who is not None:
            return _back(asked, code=grants.allow(asked.app, who, asked.scopes, asked.callback, asked.challenge))
    found = Inhabitant.objects.filter(deactivated=False, suspended=False).order_by("handle")
    if words.get("find"):
        found = found.filter(handle__istartswith=words["find"].strip().removeprefix("@"))
    context = {
        "app": asked.app,
        "may": [grants.SCOPES[scope] for scope in asked.scopes],
        "words": [(name, words[name]) for name in ASKED],
        "people": found[:SHOWN],
        "find": words.get("find", ""),
        "again": request.method == "POST",
    }
    return render(request, "sandbox/consent.html", context, status=422 if request.method == "POST" else 200)


def _back(asked: Asked, **answer: str) -> HttpResponseBase:
    joined = "&" if "?" in asked.callback else "?"
    return HttpResponseRedirect(f"{asked.callback}{joined}{urlencode({'state': asked.state, **answer})}", status=303)


@csrf_exempt
@require_POST
def token(request: HttpRequest) -> HttpResponseBase:
    """POST /2/oauth2/token: a code or a refresh token for tokens."""

    def given(app: App) -> dict[str, Any]:
        words = request.POST
        if words.get("grant_type") == "authorization_code":
            code, verifier = words.get("code", ""), words.get("code_verifier", "")
            return grants.exchange(app, code=code, verifier=verifier, callback=words.get("redirect_uri", ""))
        if words.get("grant_type") == "refresh_token":
            return grants.refresh(app, token=words.get("refresh_token", ""))
        raise grants.NotGranted("unsupported_grant_type", "Missing or unknown parameter [grant_type].")

    return _answered(request, "token", given)


@csrf_exempt
@require_POST
def revoke(request: HttpRequest) -> HttpResponseBase:
    """POST /2/oauth2/revoke: end what a token belongs to."""

    def given(app: App) -> dict[str, Any]:
        grants.revoke(app, token=request.POST.get("token", ""))
        return {"revoked": True}

    return _answered(request, "revoke", given)


def _answered(request: HttpRequest, endpoint: str, given: Callable[[App], dict[str, Any]]) -> HttpResponseBase:
    """Answer for an app, with what a fault makes of it."""
    fault = faults.meet(endpoint)
    if fault and not fault.after and fault.spoils:
        return faults.spoiled(fault, request, HttpResponse("{}", status=fault.status or 500))
    try:
        body, status = given(_app_of(request)), 200
    except grants.NotGranted as refusal:
        body, status = refusal.body, refusal.status
    answer = HttpResponse(json.dumps(body), status=status, content_type="application/json")
    if fault is None or not fault.after:
        return answer
    faults.wait(fault)
    return faults.spoiled(fault, request, HttpResponse("{}", status=fault.status) if fault.status else answer)


def _app_of(request: HttpRequest) -> App:
    """Return the app that calls: by Basic for a confidential client, by client_id in the body for a public one."""
    kind, _, words = request.headers.get("Authorization", "").partition(" ")
    try:
        named, _, secret = base64.b64decode(words, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        named = secret = ""
    basic = kind.lower() == "basic" and bool(named)
    app = grants.app_called(named if basic else request.POST.get("client_id", ""))
    if app is None or (app.secret and not (basic and constant_time_compare(secret, app.secret))):
        raise grants.NotGranted("unauthorized_client", "Missing valid authorization header", 401)
    return app
