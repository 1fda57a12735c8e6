"""Roles, teams and topics."""

import threading

import pytest
from django.core import mail
from django.db import connection
from django.test import Client

from advocacy.models import AuditEvent
from brands import roles
from brands.models import Brand, Enrolment, Role, Team, Topic
from people.models import User
from tests.brands.pages import enrol, read, words
from tests.brands.studio.rooms import as_user, enter
from tests.factories import make_brand, make_role, make_user


@pytest.fixture
def vesper(db: None) -> Brand:
    return make_brand("Vesper", slug="vesper")


@pytest.fixture
def owner(vesper: Brand) -> Role:
    return make_role(make_user("kofi@vesper.example"), vesper, "owner")


@pytest.fixture
def office(owner: Role) -> Client:
    return as_user(owner.user)


def test_a_role_is_given_by_address_and_a_letter_says_so(vesper: Brand, office: Client) -> None:
    office.post("/studio/vesper/roles/give/", {"email": "Amara@Vesper.example", "role": "marketer"})
    user = User.objects.get(email="amara@vesper.example")
    assert Role.objects.get(user=user).name == "marketer"
    (letter,) = mail.outbox
    assert letter.to == ["amara@vesper.example"]
    assert "/studio/vesper/" in letter.body
    assert "kofi@vesper.example gave you the role of marketer for Vesper" in letter.body
    assert not user.has_usable_password()


def test_a_known_login_gets_its_role_without_any_difference(vesper: Brand, office: Client) -> None:
    make_user("amara@elsewhere.example")
    pages = []
    for email in ("amara@elsewhere.example", "new@elsewhere.example"):
        answer = office.post("/studio/vesper/roles/give/", {"email": email, "role": "analyst"}, follow=True)
        pages.append(words(answer.content.decode().split("<h2")[0]).replace(email, ""))
    assert pages[0] == pages[1]


def test_a_second_role_for_the_same_login_is_refused(vesper: Brand, office: Client) -> None:
    page = office.post("/studio/vesper/roles/give/", {"email": "kofi@vesper.example", "role": "analyst"})
    assert "has a role here already" in words(page.content.decode())
    assert Role.objects.get().name == "owner"
    assert mail.outbox == []


def test_letters_of_one_day_are_capped(vesper: Brand, office: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(roles, "LETTERS_PER_DAY", 2)
    for number in range(3):
        office.post("/studio/vesper/roles/give/", {"email": f"a{number}@vesper.example", "role": "analyst"})
    assert (Role.objects.count(), len(mail.outbox), User.objects.count()) == (3, 2, 3)


def test_the_last_owner_cannot_go_or_become_less(vesper: Brand, owner: Role, office: Client) -> None:
    make_role(make_user(), vesper, "marketer")
    make_role(make_user(), make_brand(), "owner")  # of another brand
    for path, fields in ((f"{owner.pk}/take/", {}), (f"{owner.pk}/change/", {"role": "marketer"})):
        page = office.post(f"/studio/vesper/roles/{path}", fields, follow=True).content.decode()
        assert "This is the last owner. Make somebody else an owner first." in words(page)
    assert Role.objects.get(pk=owner.pk).name == "owner"


def test_somebody_who_is_being_erased_is_no_second_owner(vesper: Brand, owner: Role, office: Client) -> None:
    make_role(make_user("going@vesper.example", is_active=False), vesper, "owner")
    page = office.post(f"/studio/vesper/roles/{owner.pk}/take/", follow=True).content.decode()
    assert "This is the last owner. Make somebody else an owner first." in words(page)
    assert Role.objects.get(pk=owner.pk).name == "owner"


def test_an_owner_goes_once_there_is_a_second(vesper: Brand, owner: Role, office: Client) -> None:
    second = make_role(make_user("amara@vesper.example"), vesper, "analyst")
    office.post(f"/studio/vesper/roles/{second.pk}/change/", {"role": "owner"})
    answer = office.post(f"/studio/vesper/roles/{owner.pk}/take/")
    assert answer.headers["Location"] == "/home/"
    assert list(Role.objects.values_list("user__email", "name")) == [("amara@vesper.example", "owner")]
    assert office.get("/studio/vesper/people/").status_code == 404
    assert list(AuditEvent.objects.order_by("pk").values_list("verb", flat=True)) == ["role.changed", "role.taken"]


def test_a_role_that_was_made_up_is_refused(vesper: Brand, owner: Role, office: Client) -> None:
    office.post(f"/studio/vesper/roles/{owner.pk}/change/", {"role": "emperor"})
    office.post("/studio/vesper/roles/give/", {"email": "a@vesper.example", "role": "emperor"})
    assert list(Role.objects.values_list("name", flat=True)) == ["owner"]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_owners_who_leave_at_once_do_not_both_go() -> None:
    brand = make_brand()
    pair = [make_role(make_user(), brand, "owner") for _ in range(2)]
    start = threading.Barrier(2)

    def leave(role: Role) -> None:
        start.wait()
        try:
            roles.take(role=role, actor=role.user)
        except roles.NotGiven:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=leave, args=[role]) for role in pair]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Role.objects.filter(brand=brand).count() == 1


