"""An account is linked by its person, after they saw whose it is."""

import datetime as dt

import pytest
from django.db import transaction
from django.utils import timezone
from pytest_django import Settings

from advocacy.models import AuditEvent
from people import connecting, link_ends
from people.models import Account, Connection, PendingLink, Revocation
from people.networks.errors import Reconnect
from people.tokens import fresh_token, opened
from tests.factories import make_account
from tests.people.linking.walking import CALLBACK, Walker, walker
from tests.sandbox_copy import SandboxCopy

pytestmark = pytest.mark.django_db


def test_the_whole_way_links_the_account_that_the_network_names(ingrid: Walker, app: SandboxCopy) -> None:
    words = ingrid.begin()
    assert set(words) == {
        *("response_type", "client_id", "redirect_uri", "scope", "state", "code_challenge", "code_challenge_method")
    }
    assert words["scope"].split() == ["tweet.read", "tweet.write", "users.read", "media.write", "offline.access"]
    assert len(words["state"]) == 43
    assert words["redirect_uri"] == f"http://testserver{CALLBACK}"
    answer = ingrid.back(ingrid.allow(words))
    assert answer["Referrer-Policy"] == "no-referrer"
    assert nothing_linked_yet()
    page = ingrid.client.get(answer["Location"])
    assert page.status_code == 200
    text = page.content.decode()
    assert "@ingrid on X" in text
    assert "/media/faces/" in text
    assert "code=" not in text
    assert nothing_linked_yet()
    ingrid.client.post(answer["Location"], {"answer": "yes"})
    row = Connection.objects.get()
    account = row.account
    assert (account.person, account.handle, account.state) == (ingrid.person, "ingrid", "active")
    assert (account.proven, account.confirmed_how) == (True, "linking")
    assert account.read_from is None  # linking lets nobody read
    assert row.scopes == words["scope"].split()
    assert app.allowed(handle="ingrid") == [{"scopes": row.scopes, "ended": "", "refreshes": 0}]
    assert opened(row, "access") not in (row.access, "")
    (event,) = AuditEvent.objects.filter(verb="account.linked")
    assert (event.subject, event.details, event.actor) == (f"account:{account.pk}", {"again": False}, ingrid.user)
    assert PendingLink.objects.get().access == ""


def nothing_linked_yet() -> bool:
    return not Connection.objects.exists() and not Account.objects.exists()


def test_a_public_client_links_without_a_secret(ingrid: Walker, app: SandboxCopy, settings: Settings) -> None:
    app.app(client_id="open", callbacks=[f"http://testserver{CALLBACK}"])
    settings.X_CLIENT_ID, settings.X_CLIENT_SECRET = "open", ""
    account = ingrid.link()
    app.expire_access()
    Connection.objects.update(access_ends_at=timezone.now())
    assert fresh_token(account.pk)


def test_an_account_that_the_person_had_named_by_its_handle_becomes_proven(ingrid: Walker) -> None:
    named = make_account(ingrid.person, handle="Ingrid", remote_id=None, state="waiting", named_by_operator=False)
    account = ingrid.link()
    assert (account.pk, account.proven, account.confirmed_how) == (named.pk, True, "linking")
    assert account.remote_id


def test_an_account_that_somebody_else_only_claimed_goes_to_whom_the_network_names(
    ingrid: Walker, app: SandboxCopy
) -> None:
    other = walker(app, "Oskar Lund")
    remote_id = app.inhabitant(handle="third")
    claimed = make_account(other.person, handle="third", remote_id=remote_id, named_by_operator=False)
    account = ingrid.link("third")
    claimed.refresh_from_db()
    assert (account.remote_id, account.person, account.proven) == (remote_id, ingrid.person, True)
    assert (claimed.remote_id, claimed.state) == (None, "taken")


def test_a_person_who_says_no_links_nothing_and_the_network_forgets(ingrid: Walker, app: SandboxCopy) -> None:
    page = ingrid.arrived()
    answer = ingrid.client.post(page, {"answer": "no"})
    assert answer.status_code == 302
    assert nothing_linked_yet()
    link_ends.revoke_due()
    assert [one["ended"] for one in app.allowed(handle="ingrid")] == ["revoked"]
    assert ingrid.client.post(page, {"answer": "yes"}).status_code == 302  # it was answered: that is said
    assert nothing_linked_yet()


