"""Readings that meet what nobody should send, say or lose."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone
from pytest_django import Settings

from advocacy.models import Allowance
from brands.models import BrandPost
from people.models import Account, ComplianceJob, Post, SyncRun, SyncState
from people.networks.registry import adapter_for
from people.signals import posts_changed
from people.syncing import compliance, lookups, plan, store
from people.syncing.idle import read_until_idle
from tests.factories import make_account, make_brand, make_enrolment, make_post
from tests.journeys.inhabited import NOW, again, enrolled, ids, ignore, shown, spoken
from tests.sandbox_copy import SandboxCopy


@pytest.mark.django_db
def test_a_fault_of_our_own_lets_go_of_the_account_and_is_told(x: SandboxCopy) -> None:
    account, colleague = enrolled(x), enrolled(x, "oskar")
    spoken(x, 1)
    said = spoken(x, 1, "oskar")

    def broken(sender: object, *, post_ids: list[int], **_: object) -> None:
        if Post.objects.filter(pk__in=post_ids, account=account).exists():
            raise RuntimeError

    posts_changed.connect(broken)
    try:
        again(account)
        again(colleague)
    finally:
        posts_changed.disconnect(broken)
    state = SyncState.objects.get(account=account)
    assert (state.lease_until, state.failures) == (None, 1)
    assert "RuntimeError" in state.trouble
    assert SyncRun.objects.filter(account=account).values_list("outcome", flat=True).get() == "unknown"
    assert shown(colleague) == said


@pytest.mark.django_db
def test_a_name_that_the_network_cannot_make_sense_of_spoils_nobody_elses_look_up(x: SandboxCopy) -> None:
    healthy = [enrolled(x, f"person{n}") for n in range(3)]
    odd_one = make_account(handle="no handle at all!", remote_id=None, state=Account.State.WAITING)
    for account in healthy:
        Account.objects.filter(pk=account.pk).update(state="waiting", looked_up_at=None, remote_id=None)
    assert lookups.look_up_due() == 4
    states = dict(Account.objects.values_list("handle", "state"))
    assert states == {"person0": "active", "person1": "active", "person2": "active", odd_one.handle: "unknown"}


@pytest.mark.django_db
def test_an_account_named_twice_by_one_person_becomes_one_and_both_brands_show_it(x: SandboxCopy) -> None:
    known = enrolled(x)
    said = spoken(x, 2)
    again(known)
    twin = make_account(known.person, handle="ingrid", remote_id=None, state=Account.State.WAITING)
    second = make_enrolment(make_brand(), known.person, account=twin)
    lookups.look_up_due()
    assert list(Account.objects.values_list("pk", flat=True)) == [known.pk]
    assert second.shown_accounts.get().account == known
    rows = BrandPost.objects.filter(brand=second.brand).order_by("published_at")
    assert list(rows.values_list("post__remote_id", flat=True)) == said


@pytest.mark.django_db
def test_what_a_closed_account_said_is_not_stored_by_a_reading_under_way(x: SandboxCopy) -> None:
    account = enrolled(x)
    claim = plan.claim(account.pk)
    assert claim is not None
    lookups.turn(account, Account.State.PROTECTED)
    with pytest.raises(store.LostLease):
        store.store_page(claim, ())
    assert plan.finish(claim, cursor="9", hit=True) is False


@pytest.mark.django_db
def test_the_command_tells_what_was_not_read_and_why(x: SandboxCopy, settings: Settings) -> None:
    enrolled(x)
    gone = make_account(handle="nobody_here", remote_id=None, state=Account.State.WAITING)
    make_enrolment(account=gone)
    out = StringIO()
    call_command("sync", "--until-idle", stdout=out)
    assert "  1 account not found at the network\n" in out.getvalue()
    Account.objects.update(looked_up_at=None, state="waiting")
    settings.X_BEARER_TOKEN = "wrong"
    adapter_for.cache_clear()
    with pytest.raises(SystemExit) as ended:
        call_command("sync", "--until-idle", stdout=out)
    assert ended.value.code == 1
    assert "  2 accounts waiting for look-up\n" in out.getvalue()
    assert "  not looked up: X does not take the app's bearer token (401)" in out.getvalue()
    assert "wrong" not in out.getvalue().replace("not looked up", "")


@pytest.mark.django_db
def test_the_command_says_so_where_the_workers_left_nothing_to_read(x: SandboxCopy) -> None:
    account = enrolled(x)
    spoken(x, 2)
    other = make_account()  # of no brand
    make_post(other)
    brand = ["--brand", account.person.enrolments.get().brand.slug]
    told = []
    for _ in range(2):
        out = StringIO()
        call_command("sync", "--until-idle", *brand, stdout=out)
        told.append(out.getvalue())
    assert told[0].endswith("1 readings: 2 new posts, 0 changed\n")
    assert told[1] == "Nothing was left to read: the workers were here already, or nothing was due. 2 posts are kept.\n"


@pytest.mark.django_db
def test_a_compliance_job_that_the_network_no_longer_knows_ends_and_the_next_one_starts_soon(x: SandboxCopy) -> None:
    account = enrolled(x)
    said = spoken(x, 2)
    again(account)
    job = ComplianceJob.objects.create(network="x", remote_id="1", upload_url="", download_url="", state="sent")
    compliance.carry_on(network="x")
    job.refresh_from_db()
    assert (job.state, compliance.open_job("x")) == ("failed", None)
    ComplianceJob.objects.update(created_at=timezone.now() - timedelta(hours=2))
    x.delete(id=said[0])
    read_until_idle(None, told=ignore)
    assert ids(account) == said[1:]


@pytest.mark.django_db
def test_nothing_is_spent_on_posts_that_were_asked_for_already_and_a_failure_ends_nothing(
    x: SandboxCopy, settings: Settings
) -> None:
    account = enrolled(x)
    spoken(x, 1)
    again(account)
    settings.LOOKUPS_PER_DAY = 3
    assert [compliance.check_posts(network="x") for _ in range(5)] == [0] * 5
    assert Allowance.objects.get().used == 1
    x.say(handle="ingrid", text="Later", at=NOW)
    again(account)
    x.fault(endpoint="tweets", status=401)
    assert compliance.check_posts(network="x") == 0
