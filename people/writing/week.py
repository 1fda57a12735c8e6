"""A person's own week: the hours at which they like to post, days that rest, and quiet hours."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from django.core.exceptions import PermissionDenied

from people.models import Delivery, Person, User, Week
from people.writing import walltimes

MOST_SLOTS = 50
AHEAD = 28  # days in which a free hour is looked for
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_ON_CLOCK = "%H:%M"
_MEANT = tuple(set(Delivery.State) - {Delivery.State.CANCELLED, Delivery.State.FAILED, Delivery.State.MISSED})


class Free(NamedTuple):
    """A free hour of somebody's week: as the clock in the zone shows it, and when that is."""

    wall_time: str
    zone: str
    at: dt.datetime  # UTC

    @property
    def said(self) -> dt.datetime:
        """The same as a naive time."""
        return dt.datetime.fromisoformat(self.wall_time)


def week_of(person: Person) -> Week:
    """Return a person's week; one that is not stored where they told nothing."""
    return Week.objects.filter(person=person).first() or Week(person=person)


def set_week(
    *,
    person: Person,
    actor: User,
    zone: str,
    times: Sequence[str],
    days_off: Sequence[int],
    quiet: tuple[str, str] = ("", ""),
    asks_alt: bool = True,
) -> Week:
    """Keep a person's week. times: for each weekday from Monday on, such as "07:10 18:30". Raises ValueError."""
    if person.user_id != actor.pk:
        raise PermissionDenied("only the person says when they post")
    walltimes.zone_of(zone)
    slots = [[day, time] for day, words in enumerate(times) for time in sorted(set(_clock_times(words, DAYS[day])))]
    if len(slots) > MOST_SLOTS:
        raise ValueError(f"A week has room for {MOST_SLOTS} hours. Take some out.")
    begin, end = (_clock_time(one, "Quiet hours") if one.strip() else "" for one in quiet)
    if bool(begin) != bool(end):
        raise ValueError("Quiet hours need a beginning and an end.")
    if begin and begin == end:
        raise ValueError("Your quiet hours end when they begin. Choose another end, or leave both empty.")
    off = sorted({day for day in days_off if 0 <= day < len(DAYS)})
    fields = {"zone": zone, "slots": slots, "days_off": off, "quiet_from": begin, "quiet_until": end}
    week, _ = Week.objects.update_or_create(person=person, defaults={**fields, "asks_alt": asks_alt})
    return week


def next_free(week: Week, *, after: dt.datetime) -> Free | None:
    """Return the next hour of the week at which nothing is planned; None where there is none in four weeks."""
    if not week.slots or not week.zone:
        return None
    taken = taken_from(week.person_id, after)
    today = walltimes.shown_in(after, week.zone).date()
    for wall_time in _hours(week, today):
        moment = walltimes.resolve(wall_time, week.zone)
        said = moment.said.strftime(walltimes.FORMAT)  # another one where the clocks skip that hour
        if moment.at > after + dt.timedelta(minutes=1) and moment.at not in taken:
            return Free(said, week.zone, moment.at)
    return None


def taken_from(person_id: int, begin: dt.datetime) -> set[dt.datetime]:
    """Return the minutes (UTC) from a moment on for which something is meant to go out, whatever holds it."""
    since = begin - dt.timedelta(minutes=1)
    rows = Delivery.objects.filter(person=person_id, due_at__gte=since, state__in=_MEANT)
    return {at.replace(second=0, microsecond=0) for at in rows.values_list("due_at", flat=True)}


def is_quiet(week: Week, time: dt.time) -> bool:
    """Return whether a wall-clock time lies within the person's quiet hours; they may pass midnight."""
    if not week.quiet_from:
        return False
    begin, end = dt.time.fromisoformat(week.quiet_from), dt.time.fromisoformat(week.quiet_until)
    return begin <= time < end if begin <= end else time >= begin or time < end


def _hours(week: Week, today: dt.date) -> Iterator[str]:
    """Give the hours of the coming days: not of days off, not in quiet hours."""
    for ahead in range(AHEAD):
        day = today + dt.timedelta(days=ahead)
        if day.weekday() in week.days_off:
            continue
        for weekday, time in week.slots:
            if weekday == day.weekday() and not is_quiet(week, dt.time.fromisoformat(time)):
                yield f"{day.isoformat()}T{time}"


def _clock_times(words: str, name: str) -> list[str]:
    return [_clock_time(word, name) for word in words.replace(",", " ").split()]


def _clock_time(word: str, name: str) -> str:
    try:
        return dt.datetime.strptime(word.strip(), _ON_CLOCK).strftime(_ON_CLOCK)  # noqa: DTZ007 - a clock has no zone
    except ValueError:
        raise ValueError(f"{name}: write hours as 07:10, with a space between two; “{word[:20]}” is none.") from None
