"""One post, whole, with the conversation around it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from advocacy import answers, versions
from advocacy.pages import Ids, keep
from people import sections
from people.models import Post
from people.outgoing import sharing
from people.queries import posts
from people.queries.faces import face_on


def _found(post_id: int) -> int | None:
    return Post.objects.filter(pk=post_id).values_list("person_id", flat=True).first() if post_id < 2**63 else None


author_ids = Ids(_found)


def post_keys(post_id: int) -> list[str] | None:
    """Return the version keys of a post's page: its author's, and what is said of anybody."""
    pk = author_ids.get(post_id)
    return None if pk is None else [versions.person(pk), versions.SITE]


@require_safe
@keep(keys=post_keys)
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
    context["share"] = sharing.of_post(found)
    return answers.page(request, "public/post.html", "public/post.html", context)
