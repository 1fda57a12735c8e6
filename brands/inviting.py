"""Asking a person for their yes: the invitation, sending it anew, taking it back, and its end.

Whoever said no, never answered or let it expire looks the same to the brand: the invitation runs until its last day
and ends then. So a no stops the letters and deletes what was named at once, and moves nothing that the studio sees.
"""

from collections.abc import Sequence
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from advocacy import limits
from advocacy.audit import record
from brands.enrolling import NotMoved, move, subject_of
from brands.models import AnswerDraft, Brand, Enrolment, Invitation, JoinRequest
from brands.tokens import new_nonce, token_again, token_for
from people import tombstones
from people.models import User
from people.profiles import hash_token

USE = "invitation"
LIFE = timedelta(days=14)
AGAIN = timedelta(minutes=10)  # a second press within this sends no second letter
AGAIN_PER_DAY = 3  # of one person
MOST_LETTERS = 6  # to one address about one brand, whatever is taken back and asked anew
QUIET = timedelta(days=30)  # without a letter, after which counting begins anew
LONGEST_WORDS = 2_000
# those that the fixed part of the letters is written in, see templates/emails/; the inviter's words stay as they are
LANGUAGES = {"en": "English", "de": "German", "fr": "French", "es": "Spanish", "it": "Italian", "nl": "Dutch"}


class NotInvited(Exception):
    """There is nobody to ask, or nothing to send again or take back; the words say why."""


class EnoughLetters(NotInvited):
    """The address has had MOST_LETTERS, and none of them QUIET ago."""


def invite(
    *,
    enrolment: Enrolment,
    actor: User | None,
    words: str,
    language: str,
    label: str = "",
    by: User | None = None,
) -> Invitation:
    """Ask the person of an enrolment for their yes; the letter goes out with the next ones that are due.

    words: the inviter's own, at most LONGEST_WORDS characters, may be "". by: in whose name, where that is not the
    actor. Who has said no to the brand gets no letter, nor does whoever only their own asking brings back, and the
    studio sees no difference. Raises NotInvited where the person is not waiting to be asked, has been asked already, or
    has no address here; EnoughLetters where the address has had too many.
    """
    _check_words(words, language)
    if enrolment.state != Enrolment.State.INVITED:
        raise NotInvited(f"{enrolment.person.name} is {enrolment.get_state_display()} and cannot be asked again")
    if not enrolment.email:
        raise NotInvited(f"no e-mail address of {enrolment.person.name} is known here: add one, then invite")
    now = timezone.now()
    if Invitation.objects.filter(enrolment=enrolment, revoked_at=None).exists():
        raise NotInvited(f"{enrolment.person.name} has been asked already")
    _check_letters(enrolment.brand_id, enrolment.email)
    silent = (stays_away(enrolment.email) and not _asks(enrolment)) or said_no(enrolment)
    nonce = new_nonce()
    try:
        with transaction.atomic():
            invitation = Invitation.objects.create(
                enrolment=enrolment,
                address=enrolment.email,
                by=by or actor,
                words=plain(words),
                language=language,
                nonce=nonce,
                token_hash=hash_token(token_for(nonce, use=USE)),
                expires_at=now + LIFE,
                next_letter_at=now,
                ended_at=now if silent else None,
            )
            _note("invitation.made", invitation, actor, label)
    except IntegrityError:  # somebody else asked at this moment
        raise NotInvited(f"{enrolment.person.name} has been asked already") from None
    return invitation


def noes(brand_id: int) -> "QuerySet[Invitation]":
    """Return the invitations of a brand that ended with a no.

    Silence ends on the last day, and what ran in silence from the beginning had ended before its row was made.
    """
    ended = Q(ended_at__gte=F("created_at"), ended_at__lt=F("expires_at"))
    return Invitation.objects.filter(ended, enrolment__brand=brand_id, enrolment__consented_at=None)


def said_no(enrolment: Enrolment) -> bool:
    """Return whether somebody has said no to this brand, by this enrolment or by another at the same address."""
    return bool(who_said_no(enrolment.brand_id, [enrolment]))


