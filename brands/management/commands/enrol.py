"""manage.py enrol: enrol the people of a staff list."""

import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from brands.consenting import Scope
from brands.importing.records import Unreadable
from brands.importing.report import Report, summarise, write_csv
from brands.importing.run import Wishes, import_people
from brands.models import Brand, ShownAccount

_USAGE = 2  # exit status


class Command(BaseCommand):
    """Exit status: 0 clean, 1 done but some rows have problems, 2 usage (nothing was saved)."""

    help = "Enrol the people of a staff list (CSV or XLSX) for a brand."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments; see docs and contracts for their meaning."""
        parser.add_argument("brand", help="the brand's short name, as in its address")
        parser.add_argument("file", type=Path)
        parser.add_argument("--where", action="append", default=[], metavar="COLUMN=VALUE", help="only these rows")
        parser.add_argument("--map", action="append", default=[], metavar="COLUMN=FIELD", help="what a column is")
        parser.add_argument("--create-teams", action="store_true", help="make teams that the brand does not have yet")
        parser.add_argument("--dry-run", action="store_true", help="check the file and save nothing")
        parser.add_argument("--report", type=Path, metavar="OUT.csv", help="write a row for every row of the file")
        parser.add_argument("--no-mail", action="store_true", help="do not mail people their listing link")
        parser.add_argument("--consent-on-file", metavar="REFERENCE", help="where the people's yes is kept")
        parser.add_argument("--shows", choices=ShownAccount.Shows.values, help="what of their accounts may be shown")
        parser.add_argument("--since", metavar="DATE", help="posts from this day on, such as 2026-01-31")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the import and print its summary."""
        brand = Brand.objects.filter(slug=options["brand"]).first()
        if brand is None:
            there = ", ".join(Brand.objects.order_by("slug").values_list("slug", flat=True)) or "none yet"
            raise CommandError(f"There is no brand “{options['brand']}”. Brands: {there}.", returncode=_USAGE)
        wishes = Wishes(
            where=options["where"],
            maps=options["map"],
            create_teams=options["create_teams"],
            scope=_scope(options),
            mail=not options["no_mail"],
        )
        try:
            report = import_people(
                brand=brand,
                path=options["file"],
                wishes=wishes,
                actor=None,
                label="command enrol",
                dry_run=options["dry_run"],
                tell=self._tell,
            )
        except Unreadable as error:
            raise CommandError(str(error), returncode=_USAGE) from None
        self._show(report, options["report"])

    def _show(self, report: Report, out: Path | None) -> None:
        for line in summarise(report):
            self.stdout.write(line)
        if out is not None:
            try:
                # with a byte order mark, so that spreadsheets read the accents
                out.write_text(write_csv(report), encoding="utf-8-sig", newline="")
            except OSError as error:
                raise CommandError(f"The report could not be written to {out}: {error.strerror}.") from None
        if not report.clean:
            sys.exit(1)

    def _tell(self, done: int, total: int) -> None:
        if not self.stderr.isatty():
            if done == total or done % 1000 == 0:
                self.stderr.write(f"{done} of {total} rows")
            return
        filled = 40 * done // total
        self.stderr.write(
            f"\r[{'#' * filled}{'.' * (40 - filled)}] {done}/{total}", ending="\n" if done == total else ""
        )


def _scope(options: dict[str, Any]) -> Scope | None:
    reference, shows, since = (options[name] for name in ("consent_on_file", "shows", "since"))
    if reference is None:
        if shows or since:
            raise CommandError("--shows and --since belong to --consent-on-file REFERENCE.", returncode=_USAGE)
        return None
    reference = " ".join(reference.split())
    if not 1 <= len(reference) <= 200:
        raise CommandError("--consent-on-file names where the yes is kept, in 1 to 200 characters.", returncode=_USAGE)
    if not shows or not since:
        raise CommandError("--consent-on-file needs --shows all|picked and --since DATE.", returncode=_USAGE)
    try:
        day = date.fromisoformat(since)
    except ValueError:
        raise CommandError(f"--since is “{since}”; write a day such as 2026-01-31.", returncode=_USAGE) from None
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    if start > datetime.now(UTC):
        raise CommandError(f"--since is {since}, a day to come.", returncode=_USAGE)
    return Scope(reference, shows, start)