@pytest.mark.parametrize(("kind", "model"), [("teams", Team), ("topics", Topic)])
def test_labels_are_made_renamed_and_deleted(vesper: Brand, kind: str, model: type[Team]) -> None:
    client = enter(vesper, "marketer")
    client.post(f"/studio/vesper/{kind}/add/", {"name": "  Küche  West "})
    label = model.objects.get()
    assert (label.name, label.slug) == ("Küche West", "kuche-west")
    client.post(f"/studio/vesper/{kind}/{label.pk}/rename/", {"name": "Kitchen"})
    label.refresh_from_db()
    assert (label.name, label.slug) == ("Kitchen", "kuche-west")
    assert "Kitchen" in read(client, f"/studio/vesper/{kind}/")
    client.post(f"/studio/vesper/{kind}/{label.pk}/delete/")
    assert model.objects.count() == 0
    one = kind.rstrip("s")
    assert list(AuditEvent.objects.order_by("pk").values_list("verb", flat=True)) == [
        f"{one}.{act}" for act in ("made", "renamed", "deleted")
    ]


def test_one_name_is_there_once_however_it_is_written(vesper: Brand) -> None:
    client = enter(vesper)
    for name in ("Kitchen", "KITCHEN", "Crew"):
        page = client.post("/studio/vesper/teams/add/", {"name": name}, follow=True).content.decode()
    assert set(vesper.teams.values_list("name", flat=True)) == {"Kitchen", "Crew"}
    crew = vesper.teams.get(name="Crew")
    page = client.post(f"/studio/vesper/teams/{crew.pk}/rename/", {"name": "kitchen"}, follow=True).content.decode()
    assert "There is “Kitchen” already." in words(page)
    client.post(f"/studio/vesper/teams/{crew.pk}/rename/", {"name": "CREW"})
    assert set(vesper.teams.values_list("name", flat=True)) == {"Kitchen", "CREW"}


def test_the_people_of_a_deleted_team_stay_and_the_page_says_how_many(vesper: Brand) -> None:
    team = Team.objects.create(brand=vesper, slug="kitchen", name="Kitchen")
    enrol(vesper, "Yusuf Çelik", team=team)
    client = enter(vesper)
    assert "1 person stays without this team." in words(read(client, "/studio/vesper/teams/"))
    client.post(f"/studio/vesper/teams/{team.pk}/delete/")
    assert Enrolment.objects.get().team is None


def test_labels_of_another_brand_are_neither_shown_nor_found(vesper: Brand) -> None:
    foreign = Team.objects.create(brand=make_brand(), slug="kitchen", name="Kitchen")
    client = enter(vesper)
    assert "Kitchen" not in read(client, "/studio/vesper/teams/")
    for act in ("rename", "delete"):
        assert client.post(f"/studio/vesper/teams/{foreign.pk}/{act}/", {"name": "Mine"}).status_code == 404
