"""The page after a yes: what is on, and how to show that an account is one's own. By the permanent link, no login."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from advocacy.answers import unseen
from advocacy.celery import ring
from brands.consenting import HOLDING
from brands.models import Enrolment
from brands.views.listing import person_of
from people import proving
from people.models import Account
from people.networks.types import ELSEWHERE
from people.tasks import look_for_proofs


@require_safe
def accounts(request: HttpRequest, token: str) -> HttpResponse:
    """Show each account that is not confirmed yet, its code, and how the last look ended."""
    person = person_of(token)
    enrolments = Enrolment.objects.filter(person=person, state__in=HOLDING)
    context = {
        "person": person,
        "token": token,
        "brands": [enrolment.brand for enrolment in enrolments.select_related("brand").order_by("pk")],
        "awaiting": proving.awaiting(person),
        "confirmed": person.accounts.exclude(confirmed_at=None).exclude(network=ELSEWHERE).order_by("pk"),
        "page_address": proving.page_address(person),
        "taken": Account.State.TAKEN,
    }
    return unseen(render(request, "public/invitation_done.html", context))


# As for leaving: the address is the secret, and the browser says `Origin: null`
@csrf_exempt
@require_POST
def look(request: HttpRequest, token: str, account_id: int) -> HttpResponse:
    """Ask a worker to look for the proof now."""
    account = get_object_or_404(proving.awaiting(person_of(token)), pk=account_id)
    if proving.ask_for_look(account=account):
        ring(look_for_proofs)
    else:
        messages.info(request, "We looked a moment ago. Wait half a minute, then look again.")
    return unseen(redirect("listing-accounts", token))
