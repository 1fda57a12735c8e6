"""The desk's "My page": portrait, own words, languages, links, with the chorus sentence as the brand's page says it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from people import faces, sections
from people.faces import remove_portrait, set_portrait
from people.models import Person
from people.pictures import NotAPicture
from people.profile_changes import LINE, change_words
from people.queries.faces import faces_of
from people.views.desk.forms import PageForm, PortraitForm, another_picture
from people.views.desk.room import at_desk, reader


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def my_page(request: HttpRequest, person: Person) -> HttpResponse:
    """Show the form; save it, or show with "preview" how the line would read."""
    form = PageForm(request.POST or None, person=person)
    line = form["line"].value() or ""
    if request.method == "POST" and "preview" not in request.POST and form.is_valid():
        change_words(person=person, words=form.words, actor=reader(request))
        messages.success(request, "Saved. Your page says it now.")
        return redirect("desk-my-page")
    return _shown(request, person, form, PortraitForm(), line)


@require_POST
@at_desk
def line_preview(request: HttpRequest, person: Person) -> HttpResponse:
    """Return the chorus sentence with the line as it is typed; nothing is saved."""
    return render(request, "desk/_chorus_preview.html", _sentence(person, request.POST.get("line", "")))


@require_POST
@at_desk
def portrait(request: HttpRequest, person: Person) -> HttpResponse:
    """Give the reader a portrait, cut as they chose, or take it away."""
    if "remove" in request.POST:
        remove_portrait(person, actor=reader(request))
        messages.success(request, "Your portrait is gone.")
        return redirect("desk-my-page")
    form = PortraitForm(request.POST, request.FILES)
    if form.is_valid():
        body = form.cleaned_data["picture"].read(faces.LARGEST_PORTRAIT + 1)
        region, alt = form.cleaned_data["region"], form.cleaned_data["alt"]
        try:
            set_portrait(person, body, alt, actor=reader(request), region=region)
        except NotAPicture as problem:
            form.add_error("picture", another_picture(problem))
        else:
            messages.success(request, "This is your portrait now.")
            return redirect("desk-my-page")
    return _shown(request, person, PageForm(person=person), form, person.line)


def _shown(
    request: HttpRequest, person: Person, form: PageForm, portrait_form: PortraitForm, line: str
) -> HttpResponse:
    wrong = form if form.errors else portrait_form
    refused = bool(wrong.errors) and "preview" not in request.POST
    context = {
        "person": person,
        "form": form,
        "portrait": portrait_form,
        "wrong": wrong if refused else None,
        "appearances": sections.appearances([person.pk])[person.pk],
        **_sentence(person, line),
    }
    return render(request, "desk/my_page.html", context, status=422 if refused else 200)


def _sentence(person: Person, line: str) -> dict[str, object]:
    line = " ".join(line.split())
    return {
        "name": person.first_name,
        "backdrop": person.backdrop,
        "face": faces_of([person])[person.pk],
        "line": line[:LINE],
        "over": line[LINE:],
        "sentence": line[:1].isupper(),
        "used": len(line),
        "room": LINE,
    }
