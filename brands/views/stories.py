"""Stories at the desk: taking one, leading one; and a story's public page."""

from dataclasses import replace

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_POST, require_safe

from advocacy import answers
from advocacy.pages import keep
from brands import drawing, speaking, stories
from brands.models import Story
from brands.queries import cards
from brands.queries import stories as queries
from brands.queries.feed import Run
from brands.views.brand import brand_keys
from people.models import Person, User
from people.views.desk.room import at_desk, reader, refusal
from people.views.pictures import private_picture

LONGEST_SHOWN = 5_000  # characters of refused words that the page shows again
_OVER = "This story is over, or nothing that you are asked any longer."


@require_safe
@at_desk
def offered(request: HttpRequest, person: Person) -> HttpResponse:
    """List what the reader may take."""
    return render(request, "desk/stories.html", {"offers": queries.offers(person), "person": person})


@require_safe
@at_desk
def picture(request: HttpRequest, person: Person, shown: int) -> HttpResponseBase:
    """Answer with a picture of a brief to somebody who is asked."""
    found = queries.picture_for(person, min(shown, 2**63 - 1))
    if found is None:
        raise Http404
    return private_picture(found.stem)


@require_POST
@at_desk
def take(request: HttpRequest, person: Person, story_id: int) -> HttpResponse:
    """Open an empty draft with the brief beside it."""
    try:
        draft = stories.take(story=_mine(person, story_id), person=person, actor=reader(request))
    except stories.NotOpen:
        return refusal(request, _OVER)
    return redirect("desk-write-draft", draft.pk)


@require_POST
@at_desk
def lead(request: HttpRequest, person: Person, story_id: int) -> HttpResponse:
    """Say yes to leading in one's own words, change them, or take the yes back."""
    story = _mine(person, story_id)
    if request.POST.get("do") == "no-longer":
        stories.lead_no_longer(story=story, person=person, actor=reader(request))
        messages.success(request, "The page does not show you as leading it any longer.")
        return redirect("desk-stories")
    try:
        stories.lead(story=story, person=person, words=request.POST.get("words", ""), actor=reader(request))
    except stories.NotAsked as problem:
        typed = request.POST.get("words", "")[:LONGEST_SHOWN]
        shown = [
            replace(one, typed=typed, problem=str(problem)) if one.story.pk == story.pk else one
            for one in queries.offers(person)
        ]
        return render(request, "desk/stories.html", {"offers": shown, "person": person}, status=422)
    except stories.NotOpen:
        return refusal(request, _OVER)
    messages.success(request, f"You lead “{story.title}”. The page of {story.brand.name} says so in your words.")
    return redirect("desk-stories")


def _mine(person: Person, story_id: int) -> Story:
    """Return an open story of a brand that the reader stands for. Raises Http404."""
    if story_id >= 2**63:
        raise Http404
    return get_object_or_404(queries.open_stories(person).select_related("brand"), pk=story_id)


@require_safe
def public(request: HttpRequest, slug: str, story: str) -> HttpResponseBase:
    """Show a story's page; while the brand pauses it is gone, and its own people read the line that was agreed."""
    try:
        return _public(request, slug, story)
    except Http404:
        brand = queries.resting_for(request.user, slug, story) if isinstance(request.user, User) else None
        if brand is None:
            raise
    answer = render(request, "public/story_rests.html", {"said": speaking.paused_words(brand), "brand": brand})
    patch_vary_headers(answer, ["Cookie"])
    answer["Cache-Control"] = "no-store, private"
    return answer


@keep(keys=lambda slug, story: brand_keys(slug))
def _public(request: HttpRequest, slug: str, story: str) -> HttpResponse:
    """Show who leads a story, in their words, and what people said about it. The brief is not public."""
    found = Story.objects.filter(brand__slug=slug, slug=story).select_related("brand", "lead").first()
    band = queries.band_of(found) if found else None
    if found is None or band is None:
        raise Http404
    posts = queries.posts_about(found)
    runs = [Run((post,), 1, person) for post, person in posts]
    context = {
        "brand": found.brand,
        "colour_url": cards.colour_url(found.brand),
        "story": found,
        "band": band,
        "pieces": drawing.pieces(found.brand_id, runs, queries.today()),
    }
    return answers.page(request, "public/story.html", "public/story.html", context)
