"""Posting on X over a real socket: what each answer means."""

import datetime as dt
import io
import time

import pytest
from django.utils import timezone
from PIL import Image
from pytest_django import Settings

from people.accounts import read_account
from people.models import Account
from people.networks.base import Deletes, Publisher, ReadsOwn, Uploads
from people.networks.errors import NotNow, Reconnect, Refused, Unknown
from people.networks.publishers import publisher_for
from people.networks.types import Payload, Picture, Writer
from people.networks.x_publish import XPublisher
from people.publishing import tokens
from people.syncing.run import sync_account
from tests.people.linking.walking import Walker
from tests.sandbox_copy import SandboxCopy

pytestmark = pytest.mark.django_db
X = XPublisher()
NOW = timezone.now()


@pytest.fixture
def account(ingrid: Walker) -> Account:
    return ingrid.link()


@pytest.fixture
def writer(account: Account) -> Writer:
    return tokens.writer_for(account)


def payload(text: str = "Good morning", **more: object) -> Payload:
    return Payload(text=text, made_at=NOW, **more)  # type: ignore[arg-type]


def test_x_has_a_publisher_of_kind_n_that_reads_back_uploads_and_deletes() -> None:
    found: Publisher = publisher_for("x")
    assert (found.network, found.kind, found.key_good) == ("x", "N", 0)
    assert isinstance(found, ReadsOwn)
    assert isinstance(found, Uploads)
    assert isinstance(found, Deletes)


def test_a_post_goes_out_once_and_comes_back_with_its_number(writer: Writer, app: SandboxCopy) -> None:
    done = X.publish(writer, payload("Snow & ice on https://example.com/winter"))
    (made,) = app.made(handle="ingrid")
    assert made["id"] == done.remote_id
    assert made["price"] == X.mills("Snow & ice on https://example.com/winter") == 200
    part = X.publish(writer, payload("The second part", reply_to=done.remote_id))
    assert app.made(handle="ingrid")[1] | {"at": ""} == {
        "id": part.remote_id, "text": "The second part", "at": "", "deleted": False, "price": 15,
        "reply_to": done.remote_id, "pictures": 0,
    }  # fmt: skip


def test_the_next_reading_finds_what_was_posted(writer: Writer, account: Account) -> None:
    read_account(account, since=timezone.now() - dt.timedelta(days=1), on_page=True)
    done = X.publish(writer, payload("Read back by the sync"))
    sync_account(account.pk)
    assert list(account.posts.values_list("remote_id", "text")) == [(done.remote_id, "Read back by the sync")]


def test_the_prices_are_xs() -> None:
    words = ["Plain.", "At 07:10, v2.0 of it", "a@b", "One.Two", "example.com", "See HTTPS://example.org"]
    assert [X.mills(text) for text in words] == [15, 15, 15, 15, 200, 200]


def test_own_posts_are_read_back_as_they_were_written(writer: Writer, account: Account) -> None:
    text = "Tea <3 & cake: https://vesper.example/a?b=1&c=2 and more"
    first = X.publish(writer, payload(text))
    picture = io.BytesIO()
    Image.new("RGB", (30, 20), "red").save(picture, "PNG")
    up = X.upload(writer, Picture(picture.getvalue(), "image/png", "Red"))
    second = X.publish(writer, payload("With a picture", media=(up.id,)))
    found = X.own_recent(writer, since=timezone.now() - dt.timedelta(minutes=2))
    assert [(post.remote_id, post.text) for post in found] == [
        (second.remote_id, "With a picture"),
        (first.remote_id, text),
    ]
    assert X.own_recent(writer, since=timezone.now() + dt.timedelta(minutes=2)) == []


def test_a_picture_of_a_kind_that_x_does_not_take_becomes_a_jpeg(writer: Writer, app: SandboxCopy) -> None:
    body = io.BytesIO()
    Image.new("RGB", (1200, 900), "teal").save(body, "AVIF")
    up = X.upload(writer, Picture(body.getvalue(), "image/avif", "Teal"))
    assert up.good_for is not None
    assert up.good_for > dt.timedelta(hours=20)
    X.publish(writer, payload("Teal", media=(up.id,)))
    assert app.made(handle="ingrid")[0]["pictures"] == 1


