"""/home/: what my people say, newest first; whom I may want to read; and what is mine here.

Reading writes nothing. What is new is marked as read by a button and, with JavaScript, once the last new post was seen.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST, require_safe

from advocacy import answers
from people import drawing, sections
from people.following import reader
from people.models import Fan, Person, User
from people.networks.types import ELSEWHERE, NETWORKS
from people.queries import home as reading
from people.queries import suggesting
from people.queries.home import Readable, Wish
from people.queries.paging import Mark, seen
from people.queries.posts import PAGE
from people.views.readers import for_readers

LONGEST = 80  # letters of a name that is looked for


@dataclass(frozen=True, slots=True)
class Shown:
    """One page of what a fan's people say."""

    new: list[SafeString]  # drawn posts that they have not read
    read: list[SafeString]  # and those that they have
    ends_new: bool  # whether the last new one is on this page, or was the last of the page before
    older: str  # of the address of the next page; "": this is the last one
    first: int
    last: int
    begun: bool  # whether newer pages come before it
    fragment: bool
    newest: Mark | None  # of the newest page
    since: dt.datetime  # what was published later is new

    @property
    def rows(self) -> int:
        """How many posts it has."""
        return len(self.new) + len(self.read)

    @property
    def marks(self) -> bool:
        """Whether the reader can mark anything as read here."""
        return bool(self.new) and not self.begun


@require_safe
@for_readers
def home(request: HttpRequest, user: User) -> HttpResponseBase:
    """Show what the reader's people say; to somebody who follows nobody whom they may want to read."""
    fan = reader(request)
    people = reading.readable(fan) if fan else None
    if fan is None or people is None or people.few == []:
        return render(request, "people/home_begin.html", _beginning(request, fan, user, people))
    wish = _wish(request)
    feed = _shown(request, fan, reading.chosen(people, wish.who), wish)
    if feed.fragment:
        return render(request, "people/_home_feed.html", {"feed": feed, "wish": wish})
    facts = {
        "feed": feed,
        "wish": wish,
        "asked": urlencode(_asked(wish)),
        "few": people.few,
        "networks": [*NETWORKS.items(), (ELSEWHERE, "elsewhere")],
        "person": getattr(fan.user, "person", None),
        "signed_in": request.user.is_authenticated,
        "groups": [] if feed.rows or wish or feed.begun else suggesting.groups(fan, user, people),
    }
    return render(request, "people/home.html", facts)


def _wish(request: HttpRequest) -> Wish:
    network = request.GET.get("network", "")
    known = network if network in {*NETWORKS, ELSEWHERE} else ""
    return Wish(request.GET.get("who", "").strip()[:LONGEST], known)


def _asked(wish: Wish) -> dict[str, str]:
    return {name: words for name, words in (("who", wish.who), ("network", wish.network)) if words}


def _shown(request: HttpRequest, fan: Fan, people: Readable, wish: Wish) -> Shown:
    mark = Mark.read(request.GET.get("before", ""))
    posts, older = reading.page(people, wish, mark)
    since = fan.read_until or fan.started_at
    # what a wish leaves out is not read either, so nothing is told apart there
    new = 0 if wish else sum(post.published_at > since for post in posts)
    pieces = drawing.pieces(posts, timezone.now().astimezone(dt.UTC).date())
    fragment, before = answers.wants_fragment(request), seen(request.GET) if mark else 0
    if pieces and fragment:
        pieces[0] = drawing.focused(pieces[0])
    went_on = not wish and (new > 0 or bool(mark and mark.published_at > since))
    query = {"before": str(older), "seen": str(before + len(posts)), **_asked(wish)} if older else {}
    return Shown(
        new=pieces[:new],
        read=pieces[new:],
        ends_new=went_on and (new < len(posts) or older is None),
        older=urlencode(query, safe=":~"),
        first=before + 1,
        last=before + len(posts),
        begun=mark is not None,
        fragment=fragment,
        newest=Mark(posts[0].published_at, posts[0].pk) if posts and mark is None else None,
        since=since,
    )


def _beginning(request: HttpRequest, fan: Fan | None, user: User, people: Readable | None) -> dict[str, Any]:
    return {
        "groups": suggesting.groups(fan, user, people),
        "person": Person.objects.filter(user=user).first(),
        "duties": sections.duties(user) if request.user.is_authenticated else [],
        "signed_in": request.user.is_authenticated,
        "muted": bool(fan and reading.mutes(fan)),
    }


@require_safe
@for_readers
def new_posts(request: HttpRequest, user: User) -> HttpResponseBase:
    """Tell the open page how many posts came since its newest, as a link: nothing moves under the reader."""
    fan, mark = reader(request), Mark.read(request.GET.get("than", ""))
    wish = _wish(request)
    found = reading.newer(reading.chosen(reading.readable(fan), wish.who), wish, mark) if fan and mark else 0
    facts = {"found": found, "many": found > PAGE, "most": PAGE, "asked": urlencode(_asked(wish))}
    return render(request, "people/_home_new.html", facts)


@require_POST
@for_readers
def mark_read(request: HttpRequest, user: User) -> HttpResponseBase:
    """Note up to where the reader has read; never back, and never beyond now."""
    mark = Mark.read(request.POST.get("until", ""))
    if mark is not None:
        until = min(mark.published_at, timezone.now())
        Fan.objects.filter(Q(read_until=None) | Q(read_until__lt=until), pk=user.pk).update(read_until=until)
    if answers.wants_fragment(request):
        return HttpResponse(status=204)
    return redirect("home")


@require_safe
@for_readers
def more_people(request: HttpRequest, user: User) -> HttpResponseBase:
    """Show whom the reader may want to read too."""
    fan = reader(request)
    people = reading.readable(fan) if fan else None
    return render(request, "people/home_more.html", {"groups": suggesting.groups(fan, user, people)})


@require_safe
@login_required
def account(request: HttpRequest) -> HttpResponse:
    """Show who the reader is here, the brands they look after, and how they sign in."""
    user = request.user
    if not isinstance(user, User):
        raise TypeError(f"{user!r} is not a login of this site")
    facts = {
        "person": Person.objects.filter(user=user).first(),
        "duties": sections.duties(user),
        "has_second_step": is_mfa_enabled(user),
    }
    return render(request, "people/home_account.html", facts)
