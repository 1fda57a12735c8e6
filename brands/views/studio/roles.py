"""Who may do what for a brand."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from brands import policies
from brands import roles as verbs
from brands.models import Brand, Role
from brands.views.studio.actor import actor_of
from brands.views.studio.forms import RoleForm

MEANS = {
    Role.Name.OWNER: "everything, and who else may do what",
    Role.Name.MARKETER: "people, invitations, teams, topics, settings, taking off",
    Role.Name.TRAINER: "see the people",
    Role.Name.MODERATOR: "see the people, take single posts off the pages",
    Role.Name.ANALYST: "see the people",
}


@require_safe
def roles(request: HttpRequest, slug: str) -> HttpResponse:
    """List the roles."""
    return _page(request, policies.brand_for(request, slug, policies.ROLES), RoleForm())


@require_POST
def give(request: HttpRequest, slug: str) -> HttpResponse:
    """Give a role to an address, and write to it."""
    brand = policies.brand_for(request, slug, policies.ROLES)
    form = RoleForm(request.POST)
    if form.is_valid():
        email, name, actor = form.cleaned_data["email"], form.cleaned_data["role"], actor_of(request)
        try:
            role = verbs.give(brand=brand, email=email, name=name, actor=actor)
        except verbs.NotGiven as why:
            form.add_error("email", str(why))
        else:
            if verbs.tell(role, by=actor):
                messages.success(request, f"{role.user.email} is {role.get_name_display()} now, and has a letter.")
            else:
                messages.warning(request, f"{role.user.email} has the role, but the letter failed: tell them yourself.")
            return redirect("studio-roles", brand.slug)
    return _page(request, brand, form)


@require_POST
def change(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Give somebody another role."""
    brand = policies.brand_for(request, slug, policies.ROLES)
    role = get_object_or_404(Role.objects.select_related("user", "brand"), brand=brand, pk=pk)
    name = request.POST.get("role", "")
    if name not in Role.Name.values:
        messages.error(request, "Choose a role.")
        return redirect("studio-roles", brand.slug)
    try:
        verbs.change(role=role, name=name, actor=actor_of(request))
    except verbs.NotGiven as why:
        messages.error(request, str(why))
    else:
        messages.success(request, f"{role.user.email} is {role.get_name_display()} now.")
    return _onwards(request, brand)


@require_POST
def take(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Take somebody's role away."""
    brand = policies.brand_for(request, slug, policies.ROLES)
    role = get_object_or_404(Role.objects.select_related("user", "brand"), brand=brand, pk=pk)
    try:
        verbs.take(role=role, actor=actor_of(request))
    except verbs.NotGiven as why:
        messages.error(request, str(why))
    else:
        messages.success(request, f"{role.user.email} has no role here any more.")
    return _onwards(request, brand)


def _onwards(request: HttpRequest, brand: Brand) -> HttpResponse:
    """Lead back to the roles, or home who has just given up their own."""
    still = policies.may(actor_of(request), brand, policies.ROLES)
    return redirect("studio-roles", brand.slug) if still else redirect("home")


def _page(request: HttpRequest, brand: Brand, form: RoleForm) -> HttpResponse:
    found = list(Role.objects.filter(brand=brand).select_related("user").order_by("user__email"))
    owners = sum(role.name == Role.Name.OWNER for role in found)
    context = {
        "brand": brand,
        "roles": [(role, role.name == Role.Name.OWNER and owners == 1) for role in found],
        "names": Role.Name.choices,
        "means": [(Role.Name(name).label, words) for name, words in MEANS.items()],
        "form": form,
    }
    return render(request, "studio/roles.html", context)
