"""`manage.py release`: lets publishing go on after the database was restored."""

from typing import Any

from django.core.management import BaseCommand
from django.db.models import Q

from people.models import Delivery
from people.publishing import epoch


class Command(BaseCommand):
    """Releases a restored database."""

    help = "Let publishing go on after the database was restored from a backup. Look at what is listed first."

    def handle(self, **options: Any) -> None:
        asked = Q(state__in=(Delivery.State.UNKNOWN, Delivery.State.NEEDS_HUMAN))
        open_rows = Delivery.objects.filter(asked | Q(state=Delivery.State.HELD, reason=epoch.RESTORED))
        stood = epoch.release(actor=None, label="command")
        self.stdout.write("Publishing goes on." if stood else "Publishing did not stand still; the epoch is new.")
        self.stdout.write(f"{open_rows.count()} posts are looked for at their networks or wait for their authors.")
