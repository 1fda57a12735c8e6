"""Stories in the studio: what colleagues ask, who leads, how many told it. Never who did not."""

import datetime as dt
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from brands import policies, stories
from brands.models import Brand, Story
from brands.queries import sameness
from brands.queries.stories import for_studio, lead_names, today
from brands.views.studio.actor import actor_of
from people.weblinks import checked_link

PAGE = 50
_LONGEST_LINE = 300


class StoryForm(forms.Form):
    """A brief: facts, angles and links; there is no field for finished text."""

    title = forms.CharField(label="What it is about", max_length=120, error_messages={"required": "Write a title."})
    facts = forms.CharField(
        label="Facts",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": "Write what one has to know to tell it."},
        help_text="What happened, when, where. Colleagues read it beside an empty page and write their own words; "
        "whoever sends these ones is stopped.",
    )
    angles = forms.CharField(
        label="Angles",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Questions that somebody could answer, one on each line: what does the first snow change for you?",
    )
    links = forms.CharField(
        label="Links",
        required=False,
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Addresses to read more, one on each line.",
    )
    ends_on = forms.DateField(
        label="Last day",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Say until when it is asked."},
    )
    lead = forms.CharField(
        label="Who is asked to lead",
        required=False,
        max_length=254,
        help_text="A name as your page shows it, or the e-mail address. "
        "Your page shows them once they said yes, in their own words.",
    )

    def __init__(self, sent: QueryDict | None = None, *, brand: Brand, initial: dict[str, Any] | None = None) -> None:
        self.brand = brand
        super().__init__(sent, initial=initial)

    def clean_ends_on(self) -> dt.date:
        """Return the last day, if it is not over."""
        day: dt.date = self.cleaned_data["ends_on"]
        if not today() <= day <= today() + dt.timedelta(days=366):
            raise forms.ValidationError("Choose a day from today on, within a year.")
        return day

    def clean_angles(self) -> tuple[str, ...]:
        """Return the lines."""
        return self._lines("angles", "questions")

    def clean_links(self) -> tuple[str, ...]:
        """Return the lines, if each is an address of the web."""
        lines = self._lines("links", "links")
        try:
            return tuple(checked_link(line) for line in lines)
        except ValueError as problem:
            raise forms.ValidationError(str(problem)) from problem

    def clean_lead(self) -> Any:
        """Return the person, None where nobody is asked."""
        try:
            return stories.lead_named(self.brand, self.cleaned_data["lead"])
        except stories.NotAsked as problem:
            raise forms.ValidationError(str(problem)) from problem

    def _lines(self, name: str, what: str) -> tuple[str, ...]:
        lines = tuple(" ".join(line.split()) for line in self.cleaned_data[name].splitlines() if line.strip())
        if len(lines) > stories.MOST_LINES:
            raise forms.ValidationError(f"Up to {stories.MOST_LINES} {what}; these are {len(lines)}.")
        if any(len(line) > _LONGEST_LINE for line in lines):
            raise forms.ValidationError(f"A line has room for {_LONGEST_LINE} characters.")
        return lines

    @property
    def brief(self) -> stories.Brief:
        """Return what was written, once it is checked."""
        return stories.Brief(
            **{name: self.cleaned_data[name] for name in ("title", "facts", "ends_on", "angles", "links")}
        )


@require_safe
def listing(request: HttpRequest, slug: str) -> HttpResponse:
    """List the stories, and how alike the posts of the last weeks were."""
    brand = policies.brand_for(request, slug, policies.STORIES)
    page = Paginator(for_studio(brand), PAGE).get_page(request.GET.get("page"))
    context = {"brand": brand, "page": page, "today": today(), "weeks": sameness.weeks(brand, today())}
    return render(request, "studio/stories.html", context)


@require_safe
def write(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the form of a new story."""
    brand = policies.brand_for(request, slug, policies.STORIES)
    return _form(request, brand, None, StoryForm(brand=brand))


@require_POST
def make(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask for a story."""
    brand = policies.brand_for(request, slug, policies.STORIES)
    form = StoryForm(request.POST, brand=brand)
    if form.is_valid():
        try:
            made = stories.make(brand=brand, brief=form.brief, lead=form.cleaned_data["lead"], actor=actor_of(request))
        except stories.NotAsked as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, f"“{made.title}” is asked. It lies on the desk of everybody who stands for you.")
            return redirect("studio-stories", brand.slug)
    return _form(request, brand, None, form)


@require_safe
def story(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Show one story to change it."""
    brand = policies.brand_for(request, slug, policies.STORIES)
    found = _story(brand, pk)
    initial = {
        **{name: getattr(found, name) for name in ("title", "facts", "ends_on")},
        **{name: "\n".join(getattr(found, name)) for name in ("angles", "links")},
        "lead": lead_names([found])[found.pk],
    }
    return _form(request, brand, found, StoryForm(brand=brand, initial=initial))


@require_POST
def change(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Write the brief of one story anew."""
    brand = policies.brand_for(request, slug, policies.STORIES)
    found = _story(brand, pk)
    form = StoryForm(request.POST, brand=brand)
    if not form.is_valid():
        return _form(request, brand, found, form)
    stories.change(story=found, brief=form.brief, lead=form.cleaned_data["lead"], actor=actor_of(request))
    messages.success(request, "Saved.")
    return redirect("studio-stories", brand.slug)


@require_POST
def end(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """End one story now."""
    brand = policies.brand_for(request, slug, policies.STORIES)
    found = _story(brand, pk)
    stories.end(story=found, actor=actor_of(request))
    messages.success(request, f"“{found.title}” is over. What people said about it stays where it is.")
    return redirect("studio-stories", brand.slug)


def _story(brand: Brand, pk: int) -> Story:
    return get_object_or_404(Story.objects.select_related("brand", "asker", "lead__person"), brand=brand, pk=pk)


def _form(request: HttpRequest, brand: Brand, found: Story | None, form: StoryForm) -> HttpResponse:
    asker, why_not = found.asker if found else None, ""
    if asker is None:
        try:
            asker = stories.asker_for(brand, actor_of(request))
        except stories.NotAsked as problem:
            why_not = str(problem)
    shown = list(found.pictures.order_by("position")) if found else []
    context = {"brand": brand, "story": found, "form": form, "asker": asker, "why_not": why_not, "pictures": shown}
    return render(request, "studio/story.html", context)
