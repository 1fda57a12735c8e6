"""Anybody reports a post: its author learns why, brands that show it decide, and whoever reported learns what."""

import re
import smtplib
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.core.mail import EmailMessage
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from advocacy.models import AuditEvent, RateBucket
from brands import reporting as deciding
from brands.models import Brand, BrandPost, Enrolment, Removal, ReportCase, Role
from people import reporting
from people.models import Account, Person, Post, PostReport
from tests.brands.pages import enrol, read, say, words
from tests.factories import make_brand, make_role, make_user

pytestmark = pytest.mark.django_db
ENTERED = {"why": "private", "words": "The face of a passenger.", "email": "Lea@example.org"}


@pytest.fixture
def vesper() -> Brand:
    return make_brand("Vesper", slug="vesper")


@pytest.fixture
def post(vesper: Brand) -> Post:
    """A post that Vesper shows, of somebody who also stands at a brand that shows nothing of it."""
    ingrid = enrol(vesper, "Ingrid Solbakk")
    ingrid.person.user = make_user("ingrid@example.org")
    ingrid.person.save()
    enrol(make_brand("Nightjar", slug="nightjar"), "Else Where")
    for name, role in (
        ("mo@vesper.example", "moderator"),
        ("owner@vesper.example", "owner"),
        ("an@vesper.example", "analyst"),
    ):
        make_role(make_user(name), vesper, role)
    return say(ingrid, "Somebody slept in the corridor again.")


def letters() -> list[tuple[str, str]]:
    """Send what is owed; return whom it went to, and about what."""
    mail.outbox.clear()
    reporting.tell_due()
    deciding.send_due()
    return [(letter.to[0], str(letter.subject)) for letter in mail.outbox]


def moderator(brand: Brand, name: str = "moderator") -> Client:
    client = Client()
    client.force_login(Role.objects.get(brand=brand, name=name).user)
    return client


def test_the_author_and_the_moderators_learn_why_and_never_who(client: Client, post: Post, vesper: Brand) -> None:
    assert "Report this post" in read(client, f"/posts/{post.pk}/")
    answer = client.post(f"/posts/{post.pk}/report/", ENTERED)
    assert (answer.status_code, answer["Location"]) == (302, "/reports/sent/")
    assert letters() == [
        ("ingrid@example.org", "Somebody reported a post of yours"),
        ("mo@vesper.example", "A post on the page of Vesper was reported"),
    ]
    ingrid = Client()
    assert post.person.user
    ingrid.force_login(post.person.user)
    pages = [read(ingrid, "/desk/reports/"), read(moderator(vesper), "/studio/vesper/reports/")]
    for told in [*pages, *(str(letter.body) for letter in mail.outbox)]:
        assert "The face of a passenger." in told
        assert "lea@example.org" not in told
    assert letters() == []


def test_taking_it_off_answers_all_reports_of_it_and_tells_whoever_left_an_address(
    client: Client, post: Post, vesper: Brand
) -> None:
    for email in ("lea@example.org", "", "max@example.org"):
        client.post(f"/posts/{post.pk}/report/", {**ENTERED, "email": email})
    letters()
    studio = moderator(vesper)
    case = ReportCase.objects.order_by("pk")[0]
    answer = studio.post(f"/studio/vesper/reports/{case.pk}/take-off/", {"reason": ""})
    assert (answer.status_code, Removal.objects.count()) == (422, 0)
    studio.post(f"/studio/vesper/reports/{case.pk}/take-off/", {"reason": "It shows a passenger."})
    assert Removal.objects.get().reason == "It shows a passenger."
    assert "slept in the corridor" not in read(client, "/brands/vesper/")
    assert letters() == [(f"{who}@example.org", "The post that you reported") for who in ("lea", "max")]
    assert "Vesper took it off its pages." in mail.outbox[0].body
    assert "Nothing waits for you." in words(read(studio, "/studio/vesper/reports/"))
    events = AuditEvent.objects.filter(verb="report.taken_off").values_list("brand", "subject")
    assert list(events) == [("vesper", f"post:{post.pk}")]


def test_leaving_it_is_told_too_and_a_second_decision_changes_nothing(
    client: Client, post: Post, vesper: Brand
) -> None:
    client.post(f"/posts/{post.pk}/report/", ENTERED)
    letters()
    case = ReportCase.objects.get()
    moderator(vesper).post(f"/studio/vesper/reports/{case.pk}/leave/")
    assert letters() == [("lea@example.org", "The post that you reported")]
    assert "leaves it where it is" in mail.outbox[0].body
    user = make_user()
    assert not deciding.leave(case=case, actor=user)
    assert not deciding.take_off(case=case, reason="Too late.", actor=user)
    assert (Removal.objects.count(), letters()) == (0, [])


