"""manage.py rotatekeys: seal every secret of the database anew by the newest of ENCRYPTION_KEYS."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from advocacy import crypto
from advocacy.audit import record


class Command(BaseCommand):
    """Exit status: 0 all values are sealed by the newest key, 1 some do not open and stay as they are."""

    help = "Seal secrets anew after a new key was put first in ENCRYPTION_KEYS; older keys may go when 0 are left."

    def handle(self, *args: Any, **options: Any) -> None:
        """Work through every table, and tell what is left."""
        found = crypto.reseal_all()
        for name, done in found.items():
            words = f"{done.anew} sealed anew, {done.kept} had the newest key, {done.lost} do not open"
            self.stdout.write(f"{name}: {words}")
        lost = sum(done.lost for done in found.values())
        counts = {"anew": sum(done.anew for done in found.values()), "lost": lost}
        record("keys.rotated", actor=None, label="command", details=dict(counts))
        if lost:
            self.stdout.write("Keep the older keys, or find the missing one: what does not open is lost without it.")
            sys.exit(1)
        self.stdout.write("Nothing needs an older key: only the first of ENCRYPTION_KEYS has to stay.")
