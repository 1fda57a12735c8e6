"""Teams and topics of a brand: making, renaming and deleting them. Their addresses stay as they were made."""

from django.db import transaction

from advocacy.audit import record
from brands.enrolling import team_named, topic_named
from brands.models import Brand, Team, Topic
from brands.telling import brand_told
from people.models import User
from people.profiles import fold_name

Label = Team | Topic
Kind = type[Team] | type[Topic]


class Taken(Exception):
    """The brand has one of this name already."""


def add(kind: Kind, *, brand: Brand, name: str, actor: User) -> Label:
    """Make a team or topic. Raises Taken where there is one of this name, however it is written."""
    name = " ".join(name.split())
    with transaction.atomic():
        Brand.objects.select_for_update().get(pk=brand.pk)  # two at once would make two of one name
        _check(kind, brand, name)
        label: Label = team_named(brand, name) if kind is Team else topic_named(brand, name)
        _note("made", label, actor)
    return label


def rename(label: Label, *, name: str, actor: User) -> None:
    """Write another name. Raises Taken."""
    name = " ".join(name.split())
    with transaction.atomic():
        Brand.objects.select_for_update().get(pk=label.brand_id)
        _check(type(label), label.brand, name, but=label.pk)
        label.name = name
        label.save(update_fields=["name"])
        _note("renamed", label, actor)


def delete(label: Label, *, actor: User) -> None:
    """Delete a team or topic; the people who had it stay, without it."""
    with transaction.atomic():
        _note("deleted", label, actor)
        label.delete()


def _check(kind: Kind, brand: Brand, name: str, but: int | None = None) -> None:
    folded = fold_name(name)
    for pk, other in kind._default_manager.filter(brand=brand).values_list("pk", "name"):
        if pk != but and fold_name(other) == folded:
            raise Taken(f"There is “{other}” already.")


def _note(act: str, label: Label, actor: User) -> None:
    kind = "team" if isinstance(label, Team) else "topic"
    details: dict[str, object] = {"name": label.name}
    record(f"{kind}.{act}", actor=actor, brand=label.brand.slug, subject=f"{kind}:{label.pk}", details=details)
    brand_told(label.brand_id)
