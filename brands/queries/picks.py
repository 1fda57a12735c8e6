"""Which posts people picked for a brand's page: those stand on the person's own page as well, while the yes holds.

A brand that hides a person, or took a post off its pages, changes nothing here: the person's page is theirs.
"""

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from brands.consenting import HOLDING
from brands.models import PostChoice


def condition() -> Q:
    """Tell people's own pages which posts their author picked (see people.sections).

    The range of one is an equality that PostgreSQL looks up post by post: of "=" it may make a list of everybody's
    picks first.
    """
    this = {"post__gte": OuterRef("pk"), "post__lte": OuterRef("pk")}
    return Q(Exists(_picks().filter(**this, enrolment__shown_accounts__account=OuterRef("account"))))


def picks_post(post_id: int) -> bool:
    """Tell people's own pages whether the author picked a post, which then has a page of its own."""
    return _picks().filter(post=post_id, enrolment__shown_accounts__account=F("post__account")).exists()


def _picks() -> "QuerySet[PostChoice]":
    """Return the picks by a yes that holds; whoever asks adds that it still covers the account."""
    return PostChoice.objects.filter(shown=True, enrolment__state__in=HOLDING)
