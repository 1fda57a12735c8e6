"""When the rules of a zone change, what is planned on its clock goes with them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import pytest

from people.models import Account, Delivery
from people.publishing import outbox, zones
from people.writing import walltimes
from tests.faults.network import Network
from tests.people.publishing.conftest import overdue

pytestmark = pytest.mark.django_db
Say = Callable[..., Delivery]
WALL = "2031-01-15T06:30"
BEFORE, AFTER = datetime(2031, 1, 15, 5, 30, tzinfo=UTC), datetime(2031, 1, 15, 3, 30, tzinfo=UTC)


def new_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Vienna be three hours ahead of UTC from now on."""

    def zone_of(name: str) -> tzinfo:
        return timezone(timedelta(hours=3)) if name == "Europe/Vienna" else ZoneInfo(name)

    monkeypatch.setattr(walltimes, "zone_of", zone_of)


def test_a_time_on_the_wall_stays_and_its_moment_moves(
    account: Account, say: Say, judge: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [
        say(account, zone, when=outbox.When(wall_time=WALL, zone=zone)) for zone in ("Europe/Vienna", "Europe/Paris")
    ]
    assert (rows[0].due_at, zones.follow_zones()) == (BEFORE, 0)
    new_rules(monkeypatch)
    assert [zones.follow_zones(), zones.follow_zones()] == [1, 0]
    for row in rows:
        row.refresh_from_db()
    assert [row.due_at for row in rows] == [AFTER, BEFORE]
    assert (rows[0].wall_time, rows[0].zone, rows[0].state) == (WALL, "Europe/Vienna", "scheduled")
    assert (rows[0].late_after - rows[0].due_at, rows[0].next_due_at) == (timedelta(hours=1), AFTER)


def test_what_was_called_off_or_begun_is_left_alone(
    account: Account, say: Say, judge: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    called_off, begun, held = (
        say(account, text, when=outbox.When(wall_time=WALL, zone="Europe/Vienna")) for text in ("a", "b", "c")
    )
    assert account.person.user is not None
    outbox.cancel(delivery=called_off, actor=account.person.user)
    overdue(begun, attempt_count=1)
    overdue(held, state="held", next_due_at=BEFORE)
    new_rules(monkeypatch)
    assert zones.follow_zones() == 1
    for row in (called_off, begun, held):
        row.refresh_from_db()
    assert [row.due_at for row in (called_off, begun, held)] == [BEFORE, BEFORE, AFTER]
    assert held.next_due_at == BEFORE
