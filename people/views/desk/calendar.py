"""The desk's "Calendar": a week at a time, its date in the address; and the hours of one's own week."""

import datetime as dt

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from people.models import Person, Week
from people.queries import calendar as weeks
from people.views.desk.room import at_desk, reader
from people.writing.week import DAYS, set_week, week_of


@require_safe
@at_desk
def calendar(request: HttpRequest, person: Person, day: str = "") -> HttpResponse:
    """Show the week of a day: what goes or went out, and the hours that are free."""
    try:
        first = dt.date.fromisoformat(day) if day else None
    except ValueError:
        raise Http404 from None
    if first is not None and not 2000 <= first.year <= 2100:
        raise Http404
    return render(request, "desk/calendar.html", {"week": weeks.week(person, first), "begun": bool(day)})


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def own_week(request: HttpRequest, person: Person) -> HttpResponse:
    """Change the hours of one's week, days that rest, quiet hours, and the question about descriptions."""
    week, problem = week_of(person), ""
    times = [" ".join(time for weekday, time in week.slots if weekday == day) for day in range(len(DAYS))]
    if request.method == "POST":
        entered = request.POST
        times = [entered.get(f"times-{day}", "")[:200] for day in range(len(DAYS))]
        off = [day for day in range(len(DAYS)) if f"off-{day}" in entered]
        quiet = (entered.get("quiet-from", ""), entered.get("quiet-until", ""))
        asks, zone = "asks-alt" in entered, entered.get("zone", "")
        try:
            set_week(
                person=person, actor=reader(request), zone=zone, times=times, days_off=off, quiet=quiet, asks_alt=asks
            )
        except ValueError as wrong:
            problem = str(wrong)
            entered_week = {"zone": zone, "days_off": off, "quiet_from": quiet[0][:5], "quiet_until": quiet[1][:5]}
            week = Week(person=person, asks_alt=asks, **entered_week)
        else:
            messages.success(request, "Your week is kept.")
            return redirect("desk-calendar")
    days = [(day, name, times[day], day in week.days_off) for day, name in enumerate(DAYS)]
    context = {"week": week, "days": days, "problem": problem}
    return render(request, "desk/own_week.html", context, status=422 if problem else 200)
