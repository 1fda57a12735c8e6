"""manage.py rebuildfeed: recompute a brand's feed from nothing."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from brands.feed import rebuild_feed
from brands.models import Brand


class Command(BaseCommand):
    """Recompute a brand's feed."""

    help = "Recompute from nothing which posts a brand's page shows. Changes nothing where all is well."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the brand."""
        parser.add_argument("brand")

    def handle(self, *, brand: str, **options: object) -> None:
        """Recompute; exit 2 for an unknown brand."""
        found = Brand.objects.filter(slug=brand).first()
        if found is None:
            raise CommandError(f"There is no brand called {brand!r}.", returncode=2)
        self.stdout.write(f"{rebuild_feed(found)} posts on the page of {found.name}")
