"""`manage.py hide`: nothing of a person is shown on this site, within seconds, for their safety."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand, CommandError

from people.models import Person
from people.profile_changes import close_own_page, open_own_page


class Command(BaseCommand):
    """Hides a person, or shows them again."""

    help = "Hide a person on every page of this site, until they or you put them back."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("person", help="the address of the page, such as ingrid-solheim, or the person's number")
        parser.add_argument("--put-back", action="store_true", help="show them again")

    def handle(self, *, person: str, put_back: bool, **options: Any) -> None:
        rows = Person.objects.filter(pk=int(person)) if person.isdigit() else Person.objects.filter(slug=person)
        found = rows.exclude(slug=None).first()
        if found is None:
            raise CommandError(f"There is no person {person} with a page.")
        if put_back:
            open_own_page(person=found, actor=None, label="command")
            self.stdout.write(f"{found.name} is shown again.")
        else:
            close_own_page(person=found, actor=None, label="command")
            self.stdout.write(f"{found.name} is hidden. `hide {person} --put-back` ends it, and so can they.")
