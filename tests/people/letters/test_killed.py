"""A worker killed in mid-letter, at every step: each letter arrives once, or it is known that nobody knows."""

import datetime as dt
import os
import signal
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from people.letters import sending, steps
from people.models import Letter
from tests.people.letters.conftest import make_fan, make_letter, say, speaker
from tests.people.letters.postbox import Postbox

State = Letter.State
# where the process kills itself -> what becomes of the letter that it had in hand, and how often that one arrives
ENDS = {
    "l0": (State.SENT, 1),
    "l1": (State.SENT, 1),
    "l2": (State.UNSURE, 0),
    "l3": (State.UNSURE, 1),
    "l4": (State.SENT, 1),
}
_kept: list[Any] = []


def killed_at(last: str) -> None:
    """Let a worker send in a process of its own, and kill itself at its first such step."""
    pid = os.fork()
    if not pid:
        try:
            _kept.append(connection.connection)  # the parent's: closing it here would end it there
            connection.connection = None
            steps.reached = lambda step: os.kill(os.getpid(), signal.SIGKILL) if step == last else None
            sending.send_due()
        finally:
            os._exit(3)
    _, status = os.waitpid(pid, 0)
    assert os.WIFSIGNALED(status)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("step", ENDS)
def test_a_worker_killed_in_mid_letter_makes_no_second_copy(postbox: Postbox, step: str) -> None:
    ingrid = speaker()
    say(ingrid, "Forty centimetres.")
    for number in range(3):
        make_letter(make_fan(ingrid.person, at=f"fan{number}@example.org"))
    killed_at(step)
    past = timezone.now() - dt.timedelta(seconds=1)
    held = (State.CLAIMED, State.SENDING)
    Letter.objects.filter(state__in=held).update(lease_until=past, next_due_at=past)  # the lease is over
    sending.send_due()
    sending.send_due()
    state, times = ENDS[step]
    assert list(Letter.objects.order_by("pk").values_list("state", flat=True)) == [state, State.SENT, State.SENT]
    arrived = [recipient for recipient, _ in postbox.raw]
    assert [arrived.count(f"fan{number}@example.org") for number in range(3)] == [times, 1, 1]