def test_deleting_twice_is_no_failure(writer: Writer, app: SandboxCopy) -> None:
    done = X.publish(writer, payload())
    X.delete(writer, done.remote_id)
    X.delete(writer, done.remote_id)
    X.delete(writer, "999")
    assert [one["deleted"] for one in app.made(handle="ingrid")] == [True]


def test_the_same_words_again_are_perhaps_ours(writer: Writer) -> None:
    X.publish(writer, payload())
    with pytest.raises(Refused) as refused:
        X.publish(writer, payload())
    assert refused.value.about == "duplicate"


def test_a_definite_no_says_why_in_the_networks_own_words(writer: Writer, app: SandboxCopy) -> None:
    with pytest.raises(Refused, match="too long"):
        X.publish(writer, payload("a" * 281))
    strange = app.say(handle="oskar", text="Hello all")
    with pytest.raises(Refused, match="not permitted") as refused:
        X.publish(writer, payload("Hi", reply_to=strange))
    assert refused.value.about == "call"


@pytest.mark.parametrize(
    ("fault", "failure", "made"),
    [
        ({"status": 401}, Reconnect, 0),
        ({"status": 402}, NotNow, 0),
        ({"status": 403}, Refused, 0),
        ({"status": 429}, NotNow, 0),
        ({"status": 500}, Unknown, 0),
        ({"status": 503, "after": True}, Unknown, 1),
        ({"status": 504, "after": True}, Unknown, 1),
        ({"drop": True}, Unknown, 0),
        ({"drop": True, "after": True}, Unknown, 1),
        ({"drop": True, "truncate": True, "after": True}, Unknown, 1),
        ({"truncate": True, "after": True}, Unknown, 1),
        ({"garbage": True}, Unknown, 0),
        ({"garbage": True, "after": True}, Unknown, 1),
        ({"delay": 3, "after": True}, Unknown, 1),
    ],
)
def test_what_leaves_open_whether_it_was_taken_is_never_called_a_no(
    writer: Writer, app: SandboxCopy, settings: Settings, fault: dict[str, object], failure: type[Exception], made: int
) -> None:
    if "delay" in fault:
        settings.PUBLISHING_SECONDS = {**settings.PUBLISHING_SECONDS, "send": 2}
    app.fault(endpoint="post", times=1, **fault)
    with pytest.raises(failure) as raised:
        X.publish(writer, payload())
    assert writer.token not in str(raised.value)
    assert writer.token not in repr(writer)
    patience = time.monotonic() + 30  # a slow network may still be taking what nobody waits for any more
    while len(app.made(handle="ingrid")) != made and time.monotonic() < patience:
        time.sleep(0.1)
    assert len(app.made(handle="ingrid")) == made


def test_nothing_was_sent_where_nobody_listens(writer: Writer, settings: Settings) -> None:
    settings.X_API_BASE = "http://127.0.0.1:9/sandbox/x"
    settings.DOOR_ALLOW = frozenset(["127.0.0.1:9"])
    with pytest.raises(NotNow):
        X.publish(writer, payload())


def test_a_wait_is_told_with_its_time(writer: Writer, app: SandboxCopy) -> None:
    app.fault(endpoint="post", status=429, reset_in=300, times=1)
    with pytest.raises(NotNow) as wait:
        X.publish(writer, payload())
    assert abs(wait.value.until - timezone.now() - dt.timedelta(seconds=300)) < dt.timedelta(seconds=10)
    assert wait.value.limit == "account"


def test_when_the_apps_day_is_used_up_nobody_sends_before_it_begins_anew(writer: Writer, app: SandboxCopy) -> None:
    app.fault(endpoint="post", limit=1, reset_in=7_200)
    X.publish(writer, payload("The last one of today"))
    with pytest.raises(NotNow, match="in a day are used up") as wait:
        X.publish(writer, payload("One too many"))
    assert wait.value.limit == "app"
    assert 7_100 < (wait.value.until - timezone.now()).total_seconds() <= 7_200
    assert [post["text"] for post in app.made(handle="ingrid")] == ["The last one of today"]
