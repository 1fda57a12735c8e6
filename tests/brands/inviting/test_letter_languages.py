"""The language of the letters: chosen by the studio, followed by every letter around the invitation."""

import datetime as dt
from collections.abc import Mapping
from email.message import EmailMessage

import pytest
import time_machine
from django.conf import settings
from django.core import mail
from django.test import Client

from brands.inviting import LANGUAGES, invite, language_of, revoke
from brands.inviting_letters import preview, send_due_letters
from brands.joining import ask_to_join, make_link
from brands.models import Brand, BulkAct, Enrolment, Invitation
from people.models import User
from tests.brands.inviting.asking import address, vesper
from tests.brands.pages import read, words
from tests.brands.studio.enrol import steps
from tests.brands.studio.rooms import as_user
from tests.factories import make_brand, make_enrolment, make_person

pytestmark = pytest.mark.django_db
START = dt.datetime(2026, 12, 1, 9, tzinfo=dt.UTC)
# language -> the letter, the two reminders, the taking back: how each opens its subject; the last day as it is written
SAID: Mapping[str, tuple[str, str, str, str, str]] = {
    "en": (
        "marta@vesper.example asks:",
        "A reminder:",
        "Last reminder:",
        "The invitation to",
        "until 15 December 2026",
    ),
    "de": (
        "marta@vesper.example fragt:",
        "Eine Erinnerung:",
        "Letzte Erinnerung:",
        "Die Einladung",
        "15. Dezember 2026",
    ),
    "fr": ("marta@vesper.example vous", "Un rappel :", "Dernier rappel :", "L’invitation", "15 décembre 2026"),
    "es": ("marta@vesper.example pregunta:", "Un recordatorio:", "Último", "Se ha", "15 de diciembre de 2026"),
    "it": ("marta@vesper.example chiede:", "Un promemoria:", "Ultimo", "L’invito", "15 dicembre 2026"),
    "nl": ("marta@vesper.example vraagt:", "Een herinnering:", "Laatste", "De uitnodiging", "15 december 2026"),
}


def invited(brand: Brand, by: User, language: str, words: str = "") -> Invitation:
    person = make_person("Ingrid Solheim", slug=None, page_open=False)
    enrolment = make_enrolment(brand, person, state="invited", email="ingrid@vesper.example")
    return invite(enrolment=enrolment, actor=by, words=words, language=language)


def language_header(letter: object) -> str:
    message: EmailMessage = letter.message()  # type: ignore[attr-defined]
    return str(message["Content-Language"])


def test_each_language_of_the_form_has_its_letters() -> None:
    assert set(SAID) == set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_letter_its_reminders_and_the_taking_back_are_in_the_language_that_was_chosen(language: str) -> None:
    first, reminder, last, back, day = SAID[language]
    with time_machine.travel(START, tick=False) as clock:
        invitation = invited(*vesper(), language)
        for days in (0, 3, 7):
            clock.shift(dt.timedelta(days=days))
            send_due_letters()
        invitation.refresh_from_db()
        revoke(invitation=invitation, actor=None)
        send_due_letters()
    begins = [letter.subject[: len(words)] for letter, words in zip(mail.outbox, SAID[language], strict=False)]
    assert begins == [first, reminder, last, back]
    assert {language_header(letter) for letter in mail.outbox} == {language}
    path = address(Invitation.objects.get())
    assert [f"{settings.SITE_URL}{path}" in letter.body for letter in mail.outbox] == [True, True, True, False]
    assert [day in letter.body for letter in mail.outbox] == [True, True, True, False]
    assert all("Ingrid" in letter.body for letter in mail.outbox)
    assert len({letter.body for letter in mail.outbox}) == 4


@pytest.mark.parametrize("language", LANGUAGES)
def test_own_words_stay_as_written_and_open_the_letter_in_every_language(language: str) -> None:
    invited(*vesper(), language, words="Kom igjen, <Ingrid> & co!\nHilsen")
    send_due_letters()
    assert mail.outbox[0].body.startswith("Kom igjen, <Ingrid> & co!\nHilsen\n\nmarta@vesper.example\n\n----\n")
    assert "&lt;" not in mail.outbox[0].body


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_preview_is_the_letter_that_goes_out(language: str) -> None:
    brand, marta = vesper()
    invitation = invited(brand, marta, language, words="Come!")
    seen = preview(enrolment=invitation.enrolment, by=marta, words="Come!", language=language)
    send_due_letters()
    (letter,) = mail.outbox
    assert (seen.subject, seen.language) == (letter.subject, language)
    assert "\n".join(line for line in seen.body.splitlines() if "(the link" not in line) == "\n".join(
        line for line in letter.body.splitlines() if "/invitations/" not in line
    )


