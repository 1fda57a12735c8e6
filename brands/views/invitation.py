"""The invitation's page and the steps of a yes, below one secret address. Works on a phone, without JavaScript.

Reading writes nothing and calls no network: whoever opens the letter's link first, a mail scanner for one, changes
nothing. Each step has its own address, so that reloading and going back do no harm.
"""

import contextlib
import datetime as dt
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from advocacy.answers import unseen
from advocacy.celery import ring
from brands import answering, tasks
from brands.answering import Ended, NotTaken
from brands.consenting import stays_closed
from brands.inviting import inviter
from brands.models import AnswerDraft, Enrolment, Invitation, NamedAccount
from brands.queries.cards import colour_url
from brands.queries.invited import fetched_posts, preview_of, proposed_handles
from brands.recognising import opens_pages, takes_login, whose
from brands.views.guesses import closed

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, Invitation, P], HttpResponse]


def of_token(view: "View[P]") -> Callable[..., HttpResponse]:
    """Find the open invitation of the address; every other address gets the same answer.

    The address itself is the secret, and it is sent with no Referrer: the browser then says `Origin: null`, which
    Django's check would refuse. Somebody who does not know the address cannot forge these forms.
    """

    @csrf_exempt
    @wraps(view)
    def found(request: HttpRequest, token: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        invitation = answering.open_invitation(token)
        if invitation is None:
            return closed(request)
        request.token = token  # type: ignore[attr-defined]
        try:
            return unseen(view(request, invitation, *args, **kwargs))
        except Ended:
            return closed(request)

    return found


def _page(
    request: HttpRequest, invitation: Invitation, name: str, problem: NotTaken | None = None, **context: object
) -> HttpResponse:
    common = {
        "invitation": invitation,
        "person": invitation.enrolment.person,
        "brand": invitation.enrolment.brand,
        "colour_url": colour_url(invitation.enrolment.brand),
        "by": inviter(invitation.by),
        "token": request.token,  # type: ignore[attr-defined]
        "press": answering.press_of(invitation),
        "problem": problem,
    }
    return render(request, f"public/invitation{name}.html", common | context, status=400 if problem else 200)


@of_token
@require_safe
def invitation(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """Show who asks, what it means, and the three answers."""
    return _page(request, invitation, "")


@of_token
@require_safe
def later(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """Say that nothing has changed."""
    return _page(request, invitation, "_later")


@csrf_exempt  # as in of_token
@require_POST
def no(request: HttpRequest, token: str) -> HttpResponse:
    """End the invitation with a no."""
    invitation, done = answering.open_invitation(token), False
    if invitation is not None:
        with contextlib.suppress(Ended):
            answering.say_no(invitation=invitation)
            done = True
    return _answered(request, token, done=done)


@of_token
@require_http_methods(["GET", "HEAD", "POST"])
def accounts(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """First step: name accounts, or go on without any."""
    problem = None
    if request.method == "POST":
        try:
            answering.name_accounts(invitation=invitation, entered=request.POST.get("handles", ""))
            return redirect(_at(request, "invitation-accounts"))
        except NotTaken as refusal:
            problem = refusal
    named = _accounts(invitation)
    proposed = "" if named else proposed_handles(invitation.enrolment)
    entered = request.POST.get("handles", "") if problem else proposed
    return _page(request, invitation, "_accounts", problem, accounts=named, entered=entered, proposed=proposed)


@of_token
@require_POST
def forget(request: HttpRequest, invitation: Invitation, account_id: int) -> HttpResponse:
    """Take a named account away."""
    answering.forget_account(account=_account(invitation, account_id))
    return redirect(_at(request, "invitation-accounts"))


@of_token
@require_http_methods(["GET", "HEAD", "POST"])
def posts(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """Second step: for each account, what may be shown, and earlier posts to pick from where the person asks."""
    problem = None
    if request.method == "POST":
        asked = _keep_choices(request, invitation)
        if asked is not None:
            return redirect(f"{_at(request, 'invitation-posts')}#a{asked}")
        missing = answering.undecided(AnswerDraft.objects.filter(invitation=invitation).first())
        if not missing:
            return redirect(_at(request, "invitation-line"))
        problem = NotTaken("Choose for each account what may be shown.", f"shows-{missing[0].pk}")
    if not (named := _accounts(invitation)):
        return redirect(_at(request, "invitation-line"))
    rows = [
        {"account": one, "posts": fetched_posts(one), "missing": problem is not None and not one.shows} for one in named
    ]
    return _page(request, invitation, "_posts", problem, rows=rows)


def _keep_choices(request: HttpRequest, invitation: Invitation) -> int | None:
    """Keep what the form of the second step says; return the account whose posts the pressed button asks for."""
    for account in _accounts(invitation):
        picks = request.POST.getlist(f"pick-{account.pk}")
        answering.choose(account=account, shows=request.POST.get(f"shows-{account.pk}", ""), picks=picks)
    pressed = request.POST.get("look", "")
    if not pressed.isdecimal():
        return None
    if len(pressed) > 18:  # longer than any id, and too long for int()
        raise Http404
    account = _account(invitation, int(pressed))
    try:
        answering.ask_for_posts(account=account)
        ring(tasks.look_up_named)
    except NotTaken as refusal:
        messages.warning(request, str(refusal))
    return account.pk


@of_token
@require_http_methods(["GET", "HEAD", "POST"])
def line(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """Third step: one line in the person's own words, and a private address for their login."""
    problem = None
    draft = AnswerDraft.objects.filter(invitation=invitation).first()
    entered = {"line": draft.line if draft else "", "address": draft.login_address if draft else ""}
    if request.method == "POST":
        entered = {name: request.POST.get(name, "") for name in entered}
        try:
            answering.introduce(invitation=invitation, **entered)
            return redirect(_at(request, "invitation-preview"))
        except NotTaken as refusal:
            problem = refusal
    return _page(request, invitation, "_line", problem, entered=entered, accounts=_accounts(invitation))


@of_token
@require_safe
def preview(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """Last step: the page as it would look with them, and the yes."""
    draft = AnswerDraft.objects.filter(invitation=invitation).first()
    if answering.undecided(draft):
        return redirect(_at(request, "invitation-posts"))
    shown = preview_of(invitation, draft, timezone.now().astimezone(dt.UTC).date())
    known = whose(invitation)
    return _page(
        request,
        invitation,
        "_preview",
        preview=shown,
        draft=draft,
        accounts=_accounts(invitation),
        closed=stays_closed(known),
        opens=opens_pages(invitation, known),
        has_login=known.user_id is not None,
        has_address=bool(known.user_id or known.login_address),
        takes_login=takes_login(known),
    )


@csrf_exempt  # as in of_token
@require_POST
def yes(request: HttpRequest, token: str) -> HttpResponse:
    """Record the yes and lead to the person's permanent link."""
    invitation, done = answering.open_invitation(token), False
    reader = request.user if request.user.is_authenticated else None
    if invitation is not None:
        try:
            answering.say_yes(invitation=invitation, opens=request.POST.get("open") == "yes", reader=reader)
        except NotTaken:
            return unseen(redirect("invitation-posts", token))
        except Ended:
            pass
        else:
            done = True
            ring(tasks.send_letters)
    return _answered(request, token, done=done)


def _answered(request: HttpRequest, token: str, *, done: bool) -> HttpResponse:
    """Show what an answer came to; the second of two presses shows the same as the first. done: this was the first."""
    invitation = answering.just_answered(token, press=None if done else request.POST.get("press", ""))
    if invitation is None:
        return closed(request)
    request.token = token  # type: ignore[attr-defined]
    if invitation.enrolment.state == Enrolment.State.INVITED:
        return unseen(_page(request, invitation, "_no"))
    if own := answering.listing_token(invitation):
        return unseen(redirect("listing-accounts", own))
    if not invitation.enrolment.person.page_open:
        return unseen(_page(request, invitation, "_unseen"))
    brand = invitation.enrolment.brand.name
    messages.success(request, f"You are on the page of {brand}. Your own link, from an earlier letter, shows it too.")
    return unseen(redirect("person", invitation.enrolment.person.slug))


def _at(request: HttpRequest, name: str) -> str:
    return reverse(name, args=[request.token])  # type: ignore[attr-defined]


def _accounts(invitation: Invitation) -> list[NamedAccount]:
    return list(NamedAccount.objects.filter(draft__invitation=invitation).order_by("pk"))


def _account(invitation: Invitation, account_id: int) -> NamedAccount:
    return get_object_or_404(NamedAccount, pk=account_id, draft__invitation=invitation)
