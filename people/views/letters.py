"""What the links in a letter lead to: the way in to /home/, the end of letters with one click, and faces.

The address itself is the secret, and no other site is told it. A mail program stops letters by a POST of its own
(RFC 8058), with no cookie and no token of a form. The way in is checked: no other site makes a browser read as another.
"""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from advocacy.answers import unseen, unseen_form
from people.faces import for_letter, hidden
from people.fan_links import fan_by
from people.following import let_in, reader
from people.letters.stopping import stop_letters
from people.models import Rhythm
from people.pictures import NotAPicture
from people.views.pictures import FOR_EVER


@require_http_methods(["GET", "HEAD", "POST"])
def read(request: HttpRequest, token: str) -> HttpResponse:
    """Show one button; pressing it opens /home/ for the fan whose letter it is. Opening the link changes nothing."""
    fan = fan_by(token, "read")
    if fan is None:
        return unseen(render(request, "public/letter_old.html", status=404))
    here = reader(request)
    if request.method != "POST" and here and here.pk == fan.pk:
        return unseen(redirect("home"))
    if request.method == "POST":
        let_in(request, fan)
        return unseen(redirect("home"))
    return unseen_form(render(request, "public/letter_read.html", {"token": token}))


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Show one button; a POST, by the button or by a mail program, ends the fan's letters."""
    fan = fan_by(token, "stop")
    if fan is None:
        return unseen(render(request, "public/letter_old.html", status=404))
    stopped = request.method == "POST" or fan.rhythm == Rhythm.NEVER
    if request.method == "POST":
        stop_letters(fan)
    return unseen(render(request, "public/letter_stop.html", {"token": token, "stopped": stopped}))


@require_safe
def letter_face(request: HttpRequest, stem: str) -> HttpResponse:
    """Answer with a portrait as mail programs can show it; gone with the portrait, and while its person is hidden."""
    if hidden(stem):
        raise Http404
    try:
        body = for_letter(stem)
    except (OSError, NotAPicture):
        raise Http404 from None
    answer = HttpResponse(body, content_type="image/jpeg")
    answer["Cache-Control"] = FOR_EVER.replace("public", "private")  # no shared cache may keep it
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer
