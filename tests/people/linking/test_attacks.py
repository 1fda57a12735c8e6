"""What somebody may try so that an account is linked to the wrong person: each ends with no link and no token kept."""

import base64
import datetime as dt
import hashlib
import re
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests
import responses
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from advocacy.models import AuditEvent
from people import connecting, link_ends
from people.models import Account, Connection, PendingLink, User
from tests.factories import make_account, make_person, make_user
from tests.people.linking.walking import CALLBACK, SECRET, Walker, nothing_is_linked, walker
from tests.sandbox_copy import SandboxCopy

pytestmark = pytest.mark.django_db


@pytest.fixture
def oskar(app: SandboxCopy) -> Walker:
    """Somebody else at their desk."""
    return walker(app, "Oskar Lund")


def refused(who: Walker, address: str, why: str) -> None:
    """Come back with an answer that is not taken: the desk says so, and the log says why."""
    answer = who.back(address)
    assert (answer.status_code, answer["Location"]) == (302, "/desk/accounts/")
    assert AuditEvent.objects.filter(verb="account.not_linked").latest("pk").details == {"why": why}
    assert nothing_is_linked()


def changed(address: str, **words: str | None) -> str:
    """Return an address with other words; None takes one away."""
    parts = urlsplit(address)
    found = {name: values[0] for name, values in parse_qs(parts.query).items()} | words
    return f"{parts.path}?{urlencode({name: value for name, value in found.items() if value is not None})}"


def test_no_state(ingrid: Walker) -> None:
    refused(ingrid, changed(ingrid.allow(ingrid.begin()), state=None), "state")


def test_an_empty_callback(ingrid: Walker) -> None:
    refused(ingrid, CALLBACK, "state")


def test_a_made_up_state(ingrid: Walker) -> None:
    refused(ingrid, changed(ingrid.allow(ingrid.begin()), state="A" * 43), "state")


def test_a_state_cut_short(ingrid: Walker) -> None:
    words = ingrid.begin()
    refused(ingrid, changed(ingrid.allow(words), state=words["state"][:-1]), "state")


def test_a_state_with_odd_characters(ingrid: Walker) -> None:
    refused(
        ingrid,
        changed(ingrid.allow(ingrid.begin()), state="\ud800ä' OR 1=1".encode("utf-8", "replace").decode()),
        "state",
    )


def test_a_state_twice_in_one_address(ingrid: Walker) -> None:
    address = ingrid.allow(ingrid.begin())
    refused(ingrid, f"{address}&state=made-up", "state")


def test_the_state_of_somebody_else_in_ones_own_browser(ingrid: Walker, oskar: Walker) -> None:
    refused(oskar, ingrid.allow(ingrid.begin()), "user")


def test_somebody_lures_a_person_to_the_answer_for_their_own_account(ingrid: Walker, oskar: Walker) -> None:
    refused(ingrid, oskar.allow(oskar.begin(), "oskar"), "user")
    assert not Account.objects.filter(person=ingrid.person).exists()


def test_the_same_person_in_another_browser(ingrid: Walker) -> None:
    address = ingrid.allow(ingrid.begin())
    ingrid.client = Client()
    ingrid.client.force_login(ingrid.user)
    refused(ingrid, address, "session")


def test_a_state_that_was_used_already(ingrid: Walker) -> None:
    address = ingrid.allow(ingrid.begin(), answer="no")
    refused(ingrid, address, "denied")
    refused(ingrid, address, "replayed")


def test_a_state_is_used_up_whoever_brings_it(ingrid: Walker, oskar: Walker) -> None:
    address = ingrid.allow(ingrid.begin())
    refused(oskar, address, "user")
    refused(ingrid, address, "replayed")


def test_a_state_older_than_ten_minutes(ingrid: Walker) -> None:
    address = ingrid.allow(ingrid.begin())
    PendingLink.objects.update(expires_at=timezone.now() - dt.timedelta(seconds=1))
    refused(ingrid, address, "expired")


def test_a_callback_that_comes_twice_links_nothing_by_itself(ingrid: Walker, app: SandboxCopy) -> None:
    address = ingrid.allow(ingrid.begin())
    assert ingrid.back(address)["Location"].startswith("/desk/accounts/confirm/")
    assert ingrid.back(address)["Location"] == "/desk/accounts/"
    assert not Connection.objects.exists()


