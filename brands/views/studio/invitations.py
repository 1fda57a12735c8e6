"""The studio's invitations: where each stands, sending again, taking back; asking one person, the letter in view."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from advocacy.celery import ring
from brands import inviting, policies, tasks
from brands.inviting import NotInvited
from brands.inviting_letters import preview
from brands.models import Brand, Enrolment, Invitation
from brands.queries import invitations as queries
from brands.views.studio.actor import actor_of
from brands.views.studio.forms import InviteForm

PAGE = 50


@require_safe
def invitations(request: HttpRequest, slug: str) -> HttpResponse:
    """List the brand's invitations."""
    brand = policies.brand_for(request, slug, policies.INVITE)
    shows = queries.shows()
    show = request.GET.get("show", "")
    if show not in shows:
        raise Http404
    page = Paginator(queries.of_brand(brand, show), PAGE).get_page(request.GET.get("page"))
    context = {
        "brand": brand,
        "page": page,
        "rows": [queries.standing(invitation) for invitation in page],
        "shows": [(key, name, key == show) for key, (name, _) in shows.items()],
        "show": show,
    }
    return render(request, "studio/invitations.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, slug: str, enrolment_id: int) -> HttpResponse:
    """Ask one person: words, the letter to read, and then the button that sends it."""
    brand = policies.brand_for(request, slug, policies.INVITE)
    found = Enrolment.objects.filter(brand=brand, state=Enrolment.State.INVITED).select_related("person", "brand")
    enrolment = get_object_or_404(found, pk=enrolment_id)
    form = InviteForm(request.POST or None, initial={"language": inviting.language_of(brand)})
    form.use_required_attribute = False
    letter = None
    if request.method == "POST" and form.is_valid():
        words, language = form.cleaned_data["words"], form.cleaned_data["language"]
        if "send" in request.POST:
            inviting.choose_language(brand=brand, language=language)
            try:
                inviting.invite(enrolment=enrolment, actor=actor_of(request), words=words, language=language)
            except NotInvited as refusal:
                messages.warning(request, _sentence(refusal))
            else:
                ring(tasks.send_letters)
                messages.success(request, f"The letter to {enrolment.person.name} goes out within a minute.")
            return redirect("studio-invitations", slug)
        letter = preview(enrolment=enrolment, by=actor_of(request), words=words, language=language)
    context = {"brand": brand, "enrolment": enrolment, "form": form, "letter": letter}
    return render(request, "studio/invitations_write.html", context, status=422 if form.errors else 200)


@require_POST
def resend(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Send an invitation anew."""
    invitation = _of(policies.brand_for(request, slug, policies.INVITE), pk)
    try:
        inviting.resend(invitation=invitation, actor=actor_of(request))
    except NotInvited as refusal:
        messages.warning(request, _sentence(refusal))
    else:
        ring(tasks.send_letters)
        name = invitation.enrolment.person.name
        messages.success(request, f"A new letter for {name} is on its way. The link in the old one works no longer.")
    return redirect("studio-invitations", slug)


@require_POST
def revoke(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Take an invitation back."""
    invitation = _of(policies.brand_for(request, slug, policies.INVITE), pk)
    try:
        inviting.revoke(invitation=invitation, actor=actor_of(request))
    except NotInvited as refusal:
        messages.warning(request, _sentence(refusal))
    else:
        ring(tasks.send_letters)
        name = invitation.enrolment.person.name
        messages.success(request, f"The invitation of {name} is taken back. If a letter had gone out, they are told.")
    return redirect("studio-invitations", slug)


def _of(brand: Brand, pk: int) -> Invitation:
    theirs = Invitation.objects.filter(enrolment__brand=brand)
    return get_object_or_404(theirs.select_related("enrolment__brand", "enrolment__person"), pk=pk)


def _sentence(refusal: NotInvited) -> str:
    words = str(refusal)
    return f"{words[:1].upper()}{words[1:]}."
