"""OAuth 2.0 with PKCE as X has it."""

import pytest
import requests

from tests.sandbox.acting import CALLBACK, SCOPES, VERIFIER, WORDS, call, code, consent, exchange, signed_in, token


@pytest.fixture(autouse=True)
def _app(sandbox):
    sandbox.inhabitant(handle="ingrid", name="Ingrid Solheim")
    sandbox.inhabitant(handle="oskar")
    sandbox.app(client_id="app", secret="secret", callbacks=[CALLBACK])


def test_the_consent_page_says_what_the_app_may_and_lets_one_choose_who_one_is(sandbox):
    page = requests.get(f"{sandbox.site}i/oauth2/authorize", params=WORDS, timeout=20)
    assert page.status_code == 200
    assert "post and delete posts for you" in page.text
    assert "Ingrid Solheim (@ingrid)" in page.text
    found = requests.get(f"{sandbox.site}i/oauth2/authorize", params={**WORDS, "find": "@osk"}, timeout=20)
    assert "@oskar" in found.text
    assert "@ingrid" not in found.text
    assert consent(sandbox, "nobody").status_code == 422


@pytest.mark.parametrize("words", [{"client_id": "other"}, {"redirect_uri": CALLBACK + "x"}, {"redirect_uri": ""}])
def test_nobody_is_sent_back_for_an_app_or_an_address_that_is_not_known(sandbox, words):
    assert consent(sandbox, **words).status_code == 400


@pytest.mark.parametrize(
    ("words", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "tweet.read everything"}, "invalid_scope"),
        ({"scope": ""}, "invalid_scope"),
        ({"state": "s" * 501}, "invalid_request"),
        ({"code_challenge": ""}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"answer": "no"}, "access_denied"),
    ],
)
def test_other_mistakes_go_back_to_the_app(sandbox, words, error):
    place = consent(sandbox, **words).headers["Location"]
    assert place.startswith(f"{CALLBACK}?state=")
    assert f"error={error}" in place


def test_a_code_gives_tokens_for_two_hours_with_what_was_allowed(sandbox):
    answer = exchange(sandbox, code(sandbox))
    said = answer.json()
    assert (answer.status_code, said["token_type"], said["expires_in"], said["scope"]) == (200, "bearer", 7200, SCOPES)
    me = call(sandbox, "GET", "users/me", said["access_token"])
    assert me.json()["data"]["username"] == "ingrid"
    sandbox.expire_access(handle="ingrid")
    assert call(sandbox, "GET", "users/me", said["access_token"]).status_code == 401


def test_without_offline_access_there_is_no_refresh_token(sandbox):
    assert "refresh_token" not in signed_in(sandbox, scope="tweet.read users.read")


@pytest.mark.parametrize(
    "change", [{"code_verifier": "w" * 64}, {"code_verifier": ""}, {"redirect_uri": CALLBACK + "x"}, {"code": "none"}]
)
def test_a_code_needs_its_verifier_and_its_address(sandbox, change):
    assert exchange(sandbox, code(sandbox), **change).status_code == 400


def test_a_code_is_good_for_thirty_seconds_and_once(sandbox):
    late = code(sandbox)
    sandbox.expire_codes()
    assert exchange(sandbox, late).status_code == 400
    given = code(sandbox)
    access = exchange(sandbox, given).json()["access_token"]
    assert exchange(sandbox, given).status_code == 400
    assert call(sandbox, "GET", "users/me", access).status_code == 401  # shown twice: what came of it is over


@pytest.mark.parametrize("auth", [None, ("app", "wrong"), ("other", "secret")])
def test_a_confidential_client_shows_its_secret(sandbox, auth):
    answer = exchange(sandbox, code(sandbox), auth=auth, client_id="app")
    assert (answer.status_code, answer.json()["error"]) == (401, "unauthorized_client")


def test_a_public_client_names_itself_in_the_body(sandbox):
    sandbox.app(client_id="open", callbacks=[CALLBACK])
    answer = exchange(sandbox, code(sandbox, client_id="open"), auth=None, client_id="open")
    assert answer.status_code == 200


def test_a_refresh_token_is_good_once_and_a_replay_ends_everything(sandbox):
    first = signed_in(sandbox)
    second = token(sandbox, grant_type="refresh_token", refresh_token=first["refresh_token"]).json()
    assert second["refresh_token"] != first["refresh_token"]
    assert call(sandbox, "GET", "users/me", second["access_token"]).status_code == 200
    replay = token(sandbox, grant_type="refresh_token", refresh_token=first["refresh_token"])
    assert (replay.status_code, replay.json()["error"]) == (400, "invalid_grant")
    assert call(sandbox, "GET", "users/me", second["access_token"]).status_code == 401
    assert token(sandbox, grant_type="refresh_token", refresh_token=second["refresh_token"]).status_code == 400
    assert [one["ended"] for one in sandbox.allowed(handle="ingrid")] == ["replayed"]


def test_revoking_ends_everything_of_one_yes_and_nothing_else(sandbox):
    first, other = signed_in(sandbox), signed_in(sandbox, "oskar")
    place = f"{sandbox.base_url}/2/oauth2/revoke"
    body = {"token": first["refresh_token"]}
    assert requests.post(place, data=body, auth=("app", "wrong"), timeout=20).status_code == 401
    assert requests.post(place, data=body, auth=("app", "secret"), timeout=20).json() == {"revoked": True}
    assert call(sandbox, "GET", "users/me", first["access_token"]).status_code == 401
    assert call(sandbox, "GET", "users/me", other["access_token"]).status_code == 200


def test_a_faulty_token_endpoint_does_its_work_before_or_not_at_all(sandbox):
    first = signed_in(sandbox)
    sandbox.fault(endpoint="token", status=500, times=1)
    words = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    assert token(sandbox, **words).status_code == 500
    second = token(sandbox, **words)
    assert second.status_code == 200  # nothing was used up
    sandbox.fault(endpoint="token", status=500, times=1, after=True)
    words = {"grant_type": "refresh_token", "refresh_token": second.json()["refresh_token"]}
    assert token(sandbox, **words).status_code == 500
    assert token(sandbox, **words).status_code == 400  # it was


def test_verifiers_are_as_long_as_the_standard_wants():
    assert 43 <= len(VERIFIER) <= 128
