"""Refuses the NUL character in what readers enter: PostgreSQL stores it in no text, and nobody types it."""

from collections.abc import Callable, Iterator

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

NUL = "\0"
Answer = Callable[[HttpRequest], HttpResponse]


def without_nul(answer: Answer) -> Answer:
    """Middleware: answer 400, and say why, where a query or a form holds NUL. What is inside a file is not looked at.

    Here and not in each form: a value that one view forgets to look at is an error of the database.
    """

    def refused(request: HttpRequest) -> HttpResponse:
        # the API names the parameter itself, in its own form
        if not request.path.startswith("/api/") and any(NUL in word for word in _entered(request)):
            return render(request, "character_refused.html", status=400)
        return answer(request)

    return refused


def _entered(request: HttpRequest) -> Iterator[str]:
    """Yield the names and values of the query and the form, and the names of the files."""
    for values in (request.GET, request.POST):
        for name, several in values.lists():
            yield name
            yield from map(str, several)
    for name, files in request.FILES.lists():
        yield name
        yield from (file.name or "" for file in files)
