"""What the pages of an import share: which import, which step it is at, and the form's key."""

import secrets
from typing import Any

from django.core.paginator import Page
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods

from advocacy.celery import ring
from brands import policies
from brands.enrolment_steps import files, work
from brands.models import Brand, Import
from brands.tasks import carry_on_import

reads_and_writes = require_http_methods(["GET", "HEAD", "POST"])
_STEP = {
    Import.State.UPLOADED: "studio-import-columns",
    Import.State.CHECKING: "studio-import-check",
    Import.State.CHECKED: "studio-import-check",
}


def import_for(request: HttpRequest, slug: str, import_id: int) -> Import:
    """Return a brand's import for somebody who may enrol there. Raises Http404 for everybody else's."""
    brand = policies.brand_for(request, slug, policies.ENROL)
    return get_object_or_404(Import.objects.select_related("brand", "by"), pk=import_id, brand=brand)


def to_step(file: Import) -> HttpResponse:
    """Lead to the step that the import is at."""
    return redirect(_STEP.get(Import.State(file.state), "studio-import"), file.brand.slug, file.pk)


def whole_page() -> HttpResponse:
    """Tell a page that asks for its progress, which is over, to load itself anew."""
    answer = HttpResponse()
    answer["HX-Refresh"] = "true"
    return answer


def set_going(file: Import) -> None:
    """Have the work done that the import waits for: a small one at once, else by a worker."""
    if file.total <= work.SMALL:
        work.work_on(file.pk)
    else:
        ring(carry_on_import, file.pk)


def form_key(request: HttpRequest) -> str:
    """Return the key that a form carried, so that a second press of its button does nothing; else a new one."""
    told = request.POST.get("key", "")
    return told if files.is_key(told) else new_key()


def new_key() -> str:
    """Return a key for a form."""
    return secrets.token_hex(16)


def turning(page: Page[Any]) -> dict[str, object]:
    """Return what templates draw the pager of a page from."""
    pages = page.paginator
    return {
        "page": page,
        "pages": list(pages.get_elided_page_range(page.number, on_each_side=1, on_ends=1)),
        "ellipsis": pages.ELLIPSIS,
    }


def team_names(brand: Brand) -> list[str]:
    """Return the names of the brand's teams in the order of the alphabet."""
    return list(brand.teams.order_by("name").values_list("name", flat=True))
