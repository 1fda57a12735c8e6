"""What beat asks of the sandbox: its inhabitants go on talking, so that a copy with the demo lives."""

import random

from celery import shared_task

from advocacy.sandbox.models import Inhabitant
from advocacy.sandbox.verbs import say
from advocacy.sandbox.wording import escaped, wrapped


@shared_task
def speak() -> None:
    """Let one inhabitant say one of their own sayings that they have not said yet; when all is said, be silent."""
    people = list(Inhabitant.objects.filter(suspended=False, deactivated=False).exclude(sayings=[]))
    for who in random.sample(people, len(people)):
        said = set(who.utterances.values_list("text", flat=True))
        for saying in who.sayings:
            one = saying if isinstance(saying, dict) else {"text": saying}
            if escaped(wrapped(one["text"])[0]) not in said:
                say(handle=who.handle, text=one["text"], lang=one.get("lang", who.lang))
                return
