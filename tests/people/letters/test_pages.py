"""The links of a letter, the command for bounces, and the desk's page for a person's own lines."""

from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client

from advocacy.models import AuditEvent
from people import faces
from people.fan_links import token_for
from people.letters import answers
from people.models import AnswerAddress, Opening, Person, Rhythm
from tests.factories import make_person, make_user
from tests.people.letters.conftest import make_fan, speaker

pytestmark = pytest.mark.django_db
WORDS = "Forty centimetres.\n\nCome & see."


def test_the_link_of_a_letter_opens_home_by_its_button_alone(client: Client) -> None:
    fan = make_fan(speaker().person)
    address = f"/letters/{token_for(fan, 'read')}/"
    page = client.get(address)
    assert page.status_code == 200
    assert page["Referrer-Policy"] == "same-origin"  # the browser must say to us where it stands, and to nobody else
    assert page["Cache-Control"] == "no-store, private"
    assert page.content.decode().count("<button") == 1
    assert "fan" not in client.session
    assert client.post(address)["Location"] == "/home/"
    assert client.session["fan"] == [fan.pk, fan.links_epoch]
    assert client.get("/home/").status_code == 200
    assert client.get(address)["Location"] == "/home/"


def test_no_other_site_lets_a_browser_read_as_another_and_a_mail_program_stops_letters() -> None:
    fan, browser = make_fan(speaker().person), Client(enforce_csrf_checks=True)
    address = f"/letters/{token_for(fan, 'read')}/"
    assert (browser.post(address).status_code, "fan" in browser.session) == (403, False)
    token = browser.get(address).content.decode().split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    entered = {"csrfmiddlewaretoken": token}
    ours, theirs = ({"Origin": origin} for origin in ("https://testserver", "https://evil.example"))
    assert browser.post(address, entered, secure=True, headers=theirs).status_code == 403
    assert browser.post(address, entered, secure=True, headers=ours).status_code == 302
    assert Client(enforce_csrf_checks=True).post(f"/letters/stop/{token_for(fan, 'stop')}/").status_code == 200


@pytest.mark.parametrize("purpose", ["stop", "manage"])
def test_a_link_opens_nothing_but_what_it_is_for(client: Client, purpose: Any) -> None:
    fan = make_fan(speaker().person)
    token = token_for(fan, purpose)
    assert client.post(f"/letters/{token}/").status_code == 404
    assert client.post("/letters/made-up/").status_code == 404
    assert client.post(f"/letters/stop/{token_for(fan, 'read')}/").status_code == 404
    fan.refresh_from_db()
    assert (fan.rhythm, "fan" in client.session) == (Rhythm.WEEKLY, False)


def test_letters_stop_by_one_button_and_reading_the_page_stops_none(client: Client) -> None:
    fan, other = make_fan(speaker().person), make_fan(speaker().person)
    address = f"/letters/stop/{token_for(fan, 'stop')}/"
    assert client.get(address).content.decode().count("<button") == 1
    fan.refresh_from_db()
    assert fan.rhythm == Rhythm.WEEKLY
    for _ in range(2):
        assert "No more letters" in client.post(address).content.decode()
    fan.refresh_from_db()
    other.refresh_from_db()
    assert (fan.rhythm, other.rhythm) == (Rhythm.NEVER, Rhythm.WEEKLY)
    assert client.get(address).content.decode().count("<button") == 0