def test_the_page_that_writes_shows_the_letter_in_the_chosen_language_and_proposes_it_the_next_time() -> None:
    brand, marta = vesper()
    studio = as_user(marta)
    enrolments = [
        make_enrolment(brand, make_person(name), state="invited", email=f"{name[0]}@vesper.example")
        for name in ("Ada Amsel", "Bo Bird")
    ]
    pages = [f"/studio/vesper/invitations/write/{one.pk}/" for one in enrolments]
    assert '<option value="en" selected>English</option>' in read(studio, pages[0])
    shown = studio.post(pages[0], {"words": "Komm!", "language": "de"}).content.decode()
    assert '<div class="stack" lang="de" dir="auto">' in shown
    assert "Niemand schreibt dir deine Beiträge vor" in shown
    assert language_of(Brand.objects.get()) == "en"  # a look decides nothing
    studio.post(pages[0], {"words": "Komm!", "language": "de", "send": "1"})
    assert Invitation.objects.get().language == "de"
    assert '<option value="de" selected>German</option>' in read(studio, pages[1])
    other = make_brand(slug="nightjar")
    assert language_of(other) == "en"


def test_many_at_once_and_a_file_are_written_to_in_the_chosen_language_too() -> None:
    client, brand = steps.studio("marketer")
    one = make_enrolment(brand, make_person("Bo Bird"), state="invited", email="bo@vesper.example")
    form = {"do": "invite", "who": [one.pk], "scope": "ticked", "words": "", "language": "nl"}
    preview_page = client.post(f"/studio/{brand.slug}/people/bulk/", {**form, "preview": "1"})
    assert 'lang="nl"' in preview_page.content.decode()
    client.post(f"/studio/{brand.slug}/people/bulk/", form)
    assert BulkAct.objects.get().wishes["language"] == "nl"
    brand.refresh_from_db()
    assert language_of(brand) == "nl"
    file = steps.upload(client, brand, "Name,E-mail\nAnna Berg,anna@b.example\n")
    steps.choose(client, file)
    assert '<option value="nl" selected>Dutch</option>' in read(client, steps.address(file, "check/"))
    steps.start(client, file, invite="on", language="it")
    assert Invitation.objects.get(address="anna@b.example").language == "it"
    assert '<option value="it" selected>Italian</option>' in read(client, f"/studio/{brand.slug}/enrol/person/")


def test_a_language_that_no_letter_is_written_in_is_refused_and_one_that_went_gives_english() -> None:
    brand, marta = vesper()
    one = make_enrolment(brand, make_person("Bo Bird"), state="invited", email="bo@vesper.example")
    page = f"/studio/vesper/invitations/write/{one.pk}/"
    assert as_user(marta).post(page, {"words": "", "language": "../en", "send": "1"}).status_code == 422
    assert not Invitation.objects.exists()
    Brand.objects.update(letter_language="xx")
    brand.refresh_from_db()
    assert language_of(brand) == "en"
    invited(brand, marta, "de")
    Invitation.objects.update(language="xx")
    send_due_letters()
    assert language_header(mail.outbox[0]) == "en"


def test_who_uses_a_join_link_is_written_to_in_the_language_that_the_brand_chose_last() -> None:
    brand, marta = vesper()
    Brand.objects.update(letter_language="fr")
    terms = {"note": "", "team": None, "days": 9, "cap": 9}
    link = make_link(brand=brand, actor=marta, domain="vesper.example", needs_approval=False, **terms)  # type: ignore[arg-type]
    link.brand.refresh_from_db()
    ask_to_join(link=link, name="Ada Amsel", email="ada@vesper.example", title="")
    assert Invitation.objects.get().language == "fr"


def test_own_words_on_the_invitations_page_say_their_language_and_direction(client: Client) -> None:
    invitation = invited(*vesper(), "de", words="Komm mit!")
    page = read(client, address(invitation))
    assert '<blockquote class="words" lang="de" dir="auto"><p>Komm mit!</p></blockquote>' in page
    assert "Komm mit!" not in words(read(client, "/brands/vesper/"))
    assert Enrolment.objects.get().state == "invited"
