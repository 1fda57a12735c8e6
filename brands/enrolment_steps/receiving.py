"""Step one: a file is read, kept for a day, and waits for its columns to be named."""

from django.db import IntegrityError, transaction

from brands.enrolment_steps import files
from brands.enrolment_steps.columns import first_choice
from brands.importing.records import Unreadable
from brands.importing.run import read_content
from brands.models import Brand, Import
from people.models import User

PASTED = "pasted rows"


def receive(*, brand: Brand, actor: User, key: str, name: str, content: bytes) -> Import:
    """Read a file and keep it under the key that its form carried. Raises Unreadable with what is wrong with it.

    The same key with the same file is the same press of a button, and gives the same import.
    """
    key = files.key_for(key, brand, actor, content)
    there = Import.objects.filter(key=key).first()
    if there is not None:
        return there
    table = read_content(content)
    if not table.rows:
        raise Unreadable("The file has the names of columns and no rows: add a row for each person.")
    header = list(table.header)
    columns = {"header": header, "fields": first_choice(brand, header)}
    files.keep(key, content, table)
    try:
        with transaction.atomic():
            return Import.objects.create(
                brand=brand,
                by=actor,
                file_name=(name or PASTED)[-200:],
                key=key,
                how=table.how[:200],
                columns=columns,
                total=len(table.rows),
            )
    except IntegrityError:  # the same form at the same moment
        return Import.objects.get(key=key)
