"""Reports of posts that a brand's pages show: who may decide learns of them, whoever reported learns what was done."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from advocacy import limits
from advocacy.audit import record
from brands import removing, standing_letters
from brands.consenting import HOLDING
from brands.models import Brand, BrandPost, Enrolment, ReportCase, Role
from brands.queries.cards import LISTED
from brands.queries.removable import shown_of
from people.models import Person, Post, PostReport, User
from people.queries.posts import open_posts
from people.reporting import TRIES, deliver

State = ReportCase.State
GO = 100  # letters of one go
AGAIN = timedelta(minutes=10)
GONE = timedelta(days=1)  # so long shown no longer: nothing is left to decide


def open_cases(report: PostReport) -> None:
    """Bring a report before each brand whose pages show the post (see people.reporting)."""
    for brand in _showing(report.post):
        # one that is kept without a letter to its author is found in the studio
        ReportCase.objects.create(report=report, brand=brand, mail_at=report.tell_at)


def deciders_of(post: Post) -> list[str]:
    """Return which brands decide about reports of a post, by name (see people.reporting)."""
    return [brand.name for brand in _showing(post)]


def address_of(person: Person) -> str:
    """Return where somebody is written to for whom a yes holds: where the latest brand asked them (people.reaching)."""
    here = Enrolment.objects.filter(person=person, state__in=HOLDING).order_by("-consented_at", "-pk")
    return next((address for one in here if (address := standing_letters.asked_at(one))), "")


def _showing(post: Post) -> list[Brand]:
    here = Enrolment.objects.filter(person=post.person_id, state__in=LISTED).values("brand")
    feed = BrandPost.objects.filter(brand=OuterRef("pk"))
    talk = Q(post__reply_to_id=post.remote_id)
    if post.reply_to_id:
        talk |= Q(post__remote_id=post.reply_to_id)
    found = Brand.objects.filter(pk__in=here).order_by("name", "pk")
    found = found.annotate(itself=Exists(feed.filter(post=post.pk)), around=Exists(feed.filter(talk)))
    return [
        brand
        for brand in found
        # one by one only where the post can stand in a conversation of theirs, which is asked more closely
        if brand.itself or (brand.around and shown_of(brand, post.person_id).filter(pk=post.pk).exists())
    ]


def waiting(brand: Brand) -> "QuerySet[ReportCase]":
    """Return what this brand has not decided yet, newest first: of those whom it lists, and what they show still."""
    cases = _to_decide().filter(brand=brand)
    return cases.select_related("report__post__person", "report__post__account").order_by("-pk")


def _to_decide() -> "QuerySet[ReportCase]":
    listed = Enrolment.objects.filter(person=OuterRef("report__post__person"), state__in=LISTED)
    is_open = open_posts().filter(pk=OuterRef("report__post"))
    itself = Q(post=OuterRef("report__post"))
    around = Q(post__reply_to_id=OuterRef("report__post__remote_id"))
    around |= Q(post__remote_id=OuterRef("report__post__reply_to_id"))
    here = BrandPost.objects.filter(itself | around, brand=OuterRef("brand"))
    listed = listed.filter(brand=OuterRef("brand"))
    return ReportCase.objects.filter(Exists(listed), Exists(is_open), Exists(here), state=State.WAITING)


def end_moot() -> int:
    """End the cases of posts that their authors show there no longer, for a day now; return how many.

    Whoever reported is told. Who hides for some hours ends nothing.
    """
    now = timezone.now()
    waits, shown = ReportCase.objects.filter(state=State.WAITING), _to_decide()
    back = list(shown.exclude(gone_since=None).values_list("pk", flat=True))
    waits.filter(pk__in=back).update(gone_since=None)
    gone = waits.filter(gone_since=None).exclude(pk__in=shown.values("pk")).values_list("pk", flat=True)
    waits.filter(pk__in=list(gone)).update(gone_since=now)
    return waits.filter(gone_since__lte=now - GONE).update(state=State.MOOT, answered_at=now, mail_at=now, tries=0)


def take_off(*, case: ReportCase, reason: str, actor: User) -> bool:
    """Take the reported post off the brand's pages, which answers all reports of it here; return whether it was new.

    Raises ValueError without a reason: the author reads it.
    """
    with transaction.atomic():
        same = ReportCase.objects.filter(brand=case.brand, report__post=case.report.post_id).values_list(
            "pk", flat=True
        )
        if not _answer(ReportCase.objects.filter(pk__in=list(same), state=State.WAITING), State.OFF, actor):
            return False
        removing.remove_post(brand=case.brand, post=case.report.post, reason=reason, actor=actor)
        _note("report.taken_off", case, actor)
    return True


def leave(*, case: ReportCase, actor: User) -> bool:
    """Decide that nothing is to be done; return whether that was new."""
    with transaction.atomic():
        if not _answer(ReportCase.objects.filter(pk=case.pk, state=State.WAITING), State.KEPT, actor):
            return False
        _note("report.left", case, actor)
    return True


def _answer(cases: "QuerySet[ReportCase]", state: str, actor: User) -> int:
    now = timezone.now()
    return cases.update(state=state, by=actor, answered_at=now, mail_at=now, tries=0)


def _note(verb: str, case: ReportCase, actor: User) -> None:
    record(verb, actor=actor, brand=case.brand.slug, subject=f"post:{case.report.post_id}")


def send_due() -> int:
    """Write to those who decide about new reports, and to whoever reported about decisions; return how many letters."""
    owed = ReportCase.objects.filter(mail_at__lte=timezone.now()).select_related("brand", "report__post__person")
    sent = 0
    for case in owed.order_by("mail_at", "pk")[:GO]:
        later = timezone.now() + AGAIN
        mine = ReportCase.objects.filter(pk=case.pk, state=case.state)
        if case.state == State.WAITING and not _to_decide().filter(pk=case.pk).exists():
            # hidden or gone: who decides is told once it is back, and end_moot ends what does not come back
            mine.filter(mail_at=case.mail_at).update(mail_at=later)
            continue
        letters = _letters(case)
        # before the first letter alone: the cap cuts no case in two
        if letters and not _within_cap():
            break
        if not mine.filter(mail_at=case.mail_at).update(mail_at=later, tries=F("tries") + 1):
            continue
        taken = _deliver(case, letters)
        # who has not got it is tried again, and nobody else
        if taken == len(letters) or case.tries + 1 >= TRIES:
            mine.filter(mail_at=later).update(mail_at=None)
        sent += taken
    return sent


def _deliver(case: ReportCase, letters: list[tuple[int | None, str]]) -> int:
    """Write to each of these, and note who has the letter; return how many have."""
    name = "report_waits" if case.state == State.WAITING else "report_decided"
    context = {"case": case, "report": case.report, "brand": case.brand, "person": case.report.post.person}
    taken = 0
    for number, (user, address) in enumerate(letters):
        if number:
            _within_cap()  # they count as well
        if deliver(name, context, address):
            taken += 1
            if user is not None:
                case.told.add(user)
    return taken


def _within_cap() -> bool:
    return limits.count("mail:minute", cap=settings.MAIL_PER_MINUTE, seconds=60)


def _letters(case: ReportCase) -> list[tuple[int | None, str]]:
    """Return who is still to be written to: a login and its address, or the address of whoever reported.

    About a report the moderators, the owners where there are none; about a decision whoever reported, if they wish.
    """
    if case.state != State.WAITING:
        return [(None, case.report.email)] if case.report.email else []
    roles = Role.objects.filter(brand=case.brand, user__is_active=True)
    moderators = roles.filter(name=Role.Name.MODERATOR)
    who = moderators if moderators.exists() else roles.filter(name=Role.Name.OWNER)
    left = who.exclude(user__in=case.told.values("pk"))
    return list(left.order_by("pk").values_list("user", "user__email"))
