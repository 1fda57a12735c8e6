"""The Follow button: on kept pages a slot, so that each reader sees their own state; for strangers a plain link."""

from typing import NamedTuple

from django.conf import settings
from django.db.models import Value
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from advocacy.pages import register, register_reader
from people.following import reader
from people.models import Block, Follow, Person, User

LARGE = "large"  # beside a name that stands alone; else small, on a card


class Known(NamedTuple):
    """Whom a reader sees that they follow, by ids, and who they are themselves."""

    followed: frozenset[int]
    own: int | None


def listen() -> None:
    """Let pages show the button, and the way home to whoever reads here."""
    register("follow", button, for_strangers=True)
    register_reader(_reads)


def button(request: HttpRequest, pk: str, slug: str, name: str, look: str = "") -> str:
    """Return the button towards one person: a link for strangers, one click for whoever reads here."""
    who = reader_id(request)
    if who is None:
        looks = "button" if look == LARGE else "button compact plain"
        words = (looks, reverse("follow", args=[slug]), name)
        return format_html(
            '<a class="{}" href="{}" rel="nofollow">Follow<span class="for-readers"> {}</span></a>', *words
        )
    known, person = known_to(request, who), Person(pk=int(pk), slug=slug, name=name)
    return "" if person.pk == known.own else form(request, person, look, on=person.pk in known.followed)


def form(request: HttpRequest, person: Person, look: str, *, on: bool) -> SafeString:
    """Return the button of one click, with its state in words."""
    return format_html(
        '<form method="post" action="{address}" hx-post="{address}" hx-swap="outerHTML">'
        '<input type="hidden" name="csrfmiddlewaretoken" value="{token}">'
        '<input type="hidden" name="next" value="{back}"><input type="hidden" name="look" value="{look}">'
        '<button class="{looks}" id="follow-{look}{pk}" name="follow" value="{will}" aria-pressed="{pressed}">'
        '{state}<span class="for-readers"> {name}</span></button></form>',
        address=reverse("follow", args=[person.slug]),
        token=get_token(request),
        back=request.POST.get("next") or request.get_full_path(),
        look=look,
        looks="button" if look == LARGE else "button compact" if on else "button compact plain",
        pk=person.pk,
        will="no" if on else "yes",
        pressed="true" if on else "false",
        state="Following" if on else "Follow",
        name=person.name,
    )


def reader_id(request: HttpRequest) -> int | None:
    """Return the id of who reads here, signed in or by a letter's link; for strangers nothing is looked at."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return None
    if isinstance(request.user, User):
        return request.user.pk
    fan = reader(request)
    return fan.pk if fan else None


def _reads(request: HttpRequest) -> bool:
    return reader_id(request) is not None


def known_to(request: HttpRequest, who: int) -> Known:
    """Return what buttons show to this reader: asked once for a request, whatever the number of buttons."""
    if not hasattr(request, "_known"):
        mine = Follow.objects.filter(fan=who).values_list("person_id", Value(1))
        held = Block.objects.filter(fan=who).exclude(looks={}).values_list("person_id", Value(1))
        own = Person.objects.filter(user=who).values_list("pk", Value(0))
        rows = list(mine.union(held, own))
        followed = frozenset(pk for pk, is_followed in rows if is_followed)
        request._known = Known(followed, next((pk for pk, other in rows if not other), None))  # type: ignore[attr-defined]
    found: Known = request._known  # type: ignore[attr-defined]
    return found
