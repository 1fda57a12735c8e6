"""What comes to be shown after it was found, as a picked post is, comes in the next letter: once, and in no other."""

import datetime as dt
from collections.abc import Callable
from typing import NamedTuple

import pytest

from brands import choosing
from brands.models import Enrolment
from people import profile_changes, proving, showing
from people.letters.drawing import drawn
from people.models import Account, Fan, Letter, Person, Post, Rhythm
from tests.factories import make_brand, make_enrolment, make_user
from tests.people.letters.conftest import SUNDAY, make_fan, make_letter, parts, say, speaker

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
WEEK = 7 * DAY


class Scene(NamedTuple):
    """Somebody who shows one brand what they pick, and what they said on Saturday; the clock."""

    account: Account
    enrolment: Enrolment
    post: Post
    fan: Fan
    clock: Callable[[dt.datetime], None]

    @property
    def person(self) -> Person:
        """Who picks."""
        return self.account.person

    def letter(self, until: dt.datetime, fan: Fan | None = None) -> str:
        """Return the words of a fan's letter of this moment, and let it be sent; "" where there is nothing to say."""
        self.clock(until)
        letter = make_letter(fan or self.fan, until=until)
        message = drawn(letter)
        Letter.objects.filter(pk=letter.pk).update(state=Letter.State.SENT if message else Letter.State.NOTHING)
        return parts(message)[1] if message else ""


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch) -> Scene:
    def clock(now: dt.datetime) -> None:
        monkeypatch.setattr("django.utils.timezone.now", lambda: now)

    clock(SUNDAY - DAY)
    account = speaker(user=make_user())
    Account.objects.filter(pk=account.pk).update(page_from=None)
    account.refresh_from_db()
    enrolment = make_enrolment(account=account, shows="picked")
    post = say(account, "Snow on the Brenner.")
    other = speaker("Oskar Brandl")
    for days in (1, -6, -13):  # so that nobody's letter is empty
        say(other, "Bread.", days=days)
    return Scene(account, enrolment, post, make_fan(account.person, other.person), clock)


def pick(scene: Scene, *, shown: bool = True, enrolment: Enrolment | None = None) -> None:
    """Let the author say something of their post."""
    where = enrolment or scene.enrolment
    choosing.choose_post(enrolment=where, post=scene.post, shown=shown, actor=scene.person.user)


def test_a_post_that_is_picked_after_a_letter_is_in_the_next_one_once(scene: Scene) -> None:
    stranger, daily = make_fan(speaker("Lena Maar").person), make_fan(scene.person, rhythm=Rhythm.DAILY)
    assert "Snow" not in scene.letter(SUNDAY)
    scene.clock(SUNDAY + 3 * DAY)
    pick(scene)
    until = SUNDAY + 4 * DAY
    scene.clock(until)
    assert "Snow" in parts(drawn(make_letter(daily, until=until, period="daily 2026-12-03")))[1]
    assert "Snow" in scene.letter(SUNDAY + WEEK)
    assert scene.letter(SUNDAY + WEEK, stranger) == ""
    scene.clock(SUNDAY + WEEK + DAY)
    pick(scene, shown=False)
    pick(scene)
    assert "Snow" not in scene.letter(SUNDAY + 2 * WEEK)


def test_a_pick_for_a_second_page_is_no_news(scene: Scene) -> None:
    scene.clock(SUNDAY - DAY / 2)
    pick(scene)
    assert "Snow" in scene.letter(SUNDAY)
    second = make_enrolment(make_brand(), account=scene.account, shows="picked")
    scene.clock(SUNDAY + DAY)
    pick(scene, enrolment=second)
    assert "Snow" not in scene.letter(SUNDAY + WEEK)


def test_who_no_longer_shows_all_and_picks_one_of_before_is_not_told_of_twice(scene: Scene) -> None:
    actor, address = scene.person.user, f"/status/{scene.post.remote_id}"
    assert actor is not None
    Account.objects.filter(pk=scene.account.pk).update(network="x")  # of which a letter has the address alone
    scene.account.refresh_from_db()
    scene.clock(SUNDAY - 2 * DAY)
    choosing.set_account(enrolment=scene.enrolment, account=scene.account, shows="all", reposts=False, actor=actor)
    assert address in scene.letter(SUNDAY)
    scene.clock(SUNDAY + DAY)
    choosing.set_account(enrolment=scene.enrolment, account=scene.account, shows="picked", reposts=False, actor=actor)
    pick(scene)
    assert address not in scene.letter(SUNDAY + WEEK)


def _unproven(scene: Scene) -> None:
    Account.objects.filter(pk=scene.account.pk).update(named_by_operator=False)


def _prove(scene: Scene) -> None:
    assert proving.confirm(account=scene.account, how="code")


def _born_quiet(scene: Scene) -> None:
    Post.objects.filter(pk=scene.post.pk).update(quiet_at=SUNDAY - DAY)


def _end_quiet(scene: Scene) -> None:
    assert scene.person.user is not None
    showing.end_quiet(post=scene.post, actor=scene.person.user)


def _closed(scene: Scene) -> None:
    Person.objects.filter(pk=scene.person.pk).update(page_open=False)
    scene.person.refresh_from_db()


def _open(scene: Scene) -> None:
    profile_changes.open_own_page(person=scene.person, actor=scene.person.user)


@pytest.mark.parametrize(("hide", "show"), [(_unproven, _prove), (_born_quiet, _end_quiet), (_closed, _open)])
def test_what_a_proof_the_end_of_quiet_or_an_open_page_shows_is_in_the_next_letter(
    scene: Scene, hide: Callable[[Scene], None], show: Callable[[Scene], None]
) -> None:
    Account.objects.filter(pk=scene.account.pk).update(page_from=SUNDAY - 2 * DAY)
    hide(scene)
    assert "Snow" not in scene.letter(SUNDAY)
    scene.clock(SUNDAY + DAY)
    show(scene)
    assert "Snow" in scene.letter(SUNDAY + WEEK)
    assert "Snow" not in scene.letter(SUNDAY + 2 * WEEK)


def test_what_was_in_a_letter_and_was_quiet_for_a_while_is_in_none_again(scene: Scene) -> None:
    assert scene.person.user is not None
    Account.objects.filter(pk=scene.account.pk).update(page_from=SUNDAY - 2 * DAY)
    assert "Snow" in scene.letter(SUNDAY)
    for day, verb in ((1, showing.make_quiet), (2, showing.end_quiet)):
        scene.clock(SUNDAY + day * DAY)
        verb(post=scene.post, actor=scene.person.user)
    assert "Snow" not in scene.letter(SUNDAY + WEEK)
