"""Reports of posts that the brand's pages show, and deciding them."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from advocacy.celery import ring
from brands import policies, reporting, tasks
from brands.models import Brand
from brands.views.studio.actor import actor_of
from brands.views.studio.forms import ReasonForm
from people.outgoing.terms import words_may_be_cut

PAGE = 20


@require_safe
def reports(request: HttpRequest, slug: str) -> HttpResponse:
    """List what waits."""
    return _page(request, policies.brand_for(request, slug, policies.TAKE_OFF_POST))


@require_POST
def take_off(request: HttpRequest, slug: str, case_id: int) -> HttpResponse:
    """Take the post off the brand's pages."""
    brand = policies.brand_for(request, slug, policies.TAKE_OFF_POST)
    case = get_object_or_404(reporting.waiting(brand), pk=case_id)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, brand, failed=case.pk, form=form)
    reporting.take_off(case=case, reason=form.cleaned_data["reason"], actor=actor_of(request))
    ring(tasks.tell_of_reports)
    messages.success(request, f"The post is off your pages. {case.report.post.person.first_name} reads why.")
    return redirect("studio-reports", brand.slug)


@require_POST
def leave(request: HttpRequest, slug: str, case_id: int) -> HttpResponse:
    """Decide that nothing is to be done."""
    brand = policies.brand_for(request, slug, policies.TAKE_OFF_POST)
    case = get_object_or_404(reporting.waiting(brand), pk=case_id)
    reporting.leave(case=case, actor=actor_of(request))
    ring(tasks.tell_of_reports)
    messages.success(request, "The post stays.")
    return redirect("studio-reports", brand.slug)


def _page(request: HttpRequest, brand: Brand, failed: int = 0, form: ReasonForm | None = None) -> HttpResponse:
    page = Paginator(reporting.waiting(brand), PAGE).get_page(request.GET.get("page"))
    cut = {case.pk for case in page if words_may_be_cut(case.report.post.account.network)}
    context = {"brand": brand, "page": page, "cut": cut, "failed": failed, "form": form}
    return render(request, "studio/reports.html", context, status=422 if failed else 200)
