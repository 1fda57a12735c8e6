"""Reporting a post, without a login."""

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from advocacy.celery import ring
from people import reporting, sections, tasks
from people.logins import LONGEST_ADDRESS, short_enough
from people.models import PostReport
from people.queries import posts
from people.views.readers import client_of


class ReportForm(forms.Form):
    """What is wrong, and where to tell what was decided."""

    why = forms.ChoiceField(
        label="What is wrong with it?",
        choices=PostReport.Why.choices,
        error_messages={"required": "Choose what is wrong with it."},
    )
    words = forms.CharField(
        label="In your own words",
        required=False,
        max_length=reporting.LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Who wrote the post reads them, and never who you are.",
    )
    email = forms.EmailField(
        label="Your e-mail (you may leave it out)",
        required=False,
        max_length=LONGEST_ADDRESS,
        validators=[short_enough],
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=f"If you want to be told what is decided, of {reporting.PER_ADDRESS} reports a day at most. "
        "It is forgotten after two months.",
        error_messages={"invalid": "Write the whole address, such as lea@example.org."},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, post_id: int) -> HttpResponseBase:
    """Show the form, and take what is entered."""
    found = posts.visible_post(post_id) if post_id < 2**63 else None
    if found is None:
        raise Http404
    form = ReportForm(request.POST) if request.method == "POST" else ReportForm()
    deciders = reporting.deciders_of(found)
    if not deciders:  # there will be nothing to tell
        del form.fields["email"]
    if request.method == "POST" and form.is_valid():
        try:
            reporting.report(post=found, **form.cleaned_data, client=client_of(request))
        except reporting.TooOften:
            form.add_error(None, "Too many reports came from where you are. Try again in an hour.")
        except ValueError as problem:
            form.add_error("words", str(problem))
        else:
            ring(tasks.tell_of_reports)
            return redirect("report-sent")
    places = sections.appearances([found.person_id])[found.person_id]
    context = {
        "post": found,
        "person": found.person,
        "deciders": deciders,
        "first": places[0] if places else None,
        "form": form,
    }
    answer = render(request, "public/report.html", context, status=422 if form.errors else 200)
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer


@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """Say who learns of a report."""
    return render(request, "public/report_sent.html")
