"""The page of a join link: name and work address; what the site knows of an address shows in no answer."""

from allauth.core.internal.ratelimit import get_ip
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.views.decorators.http import require_http_methods, require_safe

from advocacy import limits
from advocacy.answers import unseen_form
from advocacy.celery import ring
from brands import joining, tasks
from brands.joining import Closed, NotTaken
from brands.queries.cards import colour_url
from brands.views.guesses import closed

PER_HOUR = 20  # from one address of a reader: an office shares one

FIELDS = ("name", "email", "title")


@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Show the form of a join link, and take what is entered."""
    link = joining.open_link(token)
    if link is None:
        return closed(request)
    problem = None
    if request.method == "POST":
        entered = {field: request.POST.get(field, "") for field in FIELDS}
        try:
            if not limits.count(_reader(request), cap=PER_HOUR, seconds=3600):
                raise NotTaken("Too many requests came from where you are. Try again in an hour.")
            joining.ask_to_join(link=link, **entered)
        except NotTaken as refusal:
            problem = refusal
        except Closed:
            return closed(request)
        else:
            ring(tasks.send_letters)
            asked_for = reverse("join-asked")
            return unseen_form(redirect(f"{asked_for}?first=look" if joining.waits(link) else asked_for))
    context = {
        "brand": link.brand,
        "colour_url": colour_url(link.brand),
        "link": link,
        "waits": joining.waits(link),
        "token": token,
        "problem": problem,
        "entered": entered if problem else dict.fromkeys(FIELDS, ""),
    }
    return unseen_form(render(request, "public/join.html", context, status=400 if problem else 200))


@require_safe
def asked(request: HttpRequest) -> HttpResponse:
    """Say what happens next, by the link that was used; the same for everybody who used it, and for everybody else."""
    return unseen_form(render(request, "public/join_asked.html", {"waits": request.GET.get("first") == "look"}))


def _reader(request: HttpRequest) -> str:
    """Return the key of a reader's address, which is itself not kept."""
    return f"once:join:{salted_hmac('brands.views.join', get_ip(request), algorithm='sha256').hexdigest()[:32]}"
