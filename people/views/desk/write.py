"""The desk's "Write": one form whose buttons keep, fit, picture and send; it works without JavaScript."""

import re
import secrets
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from advocacy.celery import ring
from people import link_cards, tasks
from people.models import Draft, DraftPicture, LinkCard, Person, SharedPicture
from people.publishing.outbox import SaidAlready
from people.queries import calendar
from people.views.desk import composer, sending
from people.views.desk.room import at_desk, reader
from people.views.pictures import private_picture
from people.writing import drafting, preview, shared_pictures
from people.writing.briefs import brief_of
from people.writing.posting import NoDescription, accounts_of

LARGEST_PICTURE = 15_000_000  # bytes
NOTED = 8  # pages whose forms came last, in one session
_PRESSED = "pressed"
NEWEST = 20  # drafts that the page lists at once
_SHARED = re.compile(r"alt-([0-9a-f]{32})\Z")  # field of a picture that was shared before its sharer signed in


class Shown(NamedTuple):
    """A picture as the form shows it."""

    key: str  # in the names of its fields: the id of its row, or its stem while no draft has it yet
    url: str
    alt: str


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
    if request.method == "POST":
        return _pressed(request, person, draft)
    if draft is None and composer.stashed(request, person, None) is not None:
        named = composer.kept_for(request)
        if named is not None and drafting.open_drafts(person).filter(pk=named).exists():
            return redirect("desk-write-draft", named)
    return _page(request, person, draft)


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
        _arrived(request)
        try:
            _pictures(request, newer.kept)
        except drafting.NotKept as problem:
            messages.warning(request, str(problem))
        return redirect("desk-write-draft", newer.kept.pk)
    except drafting.NotKept as problem:
        # a description may be too long of a picture that this very saving put into a new draft
        kept = composer.unsaved(draft or _named(request, person) or Draft(person=person), fields)
        return _page(request, person, kept, problem=str(problem), status=422)
    composer.forget(request)
    _arrived(request)
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
        _take_out(request, draft, what)
        return redirect(f"{_address(draft)}#media-title")
    if deed == "add":
        return redirect(f"{_address(draft)}#media-title")
    if deed == "keep" and "do" in request.POST:
        messages.success(request, "Kept as a draft.")
    return None


def _take_out(request: HttpRequest, draft: Draft, what: str) -> None:
    """Take a picture out, named as in Shown.key. One that was shared may have gone while it stood in the form."""
    if _SHARED.match(f"alt-{what}"):
        picture = draft.pictures.filter(stem=what).first()
    else:
        picture = get_object_or_404(DraftPicture, pk=int(what) if what.isdecimal() else 0, draft=draft)
    if picture is not None:
        drafting.remove_picture(picture=picture, actor=reader(request))


def _arrived(request: HttpRequest) -> None:
    """Note that this page's form came here, so that the copy which the browser keeps of its words can go."""
    if window := request.POST.get("window", "")[:32]:
        before = [one for one in request.session.get(_PRESSED, []) if one != window]
        request.session[_PRESSED] = [*before, window][-NOTED:]


@require_POST
@at_desk
def show(request: HttpRequest, person: Person) -> HttpResponse:
    """Show how the words read on each network. Nothing is written."""
    draft = _named(request, person) or Draft(person=person)
    draft = composer.unsaved(draft, composer.read(request.POST, draft))
    looked = request.GET.get("looked", "")
    number = int(looked) if looked.isdecimal() and len(looked) < 3 else 0
    pictures = _shown(draft, composer.came_along(request, None), request.POST)
    alts = [one.alt for one in pictures]
    desk = composer.around(draft, accounts_of(person), shown=True, looked=number, alts=alts)
    return render(request, "desk/_networks.html", {"desk": composer.with_ways(desk, request.POST)})


@require_POST
@at_desk
def keep(request: HttpRequest, person: Person) -> HttpResponse:
    """Keep what is typed, while it is typed."""
    draft = _named(request, person)
    fields = composer.read(request.POST, draft or Draft(person=person))
    if draft is None and not fields["text"].strip() and not composer.came_along(request, None):
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
def shared_picture(request: HttpRequest, person: Person, position: int) -> HttpResponseBase:
    """Answer with a picture that was shared in this session before its sharer signed in."""
    for row in composer.came_along(request, composer.stashed(request, person, None)):
        if row.position == position:
            return private_picture(row.stem)
    raise Http404


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
    if drafting.thrown_away(person, draft_id) is None:  # a second tap changes nothing
        draft = get_object_or_404(drafting.open_drafts(person), pk=draft_id)
        drafting.drop_draft(draft=draft, actor=reader(request))
    return redirect(f"{reverse('desk-write')}?thrown={draft_id}")


@require_POST
@at_desk
def bring_back(request: HttpRequest, person: Person, draft_id: int) -> HttpResponse:
    """Bring back a draft that was thrown away."""
    draft = drafting.thrown_away(person, draft_id)
    if draft is None:
        get_object_or_404(drafting.open_drafts(person), pk=draft_id)  # it is back already
        return redirect("desk-write-draft", draft_id)
    drafting.bring_back(draft=draft, actor=reader(request))
    messages.success(request, "The draft is back.")
    return redirect("desk-write-draft", draft_id)


