"""One post, whole, with the conversation around it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from advocacy import answers
from people import sections
from people.queries import posts
from people.queries.faces import face_on


@require_safe
def post(request: HttpRequest, post_id: int) -> HttpResponse:
    """Show one post, its source, what it answers and what our people answered."""
    found = posts.visible_post(post_id) if post_id < 2**63 else None
    if found is None:
        raise Http404
    entry = posts.Entry(found, face_on(found.account, found.person), level=1)
    posts.add_conversation([entry], posts.visible(), posts.roles_of)
    places = sections.appearances([found.person_id])[found.person_id]
    entry.role = places[0].role if places else ""
    context = {"entry": entry, "person": found.person, "appearances": places, "first": places[0] if places else None}
    return answers.page(request, "public/post.html", "public/post.html", context)
