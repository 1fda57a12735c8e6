"""A link to pass on: whoever has it may ask to join, until it expires, is used up or is taken back.

Whatever an address is to this site already, whoever enters it reads the same answer. The letter that goes to the
address proves it; only the yes of whoever reads that letter makes anybody public.
"""

import re
from contextlib import suppress
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from advocacy.audit import record
from brands import inviting, policies
from brands.enrolling import enrol_person, subject_of
from brands.importing.addresses import read_address
from brands.models import Brand, Enrolment, JoinLink, JoinRequest, Team
from brands.tokens import new_nonce, token_again, token_for
from people.models import User
from people.profiles import hash_token, make_person

USE = "join"
LONGEST_DAYS = 90
LARGEST_CAP = 5_000
_DOMAIN = re.compile(r"(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_][\w-]*[^\W_]")
_NOT_A_NAME = re.compile(r"[/@<>\\]|www\.", re.IGNORECASE)  # a letter to somebody else is no place for advertising


class NotTaken(Exception):
    """What was entered cannot be taken as it is; the words say what to do. field names the control."""

    def __init__(self, words: str, field: str = "") -> None:
        super().__init__(words)
        self.field = field


class Closed(Exception):
    """The link is over, used up or taken back."""


def make_link(
    *,
    brand: Brand,
    actor: User,
    note: str,
    team: Team | None,
    domain: str,
    days: int,
    cap: int,
    needs_approval: bool,
) -> JoinLink:
    """Make a link that works for `days` and for `cap` people; domain: only addresses there, "" for any.

    Raises NotTaken where a number is out of range, the domain has no form of one, or nobody would look at requests
    from just any address.
    """
    domain = domain.strip().removeprefix("@").casefold()
    if domain and not _DOMAIN.fullmatch(domain):
        raise NotTaken("Write the part of your addresses after the @, such as vesper.example.", "domain")
    if not domain and not needs_approval:
        raise NotTaken("Name a mail domain, or look at each request yourself.", "domain")
    if not 1 <= days <= LONGEST_DAYS:
        raise NotTaken(f"A link works for 1 to {LONGEST_DAYS} days.", "days")
    if not 1 <= cap <= LARGEST_CAP:
        raise NotTaken(f"A link is for 1 to {LARGEST_CAP:,} people.", "cap")
    nonce = new_nonce()
    link = JoinLink.objects.create(
        brand=brand,
        by=actor,
        nonce=nonce,
        token_hash=hash_token(token_for(nonce, use=USE)),
        note=note[:120],
        team=team,
        domain=domain,
        needs_approval=needs_approval,
        cap=cap,
        expires_at=timezone.now() + timedelta(days=days),
    )
    record("join_link.made", actor=actor, brand=brand.slug, subject=f"join_link:{link.pk}", details={"cap": cap})
    return link


def revoke_link(*, link: JoinLink, actor: User) -> None:
    """Take a link back: it opens nothing from now on. Requests that wait stay. Harmless the second time."""
    if JoinLink.objects.filter(pk=link.pk, revoked_at=None).update(revoked_at=timezone.now()):
        record("join_link.revoked", actor=actor, brand=link.brand.slug, subject=f"join_link:{link.pk}")


def open_link(token: str) -> JoinLink | None:
    """Return the link of a token while somebody may use it, else None."""
    return _open().filter(token_hash=hash_token(token)).select_related("brand", "team", "by").first()


def token_of(link: JoinLink) -> str | None:
    """Return the token of a link; None where the site's key was lost since it was made."""
    return token_again(link.nonce, link.token_hash, use=USE)


