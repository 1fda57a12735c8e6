"""`manage.py pause`: nothing is sent any more, within seconds."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand, CommandError

from people.models import Pause
from people.publishing import pausing


def scope_arguments(parser: ArgumentParser) -> None:
    """Let a command name the site (nothing), a network, a person or an account."""
    parser.add_argument("--network", default="", help="only this network, such as x")
    parser.add_argument("--person", default="", help="only the person with this number")
    parser.add_argument("--account", default="", help="only the account with this number")


def named(*, network: str, person: str, account: str) -> tuple[Pause.Scope, str]:
    """Return scope and subject; raises CommandError where several are named."""
    given = [
        (scope, word)
        for scope, word in (
            (Pause.Scope.NETWORK, network),
            (Pause.Scope.PERSON, person),
            (Pause.Scope.ACCOUNT, account),
        )
        if word
    ]
    if len(given) > 1:
        raise CommandError("name one of --network, --person and --account")
    return given[0] if given else (Pause.Scope.SITE, "")


class Command(BaseCommand):
    """Pauses publishing."""

    help = "Pause publishing on the whole site, or for one network, person or account, until `resume`."

    def add_arguments(self, parser: ArgumentParser) -> None:
        scope_arguments(parser)

    def handle(self, *, network: str, person: str, account: str, **options: Any) -> None:
        scope, subject = named(network=network, person=person, account=account)
        try:
            new = pausing.pause(scope=scope, subject=subject, actor=None, label="command")
        except ValueError as error:
            raise CommandError(str(error)) from None
        where = f"{scope.label} {subject}".strip()
        self.stdout.write(f"Publishing is paused for {where}." if new else f"It was paused already for {where}.")
