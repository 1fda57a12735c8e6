"""The head of a brand's page: who opens it, who stands in the grid, how many there are."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from brands.models import Brand, Enrolment, Team
from brands.queries.front import Front, TeamSize, front
from tests.factories import make_brand, make_enrolment, make_person

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 11, 26)


@pytest.fixture
def brand() -> Brand:
    """Thirty people in two teams and in none; a third is on a break, others listed nowhere, one elsewhere."""
    brand = make_brand("Vesper", slug="vesper")
    teams = [Team.objects.create(brand=brand, slug=name.lower(), name=name) for name in ("Kitchen", "Yard")]
    for n in range(30):
        person = make_person(f"Ingrid {chr(122 - n % 26)}{n}", line="" if n % 2 else "cooks")
        make_enrolment(brand, person, team=(*teams, None)[n % 3], state="paused" if n % 3 == 1 else "active")
    make_enrolment(brand, make_person("Closed", page_open=False), team=teams[0])
    make_enrolment(brand, make_person("Gone"), team=teams[0], state="left")
    make_enrolment(make_brand("Nightjar"), make_person("Other", line="reads"))
    return brand


def chorus_over(brand: Brand, days: int) -> set[int]:
    heads = [front(brand, DAY + dt.timedelta(days=n)) for n in range(days)]
    return {card.person.pk for head in heads for card in head.chorus}


def pks(found: Front) -> list[str]:
    return [card.person.sort_name for card in found.grid]


def test_people_and_teams_are_counted_without_whom_the_page_does_not_list(brand: Brand) -> None:
    head = front(brand, DAY)
    assert head.people == 30
    assert head.teams == [TeamSize("kitchen", "Kitchen", 10), TeamSize("yard", "Yard", 10)]


def test_everybody_active_with_a_line_opens_the_page_in_turn_and_nobody_else(brand: Brand) -> None:
    wanted = Enrolment.objects.filter(brand=brand, state="active", person__page_open=True).exclude(person__line="")
    assert chorus_over(brand, 10) == set(wanted.values_list("person", flat=True))


def test_a_line_for_the_brand_counts_as_one(brand: Brand) -> None:
    silent = Enrolment.objects.filter(brand=brand, state="active", person__line="")[0]
    Enrolment.objects.filter(pk=silent.pk).update(line="stirs")
    assert silent.person_id in chorus_over(brand, 11)


def test_whom_the_brand_chose_opens_the_page_if_there_is_a_line(brand: Brand) -> None:
    rows = Enrolment.objects.filter(brand=brand)
    rows.update(in_chorus=False)
    with_line = rows.filter(state="active", person__page_open=True).exclude(person__line="").order_by("pk")[0]
    without = rows.filter(state="active", person__line="").order_by("pk")[0]
    paused = rows.filter(state="paused").exclude(person__line="").order_by("pk")[0]
    rows.filter(pk__in=[with_line.pk, without.pk, paused.pk]).update(in_chorus=True)
    assert chorus_over(brand, 10) == {with_line.person_id}


def test_where_nobody_has_a_line_the_active_open_the_page(brand: Brand) -> None:
    rows = Enrolment.objects.filter(brand=brand, person__page_open=True)
    for row in rows.select_related("person"):
        type(row.person).objects.filter(pk=row.person_id).update(line="")
    assert chorus_over(brand, 20) == set(rows.filter(state="active").values_list("person", flat=True))


def test_the_grid_has_eight_by_name_and_nobody_of_the_chorus(brand: Brand) -> None:
    head = front(brand, DAY)
    assert len(head.grid) == 8
    assert pks(head) == sorted(pks(head))
    assert not {card.person.pk for card in head.grid} & {card.person.pk for card in head.chorus}


def test_the_signer_of_the_closing_line_must_be_active(brand: Brand) -> None:
    active, paused = (Enrolment.objects.filter(brand=brand, state=state)[0] for state in ("active", "paused"))
    brand.closing_line = "Come along."
    for row, there in ((active, True), (paused, False)):
        brand.closing_by = row.person
        head = front(brand, DAY)
        assert (head.closing_by is not None, head.closing_line) == (there, "Come along." if there else "")
    brand.closing_line, brand.closing_by = "", active.person
    assert front(brand, DAY).closing_by is None


def test_one_question_is_answered_by_a_row_for_each_kind_of_person_not_for_each_person(brand: Brand) -> None:
    with CaptureQueriesContext(connection) as queries:
        front(brand, DAY)
    first = queries.captured_queries[0]["sql"]
    with connection.cursor() as cursor:
        cursor.execute(first)
        assert len(cursor.fetchall()) == 5  # kitchen and none with and without lines; yard on a break
    assert "sort_name" not in first
