"""No form letters: nearly a colleague's words do not go out on X, and elsewhere the writer is told."""

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction

from brands import measuring, twins
from brands.models import Brand, Compared, Enrolment, Fingerprint
from brands.queries import sameness
from brands.queries.stories import today
from brands.twins import note_posts
from people.models import Account, Delivery
from people.publishing import checks, outbox
from people.publishing.claiming import claim
from people.publishing.clock import DbNow, now
from people.writing.alike import Unsent
from tests.brands.pages import read, say
from tests.brands.stories.conftest import Vesper, user_of
from tests.factories import make_post, make_story
from tests.people.publishing.conftest import FAKES

pytestmark = pytest.mark.django_db
SAID = "Forty centimetres fell overnight, and still we rolled into Venice four minutes early with warm bread on board."
NEARLY = (
    "Hello! Forty centimetres fell overnight, and still we rolled into Venice four minutes early, warm bread on board."
)
OWN = "My father cleared these points by hand in 1974, and he phoned me at six to ask whether the heaters had held."


@pytest.fixture(autouse=True)
def _networks(settings: Any, tmp_path: Any) -> None:
    settings.PUBLISHERS = {"x": FAKES["fakeN"], "mastodon": FAKES["fakeK"]}
    settings.X_CLIENT_ID = ""  # no account is linked, and none has to be
    settings.DATA_DIR = tmp_path


def publish(who: Enrolment, text: str = SAID, **fields: Any) -> None:
    post = say(who, text, **fields)
    note_posts([post.pk])


def schedule(who: Enrolment, text: str, network: str = "x") -> Delivery:
    account = who.person.accounts.first()
    assert account is not None
    Account.objects.filter(pk=account.pk).update(network=network)
    account.refresh_from_db()
    when = outbox.When(at=now(), exact=True)
    return outbox.enqueue_delivery(account=account, words=outbox.Words(text), actor=user_of(who), when=when)


def near(who: Enrolment, text: str = NEARLY, network: str = "x") -> tuple[str, str] | None:
    found = twins.near_published(who.person, network, text)
    return (found.kind, "".join(text[start:end] for start, end in found.places)) if found else None


def test_nearly_a_colleagues_words_are_found_and_marked_in_my_own_text(vesper: Vesper) -> None:
    publish(vesper.ingrid)
    kind, marked = near(vesper.oskar) or ("", "")
    assert kind == "said"
    assert marked.startswith("Forty centimetres fell overnight")
    assert "Hello" not in marked
    assert near(vesper.oskar, OWN) is None
    assert near(vesper.oskar, "Good morning from the depot.") is None


def test_my_own_words_and_those_of_another_brands_people_are_none_of_it(vesper: Vesper) -> None:
    publish(vesper.ingrid)
    publish(vesper.stranger, OWN)
    assert near(vesper.ingrid) is None
    assert near(vesper.stranger) is None
    assert near(vesper.oskar, OWN) is None


def test_what_was_said_before_sixty_days_or_by_who_left_is_free_again(vesper: Vesper) -> None:
    publish(vesper.ingrid, hours=24 * 61)
    assert near(vesper.oskar) is None
    publish(vesper.kofi, hours=24 * 59)
    assert near(vesper.oskar) is not None
    noted = Fingerprint.objects.filter(person=vesper.kofi.person)
    said_at = noted.values_list("said_at", flat=True)[0]
    noted.update(said_at=said_at - dt.timedelta(days=2))
    assert near(vesper.oskar) is None
    noted.update(said_at=said_at)
    Enrolment.objects.filter(pk=vesper.kofi.pk).update(state="left")
    assert near(vesper.oskar) is None


def test_on_x_it_is_refused_when_it_is_scheduled_and_elsewhere_it_waits(vesper: Vesper) -> None:
    publish(vesper.ingrid)
    with pytest.raises(checks.NotLikeThis, match=r"nearly what a colleague said on .* Add one sentence"):
        schedule(vesper.oskar, NEARLY)
    assert Delivery.objects.count() == 0
    assert schedule(vesper.oskar, NEARLY, network="mastodon").state == "scheduled"
    assert schedule(vesper.kofi, OWN).state == "scheduled"


def test_words_cannot_become_a_colleagues_by_editing(vesper: Vesper) -> None:
    publish(vesper.ingrid)
    delivery = schedule(vesper.oskar, OWN)
    with pytest.raises(checks.NotLikeThis), transaction.atomic():
        outbox.edit(delivery=delivery, words=outbox.Words(NEARLY), actor=user_of(vesper.oskar))
    delivery.refresh_from_db()
    assert delivery.payload["text"] == OWN


