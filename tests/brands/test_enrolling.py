"""Enrolments and the paths between their states."""

import re
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

import brands
from advocacy.models import AuditEvent
from brands.answering import Ended, say_yes
from brands.consenting import consent_on_file
from brands.enrolling import NotMoved, Yes, enrol_person, move, team_named, topic_named
from brands.inviting import NotInvited, invite
from brands.models import BrandPost, Enrolment, Team
from tests.brands.importing.lists import ON_FILE
from tests.factories import make_account, make_brand, make_enrolment, make_person, make_post, make_user

State = Enrolment.State


@pytest.mark.django_db
def test_an_enrolled_person_is_invited_and_nothing_is_public() -> None:
    brand, user = make_brand(slug="vesper"), make_user()
    person = make_person(page_open=False, slug=None)
    enrolment = enrol_person(brand=brand, person=person, actor=user, title="Train guard", email="i@example.org")
    person.refresh_from_db()
    assert (enrolment.state, enrolment.consented_at) == (State.INVITED, None)
    assert (person.slug, person.page_open) == (None, False)
    event = AuditEvent.objects.get()
    assert (event.verb, event.actor, event.brand) == ("enrolment.made", user, "vesper")
    assert event.subject == f"enrolment:{enrolment.pk}"
    assert "example.org" not in str(event.details)


@pytest.mark.django_db
def test_a_person_has_one_open_enrolment_for_a_brand() -> None:
    enrolment = make_enrolment()
    with pytest.raises(IntegrityError), transaction.atomic():
        enrol_person(brand=enrolment.brand, person=enrolment.person, actor=None)


@pytest.mark.django_db
@pytest.mark.parametrize("before", list(State))
@pytest.mark.parametrize("after", list(State))
def test_only_the_declared_moves_are_possible(before: str, after: str) -> None:
    enrolment = make_enrolment(state=before)
    yes = Yes(timezone.now(), "on file")
    if after in Enrolment.MOVES[State(before)]:
        move(enrolment, to=after, actor=None, label="test", yes=yes)
        expected, events = after, [(f"enrolment.{after}", {"from": before})]
    else:
        with pytest.raises(NotMoved):
            move(enrolment, to=after, actor=None, label="test", yes=yes)
        expected, events = before, []
    assert Enrolment.objects.get().state == expected
    assert list(AuditEvent.objects.order_by("pk").values_list("verb", "details")) == events


@pytest.mark.django_db
def test_every_path_to_active_begins_with_a_yes() -> None:
    sources = [state for state, targets in Enrolment.MOVES.items() if State.ACTIVE in targets]
    assert sources == [State.INVITED, State.PAUSED, State.SUSPENDED]
    # a yes is made in one module only, and its two verbs are walked below
    modules = [path for path in Path(brands.__file__).parent.rglob("*.py") if re.search(r"\bYes\(", path.read_text())]
    assert [path.name for path in modules] == ["consenting.py"]
    # by a move: an invited person does not become active without the yes
    invited = make_enrolment(state="invited")
    with pytest.raises(NotMoved):
        move(invited, to=State.ACTIVE, actor=None)
    # by the person's own yes on the page of their invitation, and not by the invitation
    own = make_enrolment(state="invited", email="ingrid@vesper.example")
    invitation = invite(enrolment=own, actor=None, words="", language="en")
    own.refresh_from_db()
    assert own.state == State.INVITED
    say_yes(invitation=invitation)
    own.refresh_from_db()
    assert (own.state, own.consented_at is not None, own.consent_reference) == (State.ACTIVE, True, "")
    with pytest.raises(Ended):
        say_yes(invitation=invitation)
    # by a consent on file: there is no third way
    consent_on_file(enrolment=invited, accounts=[make_account(invited.person)], scope=ON_FILE, actor=None)
    invited.refresh_from_db()
    assert (invited.state, invited.consented_at is not None) == (State.ACTIVE, True)
    # back from a pause or a suspension: the yes is still there
    for state in (State.PAUSED, State.SUSPENDED):
        move(invited, to=state, actor=None)
        move(invited, to=State.ACTIVE, actor=None)
        invited.refresh_from_db()
        assert invited.consented_at is not None
    # past all verbs: the database refuses
    with pytest.raises(IntegrityError), transaction.atomic():
        Enrolment.objects.create(brand=make_brand(), person=make_person(), state=State.ACTIVE)
    with pytest.raises(IntegrityError), transaction.atomic():
        Enrolment.objects.filter(pk=make_enrolment(state="invited").pk).update(state=State.ACTIVE)
    # from an end there is no way
    for state in ("left", "declined"):
        with pytest.raises(NotInvited):
            invite(enrolment=make_enrolment(state=state, email="a@b.example"), actor=None, words="", language="en")
        with pytest.raises(NotMoved):
            consent_on_file(enrolment=make_enrolment(state=state), accounts=[], scope=ON_FILE, actor=None)


@pytest.mark.django_db
def test_somebody_suspended_who_never_said_yes_does_not_become_active() -> None:
    enrolment = make_enrolment(state="suspended", consented_at=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        move(enrolment, to=State.ACTIVE, actor=None)
    assert Enrolment.objects.get().state == State.SUSPENDED


@pytest.mark.django_db
def test_of_two_who_move_an_enrolment_at_once_one_is_told() -> None:
    enrolment = make_enrolment()
    late = Enrolment.objects.get(pk=enrolment.pk)
    move(enrolment, to=State.LEFT, actor=None)
    with pytest.raises(NotMoved):
        move(late, to=State.PAUSED, actor=None)
    assert Enrolment.objects.get().state == State.LEFT
    assert list(AuditEvent.objects.order_by("pk").values_list("verb", flat=True)) == ["enrolment.left"]


@pytest.mark.django_db
def test_a_move_brings_the_feed_up_to_date_of_this_person_only() -> None:
    brand = make_brand()
    account, colleague = make_account(), make_account()
    enrolment = make_enrolment(brand, account=account, state="invited", consented_at=None)
    make_enrolment(brand, account=colleague)
    post = make_post(account)
    make_post(colleague)
    move(enrolment, to=State.ACTIVE, actor=None, yes=Yes(timezone.now()))
    assert list(BrandPost.objects.values_list("post", flat=True)) == [post.pk]
    move(enrolment, to=State.SUSPENDED, actor=None)
    assert not BrandPost.objects.exists()


@pytest.mark.django_db
def test_a_team_is_found_however_its_name_is_written() -> None:
    brand, other = make_brand(), make_brand()
    team = team_named(brand, "Québec  Night Crew")
    assert team_named(brand, "quebec night crew") == team
    assert team_named(other, "Québec Night Crew") != team
    assert list(Team.objects.filter(brand=brand).values_list("slug", "name")) == [
        ("quebec-night-crew", "Québec  Night Crew")
    ]
    assert team_named(brand, "Quebec: night crew").slug == "quebec-night-crew-2"
    assert topic_named(brand, "山").slug == "topic"
