"""Whoever reported a post is told that it is gone, whoever deleted it, where nobody has told them anything yet."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from brands import report_ends
from brands import reporting as deciding
from brands.models import BrandPost, ReportCase, ReportEnd
from brands.removing import remove_post
from people import erasing, personal, reporting
from people.models import Post, PostReport
from people.personal import Traces
from people.syncing import store
from tests.brands.pages import enrol, say
from tests.factories import make_brand, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def post() -> Post:
    """A post that Vesper shows, and Nightjar does not."""
    ingrid = enrol(make_brand("Vesper", slug="vesper"), "Ingrid Solbakk")
    enrol(make_brand("Nightjar", slug="nightjar"), "Else Where")
    return say(ingrid, "Somebody slept in the corridor again.")


def report(post: Post, email: str, client: str = "here") -> ReportCase:
    reporting.report(post=post, why="private", words="The face of a passenger.", client=client, email=email)
    return ReportCase.objects.latest("pk")


def letters() -> list[str]:
    """Send what is owed to whoever reported; return whom it went to."""
    mail.outbox.clear()
    deciding.send_due()
    report_ends.send_due()
    return [letter.to[0] for letter in mail.outbox]


def by_the_network(post: Post) -> None:
    assert store.remove_posts(post.account.network, [post.remote_id]) == 1


def by_its_author(post: Post) -> None:
    post.delete()


def by_an_erasure(post: Post) -> None:
    traces = Traces("key", post.person_id, None)
    for step in personal.steps():
        step(traces)
    for entry in personal.entries():
        erasing._carry_out(entry, traces, lambda: None)


@pytest.mark.parametrize("delete", [by_the_network, by_its_author, by_an_erasure])
def test_whoever_reported_a_post_that_is_gone_is_told_once_and_forgotten(
    post: Post, delete: Callable[[Post], None]
) -> None:
    other = say(enrol(make_brand("Nordlys"), "Oskar Brandl"), "Broom.")
    report(post, "lea@example.org")
    report(post, "")
    report(other, "max@example.org")
    delete(post)
    assert not Post.objects.filter(pk=post.pk).exists()
    assert letters() == ["lea@example.org"]
    assert "is gone" in mail.outbox[0].body
    for word in ("Ingrid", "corridor", "passenger", "Vesper"):
        assert word not in mail.outbox[0].body
    assert (letters(), ReportEnd.objects.count()) == ([], 0)
    assert PostReport.objects.get().post_id == other.pk


def test_where_several_brands_had_the_report_there_is_one_letter(post: Post) -> None:
    case = report(post, "lea@example.org")
    ReportCase.objects.create(report=case.report, brand=make_brand("Nordlys"))
    by_the_network(post)
    assert letters() == ["lea@example.org"]


def test_a_decision_that_was_told_is_the_last_word_and_one_that_was_not_is_none(post: Post) -> None:
    told = report(post, "lea@example.org")
    deciding.leave(case=told, actor=make_user())
    assert letters() == ["lea@example.org"]
    untold = report(post, "max@example.org")
    deciding.leave(case=untold, actor=make_user())
    by_its_author(post)
    assert letters() == ["max@example.org"]
    assert "is gone" in mail.outbox[0].body


@pytest.mark.parametrize("fan_only", [True, False])
def test_who_is_erased_meanwhile_is_written_to_no_more_and_others_are(post: Post, fan_only: bool) -> None:
    for number, email in enumerate(("lea@example.org", "max@example.org")):
        report(post, email, f"c{number}")
    by_its_author(post)
    lea = Traces("key", None, make_user("lea@example.org").pk, fan_only, frozenset({"lea@example.org"}))
    for entry in personal.entries():
        if entry.model == "brands.ReportEnd":
            erasing._carry_out(entry, lea, lambda: None)
    assert letters() == ["max@example.org"]


def test_a_mail_server_that_refuses_is_asked_again_and_a_dead_address_is_forgotten(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    report(post, "lea@example.org")
    by_its_author(post)
    monkeypatch.setattr(report_ends, "AGAIN", -report_ends.AGAIN)
    monkeypatch.setattr(report_ends, "GO", 1)
    asked: list[str] = []

    class Server:
        def send_messages(self, messages: list[mail.EmailMessage]) -> int:
            asked.extend(messages[0].to)
            raise ConnectionRefusedError

    monkeypatch.setattr(reporting, "get_connection", Server)
    for _ in range(reporting.TRIES + 2):
        report_ends.send_due()
    assert asked == ["lea@example.org"] * reporting.TRIES
    assert not ReportEnd.objects.exists()


def test_deleting_what_nobody_reported_asks_no_more_of_the_database(post: Post) -> None:
    other = say(post.person.enrolments.get(), "Broom.")  # type: ignore[attr-defined]
    with CaptureQueriesContext(connection) as asked:
        by_the_network(other)
    assert not [one for one in asked.captured_queries if "brands_reportend" in one["sql"]]
    assert sum("people_postreport" in one["sql"] for one in asked.captured_queries) <= 1


def test_what_only_the_brand_shows_no_longer_is_over_too_and_nobody_is_asked_to_decide(post: Post) -> None:
    case = report(post, "lea@example.org")
    BrandPost.objects.filter(post=post).delete()  # as where its author picked it for the others alone
    assert (letters(), deciding.end_moot(), list(deciding.waiting(case.brand))) == ([], 0, [])
    with time_machine.travel(timezone.now() + deciding.GONE + timedelta(minutes=1)):
        assert deciding.end_moot() == 1
        assert letters() == ["lea@example.org"]


def test_a_post_taken_off_elsewhere_in_the_studio_answers_its_reports(post: Post) -> None:
    case, somebody = report(post, "lea@example.org"), make_user()
    remove_post(brand=make_brand("Other"), post=post, reason="Not ours", actor=somebody)
    case.refresh_from_db()
    assert case.state == ReportCase.State.WAITING
    remove_post(brand=case.brand, post=post, reason="A passenger's face", actor=somebody)
    case.refresh_from_db()
    assert (case.state, case.by, letters()) == (ReportCase.State.OFF, somebody, ["lea@example.org"])
