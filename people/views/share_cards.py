"""A person's card, as it is now: what was drawn before a change is not found."""

from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from people import sections
from people.models import Person
from people.queries.faces import faces_of
from people.share_cards import kept, persons
from people.share_cards.due import KIND


@require_safe
def person_card(request: HttpRequest, slug: str, stem: str) -> HttpResponseBase:
    """Answer with the card of an open page, while its picture and words are still the person's."""
    person = get_object_or_404(Person, slug=slug, page_open=True, share_card__stem=stem)
    places = sections.appearances([person.pk])[person.pk]
    if persons.look(person, faces_of([person])[person.pk], next(iter(places), None)).stem != stem:
        raise Http404
    return card_file(KIND, stem)


def card_file(kind: str, stem: str) -> HttpResponseBase:
    """Answer with a card's file; its address never holds another one. Raises Http404."""
    try:
        file = kept.file_of(kind, stem).open("rb")
    except OSError:
        raise Http404 from None
    answer = FileResponse(file, content_type="image/jpeg")
    answer["Cache-Control"] = "no-cache"  # whoever left is gone from every cache at once
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
