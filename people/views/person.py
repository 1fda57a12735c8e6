"""A person's page: it exists with or without a brand."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_safe

from advocacy import answers
from people import sections
from people.models import Account, Person
from people.models.person import OldSlug
from people.queries import posts
from people.queries.faces import faces_of
from people.queries.paging import Mark
from people.queries.truths import named_account
from people.views.feeds import feed

_NAMES = {"": "Posts", "answers": "Answers", "shared": "Shared", "pictures": "Pictures"}


@require_safe
def person(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Show a person in their own words; an old address leads to the new one."""
    try:
        found = Person.objects.get(slug=slug, page_open=True)
    except Person.DoesNotExist:
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
    context = {
        "person": found,
        "face": faces_of([found])[found.pk],
        "appearances": places,
        "first": places[0] if places else None,  # lends its name and colour to the frame
        "accounts": _accounts(found),
        "choices": [(key, name, counts[key or "posts"], key == show) for key, name in _NAMES.items()],
        "show": show,
        "feed": feed(
            request,
            entries=entries,
            rows=len(entries),
            older=older,
            total=counts[show or "posts"],
            anchor="said",
            kept={"show": show} if show else {},
        ),
    }
    return answers.page(request, "public/person.html", "public/_feed.html", context)


def _accounts(found: Person) -> list[Account]:
    """Return the accounts that somebody's yes names, the readable ones."""
    here = found.accounts.filter(named_account(), read_from__isnull=False)
    return list(here.only("network", "handle", "person_id").order_by("pk"))