def who_said_no(brand_id: int, enrolments: Sequence[Enrolment]) -> set[int]:
    """Return the ids of those of a brand's enrolments for which said_no holds, by one query."""
    if not enrolments:
        return set()
    emails = {one.email for one in enrolments} - {""}
    same = Q(enrolment__in=enrolments) | Q(address__in=emails) | Q(address="", enrolment__email__in=emails)
    said = list(noes(brand_id).filter(same).values_list("enrolment", "address", "enrolment__email"))
    ids, addresses = {pk for pk, _, _ in said}, {address or email for _, address, email in said} - {""}
    return {one.pk for one in enrolments if one.pk in ids or one.email in addresses}


def stays_away(address: str) -> bool:
    """Return whether the address is of somebody whom only their own asking brings back (tombstones.py)."""
    return bool(tombstones.known(tombstones.Kind.ADDRESS, [address]))


def _asks(enrolment: Enrolment) -> bool:
    """Return whether the address of an enrolment asked to join here, and no invitation was made since.

    Anybody can type an address: each time it brings one invitation at most, of one letter (inviting_letters.py).
    """
    brand, address = enrolment.brand_id, enrolment.email
    latest = JoinRequest.objects.filter(email=address, link__brand=brand).order_by("-created_at").first()
    if latest is None:
        return False
    made = Invitation.objects.filter(address=address, enrolment__brand=brand, created_at__gte=latest.created_at)
    return not made.exists()


def wake(enrolment: Enrolment) -> None:
    """Let the letters of an invitation begin that ran in silence from its beginning: its person asks by themselves now.

    One that ended later wrote before, and was answered with a no, or its address is kept away since. One that is silent
    because of an earlier no stays so.
    """
    if said_no(enrolment):
        return
    now = timezone.now()
    begins = {"ended_at": None, "next_letter_at": now, "expires_at": now + LIFE, "letters": 0, "sent_at": None}
    _running().filter(enrolment=enrolment, ended_at__lt=F("created_at")).update(**begins)


def resend(*, invitation: Invitation, actor: User | None, label: str = "") -> Invitation:
    """Send an invitation anew: a new link that works for LIFE; the old one ends at once.

    Who has said no gets no letter, and the studio sees no difference. `letters` counts on: who had one is told when
    all is taken back, and reminders do not begin anew. Raises NotInvited where the invitation has ended or been taken
    back, a letter went out within AGAIN, this person was sent AGAIN_PER_DAY today, or the address has had MOST_LETTERS.
    """
    now = timezone.now()
    if invitation.bounced_at is None and (invitation.sent_at or invitation.created_at) > now - AGAIN:
        raise NotInvited("the letter is on its way: wait ten minutes before you send another")
    _check_letters(invitation.enrolment.brand_id, invitation.goes_to)
    nonce = new_nonce()
    fresh: dict[str, object] = {
        "nonce": nonce,
        "token_hash": hash_token(token_for(nonce, use=USE)),
        "expires_at": now + LIFE,
        "next_letter_at": now,
        "sent_at": None,
        "bounced_at": None,
        "bounce": "",
    }
    running = _running().filter(pk=invitation.pk, token_hash=invitation.token_hash)
    with transaction.atomic():
        if not running.update(**fresh):
            raise NotInvited("this invitation has ended, or was sent again at this moment")
        if not limits.spend(f"enrolment:{invitation.enrolment_id}:again", 1, cap=AGAIN_PER_DAY):
            raise NotInvited(f"{AGAIN_PER_DAY} letters were sent again today: wait until tomorrow")
        _note("invitation.sent_again", invitation, actor, label)
    invitation.refresh_from_db()
    return invitation


def revoke(*, invitation: Invitation, actor: User | None, label: str = "") -> None:
    """Take an invitation back: its link ends at once, and who had a letter is told so by mail.

    Raises NotInvited where it has ended or been taken back.
    """
    now = timezone.now()
    unanswered = invitation.ended_at is None and invitation.bounced_at is None
    tell = now if invitation.letters and unanswered else None
    with transaction.atomic():
        same = _running().filter(pk=invitation.pk, letters=invitation.letters, ended_at=invitation.ended_at)
        if not same.update(revoked_at=now, next_letter_at=tell):
            raise NotInvited("this invitation has ended, was taken back, or a letter went out at this moment")
        AnswerDraft.objects.filter(invitation=invitation).delete()
        _note("invitation.revoked", invitation, actor, label)
    invitation.refresh_from_db()


