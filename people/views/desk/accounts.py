"""The desk's "Accounts": what is linked and what it may do, and the way to the network and back."""

from datetime import datetime
from typing import NamedTuple

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from advocacy.celery import ring
from people import connecting, faces, link_ends
from people.models import Account, Connection, PendingLink, Person
from people.networks.linking import linking_for, networks
from people.networks.types import ELSEWHERE, NETWORKS
from people.tasks import tend_links
from people.views.desk.room import at_desk, reader


class Line(NamedTuple):
    """One account of the page. link is None for one that is not linked; ends where its end comes near, or passed."""

    account: Account
    name: str
    link: Connection | None
    may: list[str]
    ends: datetime | None
    can_link: bool
    avatar: str
    over: bool  # whether the end that we reckoned with has passed


class Missed(NamedTuple):
    """An account of the reader's that is not the one that the network named, and is linked no more than before."""

    handle: str
    broken: bool


@require_safe
@at_desk
def accounts(request: HttpRequest, person: Person) -> HttpResponse:
    """Show the reader's accounts and what this site may do with each."""
    can = networks()
    rows = person.accounts.exclude(network=ELSEWHERE).exclude(state=Account.State.TAKEN)
    lines = [_line(account, can) for account in rows.select_related("connection").order_by("network", "pk")]
    linked = {line.account.network for line in lines if line.link}
    more = [(network, NETWORKS[network], network in linked) for network in can]
    return render(request, "desk/accounts.html", {"lines": lines, "more": more})


def _line(account: Account, can: list[str]) -> Line:
    link: Connection | None = getattr(account, "connection", None)
    works = link is not None and link.state == Connection.State.LINKED
    may = linking_for(account.network).may(link.scopes) if link and works and account.network in can else []
    ends = link.ends_at if link and link_ends.stage(link.ends_at) is not None else None
    over = bool(link and link.ends_at and link.ends_at <= timezone.now())
    avatar = faces.picture(account.avatar).face_url if account.avatar and account.proven else ""
    return Line(account, account.get_network_display(), link, may, ends, account.network in can, avatar, over)


@require_GET
@at_desk
def begin(request: HttpRequest, person: Person, network: str) -> HttpResponseBase:
    """Send the reader to the network. A link, not a form: our policy keeps forms from leading to other sites."""
    if request.session.session_key is None:
        request.session.save()
    try:
        address = connecting.begin(
            person=person, network=network, session_key=request.session.session_key or "", actor=reader(request)
        )
    except KeyError:
        raise Http404 from None
    answer = HttpResponseRedirect(address)
    answer["Referrer-Policy"] = "no-referrer"
    return answer


@sensitive_variables()
@require_GET
@at_desk
def callback(request: HttpRequest, person: Person, network: str) -> HttpResponseBase:
    """Take the network's answer, and leave its address at once: what stands in it must stay in no history."""
    if network not in NETWORKS:
        raise Http404
    words = request.GET
    answer = connecting.Answer(
        network, words.get("state", ""), words.get("code", ""), words.get("error", ""), words.get("iss", "")
    )
    try:
        pending = connecting.arrive(
            answer, person=person, session_key=request.session.session_key or "", actor=reader(request)
        )
    except connecting.NotLinked as problem:
        messages.warning(request, str(problem))
        gone = redirect("desk-accounts")
    else:
        gone = redirect("desk-accounts-confirm", pending.pk)
    gone["Referrer-Policy"] = "no-referrer"
    return gone


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def confirm(request: HttpRequest, person: Person, pending_id: int) -> HttpResponse:
    """Show whose account it is before it is linked; link it by the reader's own yes."""
    user = reader(request)
    pending = connecting.waiting(
        person=person, pending_id=pending_id, session_key=request.session.session_key or "", actor=user
    )
    if pending is None:
        return _over(request, person, pending_id)
    if request.method == "POST":
        if request.POST.get("answer") != "yes":
            connecting.drop(pending=pending, actor=user)
            ring(tend_links)
            messages.success(request, "Nothing was linked.")
            return redirect("desk-accounts")
        try:
            account = connecting.confirm(pending=pending, person=person, actor=user)
        except connecting.NotLinked as problem:
            if problem.why == "confirmed":  # the other press of two at once was first
                return _over(request, person, pending_id)
            messages.error(request, str(problem))
        else:
            messages.success(request, f"@{account.handle} on {account.get_network_display()} is linked.")
        return redirect("desk-accounts")
    context = {
        "pending": pending,
        "name": pending.get_network_display(),
        "may": linking_for(pending.network).may(pending.granted),
        "face": faces.picture(pending.avatar).face_url if pending.avatar else "",
        "initials": faces.initials_url(pending.display_name or pending.handle, person.backdrop),
        "missed": _missed(person, pending),
    }
    return render(request, "desk/accounts_confirm.html", context)


def _over(request: HttpRequest, person: Person, pending_id: int) -> HttpResponse:
    """Lead back to the accounts from a question that waits for no answer any longer. Raises Http404 for others'."""
    answered = connecting.answered(
        person=person, pending_id=pending_id, session_key=request.session.session_key or "", actor=reader(request)
    )
    if answered is None:
        raise Http404
    if answered:
        messages.info(request, "You answered this already. Here is what is linked now.")
    else:
        messages.warning(request, "The ten minutes are over: nothing was linked. Begin again.")
    return redirect("desk-accounts")


def _missed(person: Person, pending: PendingLink) -> list[Missed]:
    """Return the reader's accounts of that network they may have meant; none where it is theirs already."""
    rows = person.accounts.filter(network=pending.network).exclude(state=Account.State.TAKEN)
    missed = []
    for account in rows.select_related("connection").order_by("pk"):
        if account.remote_id == pending.remote_id or account.handle.lower() == pending.handle.lower():
            return []
        link: Connection | None = getattr(account, "connection", None)
        if link is None or link.state == Connection.State.BROKEN:
            missed.append(Missed(account.handle, link is not None))
    return missed


@require_POST
@at_desk
def unlink(request: HttpRequest, person: Person, account_id: int) -> HttpResponse:
    """End a link."""
    account = get_object_or_404(Account.objects.select_related("person"), pk=account_id, person=person)
    try:
        ended = connecting.unlink(account=account, actor=reader(request))
    except PermissionDenied:
        raise Http404 from None
    if ended:
        ring(tend_links)
        name = account.get_network_display()
        messages.success(request, f"The link to @{account.handle} is ended. {name} is told to forget it, too.")
    return redirect("desk-accounts")
