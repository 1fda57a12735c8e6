"""The page of one person of a brand, and what is done there."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from advocacy.models import AuditEvent
from brands.models import Brand, BrandPost, Enrolment, Invitation, Removal, Role, Team
from tests.brands.pages import enrol, read, words
from tests.brands.studio.rooms import as_user, enter
from tests.factories import make_brand, make_enrolment, make_person, make_role, make_user

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def vesper() -> Brand:
    return make_brand("Vesper", slug="vesper")


def ask(enrolment: Enrolment, days: int, **fields: object) -> Invitation:
    """Make an invitation that runs out in so many days."""
    fields.setdefault("token_hash", f"hash{Invitation.objects.count()}")
    expires = timezone.now() + dt.timedelta(days=days)
    return Invitation.objects.create(enrolment=enrolment, expires_at=expires, nonce="n", **fields)


def test_facts_are_changed_and_only_the_changed_ones_are_noted(vesper: Brand) -> None:
    enrolment = enrol(vesper, "Ingrid Solbakk", title="Driver", place="Villach")
    team = Team.objects.create(brand=vesper, slug="crew", name="Crew")
    topic = vesper.topics.create(slug="trains", name="Trains")
    fields = {"title": "Head driver", "place": "Villach", "team": team.pk, "topics": [topic.pk]}
    enter(vesper, "marketer").post(f"/studio/vesper/people/{enrolment.pk}/edit/", fields)
    enrolment.refresh_from_db()
    assert (enrolment.title, enrolment.place, enrolment.team, list(enrolment.topics.all())) == (
        "Head driver",
        "Villach",
        team,
        [topic],
    )
    event = AuditEvent.objects.get(verb="enrolment.changed")
    assert event.details == {"fields": ["title", "team", "topics"]}


def test_the_address_can_be_mended_until_the_person_is_asked_and_not_taken_from_a_colleague(vesper: Brand) -> None:
    client, oskar = enter(vesper), enrol(vesper, "Oskar Brandl", email="oskar@vesper.example")
    noor = make_enrolment(vesper, make_person("Noor van Dalen", slug=None), state="invited")
    client.post(f"/studio/vesper/people/{noor.pk}/edit/", {"email": "Noor@Vesper.example"})
    client.post(f"/studio/vesper/people/{oskar.pk}/edit/", {"email": "kofi@vesper.example", "place": "Linz"})
    taken = client.post(f"/studio/vesper/people/{noor.pk}/edit/", {"email": "OSKAR@vesper.example"})
    assert "Oskar Brandl has this address already." in words(taken.content.decode())
    assert dict(Enrolment.objects.values_list("email", "place")) == {
        "noor@vesper.example": "",
        "oskar@vesper.example": "Linz",
    }


def test_another_brands_team_cannot_be_given(vesper: Brand) -> None:
    enrolment = enrol(vesper, "Ingrid Solbakk")
    foreign = Team.objects.create(brand=make_brand(), slug="crew", name="Crew")
    answer = enter(vesper).post(f"/studio/vesper/people/{enrolment.pk}/edit/", {"team": foreign.pk})
    assert answer.status_code == 200
    enrolment.refresh_from_db()
    assert enrolment.team is None


def do(client: Client, enrolment: Enrolment, deed: str, **fields: str) -> Enrolment:
    """Press one of the buttons of a person's page."""
    client.post(f"/studio/vesper/people/{enrolment.pk}/{deed}/", fields)
    enrolment.refresh_from_db()
    return enrolment


def test_the_studio_pauses_and_ends_its_own_pause(vesper: Brand) -> None:
    enrolment, client = enrol(vesper, "Ingrid Solbakk"), enter(vesper)
    assert do(client, enrolment, "pause").state == "paused"
    assert do(client, enrolment, "resume").state == "active"
    assert not enrolment.paused_by_brand


def test_who_paused_by_themselves_is_not_brought_back_by_the_studio(vesper: Brand) -> None:
    enrolment, client = enrol(vesper, "Ingrid Solbakk", state="paused"), enter(vesper)
    assert do(client, enrolment, "resume").state == "paused"
    assert "comes back when they want to" in words(read(client, f"/studio/vesper/people/{enrolment.pk}/"))


def test_who_is_taken_off_is_gone_at_once_with_a_reason_and_can_be_put_back(vesper: Brand) -> None:
    enrolment, client = enrol(vesper, "Ingrid Solbakk", posts=2), enter(vesper)
    assert do(client, enrolment, "take-off").state == "active"  # not without a reason
    do(client, enrolment, "take-off", reason="A customer  is named")
    assert (enrolment.state, enrolment.suspended_reason) == ("suspended", "A customer is named")
    assert BrandPost.objects.count() == 0
    assert "Ingrid" not in read(Client(), "/brands/vesper/people/")
    do(client, enrolment, "put-back")
    assert (enrolment.state, enrolment.suspended_reason) == ("active", "")
    assert BrandPost.objects.count() == 2


def test_who_was_paused_is_put_back_paused_since_the_same_moment(vesper: Brand) -> None:
    since = timezone.now() - dt.timedelta(minutes=90)
    enrolment, client = enrol(vesper, "Ingrid Solbakk", state="paused", posts=3), enter(vesper)
    Enrolment.objects.filter(pk=enrolment.pk).update(state_changed_at=since)  # one post is newer than that, one not
    enrolment.refresh_from_db()
    do(client, enrolment, "take-off", reason="A look at it")
    do(client, enrolment, "put-back")
    assert (enrolment.state, enrolment.state_changed_at, enrolment.paused_by_brand) == ("paused", since, False)
    assert BrandPost.objects.count() == 1


