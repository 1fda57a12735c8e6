"""Taking one post off a brand's own pages, with a reason that its author reads, and putting it back.

On the author's own page nothing changes: that page is theirs.
"""

from django.db import IntegrityError, transaction
from django.utils import timezone

from advocacy.audit import record
from brands.feed import place_posts
from brands.models import Brand, Removal, ReportCase
from brands.telling import brand_told
from people.models import Post, User

LONGEST_REASON = 300


def remove_post(*, brand: Brand, post: Post, reason: str, actor: User | None) -> Removal:
    """Take a post off the brand's pages; a second time changes nothing. Raises ValueError without a reason."""
    reason = " ".join(reason.split())[:LONGEST_REASON]
    if not reason:
        raise ValueError("write the reason: the author reads it")
    try:
        with transaction.atomic():
            removal = Removal.objects.create(brand=brand, post=post, reason=reason, by=actor)
            record("post.removed", actor=actor, brand=brand.slug, subject=f"post:{post.pk}")
            place_posts([post.pk])
            brand_told(brand.pk)
            _answer_reports(brand, post, actor)
    except IntegrityError:  # somebody else took it off at this moment
        return Removal.objects.get(brand=brand, post=post, put_back_at=None)
    return removal


def _answer_reports(brand: Brand, post: Post, actor: User | None) -> None:
    """Whoever reported the post to this brand is told that it was taken off, however it came to that."""
    now = timezone.now()
    cases = ReportCase.objects.filter(brand=brand, report__post=post, state=ReportCase.State.WAITING)
    waiting = ReportCase.objects.filter(pk__in=list(cases.values_list("pk", flat=True)), state=ReportCase.State.WAITING)
    waiting.update(state=ReportCase.State.OFF, by=actor, answered_at=now, mail_at=now, tries=0)


def put_post_back(*, removal: Removal, actor: User | None) -> None:
    """Let the brand's pages show a post again, as far as its author does; a second time changes nothing."""
    with transaction.atomic():
        if not Removal.objects.filter(pk=removal.pk, put_back_at=None).update(put_back_at=timezone.now()):
            return
        record("post.put_back", actor=actor, brand=removal.brand.slug, subject=f"post:{removal.post_id}")
        place_posts([removal.post_id])
        brand_told(removal.brand_id)
