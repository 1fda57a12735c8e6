"""A week of a person's desk: what goes or went out on each day, and which of its hours are free."""

import datetime as dt
from dataclasses import dataclass, field

from django.utils import timezone

from people.models import Delivery, Person
from people.queries import outgoing
from people.writing import walltimes
from people.writing.week import is_quiet, taken_from, week_of

DAYS = 7


@dataclass
class Day:
    """One day: deliveries with the time on the wall, and hours that are still free, as 2026-11-27T07:10."""

    date: dt.date
    today: bool
    lines: list[tuple[dt.datetime, outgoing.Line]] = field(default_factory=list)
    free: list[dt.datetime] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Shown:
    """A week as the calendar shows it, on the clock of a zone."""

    days: list[Day]
    zone: str
    before: dt.date
    after: dt.date

    @property
    def city(self) -> str:
        """What people call the zone."""
        return walltimes.city_of(self.zone)

    @property
    def empty(self) -> bool:
        """Whether nothing goes or went out."""
        return not any(day.lines for day in self.days)


def _last_said(person: Person) -> str:
    """Return the zone of the newest time that somebody chose; of one whose week tells none, the likeliest."""
    said = Delivery.objects.filter(person=person).exclude(zone="").order_by("-pk")
    return said.values_list("zone", flat=True).first() or ""


def week(person: Person, day: dt.date | None, *, from_monday: bool = True) -> Shown:
    """Return the week of a day, or the seven days from it on; None: today."""
    own = week_of(person)
    zone = own.zone or _last_said(person) or "UTC"
    now = timezone.now()
    clock = walltimes.shown_in(now, zone)
    first = day or clock.date()
    if from_monday:
        first -= dt.timedelta(days=first.weekday())
    days = [Day(one, one == clock.date()) for one in (first + dt.timedelta(days=n) for n in range(DAYS))]
    begin = walltimes.resolve(f"{first}T00:00", zone).at
    end = walltimes.resolve(f"{first + dt.timedelta(days=DAYS)}T00:00", zone).at
    by_date = {one.date: one for one in days}
    taken = taken_from(person.pk, now)
    for line in outgoing.between(person, begin, end):
        at = line.delivery.published_at or line.delivery.due_at
        shown = walltimes.shown_in(at, zone).replace(second=0, microsecond=0)
        if shown.date() in by_date:
            by_date[shown.date()].lines.append((shown, line))
    for weekday, time in own.slots:
        for one in days:
            at = dt.datetime.combine(one.date, dt.time.fromisoformat(time))
            moment = walltimes.resolve(at.strftime(walltimes.FORMAT), zone).at
            open_day = one.date.weekday() == weekday and weekday not in own.days_off
            if open_day and at > clock and moment not in taken and not is_quiet(own, at.time()):
                one.free.append(at)
    return Shown(days, zone, first - dt.timedelta(days=DAYS), first + dt.timedelta(days=DAYS))
