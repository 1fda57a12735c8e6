"""What holds a delivery, what is told of it, and what alarms."""

import datetime as dt
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.core.management import call_command

from advocacy import limits
from brands import speaking
from brands.models import Enrolment
from people.models import Account, Delivery, Epoch, Pause, Person
from people.publishing import budget, dispatching, epoch, letters, outbox, pausing, watching
from people.publishing.clock import now
from people.queries import outgoing
from tests.factories import make_account, make_brand, make_enrolment, make_person, make_user
from tests.faults.network import Network
from tests.people.publishing.conftest import out, overdue, run, script, sends

pytestmark = pytest.mark.django_db
Say = Callable[..., Delivery]


def _subject(scope: str, account: Account) -> str:
    return {
        "site": "",
        "network": account.network,
        "person": str(account.person_id),
        "account": str(account.pk),
    }[scope]


@pytest.mark.parametrize("scope", Pause.Scope.values)
def test_a_pause_holds_what_it_names_and_nothing_else(scope: str, account: Account, say: Say, judge: Network) -> None:
    other = make_account(make_person(user=make_user()), network="fakeK")
    pausing.pause(scope=Pause.Scope(scope), subject=_subject(scope, account), actor=None, label="test")
    delivery, foreign = run(say(account)), run(say(other))
    assert (delivery.state, delivery.reason, sends(judge, account)) == ("held", "paused", 0)
    assert foreign.state == ("held" if scope == "site" else "published")
    pausing.resume(scope=Pause.Scope(scope), subject=_subject(scope, account), actor=None, label="test")
    dispatching.wake_held()
    assert run(delivery).state == "published"


def test_a_pause_at_the_last_moment_stops_a_send_that_is_marked(
    account: Account, say: Say, judge: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    def paused(step: str) -> None:
        if step == "c3":
            call_command("pause")

    monkeypatch.setattr("people.publishing.steps.reached", paused)
    delivery = run(say(account))
    assert (delivery.state, sends(judge, account), delivery.attempt_count) == ("held", 0, 0)
    assert delivery.first_sent_at is None


def test_people_pause_themselves_and_nobody_else(account: Account, writer: Person) -> None:
    assert pausing.pause(scope=Pause.Scope.PERSON, subject=str(writer.pk), actor=writer.user)
    assert not pausing.pause(scope=Pause.Scope.PERSON, subject=str(writer.pk), actor=writer.user)
    stranger = make_person(user=make_user()).user
    for scope in Pause.Scope:
        with pytest.raises(PermissionDenied):
            pausing.pause(scope=scope, subject=_subject(scope, account), actor=stranger)


def test_commands_pause_and_resume_the_site(account: Account, say: Say, judge: Network, capsys: Any) -> None:
    call_command("pause")
    assert run(say(account)).state == "held"
    call_command("resume")
    dispatching.wake_held()
    assert run(Delivery.objects.get()).state == "published"
    assert "paused for the site" in capsys.readouterr().out


def test_let_go_it_is_not_told_as_held_before_a_worker_looked_at_it(account: Account, say: Say, judge: Network) -> None:
    pausing.pause(scope=Pause.Scope.SITE, actor=None)
    delivery = run(say(account))
    letters.tell_due()
    pausing.resume(scope=Pause.Scope.SITE, actor=None)
    letters.tell_due()  # comes before the worker
    dispatching.wake_held()
    assert (run(delivery).state, len(mail.outbox)) == ("published", 1)
    pausing.pause(scope=Pause.Scope.SITE, actor=None)
    again = run(say(account, "another"))
    letters.tell_due()
    pausing.resume(scope=Pause.Scope.SITE, actor=None)
    pausing.pause(scope=Pause.Scope.SITE, actor=None)
    dispatching.wake_held()
    assert run(again).state == "held"
    letters.tell_due()
    assert len(mail.outbox) == 3


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda a: a.person.user.__class__.objects.filter(pk=a.person.user_id).update(is_active=False), "person"),
        (lambda a: Account.objects.filter(pk=a.pk).update(state="suspended"), "account"),
    ],
)
def test_somebody_who_left_and_an_account_that_is_closed_are_held(
    change: Callable[[Account], object], reason: str, account: Account, say: Say, judge: Network
) -> None:
    delivery = say(account)
    change(account)
    assert (run(delivery).state, delivery.reason, sends(judge, account)) == ("held", reason, 0)


def test_a_post_that_speaks_for_a_brand_needs_the_yes_to_that_brand(account: Account, say: Say, judge: Network) -> None:
    brand = make_brand()
    enrolment = make_enrolment(brand, account.person)
    speaking_for, own = say(account, "I work here", speaks_for=brand.pk), say(account, "my own")
    Enrolment.objects.filter(pk=enrolment.pk).update(state="left")
    assert [run(speaking_for).state, speaking_for.reason, run(own).state] == ["held", "consent", "published"]