def test_linking_again_keeps_the_account_and_its_history(ingrid: Walker, app: SandboxCopy) -> None:
    first = ingrid.link()
    before = Connection.objects.get()
    app.disallow(handle="ingrid")
    Connection.objects.update(access_ends_at=timezone.now())
    with pytest.raises(Reconnect):
        fresh_token(first.pk)
    assert Connection.objects.get().state == "broken"
    again = ingrid.link()
    after = Connection.objects.get()
    assert (again.pk, after.state, after.broken_at) == (first.pk, "linked", None)
    assert after.version > before.version
    assert fresh_token(first.pk)
    events = AuditEvent.objects.filter(verb="account.linked").order_by("pk")
    assert [event.details["again"] for event in events] == [False, True]


def test_linking_again_destroys_the_tokens_of_before_and_endangers_no_new_ones(
    ingrid: Walker, app: SandboxCopy
) -> None:
    other = ingrid.link("oskar")
    account = ingrid.link()
    before = Connection.objects.get(account=account)
    connecting.confirm(pending=_shown_again(ingrid), person=ingrid.person, actor=ingrid.user)
    assert not Revocation.objects.exists()
    assert link_ends.revoke_due() == 0
    assert [one["ended"] for one in app.allowed(handle="ingrid")] == ["", ""]  # whatever else a network would end
    after = Connection.objects.get(account=account)
    assert opened(after, "refresh") != opened(before, "refresh")
    assert (after.previous, {after.access, after.refresh} & {before.access, before.refresh}) == ("", set())
    Connection.objects.update(access_ends_at=timezone.now())
    assert fresh_token(account.pk)  # the new pair is good, and renews
    assert fresh_token(other.pk)


def test_a_link_that_was_not_made_again_keeps_its_tokens(ingrid: Walker, app: SandboxCopy) -> None:
    account, pending = ingrid.link(), _shown_again(ingrid)
    with transaction.atomic():
        connecting.confirm(pending=pending, person=ingrid.person, actor=ingrid.user)
        transaction.set_rollback(True)  # what was written about the new link never comes to be
    assert fresh_token(account.pk)
    assert [one["ended"] for one in app.allowed(handle="ingrid")] == ["", ""]


def test_an_end_that_the_network_does_not_know_of_yet_is_off_once_the_account_is_linked_again(
    ingrid: Walker, app: SandboxCopy, mailoutbox: list[object]
) -> None:
    other = ingrid.link("oskar")
    connecting.unlink(account=ingrid.link(), actor=ingrid.user)
    connecting.unlink(account=other, actor=ingrid.user)
    account = ingrid.link()
    mailoutbox.clear()
    assert link_ends.revoke_due() == 1  # the other account's
    assert [one["ended"] for one in app.allowed(handle="ingrid")] == ["", ""]
    assert [one["ended"] for one in app.allowed(handle="oskar")] == ["revoked"]
    assert (Revocation.objects.count(), mailoutbox) == (0, [])
    assert fresh_token(account.pk)


def _shown_again(walker: Walker) -> PendingLink:
    return PendingLink.objects.get(pk=int(walker.arrived().rstrip("/").rpartition("/")[2]))


def test_two_accounts_of_one_person_stand_side_by_side(ingrid: Walker) -> None:
    assert {ingrid.link().handle, ingrid.link("oskar").handle} == {"ingrid", "oskar"}
    assert set(ingrid.person.accounts.values_list("handle", flat=True)) == {"ingrid", "oskar"}


def test_ending_a_link_destroys_the_tokens_at_once_and_a_worker_revokes_them(ingrid: Walker, app: SandboxCopy) -> None:
    account = ingrid.link()
    app.fault(endpoint="revoke", status=503, times=1)
    answer = ingrid.client.post(f"/desk/accounts/{account.pk}/unlink/")
    assert answer.status_code == 302
    assert not Connection.objects.exists()
    assert Account.objects.get(pk=account.pk).proven  # it stays the person's
    assert link_ends.revoke_due() == 0
    assert [one["ended"] for one in app.allowed(handle="ingrid")] == [""]
    Revocation.objects.update(due_at=timezone.now())
    assert link_ends.revoke_due() == 1
    assert [one["ended"] for one in app.allowed(handle="ingrid")] == ["revoked"]
    assert not Revocation.objects.exists()
    verbs = ["account.unlinked", "link.revoked"]
    found = AuditEvent.objects.filter(verb__in=verbs).order_by("pk").values_list("verb", "subject")
    assert list(found) == [(verb, f"account:{account.pk}") for verb in verbs]


