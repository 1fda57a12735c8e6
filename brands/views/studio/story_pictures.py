"""Pictures of a brief in the studio: added, described, taken out."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe

from brands import policies, stories, story_pictures
from brands.models import Brand, Story, StoryPicture
from brands.views.studio.actor import actor_of
from people.views.pictures import private_picture

LARGEST = 15_000_000  # bytes


@require_safe
def picture(request: HttpRequest, slug: str, pk: int, shown: int) -> HttpResponseBase:
    """Answer with one picture, for those who ask for stories."""
    brand = policies.brand_for(request, slug, policies.STORIES)
    return private_picture(_picture(brand, pk, shown).stem)


@require_POST
def change(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Add the chosen file, describe a picture, or take one out, as the pressed button says."""
    brand = policies.brand_for(request, slug, policies.STORIES)
    story = get_object_or_404(Story.objects.select_related("brand"), brand=brand, pk=pk)
    deed, _, number = request.POST.get("do", "").partition("-")
    try:
        words = _do(request, story, deed, int(number) if number.isdecimal() and len(number) < 19 else 0)
    except stories.NotAsked as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, words)
    return redirect("studio-story", brand.slug, story.pk)


def _do(request: HttpRequest, story: Story, deed: str, number: int) -> str:
    """Do it; return what is said of it. Raises NotAsked, Http404."""
    actor = actor_of(request)
    if deed in {"describe", "remove"}:
        found = _picture(story.brand, story.pk, number)
        if deed == "remove":
            story_pictures.remove(picture=found, actor=actor)
            return "The picture is out of the brief."
        story_pictures.describe(picture=found, alt=request.POST.get(f"alt-{number}", ""), actor=actor)
        return "Saved."
    file = request.FILES.get("picture")
    if file is None:
        raise stories.NotAsked("Choose a picture first.")
    if (file.size or 0) > LARGEST:
        raise stories.NotAsked(f"A picture may have {LARGEST // 1_000_000} MB. Choose a smaller one.")
    story_pictures.add(story=story, body=file.read(), alt=request.POST.get("alt", ""), actor=actor)
    return "The picture is in the brief."


def _picture(brand: Brand, pk: int, number: int) -> StoryPicture:
    rows = StoryPicture.objects.select_related("story__brand")
    return get_object_or_404(rows, pk=min(number, 2**63 - 1), story=pk, story__brand=brand)
