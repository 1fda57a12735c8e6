"""What the date of a brand's page in the sitemap tells, and what it does not."""

import datetime as dt

import pytest
from django.utils import timezone

from brands.models import Enrolment
from brands.queries import sitemap
from tests.factories import make_brand, make_enrolment, make_person

pytestmark = pytest.mark.django_db
LATER = timezone.now() + dt.timedelta(days=3)


def _changed() -> set[bool]:
    return {page.changed == LATER for page in sitemap.pages("brands", 0)}


@pytest.mark.parametrize("state", ["invited", "declined"])
def test_who_was_asked_and_who_said_no_move_no_date(state: str) -> None:
    make_enrolment(make_brand("Vesper"), make_person("Ingrid Solheim"), state=state)
    Enrolment.objects.update(state_changed_at=LATER)
    assert _changed() == {False}


@pytest.mark.parametrize("state", ["active", "left"])
def test_who_is_listed_and_who_left_move_it(state: str) -> None:
    make_enrolment(make_brand("Vesper"), make_person("Ingrid Solheim"), state=state)
    Enrolment.objects.update(state_changed_at=LATER)
    assert _changed() == {True}
