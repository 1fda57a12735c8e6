"""What a brand's pages show of one person, and what was taken off: with a reason, and back."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from brands import policies, removing
from brands.consenting import HOLDING
from brands.models import Brand, Enrolment, Removal
from brands.queries.removable import removals_of, shown_of
from brands.views.studio.actor import actor_of
from brands.views.studio.forms import ReasonForm
from brands.views.studio.person import found
from people.queries.paging import Mark
from people.queries.posts import older_than

PAGE = 20


@require_safe
def posts(request: HttpRequest, slug: str, enrolment_id: int) -> HttpResponse:
    """List the posts, newest first, those that were taken off above them. Nothing here says how many there are."""
    brand = policies.brand_for(request, slug, policies.SEE)
    return _page(request, brand, _holding(brand, enrolment_id))


@require_POST
def remove(request: HttpRequest, slug: str, enrolment_id: int, post_id: int) -> HttpResponse:
    """Take one post off the brand's pages."""
    brand = policies.brand_for(request, slug, policies.TAKE_OFF_POST)
    enrolment = _holding(brand, enrolment_id)
    post = get_object_or_404(shown_of(brand, enrolment.person_id), pk=post_id)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, brand, enrolment, failed=post.pk, form=form)
    removing.remove_post(brand=brand, post=post, reason=form.cleaned_data["reason"], actor=actor_of(request))
    messages.success(request, f"The post is off your pages. {enrolment.person.first_name} reads why.")
    return _back(request, brand, enrolment_id)


@require_POST
def put_back(request: HttpRequest, slug: str, enrolment_id: int, removal_id: int) -> HttpResponse:
    """Let the pages show a post again."""
    brand = policies.brand_for(request, slug, policies.TAKE_OFF_POST)
    enrolment = _holding(brand, enrolment_id)
    theirs = Removal.objects.select_related("brand").filter(brand=brand, post__person=enrolment.person_id)
    removing.put_post_back(removal=get_object_or_404(theirs, pk=removal_id), actor=actor_of(request))
    messages.success(request, "The post is back, as far as its author shows it.")
    return _back(request, brand, enrolment_id)


def _back(request: HttpRequest, brand: Brand, enrolment_id: int) -> HttpResponse:
    """Lead to the page of posts on which the button was pressed."""
    mark = Mark.read(request.GET.get("before", ""))
    return redirect(reverse("studio-person-posts", args=[brand.slug, enrolment_id]) + _query(mark))


def _query(mark: Mark | None) -> str:
    return f"?{urlencode({'before': str(mark)}, safe=':~')}" if mark else ""


def _holding(brand: Brand, enrolment_id: int) -> Enrolment:
    """Return an enrolment whose yes holds. Raises Http404: what somebody says who has left is not the brand's."""
    enrolment = found(brand, enrolment_id).enrolment
    if enrolment.state not in HOLDING:
        raise Http404
    return enrolment


def _page(
    request: HttpRequest, brand: Brand, enrolment: Enrolment, failed: int = 0, form: ReasonForm | None = None
) -> HttpResponse:
    mark = Mark.read(request.GET.get("before", ""))
    window = list(shown_of(brand, enrolment.person_id).filter(older_than(mark))[: PAGE + 1])
    shown = window[:PAGE]
    last = Mark(shown[-1].published_at, shown[-1].pk) if len(window) > PAGE else None
    context = {
        "brand": brand,
        "enrolment": enrolment,
        "person": enrolment.person,
        "posts": shown,
        "here": _query(mark),
        "older": _query(last),
        "removals": removals_of(brand, enrolment.person_id),
        "failed": failed,
        "form": form,
    }
    return render(request, "studio/person_posts.html", context)
