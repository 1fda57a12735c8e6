"""/home/people/: whom one follows, how letters come, and everything to take along or to erase."""

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from advocacy.celery import ring
from people import erasing, fan_exports, following, sections, tasks
from people.models import Fan, Rhythm, User
from people.queries import follows
from people.queries.faces import faces_of
from people.views.readers import for_readers

PAGE = 50
# what a button of a line does: the verb, and whether it turns on
_SWITCHES = {
    "mute": (following.mute, True),
    "unmute": (following.mute, False),
    "letters": (following.let_write, True),
    "no-letters": (following.let_write, False),
    "say-so": (following.say_so, True),
    "unsay": (following.say_so, False),
}


@require_safe
@for_readers
def people(request: HttpRequest, user: User) -> HttpResponse:
    """List whom the reader follows."""
    fan = following.fan_of(user) or Fan(user=user)
    page = Paginator(follows.everybody_of(user.pk), PAGE).get_page(request.GET.get("page"))
    lines = follows.lines_of(user.pk, list(page.object_list))
    newcomers = sections.newcomers(user.pk)
    seen = [line.person for line in lines if line.person.page_open]
    faces = faces_of([*seen, *(one.person for one in newcomers)])
    context = {
        "fan": fan,
        "reader": user,
        "lines": [(line, faces.get(line.person.pk)) for line in lines],
        "page": page,
        "newcomers": [(one, faces[one.person.pk]) for one in newcomers],
        "rhythms": Rhythm.choices,
    }
    return render(request, "people/follows.html", context)


@require_POST
@for_readers
def settle(request: HttpRequest, user: User) -> HttpResponse:
    """Keep how often letters come, whose Sunday it is, and the name by which the reader signs; or end their links."""
    if request.POST.get("do") == "end-links":
        fan = following.end_links(user, actor=user)
        if fan is not None:
            following.let_in(request, fan)  # all browsers but this one are out
        messages.success(request, "The links in your letters so far let nobody in any longer.")
        return redirect("home-people")
    words = {name: request.POST.get(name, "") for name in ("rhythm", "zone", "name")}
    try:
        following.settle(user, **words, actor=user)
    except ValueError as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, "Kept.")
    return redirect("home-people")


@require_POST
@for_readers
def change(request: HttpRequest, user: User, person_id: int) -> HttpResponse:
    """Do one thing with one follow."""
    if person_id >= 2**63:  # more than the database counts
        raise Http404
    what = request.POST.get("do", "")
    if what == "unfollow":
        following.unfollow(user, [person_id], actor=user)
    elif what in _SWITCHES:
        verb, on = _SWITCHES[what]
        try:
            verb(user, person_id, on=on, actor=user)
        except ValueError as problem:
            messages.error(request, str(problem))
    page = request.POST.get("page", "")
    return redirect(f"/home/people/?page={page}" if page.isascii() and page.isdigit() else "home-people")


@require_safe
@for_readers
def export(request: HttpRequest, user: User, ending: str) -> HttpResponseBase:
    """Give the reader their list as a file."""
    form = fan_exports.FORMATS[ending]
    answer = HttpResponse(form.write(user), content_type=form.content_type)
    answer["Content-Disposition"] = f'attachment; filename="people-i-follow.{ending}"'
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@for_readers
def erase(request: HttpRequest, user: User) -> HttpResponseBase:
    """Erase what is known of the reader as a fan, after saying what that is.

    Whoever has an account here signs in for it: a link of a letter opens no account, and ends none.
    """
    signed_in = request.user.is_authenticated
    if user.last_login and not signed_in:
        return redirect_to_login(request.path)
    if request.method != "POST":
        return render(request, "people/follows_erase.html", {"reader": user})
    erasure = erasing.erase_fan(user, actor=user)
    ring(tasks.erase)
    if User.objects.filter(pk=user.pk, is_active=True).exists():  # somebody's person, or at work for a brand
        messages.success(request, "Whom you followed is being erased. It takes some minutes at most.")
        return redirect("home")
    logout(request)
    return redirect("erasure", erasure.key)


@require_POST
@for_readers
def end(request: HttpRequest, user: User) -> HttpResponse:
    """End a reader's session that a letter opened; the follows stay."""
    if not request.user.is_authenticated:
        request.session.flush()
        messages.success(request, "This browser knows nothing of you any longer. Your letters bring you back.")
    return redirect("home-of-all")
