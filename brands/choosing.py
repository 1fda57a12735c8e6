"""What a person decides about one brand's page: which accounts, which posts, a pause, the end.

Of these acts the log of the brand hears only what its page shows anyway (a pause, its end, leaving): which post
somebody keeps back is nobody's business, so those events name no brand.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Min
from django.utils import timezone

from advocacy.audit import record
from brands import alumni, consenting
from brands.enrolling import NotMoved, move
from brands.feed import place_enrolment, place_posts
from brands.models import Enrolment, PostChoice, ShownAccount, Topic
from brands.telling import place_told
from people import accounts as people_accounts
from people import first_shown
from people.models import Account, Post, User
from people.networks.types import ELSEWHERE

State = Enrolment.State
Shows = ShownAccount.Shows
LONGEST_PAUSE = timedelta(days=366)


class NotChosen(Exception):
    """The choice cannot be made; the words say what to do, to the person."""


def choose_post(*, enrolment: Enrolment, post: Post, shown: bool, actor: User) -> None:
    """Show one post on this brand's page, or not, whatever the account's own choice says. Raises PermissionDenied."""
    _own(enrolment, actor)
    if post.person_id != enrolment.person_id:
        raise PermissionDenied("only the author decides about a post")
    if not enrolment.shown_accounts.filter(account=post.account_id).exists():
        raise NotChosen("Choose first what this page may show of that account.")
    with first_shown.noting(enrolment.person_id):
        PostChoice.objects.update_or_create(enrolment=enrolment, post=post, defaults={"shown": shown})
        record("post.chosen", actor=actor, subject=f"post:{post.pk}", details={"shown": shown})
        place_posts([post.pk])
        place_told(enrolment)


def set_account(*, enrolment: Enrolment, account: Account, shows: str, reposts: bool, actor: User) -> None:
    """Say what this brand's page may show of one account of the person's: "all" from now on, or "picked".

    From "picked" to "all" nothing of before is shown by itself. Raises PermissionDenied for another's account,
    NotMoved where the person has left.
    """
    _own(enrolment, actor)
    if account.person_id != enrolment.person_id:
        raise PermissionDenied("the account is another person's")
    if account.state == Account.State.TAKEN:
        raise NotChosen("This account is somebody else’s here.")
    if shows not in Shows.values:
        raise NotChosen("Choose one of the two.")
    now = timezone.now()
    with first_shown.noting(enrolment.person_id):
        # who leaves at this moment comes before or after: an account is not read again by a yes that has ended
        held = Enrolment.objects.select_for_update(no_key=True)
        if not held.filter(pk=enrolment.pk, state__in=consenting.HOLDING).first():
            raise NotMoved("the enrolment has ended")
        row, made = ShownAccount.objects.select_for_update().get_or_create(
            enrolment=enrolment, account=account, defaults={"shows": shows, "since": now, "reposts": reposts}
        )
        if not made and (row.shows, row.reposts) == (shows, reposts):
            return
        if not made and row.shows != shows and shows == Shows.ALL:
            row.since = now
        row.shows, row.reposts = shows, reposts
        row.save(update_fields=["shows", "reposts", "since"])
        if account.network != ELSEWHERE:  # nothing is read there, and the own page shows it anyway
            _read(account, row)
        record("account.shown", actor=actor, subject=f"account:{account.pk}", details={"shows": shows})
    place_enrolment(enrolment)
    place_told(enrolment)


def _read(account: Account, row: ShownAccount) -> None:
    """Let the account be read for this yes; the person's own page follows the earliest "all" that holds."""
    people_accounts.read_account(account, since=row.since, on_page=row.shows == Shows.ALL)
    if row.shows == Shows.PICKED:
        holding = ShownAccount.objects.filter(account=account, enrolment__state__in=consenting.HOLDING, shows=Shows.ALL)
        since = holding.aggregate(first=Min("since"))["first"]
        assert account.read_from is not None  # noqa: S101 - read_account has just set it
        people_accounts.narrow_account(account, since=account.read_from, page_from=since)


def introduce(*, enrolment: Enrolment, line: str, topics: Sequence[Topic], actor: User) -> None:
    """Write the person's own line for this brand ("" for the one of their page), and what they know about."""
    _own(enrolment, actor)
    if any(topic.brand_id != enrolment.brand_id for topic in topics):
        raise PermissionDenied("the topic is another brand's")
    with transaction.atomic():
        enrolment.line = " ".join(line.split())[:60]
        enrolment.save(update_fields=["line"])
        enrolment.topics.set(topics)
        record("enrolment.introduced", actor=actor, subject=f"enrolment:{enrolment.pk}")
        place_told(enrolment)


def pause(*, enrolment: Enrolment, until: date | None, actor: User) -> None:
    """Take a break: the card stays, nothing new is shown until the day `until` (UTC), None: until they come back.

    For somebody who is paused by themselves it moves the day. Raises NotMoved unless they are active or paused by
    themselves, NotChosen for a day that is over.
    """
    _own(enrolment, actor)
    today = timezone.now().date()
    if until is not None and not today < until <= today + LONGEST_PAUSE:
        raise NotChosen("Choose a day after today, within a year.")
    if enrolment.state not in {State.ACTIVE, State.PAUSED}:  # a pause would be the way back for who was taken off
        raise NotMoved(f"an enrolment that is {enrolment.get_state_display()} cannot be paused")
    with transaction.atomic():
        if enrolment.state != State.PAUSED:
            move(enrolment, to=State.PAUSED, actor=actor)
        mine = Enrolment.objects.filter(pk=enrolment.pk, state=State.PAUSED, paused_by_brand=False)
        if not mine.update(paused_until=until):
            raise NotMoved("the brand began this pause")
        place_told(enrolment)
    enrolment.paused_until = until


def resume(*, enrolment: Enrolment, actor: User | None) -> None:
    """End the person's own pause. Raises NotMoved where there is none, or the brand began it."""
    if actor is not None:
        _own(enrolment, actor)
    mine = Enrolment.objects.filter(pk=enrolment.pk, state=State.PAUSED, paused_by_brand=False)
    with transaction.atomic():
        if not mine.update(paused_until=None):
            raise NotMoved("only a pause of one's own can be ended here")
        move(enrolment, to=State.ACTIVE, actor=actor, label="" if actor else "return date")


def resume_due() -> int:
    """Bring back those whose day has come; return how many. Harmless when it runs 0, 1 or n times."""
    today = timezone.now().date()
    due = Enrolment.objects.filter(state=State.PAUSED, paused_by_brand=False, paused_until__lte=today)
    back = 0
    for enrolment in due.select_related("brand").order_by("pk"):
        try:
            resume(enrolment=enrolment, actor=None)
        except NotMoved:  # they came back, or left, at this moment
            continue
        back += 1
    return back


def leave(*, enrolment: Enrolment, actor: User, words: str = "") -> None:
    """End the enrolment; what the person owns stays theirs, and their followers are told once.

    words: to the followers, "" for the site's own sentence; of whoever is hidden it tells nothing by itself. Raises
    NotMoved where it has ended already.
    """
    _own(enrolment, actor)
    with transaction.atomic():
        consenting.leave(enrolment=enrolment, actor=actor)
        if words.strip() or enrolment.person.page_open:
            alumni.tell(enrolment=enrolment, words=words, actor=actor)


def _own(enrolment: Enrolment, actor: User) -> None:
    if enrolment.person.user_id != actor.pk:
        raise PermissionDenied("only the person decides this")
