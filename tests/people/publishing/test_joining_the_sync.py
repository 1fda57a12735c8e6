"""A post that went out from here and is then read by the sync is one post, whichever comes first."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from brands.models import BrandPost
from people.models import Account, Delivery, Post
from people.networks.types import PostRecord
from people.publishing import storing
from people.publishing.clock import DbNow, now
from people.syncing import plan, store
from tests.factories import make_account, make_brand, make_enrolment, make_person, make_user
from tests.faults.network import Network
from tests.people.publishing.conftest import overdue, run

pytestmark = pytest.mark.django_db
Say = Callable[..., Delivery]


@pytest.fixture
def account(db: None) -> Account:
    account = make_account(make_person(user=make_user()), network="fakeN", sync=True)
    make_enrolment(make_brand(), account.person, account=account)
    return account


def _read(account: Account, remote_id: str, text: str) -> None:
    claim = plan.claim(account.pk)
    assert claim
    store.store_page(claim, [PostRecord(remote_id, account.remote_id or "", now(), text, conversation_id=remote_id)])
    plan.finish(claim, cursor="", hit=True)


def test_the_sync_comes_after(account: Account, say: Say, judge: Network) -> None:
    delivery = run(say(account, "once"))
    assert BrandPost.objects.get().post.text == "once"
    _read(account, delivery.remote_id or "", "once, as the network shows it")
    post = Post.objects.get()
    assert (post.text, post.pk, BrandPost.objects.count()) == ("once, as the network shows it", delivery.post_id, 1)


def test_the_sync_comes_before_the_send_is_settled(
    account: Account, say: Say, judge: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read_at_this_moment(step: str) -> None:
        if step == "c5":
            _read(account, judge.room(f"acct-{account.pk}").posts[0].id, "once")

    monkeypatch.setattr("people.publishing.steps.reached", read_at_this_moment)
    delivery = run(say(account, "once"))
    post = Post.objects.get()
    assert (delivery.state, delivery.post_id, post.conversation_id) == ("published", post.pk, post.remote_id)
    assert BrandPost.objects.count() == 1


def test_a_post_that_could_not_be_kept_is_kept_by_the_next_run(
    account: Account, say: Say, judge: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = storing._post

    def broken(delivery: Delivery) -> Post:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(storing, "_post", broken)
    delivery = run(say(account, "once"))
    assert (delivery.state, Post.objects.count(), delivery.next_due_at is not None) == ("published", 0, True)
    monkeypatch.setattr(storing, "_post", whole)
    run(delivery)
    assert (Post.objects.count(), delivery.next_due_at, len(judge.room(f"acct-{account.pk}").posts)) == (1, None, 1)


def test_an_edit_at_the_network_keeps_the_row(account: Account, say: Say, judge: Network) -> None:
    delivery = run(say(account, "a typo"))
    newer = PostRecord("9" * 18, account.remote_id or "", now(), "no typo")
    claim = plan.claim(account.pk)
    assert claim
    store.store_page(claim, [replace(newer, edit_history=(delivery.remote_id or "", "9" * 18))])
    overdue(delivery, next_due_at=DbNow())
    run(delivery)
    assert list(Post.objects.values_list("text", flat=True)) == ["no typo"]
