"""`manage.py demo`: fill an empty database with Vesper, an invented company."""

from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError

from brands.demo import cast
from brands.demo.filling import NotEmpty, fill, passwords
from brands.demo.network import NotThere


class Command(BaseCommand):
    """Fills an empty database; a second time it only tells the logins again."""

    help = "Fill an empty database with the demo (the running copy's sandbox is its network) and tell its logins."

    def handle(self, **options: Any) -> None:
        """Fill; exit 2 where there is another brand, or where the sandbox does not answer."""
        try:
            fill(self.stdout.write)
        except (NotEmpty, NotThere) as problem:
            raise CommandError(str(problem), returncode=2) from None
        found = passwords()
        self.stdout.write(f"The demo is {cast.NAME}: {settings.SITE_URL}/brands/{cast.BRAND}/")
        self.stdout.write(f"Sign in as its owner: {cast.OWNER}, password {found[cast.OWNER]}")
        self.stdout.write(f"or as one of its people: {cast.NINJA}, password {found[cast.NINJA]}")
