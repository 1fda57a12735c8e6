"""manage.py sync: read what is due, by the same claims as the workers."""

import sys
from argparse import ArgumentParser
from collections.abc import Collection

from django.core.management.base import BaseCommand, CommandError

from brands.models import Brand, ShownAccount
from people.models import Post
from people.syncing.idle import Tally, read_due, read_until_idle, states, unfinished
from people.syncing.lookups import waiting


class Command(BaseCommand):
    """Read the accounts that are due."""

    help = "Read what people said: looks accounts up and reads those that are due."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--brand", metavar="BRAND", help="only the accounts that this brand shows")
        parser.add_argument("--until-idle", action="store_true", help="go on until nothing is due")

    def handle(self, *, brand: str | None, until_idle: bool, **options: object) -> None:
        """Read, say what came of it; exit 1 where some accounts could not be read, 2 for an unknown brand."""
        accounts = self._accounts(brand)
        if until_idle:
            tally = read_until_idle(accounts, told=self._tell)
        else:
            tally = Tally()
            read_due(accounts, tally, told=self._tell)
        if sys.stderr.isatty():
            self.stderr.write("")
        self.stdout.write(_came_of(tally, accounts))
        for words, count in states(accounts).items():
            self.stdout.write(f"  {count} {'account' if count == 1 else 'accounts'} {words}")
        troubles = unfinished(accounts)
        for words, count in troubles.items():
            self.stdout.write(f"  {count} not read: {words}")
        for words in dict.fromkeys(tally.look_up_troubles):
            self.stdout.write(f"  not looked up: {words}")
        if troubles or tally.look_up_troubles or waiting(accounts):
            sys.exit(1)

    def _accounts(self, slug: str | None) -> Collection[int] | None:
        if slug is None:
            return None
        brand = Brand.objects.filter(slug=slug).first()
        if brand is None:
            raise CommandError(f"There is no brand called {slug!r}.", returncode=2)
        return set(ShownAccount.objects.filter(enrolment__brand=brand).values_list("account_id", flat=True))

    def _tell(self, tally: Tally) -> None:
        """Show progress: a line that rewrites itself on a terminal, a plain line now and then elsewhere."""
        line = f"{tally.runs} readings, {tally.new} new posts"
        if sys.stderr.isatty():
            self.stderr.write(f"\r{line}", ending="")
        elif tally.runs % 100 == 0:
            self.stdout.write(line)


def _came_of(tally: Tally, accounts: Collection[int] | None) -> str:
    """Return what the reading came to, in words: the workers of a running copy are often faster."""
    if tally.asked or tally.runs:
        return (
            f"{tally.asked} accounts looked up, {tally.runs} readings: {tally.new} new posts, {tally.changed} changed"
        )
    posts = Post.objects.all() if accounts is None else Post.objects.filter(account__in=accounts)
    kept = f"{posts.count():,} posts are kept."
    return f"Nothing was left to read: the workers were here already, or nothing was due. {kept}"
