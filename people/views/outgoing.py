"""A person's feed and contact, for software that reads them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_safe

from advocacy.pages import keep
from people import tombstones
from people.models import Person
from people.models.person import OldSlug
from people.outgoing import answering, feeds, vcard
from people.outgoing.contacts import contact_of
from people.queries.paging import Mark
from people.views.person import person_keys


def _feed_keys(slug: str, ending: str) -> list[str] | None:
    return person_keys(slug)


@require_safe
@keep(keys=_feed_keys, params=("before",))
def person_feed(request: HttpRequest, slug: str, ending: str) -> HttpResponse:
    """Give what a person says as a feed; an old address leads to the new one."""
    found = Person.objects.filter(slug=slug, page_open=True).first()
    if found is None:
        return _moved("person-feed", slug, ending)
    return answering.feed(request, feeds.of_person(found, Mark.read(request.GET.get("before", ""))), ending)


@require_safe
@keep(keys=person_keys)
def person_vcard(request: HttpRequest, slug: str) -> HttpResponse:
    """Give a person as a contact for an address book."""
    found = Person.objects.filter(slug=slug, page_open=True).first()
    if found is None:
        return _moved("person-vcard", slug)
    body = vcard.vcard(contact_of(found))
    answer = answering.document(request, body, f"{vcard.TYPE}; charset=utf-8", found.changed_at)
    answer["Content-Disposition"] = f'attachment; filename="{found.slug}.vcf"'
    return answer


def _moved(name: str, slug: str, *rest: str) -> HttpResponse:
    if tombstones.was_slug(slug):
        return HttpResponse(status=410)
    old = get_object_or_404(OldSlug.objects.select_related("person"), slug=slug, person__page_open=True)
    assert old.person is not None  # noqa: S101 - page_open was asked of it
    return redirect(name, old.person.slug, *rest, permanent=True)
