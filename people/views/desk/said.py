"""The desk's "Said elsewhere" and the posts of the reader's own page."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from advocacy import answers
from people import saying
from people.models import Person, Post
from people.networks.types import ELSEWHERE
from people.pictures import NotAPicture
from people.queries import own_posts
from people.queries.paging import Mark
from people.queries.posts import with_pictures
from people.showing import end_quiet, make_quiet
from people.views.desk.forms import SaidForm, another_picture
from people.views.desk.room import at_desk, reader


@require_safe
@at_desk
def said(request: HttpRequest, person: Person) -> HttpResponse:
    """List what the reader said elsewhere, newest first."""
    mark = Mark.read(request.GET.get("before", ""))
    posts, older = own_posts.page(person, mark, network=ELSEWHERE)
    query = urlencode({"before": str(older)}, safe=":~") if older else ""
    return render(request, "desk/said.html", {"posts": posts, "older": query, "begun": mark is not None})


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def say(request: HttpRequest, person: Person) -> HttpResponse:
    """Add something said elsewhere."""
    form = SaidForm(request.POST or None, request.FILES or None)

    def act(entered: saying.Said) -> None:
        saying.say_elsewhere(person=person, said=entered, actor=reader(request))

    if request.method == "POST" and _done(form, act):
        messages.success(request, "It is on your page. A brand’s page shows it as you choose in “Where I appear”.")
        return redirect("desk-said")
    return _form(request, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def change(request: HttpRequest, person: Person, post_id: int) -> HttpResponse:
    """Change it, or take its picture away."""
    post = _said(person, post_id)
    form = SaidForm(request.POST or None, request.FILES or None, post=post)
    if request.method == "POST" and "remove-picture" in request.POST:
        saying.remove_picture(post=post, actor=reader(request))
        messages.success(request, "The picture is gone.")
        return redirect("desk-said-change", post.pk)

    def act(entered: saying.Said) -> None:
        saying.change_saying(post=post, said=entered, actor=reader(request))

    if request.method == "POST" and _done(form, act):
        messages.success(request, "Saved. Your page says it now.")
        return redirect("desk-said")
    return _form(request, form, post)


@require_POST
@at_desk
def unsay(request: HttpRequest, person: Person, post_id: int) -> HttpResponse:
    """Take it away."""
    saying.unsay(post=_said(person, post_id), actor=reader(request))
    messages.success(request, "It is gone from every page here.")
    return redirect("desk-said")


@require_safe
@at_desk
def posts(request: HttpRequest, person: Person) -> HttpResponse:
    """Show the reader's posts, each with whether their own page shows it."""
    mark = Mark.read(request.GET.get("before", ""))
    found, older = own_posts.page(person, mark)
    context = {
        "enrolment": None,
        "lines": [own_posts.line(post) for post in found],
        "older": urlencode({"before": str(older)}, safe=":~") if older else "",
        "before": str(mark) if mark else "",
    }
    return render(request, "desk/posts.html", context)


@require_POST
@at_desk
def quiet(request: HttpRequest, person: Person, post_id: int) -> HttpResponse:
    """Make one of the reader's posts quiet everywhere, or end that."""
    post = own_posts.one(person, post_id)
    if post is None:
        raise Http404
    pressed = request.POST.get("choice", "")
    if pressed == "quiet":
        make_quiet(post=post, actor=reader(request))
    elif pressed == "end-quiet":
        end_quiet(post=post, actor=reader(request))
    before = Mark.read(request.POST.get("before", ""))
    if answers.wants_fragment(request):
        after = own_posts.one(person, post_id)
        context = {"enrolment": None, "line": own_posts.line(after) if after else None, "focus": pressed}
        return render(request, "desk/_post_line.html", {**context, "before": str(before) if before else ""})
    query = f"?{urlencode({'before': str(before)}, safe=':~')}" if before else ""
    return redirect(f"{reverse('desk-own-posts')}{query}#p{post_id}")


def _done(form: SaidForm, act: "Callable[[saying.Said], None]") -> bool:
    """Carry out what the form says; return whether it was, else the form says what to do."""
    if not form.is_valid():
        return False
    try:
        act(form.said)
    except NotAPicture as problem:
        form.add_error("picture", another_picture(problem))
        return False
    return True


def _form(request: HttpRequest, form: SaidForm, post: Post | None) -> HttpResponse:
    context = {"form": form, "post": post}
    return render(request, "desk/say.html", context, status=422 if form.errors else 200)


def _said(person: Person, post_id: int) -> Post:
    mine = Post.objects.filter(person=person, account__network=ELSEWHERE).select_related("account", "person")
    if post_id >= 2**63:
        raise Http404
    return get_object_or_404(with_pictures(mine), pk=post_id)
