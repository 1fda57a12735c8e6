"""The composer says before anybody schedules what it costs, and what is left of the site's cap and of the brand's."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from advocacy.models import Allowance
from brands.models import Brand, Enrolment
from people.models import Account, Draft, Person
from people.publishing import budget
from tests.brands.pages import words
from tests.factories import make_brand, make_enrolment
from tests.people.composer.test_write import write
from tests.people.desk.test_my_page import picture

pytestmark = pytest.mark.django_db
WRITE = "/desk/write/"


@pytest.fixture
def vesper(me: Person) -> Brand:
    """A brand that Ingrid speaks for, with 10 USD a month."""
    brand = make_brand("Vesper", slug="vesper", posting_cap_usd=10)
    make_enrolment(brand, me)
    return brand


def use(key: str, mills: int) -> None:
    Allowance.objects.update_or_create(key=key, day=budget.month(), defaults={"used": mills})


def preview(desk: Client, account: Account, text: str) -> str:
    return words(desk.post(f"{WRITE}preview/", {"words": text, "to": [account.pk]}).content.decode())


def test_four_fifths_of_the_brands_cap_are_said_where_the_draft_speaks_for_it(
    desk: Client, account: Account, vesper: Brand
) -> None:
    use(budget.brand_key(vesper.pk), 7_900)
    assert "of the month’s" not in preview(desk, account, "Vesper bakes at 03:40.")
    use(budget.brand_key(vesper.pk), 8_000)
    warning = "8.00 of the month’s 10 USD for posts that speak for Vesper are used."
    assert warning in preview(desk, account, "Vesper bakes at 03:40.")
    assert "of the month’s" not in preview(desk, account, "I bake at 03:40.")  # it speaks for nobody else
    desk.post(WRITE, {"do": "keep", "words": "Vesper bakes at 03:40.", "to": [account.pk]})
    page = words(desk.get(f"{WRITE}{Draft.objects.get().pk}/").content.decode())
    assert page.count(warning) == 1


def test_at_the_brands_cap_it_says_so_before_anything_is_scheduled(
    desk: Client, account: Account, vesper: Brand
) -> None:
    use(budget.brand_key(vesper.pk), 9_900)
    full = "The month’s 10 USD for posts that speak for Vesper are used up; its owners can raise the cap:"
    assert full not in preview(desk, account, "Vesper bakes at 03:40.")  # its price still fits
    said = preview(desk, account, "Vesper bakes: https://vesper.org/bread")  # a link's does not
    assert full in said
    assert "what comes due before there is room again is held, and missed after an hour." in said


def test_a_brand_that_one_has_left_tells_nothing_of_its_money(
    desk: Client, account: Account, vesper: Brand, me: Person
) -> None:
    desk.post(WRITE, {"do": "keep", "words": "Vesper bakes at 03:40.", "to": [account.pk]})
    draft = Draft.objects.get()
    assert draft.speaks_for == vesper.pk
    use(budget.brand_key(vesper.pk), 10_000)
    assert "used up" in words(desk.get(f"{WRITE}{draft.pk}/").content.decode())
    Enrolment.objects.filter(person=me).update(state="left")
    assert "used up" not in words(desk.get(f"{WRITE}{draft.pk}/").content.decode())


def test_another_brands_money_is_not_mentioned(desk: Client, account: Account, vesper: Brand) -> None:
    other = make_brand("Orchard", slug="orchard", posting_cap_usd=10)
    use(budget.brand_key(other.pk), 10_000)
    assert "speak for Orchard" not in preview(desk, account, "Vesper bakes, and so does Orchard.")


def test_the_sites_cap_is_said_too_and_once_where_the_brand_has_none(
    desk: Client, account: Account, vesper: Brand, settings: Settings
) -> None:
    settings.POSTING_CAP_USD = 20
    Brand.objects.update(posting_cap_usd=None)
    use(budget.SITE, 16_500)
    use(budget.brand_key(vesper.pk), 16_500)
    said = preview(desk, account, "Vesper bakes at 03:40.")
    assert "16.50 of the month’s 20 USD for posts are used." in said
    assert "posts that speak for" not in said
    use(budget.SITE, 20_000)
    assert "The month’s 20 USD for posts from this site are used up" in preview(desk, account, "I bake.")


def test_descriptions_are_in_the_price_as_they_are_typed_and_as_they_are_kept(desk: Client, account: Account) -> None:
    write(desk, account, do="add", media=[picture()])
    row = Draft.objects.get().pictures.get()
    typed = {"draft": row.draft_id, "words": "Bread.", "to": [account.pk], "revision": 1}
    assert "Costs whoever runs this site 0.015 USD." in words(desk.post(f"{WRITE}preview/", typed).content.decode())
    typed[f"alt-{row.pk}"] = "Two loaves on a rack"
    shown = words(desk.post(f"{WRITE}preview/", typed).content.decode())
    assert "Costs whoever runs this site 0.02 USD." in shown
    desk.post(WRITE, {**typed, "do": "keep"})
    assert "0.02 USD." in words(desk.get(f"{WRITE}{row.draft_id}/").content.decode())


def test_a_description_that_is_too_long_stays_as_it_was_typed(desk: Client, account: Account) -> None:
    write(desk, account, do="add", media=[picture()])
    row = Draft.objects.get().pictures.get()
    said = {"draft": row.draft_id, "words": "Bread.", "to": [account.pk], f"alt-{row.pk}": "ö" * 1_001, "revision": 1}
    page = desk.post(WRITE, {**said, "do": "send"})
    assert (page.status_code, "A description may have 1000 characters" in words(page.content.decode())) == (422, True)
    assert "ö" * 1_001 in page.content.decode()


def test_lines_of_a_description_count_as_its_writer_counts_them(desk: Client, account: Account) -> None:
    write(desk, account, do="add", media=[picture()])
    row = Draft.objects.get().pictures.get()
    said = {"draft": row.draft_id, "words": "Bread.", f"alt-{row.pk}": "a\r\n" * 499 + "ab", "revision": 1}
    assert desk.post(WRITE, {**said, "do": "keep"}).status_code == 302
    row.refresh_from_db()
    assert row.alt == "a\n" * 499 + "ab"


def test_of_several_pictures_the_good_ones_are_kept_and_the_bad_one_is_named(desk: Client, account: Account) -> None:
    bad = SimpleUploadedFile("IMG_0042.HEIC", b"no picture", content_type="image/heic")
    page = write(desk, account, do="add", media=[bad, picture()])
    assert (page.status_code, "IMG_0042.HEIC: " in words(page.content.decode())) == (422, True)
    assert Draft.objects.get().pictures.count() == 1