def test_a_code_older_than_thirty_seconds(ingrid: Walker, app: SandboxCopy) -> None:
    address = ingrid.allow(ingrid.begin())
    app.expire_codes()
    refused(ingrid, address, "code")


def test_the_code_of_somebody_else_under_ones_own_state(ingrid: Walker, oskar: Walker) -> None:
    mine, theirs = ingrid.allow(ingrid.begin()), oskar.allow(oskar.begin(), "oskar")
    code = parse_qs(urlsplit(theirs).query)["code"][0]
    refused(ingrid, changed(mine, code=code), "exchange")  # its verifier is another


def test_a_code_that_was_used_by_somebody_who_stole_it_is_dead(ingrid: Walker, app: SandboxCopy) -> None:
    words = ingrid.begin()
    address = ingrid.allow(words)
    code = parse_qs(urlsplit(address).query)["code"][0]
    body = {"grant_type": "authorization_code", "code": code, "redirect_uri": words["redirect_uri"]}
    thief = requests.post(f"{app.base_url}/2/oauth2/token", data=body, auth=("test-app", SECRET), timeout=20)
    assert thief.status_code == 400  # without the verifier
    thief = requests.post(
        f"{app.base_url}/2/oauth2/token",
        data={**body, "code_verifier": "x" * 64},
        auth=("test-app", SECRET),
        timeout=20,
    )
    assert thief.status_code == 400  # with another
    refused(ingrid, address, "code")


def test_no_code(ingrid: Walker) -> None:
    refused(ingrid, changed(ingrid.allow(ingrid.begin()), code=None), "error")


@pytest.mark.parametrize(
    ("error", "why"), [("access_denied", "denied"), ("server_error", "error"), ("<script>alert(1)</script>", "error")]
)
def test_an_error_answer_even_with_a_code_beside_it(ingrid: Walker, error: str, why: str) -> None:
    refused(ingrid, changed(ingrid.allow(ingrid.begin()), error=error), why)
    assert "<script>" not in ingrid.client.get("/desk/accounts/").content.decode()


def test_another_networks_answer_under_this_ones_state(ingrid: Walker, app: SandboxCopy) -> None:
    address = ingrid.allow(ingrid.begin())
    query = urlsplit(address).query
    answer = ingrid.client.get(f"/desk/accounts/callback/mastodon/?{query}")
    assert answer.status_code == 404
    refused(ingrid, changed(address, iss="https://evil.example"), "network")  # a mix-up names another issuer


@pytest.mark.parametrize("method", ["head", "post", "put", "delete", "options", "patch"])
def test_a_callback_by_another_method_uses_nothing(ingrid: Walker, method: str) -> None:
    address = urlsplit(ingrid.allow(ingrid.begin()))
    assert getattr(ingrid.client, method)(f"{address.path}?{address.query}").status_code == 405
    assert PendingLink.objects.get().step == "begun"
    assert nothing_is_linked()


@pytest.mark.parametrize("method", ["head", "post"])
def test_beginning_by_another_method_writes_nothing(ingrid: Walker, method: str) -> None:
    assert getattr(ingrid.client, method)("/desk/accounts/link/x/").status_code == 405
    assert not PendingLink.objects.exists()


def test_a_callback_after_signing_out(ingrid: Walker) -> None:
    address = ingrid.allow(ingrid.begin())
    ingrid.client.logout()
    answer = ingrid.back(address)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in/")
    assert PendingLink.objects.get().step == "begun"
    assert nothing_is_linked()


def test_a_callback_after_signing_in_anew(ingrid: Walker) -> None:
    address = ingrid.allow(ingrid.begin())
    ingrid.client.logout()
    ingrid.client.force_login(ingrid.user)
    refused(ingrid, address, "session")


def test_a_login_that_was_shut_out_meanwhile(ingrid: Walker) -> None:
    address = ingrid.allow(ingrid.begin())
    User.objects.filter(pk=ingrid.user.pk).update(is_active=False)
    assert ingrid.back(address)["Location"].startswith("/sign-in/")
    assert nothing_is_linked()


def test_a_login_that_is_nobodys_person(app: SandboxCopy) -> None:
    client = Client()
    client.force_login(make_user())
    for address in ("/desk/accounts/", "/desk/accounts/link/x/", f"{CALLBACK}?state=x&code=y"):
        assert client.get(address).status_code == 403
    assert not PendingLink.objects.exists()


