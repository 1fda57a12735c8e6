"""What every adapter must do, tried over real HTTP against the sandbox in another process."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from people.networks.base import Adapter, BatchCompliance, PostLookUp
from people.networks.errors import NetworkFailure, NotNow, Reconnect, Refused, Unknown
from people.networks.registry import adapter_for
from people.networks.types import Gone, PostRecord
from people.networks.x import _clean
from people.syncing.meter import AppMeter
from tests.sandbox_copy import SandboxCopy

pytestmark = pytest.mark.django_db
NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def adapter(x: SandboxCopy) -> Adapter:
    return adapter_for("x", AppMeter("x"))


def everything(adapter: Adapter, remote_id: str, cursor: str = "", since: datetime | None = None) -> list[PostRecord]:
    posts, token = [], None
    while True:
        page = adapter.posts(remote_id, cursor=cursor, since=since, token=token)
        posts += page.posts
        token = page.next_token
        if token is None:
            return posts


def test_handles_become_ids_and_unknown_and_suspended_ones_are_told_apart(x: SandboxCopy, adapter: Adapter) -> None:
    ingrid = x.inhabitant(handle="ingrid", name="Ingrid Solbakk")
    x.inhabitant(handle="locked", protected=True)
    gone = x.inhabitant(handle="gone")
    x.suspend(handle="gone")
    answer = adapter.look_up(handles=["Ingrid", "nobody_here", "locked", "gone"])
    assert {(p.handle, p.protected) for p in answer.found} == {("ingrid", False), ("locked", True)}
    assert next(p.remote_id for p in answer.found if p.handle == "ingrid") == ingrid
    assert answer.missing == {"nobody_here": "unknown", "gone": "suspended"}
    assert adapter.look_up(ids=[ingrid, "12"]).missing == {"12": "unknown"}
    assert adapter.look_up(ids=[gone]).missing == {gone: "suspended"}


def test_a_rename_keeps_the_id(x: SandboxCopy, adapter: Adapter) -> None:
    ingrid = x.inhabitant(handle="ingrid")
    x.rename(old="ingrid", new="ingrid_drives")
    (profile,) = adapter.look_up(ids=[ingrid]).found
    assert (profile.remote_id, profile.handle) == (ingrid, "ingrid_drives")


def test_posts_come_newest_first_over_all_pages_each_once(x: SandboxCopy, adapter: Adapter) -> None:
    ingrid = x.inhabitant(handle="ingrid", at=NOW - timedelta(days=9))
    ids = [x.say(handle="ingrid", text=f"Night {n}", at=NOW - timedelta(minutes=500 - n)) for n in range(230)]
    assert [post.remote_id for post in everything(adapter, ingrid)] == ids[::-1]


def test_after_a_cursor_only_what_is_newer_comes(x: SandboxCopy, adapter: Adapter) -> None:
    ingrid = x.inhabitant(handle="ingrid")
    ids = [x.say(handle="ingrid", text=f"Night {n}", at=NOW - timedelta(minutes=50 - n)) for n in range(5)]
    assert [p.remote_id for p in everything(adapter, ingrid, cursor=adapter.newest(ids[:3]))] == ids[:2:-1]
    assert everything(adapter, ingrid, cursor=ids[-1]) == []


def test_nothing_older_than_the_yes_is_kept(x: SandboxCopy, adapter: Adapter) -> None:
    ingrid = x.inhabitant(handle="ingrid", at=NOW - timedelta(days=9))
    x.say(handle="ingrid", text="Long ago", at=NOW - timedelta(days=5))
    later = x.say(handle="ingrid", text="Since then", at=NOW - timedelta(days=1))
    assert [p.remote_id for p in everything(adapter, ingrid, since=NOW - timedelta(days=2))] == [later]


def test_ids_older_than_snowflakes_are_read_and_ordered_by_number(x: SandboxCopy, adapter: Adapter) -> None:
    long_ago = datetime(2010, 5, 1, 12, 0, tzinfo=UTC)
    ingrid = x.inhabitant(handle="ingrid", id="813286", at=datetime(2007, 3, 1, tzinfo=UTC))
    x.say(handle="ingrid", text="First", id="13150000000", at=long_ago)
    x.say(handle="ingrid", text="Second", id="9990000000", at=long_ago - timedelta(days=100))
    found = everything(adapter, ingrid, since=datetime(2010, 1, 1, tzinfo=UTC))
    assert [p.remote_id for p in found] == ["13150000000", "9990000000"]
    assert adapter.newest(p.remote_id for p in found) == "13150000000"


def test_words_arrive_as_they_were_written(x: SandboxCopy, adapter: Adapter) -> None:
    ingrid = x.inhabitant(handle="ingrid")
    for text in ("Salt & <pepper>", "صباح الخير من القطار", "Familie 👩‍👩‍👧 an Bord", "two\nlines"):
        x.say(handle="ingrid", text=text)
        assert adapter.posts(ingrid, cursor="", since=None, token=None).posts[0].text == text


def test_a_reply_a_quote_and_a_thread_are_told_apart_and_reposts_left_out(x: SandboxCopy, adapter: Adapter) -> None:
    ingrid, _ = x.inhabitant(handle="ingrid"), x.inhabitant(handle="oskar")
    broom = x.say(handle="oskar", text="I have the broom", at=NOW - timedelta(minutes=9))
    snow = x.say(handle="ingrid", text="Snow", at=NOW - timedelta(minutes=8))
    x.say(handle="ingrid", text="More snow", reply_to=snow, at=NOW - timedelta(minutes=7))
    x.say(handle="ingrid", text="Sweep then", reply_to=broom, at=NOW - timedelta(minutes=6))
    x.say(handle="ingrid", text="Look at him", quote=broom, at=NOW - timedelta(minutes=5))
    x.say(handle="ingrid", repost=broom, at=NOW - timedelta(minutes=4))
    found = everything(adapter, ingrid)
    assert [post.kind for post in found] == ["quote", "reply", "post", "post"]
    assert [found[0].quote_of_id, found[1].reply_to_id, found[2].reply_to_id] == [broom, broom, snow]
    assert found[1].reply_to_handle == "oskar"


def test_an_edit_arrives_as_the_newest_version_with_its_chain(x: SandboxCopy, adapter: Adapter) -> None:
    ingrid = x.inhabitant(handle="ingrid")
    first = x.say(handle="ingrid", text="Snw", at=NOW - timedelta(minutes=9))
    second = x.edit(id=first, text="Snow", at=NOW - timedelta(minutes=8))
    (post,) = everything(adapter, ingrid)
    assert (post.remote_id, post.text, post.edit_history) == (second, "Snow", (first, second))


def test_a_picture_comes_with_its_words_for_those_who_cannot_see_it(x: SandboxCopy, adapter: Adapter) -> None:
    ingrid = x.inhabitant(handle="ingrid")
    x.say(handle="ingrid", text="The Brenner", picture="drawn", alt="Snow on the track")
    (post,) = everything(adapter, ingrid)
    assert [(m.kind, m.alt) for m in post.media] == [("photo", "Snow on the track")]


@pytest.mark.parametrize(
    ("closed", "about"),
    [
        (lambda x: x.protect(handle="ingrid"), "protected"),
        (lambda x: x.suspend(handle="ingrid"), "suspended"),
    ],
)
def test_a_closed_account_is_refused_by_name(
    x: SandboxCopy, adapter: Adapter, closed: Callable[[SandboxCopy], object], about: str
) -> None:
    ingrid = x.inhabitant(handle="ingrid")
    closed(x)
    with pytest.raises(Refused) as refused:
        everything(adapter, ingrid)
    assert refused.value.about == about


def test_an_account_that_never_was_is_refused_as_unknown(adapter: Adapter) -> None:
    with pytest.raises(Refused) as refused:
        everything(adapter, "12345")
    assert refused.value.about == "unknown"


@pytest.mark.parametrize(
    ("fault", "failure"),
    [
        ({"status": 400}, Refused),
        ({"status": 401}, Reconnect),
        ({"status": 402}, NotNow),
        ({"status": 403}, Refused),
        ({"status": 404}, Refused),
        ({"status": 429}, NotNow),
        ({"status": 500}, NotNow),
        ({"status": 503}, NotNow),
        ({"garbage": True}, Unknown),
        ({"truncate": True}, Unknown),
        ({"drop": True}, Unknown),
    ],
)
def test_each_failure_of_the_network_is_one_of_the_four_named(
    x: SandboxCopy, adapter: Adapter, fault: dict[str, object], failure: type[NetworkFailure]
) -> None:
    ingrid = x.inhabitant(handle="ingrid")
    x.fault(endpoint="timeline", **fault)
    with pytest.raises(failure) as failed:
        everything(adapter, ingrid)
    assert x.bearer not in str(failed.value)
    assert failed.value.__cause__ is None


def test_a_limit_is_honoured_without_asking_again(x: SandboxCopy, adapter: Adapter) -> None:
    ingrid = x.inhabitant(handle="ingrid")
    x.fault(endpoint="timeline", limit=1)
    everything(adapter, ingrid)
    before = timezone.now()
    with pytest.raises(NotNow) as put_off:
        everything(adapter, ingrid)
    assert before < put_off.value.until <= before + timedelta(minutes=15, seconds=1)
    x.clear()
    with pytest.raises(NotNow):
        everything(adapter, ingrid)


def test_used_up_credits_stop_every_endpoint_for_an_hour(x: SandboxCopy, adapter: Adapter) -> None:
    ingrid = x.inhabitant(handle="ingrid")
    x.fault(endpoint="timeline", status=402)
    with pytest.raises(NotNow):
        everything(adapter, ingrid)
    x.clear()
    with pytest.raises(NotNow) as put_off:
        adapter.look_up(ids=[ingrid])
    assert put_off.value.until > timezone.now() + timedelta(minutes=59)


def test_single_posts_that_are_gone_are_named_and_the_others_not(x: SandboxCopy, adapter: Adapter) -> None:
    assert isinstance(adapter, PostLookUp)
    x.inhabitant(handle="ingrid")
    x.inhabitant(handle="oskar")
    kept, deleted = x.say(handle="ingrid", text="Snow"), x.say(handle="ingrid", text="Sun")
    closed = x.say(handle="oskar", text="Broom")
    x.delete(id=deleted)
    x.protect(handle="oskar")
    assert set(adapter.gone([kept, deleted, closed])) == {Gone(deleted, "deleted"), Gone(closed, "protected")}


def test_a_compliance_job_names_what_is_gone(x: SandboxCopy, adapter: Adapter) -> None:
    assert isinstance(adapter, BatchCompliance)
    x.inhabitant(handle="ingrid")
    kept, deleted = x.say(handle="ingrid", text="Snow"), x.say(handle="ingrid", text="Sun")
    x.delete(id=deleted)
    job = adapter.start_job()
    adapter.send_ids(job, [kept, deleted])
    for _ in range(300):
        job = adapter.job(job.remote_id)
        if job.status == "complete":
            break
        time.sleep(0.1)
    assert adapter.result(job) == (Gone(deleted, "deleted"),)


def test_somebody_without_a_picture_has_none(x: SandboxCopy, adapter: Adapter) -> None:
    ingrid = x.inhabitant(handle="ingrid", picture="")
    (profile,) = adapter.look_up(ids=[ingrid]).found
    assert profile.avatar_url == ""


def test_a_handle_that_speaks_of_suspension_is_only_unknown(adapter: Adapter) -> None:
    assert adapter.look_up(handles=["suspended_bob"]).missing == {"suspended_bob": "unknown"}


def test_what_no_column_takes_arrives_as_a_replacement_character(adapter: Adapter) -> None:
    assert _clean({"a": ["b\x00c", "\ud83d", 1, None]}) == {"a": ["b\ufffdc", "\ufffd", 1, None]}
