"""How many of a brand's people the reader follows already: a slot in the box of its page; nothing for strangers."""

from django.http import HttpRequest
from django.utils.html import format_html

from advocacy.pages import register
from advocacy.templatetags.chorus import in_words
from brands.models import Enrolment
from brands.queries.cards import LISTED
from people.views.follow_buttons import known_to, reader_id


def listen() -> None:
    """Let the brand's page show it."""
    register("follow_here", line, for_strangers=True)


def line(request: HttpRequest, brand: str) -> str:
    """Return the sentence for one reader; "" for strangers and for whoever follows nobody here."""
    who = reader_id(request)
    followed = known_to(request, who).followed if who is not None else ()
    if not followed:
        return ""
    here = Enrolment.objects.filter(brand=int(brand), state__in=LISTED, person__page_open=True, person__in=followed)
    size = here.count()
    if not size:
        return ""
    return format_html("<p>You already follow {} here.</p>", "one person" if size == 1 else f"{in_words(size)} people")
