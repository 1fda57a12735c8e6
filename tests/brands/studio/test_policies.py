"""Who may open what in the studio: every address of the shell, for every role, strangers and the logged out."""

import pytest
from django.test import Client
from django.urls import reverse

from brands import policies, studio_urls
from brands.models import BulkAct, Removal, ReportCase, StoryPicture, Team, Topic
from people import kept, post_pictures
from people.models import PostReport
from tests.brands.pages import enrol
from tests.brands.studio.rooms import ROLES, as_user, enter, strangers
from tests.factories import make_brand, make_enrolment, make_role, make_story, make_user

pytestmark = pytest.mark.django_db

EVERYBODY = set(ROLES)
OFFICE = {"owner", "marketer"}
# name of the address -> who may open it; all others get 404
GETS = {
    "studio": EVERYBODY,
    "studio-people": EVERYBODY,
    "studio-bulk-act": OFFICE,
    "studio-person": EVERYBODY,
    "studio-person-posts": EVERYBODY,
    **dict.fromkeys(("studio-stories", "studio-story", "studio-story-new", "studio-story-picture"), OFFICE),
    "studio-teams": OFFICE,
    "studio-topics": OFFICE,
    "studio-reports": OFFICE | {"moderator"},
    "studio-publishing": OFFICE,
    "studio-settings": OFFICE,
    "studio-chorus": OFFICE,
    "studio-roles": {"owner"},
    "studio-audit": OFFICE,
}
POSTS = {
    "studio-people-export": OFFICE,
    "studio-bulk": OFFICE,
    "studio-bulk-undo": OFFICE,
    "studio-person-edit": OFFICE,
    "studio-person-do": OFFICE,
    "studio-post-remove": OFFICE | {"moderator"},
    "studio-post-put-back": OFFICE | {"moderator"},
    **{f"studio-story-{do}": OFFICE for do in ("make", "change", "end", "pictures")},
    "studio-teams-add": OFFICE,
    "studio-teams-rename": OFFICE,
    "studio-teams-delete": OFFICE,
    "studio-topics-add": OFFICE,
    "studio-topics-rename": OFFICE,
    "studio-topics-delete": OFFICE,
    **{f"studio-report-{do}": OFFICE | {"moderator"} for do in ("take-off", "leave")},
    **dict.fromkeys(("studio-publishing-pause", "studio-publishing-cap"), OFFICE),
    "studio-settings-save": OFFICE,
    "studio-closing": OFFICE,
    "studio-chorus-save": OFFICE,
    "studio-role-give": {"owner"},
    "studio-role-change": {"owner"},
    "studio-role-take": {"owner"},
    "studio-audit-export": OFFICE,
    "studio-first": OFFICE,
}


class House:
    """A brand with one of everything that an address can name."""

    def __init__(self) -> None:
        self.brand = make_brand("Vesper", slug="vesper")
        self.enrolment = enrol(self.brand, "Ingrid Solbakk", posts=2)
        self.posts = list(self.enrolment.person.posts.order_by("pk"))
        self.removal = Removal.objects.create(brand=self.brand, post=self.posts[0], reason="A name in it")
        self.team = Team.objects.create(brand=self.brand, slug="kitchen", name="Kitchen")
        self.topic = Topic.objects.create(brand=self.brand, slug="trains", name="Trains")
        self.story = make_story(self.brand, self.enrolment.person)
        self.shown = StoryPicture.objects.create(story=self.story, position=0, stem="1" * 32, alt="Snow")
        kept.write({post_pictures.file_of("1" * 32, "600"): b"a picture"})
        report = PostReport.objects.create(post=self.posts[1], why="other", words="It names a passenger.")
        self.case = ReportCase.objects.create(report=report, brand=self.brand)
        self.act = BulkAct.objects.create(brand=self.brand, act="pause", enrolments=[self.enrolment.pk])
        self.role = make_role(make_user(), self.brand, "analyst")

    def address(self, name: str, slug: str = "vesper") -> str:
        """Return an address of the house, below another brand where that is asked for."""
        rest: dict[str, list[object]] = {
            **{f"studio-story{do}": [self.story.pk] for do in ("", "-change", "-end", "-pictures")},
            **{f"studio-report-{do}": [self.case.pk] for do in ("take-off", "leave")},
            "studio-story-picture": [self.story.pk, self.shown.pk],
            "studio-bulk-act": [self.act.pk],
            "studio-bulk-undo": [self.act.pk],
            "studio-person": [self.enrolment.pk],
            "studio-person-posts": [self.enrolment.pk],
            "studio-person-edit": [self.enrolment.pk],
            "studio-person-do": [self.enrolment.pk, "resume"],
            "studio-post-remove": [self.enrolment.pk, self.posts[1].pk],
            "studio-post-put-back": [self.enrolment.pk, self.removal.pk],
            "studio-teams-rename": [self.team.pk],
            "studio-teams-delete": [self.team.pk],
            "studio-topics-rename": [self.topic.pk],
            "studio-topics-delete": [self.topic.pk],
            "studio-role-change": [self.role.pk],
            "studio-role-take": [self.role.pk],
            "studio-first": ["alone"],
        }
        return reverse(name, args=[slug, *rest.get(name, [])])


