"""Proof that an account is the person's, looked for by a worker because they asked."""

import pytest
from pytest_django import Settings

from advocacy.models import AuditEvent
from people import proving
from people.models import Account, Post, SyncState
from people.syncing import lookups
from tests.factories import make_account, make_person, make_post
from tests.sandbox_copy import SandboxCopy

pytestmark = pytest.mark.django_db


def unproven(handle: str = "ingrid", **fields: object) -> Account:
    """Make a named account with its code."""
    fields.setdefault("remote_id", None)
    person = make_person("Ingrid Solheim", slug=f"{handle}-page")
    account = make_account(person, handle=handle, named_by_operator=False, state="waiting", **fields)
    proving.give_code(account)
    return account


def looked(account: Account) -> tuple[bool, str, str]:
    """Ask, let a worker look, and return whether it is proven, how, and the words."""
    assert proving.ask_for_look(account=account)
    assert proving.look_due() == 1
    account.refresh_from_db()
    return account.proven, account.confirmed_how, account.proof_said


def test_the_code_in_the_bio_is_found_however_it_is_written(x: SandboxCopy) -> None:
    account = unproven()
    x.inhabitant(handle="Ingrid", description=f"Trains & tea. {account.proof_code.upper()}!")
    assert looked(account) == (True, "code", "")
    assert (account.handle, account.state, account.remote_id is not None) == ("Ingrid", "active", True)
    (event,) = AuditEvent.objects.filter(verb="account.confirmed")
    assert event.details == {"how": "code"}


def test_a_profile_that_links_to_the_page_is_proof(x: SandboxCopy, settings: Settings) -> None:
    settings.SITE_URL = "https://people.example"
    account = unproven()
    x.inhabitant(handle="ingrid", url="https://People.example/people/ingrid-page?ref=x")
    assert looked(account) == (True, "link", "")


@pytest.mark.parametrize(
    "profile",
    [
        {},
        {"description": "chorus-", "url": "https://people.example/people/somebody-else/"},
        {"url": "https://people.example.evil.example/people/ingrid-page/"},
        {"url": "https://evil.example/?to=https://people.example/people/ingrid-page/"},
        {"description": "https://people.example/people/ingrid-page/"},
    ],
)
def test_anything_else_is_no_proof(x: SandboxCopy, settings: Settings, profile: dict[str, str]) -> None:
    settings.SITE_URL = "https://people.example"
    account = unproven()
    x.inhabitant(handle="ingrid", **profile)
    proven, how, said = looked(account)
    assert (proven, how) == (False, "")
    assert said == "Neither the code nor the link stands in the profile that X shows now."


def test_the_code_of_somebody_else_proves_nothing(x: SandboxCopy) -> None:
    mine, theirs = unproven("ingrid"), unproven("oskar")
    assert mine.proof_code != theirs.proof_code
    x.inhabitant(handle="ingrid", description=theirs.proof_code)
    assert looked(mine)[0] is False
    theirs.refresh_from_db()
    assert not theirs.proven


def test_an_account_confirmed_by_another_person_is_not_taken_over(x: SandboxCopy) -> None:
    account = unproven()
    remote_id = x.inhabitant(handle="ingrid", description=account.proof_code)
    make_account(make_person("Other Person"), handle="ingrid_before", remote_id=remote_id)
    assert looked(account) == (False, "", "This account is confirmed as somebody else's on this site.")


def test_an_account_that_is_gone_is_said_in_words(x: SandboxCopy) -> None:
    assert looked(unproven()) == (False, "", "X does not show this account.")


def test_a_network_that_asks_to_wait_is_looked_at_again(x: SandboxCopy) -> None:
    account = unproven()
    x.fault(endpoint="users_by", status=429, reset_in=900)
    assert looked(account) == (False, "", "X asks to wait. It is tried again by itself.")
    assert account.proof_due_at is not None


def test_nobody_looks_unless_asked_and_not_twice_within_some_seconds(x: SandboxCopy) -> None:
    account = unproven()
    assert proving.look_due() == 0
    assert [proving.ask_for_look(account=account) for _ in range(2)] == [True, False]


def test_a_proven_account_is_not_looked_for_again() -> None:
    account = make_account()
    assert not proving.ask_for_look(account=account)
    assert list(proving.awaiting(account.person)) == []
    assert account.proof_code == ""


def claimed_by_another(remote_id: str) -> Account:
    """Make an account that somebody named without any proof, with a post, as a worker reads it."""
    account = make_account(make_person("Mallory Berg"), remote_id=remote_id, named_by_operator=False, sync=True)
    make_post(account)
    return account


def whose(*accounts: Account) -> list[tuple[str, bool, bool]]:
    """Return of each account its state, whether it has an id, and whether it is proven."""
    rows = [Account.objects.get(pk=account.pk) for account in accounts]
    return [(row.state, row.remote_id is not None, row.proven) for row in rows]


def test_whoever_proves_an_account_gets_it_from_whoever_only_claimed_it(x: SandboxCopy) -> None:
    mine = unproven()
    theirs = claimed_by_another(x.inhabitant(handle="ingrid", description=mine.proof_code))
    kept = make_post(make_account(theirs.person))
    claim = SyncState.objects.get(account=theirs).claim
    assert looked(mine) == (True, "code", "")
    assert whose(mine, theirs) == [("active", True, True), ("taken", False, False)]
    assert list(Post.objects.all()) == [kept]
    assert SyncState.objects.get(account=theirs).claim > claim
    assert proving.confirm(account=theirs, how="code") is False


def test_an_account_that_was_taken_is_got_back_by_its_proof(x: SandboxCopy) -> None:
    mine = unproven()
    theirs = claimed_by_another(x.inhabitant(handle="ingrid", description=mine.proof_code))
    Account.objects.filter(pk=mine.pk).update(state="taken")
    assert looked(mine) == (True, "code", "")
    assert whose(mine, theirs) == [("active", True, True), ("taken", False, False)]


def test_what_the_operator_named_is_had_from_whoever_only_claimed_it(x: SandboxCopy) -> None:
    theirs = claimed_by_another(x.inhabitant(handle="ingrid"))
    mine = make_account(make_person("Ingrid Solheim"), handle="ingrid", remote_id=None, state="waiting")
    assert lookups.look_up_due(accounts=[mine.pk]) == 1
    assert whose(mine, theirs) == [("active", True, True), ("taken", False, False)]


def test_a_newcomer_without_proof_takes_nothing(x: SandboxCopy) -> None:
    theirs = claimed_by_another(x.inhabitant(handle="ingrid"))
    mine = unproven()
    assert lookups.look_up_due(accounts=[mine.pk]) == 1
    assert whose(mine, theirs) == [("taken", False, False), ("active", True, False)]
    assert Post.objects.filter(account=theirs).count() == 1


def test_two_proofs_of_one_account_leave_it_to_the_first(x: SandboxCopy, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = unproven()
    theirs = claimed_by_another(x.inhabitant(handle="ingrid", description=mine.proof_code))
    take_away = lookups.plan.take_away

    def proven_at_this_moment(account: Account) -> None:
        take_away(account)
        proving.confirm(account=theirs, how="link")

    monkeypatch.setattr(lookups.plan, "take_away", proven_at_this_moment)
    assert looked(mine)[0] is False
    assert whose(mine, theirs) == [("taken", False, False), ("active", True, True)]
    assert Post.objects.filter(account=theirs).count() == 1