def test_outsiders_decide_nothing(client: Client, post: Post, vesper: Brand) -> None:
    client.post(f"/posts/{post.pk}/report/", ENTERED)
    nightjar, case = Brand.objects.get(slug="nightjar"), ReportCase.objects.get()
    make_role(make_user(), nightjar, "owner")
    foreign, analyst = moderator(nightjar, "owner"), moderator(vesper, "analyst")
    assert "Nothing waits for you." in words(read(foreign, "/studio/nightjar/reports/"))
    for outsider in (foreign, analyst):
        for brand in ("vesper", "nightjar"):
            for do in ("take-off", "leave"):
                url = f"/studio/{brand}/reports/{case.pk}/{do}/"
                assert outsider.post(url, {"reason": "Mine to say."}).status_code == 404, url
    assert ReportCase.objects.get().state == ReportCase.State.WAITING


def test_a_post_that_no_page_shows_cannot_be_reported(client: Client, post: Post) -> None:
    Post.objects.filter(pk=post.pk).update(quiet_at=timezone.now())
    for number in (post.pk, post.pk + 1, 2**70):
        assert client.get(f"/posts/{number}/report/").status_code == 404
        assert client.post(f"/posts/{number}/report/", ENTERED).status_code == 404
    assert not PostReport.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"why": ""}, "Choose what is wrong with it."),
        ({"why": "other", "words": " "}, "Say in your own words what is wrong."),
        ({"email": "lea"}, "Write the whole address, such as lea@example.org."),
    ],
)
def test_what_cannot_be_taken_is_said(client: Client, post: Post, wrong: dict[str, str], said: str) -> None:
    answer = client.post(f"/posts/{post.pk}/report/", {**ENTERED, **wrong})
    assert (answer.status_code, said in words(answer.content.decode())) == (422, True)
    assert not PostReport.objects.exists()


def test_one_reader_reports_so_often_in_an_hour(client: Client, post: Post) -> None:
    for _ in range(reporting.PER_HOUR):
        client.post(f"/posts/{post.pk}/report/", ENTERED)
    answer = client.post(f"/posts/{post.pk}/report/", ENTERED)
    assert (answer.status_code, PostReport.objects.count()) == (422, reporting.PER_HOUR)


def test_a_rush_of_nonsense_about_a_post_silences_no_report_of_it(post: Post, vesper: Brand) -> None:
    for number in range(reporting.PER_POST):
        report(post, words="Nonsense.", client=f"c{number}")
    letters()
    report(post, words="The face of a passenger.", email="lea@example.org", client="elsewhere")
    assert letters() == []  # more of them tell nobody anything new
    assert "The face of a passenger." in read(moderator(vesper), "/studio/vesper/reports/")
    case = ReportCase.objects.latest("pk")
    assert case.report.email == "lea@example.org"
    deciding.leave(case=case, actor=make_user())
    assert letters() == [("lea@example.org", "The post that you reported")]


def test_an_author_has_three_letters_a_day_and_the_rest_in_one_without_words(post: Post, vesper: Brand) -> None:
    def told() -> list[str]:
        return [str(one.body) for one in mail.outbox if one.to == ["ingrid@example.org"]]

    enrolment, other = Enrolment.objects.get(brand=vesper), enrol(vesper, "Oskar Brandl")
    Person.objects.filter(pk=other.person_id).update(login_address="oskar@example.org")
    posts = [post, *(say(enrolment, f"Snow {number}.") for number in range(reporting.AT_ONCE + 2))]
    for number, one in enumerate(posts):
        report(one, words="Hate.", client=f"c{number}")
        letters()
        assert ["Hate." in body for body in told()] == ([True] if number < reporting.AT_ONCE else [])
    report(say(other, "Broom."), words="Hate.", client="else")
    assert ("oskar@example.org", "Somebody reported a post of yours") in letters()
    with time_machine.travel(timezone.now() + timedelta(days=1, minutes=1)):
        letters()
        assert [body.splitlines()[2].partition(".")[0] for body in told()] == [
            "Three reports of posts of yours came in"
        ]
        assert "Hate." not in told()[0]
        letters()
        assert told() == []
    desk = Client()
    desk.force_login(post.person.user)  # type: ignore[arg-type]
    assert read(desk, "/desk/reports/").count("Hate.") == len(posts)


def test_an_address_that_somebody_types_again_and_again_has_few_letters_and_one_that_says_so(
    post: Post, vesper: Brand
) -> None:
    enrolment = Enrolment.objects.get(brand=vesper)
    for number in range(reporting.PER_ADDRESS + 3):
        report(say(enrolment, f"Snow {number}."), email="Victim@example.org", client=f"c{number}")
    report(post, email="lea@example.org", client="else")
    letters()
    for case in ReportCase.objects.all():
        deciding.leave(case=case, actor=make_user())
    got = [who for who, _ in letters()]
    assert (got.count("victim@example.org"), got.count("lea@example.org")) == (reporting.PER_ADDRESS, 1)
    assert all("Was it not you?" in letter.body for letter in mail.outbox)
    assert not RateBucket.objects.filter(key__contains="victim").exists()


