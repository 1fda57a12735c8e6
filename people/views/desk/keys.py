"""Keys of the API, in the settings: also for logins that are nobody's person, such as those of a studio."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from allauth.account.decorators import reauthentication_required
from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.views.decorators.http import require_http_methods, require_safe

from people import keys
from people.models import Person, Scope, User
from people.views.desk.room import Room, reader

P = ParamSpec("P")


class KeyForm(forms.Form):
    """What a key is for."""

    name = forms.CharField(
        label="What it is for",
        max_length=60,
        help_text="Such as the screen in the hall. Only you read it.",
        error_messages={
            "required": "Say in a few words what the key is for.",
            "max_length": "There is room for 60 characters. Shorten it.",
        },
    )
    scopes = forms.MultipleChoiceField(
        label="What it may read",
        choices=Scope.choices,
        initial=Scope.values,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one.", "invalid_choice": "Choose from the list."},
    )
    days = forms.TypedChoiceField(
        label="How long it works",
        choices=list(keys.DAYS.items()),
        coerce=int,
        initial=365,
        error_messages={"required": "Choose from the list.", "invalid_choice": "Choose from the list."},
    )


def signed_in(
    view: "Callable[Concatenate[HttpRequest, User, P], HttpResponse]",
) -> "Callable[Concatenate[HttpRequest, P], HttpResponse]":
    """Hand the view the reader's login; who has a desk sees the page in it. No browser keeps the page."""

    @wraps(view)
    def found(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        user = reader(request)
        person = Person.objects.select_related("user").filter(user=user).first()
        if person is not None:
            request.desk = Room(person, request.path)  # type: ignore[attr-defined]
        answer = view(request, user, *args, **kwargs)
        patch_vary_headers(answer, ["Cookie"])
        patch_cache_control(answer, private=True, no_store=True)
        return answer

    return found


@require_safe
@signed_in
def listed(request: HttpRequest, user: User) -> HttpResponse:
    """List the reader's keys."""
    now = timezone.now()
    rows = [(key, _scopes(key.scopes), key.expires_at <= now) for key in keys.keys_of(user)]
    return _show(request, "desk/keys.html", {"keys": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required  # type: ignore[untyped-decorator] # allauth is not checked
@signed_in
def make(request: HttpRequest, user: User) -> HttpResponse:
    """Make a key, and show it this once: in the answer itself, so that it is written nowhere."""
    form = KeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        entered = form.cleaned_data
        name = " ".join(entered["name"].split())
        try:
            row, key = keys.make_key(user=user, name=name, scopes=entered["scopes"], days=entered["days"], actor=user)
        except keys.NameTaken:
            form.add_error("name", "You have a key with this name. Choose another one, or revoke the old key first.")
        except keys.TooMany:
            form.add_error(None, f"You have {keys.MOST_KEYS} keys that work. Revoke one first.")
        else:
            return _show(request, "desk/key_made.html", {"row": row, "key": key, "scopes": _scopes(row.scopes)})
    return _show(request, "desk/key_make.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required  # type: ignore[untyped-decorator] # allauth is not checked
@signed_in
def revoke(request: HttpRequest, user: User, key_id: int) -> HttpResponse:
    """Ask whether to revoke a key, and do it."""
    if key_id >= 2**63:
        raise Http404
    key = get_object_or_404(keys.keys_of(user).select_related("user"), pk=key_id)
    if request.method == "POST":
        keys.revoke_key(key=key, actor=user)
        messages.success(request, f"The key “{key.name}” no longer opens anything.")
        return redirect("desk-keys")
    return _show(request, "desk/key_revoke.html", {"key": key})


def _scopes(scopes: list[str]) -> str:
    return ", ".join(Scope(scope).label.lower() for scope in scopes)


def _show(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    frame = "desk/frame.html" if hasattr(request, "desk") else "desk/frame_alone.html"
    return render(request, template, {**context, "frame": frame}, status=status)
