"""The page after signing in: who I am here, and what is mine."""

from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from people import sections
from people.models import Person, User


@require_safe
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Show the reader's own page, their brands, and how they sign in."""
    user = request.user
    if not isinstance(user, User):
        raise TypeError(f"{user!r} is not a login of this site")
    facts = {
        "person": Person.objects.filter(user=user).first(),
        "duties": sections.duties(user),
        "has_second_step": is_mfa_enabled(user),
    }
    return render(request, "people/home.html", facts)
