"""The desk's "Write": one form whose buttons keep, fit, picture and send; it works without JavaScript."""

import secrets
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from advocacy.celery import ring
from people import link_cards, tasks
from people.models import Draft, DraftPicture, LinkCard, Person
from people.publishing.outbox import SaidAlready
from people.queries import calendar
from people.views.desk import composer, sending
from people.views.desk.room import at_desk, reader
from people.views.pictures import private_picture
from people.writing import drafting, preview
from people.writing.briefs import brief_of
from people.writing.posting import NoDescription, accounts_of

LARGEST_PICTURE = 15_000_000  # bytes
NEWEST = 20  # drafts that the page lists at once


@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, draft_id: int | None = None) -> HttpResponseBase:
    """Show the composer, or do what its pressed button says; what is typed survives an ended sign-in."""
    if request.method == "POST" and not request.user.is_authenticated:
        composer.stash(request)
        return redirect_to_login(request.path)
    return _write(request, draft_id=draft_id)


@at_desk
def _write(request: HttpRequest, person: Person, draft_id: int | None = None) -> HttpResponseBase:
    draft = _own(person, draft_id) if draft_id is not None else None
    if request.method != "POST":
        return _page(request, person, draft)
    return _pressed(request, person, draft)


def _pressed(request: HttpRequest, person: Person, draft: Draft | None) -> HttpResponseBase:
    """Keep what was typed first, whatever was pressed; then do it."""
    draft = _named(request, person) or draft
    fields = composer.read(request.POST, draft or Draft(person=person))
    # a picture that was dropped, or a part that was split, says nothing of an address being typed to its end
    typing = request.POST.get("do", "keep").partition("-")[0] not in {"keep", "send"}
    try:
        draft = _saved(request, person, draft, fields, typing=typing)
    except drafting.Newer as newer:
        messages.warning(request, f"{newer} What you typed here is this draft; the other one is among your drafts.")
        return redirect("desk-write-draft", newer.kept.pk)
    except drafting.NotKept as problem:
        kept = composer.unsaved(draft or Draft(person=person), fields)
        return _page(request, person, kept, problem=str(problem), status=422)
    composer.forget(request)
    try:
        _pictures(request, draft)
        answer = _do(request, draft)
    except NoDescription:
        return _page(request, person, draft, ask_alt=True, status=422)
    except (drafting.NotKept, SaidAlready, ValueError) as problem:
        words = str(problem)
        return _page(request, person, draft, problem=f"{words[:1].upper()}{words[1:]}", status=422)
    return answer or redirect("desk-write-draft", draft.pk)


def _do(request: HttpRequest, draft: Draft) -> HttpResponse | None:
    """Do what the pressed button says; None: show the draft."""
    pressed = request.POST.get("do", "keep")
    deed, _, what = pressed.partition("-")
    if deed == "send":
        return sending.send(request, draft)
    if deed in {"shorter", "split", "same"} and preview.readable(what):
        drafting.fit(draft=draft, actor=reader(request), network=what, how=deed)
        return redirect(f"{_address(draft)}#networks")
    if deed == "remove":
        picture = get_object_or_404(DraftPicture, pk=int(what) if what.isdecimal() else 0, draft=draft)
        drafting.remove_picture(picture=picture, actor=reader(request))
        return redirect(f"{_address(draft)}#media-title")
    if deed == "add":
        return redirect(f"{_address(draft)}#media-title")
    if deed == "keep" and "do" in request.POST:
        messages.success(request, "Kept as a draft.")
    return None


@require_POST
@at_desk
def show(request: HttpRequest, person: Person) -> HttpResponse:
    """Show how the words read on each network. Nothing is written."""
    draft = _named(request, person) or Draft(person=person)
    draft = composer.unsaved(draft, composer.read(request.POST, draft))
    looked = request.GET.get("looked", "")
    number = int(looked) if looked.isdecimal() and len(looked) < 3 else 0
    desk = composer.around(draft, accounts_of(person), shown=True, looked=number)
    return render(request, "desk/_networks.html", {"desk": desk})


@require_POST
@at_desk
def keep(request: HttpRequest, person: Person) -> HttpResponse:
    """Keep what is typed, while it is typed."""
    draft = _named(request, person)
    fields = composer.read(request.POST, draft or Draft(person=person))
    if draft is None and not fields["text"].strip():
        return render(request, "desk/_kept.html", {"draft": Draft(person=person), "newer": "", "now": True})
    words = ""
    try:
        draft = _saved(request, person, draft, fields, typing=True)
    except drafting.Newer as newer:
        draft, words = newer.kept, str(newer)
    except drafting.NotKept as problem:
        words = str(problem)
    else:
        composer.forget(request)
    return render(request, "desk/_kept.html", {"draft": draft or Draft(person=person), "newer": words, "now": True})


