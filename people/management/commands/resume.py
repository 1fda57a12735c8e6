"""`manage.py resume`: ends a pause of publishing."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand, CommandError

from people.management.commands.pause import named, scope_arguments
from people.publishing import pausing


class Command(BaseCommand):
    """Ends a pause."""

    help = "End a pause of publishing; what it held goes out now, unless it is too late for it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        scope_arguments(parser)

    def handle(self, *, network: str, person: str, account: str, **options: Any) -> None:
        scope, subject = named(network=network, person=person, account=account)
        try:
            ended = pausing.resume(scope=scope, subject=subject, actor=None, label="command")
        except ValueError as error:
            raise CommandError(str(error)) from None
        where = f"{scope.label} {subject}".strip()
        self.stdout.write(f"Publishing goes on for {where}." if ended else f"There was no pause for {where}.")