def test_a_yes_that_ends_at_the_last_moment_stops_a_send_that_is_marked(
    account: Account, say: Say, judge: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    enrolment = make_enrolment(make_brand(), account.person)

    def left(step: str) -> None:
        if step == "c3":
            Enrolment.objects.filter(pk=enrolment.pk).update(state="left")

    monkeypatch.setattr("people.publishing.steps.reached", left)
    delivery = run(say(account, "I work here", speaks_for=enrolment.brand_id))
    assert (delivery.state, delivery.reason, sends(judge, account)) == ("held", "consent", 0)


def test_a_brands_pause_holds_what_speaks_for_it_alone(account: Account, say: Say, judge: Network) -> None:
    brand, other = make_brand(), make_brand()
    for one in (brand, other):
        make_enrolment(one, account.person)
    speaking.pause_publishing(brand=brand, actor=None, label="test")
    rows = [say(account, f"for {one}", speaks_for=one) for one in (brand.pk, other.pk, None)]
    assert [run(row).state for row in rows] == ["held", "published", "published"]
    speaking.resume_publishing(brand=brand, actor=None, label="test")
    dispatching.wake_held()
    assert run(rows[0]).state == "published"


def test_the_months_cap_holds_what_costs_and_says_so(
    account: Account, say: Say, judge: Network, settings: Any, writer: Person
) -> None:
    settings.POSTING_CAP_USD = 1
    rows = [say(account, f"https://vesper.example/{n}") for n in range(6)]
    assert [run(row).state for row in rows] == ["published"] * 5 + ["held"]
    assert "1 USD" in rows[5].trouble
    assert run(say(account, "no link")).state == "published"
    assert budget.spent() == 1_000


def test_a_brands_own_cap_counts_beside_the_sites(account: Account, say: Say, judge: Network) -> None:
    brand = make_brand(posting_cap_usd=0)
    make_enrolment(brand, account.person)
    held = run(say(account, "https://vesper.example/1", speaks_for=brand.pk))
    assert (held.state, held.reason, budget.spent()) == ("held", "budget", 0)


def test_the_price_of_what_was_refused_is_given_back(account: Account, say: Say, judge: Network) -> None:
    script(judge, account, "403")
    assert run(say(account, "https://vesper.example/1")).state == "failed"
    assert budget.spent() == 0


def test_a_network_that_asks_to_wait_is_left_alone_by_the_whole_account(
    account: Account, say: Say, judge: Network
) -> None:
    script(judge, account, "429")
    first, second = run(say(account, "one")), run(say(account, "two"))
    assert [first.state, second.state, second.reason, sends(judge, account)] == ["scheduled", "scheduled", "limit", 1]


class TestEpoch:
    def test_it_goes_up_with_each_tick_and_lies_outside(self, judge: Network) -> None:
        for _ in range(3):
            dispatching.tick(lambda pk: None)
        assert (Epoch.objects.get().number, epoch.copy()) == (3, 3)

    def test_a_restored_database_sends_nothing_until_it_is_released(
        self, account: Account, say: Say, judge: Network, capsys: Any
    ) -> None:
        dispatching.tick(lambda pk: None)
        delivery, future = say(account), say(account, "later", when=outbox.When(at=now() + timedelta(hours=1)))
        epoch.path().write_text("9")
        assert (run(delivery).state, delivery.reason) == ("scheduled", "stopped")
        judge.make(f"acct-{account.pk}", delivery.payload["text"])  # it had gone out before the restoring
        rung: list[int] = []
        dispatching.tick(rung.append)
        delivery.refresh_from_db()
        assert (delivery.state, rung, epoch.stopped()) == ("unknown", [delivery.pk], True)
        assert run(delivery).state == "published"
        call_command("release")
        dispatching.tick(rung.append)
        assert (Epoch.objects.get().number, epoch.copy(), epoch.stopped()) == (11, 11, False)
        assert (run(future).state, future.reason) == ("held", "restored")  # see test_restored.py
        assert "Publishing goes on." in capsys.readouterr().out

    def test_a_new_machine_with_an_old_dump_sends_nothing(self, account: Account, say: Say, judge: Network) -> None:
        dispatching.tick(lambda pk: None)
        epoch.path().unlink()
        assert (run(say(account)).state, sends(judge, account)) == ("scheduled", 0)


class TestTelling:
    def test_owners_are_told_once_in_the_networks_own_words(self, account: Account, say: Say, judge: Network) -> None:
        script(judge, account, "403")
        run(say(account))
        assert [letters.tell_due(), letters.tell_due()] == [1, 0]
        (letter,) = mail.outbox
        assert letter.to == ["ingrid@vesper.example"]
        assert "status 403: scripted 403" in letter.body
        assert "Good morning" not in letter.body

    def test_owners_are_told_however_many_other_letters_wait(
        self, account: Account, say: Say, judge: Network, settings: Any
    ) -> None:
        settings.MAIL_PER_MINUTE = 2
        while limits.count("mail:minute", cap=2, seconds=60):
            pass  # a rush of followers, invitations and reports
        script(judge, account, "403", "403", "403")
        for words in ("one", "two", "three"):
            run(say(account, words))
        assert [letters.tell_due(), letters.tell_due(), len(mail.outbox)] == [2, 0, 2]

    def test_something_else_that_holds_it_is_told_again(self, account: Account, say: Say, judge: Network) -> None:
        call_command("pause", verbosity=0)
        delivery = run(say(account))
        letters.tell_due()
        dispatching.wake_held()
        run(delivery)
        assert [delivery.state, letters.tell_due()] == ["held", 0]
        call_command("resume", verbosity=0)
        Account.objects.filter(pk=account.pk).update(state="suspended")
        dispatching.wake_held()
        run(delivery)
        assert [delivery.reason, letters.tell_due(), len(mail.outbox)] == ["account", 1, 2]

    @pytest.mark.parametrize("between", ["moved", "a pause that ended", "a claim that succeeded"])
    def test_what_holds_it_once_more_after_it_was_over_is_told_again(
        self, between: str, account: Account, say: Say, judge: Network, writer: Person, settings: Any
    ) -> None:
        brand = make_brand()
        make_enrolment(brand, writer)
        delivery, person = say(account, speaks_for=brand.pk), {"scope": Pause.Scope.PERSON, "subject": str(writer.pk)}
        pausing.pause(**person, actor=writer.user)
        run(delivery)
        assert [letters.tell_due(), letters.tell_due()] == [1, 0]
        if between == "moved":
            outbox.reschedule(delivery=delivery, when=outbox.When(at=now(), exact=True), actor=writer.user)
        elif between == "a pause that ended":
            pausing.resume(**person, actor=writer.user)
            pausing.pause(**person, actor=writer.user)
        else:
            Pause.objects.all().delete()
            script(judge, account, "429", reset=0)
            dispatching.wake_held()
            assert (run(delivery).state, delivery.reason) == ("scheduled", "not_now")
            pausing.pause(**person, actor=writer.user)
        dispatching.wake_held()
        overdue(delivery, next_due_at=now())
        assert (run(delivery).state, delivery.reason) == ("held", "paused")
        assert [letters.tell_due(), letters.tell_due(), len(mail.outbox)] == [1, 0, 2]

    def test_a_link_that_stays_broken_is_told_once(
        self, account: Account, say: Say, judge: Network, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("people.publishing.tokens._sources", [])
        delivery = say(account)
        for _ in range(4):
            dispatching.wake_held()
            run(delivery)
        assert (delivery.state, delivery.reason, letters.tell_due()) == ("held", "reconnect", 1)
        for _ in range(4):
            dispatching.wake_held()
            run(delivery)
        assert (delivery.state, letters.tell_due()) == ("held", 0)

    def test_words_that_a_colleague_said_are_not_promised_to_go_out(self, account: Account, say: Say) -> None:
        delivery = say(account)
        overdue(delivery, state="held", reason="alike", trouble="This is nearly what a colleague said on 1 May.")
        letters.tell_due()
        assert "It is not sent like this. Take it back" in mail.outbox[0].body
        assert "goes out by itself" not in mail.outbox[0].body

    def test_the_desk_shows_the_same_rows_and_nobody_elses(
        self, account: Account, say: Say, judge: Network, writer: Person
    ) -> None:
        script(judge, account, "403")
        failed = run(say(account))
        other = make_account(make_person(user=make_user()), network="fakeN")
        script(judge, other, "403")
        run(say(other))
        assert [line.delivery for line in outgoing.troubled(writer).lines] == [failed]

    def test_what_is_overdue_alarms_once(self, account: Account, say: Say, settings: Any) -> None:
        settings.OPERATOR_EMAIL = "operator@vesper.example"
        delivery = say(account)
        assert watching.watch() == 0
        overdue(delivery, due_at=now() - timedelta(minutes=6))
        assert [watching.watch(), watching.watch()] == [1, 0]
        assert [letter.to for letter in mail.outbox] == [["operator@vesper.example"]]

    def test_the_operator_is_warned_at_four_fifths_of_the_cap(
        self, account: Account, settings: Any, judge: Network, say: Say
    ) -> None:
        settings.OPERATOR_EMAIL, settings.POSTING_CAP_USD = "operator@vesper.example", 1
        for number in range(4):
            run(say(account, f"https://vesper.example/{number}"))
        watching.watch()
        watching.watch()
        assert ["0.80 of 1 USD" in letter.body for letter in mail.outbox] == [True]


def test_a_message_is_rung_once_a_minute_for_what_is_due(
    account: Account, say: Say, judge: Network, settings: Any
) -> None:
    settings.PUBLISHING_SECONDS = {**settings.PUBLISHING_SECONDS, "again": 60}
    due = say(account, "one")
    say(account, "two", when=outbox.When(at=now() + dt.timedelta(minutes=5)))
    rung: list[int] = []
    dispatching.tick(rung.append)
    dispatching.tick(rung.append)
    assert rung == [due.pk]
    overdue(due, rung_at=now() - timedelta(seconds=61))
    dispatching.tick(rung.append)
    assert rung == [due.pk, due.pk]


def test_two_dispatchers_never_work_at_the_same_time(account: Account, say: Say, judge: Network) -> None:
    say(account)
    rung: list[int] = []
    epoch.my_turn(uuid4())
    assert [dispatching.tick(rung.append), rung] == [0, []]
    assert out(judge, account) == []
