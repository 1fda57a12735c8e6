"""Erasing oneself: what goes, the act after a fresh sign-in, and the page that says how far it is."""

from allauth.account.decorators import reauthentication_required
from django import forms
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from advocacy.answers import unseen
from advocacy.celery import ring
from people import erasing
from people.models import Person
from people.tasks import erase
from people.views.desk.room import at_desk, reader, refusal


class EraseForm(forms.Form):
    """The name, written once more, so that a slip of the hand erases nobody."""

    def __init__(self, *args: object, person: Person, **words: object) -> None:
        super().__init__(*args, **words)  # type: ignore[arg-type] # as Django's form takes them
        self.person = person

    name = forms.CharField(label="Your name, as it stands above", max_length=120, required=False)

    def clean_name(self) -> str:
        """Compare the names without regard to case and spaces."""
        written = " ".join(str(self.cleaned_data["name"]).split())
        if written.casefold() != " ".join(self.person.name.split()).casefold():
            raise forms.ValidationError(f"Write {self.person.name} to erase yourself. Nothing was erased.")
        return written


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
@reauthentication_required  # type: ignore[untyped-decorator] # allauth is not checked
def erase_me(request: HttpRequest, person: Person) -> HttpResponseBase:
    """Say what goes; erase whoever has written their name."""
    form = EraseForm(request.POST if request.method == "POST" else None, person=person)
    if request.method != "POST" or not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "desk/erase.html", {"person": person, "form": form}, status=status)
    try:
        erasure = erasing.erase_person(person=person, actor=reader(request))
    except erasing.NotErased as refused:
        return refusal(request, str(refused))
    ring(erase)
    logout(request)
    return redirect("erasure", erasure.key)


@require_safe
def erasure(request: HttpRequest, key: str) -> HttpResponse:
    """Say how far an erasure is, to whoever has its address."""
    found = erasing.found(key)
    if found is None:
        raise Http404
    return unseen(render(request, "public/erasure.html", {"erasure": found, "waits": erasing.waits(found)}))
