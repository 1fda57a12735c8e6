"""Who may enrol, one person by hand, and the history."""

import pytest
from django.test import Client
from django.urls import reverse

from brands.enrolling import team_named
from brands.enrolment_steps import fields
from brands.importing.columns import FIELDS
from brands.models import Enrolment, Import, Invitation
from tests.brands.studio.enrol.steps import address, choose, enrolled, studio, text, upload

pytestmark = pytest.mark.django_db
ONE = "Name,E-mail\nAnna Berg,anna@vesper.example\n"
STEPS = ("", "columns/", "check/", "changes/", "rows/", "undo/")
POSTS = ("columns/", "check/mend/", "check/problems.csv", "check/upload/", "start/", "undo/")
ROOMS = ("", "template.csv", "person/", "history/")


@pytest.mark.parametrize(
    ("role", "status"), [("owner", 200), ("marketer", 200), ("trainer", 404), ("moderator", 404), ("analyst", 404)]
)
def test_owners_and_marketers_enrol_and_nobody_else(role: str, status: int) -> None:
    client, brand = studio(role)
    for room in ROOMS:
        assert client.get(f"/studio/{brand.slug}/enrol/{room}").status_code == status


def test_an_import_of_another_brand_is_not_there() -> None:
    owner, brand = studio()
    file = upload(owner, brand, ONE)
    choose(owner, file)
    stranger, elsewhere = studio()
    for there in (brand, elsewhere):
        for step in STEPS:
            assert stranger.get(f"/studio/{there.slug}/enrol/{file.pk}/{step}").status_code == 404, step
        for step in POSTS:
            assert stranger.post(f"/studio/{there.slug}/enrol/{file.pk}/{step}").status_code == 404, step
    file.refresh_from_db()
    assert file.state == "checked"
    assert not Enrolment.objects.exists()


def test_who_is_logged_out_is_led_to_signing_in() -> None:
    _, brand = studio()
    answer = Client().get(reverse("studio-enrol", args=[brand.slug]))
    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in/")


def test_the_key_of_somebody_elses_form_gives_nothing_of_theirs() -> None:
    owner, brand = studio()
    upload(owner, brand, ONE, key="b" * 32)
    stranger, elsewhere = studio()
    stranger.post(f"/studio/{elsewhere.slug}/enrol/", {"rows": ONE, "key": "b" * 32})
    theirs, own = Import.objects.order_by("pk")
    assert (theirs.brand, own.brand) == (brand, elsewhere)


def test_a_file_and_a_person_corrected_and_sent_again_by_the_same_form_are_taken_as_they_are_now() -> None:
    client, brand = studio()
    first = upload(client, brand, ONE, key="b" * 32)
    assert upload(client, brand, ONE, key="b" * 32) == first
    assert upload(client, brand, ONE.replace("Anna", "Berit"), key="b" * 32) != first
    told = {"name": "Cy Dahl", "email": "cy@wrong.example", "language": "en", "key": "d" * 32}
    for email in ("cy@wrong.example", "cy@vesper.example"):
        answer = client.post(f"/studio/{brand.slug}/enrol/person/", told | {"email": email}, follow=True)
        assert "Cy Dahl is enrolled. They have not been asked yet." in text(answer)
    assert list(Enrolment.objects.order_by("pk").values_list("email", flat=True)) == [
        "cy@wrong.example",
        "cy@vesper.example",
    ]


def test_one_person_by_hand_is_enrolled_and_asked() -> None:
    client, brand = studio()
    team_named(brand, "Kitchen")
    told = {
        **{"name": "Anna Berg", "email": "Anna@Vesper.example", "title": "Cook", "team": "Kitchen", "place": "Oslo"},
        **{"topics": "soup, bread", "x_handle": "@anna", "invite": "on", "words": "Come!", "language": "en"},
        "key": "c" * 32,
    }
    for _ in range(2):  # a double click
        answer = client.post(f"/studio/{brand.slug}/enrol/person/", told, follow=True)
    assert "Anna Berg is enrolled. The invitation is on its way." in text(answer)
    enrolment = Enrolment.objects.get()
    assert (enrolment.state, enrolment.email, enrolment.title, enrolment.place) == (
        *("invited", "anna@vesper.example", "Cook", "Oslo"),
    )
    assert enrolment.team.name == "Kitchen"  # type: ignore[union-attr]
    assert sorted(topic.name for topic in enrolment.topics.all()) == ["bread", "soup"]
    assert Invitation.objects.get().words == "Come!"
    assert "One person by hand" in text(client.get(f"/studio/{brand.slug}/enrol/history/"))


def test_one_person_by_hand_is_told_what_is_wrong_in_the_words_of_a_row() -> None:
    client, brand = studio()
    told = {"name": "", "email": "anna", "x_handle": "a b c", "language": "en"}
    answer = client.post(f"/studio/{brand.slug}/enrol/person/", told)
    assert answer.status_code == 422
    words = text(answer)
    assert "Name: names nobody." in words
    assert "E-mail: “anna” is not an e-mail address." in words
    assert "X handle: “a b c” is not a handle on X." in words
    assert not Import.objects.exists()


def test_the_history_asks_the_database_as_often_for_many_imports_as_for_one(
    django_assert_num_queries: object,
) -> None:
    client, brand = studio()
    file = enrolled(client, brand, ONE)
    page = f"/studio/{brand.slug}/enrol/history/"
    for more in (0, 2, 60):
        Import.objects.bulk_create(
            Import(brand=brand, by=file.by, file_name=f"{more}-{n}.csv", key=f"{more}-{n}") for n in range(more)
        )
        with django_assert_num_queries(5):  # type: ignore[operator]
            assert client.get(page).status_code == 200
    assert "crew.csv" in text(client.get(f"{page}?page=2"))


def test_pages_of_rows_ask_the_database_as_often_for_many_rows_as_for_one(django_assert_num_queries: object) -> None:
    client, brand = studio()
    for rows in (1, 90):
        file = upload(client, brand, "Name,E-mail\n" + "".join(f"A{rows} B{n},bad{n}\n" for n in range(rows)))
        choose(client, file)
        with django_assert_num_queries(14):  # type: ignore[operator]
            assert client.get(address(file, "check/")).status_code == 200
        with django_assert_num_queries(6):  # type: ignore[operator]
            assert client.get(address(file, "rows/")).status_code == 200


def test_each_field_of_the_import_has_a_name_but_for_a_persons_own_line() -> None:
    assert set(FIELDS) - set(fields.LABELS) == {"line"}