def test_a_revocation_that_never_succeeds_ends_with_a_letter_and_without_the_token(
    ingrid: Walker, app: SandboxCopy, mailoutbox: list[object]
) -> None:
    account = ingrid.link()
    connecting.unlink(account=account, actor=ingrid.user)
    app.fault(endpoint="revoke", status=500)
    Revocation.objects.update(give_up_at=timezone.now() - dt.timedelta(seconds=1))
    assert link_ends.revoke_due() == 0
    assert not Revocation.objects.exists()
    (letter,) = mailoutbox
    assert letter.to == [ingrid.user.email]  # type: ignore[attr-defined]
    assert "Take the permission away on X yourself" in letter.subject  # type: ignore[attr-defined]
    assert AuditEvent.objects.filter(verb="link.not_revoked").count() == 1


def test_a_second_link_that_is_not_wanted_leaves_the_first_one_as_it_is(ingrid: Walker, app: SandboxCopy) -> None:
    account = ingrid.link()
    ingrid.arrived()
    connecting.drop(pending=_newest(), actor=ingrid.user)
    assert (link_ends.revoke_due(), Revocation.objects.count()) == (0, 0)
    assert [one["ended"] for one in app.allowed(handle="ingrid")] == ["", ""]
    assert fresh_token(account.pk)


def test_a_link_that_is_not_wanted_is_not_ended_any_more_once_the_account_is_linked(
    ingrid: Walker, app: SandboxCopy
) -> None:
    for handle in ("ingrid", "oskar"):
        ingrid.arrived(handle)
        connecting.drop(pending=_newest(), actor=ingrid.user)
    account = ingrid.link()  # before the network was told of either
    assert link_ends.revoke_due() == 1
    assert [one["ended"] for one in app.allowed(handle="ingrid")] == ["", ""]
    assert [one["ended"] for one in app.allowed(handle="oskar")] == ["revoked"]  # whose link nobody has
    assert fresh_token(account.pk)


def test_what_the_network_does_not_say_the_owner_of_is_not_ended_beside_a_link_of_that_person_alone(
    ingrid: Walker, app: SandboxCopy
) -> None:
    stranger = walker(app, "Oskar Lund")
    ingrid.link()
    for one in (ingrid, stranger):
        app.fault(endpoint="me", status=503, times=1)
        assert one.back(one.allow(one.begin(), "ingrid")).status_code != 500
    assert Revocation.objects.count() == 2
    assert (link_ends.revoke_due(), Revocation.objects.count()) == (1, 0)


def _newest() -> PendingLink:
    return PendingLink.objects.latest("pk")


def test_what_was_begun_and_left_is_swept_and_revoked(ingrid: Walker, app: SandboxCopy) -> None:
    ingrid.begin()
    ingrid.arrived()
    PendingLink.objects.update(expires_at=timezone.now() - dt.timedelta(hours=1))
    assert connecting.sweep() == 2
    assert not PendingLink.objects.exists()
    assert link_ends.revoke_due() == 1
    assert [one["ended"] for one in app.allowed(handle="ingrid")] == ["revoked"]


def test_an_account_that_is_erased_is_revoked_too(ingrid: Walker, app: SandboxCopy) -> None:
    ingrid.link()
    ingrid.person.delete()
    assert link_ends.revoke_due() == 1
    assert [one["ended"] for one in app.allowed(handle="ingrid")] == ["revoked"]


def test_a_site_without_an_app_offers_nothing_to_link(ingrid: Walker, settings: Settings) -> None:
    settings.X_CLIENT_ID = ""
    page = ingrid.client.get("/desk/accounts/")
    assert "No account can be linked on this site" in page.content.decode()
    assert ingrid.client.get("/desk/accounts/link/x/").status_code == 404
    assert ingrid.client.get("/desk/accounts/link/elsewhere/").status_code == 404
