"""Following, muting, blocking, and what each side sees of it."""

import datetime as dt
import threading
from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.utils import timezone

from advocacy.models import AuditEvent
from people import following
from people.models import Block, Fan, Follow, Person
from people.queries import follows
from tests.factories import make_person, make_user
from tests.people.following.fans import make_fan

pytestmark = pytest.mark.django_db


def followed(fan: Fan) -> list[Person]:
    return [row.person for row in Follow.objects.filter(fan=fan).order_by("pk").select_related("person")]


def test_following_twice_is_following_once_and_ends_at_once() -> None:
    ingrid, oskar = make_person("Ingrid Solbakk"), make_person("Oskar Brandl")
    fan, other = make_fan(ingrid, oskar), make_fan(oskar)
    assert following.follow(fan.user, [ingrid.pk, ingrid.pk], actor=fan.user) == 1
    assert followed(fan) == [ingrid, oskar]
    following.unfollow(fan.user, [oskar.pk], actor=fan.user)
    following.unfollow(fan.user, [oskar.pk], actor=fan.user)
    assert followed(fan) == [ingrid]
    assert followed(other) == [oskar]


def test_nobody_follows_a_person_without_an_open_page_or_themself() -> None:
    user = make_user()
    closed, invited = make_person(page_open=False), make_person(slug=None, page_open=False)
    own = make_person(user=user)
    assert following.follow(user, [closed.pk, invited.pk, own.pk, 2**40], actor=user) == 0
    assert not Follow.objects.exists()


def test_only_the_fan_says_whom_they_follow() -> None:
    ingrid = make_person()
    fan, other = make_fan(ingrid), make_user()
    for act in (
        lambda: following.follow(fan.user, [ingrid.pk], actor=other),
        lambda: following.unfollow(fan.user, [ingrid.pk], actor=other),
        lambda: following.mute(fan.user, ingrid.pk, on=True, actor=other),
        lambda: following.settle(fan.user, rhythm="daily", zone="UTC", name="X", actor=other),
    ):
        with pytest.raises(PermissionDenied):
            act()
    assert followed(fan) == [ingrid]


def test_a_fan_mutes_leaves_out_of_letters_and_signs_person_by_person() -> None:
    ingrid, oskar = make_person("Ingrid Solbakk"), make_person("Oskar Brandl")
    fan = make_fan(ingrid, oskar)
    assert following.mute(fan.user, ingrid.pk, on=True, actor=fan.user)
    assert following.let_write(fan.user, ingrid.pk, on=False, actor=fan.user)
    with pytest.raises(ValueError, match="Write the name"):
        following.say_so(fan.user, ingrid.pk, on=True, actor=fan.user)
    following.settle(fan.user, rhythm="daily", zone="Europe/Vienna", name=" Lea  Marin ", actor=fan.user)
    assert following.say_so(fan.user, ingrid.pk, on=True, actor=fan.user)
    rows = {row.person: (row.muted, row.letters, row.said_so) for row in Follow.objects.filter(fan=fan)}
    assert rows == {ingrid: (True, False, True), oskar: (False, True, False)}
    assert [row.fan.name for row in follows.who_said_so(ingrid)] == ["Lea Marin"]
    assert list(follows.who_said_so(oskar)) == []
    assert not following.mute(fan.user, make_person().pk, on=True, actor=fan.user)


def test_whoever_takes_their_name_back_is_named_to_nobody() -> None:
    ingrid = make_person()
    fan = make_fan(ingrid, name="Lea")
    following.say_so(fan.user, ingrid.pk, on=True, actor=fan.user)
    following.settle(fan.user, rhythm="weekly", zone="UTC", name="", actor=fan.user)
    assert not Follow.objects.filter(said_so=True).exists()
    assert (fan.user.fan.rhythm, follows.count_of(ingrid)) == ("weekly", 1)