def test_every_address_has_an_entry_here() -> None:
    assert {pattern.name for pattern in studio_urls.urlpatterns} == set(GETS) | set(POSTS)


@pytest.mark.parametrize("name", GETS)
def test_pages_open_for_the_roles_that_may_and_are_not_there_for_anybody_else(name: str) -> None:
    house = House()
    address = house.address(name)
    opened = {role for role in ROLES if enter(house.brand, role).get(address, follow=True).status_code == 200}
    assert opened == GETS[name]
    rest = {role: enter(house.brand, role) for role in EVERYBODY - GETS[name]} | strangers(house.brand)
    assert {client.get(address).status_code for client in rest.values()} == {404}
    assert Client().get(address).headers["Location"] == f"{reverse('account_login')}?next={address}"
    assert enter(house.brand).post(address).status_code == 405


@pytest.mark.parametrize("name", POSTS)
def test_forms_are_taken_from_the_roles_that_may_and_from_nobody_else(name: str) -> None:
    house = House()
    address = house.address(name)
    rest = {role: enter(house.brand, role) for role in EVERYBODY - POSTS[name]} | strangers(house.brand)
    assert {client.post(address).status_code for client in rest.values()} == {404}
    assert Client().post(address).headers["Location"].startswith(reverse("account_login"))
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(house.role.user)
    assert strict.post(address).status_code == 403
    for role in POSTS[name]:
        with_role = enter(house.brand, role)
        assert with_role.get(address).status_code == 405
    assert enter(house.brand, sorted(POSTS[name])[0]).post(address).status_code in {200, 302, 422}


@pytest.mark.parametrize("name", [*GETS, *POSTS])
def test_what_belongs_to_one_brand_is_not_found_below_another(name: str) -> None:
    house = House()
    other = make_brand("Nightjar", slug="nightjar")
    address = house.address(name, "nightjar")
    owner = enter(other)
    answer = owner.get(address) if name in GETS else owner.post(address)
    own_page = not any(character.isdigit() for character in address)
    assert answer.status_code in ({200, 302} if own_page else {404})


def test_a_role_for_one_brand_opens_nothing_of_another() -> None:
    house = House()
    nightjar = make_brand("Nightjar", slug="nightjar")
    user = make_user()
    make_role(user, nightjar, "owner")
    make_role(user, house.brand, "analyst")
    both = as_user(user)
    assert both.get(house.address("studio-settings")).status_code == 404
    assert both.get(reverse("studio-settings", args=["nightjar"])).status_code == 200


def test_a_ninja_of_the_brand_has_no_studio() -> None:
    house = House()
    user = make_user()
    person = make_enrolment(house.brand).person
    person.user = user
    person.save()
    assert as_user(user).get(house.address("studio-people")).status_code == 404


def test_the_menu_names_the_pages_that_the_role_may_open() -> None:
    house = House()
    menus = {role: _menu(enter(house.brand, role)) for role in ("owner", "analyst")}
    assert menus["analyst"] == ["People"]
    assert set(menus["owner"]) >= {"People", "Teams", "Topics", "Settings", "Roles", "Audit log"}


def _menu(client: Client) -> list[str]:
    answer = client.get(reverse("studio-people", args=["vesper"]))
    return [line.label for line in answer.wsgi_request.studio.menu]


def test_the_home_page_leads_to_the_studio() -> None:
    house = House()
    page = enter(house.brand, "trainer").get(reverse("home")).content.decode()
    assert f'<a href="{reverse("studio", args=["vesper"])}">Open the studio</a>' in page


def test_every_role_may_at_least_see_the_people() -> None:
    assert set(policies.MAY) == EVERYBODY
    assert all(policies.SEE in acts for acts in policies.MAY.values())
