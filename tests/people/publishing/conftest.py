"""A person who writes to pretend networks of each kind, and the short times of a test."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from people.models import Account, Delivery, Person
from people.publishing import outbox, sending, tokens
from people.publishing.clock import now
from tests.factories import make_account, make_person, make_user
from tests.faults.network import Network

FAKES = {f"fake{kind}": f"tests.faults.publishers.Fake{kind}" for kind in "NPKU"}
SHORT = {
    "send": 2, "spare": 1, "lease": 90, "quiet": 0, "apart": 0, "late": 3_600, "hold": 0, "jitter": 0, "again": 0,
    "held": 0, "unread": 86_400, "dispatcher": 30,
}  # fmt: skip


@pytest.fixture
def judge(settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Network]:
    """The pretend network; its log says what really went out."""
    network = Network().start()
    settings.FAKE_NETWORK = network.base
    settings.DOOR_ALLOW = frozenset([urlsplit(network.base).netloc])
    settings.PUBLISHERS = FAKES
    settings.PUBLISHING_SECONDS = SHORT
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(tokens, "_sources", [lambda account, renew: f"acct-{account}"])
    yield network
    network.stop()


@pytest.fixture
def writer(db: None) -> Person:
    """Somebody who can sign in."""
    return make_person("Ingrid Solheim", user=make_user("ingrid@vesper.example"))


@pytest.fixture
def account(writer: Person) -> Account:
    """Their account on the network of kind N."""
    return make_account(writer, network="fakeN", handle="ingrid")


@pytest.fixture
def say(judge: Network) -> Callable[..., Delivery]:
    """Schedule words for now."""

    def schedule(account: Account, text: str = "Good morning from the night train.", **more: Any) -> Delivery:
        more.setdefault("when", outbox.When(at=now(), exact=True))
        words = outbox.Words(text, **{k: more.pop(k) for k in ("lang", "pictures") if k in more})
        return outbox.enqueue_delivery(account=account, words=words, actor=account.person.user, **more)

    return schedule


def run(delivery: Delivery) -> Delivery:
    """Let a worker do what is due, and return the delivery as it is then."""
    sending.run(delivery.pk)
    delivery.refresh_from_db()
    return delivery


def script(judge: Network, account: Account, *answers: str, **times: float) -> None:
    """Say how the network answers the next sends of an account."""
    room = judge.room(f"acct-{account.pk}")
    room.script = list(answers)
    room.times = {"silent": 3.0, "late": 3.0, "slow": 0.1, "hidden": 3.0, **times}


def out(judge: Network, account: Account) -> list[str]:
    """Return the texts that really stand at the network."""
    return [post.text for post in judge.room(f"acct-{account.pk}").posts if not post.deleted]


def sends(judge: Network, account: Account) -> int:
    """Return how many sends the network got."""
    return len(judge.room(f"acct-{account.pk}").sends)


def overdue(delivery: Delivery, **columns: Any) -> None:
    """Let time pass for one delivery."""
    Delivery.objects.filter(pk=delivery.pk).update(**columns)
