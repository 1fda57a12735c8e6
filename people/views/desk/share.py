"""What a phone shares with the installed desk: it becomes a draft, and never goes out by itself."""

import re
import secrets
from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from advocacy import limits
from advocacy.origins import is_foreign
from people.models import Person
from people.views.desk import composer
from people.views.desk.room import at_desk, reader, refusal
from people.views.readers import client_of
from people.writing import drafting, shared_pictures

FIELDS = ("title", "text", "url")
LONGEST = 2_000  # characters of each field that a phone shares
LARGEST_PICTURE = 15_000_000  # bytes
PER_HOUR = 20  # shared by somebody signed out, from one address: each is kept in a session of its own


@csrf_exempt  # the phone's system sends this form and has no token; a foreign site's is refused below
@require_POST
def share(request: HttpRequest) -> HttpResponseBase:
    """Keep what is shared as a draft. Whoever is signed out signs in first, and words and pictures wait."""
    if is_foreign(request):
        return HttpResponse("This form was sent by another site.", status=403, content_type="text/plain")
    if not request.user.is_authenticated:
        return _stash(request)
    return _share(request)


def _stash(request: HttpRequest) -> HttpResponseBase:
    words, client = shared_words(request), client_of(request)
    cut = _cut(request)
    if not limits.count(f"once:share:{client}", cap=PER_HOUR, seconds=3600):
        answer = render(request, "desk/not_kept.html", {"words": words, "pictures": bool(request.FILES)}, status=429)
        answer["Retry-After"] = "3600"
        return answer
    batch, told = secrets.token_hex(16), []
    if request.FILES.getlist("media"):
        with shared_pictures.turn() as ours:
            told = (
                _each(request, lambda n, body: shared_pictures.add(batch=batch, position=n, body=body, client=client))
                if ours
                else ["Many people share pictures at this moment, so yours are not here. Add them once more."]
            )
    kept = shared_pictures.waiting(batch).count()
    composer.stash_shared(request, words, batch=batch, told=[*cut, *told], pictures=kept)
    return redirect_to_login(reverse("desk-write"))


@at_desk
def _share(request: HttpRequest, person: Person) -> HttpResponse:
    words = shared_words(request)
    try:
        draft = drafting.save_draft(
            person=person, actor=reader(request), draft=None, revision=0, text=words, versions={}
        )
    except drafting.NotKept as problem:
        return refusal(request, str(problem), back="desk-write", kept=words)
    actor = reader(request)
    told = _each(request, lambda _, body: drafting.add_picture(draft=draft, actor=actor, body=body))
    for one in (*_cut(request), *told):
        messages.warning(request, one)
    return redirect("desk-write-draft", draft.pk)


def _each(request: HttpRequest, keep: Callable[[int, bytes], object]) -> list[str]:
    """Hand the shared pictures to `keep`, each with its place from 0; return in words what is not kept, and why.

    What is wrong with one keeps no other away, and never the words.
    """
    files, told = request.FILES.getlist("media"), []
    for place, file in enumerate(files[: drafting.MOST_PICTURES]):
        try:
            if (file.size or 0) > LARGEST_PICTURE:
                raise drafting.NotKept(f"it has more than {LARGEST_PICTURE // 1_000_000} MB")
            keep(place, file.read())
        except drafting.NotKept as problem:
            told.append(f"Picture {place + 1} of what you shared is not here: {str(problem).rstrip('.')}.")
    if len(files) > drafting.MOST_PICTURES:
        told.append(f"A post holds {drafting.MOST_PICTURES} pictures: the first ones are in this draft.")
    return told


def shared_words(request: HttpRequest) -> str:
    """Return what is shared as words: title, text and link, each once."""
    parts: list[str] = []
    for name in FIELDS:
        part = request.POST.get(name, "").strip()[:LONGEST]
        if part and not any(_says(one, part) for one in parts):
            parts.append(part)
    return "\n".join(parts)


def _says(words: str, part: str) -> bool:
    """Return whether words hold a part as it stands; a link is not said by a longer one that begins with it."""
    return bool(re.search(rf"(?<![^\s(]){re.escape(part)}[.,;:!?)]*(?!\S)", words))


def _cut(request: HttpRequest) -> list[str]:
    """Say in words that something of what is shared does not fit."""
    if all(len(request.POST.get(name, "").strip()) <= LONGEST for name in FIELDS):
        return []
    return [f"What you shared is longer than {LONGEST:,} characters: its end is not here."]