def test_a_person_who_got_another_login_meanwhile(ingrid: Walker, app: SandboxCopy) -> None:
    page = ingrid.arrived()
    ingrid.person.user = make_user()
    ingrid.person.save()
    make_person("New Person", user=ingrid.user)
    assert ingrid.client.post(page, {"answer": "yes"}).status_code == 404
    assert not Connection.objects.exists()


def test_a_yes_without_the_forms_token(ingrid: Walker) -> None:
    page = ingrid.arrived()
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = ingrid.client.cookies
    assert strict.post(page, {"answer": "yes"}).status_code == 403
    assert not Connection.objects.exists()


def test_a_yes_by_get(ingrid: Walker) -> None:
    page = ingrid.arrived()
    assert ingrid.client.get(f"{page}?answer=yes").status_code == 200
    assert ingrid.client.head(f"{page}?answer=yes").status_code == 200
    assert not Connection.objects.exists()


def test_the_yes_of_somebody_else(ingrid: Walker, oskar: Walker) -> None:
    page = ingrid.arrived()
    assert oskar.client.get(page).status_code == 404
    assert oskar.client.post(page, {"answer": "yes"}).status_code == 404
    assert Client().post(page, {"answer": "yes"}).status_code == 302
    assert not Connection.objects.exists()


def test_the_yes_in_another_browser(ingrid: Walker) -> None:
    page = ingrid.arrived()
    other = Client()
    other.force_login(ingrid.user)
    assert other.post(page, {"answer": "yes"}).status_code == 404
    assert not Connection.objects.exists()


def test_a_yes_that_comes_too_late(ingrid: Walker) -> None:
    page = ingrid.arrived()
    PendingLink.objects.update(expires_at=timezone.now() - dt.timedelta(seconds=1))
    assert ingrid.client.post(page, {"answer": "yes"}).status_code == 302
    assert not Connection.objects.exists()
    connecting.sweep()
    assert nothing_is_linked()


def test_a_yes_to_an_account_that_is_somebody_elses(ingrid: Walker, oskar: Walker, app: SandboxCopy) -> None:
    theirs = oskar.link("oskar")
    before = Connection.objects.get().access
    page = ingrid.arrived("oskar")
    answer = ingrid.client.post(page, {"answer": "yes"}, follow=True)
    assert "is linked to somebody else on this site" in answer.content.decode()
    assert Connection.objects.get().account == theirs
    assert Connection.objects.get().access == before
    assert not Account.objects.filter(person=ingrid.person).exists()
    link_ends.revoke_due()  # ends nothing: where the network takes that for the whole grant, Oskar's link would end too
    assert [one["ended"] for one in app.allowed(handle="oskar")] == ["", ""]


def test_an_account_that_the_operator_put_down_for_somebody_else(ingrid: Walker, app: SandboxCopy) -> None:
    remote_id = app.inhabitant(handle="filed")
    theirs = make_account(handle="filed", remote_id=remote_id)  # with a consent on file
    ingrid.client.post(ingrid.arrived("filed"), {"answer": "yes"})
    assert nothing_is_linked()
    assert list(Account.objects.all()) == [theirs]


def test_an_account_of_the_same_handle_with_another_id(ingrid: Walker, oskar: Walker, app: SandboxCopy) -> None:
    old = oskar.link("oskar")
    app.rename(old="oskar", new="oskar_old")
    app.inhabitant(handle="oskar")
    account = ingrid.link("oskar")  # somebody else took the free handle: that is another account
    assert account.pk != old.pk
    assert Connection.objects.get(account=old).account.person == oskar.person


def test_no_account_is_linked_by_an_e_mail_address(ingrid: Walker, app: SandboxCopy) -> None:
    app.inhabitant(handle="mail", description=ingrid.user.email, url=f"https://x.example/{ingrid.user.email}")
    account = ingrid.link("oskar")
    assert account.handle == "oskar"
    assert Account.objects.count() == 1


@pytest.mark.parametrize("to", ["https://evil.example/", "//evil.example", "/\\evil.example", "http:evil.example"])
def test_no_word_of_an_address_leads_elsewhere(ingrid: Walker, to: str) -> None:
    words = {"next": to, "redirect_uri": to, "return_to": to, "callback": to}
    begun = ingrid.client.get("/desk/accounts/link/x/", words)["Location"]
    assert begun.startswith("/sandbox/i/oauth2/authorize?")
    assert "evil" not in begun
    address = f"{changed(ingrid.allow(ingrid.begin()))}&{urlencode(words)}"
    page = ingrid.back(address)["Location"]
    assert page.startswith("/desk/accounts/confirm/")
    assert ingrid.client.post(f"{page}?{urlencode(words)}", {"answer": "yes", **words})["Location"] == "/desk/accounts/"


