"""What goes out from the desk: the bar that takes back, what waits, what needs an answer, what was sent."""

from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from people.models import Delivery, Draft, Pause, Person, User
from people.publishing import aftercare, epoch, outbox, pausing
from people.publishing import answers as outcomes
from people.queries import outgoing
from people.queries.paging import Mark
from people.views.desk import composer
from people.views.desk.room import at_desk, reader, refusal
from people.writing import drafting, posting, walltimes
from people.writing.alike import Unsent
from people.writing.week import week_of

PERSON = Pause.Scope.PERSON
TO_COME = (*outbox.UNSENT, Delivery.State.SENDING, Delivery.State.UNKNOWN)
# the lists of "What goes out": heading, what an empty one says ("": it is left out), what leads further on
HEADINGS = {
    "troubled": ("Needs you", "", "More that needs you"),
    "waiting": ("To come", "Nothing is planned.", "Later posts"),
    "sent": ("Sent from here", "Nothing yet.", "Older posts"),
}


class Part(NamedTuple):
    """One list of the page."""

    name: str
    title: str
    nothing: str
    lines: list[outgoing.Line]
    further: str  # the query of its next page, "" where this is the last
    label: str  # of the link to that


@require_safe
@at_desk
def held(request: HttpRequest, person: Person) -> HttpResponse:
    """Show the bar that takes back, as it is at this moment."""
    return render(request, "desk/_undo_bar.html", {"held": outgoing.held(person), "first": False})


@require_POST
@at_desk
def take_back(request: HttpRequest, person: Person, delivery_id: int) -> HttpResponse:
    """Take back what has not gone out, with its thread; its draft opens again."""
    delivery = _own(person, delivery_id)
    try:
        draft = outbox.take_back(delivery=delivery, actor=reader(request))
    except outbox.TooLate:
        delivery = _own(person, delivery_id)
        if delivery.state != Delivery.State.CANCELLED:
            words = "It was being sent, or is out already: nothing was taken back."
            return refusal(request, words, back="desk-outgoing")
        draft = delivery.draft  # a second tap
    messages.success(request, _taken_back(delivery))
    return redirect("desk-write-draft", draft.pk) if draft and not draft.thrown_at else redirect("desk-outgoing")