def test_ending_an_enrolment_takes_the_person_off_for_good(vesper: Brand) -> None:
    enrolment, client = enrol(vesper, "Ingrid Solbakk", posts=1), enter(vesper)
    assert do(client, enrolment, "end").state == "active"  # whoever said yes reads why
    page = words(client.post(f"/studio/vesper/people/{enrolment.pk}/end/").content.decode())
    assert page.count("Write the reason.") == 1
    assert do(client, enrolment, "end", **{"end-reason": "The depot was closed"}).state == "left"
    assert do(client, enrolment, "end").state == "left"
    assert BrandPost.objects.count() == 0
    assert "What you know of" in words(read(client, f"/studio/vesper/people/{enrolment.pk}/"))


def test_ending_an_invitation_takes_it_back_whether_or_not_it_was_answered(vesper: Brand) -> None:
    client, seen = enter(vesper), []
    for answered in (None, NOW):
        enrolment = make_enrolment(vesper, make_person("Noor van Dalen"), state="invited")
        invitation = ask(enrolment, 3, ended_at=answered)
        do(client, enrolment, "end")
        invitation.refresh_from_db()
        seen.append((enrolment.state, invitation.revoked_at is not None))
    assert seen == [("declined", True)] * 2


def test_the_history_names_the_studio_by_address_and_never_a_persons_private_one(vesper: Brand) -> None:
    enrolment = enrol(vesper, "Ingrid Solbakk")
    private = make_user("ingrid@private.example")
    enrolment.person.user = private
    enrolment.person.save()
    for actor in (private, make_user("kofi@vesper.example")):
        if actor != private:
            make_role(actor, vesper, "marketer")
        for verb in ("enrolment.paused", "enrolment.changed"):
            AuditEvent.objects.create(
                actor=actor,
                actor_label=f"user:{actor.pk}",
                verb=verb,
                brand="vesper",
                subject=f"enrolment:{enrolment.pk}",
            )
    page = read(enter(vesper), f"/studio/vesper/people/{enrolment.pk}/")
    assert "ingrid@private.example" not in page
    history = words(page.split("History</h2>")[1])
    assert history.count("kofi@vesper.example") == 2
    assert history.count("The person paused") == 1
    assert history.count("changed what is known") == 1


def test_the_history_is_for_those_who_may_read_the_audit_log(vesper: Brand) -> None:
    enrolment = enrol(vesper, "Ingrid Solbakk")
    actor = make_user("kofi@vesper.example")
    make_role(actor, vesper, "marketer")
    AuditEvent.objects.create(
        actor=actor,
        verb="enrolment.changed",
        brand="vesper",
        subject=f"enrolment:{enrolment.pk}",
        details={"fields": ["title"]},
    )
    seen = {}
    for role in Role.Name.values:
        page = read(enter(vesper, role), f"/studio/vesper/people/{enrolment.pk}/")
        seen[role] = ("kofi@vesper.example" in page, "History" in page, "fields: title" in words(page))
    reads, not_theirs = (True, True, True), (False, False, False)
    assert seen == {
        **dict.fromkeys(("owner", "marketer"), reads),
        **dict.fromkeys(("trainer", "moderator", "analyst"), not_theirs),
    }


def test_one_post_is_taken_off_with_a_reason_and_put_back(vesper: Brand) -> None:
    enrolment = enrol(vesper, "Ingrid Solbakk", posts=2)
    post = enrolment.person.posts.latest("published_at")
    client = enter(vesper, "moderator")
    address = f"/studio/vesper/people/{enrolment.pk}/posts/"
    assert "Write the reason." in words(client.post(f"{address}{post.pk}/remove/").content.decode())
    client.post(f"{address}{post.pk}/remove/", {"reason": "It names a customer"})
    removal = Removal.objects.get()
    assert (removal.post, removal.reason) == (post, "It names a customer")
    assert set(BrandPost.objects.values_list("post", flat=True)) == set(
        enrolment.person.posts.values_list("pk", flat=True)
    ) - {post.pk}
    assert "It names a customer" in read(client, address)
    client.post(f"/studio/vesper/people/{enrolment.pk}/removals/{removal.pk}/put-back/")
    assert BrandPost.objects.count() == 2
    assert list(AuditEvent.objects.order_by("pk").values_list("verb", flat=True)) == ["post.removed", "post.put_back"]


def test_a_post_of_somebody_else_cannot_be_taken_off_by_this_address(vesper: Brand) -> None:
    enrolment = enrol(vesper, "Ingrid Solbakk", posts=1)
    other = enrol(vesper, "Oskar Brandl", posts=1).person.posts.get()
    foreign = enrol(make_brand(), "Zoe Abel", posts=1).person.posts.get()
    client = enter(vesper)
    for post in (other, foreign):
        answer = client.post(f"/studio/vesper/people/{enrolment.pk}/posts/{post.pk}/remove/", {"reason": "No"})
        assert answer.status_code == 404
    assert Removal.objects.count() == 0


def test_a_trainer_sees_people_and_no_button(vesper: Brand) -> None:
    enrolment = enrol(vesper, "Ingrid Solbakk", posts=1)
    client = enter(vesper, "trainer")
    for address in ("people/", f"people/{enrolment.pk}/", f"people/{enrolment.pk}/posts/"):
        page = read(client, f"/studio/vesper/{address}")
        assert "Ingrid" in page
        assert 'method="post"' not in page


def test_an_address_with_a_number_beyond_all_numbers_is_not_found(vesper: Brand) -> None:
    client = enter(vesper)
    assert client.get(f"/studio/vesper/people/{'9' * 30}/").status_code == 404
    assert client.get(f"/studio/vesper/people/bulk/{'9' * 30}/").status_code == 404
    assert as_user(make_user()).get("/studio/nowhere/people/").status_code == 404
