"""An answer to an invitation against the undoing of the import that made it."""

import datetime as dt
import threading
import time
from collections.abc import Callable

import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from brands import answering, inviting
from brands.enrolment_steps import undoing, work
from brands.inviting_letters import send_due_letters
from brands.models import Enrolment, Import, Invitation
from tests.brands.studio.enrol import steps

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(settings: Settings, tmp_path: object) -> Import:
    """An import of one person, who has had the letter."""
    settings.DATA_DIR = tmp_path
    client, brand = steps.studio("marketer")
    made = steps.enrolled(client, brand, "Name,E-mail\nAnna Berg,anna@b.example\n", invite="on")
    send_due_letters()
    mail.outbox.clear()
    return made


def loaded() -> Invitation:
    return Invitation.objects.select_related("enrolment__brand", "enrolment__person__user").get()


def test_who_had_a_letter_is_told_of_the_undoing_also_when_it_was_being_sent_again(file: Import) -> None:
    Invitation.objects.update(sent_at=timezone.now() - dt.timedelta(hours=1))
    inviting.resend(invitation=loaded(), actor=file.by)
    undoing.start(file=file, actor=file.by)
    work.work_on(file.pk)
    send_due_letters()
    assert [(letter.to, letter.subject[-14:]) for letter in mail.outbox] == [(["anna@b.example"], "was taken back")]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("how", ["yes", "no"])
def test_an_answer_and_an_undoing_at_the_same_moment_do_not_wait_for_each_other(
    file: Import, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered, undone = threading.Event(), threading.Event()
    failed: list[BaseException] = []
    real_answer, real_undo = answering._still_open, undoing._take_back_unasked

    def slow_answer(invitation: Invitation) -> object:
        class Late:
            """Changes the row, and gives the undoing time to lock what it locks."""

            def update(self, **fields: object) -> int:
                count = real_answer(invitation).update(**fields)
                answered.set()
                undone.wait(1)
                return count

        return Late()

    def slow_undo(*args: object) -> object:
        undone.set()
        time.sleep(0.3)
        return real_undo(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(answering, "_still_open", slow_answer)
    monkeypatch.setattr(undoing, "_take_back_unasked", slow_undo)
    undoing.start(file=file, actor=file.by)

    def say() -> None:
        answering.say_yes(invitation=loaded()) if how == "yes" else answering.say_no(invitation=loaded())

    def undo() -> None:
        answered.wait(5)
        work.work_on(file.pk)

    def run(act: Callable[[], None]) -> None:
        try:
            act()
        except BaseException as error:  # noqa: BLE001 - shown below
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[act]) for act in (say, undo)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    file.refresh_from_db()
    state = {"yes": "active", "no": "declined"}[how]
    assert (failed, file.state, Enrolment.objects.get().state) == ([], "undone", state)