@require_safe
@at_desk
def listed(request: HttpRequest, person: Person) -> HttpResponse:
    """List what waits, what needs the reader, and what was sent: the beginning of each, or one of them further on."""
    paused = Pause.objects.filter(scope=PERSON, subject=str(person.pk)).exists()
    mark, one_list = Mark.read(request.GET.get("after", "")), request.GET.get("list", "")
    names = [one_list] if mark and one_list in outgoing.LISTS else list(outgoing.LISTS)
    begun = len(names) == 1
    parts = [_part(name, outgoing.LISTS[name](person, mark if begun else None)) for name in names]
    return render(
        request,
        "desk/outgoing.html",
        {"parts": parts, "paused": paused, "begun": begun, "still": not epoch.goes(epoch.copy())},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def one(request: HttpRequest, person: Person, delivery_id: int) -> HttpResponse:
    """Show one delivery; move it to another time."""
    delivery = _own(person, delivery_id)
    problem, at, zone = "", delivery.wall_time, delivery.zone or week_of(person).zone
    if request.method == "POST":
        if delivery.threaded:
            raise Http404  # it follows the part before it, and moves with that
        at, zone = request.POST.get("at", "")[:16], request.POST.get("zone", "")[:64]
        try:
            words = move(delivery, at=at, zone=zone, actor=reader(request))
        except outbox.TooLate:
            return refusal(request, _not_moved(_own(person, delivery_id)), back="desk-outgoing")
        except ValueError as wrong:
            problem = str(wrong)
        else:
            messages.success(request, words)
            return redirect("desk-delivery", delivery.pk)
    context = {**about(delivery), "problem": problem, "at": at, "zone": zone}
    return render(request, "desk/delivery.html", context, status=422 if problem else 200)


@require_POST
@at_desk
def shown(request: HttpRequest, person: Person, delivery_id: int) -> HttpResponse:
    """Take on which brands' pages a post that waits shall be shown once it is out."""
    delivery = _own(person, delivery_id)
    shows = composer.shows_said(request.POST, person, delivery.shows)
    try:
        outbox.show(delivery=delivery, shows=shows, actor=reader(request))
    except outbox.TooLate:
        words = "It is already going out: nothing was changed. Once it is here, choose its pages in “Where I appear”."
        return refusal(request, words, back="desk-outgoing")
    messages.success(request, "Kept: it holds as soon as the post is out.")
    return redirect("desk-delivery", delivery.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def delete(request: HttpRequest, person: Person, delivery_id: int) -> HttpResponse:
    """Ask whether a published post shall be deleted at its network; a worker does it."""
    delivery = _own(person, delivery_id)
    line = outgoing.line(delivery)
    if line.leaving or delivery.deleted_at is not None:
        return redirect("desk-delivery", delivery.pk)
    if not aftercare.can_delete(delivery):
        words = "It cannot be deleted from here: it is not out, or its network lets nobody do that."
        return refusal(request, words, back="desk-outgoing")
    if request.method == "POST":
        aftercare.delete_published(delivery=delivery, actor=reader(request))
        messages.success(request, f"No page here shows it any longer. It is being deleted on {line.network}.")
        return redirect("desk-delivery", delivery.pk)
    after = set(Delivery.objects.filter(parent=delivery).values_list("state", flat=True))
    thread = delivery.threaded or Delivery.State.PUBLISHED in after
    price = aftercare.delete_price(delivery)
    context = {
        "delivery": delivery,
        "line": line,
        "thread": thread,
        "waits": bool(after.intersection(outbox.UNSENT)),
        "dollars": posting.dollars(price) if price else "",
    }
    return render(request, "desk/delete.html", context)


@require_POST
@at_desk
def answered(request: HttpRequest, person: Person, delivery_id: int) -> HttpResponse:
    """Carry out what the reader says of a post whose outcome nobody knows."""
    delivery, actor = _own(person, delivery_id), reader(request)
    deeds: dict[str, tuple[Callable[[], None], str]] = {
        "there": (
            lambda: outcomes.it_is_there(delivery=delivery, link=request.POST.get("link", ""), actor=actor),
            "Good: it is out, and stays one post.",
        ),
        "again": (lambda: outcomes.send_again(delivery=delivery, actor=actor), "It is sent once more."),
        "wanted": (lambda: outbox.go_on(delivery=delivery, actor=actor), "It goes out as planned."),
        "drop": (lambda: outcomes.drop(delivery=delivery, actor=actor), "It is let go. Nothing more is sent."),
    }
    chosen = deeds.get(request.POST.get("answer", ""))
    if chosen is None:
        raise Http404
    deed, words = chosen
    try:
        deed()
    except (outcomes.Answered, outbox.TooLate):
        messages.warning(request, "It waits for no answer any longer.")
    except ValueError as wrong:
        context = {**about(delivery), "problem": f"{str(wrong)[:1].upper()}{str(wrong)[1:]}.", "at": "", "zone": "UTC"}
        return render(request, "desk/delivery.html", context, status=422)
    else:
        messages.success(request, words)
    return redirect("desk-delivery", delivery.pk)


@require_POST
@at_desk
def pause(request: HttpRequest, person: Person) -> HttpResponse:
    """Hold everything that the reader would send, or let it go again."""
    wanted = request.POST.get("pause")
    if wanted not in {"on", "off"}:
        raise Http404
    if wanted == "on":
        pausing.pause(scope=PERSON, subject=str(person.pk), actor=reader(request))
        messages.success(request, "Paused: nothing goes out until you end the pause.")
    else:
        pausing.resume(scope=PERSON, subject=str(person.pk), actor=reader(request))
        messages.success(request, "The pause is over. What is not too late goes out.")
    return redirect("desk-outgoing")


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def by_hand(request: HttpRequest, person: Person, draft_id: int) -> HttpResponse:
    """Lead to the network's own form with the draft's words; show the post once the reading found it."""
    draft = get_object_or_404(Draft.objects.select_related("person"), pk=min(draft_id, 2**63 - 1), person=person)
    from_here = set(draft.deliveries.exclude(state__in=drafting.OVER).values_list("account", flat=True))
    chosen = [one for one in posting.accounts_of(person) if one.pk in draft.to and one.pk not in from_here]
    lines = [
        (
            target,
            [intent(part.text) for part in target.reading.parts],
            posting.by_hand_refused(target),
            outgoing.by_hand(draft, target.account.pk),
        )
        for target in posting.targets(chosen, draft, compared=Unsent.ALL)
        if target.dear
    ]
    since = timezone.now() - outgoing.BY_HAND
    awaited = draft.shows and draft.by_hand_at and draft.by_hand_at > since and not all(posts for *_, posts in lines)
    if request.method == "POST" and awaited:
        messages.info(request, "Where the post is shown is said in this draft. Put it away once the post is read.")
    elif request.method == "POST":
        if drafting.open_drafts(person).filter(pk=draft.pk).exists():  # else it belongs to what goes out elsewhere
            drafting.drop_draft(draft=draft, actor=reader(request))
        messages.success(request, "The draft is put away.")
        return redirect("desk-write")
    return render(request, "desk/by_hand.html", {"draft": draft, "lines": lines})


def _taken_back(delivery: Delivery) -> str:
    """Say that it does not go out, and where the same draft still does: what was taken back is one account's."""
    rows = Delivery.objects.filter(draft=delivery.draft_id, draft__isnull=False, state__in=TO_COME, threaded=False)
    rest = rows.exclude(pk=delivery.pk).select_related("account").order_by("pk")
    names = " and ".join(f"{outgoing.name_of(one)} (@{one.account.handle})" for one in rest)
    if not names:
        return "Taken back: it does not go out."
    here = f"{outgoing.name_of(delivery)} (@{delivery.account.handle})"
    return f"Taken back: it does not go out on {here}. It still goes out on {names}."


def _not_moved(delivery: Delivery) -> str:
    if delivery.state == Delivery.State.CANCELLED:
        return "It was taken back: there is nothing to move."
    return "It was being sent, or is out already: it cannot be moved."


def _part(name: str, some: outgoing.Some) -> Part:
    title, nothing, label = HEADINGS[name]
    further = urlencode({"list": name, "after": str(some.more)}, safe=":~") if some.more else ""
    return Part(name, title, nothing, some.lines, further, label)


def about(delivery: Delivery) -> dict[str, object]:
    """Return what the page of one delivery shows."""
    tries = delivery.attempts.order_by("at", "pk")[:50]
    over = delivery.state in Delivery.FINAL
    pages = [] if over else composer.pages_of(delivery.person, {delivery.account_id}, delivery.shows)
    line = outgoing.line(delivery)
    can_delete = not line.leaving and aftercare.can_delete(delivery)
    facts = {"line": line, "delivery": delivery, "tries": tries, "can_delete": can_delete, "pages": pages}
    return {**facts, "dollars": posting.dollars(delivery.mills) if delivery.mills else ""}


def move(delivery: Delivery, *, at: str, zone: str, actor: User) -> str:
    """Let it go out at another wall time; return what the person is told. Raises ValueError, TooLate."""
    moment = walltimes.resolve(at, zone)
    if moment.at <= timezone.now():
        raise walltimes.Unclear("That time is over. Choose a later one.")
    when = outbox.When(wall_time=moment.said.strftime(walltimes.FORMAT), zone=zone)
    outbox.reschedule(delivery=delivery, when=when, actor=actor)
    return f"Moved to {moment.said:%A, %-d %B, %H:%M} in {walltimes.city_of(zone)}. {moment.word}".strip()


def intent(text: str) -> str:
    """Return the address of X's own form with these words."""
    base = settings.X_WEB_BASE
    return f"{base}/intent/{'post/' if base.startswith('/') else 'tweet'}?{urlencode({'text': text})}"


def _own(person: Person, delivery_id: int) -> Delivery:
    rows = Delivery.objects.select_related("account", "person", "post", "draft")
    return get_object_or_404(rows, pk=min(delivery_id, 2**63 - 1), person=person)
