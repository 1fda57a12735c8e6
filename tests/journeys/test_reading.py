"""From the network to the brand's page: whole readings over HTTP, with everything that goes wrong."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from brands.models import BrandPost, Enrolment
from people import tasks
from people.models import Account, ComplianceJob, Post, SyncRun, SyncState
from people.syncing import compliance, lookups, plan, store
from people.syncing.idle import read_until_idle, unfinished
from tests.factories import make_account, make_brand, make_enrolment
from tests.journeys.inhabited import NOW, again, enrolled, forget_limits, ids, ignore, shown, spoken
from tests.sandbox_copy import SandboxCopy


@pytest.mark.django_db
def test_what_somebody_says_stands_on_the_brand_page_once_however_often_it_is_read(x: SandboxCopy) -> None:
    account, stranger = enrolled(x), enrolled(x, "oskar")
    said = spoken(x, 3)
    runs = [again(account) for _ in range(3)]
    assert [(run.outcome, run.new) for run in runs] == [("ok", 3), ("ok", 0), ("ok", 0)]
    assert ids(account) == said == shown(account)
    assert (ids(stranger), shown(stranger)) == ([], [])


@pytest.mark.django_db
def test_later_words_are_added_and_the_cursor_is_the_newest(x: SandboxCopy) -> None:
    account = enrolled(x)
    said = spoken(x, 120)
    assert again(account).calls == 2
    said.append(x.say(handle="ingrid", text="And now this"))
    run = again(account)
    assert (run.calls, run.fetched, run.new) == (1, 1, 1)
    assert ids(account) == said
    assert SyncState.objects.get(account=account).cursor == said[-1]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "fault",
    [
        {"status": 500},
        {"status": 429},
        {"status": 402},
        {"status": 401},
        {"status": 403},
        {"status": 404},
        {"garbage": True},
        {"truncate": True},
        {"drop": True},
    ],
)
def test_a_failure_in_mid_page_loses_nothing_and_doubles_nothing(x: SandboxCopy, fault: dict[str, object]) -> None:
    account = enrolled(x)
    said = spoken(x, 250)
    x.fault(endpoint="timeline", page=2, **fault)
    run = again(account)
    assert run.outcome != "ok"
    state = SyncState.objects.get(account=account)
    assert (state.cursor, state.lease_until, len(ids(account))) == ("", None, 100)
    x.clear()
    forget_limits()
    assert again(account).outcome == "ok"
    assert ids(account) == said == shown(account)


@pytest.mark.django_db
def test_a_crash_between_commit_and_signal_is_mended_by_the_next_reading(x: SandboxCopy) -> None:
    account = enrolled(x)
    said = spoken(x, 3)
    again(account)
    BrandPost.objects.all().delete()
    SyncState.objects.update(cursor="")  # the cursor moves last: a crash leaves it where it was
    again(account)
    assert shown(account) == said


@pytest.mark.django_db
def test_a_holder_that_lost_its_lease_writes_nothing(x: SandboxCopy) -> None:
    account = enrolled(x)
    spoken(x, 3)
    slow = plan.claim(account.pk)
    assert slow is not None
    SyncState.objects.update(lease_until=NOW - timedelta(minutes=5))
    again(account)
    Post.objects.all().delete()
    with pytest.raises(store.LostLease):
        store.store_page(slow, ())
    assert ids(account) == []


@pytest.mark.django_db
def test_an_edit_keeps_the_posts_address_and_shows_the_new_words(x: SandboxCopy) -> None:
    account = enrolled(x)
    first = x.say(handle="ingrid", text="Snw", at=NOW - timedelta(minutes=20))
    again(account)
    before = Post.objects.get()
    second = x.edit(id=first, text="Snow", at=NOW - timedelta(minutes=10))
    again(account)
    after = Post.objects.get()
    assert (after.pk, after.remote_id, after.text, after.edited) == (before.pk, second, "Snow", True)
    assert shown(account) == [second]


@pytest.mark.django_db
def test_a_handle_becomes_an_id_after_the_yes_and_a_rename_is_followed(x: SandboxCopy, settings: Settings) -> None:
    account = enrolled(x, remote_id=None, state=Account.State.WAITING)
    Account.objects.update(looked_up_at=None)
    said = spoken(x, 2)
    read_until_idle(None, told=ignore)
    account.refresh_from_db()
    assert (account.state, account.display_name, ids(account)) == ("active", "Ingrid", said)
    x.rename(old="ingrid", new="ingrid_drives")
    settings.PROFILE_REFRESH_SECONDS = 0
    assert lookups.look_up_due(before=timezone.now()) == 1
    account.refresh_from_db()
    assert (account.handle, ids(account)) == ("ingrid_drives", said)


@pytest.mark.django_db
def test_nobody_without_a_yes_is_looked_up_or_read(x: SandboxCopy) -> None:
    enrolled(x, read_from=None, state=Account.State.WAITING)
    Account.objects.update(looked_up_at=None)
    spoken(x, 1)
    tally = read_until_idle(None, told=ignore)
    assert (tally.asked, tally.runs, Post.objects.count()) == (0, 0, 0)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("close", "state"),
    [
        (lambda x: x.protect(handle="ingrid"), "protected"),
        (lambda x: x.suspend(handle="ingrid"), "suspended"),
    ],
)
def test_a_closed_account_is_a_state_and_its_posts_go_until_it_opens_again(
    x: SandboxCopy, settings: Settings, close: Callable[[SandboxCopy], object], state: str
) -> None:
    account, colleague = enrolled(x), enrolled(x, "oskar")
    said, broom = spoken(x, 3), spoken(x, 1, "oskar")
    again(account)
    again(colleague)
    close(x)
    assert again(account).outcome == "refused"
    account.refresh_from_db()
    assert (account.state, ids(account), shown(account)) == (state, [], [])
    assert shown(colleague) == broom
    x.protect(handle="ingrid", off=True)
    x.suspend(handle="ingrid", off=True)
    settings.PROFILE_REFRESH_SECONDS = 0
    read_until_idle(None, told=ignore)
    assert shown(account) == said


@pytest.mark.django_db
def test_an_unknown_handle_is_a_state_and_no_error(x: SandboxCopy) -> None:
    account = make_account(handle="nobody_here", remote_id=None, state=Account.State.WAITING)
    read_until_idle(None, told=ignore)
    account.refresh_from_db()
    assert account.state == "unknown"


@pytest.mark.django_db
def test_an_account_that_is_somebody_elses_here_is_not_taken_over(x: SandboxCopy) -> None:
    first = enrolled(x)
    second = make_account(handle="ingrid", remote_id=None, state=Account.State.WAITING)
    lookups.look_up_due()
    second.refresh_from_db()
    assert (second.state, second.remote_id, first.person == second.person) == ("taken", None, False)


@pytest.mark.django_db
def test_deleted_posts_go_with_the_daily_job_and_the_others_stay(x: SandboxCopy, settings: Settings) -> None:
    account = enrolled(x)
    said = spoken(x, 4)
    again(account)
    x.delete(id=said[1])
    settings.COMPLIANCE_SECONDS = 0
    read_until_idle(None, told=ignore)
    assert ids(account) == [said[0], said[2], said[3]] == shown(account)
    job = ComplianceJob.objects.get()
    assert (job.state, job.ids, job.gone) == ("done", 4, 1)


@pytest.mark.django_db
def test_look_ups_for_deletions_stay_within_the_days_allowance_newest_first(x: SandboxCopy, settings: Settings) -> None:
    account = enrolled(x)
    said = spoken(x, 5)
    again(account)
    x.delete(id=said[0])
    x.delete(id=said[4])
    settings.LOOKUPS_PER_DAY = 2
    assert compliance.check_posts(network="x") == 1
    assert compliance.check_posts(network="x") == 0
    assert ids(account) == said[:4]


@pytest.mark.django_db
def test_a_broken_network_is_reported_and_not_waited_for_all_night(x: SandboxCopy) -> None:
    account = enrolled(x)
    x.fault(endpoint="timeline", status=403)
    SyncState.objects.update(failures=4)
    read_until_idle([account.pk], told=ignore)
    assert unfinished([account.pk]) == {"X refuses the call (status 403)": 1}


@pytest.mark.django_db
def test_a_person_in_two_brands_is_read_once_and_shown_on_both(x: SandboxCopy) -> None:
    account = enrolled(x)
    make_enrolment(make_brand(), account.person, account=account)
    said = spoken(x, 2)
    tally = read_until_idle(None, told=ignore)
    assert (tally.runs, tally.new) == (1, 2)
    assert BrandPost.objects.values("brand").distinct().count() == Enrolment.objects.count() == 2
    assert ids(account) == said


@pytest.mark.django_db(transaction=True)
def test_two_syncs_at_once_end_with_each_post_exactly_once(x: SandboxCopy) -> None:
    accounts = [enrolled(x, f"person{n}") for n in range(6)]
    said = {account.pk: spoken(x, 30, account.handle) for account in accounts}

    def read() -> None:
        read_until_idle(None, told=ignore)
        connection.close()

    both = [threading.Thread(target=read) for _ in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join(timeout=60)
    assert {account.pk: ids(account) for account in accounts} == said
    assert {account.pk: shown(account) for account in accounts} == said
    assert SyncRun.objects.filter(outcome="ok").count() == len(accounts)


@pytest.mark.django_db
def test_the_workers_task_reads_what_is_due_and_nothing_twice(x: SandboxCopy) -> None:
    account = enrolled(x)
    said = spoken(x, 2)
    assert (tasks.sync_due(), tasks.sync_due()) == (1, 0)
    assert ids(account) == said


@pytest.mark.django_db
def test_reposts_are_kept_as_shared_without_a_word_of_the_other(x: SandboxCopy, settings: Settings) -> None:
    settings.READ_REPOSTS = True
    account = enrolled(x)
    x.inhabitant(handle="lea")
    words = x.say(handle="lea", text="Words of Lea", at=NOW - timedelta(minutes=9))
    x.say(handle="ingrid", repost=words, at=NOW - timedelta(minutes=8))
    again(account)
    post = Post.objects.get()
    assert (post.kind, post.repost_of_id, post.repost_of_handle, post.text, post.html) == (
        "repost",
        words,
        "lea",
        "",
        "",
    )
    assert shown(account) == []