def test_a_block_ends_the_follow_and_trying_again_looks_the_same_and_does_nothing() -> None:
    user = make_user()
    ingrid, oskar = make_person("Ingrid Solbakk", user=user), make_person("Oskar Brandl")
    fan = make_fan(ingrid, oskar, name="Lea")
    following.say_so(fan.user, ingrid.pk, on=True, actor=fan.user)
    before = follows.lines_of(fan.pk, list(follows.people_of(fan.pk)))
    assert following.block(person=ingrid, fan=fan, actor=user)
    assert not following.block(person=ingrid, fan=fan, actor=user)
    assert followed(fan) == [oskar]
    assert (follows.count_of(ingrid), list(follows.who_said_so(ingrid))) == (0, [])
    assert follows.lines_of(fan.pk, list(follows.people_of(fan.pk))) == before
    assert following.mute(fan.user, ingrid.pk, on=True, actor=fan.user)
    assert [line.muted for line in follows.lines_of(fan.pk, [ingrid])] == [True]
    following.unfollow(fan.user, [ingrid.pk], actor=fan.user)
    assert list(follows.people_of(fan.pk)) == [oskar]
    assert following.follow(fan.user, [ingrid.pk], actor=fan.user) == 1
    assert followed(fan) == [oskar]
    assert list(follows.people_of(fan.pk)) == [oskar, ingrid]  # by family name


def test_a_lifted_block_gives_back_what_the_fan_still_sees() -> None:
    user = make_user()
    ingrid = make_person(user=user)
    fan, stranger = make_fan(ingrid, name="Lea"), make_fan()
    began = timezone.now() - dt.timedelta(days=300)
    Follow.objects.update(since=began)
    for one in (fan, stranger):
        following.block(person=ingrid, fan=one, actor=user)
        assert following.unblock(person=ingrid, fan=one, actor=user)
        assert not following.unblock(person=ingrid, fan=one, actor=user)
    assert (followed(fan), followed(stranger), Block.objects.count()) == ([ingrid], [], 0)
    assert Follow.objects.get().since == began  # as the fan's list said all the time


@pytest.mark.django_db(transaction=True)
def test_what_a_fan_ends_stays_ended_though_a_block_is_lifted_at_the_same_moment() -> None:
    ingrid = make_person("Ingrid Solbakk", user=make_user())
    fan = make_fan(ingrid, name="Lea")
    assert ingrid.user
    following.say_so(fan.user, ingrid.pk, on=True, actor=fan.user)
    acts = (
        lambda: following.say_so(fan.user, ingrid.pk, on=False, actor=fan.user),
        lambda: following.unfollow(fan.user, [ingrid.pk], actor=fan.user),
    )
    for act, left in zip(acts, ([False], []), strict=True):
        following.block(person=ingrid, fan=fan, actor=ingrid.user)

        def other(act: Callable[[], object] = act) -> None:
            act()
            connection.close()

        thread = threading.Thread(target=other)
        with transaction.atomic():
            following.unblock(person=ingrid, fan=fan, actor=ingrid.user)
            thread.start()
            thread.join(0.5)  # it waits for this transaction, or has seen what was before it
        thread.join(10)
        assert [row.said_so for row in Follow.objects.filter(fan=fan)] == left


def test_a_name_that_was_taken_back_is_not_told_again_when_a_block_is_lifted() -> None:
    ingrid = make_person("Ingrid Solbakk", user=make_user())
    fan, other = make_fan(ingrid, name="Lea"), make_fan(ingrid, name="Max")
    assert ingrid.user
    for one in (fan, other):
        following.say_so(one.user, ingrid.pk, on=True, actor=one.user)
        following.block(person=ingrid, fan=one, actor=ingrid.user)
    for name in ("", "Lea again"):
        following.settle(fan.user, rhythm="weekly", zone="UTC", name=name, actor=fan.user)
    for one in (fan, other):
        following.unblock(person=ingrid, fan=one, actor=ingrid.user)
    assert [row.fan for row in follows.who_said_so(ingrid)] == [other]


def test_only_the_person_blocks_and_the_log_names_no_fan() -> None:
    ingrid, fan = make_person(user=make_user()), make_fan()
    for actor in (make_user(), fan.user):
        with pytest.raises(PermissionDenied):
            following.block(person=ingrid, fan=fan, actor=actor)
    with pytest.raises(PermissionDenied):
        following.block(person=make_person(), fan=fan, actor=make_user())
    assert ingrid.user
    following.block(person=ingrid, fan=fan, actor=ingrid.user)
    event = AuditEvent.objects.get(verb="fan.blocked")
    assert (event.subject, event.details) == (f"person:{ingrid.pk}", {})
