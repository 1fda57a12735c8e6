"""The desk's one door: who sits here, and what the rail shows. Templates read it as `request.desk`."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, wraps
from typing import Concatenate, NamedTuple, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control, patch_vary_headers

from advocacy.behind import way_back
from people.models import Person, User
from people.queries.faces import Face, faces_of
from people.queries.outgoing import Held, held
from people.sections import notices

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, Person, P], HttpResponseBase]

# label, icon, name of the URL; a page of brands is named here by its address only
# a phone's bar has room for five of them; the Settings page leads to the others
ON_PHONES = ("Write", "Calendar", "Stories", "My page", "Settings")
MENU = (
    ("Write", "pen", "desk-write"),
    ("Calendar", "calendar", "desk-calendar"),
    ("What goes out", "clock", "desk-outgoing"),
    ("Stories", "book", "desk-stories"),
    ("My page", "person", "desk-my-page"),
    ("Where I appear", "flag", "desk-appearances"),
    ("Accounts", "plug", "desk-accounts"),
    ("Followers", "people", "desk-followers"),
    ("Letters", "talk", "desk-letters"),
    ("Said elsewhere", "out", "desk-said"),
    ("Settings", "gear", "desk-settings"),
)


class Line(NamedTuple):
    """One line of the rail."""

    label: str
    icon: str
    url: str
    here: bool

    @property
    def wide_only(self) -> bool:
        """Whether a phone's bar leaves it out."""
        return self.label not in ON_PHONES


@dataclass
class Room:
    """A person at their desk."""

    person: Person
    path: str

    @cached_property
    def face(self) -> Face:
        """Their face."""
        return faces_of([self.person])[self.person.pk]

    @cached_property
    def held(self) -> Held | None:
        """What can still be taken back."""
        return held(self.person)

    @cached_property
    def notices(self) -> list[str]:
        """What the brands that they stand for tell them on every page of the desk."""
        return notices(self.person)

    @property
    def menu(self) -> list[Line]:
        """The pages of the desk."""
        lines = [(label, icon, reverse(name)) for label, icon, name in MENU]
        return [Line(label, icon, url, self.path.startswith(url)) for label, icon, url in lines]


def at_desk(view: "View[P]") -> "Callable[Concatenate[HttpRequest, P], HttpResponseBase]":
    """Hand the view the reader's own person; a login that is nobody's person reads what to do.

    No browser keeps these pages: what was changed must be seen at once, and nobody else's.
    """

    @wraps(view)
    def found(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not isinstance(request.user, User):
            if request.headers.get("HX-Request"):  # part of a page: the sign-in page has no place in it
                return HttpResponse(status=401, headers={"HX-Reswap": "none"})
            return redirect_to_login(way_back(request))
        person = Person.objects.select_related("user").filter(user=request.user).first()
        answer: HttpResponseBase
        if person is None:
            answer = render(request, "desk/nobody.html", status=403)
        else:
            request.desk = Room(person, request.path)  # type: ignore[attr-defined]
            answer = view(request, person, *args, **kwargs)
        patch_vary_headers(answer, ["HX-Request", "Cookie"])
        patch_cache_control(answer, private=True, no_cache=True)
        return answer

    return found


PAGES = {
    "desk-appearances": "Where I appear",
    "desk-outgoing": "What goes out",
    "desk-stories": "Stories",
    "desk-write": "Write",
}


def refusal(request: HttpRequest, words: str, *, back: str = "desk-appearances", kept: str = "") -> HttpResponse:
    """Return a page that says why something was not done, and leads back to one of the desk's pages.

    kept: what the reader had typed or shared, to copy.
    """
    context = {"words": words, "back": back, "page": PAGES[back], "kept": kept}
    return render(request, "desk/refused.html", context, status=409)


def reader(request: HttpRequest) -> User:
    """Return the login of a request that at_desk let in. Raises PermissionDenied for any other."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user
