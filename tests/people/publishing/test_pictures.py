"""Pictures on their way: each has its own place, a slow upload begins no send, a lost post is not taken for another."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from people import post_pictures
from people.models import Account, Delivery
from people.networks.types import OwnPost, Uploaded
from people.publishing import reading, sending
from people.publishing.clock import now
from tests.faults.network import Network
from tests.faults.publishers import FakeN
from tests.people.desk.test_my_page import picture
from tests.people.publishing.conftest import run, script, sends

pytestmark = pytest.mark.django_db
Say = Callable[..., Delivery]


@pytest.fixture
def uploads(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> list[str]:
    """Return the descriptions of the pictures that the network gets, in their order; each gets an id of its own."""
    settings.MEDIA_ROOT = tmp_path
    got: list[str] = []

    def upload(self: FakeN, writer: Any, sent: Any) -> Uploaded:
        got.append(sent.alt)
        return Uploaded(f"media-{len(got)}", timedelta(hours=1))

    monkeypatch.setattr(FakeN, "upload", upload)
    return got


@pytest.fixture
def stem(uploads: list[str]) -> str:
    """A picture that is kept here."""
    return post_pictures.keep(picture().read())


def test_the_same_picture_twice_keeps_both_its_places_when_it_goes_again(
    account: Account, say: Say, judge: Network, uploads: list[str], stem: str
) -> None:
    script(judge, account, "401", "ok")
    delivery = say(account, pictures=((stem, "Before"), (stem, "After")))
    assert run(delivery).state == "scheduled"
    assert (run(delivery).state, uploads) == ("published", ["Before", "After"])
    assert [one["id"] for one in delivery.media] == ["media-1", "media-2"]


def test_of_several_pictures_only_the_one_that_the_network_forgot_is_uploaded_anew(
    account: Account, say: Say, judge: Network, uploads: list[str], stem: str
) -> None:
    script(judge, account, "401", "ok")
    delivery = say(account, pictures=((stem, "Before"), (stem, "After")))
    run(delivery)
    over = {**delivery.media[0], "until": "2020-01-01T00:00:00+00:00"}
    Delivery.objects.filter(pk=delivery.pk).update(media=[over, delivery.media[1]])
    assert (run(delivery).state, uploads) == ("published", ["Before", "After", "Before"])
    assert [one["id"] for one in delivery.media] == ["media-3", "media-2"]


def test_after_a_slow_upload_no_send_begins_that_its_worker_would_be_ended_in(
    account: Account, say: Say, judge: Network, uploads: list[str], stem: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "TASK_SECONDS", 3.5)  # 2 of them for the send and 1 to spare: see SHORT
    upload = FakeN.upload

    def slow(*args: Any) -> Uploaded:
        time.sleep(0.6)
        return upload(*args)

    monkeypatch.setattr(FakeN, "upload", slow)
    delivery = say(account, pictures=((stem, "Bread"),))
    assert (run(delivery).state, sends(judge, account), delivery.attempt_count) == ("scheduled", 0, 0)
    assert (run(delivery).state, sends(judge, account), uploads) == ("published", 1, ["Bread"])


@pytest.mark.parametrize(("pictures", "found"), [(1, False), (2, True), (None, True)])
def test_a_post_without_words_is_found_only_with_as_many_pictures(
    pictures: int | None, found: bool, account: Account, say: Say, stem: str
) -> None:
    delivery = say(account, "", pictures=((stem, "Before"), (stem, "After")))
    delivery.first_sent_at = now()
    own = OwnPost("42", now(), "", pictures)
    assert (reading.match(delivery, [own]) is not None) is found


def test_an_upload_is_good_by_the_databases_clock(account: Account, say: Say, judge: Network, stem: str) -> None:
    delivery = say(account, pictures=((stem, "Bread"),))
    assert run(delivery).state == "published"
    left = Delivery.objects.get(pk=delivery.pk).media[0]["until"]
    assert abs((now() + timedelta(hours=1)) - datetime.fromisoformat(left)) < timedelta(minutes=1)
