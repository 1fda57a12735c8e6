"""While a restored database stands still, its operator and the authors know; what is too late is told as always."""

import logging
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from people.models import Account, Delivery, Epoch
from people.publishing import dispatching, epoch, letters, outbox, watching
from people.publishing.clock import DbNow, now
from tests.brands.pages import words
from tests.factories import make_brand, make_role, make_user
from tests.faults.network import Network
from tests.people.publishing.conftest import overdue, run, sends

pytestmark = pytest.mark.django_db
Say = Callable[..., Delivery]


def quiet_tick() -> list[int]:
    """Let the dispatcher look once; return what it rang for."""
    rung: list[int] = []
    dispatching.tick(rung.append)
    return rung


@pytest.fixture
def still(judge: Network) -> None:
    """A database that is older than the one that ran here last."""
    quiet_tick()
    epoch.path().write_text("99")
    quiet_tick()
    assert epoch.stopped()


def test_the_operator_is_written_to_once_and_the_log_has_it(still: None, settings: Any) -> None:
    settings.OPERATOR_EMAIL = "ops@vesper.example"
    watching.watch()
    watching.watch()
    (letter,) = mail.outbox
    assert (letter.to, "manage.py release" in letter.body) == (["ops@vesper.example"], True)
    assert "Publishing stands still" in letter.subject


def test_a_letter_that_mail_did_not_take_is_written_again(
    still: None, settings: Any, account: Account, say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.OPERATOR_EMAIL = "ops@vesper.example"
    overdue(say(account), due_at=now() - timedelta(minutes=6))

    def away(*args: object) -> None:
        raise OSError("no mail")

    with monkeypatch.context() as broken:
        broken.setattr("people.publishing.watching.send_mail", away)
        watching.watch()
    watching.watch()
    assert sorted(one.subject.partition(": ")[2] for one in mail.outbox) == [
        "1 posts are overdue",
        "Publishing stands still",
    ]


def test_what_comes_due_meanwhile_is_missed_and_told_and_never_sent(
    still: None, account: Account, say: Say, judge: Network
) -> None:
    delivery = say(account)
    assert quiet_tick() == []
    overdue(delivery, late_after=now() - timedelta(seconds=1), next_due_at=DbNow())
    assert quiet_tick() == [delivery.pk]
    assert (run(delivery).state, sends(judge, account)) == ("missed", 0)
    letters.tell_due()
    assert len(mail.outbox) == 1


def test_the_desk_says_that_nothing_goes_out_and_only_then(still: None, account: Account, client: Client) -> None:
    client.force_login(account.person.user)  # type: ignore[arg-type]
    said = "Nothing goes out from here at present"
    assert said in words(client.get("/desk/outgoing/").content.decode())
    epoch.release(actor=None, label="operator")
    assert said not in words(client.get("/desk/outgoing/").content.decode())


def test_the_studio_says_it_too(still: None, client: Client) -> None:
    brand = make_brand("Vesper", slug="vesper")
    client.force_login(make_role(make_user(), brand).user)
    said = "Nothing goes out from here at present"
    assert said in words(client.get("/studio/vesper/publishing/").content.decode())
    epoch.release(actor=None, label="operator")
    assert said not in words(client.get("/studio/vesper/publishing/").content.decode())


def test_what_is_held_for_later_waits_for_its_authors_word_too(account: Account, say: Say, judge: Network) -> None:
    delivery = say(account, when=outbox.When(at=now() + timedelta(days=5), exact=True))
    overdue(delivery, state="held", reason="consent")
    quiet_tick()
    epoch.path().write_text("99")
    quiet_tick()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.reason) == ("held", "restored")


def test_a_copy_that_cannot_be_written_stops_what_goes_out_and_not_what_is_missed(
    account: Account,
    say: Say,
    judge: Network,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def full(number: int) -> None:
        raise OSError(28, "No space left on device")

    settings.OPERATOR_EMAIL = "ops@vesper.example"
    late, timely = say(account), say(account, "in time")
    with monkeypatch.context() as broken:
        quiet_tick()
        broken.setattr(epoch, "_write", full)
        overdue(late, late_after=now() - timedelta(seconds=1), rung_at=None)
        overdue(timely, rung_at=None)
        with caplog.at_level(logging.ERROR):
            assert quiet_tick() == [late.pk]
        assert "look at the disk of DATA_DIR" in caplog.text
        for _ in range(epoch.TICKS):
            quiet_tick()
            watching.watch()
        assert (run(late).state, run(timely).state, sends(judge, account)) == ("missed", "scheduled", 0)
    assert [one.subject.partition(": ")[2] for one in mail.outbox] == ["Publishing rests: the disk of DATA_DIR"]
    overdue(timely, rung_at=None, next_due_at=DbNow())
    assert (quiet_tick(), epoch.stopped()) == ([timely.pk], False)
    assert run(timely).state == "published"


def test_where_the_copy_cannot_be_read_nothing_is_sent_and_what_is_late_is_missed(
    account: Account, say: Say, judge: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    quiet_tick()

    def broken(self: Path, *args: object, **words: object) -> str:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(Path, "read_text", broken)
    delivery = say(account)
    assert quiet_tick() == []
    assert (run(delivery).state, sends(judge, account)) == ("scheduled", 0)
    overdue(delivery, late_after=now() - timedelta(seconds=1), next_due_at=DbNow())
    assert (run(delivery).state, Epoch.objects.get().stopped_at) == ("missed", None)
    with pytest.raises(OSError, match="put its disk right first"):
        epoch.release(actor=None, label="operator")
