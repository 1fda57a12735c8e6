"""Runs cases with real processes: each run over a delivery is a fork that kills itself where the case says."""

import itertools
import json
import os
import signal
import time
import urllib.request
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from people.models import Account, Connection, Delivery, Person, Post, User
from people.publishing import answers, dispatching, letters, outbox, sending, steps, tokens
from people.publishing.clock import now
from people.tokens import sealed, token_to_send
from tests.faults import judging, naive
from tests.faults.cases import Case

State = Delivery.State
PATIENCE = 120.0  # seconds until a delivery counts as stuck
TELLING = 10.0  # seconds until a letter that was not written counts as forgotten
TEXT = "Good morning from case"
AT_THE_NETWORK = {"deleted": "/control/delete", "forgets": "/control/forget"}
HOURS = {"skew-ahead": 2, "skew-behind": -2}
OTHER_KEY = "b3RoZXIta2V5LW90aGVyLWtleS1vdGhlci1rZXktMTI="
_numbers = itertools.count(1)
_kept: list[Any] = []


def ready() -> None:
    """Give every account a token, as this run has no links."""
    tokens._sources[:] = [lambda account, renew: f"acct-{account}"]  # noqa: SLF001


class Running:
    """One case from its scheduling to its verdict."""

    def __init__(self, case: Case, *, by_naive: bool = False) -> None:
        self.case, self.by_naive = case, by_naive
        name = f"{os.getpid()}-{next(_numbers)}"
        self.user = User.objects.create(email=f"case-{name}@example.org", is_active=True)
        person = Person.objects.create(
            name=name, sort_name=name, first_name=name, backdrop="slate", user=self.user, slug=f"case-{name}"
        )
        self.account = Account.objects.create(
            person=person, network=f"fake{case.kind}", remote_id=f"r-{name}", handle=name, state=Account.State.ACTIVE
        )
        self.token = f"acct-{self.account.pk}"
        self.text = f"{TEXT} {name}"
        # a process that acts for the author says here that its act returned: its memory is gone with it
        self.hearing, self.saying = os.pipe()
        self.armed = bool(case.crash) or case.extra.startswith("stop-") or case.extra in {"cancel", "edit", "no-key"}
        self.wrong: list[str] = []
        if case.extra == "no-key":
            row = Connection.objects.create(account=self.account, network=self.account.network, linked_at=now())
            Connection.objects.filter(pk=row.pk).update(**sealed(row, access=self.token))

    def whole(self) -> list[str]:
        """Run the case; return what was wrong, [] for nothing."""
        case = self.case
        answers = [case.answer]
        if case.answer == "duplicate-hand":
            _call("/control/hand", {"account": self.token, "text": self.text})
        faults = [500, 503] if case.extra == "read-500" else []
        script = {"account": self.token, "answers": answers, "times": settings.NETWORK_SECONDS, "read_faults": faults}
        _call("/control/script", script)
        self.delivery = self._schedule(self.text)
        if case.extra == "twin":
            self._twin()
        self._first()
        began = time.monotonic()
        while not self._done() and time.monotonic() - began < PATIENCE:
            self._go_on()
            time.sleep(0.05)
        self._wait([self._start(armed=False)])  # a message that comes late
        return self._verdict()

    def _schedule(self, text: str) -> Delivery:
        when = outbox.When(at=now(), exact=True)
        return outbox.enqueue_delivery(account=self.account, words=outbox.Words(text), actor=self.user, when=when)

    def _twin(self) -> None:
        try:
            self._schedule(self.text)
        except outbox.SaidAlready:
            return
        raise AssertionError("the same words were scheduled twice")

    def _first(self) -> None:
        extra = self.case.extra
        if extra == "stop-r2":
            self._until_read()
        pids = [self._start(armed=self.armed) for _ in range(2 if self.case.doubled else 1)]
        if extra.startswith("stop-"):
            pids = self._freeze(pids)
        if extra == "hand":
            _call("/control/hand", {"account": self.token, "text": self.text})
        self._wait(pids)
        if extra in {"cancel", "edit"}:
            self.armed = False  # the author acts once
        elif extra in AT_THE_NETWORK:
            _call(AT_THE_NETWORK[extra], {"account": self.token})
        elif extra == "no-key":
            self._without_key()

    def _until_read(self) -> None:
        """Let it be sent, and wait until it is to be looked for, if it is: the next run freezes while it looks."""
        self._wait([self._start(armed=False)])
        mine = Delivery.objects.filter(pk=self.delivery.pk, state=State.UNKNOWN)
        while mine.filter(next_due_at__gt=now()).exists():
            time.sleep(0.05)

    def _without_key(self) -> None:
        """Nothing is sent while the key is missing, and the row waits where its author is told; then it is back."""
        self._go_on()
        self.delivery.refresh_from_db()
        found = (self.delivery.reason, _call(f"/control/log?account={self.token}")["sends"])
        if found != ("key", []):
            self.wrong.append(f"without a key: {self.delivery.state} {found}")
        self.armed = False

    def _freeze(self, pids: list[int]) -> list[int]:
        """The process stopped itself: let others go on for twice its lease, then let it go on as if nothing were."""
        stopped = [pid for pid in pids if os.WIFSTOPPED(os.waitpid(pid, os.WUNTRACED)[1])]
        self.armed = False
        until = time.monotonic() + 2 * settings.PUBLISHING_SECONDS["lease"]
        while time.monotonic() < until:
            self._go_on()
            time.sleep(0.1)
        if self.case.at == "again":
            self._send_again()
        for pid in stopped:
            os.kill(pid, signal.SIGCONT)
        return stopped

    def _send_again(self) -> None:
        """Its author looked, found nothing, and is about to be wrong."""
        try:
            answers.send_again(delivery=Delivery.objects.get(pk=self.delivery.pk), actor=self.user)
        except answers.Answered:
            return

    def _go_on(self) -> None:
        """Do for one row what the dispatcher does for all."""
        pk = self.delivery.pk
        if self.by_naive:
            self._wait([self._start(armed=False)])
            return
        dispatching.reap(pk)
        row = Delivery.objects.filter(pk=pk, next_due_at__lte=now()).values_list("state", flat=True).first()
        if row == State.HELD:
            dispatching.wake_held()
        elif row in {State.SCHEDULED, State.UNKNOWN, State.PUBLISHED}:
            self._wait([self._start(armed=self.armed) for _ in range(2 if self.case.doubled else 1)])

    def _start(self, *, armed: bool) -> int:
        pid = os.fork()
        if pid:
            return pid
        status = 1
        try:
            _kept.append(connection.connection)  # the parent's: closing it here would end it there
            connection.connection = None
            self._child(armed)
            status = 0
        except Exception as error:  # noqa: BLE001 - a child ends here, whatever it was
            if not self.by_naive:
                os.write(2, f"{self.case}: {error!r}\n".encode())
        finally:
            os._exit(status)

    def _child(self, armed: bool) -> None:
        steps.reached = self._hook(armed)
        if self.case.extra in HOURS:
            _skew(HOURS[self.case.extra])
        if self.case.extra == "no-key":
            tokens._sources[:] = [token_to_send]  # noqa: SLF001
            settings.ENCRYPTION_KEYS = [OTHER_KEY] if armed else settings.ENCRYPTION_KEYS
        if self.by_naive:
            naive.deliver(self.delivery.pk)
        else:
            sending.run(self.delivery.pk)

    def _hook(self, armed: bool) -> Callable[[str], None]:
        case = self.case

        def reached(step: str) -> None:
            if armed and step == case.crash:
                os.kill(os.getpid(), signal.SIGKILL)
            if armed and case.extra == f"stop-{step}":
                os.kill(os.getpid(), signal.SIGSTOP)
            if armed and case.at == step and case.extra in {"cancel", "edit"}:
                self._meddle(step)

        return reached

    def _meddle(self, step: str) -> None:
        """The author acts at this very step, from another place."""
        row = Delivery.objects.get(pk=self.delivery.pk)
        try:
            if self.case.extra == "cancel":
                outbox.cancel(delivery=row, actor=self.user)
            else:
                outbox.edit(delivery=row, words=outbox.Words(f"{self.text} anew"), actor=self.user)
        except outbox.TooLate:
            return
        os.write(self.saying, f"{self.case.extra} {time.time()}\n".encode())

    def _wait(self, pids: list[int]) -> None:
        for pid in pids:
            _, status = os.waitpid(pid, 0)
            if os.WIFSIGNALED(status):
                self.armed = False

    def _done(self) -> bool:
        self.delivery.refresh_from_db()
        row = self.delivery
        return row.state in judging.DONE and row.next_due_at is None if not self.by_naive else row.remote_id is not None

    def _verdict(self) -> list[str]:
        row, log = self.delivery, _call(f"/control/log?account={self.token}")
        said = self._said()
        if self.by_naive:
            return ["duplicate"] if sum(post["by"] == "api" for post in log["posts"]) > 1 else []
        self._tell()
        life = judging.Life(
            self.case,
            state=row.state,
            log=log,
            words=row.payload["text"],
            reason=row.reason,
            remote_id=row.remote_id,
            waits=row.next_due_at is not None,
            deleted=row.deleted_at is not None,
            kept=Post.objects.filter(account=self.account).count(),
            told=row.told,
            cancelled_at=said.get("cancel"),
            edited="edit" in said,
        )
        return [*self.wrong, *judging.judge(life)]

    def _tell(self) -> None:
        """Let letters be written as the beat does; the other lives' processes do so, too."""
        until = time.monotonic() + TELLING
        self.delivery.refresh_from_db()
        while self.delivery.state in letters.TROUBLED and not self.delivery.told and time.monotonic() < until:
            letters.tell_due()
            time.sleep(0.05)
            self.delivery.refresh_from_db()

    def _said(self) -> dict[str, float]:
        """Return what the processes said that had acted for the author, and when their act had returned."""
        os.close(self.saying)
        with os.fdopen(self.hearing) as said:
            return {what: float(at) for what, _, at in (line.partition(" ") for line in said)}


def _skew(hours: int) -> None:
    """This worker's own clock is wrong."""
    real = timezone.now
    timezone.now = lambda: real() + timedelta(hours=hours)  # type: ignore[assignment]
    right = time.time
    time.time = lambda: right() + 3_600 * hours  # type: ignore[assignment]


def _call(path: str, body: dict[str, Any] | None = None) -> Any:
    request = urllib.request.Request(  # noqa: S310 - our own network
        settings.FAKE_NETWORK + path, data=None if body is None else json.dumps(body).encode()
    )
    with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
        return json.load(answer)
