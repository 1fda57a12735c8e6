"""What nobody types by hand, sent to forms: NUL, digits that are no number, numbers longer than an id, foreign keys."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from brands import joining
from brands.models import Enrolment, Import, JoinRequest
from people.models import Person
from tests.brands.inviting.asking import asked, letter_path
from tests.brands.pages import words
from tests.brands.studio.enrol import steps
from tests.brands.studio.rooms import as_user
from tests.factories import make_enrolment, make_person, make_user

pytestmark = pytest.mark.django_db
KEY = "a" * 32
BY_HAND = {"name": "Bo Ek", "email": "bo@b.example", "language": "en"}


def test_nul_is_refused_in_words_wherever_it_is_sent_and_nothing_is_saved(client: Client) -> None:
    invitation = asked()
    marketer = invitation.by
    assert marketer
    brand, path = invitation.enrolment.brand, letter_path()
    link = joining.make_link(
        brand=brand, actor=marketer, note="", team=None, domain="", days=3, cap=3, needs_approval=True
    )
    join = f"/join/{joining.token_of(link)}/"
    user = make_user("i@example.org")
    own = make_enrolment(brand, make_person("Oskar B", user=user))
    studio, desk = as_user(marketer), as_user(user)
    before = Person.objects.count()
    for reader, address, sent in (
        (client, join, {"name": "a\0b", "email": "a@b.example", "title": ""}),
        (client, join, {"name": "ab", "email": "a\0@b.example", "title": ""}),
        (client, f"{path}line/", {"line": "a\0b", "address": ""}),
        (client, f"{path}accounts/", {"handles": "in\0grid"}),
        (client, f"{path}accounts/", {"handles\0": "ingrid"}),
        (desk, f"/desk/appearances/{own.pk}/line/", {"line": "a\0b"}),
        (desk, "/desk/my-page/", {"line": "a\0b", "about": "x"}),
        (studio, "/studio/vesper/enrol/person/", BY_HAND | {"name": "a\0b"}),
        (studio, "/studio/vesper/enrol/", {"rows": "Name,E-mail\na\0b,a@b.example\n"}),
        (studio, "/studio/vesper/settings/chorus/save/", {"listed": "1", "who": ["1", "\0"]}),
    ):
        answer = reader.post(address, sent)
        said = words(answer.content.decode())
        assert (address, answer.status_code) == (address, 400)
        assert "the character NUL (U+0000)" in said
    for address in ("/brands/vesper/people/?q=a%00b", "/brands/vesper/?%00=1", f"{join}?x=%00"):
        assert client.get(address).status_code == 400
    assert Person.objects.count() == before
    assert not JoinRequest.objects.exists()
    assert set(Enrolment.objects.values_list("line", flat=True)) == {""}


def test_nul_inside_a_file_is_the_readers_of_the_file_and_others_characters_pass(client: Client) -> None:
    studio, brand = steps.studio()
    file = SimpleUploadedFile("crew.csv", "Name,E-mail\nBo Ek,bo@b.example\n".encode("utf-16"))
    assert studio.post(f"/studio/{brand.slug}/enrol/", {"file": file}).status_code == 302
    assert client.get(f"/brands/{brand.slug}/people/?q=%E2%90%80%1F%7F").status_code == 200


def test_who_is_logged_out_is_led_to_signing_in_also_with_nul(client: Client) -> None:
    assert client.post("/studio/vesper/enrol/person/", {"name": "\0"}).status_code == 302


@pytest.mark.parametrize("look", ["9" * 5000, "9" * 30, "9" * 18])
def test_an_account_whose_number_is_longer_than_any_id_is_not_there(client: Client, look: str) -> None:
    asked()
    path = letter_path()
    client.post(f"{path}accounts/", {"handles": "ingrid"})
    assert client.post(f"{path}posts/", {"look": look}).status_code == 404


@pytest.mark.parametrize("digits", ["²", "٣", "9" * 5000, "-1"])
def test_a_line_that_is_chosen_by_no_number_is_chosen_by_nobody(digits: str) -> None:
    studio, brand = steps.studio()
    own = make_enrolment(brand, make_person(line="walks the train"))
    save = f"/studio/{brand.slug}/settings/chorus/save/"
    assert studio.post(save, {"listed": f"{digits} {own.pk}", "who": [digits, str(own.pk)]}).status_code == 302
    own.refresh_from_db()
    assert own.in_chorus


def test_the_key_of_another_brands_form_enrols_and_shows_nothing_of_that_brand() -> None:
    one, brand = steps.studio()
    other, elsewhere = steps.studio()
    for _ in range(2):  # the second is the same press of the button
        one.post(f"/studio/{brand.slug}/enrol/person/", BY_HAND | {"key": KEY})
    answer = other.post(f"/studio/{elsewhere.slug}/enrol/person/", BY_HAND | {"name": "Cy Dahl", "key": KEY})
    assert answer.status_code == 302
    made = Enrolment.objects.order_by("pk").values_list("brand", "person__name")
    assert list(made) == [(brand.pk, "Bo Ek"), (elsewhere.pk, "Cy Dahl")]
    assert Import.objects.count() == 2
