"""Deleting what went out, from the desk: away here at once, and at the network by a worker, or a person is told."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from advocacy.models import AuditEvent
from people.accounts import read_account
from people.models import Account, Attempt, Delivery, Person, Post, SyncState
from people.networks.types import PostRecord
from people.publishing import aftercare, budget, dispatching, letters, outbox, sending, storing
from people.publishing.clock import DbNow
from people.showing import end_quiet
from people.syncing import plan, store
from people.syncing.run import sync_account
from tests.brands.pages import words
from tests.factories import make_brand, make_enrolment
from tests.people.composer.test_write import write
from tests.sandbox_copy import SandboxCopy

pytestmark = pytest.mark.django_db
TEXT = "Warm bread at 03:40."


def work(delivery: Delivery) -> Delivery:
    """Let a worker do what is due for a delivery now."""
    due = timezone.now() - timedelta(seconds=1)
    Delivery.objects.filter(pk=delivery.pk, next_due_at__isnull=False).update(due_at=due, next_due_at=due)
    sending.run(delivery.pk)
    delivery.refresh_from_db()
    return delivery


@pytest.fixture
def sent(desk: Client, account: Account) -> Delivery:
    """Ingrid's post, which is out, on her page and on Vesper's."""
    Account.objects.filter(pk=account.pk).update(named_by_operator=True)
    read_account(account, since=timezone.now() - timedelta(days=1), on_page=True)
    make_enrolment(make_brand("Vesper", slug="vesper"), account=account)
    write(desk, account, TEXT)
    delivery = work(Delivery.objects.get())
    assert (delivery.state, Post.objects.count()) == ("published", 1)
    return delivery


def shown(me: Person) -> list[bool]:
    """Return whether Ingrid's page and Vesper's show the words to a stranger."""
    return [TEXT in words(Client().get(page).content.decode()) for page in (f"/people/{me.slug}/", "/brands/vesper/")]


def test_what_deleting_costs_stands_on_the_page_and_counts_in_the_months_caps(sent: Delivery, desk: Client) -> None:
    brand, page = make_brand(posting_cap_usd=10), f"/desk/outgoing/{sent.pk}/delete/"
    Delivery.objects.update(speaks_for=brand.pk)
    before = budget.spent()
    assert "Costs whoever runs this site 0.01 USD." in words(desk.get(page).content.decode())
    assert budget.spent() == before
    desk.post(page)
    assert work(sent).deleted_at is not None
    assert (budget.spent() - before, budget.spent(budget.brand_key(brand.pk))) == (10, 10)


def test_a_cap_that_is_reached_keeps_nobody_from_deleting(sent: Delivery, desk: Client, settings: Settings) -> None:
    settings.POSTING_CAP_USD = 0
    desk.post(f"/desk/outgoing/{sent.pk}/delete/")
    assert work(sent).deleted_at is not None


def there(app: SandboxCopy, delivery: Delivery) -> bool:
    """Return whether it stands at the network."""
    profile = app.session.get(f"{app.base_url}/2/users/{delivery.account.remote_id}/tweets", timeout=20).json()
    return delivery.remote_id in {one["id"] for one in profile.get("data", [])}


def delete(desk: Client, delivery: Delivery, **more: Any) -> Any:
    return desk.post(f"/desk/outgoing/{delivery.pk}/delete/", follow=True, **more)


@pytest.mark.django_db(transaction=True)
def test_pages_are_told_once_nothing_is_locked_any_more(
    me: Person, sent: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    within: list[bool] = []
    told = aftercare.posts_told

    def look(pks: list[int], **how: bool) -> None:
        within.append(connection.in_atomic_block)
        told(pks, **how)

    monkeypatch.setattr(aftercare, "posts_told", look)
    assert me.user
    aftercare.delete_published(delivery=sent, actor=me.user)
    assert (within, shown(me)) == ([False], [False, False])


def test_what_its_author_shows_again_before_it_is_kept_stays_shown(me: Person, sent: Delivery) -> None:
    post = Post.objects.get()
    Post.objects.update(quiet_at=timezone.now())
    Delivery.objects.filter(pk=sent.pk).update(post=None, reason=Delivery.UNDELETED, next_due_at=DbNow())
    assert me.user
    end_quiet(post=post, actor=me.user)
    storing.store(sent.pk)
    post.refresh_from_db()
    assert post.quiet_at is None


def test_after_a_question_it_is_away_here_at_once_and_there_once_a_worker_was_there(
    desk: Client, me: Person, sent: Delivery, app: SandboxCopy
) -> None:
    page = words(desk.get(f"/desk/outgoing/{sent.pk}/").content.decode())
    assert "Delete it" in page
    question = words(desk.get(f"/desk/outgoing/{sent.pk}/delete/").content.decode())
    assert [part in question for part in ("Delete this post on X?", TEXT, "cannot be taken back")] == [True] * 3
    assert (shown(me), there(app, sent)) == ([True, True], True)
    told = words(delete(desk, sent).content.decode())
    assert [part in told for part in ("No page here shows it any longer", "being deleted")] == [True, True]
    assert (shown(me), there(app, sent)) == ([False, False], True)
    assert dispatching.hints() == [sent.pk]
    work(sent)
    assert (there(app, sent), Post.objects.count(), sent.deleted_at is not None) == (False, 0, True)
    assert (sent.state, sent.wish, sent.next_due_at, sent.trouble) == ("published", "", None, "")
    page = words(desk.get(f"/desk/outgoing/{sent.pk}/").content.decode())
    assert ("deleted" in page, "Delete it" in page) == (True, False)


def test_asked_twice_and_done_twice_it_is_deleted_once(desk: Client, sent: Delivery, app: SandboxCopy) -> None:
    delete(desk, sent)
    delete(desk, sent)
    assert Attempt.objects.filter(delivery=sent, act="delete").count() == 1
    assert AuditEvent.objects.filter(verb="delivery.delete_wished").count() == 1
    work(sent)
    Delivery.objects.filter(pk=sent.pk).update(wish="delete", next_due_at=sent.due_at)  # as if it was killed there
    work(sent)
    assert (there(app, sent), sent.wish, sent.reason, sent.trouble) == (False, "", "", "")
    delete(desk, sent)
    sent.refresh_from_db()
    assert sent.wish == ""


def test_what_was_deleted_at_the_network_by_hand_counts_as_deleted(
    desk: Client, sent: Delivery, app: SandboxCopy
) -> None:
    app.delete(id=sent.remote_id)
    delete(desk, sent)
    work(sent)
    assert (sent.deleted_at is not None, sent.reason, Post.objects.count()) == (True, "", 0)


def test_a_network_in_trouble_is_asked_again_and_after_a_day_its_author_is_told(
    desk: Client, me: Person, sent: Delivery, app: SandboxCopy
) -> None:
    app.fault(endpoint="delete", status=503, times=2)
    delete(desk, sent)
    work(sent)
    assert (sent.wish, sent.deleted_at, letters.tell_due()) == ("delete", None, 0)
    assert sent.next_due_at is not None
    assert "status 503" in words(desk.get(f"/desk/outgoing/{sent.pk}/").content.decode())
    Attempt.objects.filter(act="delete").update(at=timezone.now() - timedelta(days=1, minutes=1))
    work(sent)
    assert (sent.wish, sent.reason, sent.next_due_at is None) == ("", "undeleted", True)
    assert [letters.tell_due(), letters.tell_due()] == [1, 0]
    letter = mail.outbox[-1]
    assert (letter.subject, "is still there: " in letter.body, TEXT in letter.body) == (
        "Your post is still on X",
        True,
        False,
    )
    needs = words(desk.get("/desk/outgoing/").content.decode())
    assert "Needs you" in needs
    assert "It was not deleted, and is still there" in needs
    assert shown(me) == [False, False]
    delete(desk, sent)  # once more, as the page offers
    work(sent)
    assert (there(app, sent), sent.deleted_at is not None, sent.reason) == (False, True, "")
    assert "Needs you" not in words(desk.get("/desk/outgoing/").content.decode())


def test_what_the_network_refuses_is_told_in_its_words_and_stays_quiet_here(
    desk: Client, me: Person, sent: Delivery, app: SandboxCopy
) -> None:
    app.fault(endpoint="delete", status=403, times=1)
    delete(desk, sent)
    work(sent)
    page = words(desk.get(f"/desk/outgoing/{sent.pk}/").content.decode())
    assert [part in page for part in ("is still there: status 403", "it is quiet", "Delete it")] == [True] * 3
    assert (letters.tell_due(), shown(me), there(app, sent)) == (1, [False, False], True)


def test_a_token_that_is_not_taken_is_renewed_once(desk: Client, sent: Delivery, app: SandboxCopy) -> None:
    app.fault(endpoint="delete", status=401, times=1)
    delete(desk, sent)
    work(sent)
    assert (there(app, sent), sent.deleted_at is not None) == (False, True)


def test_neither_a_late_worker_nor_a_page_that_was_read_before_brings_it_back(
    desk: Client, me: Person, sent: Delivery, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = PostRecord(sent.remote_id or "", account.remote_id or "", timezone.now(), TEXT)
    delete(desk, sent)
    Post.objects.all().delete()  # nobody kept it yet, and it is being deleted
    for _ in range(2):
        SyncState.objects.update(due_at=timezone.now() - timedelta(seconds=1))
        claim = plan.claim(account.pk)
        assert claim is not None
        store.store_page(claim, [record])
        plan.finish(claim, cursor="", hit=True)
        storing.store(sent.pk)
        assert Post.objects.count() == 0
        work(sent)
    assert sent.deleted_at is not None
    sync_account(account.pk)
    assert (Post.objects.count(), shown(me)) == (0, [False, False])


def test_a_worker_that_was_about_to_keep_it_does_not(
    desk: Client, sent: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    stays = storing._stays

    def deleted_meanwhile(delivery: Delivery) -> bool:
        delete(desk, sent)
        work(sent)
        return stays(delivery)

    Post.objects.all().delete()
    monkeypatch.setattr(storing, "_stays", deleted_meanwhile)
    assert storing.store(sent.pk) is None
    assert Post.objects.count() == 0


def test_one_that_was_not_kept_here_yet_and_stays_there_is_quiet_once_it_is_kept(
    desk: Client, me: Person, sent: Delivery, app: SandboxCopy
) -> None:
    Post.objects.all().delete()
    app.fault(endpoint="delete", status=403, times=1)
    delete(desk, sent)
    work(work(sent))
    assert (Post.objects.get().quiet_at is not None, shown(me)) == (True, [False, False])


def test_what_stays_there_and_is_not_kept_here_yet_comes_back_by_no_sync(
    desk: Client, me: Person, sent: Delivery, account: Account, app: SandboxCopy
) -> None:
    record = PostRecord(sent.remote_id or "", account.remote_id or "", timezone.now(), TEXT)
    other = replace(record, remote_id="4711", text="Said elsewhere.")
    Post.objects.all().delete()
    app.fault(endpoint="delete", status=403, times=1)
    delete(desk, sent)
    work(sent)
    assert (sent.wish, sent.reason) == ("", "undeleted")
    SyncState.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    claim = plan.claim(account.pk)
    assert claim is not None
    store.store_page(claim, [record, other])
    assert (list(Post.objects.values_list("text", flat=True)), shown(me)) == (["Said elsewhere."], [False, False])
    work(sent)
    assert (Post.objects.exclude(quiet_at=None).get().text, shown(me)) == (TEXT, [False, False])


def test_a_deletion_that_is_given_up_while_a_worker_keeps_the_post_leaves_it_quiet(
    desk: Client, me: Person, sent: Delivery, app: SandboxCopy, monkeypatch: pytest.MonkeyPatch
) -> None:
    stays = storing._stays

    def refused_meanwhile(delivery: Delivery) -> bool:
        delete(desk, sent)
        work(sent)
        return stays(delivery)

    def there_already(delivery: Delivery) -> bool:
        Post.objects.update(quiet_at=None)
        Delivery.objects.filter(pk=sent.pk).update(post=None)
        return stays(delivery)

    Post.objects.all().delete()
    app.fault(endpoint="delete", status=403, times=1)
    monkeypatch.setattr(storing, "_stays", refused_meanwhile)
    storing.store(sent.pk)
    assert (Post.objects.get().quiet_at is not None, shown(me)) == (True, [False, False])
    Delivery.objects.filter(pk=sent.pk).update(post=None)
    monkeypatch.setattr(storing, "_stays", there_already)
    storing.store(sent.pk)
    assert (Post.objects.get().quiet_at is not None, shown(me)) == (True, [False, False])


def test_a_wish_is_not_written_down_without_its_post_being_hidden(
    desk: Client, me: Person, sent: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(**_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as cut:
        cut.setattr(aftercare, "hide", killed)
        with pytest.raises(KeyboardInterrupt):
            delete(desk, sent)
    sent.refresh_from_db()
    assert (sent.wish, Attempt.objects.filter(act="delete").exists(), shown(me)) == ("", False, [True, True])
    delete(desk, sent)
    sent.refresh_from_db()
    assert (sent.wish, shown(me)) == ("delete", [False, False])


def test_only_the_author_and_only_what_is_out(
    desk: Client, sent: Delivery, account: Account, stranger: Client, client: Client
) -> None:
    address = f"/desk/outgoing/{sent.pk}/delete/"
    assert [stranger.get(address).status_code, stranger.post(address).status_code] == [404, 404]
    assert "/sign-in/" in client.post(address)["Location"]
    sent.refresh_from_db()
    assert (sent.wish, Post.objects.get().quiet_at) == ("", None)
    write(desk, account, "Not out yet.", when="at", at="2083-01-15T06:30", zone="Europe/Vienna")
    waits = Delivery.objects.latest("pk")
    for answer in (desk.get(f"/desk/outgoing/{waits.pk}/delete/"), desk.post(f"/desk/outgoing/{waits.pk}/delete/")):
        assert (answer.status_code, "cannot be deleted from here" in words(answer.content.decode())) == (409, True)
    waits.refresh_from_db()
    assert waits.wish == ""


def test_of_a_thread_one_part_is_deleted_and_the_page_says_so(desk: Client, sent: Delivery) -> None:
    assert "other parts of its thread" not in words(desk.get(f"/desk/outgoing/{sent.pk}/delete/").content.decode())
    part = outbox.content_of({"text": "And jam.", "lang": "", "pictures": []})
    Delivery.objects.create(
        account=sent.account, person=sent.person, parent=sent, threaded=True, state="published", remote_id="4711",
        state_changed_at=timezone.now(), due_at=timezone.now(), late_after=timezone.now(), **part,
    )  # fmt: skip
    page = words(desk.get(f"/desk/outgoing/{sent.pk}/delete/").content.decode())
    assert ("other parts of its thread" in page, "What waits of its thread" in page) == (True, False)
    Delivery.objects.filter(parent=sent).update(state="held", remote_id=None)
    page = words(desk.get(f"/desk/outgoing/{sent.pk}/delete/").content.decode())
    assert ("other parts of its thread" in page, "What waits of its thread" in page) == (False, True)
    Delivery.objects.filter(parent=sent).update(state="cancelled")
    page = words(desk.get(f"/desk/outgoing/{sent.pk}/delete/").content.decode())
    assert "of its thread" not in page
