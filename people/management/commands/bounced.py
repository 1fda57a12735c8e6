"""`manage.py bounced ADDRESS`: the mail system says that nobody is there, so no letter goes there any more."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand, CommandError

from people.letters import stopping


class Command(BaseCommand):
    """Notes a bounce that the mail server told after it had taken the letter."""

    help = (
        "Stop letters to a fan or of an invitation whose address bounced; --lift lets a fan's go out again, "
        "an invitation is sent again in the studio."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("address", help="the address that bounced")
        parser.add_argument("--lift", action="store_true", help="write there again")

    def handle(self, *, address: str, lift: bool, **options: Any) -> None:
        new = stopping.lift(address) if lift else stopping.bounced_address(address)
        if new is None:
            raise CommandError("no fan has this address" if lift else "no fan and no open invitation has this address")
        if lift:
            self.stdout.write("Letters go there again." if new else "Letters went there all the time.")
        else:
            self.stdout.write("No letter goes there any more." if new else "None went there before.")