@require_safe
@at_desk
def picture(request: HttpRequest, person: Person, picture_id: int) -> HttpResponseBase:
    """Answer with a picture of one's own draft; nobody else has it before it is said."""
    row = get_object_or_404(DraftPicture, pk=picture_id, draft__person=person)
    return private_picture(row.stem)


@require_safe
@at_desk
def card_picture(request: HttpRequest, person: Person, card_id: int) -> HttpResponseBase:
    """Answer with the picture of a card that a draft of one's own links to."""
    seen = LinkCard.objects.filter(drafts__draft__person=person, drafts__looked_at__isnull=False)
    mine = seen.exclude(stem="").distinct()
    response = private_picture(get_object_or_404(mine, pk=card_id).stem)
    response["Cache-Control"] = "private, max-age=600"  # each key that is pressed shows the card anew
    return response


@require_POST
@at_desk
def drop(request: HttpRequest, person: Person, draft_id: int) -> HttpResponse:
    """Throw a draft away."""
    draft = get_object_or_404(drafting.open_drafts(person), pk=draft_id)
    drafting.drop_draft(draft=draft, actor=reader(request))
    messages.success(request, "The draft is gone.")
    return redirect("desk-write")


def _page(
    request: HttpRequest,
    person: Person,
    draft: Draft | None,
    *,
    problem: str = "",
    ask_alt: bool = False,
    status: int = 200,
) -> HttpResponse:
    kept = composer.stashed(request, person) if request.method != "POST" else None
    shown = draft or Draft(person=person, **composer.planned(request.GET))
    if kept is not None:
        shown = composer.unsaved(shown, composer.read(kept, shown))
    desk = composer.around(shown, accounts_of(person))
    drafts = list(drafting.open_drafts(person).exclude(pk=shown.pk)[: drafting.MOST_DRAFTS])
    context = {
        "desk": desk,
        "draft": shown,
        "pictures": list(shown.pictures.order_by("position")) if shown.pk else [],
        "drafts": drafts[:NEWEST],
        "older": drafts[NEWEST:],
        "brief": brief_of(shown),
        "problem": problem,
        "ask_alt": ask_alt,
        "back": kept is not None,
        "left": kept is not None and kept.get("shared") == "pictures",
        "writer": composer.mark_of(person),
        "window": secrets.token_hex(8),
        "waiting": sending.waiting(shown) if shown.pk else [],
        "week": calendar.week(person, None, from_monday=False),
        "newer": "",
        "now": False,
    }
    return render(request, "desk/write.html", context, status=status)


def _saved(request: HttpRequest, person: Person, draft: Draft | None, fields: dict[str, Any], *, typing: bool) -> Draft:
    """Keep what the form says; where a button was pressed a worker looks at its links at once."""
    revision = request.POST.get("revision", "")
    number = int(revision) if revision.isdecimal() and len(revision) < 10 else -1
    saved = drafting.save_draft(
        person=person, actor=reader(request), draft=draft, revision=number, typing=typing, **fields
    )
    if not typing and link_cards.due(saved):
        ring(tasks.fetch_link_cards)
    for row in saved.pictures.all():
        alt = request.POST.get(f"alt-{row.pk}")
        if alt is not None and alt.strip() != row.alt:
            drafting.describe_picture(picture=row, actor=reader(request), alt=alt)
    return saved


def _pictures(request: HttpRequest, draft: Draft) -> None:
    for file in request.FILES.getlist("media"):
        if (file.size or 0) > LARGEST_PICTURE:
            raise drafting.NotKept(f"A picture may have {LARGEST_PICTURE // 1_000_000} MB. Choose a smaller one.")
        drafting.add_picture(draft=draft, actor=reader(request), body=file.read())


def _named(request: HttpRequest, person: Person) -> Draft | None:
    """Return the draft that the form names, if it is the reader's, or that this page saved before it knew its name."""
    number, window = request.POST.get("draft", ""), request.POST.get("window", "")[:32]
    mine = Draft.objects.filter(person=person).select_related("person")
    if number.isdecimal() and len(number) <= 18:
        return mine.filter(pk=int(number)).first()
    return mine.filter(window=window).order_by("-pk").first() if window else None


def _own(person: Person, draft_id: int) -> Draft:
    if draft_id >= 2**63:
        raise Http404
    return get_object_or_404(Draft.objects.select_related("person"), pk=draft_id, person=person)


def _address(draft: Draft) -> str:
    return reverse("desk-write-draft", args=[draft.pk])
