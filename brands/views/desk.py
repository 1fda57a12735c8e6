"""The desk's "Where I appear": what each brand shows of the reader, changed with one press."""

import datetime as dt
from collections.abc import Callable
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from advocacy import answers
from advocacy.celery import ring
from brands import choosing
from brands.enrolling import NotMoved
from brands.models import Enrolment
from brands.queries import departures, showing
from people import proving
from people.models import Account, Person, User
from people.queries.paging import Mark
from people.showing import end_quiet, make_quiet
from people.tasks import look_for_proofs
from people.views.desk.room import at_desk, reader, refusal
from people.writing import posting


@require_safe
@at_desk
def first(request: HttpRequest, person: Person) -> HttpResponse:
    """Lead to the page that a person most often wants."""
    return redirect("desk-write" if posting.accounts_of(person) else "desk-appearances")


@require_safe
@at_desk
def appearances(request: HttpRequest, person: Person) -> HttpResponse:
    """Show where the reader appears, brand by brand."""
    found = showing.places(person)
    tomorrow = timezone.now().date() + dt.timedelta(days=1)
    context = {
        "person": person,
        "places": found,
        "left": departures.left(person),
        "tomorrow": tomorrow,
        "page_address": proving.page_address(person),
    }
    return render(request, "desk/appearances.html", context)


@require_safe
@at_desk
def posts(request: HttpRequest, person: Person, enrolment_id: int) -> HttpResponse:
    """Show the reader's posts with what one brand's page does with each, newest first."""
    enrolment = _enrolment(person, enrolment_id)
    mark = Mark.read(request.GET.get("before", ""))
    lines, older = showing.post_lines(enrolment, mark)
    context = {
        "enrolment": enrolment,
        "lines": lines,
        "older": urlencode({"before": str(older)}, safe=":~") if older else "",
        "before": str(mark) if mark else "",
    }
    return render(request, "desk/posts.html", context)


@require_POST
@at_desk
def choose(request: HttpRequest, person: Person, enrolment_id: int, post_id: int) -> HttpResponse:
    """Carry out the pressed button of one post: show, hide, quiet, or end the quiet."""
    enrolment = _enrolment(person, enrolment_id)
    line = showing.post_line(enrolment, post_id) if post_id < 2**63 else None
    if line is None:
        raise Http404
    actor, post, pressed = reader(request), line.post, request.POST.get("choice", "")
    if pressed in {"show", "hide"}:
        choosing.choose_post(enrolment=enrolment, post=post, shown=pressed == "show", actor=actor)
    elif pressed == "quiet":
        make_quiet(post=post, actor=actor)
    elif pressed == "end-quiet":
        end_quiet(post=post, actor=actor)
    before = Mark.read(request.POST.get("before", ""))
    if answers.wants_fragment(request):
        after = showing.post_line(enrolment, post_id)
        context = {"enrolment": enrolment, "line": after, "before": str(before) if before else "", "focus": pressed}
        return render(request, "desk/_post_line.html", context)
    query = f"?{urlencode({'before': str(before)}, safe=':~')}" if before else ""
    return redirect(f"{reverse('desk-posts', args=[enrolment.pk])}{query}#p{post_id}")


@require_POST
@at_desk
def set_account(request: HttpRequest, person: Person, enrolment_id: int, account_id: int) -> HttpResponse:
    """Change what one brand's page may show of one account."""
    account = get_object_or_404(Account, pk=account_id, person=person)
    shows, reposts = request.POST.get("shows", ""), request.POST.get("reposts") == "on"
    return _act(
        request,
        person,
        enrolment_id,
        lambda enrolment, actor: choosing.set_account(
            enrolment=enrolment, account=account, shows=shows, reposts=reposts, actor=actor
        ),
    )


@require_POST
@at_desk
def introduce(request: HttpRequest, person: Person, enrolment_id: int) -> HttpResponse:
    """Write the line for this brand and what the reader knows about."""
    picked = {int(key) for key in request.POST.getlist("topic") if key.isascii() and key.isdigit() and len(key) < 19}
    line = request.POST.get("line", "")
    if len(" ".join(line.split())) > 60:
        return refusal(request, "A line has room for 60 characters. Shorten yours.")
    return _act(
        request,
        person,
        enrolment_id,
        lambda enrolment, actor: choosing.introduce(
            enrolment=enrolment, line=line, topics=list(enrolment.brand.topics.filter(pk__in=picked)), actor=actor
        ),
    )


@require_POST
@at_desk
def pause(request: HttpRequest, person: Person, enrolment_id: int) -> HttpResponse:
    """Begin a pause, or move its last day."""
    words = request.POST.get("until", "").strip()
    try:
        until = dt.date.fromisoformat(words) if words else None
    except ValueError:
        return refusal(request, "Write the day of your return as year, month and day, such as 2027-01-15.")
    return _act(
        request,
        person,
        enrolment_id,
        lambda enrolment, actor: choosing.pause(enrolment=enrolment, until=until, actor=actor),
    )


@require_POST
@at_desk
def resume(request: HttpRequest, person: Person, enrolment_id: int) -> HttpResponse:
    """End the reader's own pause."""
    return _act(
        request, person, enrolment_id, lambda enrolment, actor: choosing.resume(enrolment=enrolment, actor=actor)
    )


@require_POST
@at_desk
def look(request: HttpRequest, person: Person, account_id: int) -> HttpResponse:
    """Ask a worker to look for the proof that an account is the reader's."""
    account = get_object_or_404(proving.awaiting(person), pk=account_id)
    if proving.ask_for_look(account=account):
        ring(look_for_proofs)
    else:
        messages.info(request, "We looked a moment ago. Wait half a minute, then look again.")
    return redirect("desk-appearances")


def _act(
    request: HttpRequest, person: Person, enrolment_id: int, act: "Callable[[Enrolment, User], None]"
) -> HttpResponse:
    """Carry out one act on an enrolment of the reader's and lead back to its part of the page."""
    enrolment = _enrolment(person, enrolment_id)
    try:
        act(enrolment, reader(request))
    except choosing.NotChosen as refused:
        return refusal(request, str(refused))
    except NotMoved:
        return refusal(request, "This changed in the meantime. Look at what is so now, then choose again.")
    return redirect(f"{reverse('desk-appearances')}#e{enrolment.pk}")


def _enrolment(person: Person, enrolment_id: int) -> Enrolment:
    return get_object_or_404(showing.enrolments_of(person), pk=enrolment_id)