def ask_to_join(*, link: JoinLink, name: str, email: str, title: str) -> None:
    """Note that somebody asks to join. An address that is known here, or asked before, makes no difference to see.

    Where the link waits, the request waits for the studio. Raises NotTaken for what is
    wrong with the form of an entry, Closed where the last place was taken meanwhile.
    """
    name = " ".join(name.split())
    if not name or len(name) > 80 or _NOT_A_NAME.search(name):
        raise NotTaken("Write your name as it stands on a door sign.", "name")
    address, well_formed = read_address(email)
    if not well_formed:
        raise NotTaken("Write the whole address, such as ingrid@example.org.", "email")
    if link.domain and not address.endswith(f"@{link.domain}"):
        raise NotTaken(f"This link is for addresses at {link.domain}. Write your work address.", "email")
    try:
        with transaction.atomic():
            if not _open().filter(pk=link.pk).update(used=F("used") + 1):
                raise Closed
            request = JoinRequest.objects.create(
                link=link, name=name, email=address, title=" ".join(title.split())[:120]
            )
            if not waits(link):
                _admit_at_once(request)
    except IntegrityError:  # this address asked before: the place is given back, the answer is the same
        return


def waits(link: JoinLink) -> bool:
    """Return whether a request waits for the studio's look: by the link's own terms, or as its maker lost the role."""
    return link.needs_approval or not _is_theirs(link)


def approve(*, request: JoinRequest, actor: User) -> None:
    """Let somebody in who asked: they are enrolled, and a letter asks for their yes. Harmless the second time.

    Raises inviting.NotInvited where no letter can go to them; the request waits on.
    """
    with transaction.atomic():
        _admit(request, actor, "")


def refuse(*, request: JoinRequest, actor: User) -> None:
    """Put a request aside; nobody is written to. Harmless the second time."""
    waiting = JoinRequest.objects.filter(pk=request.pk, state=JoinRequest.State.WAITING)
    if waiting.update(state=JoinRequest.State.REFUSED, answered_at=timezone.now()):
        _note("join_request.refused", request, actor, "")


def _open() -> "QuerySet[JoinLink]":
    return JoinLink.objects.filter(revoked_at=None, expires_at__gt=timezone.now(), used__lt=F("cap"))


def _is_theirs(link: JoinLink) -> bool:
    """Return whether whoever made a link may still let people in."""
    return link.by is not None and link.by.is_active and policies.may(link.by, link.brand, policies.ENROL)


def _admit_at_once(request: JoinRequest) -> None:
    """Let somebody in; where their address has had enough letters, the request waits for the studio."""
    with suppress(inviting.EnoughLetters), transaction.atomic():
        _admit(request, None, "join link")


def _admit(request: JoinRequest, actor: User | None, label: str) -> None:
    waiting = JoinRequest.objects.filter(pk=request.pk, state=JoinRequest.State.WAITING)
    if not waiting.update(state=JoinRequest.State.APPROVED, answered_at=timezone.now()):
        return
    link = request.link
    here = Enrolment.objects.filter(brand=link.brand_id, email=request.email).select_related("brand", "person")
    enrolment = here.filter(state__in=Enrolment.OPEN).order_by("pk").first()
    if enrolment is None:  # whoever knows the address can use the link: it writes to nobody whose invitation ended
        enrolment = here.filter(state=Enrolment.State.DECLINED).order_by("pk").first()
    if enrolment is None:
        first, _, last = request.name.rpartition(" ")
        person = make_person(name=request.name, given=first or last, family=last if first else "")
        enrolment = enrol_person(
            brand=link.brand,
            person=person,
            actor=actor,
            label=label,
            title=request.title,
            team=link.team,
            email=request.email,
        )
    running = enrolment.invitations.filter(revoked_at=None).exists()
    if running and inviting.stays_away(request.email):
        # one that was made since may have written, and ended with a no
        before = enrolment.invitations.filter(revoked_at=None, created_at__lt=request.created_at).exists()
        if before and not JoinRequest.objects.filter(email=request.email).exclude(pk=request.pk).exists():
            inviting.wake(enrolment)
    elif enrolment.state == Enrolment.State.INVITED and not running:
        by = actor or link.by
        language = inviting.language_of(link.brand)
        inviting.invite(enrolment=enrolment, actor=actor, words="", language=language, label=label, by=by)
    JoinRequest.objects.filter(pk=request.pk).update(enrolment=enrolment)
    _note("join_request.approved", request, actor, label, enrolment=subject_of(enrolment))


def _note(verb: str, request: JoinRequest, actor: User | None, label: str, **details: object) -> None:
    record(
        verb,
        actor=actor,
        label=label,
        brand=request.link.brand.slug,
        subject=f"join_request:{request.pk}",
        details=details,
    )
