"""What stands in a letter and on its outside, for the fan whose it is and nobody else."""

import datetime as dt
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from people.letters.drawing import drawn
from people.letters.sending import send_due
from people.models import AnswerAddress, Delivery, Follow, Letter, Opening, Rhythm
from people.publishing.outbox import content_of
from tests.factories import make_account, make_user
from tests.people.letters.conftest import SUNDAY, make_fan, make_letter, parts, say, speaker

pytestmark = pytest.mark.django_db


def test_it_brings_what_the_people_said_with_faces_and_links_that_work_anywhere() -> None:
    ingrid, oskar = speaker(portrait="a" * 32, portrait_alt="Ingrid"), speaker("Oskar Brandl")
    post = say(ingrid, "Forty centimetres.", html='<p>Forty <a href="/people/oskar/">centimetres</a>.</p>')
    say(oskar, "Brooms & <shovels>.", days=2, html="<p>Brooms &amp; &lt;shovels&gt;.</p>", media=[{"kind": "photo"}])
    raw, text, html = parts(drawn(make_letter(make_fan(ingrid.person, oskar.person, at="lea@example.org"))))
    assert raw["Subject"] == "Ingrid and Oskar, this week"
    assert raw["To"] == "lea@example.org"
    assert raw["Reply-To"] is None
    assert raw.get_content_type() == "multipart/alternative"
    assert f'src="http://localhost:8000/letters/faces/{"a" * 32}.jpg"' in html
    assert ">OB<" in html
    assert 'href="http://localhost:8000/people/oskar/"' in html
    assert html.index("Forty") < html.index("Brooms &amp; &lt;shovels&gt;.")
    assert "Brooms & <shovels>." in text
    assert "Saturday, 28 November, 08:00, on" not in text  # said here: no network is named
    assert f"Saturday, 28 November, 08:00: http://localhost:8000/posts/{post.pk}/" in text
    assert "with 1 picture" in text
    assert 'href="/' not in html
    assert html.count("<img") == 2 * 1  # her face above and beside her name; no pixel that tells who reads
    assert "An answer to this letter reaches nobody." in text


def test_a_post_of_x_is_its_author_and_address_unless_it_was_written_here() -> None:
    ingrid = speaker(here=False)
    say(ingrid, "Said over there.", remote_id="1001")
    ours = say(ingrid, "Typed here https://t.co/x", remote_id="1002", days=2)
    edited = say(ingrid, "Typed here too, changed there.", remote_id="1003", days=3, edit_history=["1003", "1004"])
    for post in (ours, edited):
        Delivery.objects.create(
            account=ingrid, person=ingrid.person, post=post, remote_id=post.remote_id,
            state=Delivery.State.PUBLISHED, state_changed_at=SUNDAY, due_at=SUNDAY, late_after=SUNDAY,
            **content_of({"text": f"Typed here <{post.pk}>", "lang": "", "pictures": []}),
        )  # fmt: skip
    _, text, html = parts(drawn(make_letter(make_fan(ingrid.person))))
    for words in (text, html):
        assert "Said over there." not in words
        assert "changed there" not in words
        assert "t.co" not in words
        assert f"/{ingrid.handle}/status/1001" in words
        assert f"/{ingrid.handle}/status/1003" in words
    assert f"Typed here <{ours.pk}>" in text
    assert f"Typed here &lt;{ours.pk}&gt;" in html
    assert f"<{edited.pk}>" not in text


def test_a_persons_own_lines_come_first_and_answers_reach_the_person_who_shows_an_address() -> None:
    ingrid, oskar, mute = speaker(), speaker("Oskar Brändl"), speaker("Mute Person")
    oskar.person.user = make_user("oskar@vesper.example")
    oskar.person.save()
    say(ingrid, "Snow.")
    say(mute, "Not asked for.")
    for account, words in ((oskar, "Come on Friday.\n\nBring <boots>."), (mute, "Never seen.")):
        Opening.objects.create(person=account.person, words=words, written_at=SUNDAY - dt.timedelta(days=1))
        AnswerAddress.objects.create(person=account.person, address="oskar@elsewhere.example")
    fan = make_fan(ingrid.person, oskar.person, mute.person)
    Follow.objects.filter(person=mute.person).update(muted=True)
    letter = make_letter(fan)
    raw, text, html = parts(drawn(letter))
    assert raw["Subject"] == "A few lines from Oskar, and what your people said"
    assert raw["From"] == "Chorus on behalf of Oskar Brändl and 1 more <no-reply@localhost>"
    assert raw["Reply-To"] == "Oskar Brändl <oskar@elsewhere.example>"
    assert "oskar@vesper.example" not in str(raw)
    assert "(Answer Oskar: oskar@elsewhere.example)" in text
    assert "If you answer this letter, Oskar reads it." in text
    assert text.index("Bring <boots>.") < text.index("Snow.")
    assert "<p>Bring &lt;boots&gt;.</p>" in html
    assert "Not asked for" not in html + text
    assert "Never seen" not in html + text
    AnswerAddress.objects.all().delete()
    make_account(oskar.person, handle="oskar_b")
    raw, text, html = parts(drawn(letter))
    assert raw["Reply-To"] is None
    assert "oskar@elsewhere.example" not in str(raw)
    assert "Answer Oskar where everybody can read it: " in text
    assert "oskar_b" in text


