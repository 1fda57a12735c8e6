"""What a brand's pages show of one person, and what was taken off: with a reason, and back."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from brands import policies, removing
from brands.models import Brand, BrandPost, Enrolment, Removal
from brands.views.studio.actor import actor_of
from brands.views.studio.forms import ReasonForm
from brands.views.studio.person import found
from people.models import Post

PAGE = 20


@require_safe
def posts(request: HttpRequest, slug: str, enrolment_id: int) -> HttpResponse:
    """List the posts, newest first, those that were taken off above them."""
    brand = policies.brand_for(request, slug, policies.SEE)
    return _page(request, brand, found(brand, enrolment_id).enrolment)


@require_POST
def remove(request: HttpRequest, slug: str, enrolment_id: int, post_id: int) -> HttpResponse:
    """Take one post off the brand's pages."""
    brand = policies.brand_for(request, slug, policies.TAKE_OFF_POST)
    enrolment = found(brand, enrolment_id).enrolment
    post = get_object_or_404(Post, pk=post_id, shown_on__brand=brand, person=enrolment.person_id)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, brand, enrolment, failed=post.pk, form=form)
    removing.remove_post(brand=brand, post=post, reason=form.cleaned_data["reason"], actor=actor_of(request))
    messages.success(request, f"The post is off your pages. {enrolment.person.first_name} reads why.")
    return redirect("studio-person-posts", brand.slug, enrolment_id)


@require_POST
def put_back(request: HttpRequest, slug: str, enrolment_id: int, removal_id: int) -> HttpResponse:
    """Let the pages show a post again."""
    brand = policies.brand_for(request, slug, policies.TAKE_OFF_POST)
    enrolment = found(brand, enrolment_id).enrolment
    theirs = Removal.objects.select_related("brand").filter(brand=brand, post__person=enrolment.person_id)
    removing.put_post_back(removal=get_object_or_404(theirs, pk=removal_id), actor=actor_of(request))
    messages.success(request, "The post is back, as far as its author shows it.")
    return redirect("studio-person-posts", brand.slug, enrolment_id)


def _page(
    request: HttpRequest, brand: Brand, enrolment: Enrolment, failed: int = 0, form: ReasonForm | None = None
) -> HttpResponse:
    shown = BrandPost.objects.filter(brand=brand, person=enrolment.person_id).select_related("post__account")
    page = Paginator(shown.order_by("-published_at", "-post_id"), PAGE).get_page(request.GET.get("page"))
    removals = Removal.objects.filter(brand=brand, post__person=enrolment.person_id, put_back_at=None)
    context = {
        "brand": brand,
        "enrolment": enrolment,
        "person": enrolment.person,
        "page": page,
        "removals": removals.select_related("post__account").order_by("-at"),
        "failed": failed,
        "form": form,
    }
    return render(request, "studio/person_posts.html", context)
