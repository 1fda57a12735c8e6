"""Following one person: one click for whoever reads here, a letter for strangers, and the page behind its link."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from advocacy.answers import unseen_form, wants_fragment
from advocacy.celery import ring
from people import follow_requests, following, remote_follow, sections, tasks
from people.models import Person, User
from people.models.person import OldSlug
from people.queries.faces import faces_of
from people.queries.truths import accounts_of
from people.views.follow_buttons import form as button_form
from people.views.follow_buttons import known_to
from people.views.follow_form import FollowForm
from people.views.readers import client_of, reading_user

TOO_OFTEN = "Too many requests came from where you are. Try again in an hour."
MOST_FACES = 60  # on the page behind the link; the rest are counted


@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Show how to follow a person, follow with one click, or take a stranger's address."""
    person = Person.objects.filter(slug=slug, page_open=True).first()
    if person is None:
        old = get_object_or_404(OldSlug.objects.select_related("person"), slug=slug, person__page_open=True)
        assert old.person is not None  # noqa: S101 - page_open was asked of it
        return redirect("follow", old.person.slug, permanent=True)
    user = reading_user(request)
    if request.method != "POST":
        return _page(request, person, user, FollowForm())
    if "follow" in request.POST:
        return _click(request, person, user)
    entered = FollowForm(request.POST)
    if ask(request, entered, [person.pk]):
        return redirect("follow-asked")
    return _page(request, person, user, entered)


def _click(request: HttpRequest, person: Person, user: User | None) -> HttpResponseBase:
    if user is None:  # their session ended meanwhile: the person whom they meant is kept
        here = reverse("follow", args=[person.slug])
        return HttpResponse(status=204, headers={"HX-Redirect": here}) if wants_fragment(request) else redirect(here)
    on = request.POST["follow"] == "yes"
    if on:
        on = following.follow(user, [person.pk], actor=user) > 0
    else:
        following.unfollow(user, [person.pk], actor=user)
    if wants_fragment(request):
        return HttpResponse(button_form(request, person, request.POST.get("look", ""), on=on))
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts=None) and back.startswith("/")
    return redirect(back if safe else reverse("person", args=[person.slug]))


def ask(request: HttpRequest, entered: FollowForm, people: list[int]) -> bool:
    """Note a stranger's wish to follow these people; False where the form says what to mend."""
    if not people:
        entered.add_error(None, "Choose at least one person.")
    if not entered.is_valid():
        return False
    try:
        follow_requests.ask(**entered.cleaned_data, people=people, client=client_of(request))
    except follow_requests.TooOften:
        entered.add_error(None, TOO_OFTEN)
        return False
    except ValueError as problem:  # the last of them closed their page a moment ago
        entered.add_error(None, str(problem))
        return False
    ring(tasks.send_follow_letters)
    return True


def _page(
    request: HttpRequest, person: Person, user: User | None, entered: FollowForm, **more: object
) -> HttpResponseBase:
    places = sections.appearances([person.pk])[person.pk]
    accounts = accounts_of(person)
    context = {
        "person": person,
        "face": faces_of([person])[person.pk],
        "appearances": places,
        "first": places[0] if places else None,
        "accounts": accounts,
        "fediverse": remote_follow.addresses_in(person.links),
        "reads": user is not None,
        "is_own": user is not None and person.user_id == user.pk,
        "followed": user is not None and person.pk in known_to(request, user.pk).followed,
        "form": entered,
        "own": "",
        "problem": "",
        "way": None,
        **more,
    }
    answer = render(request, "public/follow.html", context, status=422 if entered.errors or context["problem"] else 200)
    answer["X-Robots-Tag"] = "noindex, follow"
    return answer


@require_POST
def from_mastodon(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Ask the server of an address that the reader typed where they follow this person, and show the way there.

    A link, not a redirect: our policy keeps forms from leading to other sites.
    """
    person = get_object_or_404(Person, slug=slug, page_open=True)
    address, own = request.POST.get("address", ""), request.POST.get("own", "")[:320]
    if address not in remote_follow.addresses_in(person.links):
        raise Http404
    words: dict[str, object] = {"own": own}
    try:
        words["way"] = remote_follow.way(own=own, address=address, client=client_of(request))
    except remote_follow.NotFound as problem:
        words["problem"] = str(problem)
    return _page(request, person, reading_user(request), FollowForm(), **words)


@require_safe
def asked(request: HttpRequest) -> HttpResponse:
    """Say what happens next; the same for everybody, whatever was known of the address."""
    hours = int(follow_requests.LIFE.total_seconds() // 3600)
    return unseen_form(render(request, "public/follow_asked.html", {"hours": hours}))


@sensitive_variables("token")
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponseBase:
    """Show whom the link of a letter would follow, with one button; follow them once it was pressed."""
    waiting = follow_requests.waiting(token)
    if waiting is None:
        return unseen_form(render(request, "public/follow_closed.html", status=404))
    people = follow_requests.people_of(waiting)
    if request.method == "POST":
        fan = follow_requests.confirm(waiting)
        if fan is None:
            return unseen_form(render(request, "public/follow_closed.html", status=404))
        following.let_in(request, fan)
        messages.success(request, f"You follow {named(people)}.")
        return unseen_form(redirect("home-people" if reading_user(request) == fan.user else "follow-done"))
    shown = people[:MOST_FACES]
    faces = faces_of(shown)
    context = {
        "people": [(person, faces[person.pk]) for person in shown],
        "count": len(people),
        "more": len(people) - len(shown),
        "rhythm": waiting.rhythm,
        "other_letters": follow_requests.changes_letters(waiting),
        "token": token,
    }
    return unseen_form(render(request, "public/follow_confirm.html", context))


@require_safe
def done(request: HttpRequest) -> HttpResponse:
    """Say that the follows belong to the address of the letter, to somebody who is signed in as somebody else."""
    return unseen_form(render(request, "public/follow_done.html"))


def named(people: list[Person]) -> str:
    """Return people in a sentence: Ingrid, Oskar and Lea; with many of them the first and a number."""
    names = [person.first_name for person in people]
    if len(names) > 4:
        return f"{', '.join(names[:3])} and {len(names) - 3:,} more"
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else (names or ["nobody"])[0]
