"""An erasure on its way, and what is left of somebody afterwards: fingerprints that keep them away."""

from django.db import models
from django.db.models import Q


class Erasure(models.Model):
    """Somebody who is being erased, or was. Workers carry it on; afterwards it names nobody."""

    class Kind(models.TextChoices):
        PERSON = "person", "a person"  # with their login, and as a fan
        FAN = "fan", "a fan"  # with the login where it is nothing else

    class State(models.TextChoices):
        WANTED = "wanted", "asked for"
        WORKING = "working", "being erased"
        DONE = "done", "erased"

    key = models.CharField(max_length=32, unique=True)  # of the page that says how far it is; says nothing of anybody
    kind = models.CharField(max_length=6, choices=Kind)
    state = models.CharField(max_length=7, choices=State, default=State.WANTED)
    person = models.PositiveBigIntegerField(null=True)  # id; no foreign key, as the row goes; null: none, or done
    login = models.PositiveBigIntegerField(null=True)  # id of the user; as above
    asked_at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField(null=True)
    # whoever works on it holds the claim of this number until the lease ends; each claim counts one up
    claim = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            # a second press asks for nothing new
            models.UniqueConstraint(fields=["person"], condition=Q(person__isnull=False), name="erasure_person_once"),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(person__isnull=True, login__isnull=True), name="erasure_done_nobody"
            ),
        ]
        indexes = [
            # the tick finds what is open
            models.Index(fields=["asked_at"], condition=~Q(state="done"), name="erasure_open"),
        ]


class Tombstone(models.Model):
    """That somebody with this address, account or slug was erased: no list brings them back, no slug is given again.

    The digest is keyed (people/tombstones.py): whoever has the database alone cannot ask it for an address.
    """

    class Kind(models.TextChoices):
        ADDRESS = "address", "an e-mail address"
        ACCOUNT = "account", "an account at a network"
        HANDLE = "handle", "a handle at a network"
        SLUG = "slug", "the address of a page"

    kind = models.CharField(max_length=7, choices=Kind)
    digest = models.CharField(max_length=64, unique=True)  # HMAC-SHA256 of kind and value


class TombstoneKey(models.Model):
    """The one key of all tombstones and of links in letters, sealed by ENCRYPTION_KEYS: it outlives each of those."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    sealed = models.TextField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="tombstonekey_one_row")]