def test_where_nobody_decides_nothing_is_promised(client: Client, post: Post, vesper: Brand) -> None:
    page = read(client, f"/posts/{post.pk}/report/")
    assert "whoever looks after the page of Vesper" in words(page)
    assert 'name="email"' in page
    BrandPost.objects.filter(brand=vesper).delete()
    page = read(client, f"/posts/{post.pk}/report/")
    assert "Vesper. They decide" not in words(page)
    assert 'name="email"' not in page
    assert client.post(f"/posts/{post.pk}/report/", ENTERED)["Location"] == "/reports/sent/"
    assert (PostReport.objects.get().email, ReportCase.objects.count()) == ("", 0)


@pytest.mark.parametrize("end", ["left", "quiet", "closed"])
def test_whoever_reported_reads_when_nothing_is_left_to_decide(
    client: Client, post: Post, vesper: Brand, end: str
) -> None:
    client.post(f"/posts/{post.pk}/report/", ENTERED)
    other = say(enrol(vesper, "Oskar Brandl"), "Broom.")
    report(other, email="max@example.org")
    letters()
    change(post, vesper, end)
    assert (deciding.end_moot(), letters()) == (0, [])
    with time_machine.travel(timezone.now() + deciding.GONE + timedelta(minutes=1)):
        assert deciding.end_moot() == 1
        assert letters() == [("lea@example.org", "The post that you reported")]
        assert "no longer shown on the pages of Vesper" in mail.outbox[0].body
        assert "Ingrid" not in mail.outbox[0].body
        assert (deciding.end_moot(), letters()) == (0, [])
    states = dict(ReportCase.objects.values_list("report__post", "state"))
    assert states == {post.pk: ReportCase.State.MOOT, other.pk: ReportCase.State.WAITING}


def test_a_short_hide_ends_no_report_and_moderators_learn_of_it_after(
    client: Client, post: Post, vesper: Brand
) -> None:
    client.post(f"/posts/{post.pk}/report/", ENTERED)
    studio, case = moderator(vesper), ReportCase.objects.get()
    Person.objects.filter(pk=post.person_id).update(page_open=False)
    assert [who for who, _ in letters()] == ["ingrid@example.org"]
    assert deciding.end_moot() == 0
    assert studio.post(f"/studio/vesper/reports/{case.pk}/leave/").status_code == 404
    with time_machine.travel(timezone.now() + timedelta(hours=5)):
        Person.objects.filter(pk=post.person_id).update(page_open=True)
        assert deciding.end_moot() == 0
        assert [who for who, _ in letters()] == ["mo@vesper.example"]
        Person.objects.filter(pk=post.person_id).update(page_open=False)
    with time_machine.travel(timezone.now() + deciding.GONE + timedelta(hours=1)):
        assert deciding.end_moot() == 0  # it was shown in between
    assert ReportCase.objects.get().state == ReportCase.State.WAITING


def test_an_address_is_forgotten_after_two_months(client: Client, post: Post) -> None:
    client.post(f"/posts/{post.pk}/report/", ENTERED)
    assert reporting.forget() == 0
    PostReport.objects.update(at=timezone.now() - reporting.KEPT)
    assert (reporting.forget(), PostReport.objects.get().email) == (1, "")


def test_what_somebody_writes_into_a_report_is_shown_as_words(client: Client, post: Post, vesper: Brand) -> None:
    client.post(f"/posts/{post.pk}/report/", {**ENTERED, "words": "<script>alert(1)</script>\nBcc: a@b.org"})
    page = read(moderator(vesper), "/studio/vesper/reports/")
    assert "&lt;script&gt;alert(1)&lt;/script&gt; Bcc: a@b.org" in page
    assert re.search("<script>alert", page) is None


def report(post: Post, *, words: str = "", email: str = "", client: str = "here") -> None:
    reporting.report(post=post, why="private", words=words, email=email, client=client)


def change(post: Post, brand: Brand, end: str) -> None:
    """Let the author of a post show it at the brand no longer."""
    if end == "left":
        Enrolment.objects.filter(brand=brand, person=post.person).update(state=Enrolment.State.LEFT)
    elif end == "quiet":
        Post.objects.filter(pk=post.pk).update(quiet_at=timezone.now())
    else:
        Person.objects.filter(pk=post.person_id).update(page_open=False)


