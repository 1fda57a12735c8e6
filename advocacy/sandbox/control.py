"""The control room: the verbs over HTTP, so that tests reach a sandbox in another process."""

import inspect
import json

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from advocacy.sandbox import allowing, verbs
from advocacy.sandbox.refusal import Refused

VERBS = {
    verb.__name__: verb
    for verb in (
        *(verbs.inhabitant, verbs.say, verbs.edit, verbs.delete, verbs.rename, verbs.protect, verbs.suspend),
        *(verbs.deactivate, verbs.tick, verbs.fault, verbs.clear, verbs.expire_jobs, verbs.load, verbs.reset),
        verbs.describe,
        *(allowing.app, allowing.allowed, allowing.disallow, allowing.expire_access, allowing.expire_codes),
        allowing.made,
    )
}


@csrf_exempt
@require_POST
def control(request: HttpRequest, verb: str) -> JsonResponse:
    """Do one verb with the JSON object of the body as its arguments; {"result"} or, with a 4xx, {"problem"}."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not constant_time_compare(given, settings.SANDBOX_BEARER_TOKEN):
        return JsonResponse({"problem": "the bearer is missing or wrong"}, status=401)
    if verb not in VERBS:
        return JsonResponse({"problem": f"there is no verb {verb!r}; there are {', '.join(VERBS)}"}, status=404)
    try:
        arguments = json.loads(request.body or b"{}")
        inspect.signature(VERBS[verb]).bind(**arguments)
        return JsonResponse({"result": VERBS[verb](**arguments)})
    except (Refused, ValueError, TypeError) as problem:
        return JsonResponse({"problem": str(problem)}, status=400)
