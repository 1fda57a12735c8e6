"""A person's permanent link: where am I shown, one button to leave, and the way to be erased. Needs no login.

Leaving can be mended by a new invitation, so the address alone is enough for it. Erasing cannot: the page leads to
signing in, where a code goes to the address that the person gave.
"""

import contextlib

from django.conf import settings
from django.contrib import messages
from django.db.models import Count, Prefetch, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from advocacy.answers import unseen
from brands.consenting import HOLDING, leave
from brands.enrolling import NotMoved
from brands.models import Enrolment, Removal
from people import logins, proving
from people.models import Erasure, Person
from people.profiles import hash_token


@require_safe
def listing(request: HttpRequest, token: str) -> HttpResponse:
    """Show where the person is shown, by brand: state, accounts, what was taken off and why, and a button to leave."""
    person = person_of(token)
    here = Enrolment.objects.filter(person=person, state__in=HOLDING)
    off = Removal.objects.filter(post__person=person, put_back_at=None).select_related("post").order_by("-at", "-pk")
    taken_off = Prefetch("brand__removals", off, to_attr="taken_off")  # of this person's posts
    enrolments = here.select_related("brand").prefetch_related("shown_accounts__account", taken_off)
    picked, kept_back = (Count("post_choices", filter=Q(post_choices__shown=shown)) for shown in (True, False))
    counted = enrolments.annotate(picked=picked, kept_back=kept_back).order_by("brand__name", "pk")
    context = {"person": person, "enrolments": counted, "token": token}
    context["awaiting"] = proving.awaiting(person).exists()
    context["erasure"] = Erasure.objects.filter(person=person.pk).first()
    context |= {"signs_in": logins.can_sign_in(person), "contact": settings.CONTACT_EMAIL}
    return unseen(render(request, "public/listing.html", context))


# The address itself is the secret, and it is sent with no Referrer: the browser then says `Origin: null`, which
# Django's check would refuse. Somebody who does not know the address cannot forge this POST.
@csrf_exempt
@require_POST
def leave_brand(request: HttpRequest, token: str, enrolment_id: int) -> HttpResponse:
    """End one enrolment of the person whose link this is."""
    person = person_of(token)
    theirs = Enrolment.objects.filter(person=person, state__in=(*HOLDING, Enrolment.State.LEFT))
    enrolment = get_object_or_404(theirs.select_related("brand", "person"), pk=enrolment_id)
    with contextlib.suppress(NotMoved):  # somebody pressed twice: what they wanted is so already
        leave(enrolment=enrolment, actor=None, label="listing link")
    messages.success(request, f"You have left {enrolment.brand.name}. Its pages no longer show you.")
    return unseen(redirect("listing", token))


def person_of(token: str) -> Person:
    """Return the person of a link. Raises Http404, the same for a wrong link as for one that never was."""
    person = Person.objects.filter(listing_hash=hash_token(token)).first()
    if person is None:
        raise Http404
    return person
