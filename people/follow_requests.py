"""Following without an account: an address, a letter with a link, and one button on the page behind it.

Nothing is followed, and nobody becomes a user, before that button. Whatever an address is to this site already, whoever
enters it reads the same answer. The token is made anew with each try of sending: only its hash is ever stored.
"""

import logging
import secrets
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.views.decorators.debug import sensitive_variables

from advocacy import limits
from people.following import follow, followable, make_fan
from people.logins import drop_planted_password
from people.models import Fan, FollowRequest, Person, Rhythm, User
from people.models.user import fold_address
from people.profiles import hash_token
from people.writing.walltimes import zone_of

logger = logging.getLogger(__name__)
LIFE = timedelta(hours=48)
PER_DAY = 5  # letters to one address, whoever asks for them
PER_HOUR = 20  # requests from one address of a reader: an office shares one
MOST = 10_000  # people chosen in one move
UNCHOSEN = "UTC"  # the zone that stands in the form before anybody chose
NAMED = 8  # people whom the letter names
GO = 200  # letters of one go
MOST_TRIES = 20
LEASE = timedelta(minutes=2)  # longer than the mail server may take for one letter


class TooOften(Exception):
    """Too many requests came from where the reader is."""


def ask(*, email: str, people: Iterable[int], rhythm: str, zone: str, client: str) -> None:
    """Note that somebody wants to follow these people, by ids; a letter follows. client: a key of the reader's address.

    An address that is known here, or had enough letters today, makes no difference to see. Raises TooOften, and
    ValueError where there is nobody to follow or no such rhythm or zone.
    """
    if not limits.count(f"once:follow:{client}", cap=PER_HOUR, seconds=3600):
        raise TooOften
    wanted = list(dict.fromkeys(people))[:MOST]
    open_now = set(followable(wanted).values_list("pk", flat=True))
    chosen = [pk for pk in wanted if pk in open_now]
    if not chosen:
        raise ValueError("Choose at least one person.")
    zone_of(zone)
    now, address = timezone.now(), fold_address(email)
    # counted in one statement: many who ask at the same moment get no more; the address itself is not kept
    whose = salted_hmac("people.follow_requests", address, algorithm="sha256").hexdigest()[:32]
    if not limits.count(f"once:follow-to:{whose}", cap=PER_DAY, seconds=86_400):
        return
    FollowRequest.objects.create(
        email=address,
        token_hash=hash_token(secrets.token_urlsafe(32)),
        people=chosen,
        rhythm=Rhythm(rhythm),
        zone=zone,
        expires_at=now + LIFE,
        mail_at=now,
    )


@sensitive_variables()
def waiting(token: str) -> FollowRequest | None:
    """Return the request behind the link of a letter while it can be used, else None."""
    live = FollowRequest.objects.filter(token_hash=hash_token(token), expires_at__gt=timezone.now()).first()
    if live is None or User.objects.filter(email=live.email, is_active=False).exists():
        return None
    return live


def people_of(request: FollowRequest) -> list[Person]:
    """Return whom a request would follow now, in the order of choosing; who closed their page meanwhile is left out."""
    found = {person.pk: person for person in followable(request.people)}
    return [found[pk] for pk in request.people if pk in found]


def confirm(request: FollowRequest) -> Fan | None:
    """Follow as a request says, once; None for one that was used at this moment.

    The address is proven by the link: a login is made for it if there is none, without a password. One that exists
    stays as it is, also whether its address counts as confirmed: this is no sign-in. Only a password that nobody can
    have set by right goes. How letters come is what was chosen now, as the page of the button says.
    """
    with transaction.atomic():
        if not FollowRequest.objects.filter(pk=request.pk, token_hash=request.token_hash).delete()[0]:
            return None
        user = User.objects.filter(email=request.email).first()
        if user is None:
            user = User.objects.create_user(request.email)
            EmailAddress.objects.create(user=user, email=request.email, verified=True, primary=True)
        elif not EmailAddress.objects.filter(user=user, verified=True).exists():
            drop_planted_password(user)
        fan = make_fan(user, zone=request.zone, rhythm=request.rhythm)
        _as_chosen(fan, request)
        follow(user, request.people, actor=user)
    return fan


def _as_chosen(fan: Fan, request: FollowRequest) -> None:
    """Write to a fan as they chose last, also to one of long ago; whoever opened the letter has a mailbox again."""
    fan.rhythm, fan.bounced_at = request.rhythm, None
    if request.zone != UNCHOSEN:
        fan.zone = request.zone
    fan.save(update_fields=["rhythm", "zone", "bounced_at"])


def changes_letters(request: FollowRequest) -> bool:
    """Return whether somebody reads here already, and would get other letters than before."""
    return Fan.objects.filter(user__email=request.email).exclude(rhythm=request.rhythm).exists()


def send_due() -> int:
    """Send the letters that are owed; return how many went out.

    One that the mail server refuses is tried again with a new link; a worker killed between sending and noting sends a
    second one, whose link is then the one that works.
    """
    owed = FollowRequest.objects.filter(mail_at__lte=timezone.now(), expires_at__gt=timezone.now())
    connection, sent = get_connection(), 0
    for request in owed.order_by("mail_at", "pk")[:GO]:
        # anybody can ask for these letters: half of what goes out in a minute stays for all others
        half = limits.count("mail:follow", cap=max(1, settings.MAIL_PER_MINUTE // 2), seconds=60)
        if not half or not limits.count("mail:minute", cap=settings.MAIL_PER_MINUTE, seconds=60):
            break
        sent += _send(request, connection)
    return sent


@sensitive_variables()
def _send(request: FollowRequest, connection: BaseEmailBackend) -> bool:
    now, token = timezone.now(), secrets.token_urlsafe(32)
    later: datetime | None = now + LEASE * (request.tries + 1) if request.tries < MOST_TRIES else None
    mine = FollowRequest.objects.filter(pk=request.pk, mail_at=request.mail_at, tries=request.tries)
    if not mine.update(token_hash=hash_token(token), mail_at=later, tries=request.tries + 1):
        return False
    people = people_of(request)
    try:
        if people:
            connection.send_messages([_letter(request, people, token)])
    except Exception as error:  # noqa: BLE001 - whatever mail does, the row stays and is tried again
        logger.warning("no letter for request %s to follow: %s", request.pk, type(error).__name__)
        return False
    FollowRequest.objects.filter(pk=request.pk, token_hash=hash_token(token)).update(mail_at=None)
    return bool(people)


@sensitive_variables()
def _letter(request: FollowRequest, people: Collection[Person], token: str) -> EmailMessage:
    context = {
        "names": [person.name for person in people][:NAMED],
        "more": max(0, len(people) - NAMED),
        "link": f"{settings.SITE_URL}/following/{token}/",
        "hours": LIFE // timedelta(hours=1),
        "SITE_NAME": settings.SITE_NAME,
        "SITE_URL": settings.SITE_URL,
    }
    subject = " ".join(render_to_string("emails/follow_subject.txt", context).split())
    return EmailMessage(
        subject,
        render_to_string("emails/follow.txt", context),
        to=[request.email],
        headers={"Auto-Submitted": "auto-generated"},
    )


def sweep() -> int:
    """Delete requests whose link works no longer; return how many."""
    return FollowRequest.objects.filter(expires_at__lte=timezone.now()).delete()[0]