def test_a_face_in_a_letter_is_a_jpeg_and_gone_with_the_portrait(
    client: Client, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MEDIA_ROOT = tmp_path
    person = make_person("Ingrid Solheim")
    picture = (Path(settings.BASE_DIR) / "static" / "img" / "ingrid-640.avif").read_bytes()
    faces.set_portrait(person, picture, "Ingrid", actor=None)
    for opener in ("PIL.Image.open", "PIL.Image.Image.save"):  # whoever asks costs no work
        monkeypatch.setattr(opener, None)
    answer = client.get(f"/letters/faces/{person.portrait}.jpg")
    assert (answer.status_code, answer["Content-Type"], answer.content[:2]) == (200, "image/jpeg", b"\xff\xd8")
    assert answer["X-Content-Type-Options"] == "nosniff"
    stem = person.portrait
    for is_open, status in ((False, 404), (True, 200)):
        type(person).objects.filter(pk=person.pk).update(page_open=is_open)
        assert client.get(f"/letters/faces/{stem}.jpg").status_code == status
    Person.objects.filter(pk=person.pk).update(portrait="")
    faces.let_go([stem])
    assert client.get(f"/letters/faces/{stem}.jpg").status_code == 404


def test_the_operator_notes_a_bounce_that_came_later(capsys: pytest.CaptureFixture[str]) -> None:
    fan = make_fan(speaker().person, at="lea@example.org")
    call_command("bounced", "Lea@Example.org")
    fan.refresh_from_db()
    assert fan.bounced_at is not None
    call_command("bounced", "lea@example.org", "--lift")
    fan.refresh_from_db()
    assert fan.bounced_at is None
    assert capsys.readouterr().out == "No letter goes there any more.\nLetters go there again.\n"
    with pytest.raises(CommandError):
        call_command("bounced", "nobody@example.org")


@pytest.fixture
def writer(client: Client) -> Person:
    """Somebody at their desk, whom two fans read by letter."""
    user = make_user("ingrid@vesper.example")
    person = speaker(user=user).person
    make_fan(person)
    make_fan(person)
    make_fan(person, rhythm=Rhythm.NEVER)
    client.force_login(user)
    return person


def test_a_person_opens_the_next_letter_sees_how_it_reads_changes_it_and_takes_it_back(
    client: Client, writer: Person
) -> None:
    page = client.get("/desk/letters/").content.decode()
    assert "Two of your followers get letters" in page
    preview = client.post("/desk/letters/", {"words": WORDS, "answers": "login", "do": "preview"}).content.decode()
    assert "<p>Come &amp; see.</p>" in preview
    assert "Answer Ingrid: ingrid@vesper.example" in preview
    assert not Opening.objects.exists()
    client.post("/desk/letters/", {"words": f"{WORDS}  \r\n\r\n\r\n", "answers": "login", "do": "keep"})
    kept = Opening.objects.get()
    assert (kept.person, kept.words) == (writer, WORDS)
    assert AnswerAddress.objects.get().address == "ingrid@vesper.example"
    assert mail.outbox == []  # the address of the login needs no code
    client.post("/desk/letters/", {"words": "Other words.", "answers": "login", "do": "keep"})
    changed = Opening.objects.get()
    assert (changed.words, changed.written_at > kept.written_at) == ("Other words.", True)
    assert "Other words." in client.get("/desk/letters/").content.decode()
    client.post("/desk/letters/", {"do": "drop"})
    assert not Opening.objects.exists()


@pytest.mark.parametrize(("words", "why"), [("  \n ", "Write something first."), ("a" * 601, "Take out 1 character.")])
def test_too_many_words_and_none_are_answered_in_words(client: Client, writer: Person, words: str, why: str) -> None:
    answer = client.post("/desk/letters/", {"words": words, "answers": "login", "do": "keep"})
    assert answer.status_code == 422
    assert why in answer.content.decode()
    assert not Opening.objects.exists()


def test_no_letter_is_opened_before_its_writer_said_where_answers_go(client: Client, writer: Person) -> None:
    assert " checked" not in client.get("/desk/letters/").content.decode()  # nothing is taken for granted
    for entered, why in (
        ({}, "Choose where answers reach you."),
        ({"answers": "other"}, "Write the address where answers reach you."),
        ({"answers": "other", "address": "lea"}, "Write the whole address, such as lea@example.org."),
    ):
        answer = client.post("/desk/letters/", {"words": WORDS, "do": "keep", **entered})
        assert (answer.status_code, why in answer.content.decode()) == (422, True)
    assert not Opening.objects.exists()
    assert not AnswerAddress.objects.exists()


def test_another_address_is_proven_by_a_code_that_goes_there(client: Client, writer: Person) -> None:
    entered = {"words": WORDS, "answers": "other", "address": "Ingrid@Home.example", "do": "keep"}
    page = client.post("/desk/letters/", entered)
    assert (page.status_code, "Enter the code that we sent there." in page.content.decode()) == (422, True)
    (letter,) = mail.outbox
    assert letter.to == ["ingrid@home.example"]
    code = str(letter.subject).split()[-1]
    assert code in letter.body
    for wrong in ("AAAAAAAA", code[:-1]):
        page = client.post("/desk/letters/", {**entered, "code": wrong})
        assert "This is not the code that we sent there." in page.content.decode()
    page = client.post("/desk/letters/", {**entered, "address": "victim@home.example", "code": code})
    assert page.status_code == 422  # it proves that one address
    assert not Opening.objects.exists()
    assert client.post("/desk/letters/", {**entered, "code": f" {code.lower()} "}).status_code == 302
    assert (Opening.objects.get().words, AnswerAddress.objects.get().address) == (WORDS, "ingrid@home.example")
    assert client.post("/desk/letters/", entered).status_code == 302  # from then on it is known
    assert len(mail.outbox) == 1
    assert AuditEvent.objects.filter(verb="letter.answers_go").count() == 1
    assert "home.example" not in str(list(AuditEvent.objects.order_by("pk").values_list("details", "subject")))


def test_codes_are_sent_and_tried_only_so_often(client: Client, writer: Person) -> None:
    entered = {"words": WORDS, "answers": "other", "address": "victim@home.example", "do": "keep"}
    for _ in range(answers.ASKED + 2):
        page = client.post("/desk/letters/", entered)
    assert "That were many codes within an hour." in page.content.decode()
    assert len(mail.outbox) == answers.ASKED
    for _ in range(answers.TRIED):
        client.post("/desk/letters/", {**entered, "code": "AAAAAAAA"})
    right = str(mail.outbox[0].subject).split()[-1]
    assert client.post("/desk/letters/", {**entered, "code": right}).status_code == 422
    assert not Opening.objects.exists()


def test_nobody_writes_in_anothers_name(client: Client, writer: Person) -> None:
    stranger = Client()
    stranger.force_login(make_user())
    assert stranger.post("/desk/letters/", {"words": "Hello.", "do": "keep"}).status_code == 403
    assert Client().post("/desk/letters/", {"words": "Hello.", "do": "keep"}).status_code == 302
    assert not Opening.objects.exists()
