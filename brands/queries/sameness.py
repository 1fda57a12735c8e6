"""How alike the posts of a brand's people are, week by week: a share, nobody's name and nobody's drafts."""

import datetime as dt
from typing import NamedTuple

from django.db.models import Count, Q
from django.db.models.functions import TruncWeek

from brands.models import Brand, Compared

WEEKS = 8
FEWEST = 5  # posts; of fewer a share would tell of single people


class Week(NamedTuple):
    """One week."""

    monday: dt.date
    posts: int  # that were long enough to be compared
    share: int | None  # per cent that were nearly a colleague's words; None: not measurable


def weeks(brand: Brand, today: dt.date) -> list[Week]:
    """Return the last weeks, the newest first, in one query."""
    monday = today - dt.timedelta(days=today.weekday())
    mondays = [monday - dt.timedelta(weeks=n) for n in range(WEEKS)]
    start = dt.datetime.combine(mondays[-1], dt.time.min, dt.UTC)
    rows = Compared.objects.filter(brand=brand, said_at__gte=start, near__isnull=False)
    counted = rows.annotate(week=TruncWeek("said_at", tzinfo=dt.UTC)).order_by().values("week")
    sizes = {
        week.date(): (posts, near)
        for week, posts, near in counted.annotate(posts=Count("pk"), same=Count("pk", filter=Q(near=True))).values_list(
            "week", "posts", "same"
        )
    }
    return [_week(day, *sizes.get(day, (0, 0))) for day in mondays]


def _week(monday: dt.date, posts: int, near: int) -> Week:
    return Week(monday, posts, round(100 * near / posts) if posts >= FEWEST else None)
