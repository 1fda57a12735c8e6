"""`manage.py erase`: a person, or a fan, is erased for good; an address is kept away."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand, CommandError

from people import erasing, keeping_away
from people.models import Erasure, Person, User
from people.models.user import fold_address

_PERSON = "the address of the page, such as ingrid-solheim, or the number of the person"
_ADDRESS = "an e-mail address whose owner never answered and wants never to be asked again"


class Command(BaseCommand):
    """Erases somebody."""

    help = (
        "Erase a person with their login and all that they said here, or a fan; or let nobody be asked any more "
        "at an address whose owner wants that. This cannot be taken back."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        who = parser.add_mutually_exclusive_group(required=True)
        who.add_argument("--person", default="", help=_PERSON)
        who.add_argument("--fan", default="", help="the e-mail address of the login")
        who.add_argument("--address", default="", help=_ADDRESS)
        parser.add_argument("--yes", action="store_true", help="do not ask once more")

    def handle(self, *, person: str, fan: str, address: str, yes: bool, **options: Any) -> None:
        if address:
            self._address(address, yes)
            return
        erasure = self._person(person, yes) if person else self._fan(fan, yes)
        erasing.carry_on()
        erasure.refresh_from_db()
        done = erasure.state == Erasure.State.DONE
        self.stdout.write("It is done." if done else "A worker is doing it: run this again to hear how it ended.")

    def _person(self, named: str, yes: bool) -> Erasure:
        rows = Person.objects.filter(pk=int(named)) if named.isdigit() else Person.objects.filter(slug=named)
        person = rows.first()
        if person is None:
            raise CommandError(f"There is no person {named}.")
        self._ask(f"{person.name}, with {person.posts.count()} posts", yes)
        try:
            return erasing.erase_person(person=person, actor=None, label="command")
        except erasing.NotErased as refused:
            raise CommandError(str(refused)) from None

    def _fan(self, named: str, yes: bool) -> Erasure:
        user = User.objects.filter(email=fold_address(named)).first()
        if user is None:
            raise CommandError("There is no login with this address.")
        self._ask("this fan, with whom they follow", yes)
        return erasing.erase_fan(user, actor=None, label="command")

    def _address(self, named: str, yes: bool) -> None:
        if "@" not in named:
            raise CommandError("Write the whole address, such as ingrid@example.org.")
        self._ask("all that asks somebody at this address", yes)
        try:
            new = keeping_away.keep_away(named, label="command")
        except erasing.NotErased as refused:
            raise CommandError(str(refused)) from None
        self.stdout.write("Nobody is asked there any more." if new else "Nobody was asked there before.")

    def _ask(self, whom: str, yes: bool) -> None:
        if not yes and input(f"Erase {whom}? This cannot be taken back. Write ERASE: ") != "ERASE":
            raise CommandError("Nothing was erased.")
