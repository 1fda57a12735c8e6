"""One person by hand."""

from collections.abc import Iterable

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from brands import inviting, policies
from brands.enrolment_steps import by_hand
from brands.enrolment_steps.mending import Trouble
from brands.importing.records import Verdict
from brands.models import Brand, Import
from brands.views.studio.actor import actor_of
from brands.views.studio.importing import form_key, new_key, reads_and_writes, team_names


class PersonForm(forms.Form):
    """What the studio says about somebody; the rules are those of a row of a file, checked by enrol_one."""

    key = forms.CharField(widget=forms.HiddenInput, required=False)
    name = forms.CharField(label="Name", required=False, max_length=1_000)
    email = forms.CharField(
        label="E-mail",
        required=False,
        max_length=1_000,
        widget=forms.EmailInput,
        help_text="The invitation goes there, and they are recognised by it. It is never public.",
    )
    title = forms.CharField(label="Job title", required=False, max_length=1_000)
    team = forms.ChoiceField(label="Team", required=False)
    place = forms.CharField(label="Place", required=False, max_length=1_000)
    topics = forms.CharField(
        label="Topics", required=False, max_length=1_000, help_text="What they know about; put a comma between two."
    )
    x_handle = forms.CharField(
        label="X handles",
        required=False,
        max_length=1_000,
        help_text="A proposal that they see when they answer; put a comma between two. Nothing is looked up before.",
    )
    invite = forms.BooleanField(label="Send the invitation now", required=False, initial=True)
    words = forms.CharField(
        label="Your own words in the letter",
        required=False,
        max_length=inviting.LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    language = forms.ChoiceField(
        label="Language of the letter",
        choices=list(inviting.LANGUAGES.items()),
        help_text="Of what every letter says, the reminders too. Your own words stay as you write them.",
    )

    def set_teams(self, names: Iterable[str]) -> None:
        """Offer the brand's teams."""
        field = self.fields["team"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [("", "None"), *((name, name) for name in names)]


@reads_and_writes
def person(request: HttpRequest, slug: str) -> HttpResponse:
    """Enrol one person; what is wrong is said at the field, in the words of a row of a file."""
    brand = policies.brand_for(request, slug, policies.ENROL)
    form = PersonForm(request.POST) if request.method == "POST" else PersonForm(initial=_first(brand))
    form.set_teams(team_names(brand))
    form.use_required_attribute = False
    if not policies.may(request.user, brand, policies.INVITE):
        for name in ("invite", "words", "language"):
            del form.fields[name]
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        made = by_hand.enrol_one(
            brand=brand,
            actor=actor_of(request),
            key=form_key(request),
            cells={field: told[field] for field in by_hand.FIELDS},
            invite=bool(told.get("invite")),
            words=told.get("words", ""),
            language=told.get("language", "en"),
        )
        if isinstance(made, Import):
            messages.success(request, _said(made, told["name"]))
            return redirect("studio-enrol-person", slug)
        _tell(form, made)
    context = {"brand": brand, "form": form}
    return render(request, "studio/enrol/person.html", context, status=422 if form.errors else 200)


def _first(brand: Brand) -> dict[str, str]:
    return {"key": new_key(), "language": inviting.language_of(brand)}


def _tell(form: PersonForm, troubles: Iterable[Trouble]) -> None:
    for trouble in troubles:
        form.add_error(trouble.field if trouble.field in form.fields else None, trouble.words)


def _said(file: Import, name: str) -> str:
    if file.counts.get(Verdict.NEW):
        asked = "The invitation is on its way." if file.wishes.get("invite") else "They have not been asked yet."
        return f"{name} is enrolled. {asked}"
    if file.counts.get(Verdict.UPDATED):
        return f"{name} was enrolled already; what you wrote was updated."
    return f"{name} is enrolled already, just so. Nothing was changed."