def refusing(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> list[str]:
    """Let the mail server refuse these addresses; return the list of whom it was asked for."""
    asked: list[str] = []

    class Server:
        def send_messages(self, messages: list[EmailMessage]) -> int:
            asked.extend(messages[0].to)
            if messages[0].to[0] in addresses:
                raise smtplib.SMTPRecipientsRefused({messages[0].to[0]: (550, b"no")})
            return 1

    monkeypatch.setattr(reporting, "get_connection", Server)
    return asked


def often(rounds: int) -> None:
    """Let the worker come by so often, each time after the pause."""
    for _ in range(rounds):
        letters()
        past = timezone.now() - timedelta(seconds=1)
        PostReport.objects.filter(tell_at__isnull=False).update(tell_at=past)
        ReportCase.objects.filter(mail_at__isnull=False).update(mail_at=past)


def test_a_mailbox_that_refuses_is_tried_again_and_has_nobody_else_told_twice(
    client: Client, post: Post, vesper: Brand, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("full@vesper.example", "third@vesper.example"):
        make_role(make_user(name), vesper, "moderator")
    asked = refusing(monkeypatch, "full@vesper.example")
    client.post(f"/posts/{post.pk}/report/", ENTERED)
    often(reporting.TRIES + 2)
    once = ["ingrid@example.org", "mo@vesper.example", "third@vesper.example"]
    assert sorted(asked) == sorted([*once, *["full@vesper.example"] * reporting.TRIES])


def test_a_mailbox_that_takes_letters_again_has_this_one_once(
    client: Client, post: Post, vesper: Brand, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_role(make_user("full@vesper.example"), vesper, "moderator")
    refusing(monkeypatch, "full@vesper.example", "ingrid@example.org")
    client.post(f"/posts/{post.pk}/report/", ENTERED)
    often(2)
    asked = refusing(monkeypatch)
    often(3)
    assert sorted(asked) == ["full@vesper.example", "ingrid@example.org"]
    deciding.leave(case=ReportCase.objects.get(), actor=make_user())
    often(3)
    assert asked[2:] == ["lea@example.org"]


def test_dead_addresses_are_given_up_and_a_decision_is_another_letter(
    client: Client, post: Post, vesper: Brand, monkeypatch: pytest.MonkeyPatch
) -> None:
    dead = ("ingrid@example.org", "mo@vesper.example", "lea@example.org")
    asked = refusing(monkeypatch, *dead)
    client.post(f"/posts/{post.pk}/report/", ENTERED)
    often(reporting.TRIES + 2)
    assert sorted(asked) == sorted(dead[:2] * reporting.TRIES)
    deciding.leave(case=ReportCase.objects.get(), actor=make_user())
    often(reporting.TRIES + 2)
    assert asked.count("lea@example.org") == reporting.TRIES


def test_the_cap_cuts_no_case_in_two(client: Client, post: Post, vesper: Brand, settings: Settings) -> None:
    make_role(make_user("two@vesper.example"), vesper, "moderator")
    client.post(f"/posts/{post.pk}/report/", ENTERED)
    settings.MAIL_PER_MINUTE = 1  # the author's letter takes it
    assert [who for who, _ in letters()] == ["ingrid@example.org"]
    assert ReportCase.objects.get().tries == 0
    RateBucket.objects.all().delete()  # a minute later
    assert [who for who, _ in letters()] == ["mo@vesper.example", "two@vesper.example"]
    assert letters() == []


@pytest.mark.parametrize("end", ["left", "quiet", "closed"])
def test_what_the_brand_may_show_no_more_is_neither_told_to_it_nor_shown(
    client: Client, post: Post, vesper: Brand, end: str
) -> None:
    client.post(f"/posts/{post.pk}/report/", ENTERED)
    case = ReportCase.objects.get()
    studio = moderator(vesper)
    assert "The face of a passenger." in read(studio, "/studio/vesper/reports/")
    change(post, vesper, end)
    assert [who for who, _ in letters()] == ["ingrid@example.org"]
    page = read(studio, "/studio/vesper/reports/")
    assert "Nothing waits for you." in words(page)
    assert "The face of a passenger." not in page
    answer = studio.post(f"/studio/vesper/reports/{case.pk}/take-off/", {"reason": "Late."})
    assert (answer.status_code, Removal.objects.count()) == (404, 0)


def test_a_post_of_x_is_not_cut_in_the_studio_but_linked(client: Client, post: Post, vesper: Brand) -> None:
    client.post(f"/posts/{post.pk}/report/", ENTERED)
    for network, cut in (("mastodon", True), ("x", False)):
        Account.objects.filter(pk=post.account_id).update(network=network)
        page = read(moderator(vesper), "/studio/vesper/reports/")
        assert f'href="/posts/{post.pk}/"' in page
        assert ("slept in the corridor" in page) == cut
