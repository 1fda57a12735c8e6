"""The pretend network's own form, opened with words in its address: whoever looks at it chooses who they are."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from advocacy.origins import is_foreign
from advocacy.sandbox import verbs
from advocacy.sandbox.models import Inhabitant
from advocacy.sandbox.refusal import Refused

SHOWN = 60
LONGEST = 4_000  # characters that are taken over from the address


@csrf_exempt  # the pretend network knows no session, and who writes names themselves; a foreign site's is refused
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest) -> HttpResponseBase:
    """Show the form; post as the chosen inhabitant, and lead to the post."""
    if request.method == "POST" and is_foreign(request):
        return HttpResponse("This form was sent by another site.", status=403, content_type="text/plain")
    words = request.POST if request.method == "POST" else request.GET
    text, find, problem = words.get("text", "")[:LONGEST], words.get("find", ""), ""
    if request.method == "POST":
        try:
            number = verbs.say(handle=words.get("who", ""), text=text.replace("\r\n", "\n"))
        except Refused as refused:
            problem = str(refused) if words.get("who") else "Choose who you are first."
        else:
            return redirect("sandbox:status", words["who"], int(number))
    found = Inhabitant.objects.filter(deactivated=False, suspended=False).order_by("handle")
    if find:
        found = found.filter(handle__istartswith=find.strip().removeprefix("@"))
    context = {"text": text, "people": found[:SHOWN], "find": find, "problem": problem}
    return render(request, "sandbox/intent.html", context, status=422 if problem else 200)
