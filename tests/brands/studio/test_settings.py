"""Brand settings: name and colour, whose lines open the page, who signs its end."""

import pytest
from django.test import Client
from django.utils import timezone

from advocacy.models import AuditEvent
from brands.contrast import contrast
from brands.models import Brand, Enrolment
from brands.queries.front import front
from people.models import Person
from tests.brands.pages import enrol, read, words
from tests.brands.studio.rooms import as_user, enter
from tests.factories import make_brand, make_role, make_user

pytestmark = pytest.mark.django_db
GOOD = {"name": "Vesper Night Trains", "tagline": "the night trains", "colour": "#1D6B72", "colour_dark": "#6cc2c9"}


@pytest.fixture
def vesper() -> Brand:
    return make_brand("Vesper", slug="vesper")


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert contrast("#ffffff", "#ffffff") == 1


def test_name_and_colours_are_saved_and_shown_at_once(vesper: Brand) -> None:
    enter(vesper, "marketer").post("/studio/vesper/settings/save/", GOOD)
    vesper.refresh_from_db()
    assert (vesper.name, vesper.colour, vesper.slug) == ("Vesper Night Trains", "#1d6b72", "vesper")
    assert "Vesper Night Trains" in read(Client(), "/brands/vesper/")
    assert AuditEvent.objects.get().details == {"fields": ["name", "tagline"]}


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"colour": "#f5f5f0"}, "#f5f5f0 stands out 1.0 to 1 from the light page"),
        ({"colour_dark": "#222222"}, "from the dark page; a dot that everybody sees needs 3 to 1"),
        ({"colour": "red"}, "Write the colour as # and six digits"),
        ({"name": ""}, "This field is required"),
    ],
)
def test_a_colour_that_cannot_be_seen_is_refused_with_what_to_do(
    vesper: Brand, fields: dict[str, str], told: str
) -> None:
    page = enter(vesper).post("/studio/vesper/settings/save/", GOOD | fields).content.decode()
    assert told in words(page)
    vesper.refresh_from_db()
    assert (vesper.name, vesper.colour) == ("Vesper", "#1d6b72")
    assert AuditEvent.objects.count() == 0


def test_the_measured_contrast_is_shown_on_both_papers(vesper: Brand) -> None:
    page = words(read(enter(vesper), "/studio/vesper/settings/"))
    assert f"#1d6b72 on the light page: {contrast('#1d6b72', '#fbfaf8'):.1f} to 1" in page
    assert f"#6cc2c9 on the dark page: {contrast('#6cc2c9', '#19151b'):.1f} to 1" in page


def speakers(brand: Brand, *names: str) -> list[Enrolment]:
    """Enrol people who wrote a line."""
    return [enrol(brand, name, line="drives the night train") for name in names]


def test_only_the_chosen_open_the_page_and_with_nobody_chosen_everybody(vesper: Brand) -> None:
    anna, berta, carla = speakers(vesper, "Anna Abel", "Berta Bauer", "Carla Cole")
    today = timezone.now().date()
    assert {card.person.name for card in front(vesper, today).chorus} == {"Anna Abel", "Berta Bauer", "Carla Cole"}
    client = enter(vesper)
    everybody = f"{anna.pk} {berta.pk} {carla.pk}"
    client.post("/studio/vesper/settings/chorus/save/", {"listed": everybody, "who": [berta.pk]})
    assert [card.person.name for card in front(vesper, today).chorus] == ["Berta Bauer"]
    client.post("/studio/vesper/settings/chorus/save/", {"listed": everybody})
    assert len(front(vesper, today).chorus) == 3


def test_who_was_not_on_the_form_stays_chosen(vesper: Brand) -> None:
    anna, berta = speakers(vesper, "Anna Abel", "Berta Bauer")
    Enrolment.objects.filter(pk=anna.pk).update(in_chorus=True)
    client = enter(vesper)
    assert "Anna" not in read(client, "/studio/vesper/settings/chorus/?q=berta")
    client.post("/studio/vesper/settings/chorus/save/", {"listed": str(berta.pk), "who": [berta.pk]})
    assert Enrolment.objects.filter(in_chorus=True).count() == 2


def test_people_of_another_brand_or_without_a_line_cannot_be_chosen(vesper: Brand) -> None:
    foreign = speakers(make_brand(), "Zoe Zeller")[0]
    silent = enrol(vesper, "Silent Person")
    ids = [foreign.pk, silent.pk]
    enter(vesper).post("/studio/vesper/settings/chorus/save/", {"listed": f"{ids[0]} {ids[1]}", "who": ids})
    assert Enrolment.objects.filter(in_chorus=True).count() == 0


def test_a_closing_line_is_signed_by_who_writes_it(vesper: Brand) -> None:
    enrolment = enrol(vesper, "Kofi Lindqvist")
    user = make_user()
    Person.objects.filter(pk=enrolment.person_id).update(user=user)
    make_role(user, vesper, "marketer")
    client = as_user(user)
    assert "Sign as Kofi Lindqvist" in words(read(client, "/studio/vesper/settings/"))
    client.post("/studio/vesper/settings/closing/", {"closing_line": "We are awake  while you sleep."})
    vesper.refresh_from_db()
    assert (vesper.closing_line, vesper.closing_by) == ("We are awake while you sleep.", enrolment.person)
    enter(vesper).post("/studio/vesper/settings/closing/", {"closing_line": ""})
    vesper.refresh_from_db()
    assert (vesper.closing_line, vesper.closing_by) == ("", None)


def test_nobody_puts_a_line_into_the_mouth_of_another(vesper: Brand) -> None:
    enrol(vesper, "Kofi Lindqvist")
    client = enter(vesper)
    assert "you are not on it" in words(read(client, "/studio/vesper/settings/"))
    page = client.post("/studio/vesper/settings/closing/", {"closing_line": "The brand speaks."})
    assert page.status_code == 200
    vesper.refresh_from_db()
    assert (vesper.closing_line, vesper.closing_by) == ("", None)
