"""The first steps of a new brand."""

import pytest
from django.test import Client

from advocacy.models import AuditEvent
from brands.checklist import checklist
from brands.models import Brand
from brands.opening import open_brand
from people.models import User
from tests.brands.pages import enrol, read, words
from tests.brands.studio.rooms import as_user, enter
from tests.brands.studio.test_settings import GOOD
from tests.factories import make_enrolment

pytestmark = pytest.mark.django_db


@pytest.fixture
def vesper() -> Brand:
    return open_brand("vesper", "Vesper", "kofi@vesper.example", actor=None)


@pytest.fixture
def office(vesper: Brand) -> Client:
    return as_user(User.objects.get(email="kofi@vesper.example"))


def done(brand: Brand) -> set[str]:
    return {step.key for step in checklist(brand) if step.done}


def test_a_new_brand_has_five_open_steps(vesper: Brand, office: Client) -> None:
    assert done(vesper) == set()
    page = words(read(office, "/studio/vesper/people/"))
    assert "First steps" in page
    assert page.count("Open") == 5


def test_a_tick_stands_at_done_steps_only_and_each_step_says_how_it_stands(vesper: Brand, office: Client) -> None:
    def drawn() -> list[tuple[bool, bool, str]]:
        page = read(office, "/studio/vesper/people/").partition('<ul class="todo">')[2].partition("</ul>")[0]
        lines = page.split("<li")[1:]
        return [("#check" in one, 'class="icon ring"' in one, words(one).split()[-1]) for one in lines]

    assert drawn() == [(False, True, "Open")] * 5
    office.post("/studio/vesper/first-steps/alone/")
    assert drawn() == [(False, True, "Open"), (True, False, "Done"), *[(False, True, "Open")] * 3]


def test_each_step_is_done_by_its_act_and_the_list_goes_away(vesper: Brand, office: Client) -> None:
    office.post("/studio/vesper/settings/save/", GOOD)
    assert done(vesper) == {"brand"}
    office.post("/studio/vesper/roles/give/", {"email": "amara@vesper.example", "role": "owner"})
    assert done(vesper) == {"brand", "alone"}
    make_enrolment(vesper, state="invited")
    assert done(vesper) == {"brand", "alone", "enrol"}
    enrol(vesper, "Ingrid Solbakk")
    assert done(vesper) == {"brand", "alone", "enrol", "yes"}
    answer = office.post("/studio/vesper/first-steps/seen/")
    assert answer.headers["Location"] == "/brands/vesper/"
    assert checklist(vesper) == []
    assert "First steps" not in read(office, "/studio/vesper/people/")


def test_one_owner_may_be_enough_if_somebody_says_so(vesper: Brand, office: Client) -> None:
    for _ in range(2):
        office.post("/studio/vesper/first-steps/alone/")
    assert done(vesper) == {"alone"}
    assert AuditEvent.objects.filter(verb="checklist.one_owner").count() == 1


def test_looking_at_pages_ticks_nothing(vesper: Brand, office: Client) -> None:
    for address in ("/brands/vesper/", "/studio/vesper/people/", "/studio/vesper/settings/"):
        read(office, address)
    assert done(vesper) == set()
    assert office.post("/studio/vesper/first-steps/everything/").status_code == 404


def test_who_cannot_do_the_steps_is_not_shown_them(vesper: Brand) -> None:
    assert "First steps" not in read(enter(vesper, "analyst"), "/studio/vesper/people/")