def _page(
    request: HttpRequest,
    person: Person,
    draft: Draft | None,
    *,
    problem: str = "",
    ask_alt: bool = False,
    status: int = 200,
) -> HttpResponse:
    kept = composer.stashed(request, person, draft) if request.method != "POST" else None
    along = composer.came_along(request, kept)
    shown = draft or Draft(person=person, **composer.planned(request.GET))
    if kept is not None:
        shown = composer.unsaved(shown, composer.read(kept, shown))
    pictures = _shown(shown, along, kept or request.POST)
    desk = composer.around(shown, accounts_of(person), alts=[one.alt for one in pictures])
    desk = composer.with_ways(desk, kept or request.POST)
    drafts = list(drafting.open_drafts(person).exclude(pk=shown.pk)[: drafting.MOST_DRAFTS])
    context = {
        "desk": desk,
        "draft": shown,
        "pictures": pictures,
        "drafts": drafts[:NEWEST],
        "thrown": _thrown(request, person),
        "older": drafts[NEWEST:],
        "brief": brief_of(shown),
        "problem": problem,
        "ask_alt": ask_alt,
        "back": kept is not None,
        "shared": composer.share_in(request) if kept is None else kept.get("shared", ""),
        "told": composer.told_of(kept, len(along)),
        "writer": composer.mark_of(person),
        "window": secrets.token_hex(8),
        "pressed": " ".join([*request.session.get(_PRESSED, []), *drafting.windows(person)]),
        "waiting": sending.waiting(shown) if shown.pk else [],
        "week": calendar.week(person, None, from_monday=False),
        "newer": "",
        "now": False,
    }
    return render(request, "desk/write.html", context, status=status)


def _thrown(request: HttpRequest, person: Person) -> Draft | None:
    """Return the draft that was thrown away a moment ago, as the address says."""
    number = request.GET.get("thrown", "")
    return drafting.thrown_away(person, int(number)) if number.isdecimal() and len(number) <= 18 else None


def _saved(request: HttpRequest, person: Person, draft: Draft | None, fields: dict[str, Any], *, typing: bool) -> Draft:
    """Keep what the form says; where a button was pressed a worker looks at its links at once."""
    revision = request.POST.get("revision", "")
    number = int(revision) if revision.isdecimal() and len(revision) < 10 else -1
    saved = drafting.save_draft(
        person=person, actor=reader(request), draft=draft, revision=number, typing=typing, **fields
    )
    if not typing and link_cards.due(saved):
        ring(tasks.fetch_link_cards)
    stems = {found[1] for name in request.POST if (found := _SHARED.match(name))}
    if batch := composer.share_in(request):
        shared_pictures.claim(batch=batch, draft=saved, actor=reader(request))
        if stems - set(saved.pictures.values_list("stem", flat=True)):
            messages.warning(request, composer.GONE)
    for row in saved.pictures.all():
        alt = request.POST.get(f"alt-{row.pk}", request.POST.get(f"alt-{row.stem}"))
        if alt is not None and alt.strip() != row.alt:
            drafting.describe_picture(picture=row, actor=reader(request), alt=alt)
    return saved


def _shown(draft: Draft, along: Sequence[SharedPicture], typed: QueryDict) -> list[Shown]:
    """Return the pictures of a draft, and those that will be in it once it is saved, with what was typed of them."""
    rows = draft.pictures.order_by("position") if draft.pk else []
    there = [(str(row.pk), reverse("desk-draft-picture", args=[row.pk]), row.alt) for row in rows]
    there += [(row.stem, reverse("desk-shared-picture", args=[row.position]), "") for row in along]
    return [Shown(key, url, typed.get(f"alt-{key}", alt)) for key, url, alt in there]


def _pictures(request: HttpRequest, draft: Draft) -> None:
    """Keep the pictures that a form brings. Raises NotKept, which names each that is not kept; the others are."""
    problems: list[str] = []
    for file in request.FILES.getlist("media"):
        try:
            if (file.size or 0) > LARGEST_PICTURE:
                raise drafting.NotKept(f"A picture may have {LARGEST_PICTURE // 1_000_000} MB. Choose a smaller one.")
            drafting.add_picture(draft=draft, actor=reader(request), body=file.read())
        except drafting.NotKept as problem:
            problems.append(f"{str(file.name)[-60:]}: {problem}")
    if problems:
        raise drafting.NotKept(" ".join(problems))


def _named(request: HttpRequest, person: Person) -> Draft | None:
    """Return the draft that the form names, if it is the reader's, or that this page saved before it knew its name."""
    number, window = request.POST.get("draft", ""), request.POST.get("window", "")[:32]
    mine = Draft.objects.filter(person=person, thrown_at=None).select_related("person")
    if number.isdecimal() and len(number) <= 18:
        return mine.filter(pk=int(number)).first()
    return mine.filter(window=window).order_by("-pk").first() if window else None


def _own(person: Person, draft_id: int) -> Draft:
    if draft_id >= 2**63:
        raise Http404
    return get_object_or_404(Draft.objects.select_related("person"), pk=draft_id, person=person, thrown_at=None)


def _address(draft: Draft) -> str:
    return reverse("desk-write-draft", args=[draft.pk])
