"""`manage.py createbrand SLUG --name NAME --owner EMAIL`."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management import BaseCommand, CommandError

from brands.opening import open_brand


class Command(BaseCommand):
    """Opens a brand."""

    help = "Open a brand and give it an owner, who signs in by a code sent to the address."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="the brand's word in addresses, such as vesper")
        parser.add_argument("--name", required=True, help="the brand's name as people read it")
        parser.add_argument("--owner", required=True, help="the owner's e-mail address")

    def handle(self, *, slug: str, name: str, owner: str, **options: Any) -> None:
        try:
            brand = open_brand(slug, name, owner, actor=None, label="command:createbrand")
        except ValidationError as error:
            words = " ".join(f"{field}: {' '.join(said)}" for field, said in error.message_dict.items())
            raise CommandError(words, returncode=2) from None
        self.stdout.write(f"{brand.name}: {settings.SITE_URL}/brands/{brand.slug}/")
        self.stdout.write(f"{owner} owns it and signs in at {settings.SITE_URL}/sign-in/")