def end_expired() -> int:
    """End the invitations whose last day is over, whatever was or was not answered; return how many."""
    over = Invitation.objects.filter(
        enrolment__state=Enrolment.State.INVITED, revoked_at=None, expires_at__lte=timezone.now()
    )
    ended = 0
    for invitation in over.select_related("enrolment__brand", "enrolment__person").order_by("pk")[:1_000]:
        with transaction.atomic():
            lock_enrolment(invitation)
            AnswerDraft.objects.filter(invitation=invitation).delete()
            Invitation.objects.filter(pk=invitation.pk, ended_at=None).update(ended_at=invitation.expires_at)
            Invitation.objects.filter(pk=invitation.pk).update(next_letter_at=None)
            try:
                move(invitation.enrolment, to=Enrolment.State.DECLINED, actor=None, label="the invitation ended")
            except NotMoved:  # a yes at the last moment
                transaction.set_rollback(True)
                continue
        ended += 1
    return ended


def language_of(brand: Brand) -> str:
    """Return the language that a brand chose last for its letters; English before it chose any."""
    return brand.letter_language if brand.letter_language in LANGUAGES else "en"


def choose_language(*, brand: Brand, language: str) -> None:
    """Note the language in which a brand writes now: the next form proposes it, and join links write in it."""
    if language in LANGUAGES and language != brand.letter_language:
        Brand.objects.filter(pk=brand.pk).update(letter_language=language)
        brand.letter_language = language


def lock_enrolment(invitation: Invitation) -> None:
    """Lock the enrolment of an invitation until the transaction ends; on SQLite everybody waits anyway.

    Whatever writes both locks this one first, as undoing an import does: else two would wait for each other.
    """
    Enrolment.objects.select_for_update(no_key=True).filter(pk=invitation.enrolment_id).order_by().first()


def token_of(invitation: Invitation) -> str | None:
    """Return the token of an invitation's link; None where the site's key was lost since it was made."""
    return token_again(invitation.nonce, invitation.token_hash, use=USE)


def inviter(user: User | None) -> str:
    """Return what the person who asks is called: their name, or their address where they have no profile."""
    if user is None:
        return ""
    person = getattr(user, "person", None)
    return person.name if person else user.email


def in_state(*states: str) -> "QuerySet[Enrolment]":
    """Return the enrolments in these states, as a condition of an UPDATE of invitations: enrolment__in=...

    A condition on enrolment__state would put every condition of the UPDATE into a subquery, and PostgreSQL does not
    look at those again when it has waited for somebody who changed the row: two would both believe it theirs.
    """
    return Enrolment.objects.filter(state__in=states)


def _running() -> "QuerySet[Invitation]":
    invited = in_state(Enrolment.State.INVITED)
    return Invitation.objects.filter(revoked_at=None, expires_at__gt=timezone.now(), enrolment__in=invited)


def _check_words(words: str, language: str) -> None:
    if len(words) > LONGEST_WORDS:
        raise NotInvited(f"your words are longer than {LONGEST_WORDS:,} characters: shorten them")
    if language not in LANGUAGES:
        raise NotInvited(f"letters are not written in {language}: choose one of {', '.join(LANGUAGES.values())}")


def _check_letters(brand_id: int, address: str) -> None:
    """Raise EnoughLetters where this address has had its letters about the brand, by whatever enrolment.

    A letter that says an invitation was taken back counts too, and those that a no stopped: who reads the refusal
    learns nothing of an answer.
    """
    since = timezone.now() - QUIET
    lately = Q(created_at__gte=since) | Q(sent_at__gte=since) | Q(revoked_at__gte=since)
    rows = Invitation.objects.filter(lately, address=address, enrolment__brand=brand_id)
    sent = 0
    for letters, revoked_at, bounced_at in rows.values_list("letters", "revoked_at", "bounced_at"):
        told = letters and revoked_at is not None and bounced_at is None
        sent += letters + bool(told)
    if sent >= MOST_LETTERS:
        raise EnoughLetters(
            f"{sent} letters have gone to this address already: "
            f"after {QUIET.days} days without one you can write there again"
        )


def plain(words: str) -> str:
    """Return the inviter's words as a letter carries them: printable characters and line breaks."""
    lines = "".join(c for c in words.replace("\r\n", "\n").replace("\r", "\n") if c == "\n" or c.isprintable())
    return lines.strip()


def _note(verb: str, invitation: Invitation, actor: User | None, label: str) -> None:
    record(
        verb,
        actor=actor,
        label=label,
        brand=invitation.enrolment.brand.slug,
        subject=subject_of(invitation.enrolment),
        details={"invitation": invitation.pk},
    )
