"""Reports of the reader's own posts: why, and never by whom."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from people.models import Person, PostReport
from people.views.desk.room import at_desk

PAGE = 20


@require_safe
@at_desk
def reports(request: HttpRequest, person: Person) -> HttpResponse:
    """List them, newest first."""
    mine = PostReport.objects.filter(post__person=person).select_related("post__account").order_by("-at", "-pk")
    page = Paginator(mine, PAGE).get_page(request.GET.get("page"))
    return render(request, "desk/reports.html", {"page": page})