def test_a_letter_that_nobody_opened_is_answered_by_those_who_run_the_site_or_says_that_nobody_reads_it(
    settings: Settings,
) -> None:
    ingrid = speaker()
    say(ingrid, "Snow.")
    letter = make_letter(make_fan(ingrid.person))
    raw, text, html = parts(drawn(letter))
    assert raw["Reply-To"] is None
    assert "An answer to this letter reaches nobody." in text
    settings.CONTACT_EMAIL = "we@chorus.example"
    raw, text, html = parts(drawn(letter))
    assert raw["Reply-To"] == "Chorus <we@chorus.example>"
    for part in (text, html):
        assert "those who run Chorus read it at we@chorus.example, not the people in it" in part
        assert "reaches nobody" not in part


def test_its_outside_says_who_sends_it_for_whom_and_how_it_is_stopped(client: Client, settings: Settings) -> None:
    settings.DEFAULT_FROM_EMAIL = "Chorus <post@chorus.example>"
    ingrid = speaker("Ingrid\r\nBcc: all@example.org Solheim")
    say(ingrid, "Snow.")
    fan = make_fan(ingrid.person)
    letter = make_letter(fan)
    raw, _, _ = parts(drawn(letter))
    assert raw["From"] == '"Chorus on behalf of Ingrid Bcc: all@example.org Solheim" <post@chorus.example>'
    assert raw["Bcc"] is None
    assert raw["Message-ID"] == f"<letter-{letter.key.hex}@localhost>"
    assert raw["List-Id"] == "Letters of Chorus <letters.localhost>"
    assert raw["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert raw["Date"]
    stop = raw["List-Unsubscribe"].strip().strip("<>")
    answer = Client(enforce_csrf_checks=True).post(
        stop.removeprefix("http://localhost:8000"), {"List-Unsubscribe": "One-Click"}
    )
    assert answer.status_code == 200
    fan.refresh_from_db()
    assert fan.rhythm == Rhythm.NEVER
    assert drawn(letter) is None


def test_nothing_comes_twice_and_a_letter_that_never_arrived_is_made_up_for() -> None:
    ingrid = speaker()
    say(ingrid, "Old news.", days=3)
    say(ingrid, "Newer.", days=0.5)
    fan = make_fan(ingrid.person)
    before = make_letter(fan, until=SUNDAY - dt.timedelta(days=1), state=Letter.State.SENT)
    letter = make_letter(fan)
    _, text, _ = parts(drawn(letter))
    assert "Newer." in text
    assert "Old news." not in text
    Letter.objects.filter(pk=before.pk).update(state=Letter.State.REFUSED)
    _, text, _ = parts(drawn(letter))
    assert "Old news." in text


def test_many_people_and_many_posts_are_a_few_of_each_a_number_and_a_link() -> None:
    accounts = [speaker(f"Person Nr{number}") for number in range(15)]
    for place, account in enumerate(accounts):
        say(account, "The only one.", days=3 + place / 100)
    for number in range(6):
        say(accounts[14], f"Chatter {number}.", days=0.1 + number / 10)
    fan = make_fan(*(account.person for account in accounts))
    letter = make_letter(fan)
    drawn(letter)  # the first letter of a site makes the key of its links
    with CaptureQueriesContext(connection) as queries:
        raw, text, html = parts(drawn(letter))
    assert raw["Subject"] == "Person, Person and 13 more, this week"
    assert raw["From"].startswith("Chorus on behalf of Person Nr14 and 14 more")
    assert [f"Chatter {n}." in text for n in range(6)] == [True] * 3 + [False] * 3
    assert "4 more from Person" in text
    assert "3 more of your people said something." in text
    assert html.count('<div class="block">') == 13
    many = len(queries)
    alone = make_letter(make_fan(accounts[0].person))
    with CaptureQueriesContext(connection) as queries:
        parts(drawn(alone))
    assert len(queries) == many


def test_it_reaches_the_page_that_lists_the_mail_of_a_local_copy(settings: Any, tmp_path: Any, client: Client) -> None:
    settings.EMAIL_BACKEND, settings.EMAIL_FILE_PATH = "django.core.mail.backends.filebased.EmailBackend", tmp_path
    ingrid = speaker()
    say(ingrid, "Forty centimetres.")
    letter = make_letter(make_fan(ingrid.person))
    assert send_due() == 1
    assert send_due() == 0
    assert mail.outbox == []
    page = client.get("/mail/").content.decode()
    assert "Forty centimetres." in page
    assert Letter.objects.get(pk=letter.pk).state == Letter.State.SENT
