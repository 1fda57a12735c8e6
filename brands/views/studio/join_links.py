"""The studio's join links: making one, passing it on as address or QR code, taking it back; the requests."""

import io

import qrcode
from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from qrcode.image.svg import SvgPathFillImage

from advocacy.celery import ring
from brands import joining, policies, tasks
from brands.inviting import NotInvited
from brands.models import Brand, JoinLink, JoinRequest, Team
from brands.views.studio.actor import actor_of

WAITING_SHOWN = 200


class JoinLinkForm(forms.Form):
    """What a new link is for and how far it goes."""

    note = forms.CharField(label="What it is for", required=False, max_length=120, help_text="Only the studio sees it.")
    team = forms.ModelChoiceField(Team.objects.none(), label="Team", required=False, empty_label="No team")
    domain = forms.CharField(
        label="Only addresses at", required=False, max_length=253, help_text="Such as vesper.example; empty for any."
    )
    days = forms.IntegerField(label="Works for how many days", initial=14, min_value=1, max_value=joining.LONGEST_DAYS)
    cap = forms.IntegerField(
        label="For at most how many people", initial=100, min_value=1, max_value=joining.LARGEST_CAP
    )
    needs_approval = forms.BooleanField(label="I look at each request first", required=False, initial=True)

    def set_brand(self, brand: Brand) -> None:
        """Offer the brand's teams."""
        field = self.fields["team"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - declared above
        field.queryset = Team.objects.filter(brand=brand).order_by("name")


@require_http_methods(["GET", "HEAD", "POST"])
def join_links(request: HttpRequest, slug: str) -> HttpResponse:
    """List the links and the requests that wait; make a new link."""
    brand = policies.brand_for(request, slug, policies.ENROL)
    form = JoinLinkForm(request.POST or None)
    form.set_brand(brand)
    form.use_required_attribute = False
    if request.method == "POST" and form.is_valid():
        try:
            link = joining.make_link(brand=brand, actor=actor_of(request), **form.cleaned_data)
        except joining.NotTaken as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            return redirect("studio-join-link", slug, link.pk)
    waiting = JoinRequest.objects.filter(link__brand=brand, state=JoinRequest.State.WAITING)
    context = {
        "brand": brand,
        "form": form,
        "links": JoinLink.objects.filter(brand=brand).select_related("team").order_by("-created_at", "-pk")[:50],
        "now": timezone.now(),
        "waiting": waiting.select_related("link").order_by("created_at", "pk")[:WAITING_SHOWN],
    }
    return render(request, "studio/join_links.html", context, status=422 if form.errors else 200)


@require_safe
@never_cache
def join_link(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Show one link to copy, with its QR code."""
    brand = policies.brand_for(request, slug, policies.ENROL)
    link = _open_link(brand, pk)
    return render(request, "studio/join_links_one.html", {"brand": brand, "link": link, "address": _address(link)})


@require_safe
@never_cache
def qr_code(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Give the QR code of a link as a file, since pages may not embed one."""
    link = _open_link(policies.brand_for(request, slug, policies.ENROL), pk)
    made = io.BytesIO()
    qrcode.make(_address(link), image_factory=SvgPathFillImage).save(made)
    return HttpResponse(made.getvalue(), content_type="image/svg+xml")


@require_POST
def revoke(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Take a link back."""
    brand = policies.brand_for(request, slug, policies.ENROL)
    link = get_object_or_404(JoinLink.objects.select_related("brand"), pk=pk, brand=brand)
    joining.revoke_link(link=link, actor=actor_of(request))
    messages.success(request, "The link opens nothing any more. Requests that came by it wait below.")
    return redirect("studio-join", slug)


@require_POST
def answer(request: HttpRequest, slug: str, pk: int, deed: str) -> HttpResponse:
    """Approve or refuse one request."""
    brand = policies.brand_for(request, slug, policies.ENROL, policies.INVITE)
    asked = get_object_or_404(JoinRequest.objects.select_related("link__brand", "link__team"), pk=pk, link__brand=brand)
    if deed == "refuse":
        joining.refuse(request=asked, actor=actor_of(request))
        messages.success(request, f"{asked.name} is put aside. Nobody is written to.")
    elif deed == "approve":
        try:
            joining.approve(request=asked, actor=actor_of(request))
        except NotInvited as refusal:
            messages.warning(request, f"Not done: {refusal}.")
        else:
            ring(tasks.send_letters)
            messages.success(request, f"{asked.name} is enrolled, and a letter asks for their yes.")
    else:
        raise Http404
    return redirect("studio-join", slug)


def _open_link(brand: Brand, pk: int) -> JoinLink:
    found = JoinLink.objects.filter(brand=brand, revoked_at=None, expires_at__gt=timezone.now())
    return get_object_or_404(found.select_related("team"), pk=pk)


def _address(link: JoinLink) -> str:
    """Return the address to pass on. Raises Http404 where the site's key was lost since the link was made."""
    token = joining.token_of(link)
    if token is None:
        raise Http404
    return f"{settings.SITE_URL}/join/{token}/"