def test_the_words_of_a_brief_are_nobodys(vesper: Vesper) -> None:
    story = make_story(vesper.brand, vesper.kofi.person, facts=SAID)
    assert (near(vesper.oskar) or ("",))[0] == "brief"
    assert near(vesper.stranger) is None
    with pytest.raises(checks.NotLikeThis, match="nearly the words of the story’s brief"):
        schedule(vesper.oskar, NEARLY)
    story.ends_on = today().replace(year=2020)
    story.save()
    assert near(vesper.oskar) is None
    assert twins.near_published(vesper.oskar.person, "x", NEARLY, story=story.pk) is not None


def test_of_what_a_colleague_has_not_sent_one_learns_only_that_there_is_something(vesper: Vesper) -> None:
    schedule(vesper.ingrid, SAID)
    assert near(vesper.oskar) == ("waiting", "")
    told = twins.for_writer(vesper.oskar.person, "x", NEARLY, None, Unsent.COUNTED)
    assert told == ("A colleague is about to say nearly the same. Add one sentence that only you can write.", False, ())
    Delivery.objects.update(state="cancelled")
    assert near(vesper.oskar) is None


def test_a_piece_of_what_waits_tells_nothing_and_asking_ends_after_some_times(vesper: Vesper) -> None:
    schedule(vesper.ingrid, f"{SAID} Anna Berg becomes our new chief executive and the Graz depot closes in March.")
    for piece in (
        SAID,
        "Anna Berg becomes our new chief executive",
        "the Graz depot closes in March. Anna Berg becomes",
    ):
        assert near(vesper.oskar, piece) is None
    schedule(vesper.kofi, OWN)
    publish(vesper.ingrid)
    asks = [
        twins.for_writer(vesper.oskar.person, "x", OWN, None, Unsent.COUNTED) is not None
        for _ in range(twins.ASKED + 2)
    ]
    assert 0 < asks.count(True) <= twins.ASKED
    assert asks[-2:] == [False, False]
    assert twins.for_writer(vesper.oskar.person, "x", NEARLY, None, Unsent.COUNTED) is not None  # that is published
    assert twins.for_writer(vesper.oskar.person, "x", OWN, None, Unsent.ALL) is not None  # it is being sent
    assert twins.for_writer(vesper.ingrid.person, "x", OWN, None, Unsent.COUNTED) is not None  # another writer
    assert twins.for_writer(vesper.stranger.person, "x", OWN, None, Unsent.ALL) is None


def test_what_may_be_out_and_nobody_answers_stops_colleagues_for_a_day_alone(vesper: Vesper) -> None:
    delivery = schedule(vesper.ingrid, SAID)
    for days, kind in ((0, "going"), (2, "waiting"), (61, "")):
        Delivery.objects.update(state="needs_human", state_changed_at=now() - dt.timedelta(days=days))
        age(delivery, max(days, 1))
        assert (near(vesper.oskar) or ("",))[0] == kind
        if kind == "going":
            with pytest.raises(checks.NotLikeThis):
                schedule(vesper.oskar, NEARLY)
    assert near(vesper.stranger) is None
    assert schedule(vesper.oskar, NEARLY).state == "scheduled"


def age(delivery: Delivery, days: int) -> None:
    """Let what was written down of a delivery be so many days old, and the daily sweep come by."""
    Fingerprint.objects.filter(delivery=delivery).update(said_at=now() - dt.timedelta(days=days))
    measuring.sweep()


def test_words_that_wait_for_months_are_compared_with_for_as_long_as_they_wait(vesper: Vesper) -> None:
    delivery = schedule(vesper.ingrid, SAID)
    for state in ("scheduled", "held", "claimed"):
        Delivery.objects.filter(pk=delivery.pk).update(state=state)
        age(delivery, 90)
        assert near(vesper.oskar) is not None, state
    assert near(vesper.stranger) is None
    Delivery.objects.filter(pk=delivery.pk).update(state="scheduled", due_at=DbNow(), next_due_at=DbNow())
    second = schedule(vesper.oskar, NEARLY)
    assert claim(delivery.pk, run=uuid4()) is not None
    assert claim(second.pk, run=uuid4()) is None