def test_the_network_sends_nobody_to_a_callback_that_it_does_not_know(ingrid: Walker, app: SandboxCopy) -> None:
    words = ingrid.begin() | {"redirect_uri": "http://testserver/desk/accounts/callback/x/../../evil/"}
    body = {**words, "who": "ingrid", "answer": "yes"}
    answer = requests.post(f"{app.site}i/oauth2/authorize", data=body, allow_redirects=False, timeout=20)
    assert answer.status_code == 400


def test_a_begin_without_a_challenge_is_not_taken_by_the_network(ingrid: Walker) -> None:
    words = ingrid.begin()
    del words["code_challenge"]
    assert "error=invalid_request" in ingrid.allow(words)


@pytest.mark.parametrize(
    "scope",
    [
        "tweet.read users.read",
        "tweet.read tweet.write users.read media.write offline.access list.write",
        "tweet.read tweet.write users.read media.write",
    ],
)
def test_other_scopes_than_were_asked_for(ingrid: Walker, app: SandboxCopy, scope: str) -> None:
    words = ingrid.begin() | {"scope": scope}  # somebody changed the address on its way
    refused(ingrid, ingrid.allow(words), "scopes")
    link_ends.revoke_due()
    assert [one["ended"] for one in app.allowed(handle="ingrid")] == ["revoked"]


@pytest.mark.parametrize("fault", [{"status": 500}, {"status": 429}, {"drop": True}, {"garbage": True}])
@pytest.mark.parametrize("endpoint", ["token", "me"])
def test_a_network_in_trouble(ingrid: Walker, app: SandboxCopy, endpoint: str, fault: dict[str, object]) -> None:
    address = ingrid.allow(ingrid.begin())
    app.fault(endpoint=endpoint, **fault)
    refused(ingrid, address, "exchange" if endpoint == "token" else "whose")
    assert not Account.objects.exists()


@pytest.mark.parametrize(
    "user",
    [{}, {"data": {}}, {"data": {"id": 12}}, {"data": {"id": "x"}}, {"data": [{"id": "12"}]}, {"data": {"id": ""}}],
)
def test_a_network_that_does_not_say_whose_token_it_is(
    ingrid: Walker, settings: Settings, user: dict[str, object]
) -> None:
    words = ingrid.begin()
    tokens = {"token_type": "bearer", "access_token": "a", "refresh_token": "r", "scope": words["scope"]}
    with responses.RequestsMock() as mocked:
        mocked.post(f"{settings.X_API_BASE}/2/oauth2/token", json={**tokens, "expires_in": 7200})
        mocked.get(re.compile(f"{settings.X_API_BASE}/2/users/me.*"), json=user)
        refused(ingrid, f"{CALLBACK}?state={words['state']}&code=c", "whose")


def test_the_verifier_never_travels_through_the_browser(ingrid: Walker) -> None:
    words = ingrid.begin()
    (row,) = PendingLink.objects.all()
    verifier = connecting.opened(row, "verifier")
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    assert (words["code_challenge"], words["code_challenge_method"]) == (challenge, "S256")
    assert len(verifier) == 86
    everything = " ".join([*words.values(), str(dict(ingrid.client.session))])
    assert verifier not in everything
    assert words["state"] not in str(PendingLink.objects.values().get())


def test_somebody_elses_link_is_ended_by_nobody_else(ingrid: Walker, oskar: Walker) -> None:
    account = ingrid.link()
    assert oskar.client.post(f"/desk/accounts/{account.pk}/unlink/").status_code == 404
    assert Client().post(f"/desk/accounts/{account.pk}/unlink/").status_code == 302
    assert oskar.client.get(f"/desk/accounts/{account.pk}/unlink/").status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = ingrid.client.cookies
    assert strict.post(f"/desk/accounts/{account.pk}/unlink/").status_code == 403
    assert Connection.objects.count() == 1


def test_only_the_newest_five_are_open_at_a_time(ingrid: Walker) -> None:
    first = ingrid.begin()
    for _ in range(5):
        ingrid.begin()
    assert PendingLink.objects.count() == 5
    refused(ingrid, ingrid.allow(first), "state")
