"""A person's page: it exists with or without a brand."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from advocacy import answers, versions
from advocacy.pages import Ids, keep
from people import sections, tombstones
from people.drawing import drawn
from people.models import Person
from people.models.person import OldSlug
from people.outgoing import sharing
from people.queries import posts
from people.queries.faces import faces_of
from people.queries.paging import Mark
from people.queries.truths import accounts_of
from people.remote_follow import addresses_in
from people.views.feeds import PARAMS, feed

_NAMES = {"": "Posts", "answers": "Answers", "shared": "Shared", "pictures": "Pictures"}


def _found(slug: str) -> int | None:
    return Person.objects.filter(slug=slug).values_list("pk", flat=True).first()


person_ids = Ids(_found)


def person_keys(slug: str) -> list[str] | None:
    """Return the version keys of a person's page: it also shows others, in conversation, and brands."""
    pk = person_ids.get(slug)
    return None if pk is None else [versions.person(pk), versions.SITE]


@require_safe
@keep(keys=person_keys, params=(*PARAMS, "show"))
def person(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Show a person in their own words; an old address leads to the new one."""
    try:
        found = Person.objects.select_related("share_card").get(slug=slug, page_open=True)
    except Person.DoesNotExist:
        if tombstones.was_slug(slug):
            return render(request, "410.html", status=410)
        old = get_object_or_404(OldSlug.objects.select_related("person"), slug=slug, person__page_open=True)
        assert old.person is not None  # noqa: S101 - page_open was asked of it
        return redirect("person", old.person.slug, permanent=True)
    return _show(request, found)


def _show(request: HttpRequest, found: Person) -> HttpResponse:
    show = request.GET.get("show", "")
    show = show if show in posts.SHOWS else ""
    mark = Mark.read(request.GET.get("before", ""))
    entries, older = posts.of_person(found, show, mark)
    counts = posts.counts(found)
    places = sections.appearances([found.pk])[found.pk]
    face, accounts = faces_of([found])[found.pk], accounts_of(found)
    newest = entries[0].post.published_at if entries and not mark else None
    context = {
        "person": found,
        "face": face,
        "appearances": places,
        "pasts": sections.pasts([found.pk])[found.pk],
        "first": places[0] if places else None,  # lends its name and colour to the frame
        "accounts": accounts,
        "share": sharing.of_person(found, face, places),
        # Mastodon names them beside a shared link to this page, if their account there lets this site say so
        "creator": next(iter(addresses_in(found.links)), ""),
        "linked": sharing.profile_page(found, face, places, accounts, newest),
        "choices": [(key, name, counts[key or "posts"], key == show) for key, name in _NAMES.items()],
        "show": show,
        "feed": feed(
            request,
            pieces=[drawn(entry) for entry in entries],
            rows=len(entries),
            older=older,
            total=counts[show or "posts"],
            anchor="said",
            kept={"show": show} if show else {},
        ),
    }
    return answers.page(request, "public/person.html", "public/_feed.html", context)
