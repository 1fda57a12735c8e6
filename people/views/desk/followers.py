"""The desk's "Followers": how many, those who said so, and blocking one."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from people import following
from people.models import Block, Person
from people.queries import follows
from people.views.desk.room import at_desk, reader

PAGE = 100
MOST_BLOCKED = 200


@require_safe
@at_desk
def followers(request: HttpRequest, person: Person) -> HttpResponse:
    """Show how many follow the reader, and who let them know."""
    context = {
        "count": follows.count_of(person),
        "page": Paginator(follows.who_said_so(person), PAGE).get_page(request.GET.get("page")),
        "blocked": follows.blocked_by(person)[:MOST_BLOCKED],
    }
    return render(request, "desk/followers.html", context)


@require_POST
@at_desk
def block(request: HttpRequest, person: Person, follow_id: int) -> HttpResponse:
    """Block somebody who let the reader know that they follow."""
    row = get_object_or_404(follows.who_said_so(person), pk=follow_id)
    following.block(person=person, fan=row.fan, actor=reader(request))
    messages.success(request, f"{row.fan.name} follows you no longer, and is not told.")
    return redirect("desk-followers")


@require_POST
@at_desk
def unblock(request: HttpRequest, person: Person, block_id: int) -> HttpResponse:
    """Lift a block."""
    row = get_object_or_404(Block.objects.select_related("fan"), pk=block_id, person=person)
    following.unblock(person=person, fan=row.fan, actor=reader(request))
    messages.success(request, "The block is lifted.")
    return redirect("desk-followers")
