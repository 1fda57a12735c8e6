"""The desk's "Letters": a person opens the next letter to their followers with a few lines of their own."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from people.letters import answers, opening
from people.letters.drawing import preview
from people.logins import short_enough
from people.models import Opening, Person
from people.views.desk.room import at_desk, reader

LOGIN, OTHER = "login", "other"


class OpeningForm(forms.Form):
    """The lines, and where answers to them go: nothing is taken for granted, as everybody who gets them sees it."""

    words = forms.CharField(
        label="Your lines",
        widget=forms.Textarea(attrs={"rows": 7, "dir": "auto"}),
        error_messages={"required": "Write something first."},
    )
    answers = forms.ChoiceField(
        label="Where answers reach you",
        choices=[(LOGIN, "login"), (OTHER, "other")],
        error_messages={"required": "Choose where answers reach you."},
    )
    address = forms.EmailField(
        label="Another address",
        required=False,
        validators=[short_enough],
        error_messages={"invalid": "Write the whole address, such as lea@example.org."},
    )
    code = forms.CharField(label="Code", required=False, max_length=20)

    def clean(self) -> None:
        """Refuse another address that is not there."""
        if self.cleaned_data.get("answers") == OTHER and not self.cleaned_data.get("address") and not self.errors:
            self.add_error("address", "Write the address where answers reach you.")

    def clean_words(self) -> str:
        """Return the lines as they are kept."""
        words = opening.tidy(self.cleaned_data["words"])
        if not words:
            raise forms.ValidationError("Write something first.")
        over = len(words) - Opening.WORDS
        if over > 0:
            raise forms.ValidationError(f"Take out {over} character{'' if over == 1 else 's'}.")
        return words


@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def letters(request: HttpRequest, person: Person) -> HttpResponse:
    """Show what waits for the next letter; keep other lines, show how they read, or take them back."""
    waiting = Opening.objects.filter(person=person).first()
    deed = request.POST.get("do", "")
    if request.method == "POST" and deed == "drop":
        opening.take_back_opening(person=person, actor=reader(request))
        messages.success(request, "Taken back. No letter that has not gone out yet has them.")
        return redirect("desk-letters")
    chosen, login = answers.chosen(person), reader(request).email
    form = OpeningForm(request.POST or None, initial=_known(waiting, chosen, login))
    fine = request.method == "POST" and form.is_valid()
    answers_to = _answers_to(form, login) if fine else chosen
    if fine and deed != "preview" and _kept(request, person, form, answers_to):
        messages.success(request, "Kept. They come first in the next letter of each of your followers.")
        return redirect("desk-letters")
    words = form.cleaned_data.get("words", "") if fine else waiting.words if waiting else ""
    context = {
        "person": person,
        "form": form,
        "waiting": waiting,
        "who": preview(person, words, answers_to=answers_to) if words else None,
        "readers": opening.how_many(person),
        "room": Opening.WORDS,
        "code_sent": form.has_error("code"),
    }
    return render(request, "desk/letters.html", context, status=422 if form.errors else 200)


def _known(waiting: Opening | None, chosen: str, login: str) -> dict[str, str]:
    """Return what the form begins with: what was chosen before, else nothing."""
    known = {"words": waiting.words} if waiting else {}
    if chosen:
        known |= {"answers": LOGIN} if chosen == login else {"answers": OTHER, "address": chosen}
    return known


def _answers_to(form: OpeningForm, login: str) -> str:
    return login if form.cleaned_data["answers"] == LOGIN else form.cleaned_data["address"]


def _kept(request: HttpRequest, person: Person, form: OpeningForm, answers_to: str) -> bool:
    """Keep the lines; where nobody has shown yet that the address is theirs, send a code there and ask for it."""
    words, code = form.cleaned_data["words"], form.cleaned_data["code"]
    try:
        opening.write_opening(person=person, words=words, answers_to=answers_to, code=code, actor=reader(request))
    except answers.NotProven as why:
        try:
            if not code:
                answers.send_code(person=person, address=answers_to)
        except answers.NotProven as trouble:
            form.add_error("address", str(trouble))
        else:
            form.add_error("code", str(why))
        return False
    return True
