"""How many fans follow people of a brand: a total, and nobody's name."""

from django.core.cache import cache

from brands.models import Brand
from brands.queries.cards import listed
from people.models import Follow

FEWEST = 5  # below it a figure could tell of single persons
KEPT = 600  # seconds; thousands of people have hundreds of thousands of follows


def fans_of(brand: Brand) -> int | None:
    """Return how many fans follow somebody whom this brand's pages list; None for fewer than five."""

    def count() -> int:
        people = listed(brand).values("person")
        return Follow.objects.filter(person__in=people).values("fan").distinct().count()

    found = cache.get_or_set(f"fans-of-brand:{brand.pk}", count, KEPT) or 0
    return found if found >= FEWEST else None
