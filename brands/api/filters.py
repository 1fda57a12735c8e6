"""By what a brand's list of people can be sifted: the same as on its page."""

import django_filters
from django.db.models import QuerySet

from brands.models import Brand, Enrolment
from brands.queries.search import LONGEST, search_people, wish
from people.networks.types import NETWORKS


def _words(help_text: str) -> django_filters.CharFilter:
    return django_filters.CharFilter(
        max_length=LONGEST,
        strip=False,
        help_text=help_text,
        error_messages={"max_length": f"There is room for {LONGEST} characters."},
    )


class PeopleFilter(django_filters.FilterSet):  # type: ignore[misc] # it has no types
    """The facets of the page, and its search."""

    brand: Brand

    team = _words("The slug of a team.")
    topic = _words("The slug of a topic.")
    place = _words("A place; capitals and accents make no difference.")
    language = _words("A language as BCP 47 names it, without the country: de.")
    network = django_filters.ChoiceFilter(
        choices=list(NETWORKS.items()),
        help_text="A network on which they have an account.",
        error_messages={"invalid_choice": f"Give one of: {', '.join(NETWORKS)}."},
    )
    q = _words("Words that are searched for as on the page.")

    def filter_queryset(self, queryset: "QuerySet[Enrolment]") -> "QuerySet[Enrolment]":
        """Return the people whom the page would show; the order is the caller's."""
        words, wanted = wish(self.form.cleaned_data)
        if not words and not wanted:
            return queryset
        return queryset.filter(pk__in=search_people(self.brand, words, wanted))
