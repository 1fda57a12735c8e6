"""What a phone shares with the installed desk: it becomes a draft, and never goes out by itself."""

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
from people.writing import drafting

LONGEST = 2_000  # characters of each field that a phone shares
LARGEST_PICTURE = 15_000_000  # bytes
PER_HOUR = 20  # shared by somebody signed out, from one address: each is kept in a session of its own


@csrf_exempt  # the phone's system sends this form and has no token; a foreign site's is refused below
@require_POST
def share(request: HttpRequest) -> HttpResponseBase:
    """Keep what is shared as a draft. Whoever is signed out signs in first, and the words wait."""
    if is_foreign(request):
        return HttpResponse("This form was sent by another site.", status=403, content_type="text/plain")
    if not request.user.is_authenticated:
        words, pictures = shared_words(request), bool(request.FILES)
        if not limits.count(f"once:share:{client_of(request)}", cap=PER_HOUR, seconds=3600):
            answer = render(request, "desk/not_kept.html", {"words": words, "pictures": pictures}, status=429)
            answer["Retry-After"] = "3600"
            return answer
        composer.stash_shared(request, words, pictures=pictures)
        return redirect_to_login(reverse("desk-write"))
    return _share(request)


@at_desk
def _share(request: HttpRequest, person: Person) -> HttpResponse:
    try:
        words = shared_words(request)
        draft = drafting.save_draft(
            person=person, actor=reader(request), draft=None, revision=0, text=words, versions={}
        )
    except drafting.NotKept as problem:
        return refusal(request, str(problem))
    files = request.FILES.getlist("media")
    if len(files) > drafting.MOST_PICTURES:
        messages.warning(request, f"A post holds {drafting.MOST_PICTURES} pictures: the first ones are in this draft.")
    for file in files[: drafting.MOST_PICTURES]:
        try:
            if (file.size or 0) > LARGEST_PICTURE:
                raise drafting.NotKept("One of the pictures has more than 15 MB.")
            drafting.add_picture(draft=draft, actor=reader(request), body=file.read())
        except drafting.NotKept as problem:
            messages.warning(request, f"{problem} The rest is in this draft.")
    return redirect("desk-write-draft", draft.pk)


def shared_words(request: HttpRequest) -> str:
    """Return what is shared as words: title, text and link, each once."""
    parts: list[str] = []
    for name in ("title", "text", "url"):
        part = request.POST.get(name, "").strip()[:LONGEST]
        if part and not any(part in one for one in parts):
            parts.append(part)
    return "\n".join(parts)