def test_what_waited_long_counts_for_sixty_days_from_its_publishing_and_is_then_forgotten(vesper: Vesper) -> None:
    delivery = schedule(vesper.ingrid, SAID)
    out = {"state": "published", "remote_id": "4711"}
    Delivery.objects.filter(pk=delivery.pk).update(**out, published_at=now() - dt.timedelta(days=59))
    age(delivery, 120)
    assert (near(vesper.oskar) or ("",))[0] == "said"
    Delivery.objects.filter(pk=delivery.pk).update(published_at=now() - dt.timedelta(days=61))
    assert near(vesper.oskar) is None
    age(delivery, 120)
    assert not Fingerprint.objects.exists()


def test_what_was_called_off_is_forgotten_with_the_days(vesper: Vesper) -> None:
    delivery = schedule(vesper.ingrid, SAID)
    Delivery.objects.filter(pk=delivery.pk).update(state="cancelled")
    age(delivery, 62)
    assert not Fingerprint.objects.exists()


def test_of_two_who_send_the_same_at_once_the_second_is_held(vesper: Vesper) -> None:
    first, second = schedule(vesper.ingrid, SAID), schedule(vesper.oskar, NEARLY)
    apart = schedule(vesper.kofi, OWN)
    assert claim(first.pk, run=uuid4()) is not None
    assert claim(second.pk, run=uuid4()) is None
    assert claim(apart.pk, run=uuid4()) is not None
    second.refresh_from_db()
    assert (second.state, second.reason) == ("held", "alike")
    assert second.trouble == "A colleague is about to say nearly the same. Add one sentence that only you can write."


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_two_claims_at_the_same_moment_one_is_held(vesper: Vesper) -> None:
    for _ in range(5):
        pair = [schedule(vesper.ingrid, SAID), schedule(vesper.oskar, NEARLY)]
        start = threading.Barrier(2)

        def claimed(pk: int, start: threading.Barrier = start) -> bool:
            start.wait(5)
            try:
                return claim(pk, run=uuid4()) is not None
            finally:
                connection.close()

        with ThreadPoolExecutor(2) as pool:
            won = list(pool.map(claimed, [one.pk for one in pair]))
        assert sorted(won) == [False, True]
        states = sorted(Delivery.objects.values_list("state", flat=True))
        assert states == ["claimed", "held"]
        Delivery.objects.all().delete()


def test_a_draft_with_somebody_elses_words_shows_the_overlap_in_ones_own(vesper: Vesper) -> None:
    publish(vesper.ingrid)
    told = twins.for_writer(vesper.oskar.person, "mastodon", NEARLY, None, Unsent.NO)
    assert told is not None
    assert (told.stops, told.words.endswith(twins.OWN_WORDS)) == (False, True)
    assert SAID not in told.words
    assert twins.for_writer(vesper.oskar.person, "x", NEARLY, None, Unsent.NO).stops  # type: ignore[union-attr]


def test_what_went_out_from_here_is_compared_once_and_not_twice(vesper: Vesper) -> None:
    delivery = schedule(vesper.ingrid, SAID)
    assert Fingerprint.objects.filter(delivery=delivery).exists()
    post = make_post(delivery.account, SAID)
    Delivery.objects.filter(pk=delivery.pk).update(
        state="published", remote_id=post.remote_id, published_at=post.published_at, post=post
    )
    note_posts([post.pk])
    assert not Fingerprint.objects.filter(delivery=delivery).exists()
    assert (near(vesper.oskar) or ("",))[0] == "said"
    post.delete()
    assert near(vesper.oskar) is None


def test_the_figure_is_a_share_by_week_and_unknown_where_there_are_few(vesper: Vesper) -> None:
    for number in range(3):
        publish(vesper.kofi, f"{OWN} Number {number}, with some more words of the same kind {number * 7919}.", hours=1)
    assert measuring.measure() == 3
    assert [week.share for week in sameness.weeks(vesper.brand, today())] == [None] * sameness.WEEKS
    publish(vesper.ingrid, SAID, hours=0.5)
    publish(vesper.oskar, NEARLY, hours=0.1)
    publish(vesper.oskar, "Too short.", hours=0.1)
    assert (measuring.measure(), measuring.measure()) == (3, 0)
    assert sorted(Compared.objects.values_list("near", flat=True), key=str) == [False] * 4 + [None, True]
    counted = [(week.posts, week.share) for week in sameness.weeks(vesper.brand, today()) if week.posts]
    assert sum(posts for posts, _ in counted) == 5
    assert counted in ([(5, 20)], *[[(a, None if a < 5 else 0), (5 - a, None)] for a in range(1, 5)])
    page = read(vesper.at(vesper.kofi), "/studio/vesper/stories/")
    assert "not measurable" in page
    assert "Oskar" not in page
    assert {week.share for week in sameness.weeks(Brand.objects.get(slug="nightjar"), today())} == {None}
