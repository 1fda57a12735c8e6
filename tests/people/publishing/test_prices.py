"""What a network charges beside the post itself is counted, too: descriptions of pictures, and posts read back."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from people import post_pictures
from people.models import Account, Attempt, Delivery
from people.networks.publishers import price
from people.networks.types import Published, Uploaded
from people.publishing import budget, outbox, settling
from tests.faults.network import Network
from tests.faults.publishers import FakeN
from tests.people.desk.test_my_page import picture
from tests.people.publishing.conftest import overdue, run, script

pytestmark = pytest.mark.django_db
Say = Callable[..., Delivery]
DEAR = "https://vesper.example/1"  # 0.200 USD


@pytest.fixture
def pictures(settings: Any, tmp_path: Path) -> tuple[tuple[str, str], ...]:
    """Return the same picture twice, described once."""
    settings.MEDIA_ROOT = tmp_path
    stem = post_pictures.keep(picture().read())
    return ((stem, "Two loaves at 03:40"), (stem, " "))


def test_x_takes_half_a_cent_for_each_description() -> None:
    alts = ["Two loaves", "", "  ", "An oven"]
    assert (price("x", "Plain.", alts), price("x", "Plain."), price("x", "example.com", alts)) == (25, 15, 210)


def test_what_was_paid_for_a_description_is_not_given_back_with_the_post(
    account: Account, say: Say, judge: Network, pictures: tuple[tuple[str, str], ...]
) -> None:
    assert account.person.user is not None
    delivery = say(account, DEAR, pictures=pictures)
    assert (delivery.mills, budget.spent()) == (205, 0)
    script(judge, account, "429")
    assert (run(delivery).state, budget.spent()) == ("scheduled", 205)
    outbox.cancel(delivery=delivery, actor=account.person.user)
    assert budget.spent() == 5  # the words of the picture are at the network


def test_a_description_that_is_there_already_is_paid_once(
    account: Account, say: Say, judge: Network, pictures: tuple[tuple[str, str], ...]
) -> None:
    delivery = say(account, DEAR, pictures=pictures)
    script(judge, account, "401", "ok")
    assert run(delivery).state == "scheduled"
    assert (run(delivery).state, budget.spent()) == ("published", 205)


def test_a_picture_that_the_network_forgot_is_described_and_paid_again(
    account: Account, say: Say, judge: Network, pictures: tuple[tuple[str, str], ...]
) -> None:
    delivery = say(account, DEAR, pictures=pictures)
    script(judge, account, "401", "ok")
    run(delivery)
    overdue(delivery, media=[{**one, "until": "2020-01-01T00:00:00+00:00"} for one in delivery.media])
    assert (run(delivery).state, budget.spent()) == ("published", 210)


def test_posts_that_a_reading_back_returns_are_counted(account: Account, say: Say, judge: Network) -> None:
    script(judge, account, "reset-after")
    delivery = say(account, DEAR)
    assert (run(delivery).state, budget.spent()) == ("unknown", 200)
    assert (run(delivery).state, budget.spent()) == ("published", 200 + FakeN.read_mills)


def test_a_reading_that_returns_nothing_costs_nothing(account: Account, say: Say, judge: Network) -> None:
    script(judge, account, "reset-before")
    delivery = say(account, DEAR)
    run(delivery)
    assert (run(delivery).reads, budget.spent()) == (1, 200)


def test_a_description_is_paid_also_where_its_author_calls_the_post_off_amid_the_upload(
    account: Account, say: Say, judge: Network, pictures: tuple[tuple[str, str], ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    delivery, upload = say(account, DEAR, pictures=pictures), FakeN.upload

    def called_off(*args: Any) -> Uploaded:
        outbox.cancel(delivery=Delivery.objects.get(pk=delivery.pk), actor=account.person.user)  # type: ignore[arg-type]
        return upload(*args)

    monkeypatch.setattr(FakeN, "upload", called_off)
    assert (run(delivery).state, budget.spent()) == ("cancelled", FakeN.alt_mills)


def test_a_post_that_is_out_after_all_costs_its_price_also_over_the_cap(
    account: Account, say: Say, judge: Network, settings: Any
) -> None:
    delivery = say(account, DEAR)
    overdue(delivery, state="failed")
    settings.POSTING_CAP_USD = 0
    for _ in range(2):  # told twice, it is owed once
        settling.published(delivery.pk, Published("77"), run=None, act=Attempt.Act.SEND)
    delivery.refresh_from_db()
    assert (delivery.state, budget.spent()) == ("published", 200)
    assert delivery.spent_on == budget.month()
