"""Following a brand's people: choosing among them by face. Nobody follows the brand itself."""

from itertools import islice

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from brands.models import Brand, Enrolment
from brands.queries import cards
from brands.queries.directory import Directory, directory
from people import following
from people.queries.faces import faces_of
from people.views.follow_buttons import known_to
from people.views.follow_form import FollowForm
from people.views.following import ask
from people.views.readers import reading_user

MOST = 120  # faces on one page; the others are found by name
LONGEST_SEARCH = 80


@require_http_methods(["GET", "HEAD", "POST"])
def brand_follow(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Show a brand's people to choose among, none chosen yet; follow the chosen, or take a stranger's address."""
    brand = get_object_or_404(Brand, slug=slug)
    user = reading_user(request)
    words = (request.POST if request.method == "POST" else request.GET).get("q", "").replace("\0", "")[:LONGEST_SEARCH]
    entered, chosen = FollowForm(), list[int]()
    problem = ""
    if request.method == "POST":
        chosen = _chosen(request, brand)
        if user is None:
            entered = FollowForm(request.POST)
            if ask(request, entered, chosen):
                return redirect("follow-asked")
        elif chosen:
            count = following.follow(user, chosen, actor=user)
            messages.success(request, f"You follow {count:,} {'person' if count == 1 else 'people'} of {brand.name}.")
            return redirect("home-people")
        else:
            problem = "Choose at least one person."
    known = directory(brand)
    count = len(known.rows)
    shown = _shown(brand, known, words)
    faces = faces_of(row.person for row in shown)
    followed = known_to(request, user.pk).followed if user else frozenset[int]()
    context = {
        "brand": brand,
        "colour_url": cards.colour_url(brand),
        "rows": [(row, faces[row.person_id], row.person_id in chosen, row.person_id in followed) for row in shown],
        "count": count,
        "more": count > MOST,
        "words": words,
        "everybody": bool(request.POST.get("everybody")),
        "mastodon": known.on_mastodon,
        "reads": user is not None,
        "form": entered,
        "problem": problem,
    }
    answer = render(request, "public/follow_brand.html", context, status=422 if entered.errors or problem else 200)
    answer["X-Robots-Tag"] = "noindex, follow"
    return answer


def _shown(brand: Brand, known: Directory, words: str) -> list[Enrolment]:
    """Return whom the page shows, in the list's order: the first, or the first of that name."""
    found = known.called(words) if words.strip() else [row.enrolment_id for row in islice(known.rows, MOST)]
    rows = cards.listed(brand).select_related("person").in_bulk(found[:MOST])
    return [rows[pk] for pk in found[:MOST] if pk in rows]


def _chosen(request: HttpRequest, brand: Brand) -> list[int]:
    """Return the ids of the people whom the form names, among those whom the brand lists now."""
    listed = cards.listed(brand)
    if not request.POST.get("everybody"):
        named = request.POST.getlist("person")[:MOST]
        # up to 18 digits: what is longer is no id, and Python refuses to read thousands of them
        ids = [int(one) for one in named if len(one) < 19 and one.isascii() and one.isdigit()]
        listed = listed.filter(person__in=ids)
    return list(listed.order_by("person__sort_name", "pk").values_list("person_id", flat=True))
