"""Lists of the API ask the database the same number of questions for 1, 3 and 300 rows, on their longest pages too."""

import pytest
from django.db import connection
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.brands.api.house import get
from tests.brands.test_query_counts_list import fill, more_for_one

EXPECTED = {
    "brands/?limit=100": 1,
    "brands/vesper/": 2,
    "brands/vesper/people/?limit=100": 6,
    "brands/vesper/people/?limit=100&team=a&language=de&q=anna": 10,
    "brands/vesper/posts/?limit=100": 4,
}


@pytest.mark.django_db
@pytest.mark.parametrize("rows", [1, 3, 300])
def test_the_number_of_questions_is_fixed(
    client: Client, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    _, post = fill(rows)
    more_for_one(post, rows)
    words = next(path for path in EXPECTED if "q=" in path)
    # PostgreSQL is asked first where the walk through the newest rows ends
    searched = {words: EXPECTED[words] + (connection.vendor == "postgresql")}
    places = {
        **EXPECTED,
        **searched,
        f"people/{post.person.slug}/posts/?limit=100": 3,
        f"people/{post.person.slug}/": 5,
    }
    for path, number in places.items():
        with django_assert_num_queries(number, info=f"{path} with {rows} rows"):
            page = get(client, path)
        if "vesper/people" in path:
            assert len(page["results"]) == min(rows, 100)
