"""The invitation's page and the steps of a yes, below one secret address. Works on a phone, without JavaScript.

Reading writes nothing and calls no network: whoever opens the letter's link first, a mail scanner for one, changes
nothing. Each step has its own address, so that reloading and going back do no harm.
"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from advocacy.answers import unseen
from advocacy.celery import ring
from brands import answering, tasks
from brands.answering import Ended, NotTaken
from brands.inviting import inviter
from brands.models import AnswerDraft, Invitation, NamedAccount, ShownAccount
from brands.queries.invited import Preview, preview_of
from brands.views.guesses import closed

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, Invitation, P], HttpResponse]


def of_token(view: "View[P]") -> "Callable[Concatenate[HttpRequest, str, P], HttpResponse]":
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
        "by": inviter(invitation.by),
        "token": request.token,  # type: ignore[attr-defined]
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


@of_token
@require_POST
def no(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """End the invitation with a no."""
    answering.say_no(invitation=invitation)
    return _page(request, invitation, "_no")


@of_token
@require_http_methods(["GET", "HEAD", "POST"])
def accounts(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """First step: name accounts, or go on without any."""
    problem = None
    if request.method == "POST":
        try:
            answering.name_accounts(invitation=invitation, entered=request.POST.get("handles", ""))
            return redirect("invitation-accounts", request.token)  # type: ignore[attr-defined]
        except NotTaken as refusal:
            problem = refusal
    entered = request.POST.get("handles", "") if problem else ""
    return _page(request, invitation, "_accounts", problem, accounts=_accounts(invitation), entered=entered)


@of_token
@require_POST
def forget(request: HttpRequest, invitation: Invitation, account_id: int) -> HttpResponse:
    """Take a named account away."""
    answering.forget_account(account=_account(invitation, account_id))
    return redirect("invitation-accounts", request.token)  # type: ignore[attr-defined]


@of_token
@require_safe
def posts(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """Second step: for each account, what may be shown."""
    if not (named := _accounts(invitation)):
        return redirect("invitation-line", request.token)  # type: ignore[attr-defined]
    return _page(request, invitation, "_posts", accounts=named, choices=ShownAccount.Shows, look=NamedAccount.Look)


@of_token
@require_POST
def look(request: HttpRequest, invitation: Invitation, account_id: int) -> HttpResponse:
    """Ask for the last public posts of an account; what else was entered on the page is kept."""
    account = _account(invitation, account_id)
    try:
        answering.ask_for_posts(account=account)
        transaction.on_commit(lambda: ring(tasks.look_up_named))
    except NotTaken as refusal:
        messages.warning(request, str(refusal))
    return redirect(f"{_at(request, 'invitation-posts')}#a{account.pk}")


@of_token
@require_POST
def choose(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """Keep the choices of the second step; with a button of an account, look its posts up, else go on."""
    named = _accounts(invitation)
    for account in named:
        picks = request.POST.getlist(f"pick-{account.pk}")
        answering.choose(account=account, shows=request.POST.get(f"shows-{account.pk}", ""), picks=picks)
    if "look" in request.POST and request.POST["look"].isdecimal():
        return _look_for(request, _account(invitation, int(request.POST["look"])))
    draft = AnswerDraft.objects.filter(invitation=invitation).first()
    if missing := answering.undecided(draft):
        problem = NotTaken("Choose for each account what may be shown.", f"shows-{missing[0].pk}")
        return _page(
            request,
            invitation,
            "_posts",
            problem,
            accounts=_accounts(invitation),
            choices=ShownAccount.Shows,
            look=NamedAccount.Look,
            missing={account.pk for account in missing},
        )
    return redirect("invitation-line", request.token)  # type: ignore[attr-defined]
