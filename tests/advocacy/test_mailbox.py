"""The page with the mails of a local copy."""

import os
import re
from pathlib import Path

import pytest
from django.core import mail
from django.test import Client
from django.utils.html import escape
from pytest_django import Settings

from advocacy.mailbox import Mail, read_mails


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Path:
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path
    return tmp_path


_held: list[object] = []


def send(subject: str, *, at: int, folder: Path) -> None:
    """Send one mail and let its file be as old as the test needs it."""
    before = set(folder.iterdir())
    _held.append(connection := mail.get_connection())  # files are named by the second and the connection's id
    mail.send_mail(
        subject, f"Grüße, see https://example.org/{at}\n<b>bold</b>", None, ["amara@example.org"], connection=connection
    )
    for path in set(folder.iterdir()) - before:
        os.utime(path, (at, at))


def test_mails_are_listed_newest_first_with_their_words(folder: Path) -> None:
    send("First", at=1_000, folder=folder)
    send("Zweiter Gruß", at=2_000, folder=folder)
    assert [(m.subject, m.to) for m in read_mails(folder)] == [
        ("Zweiter Gruß", "amara@example.org"),
        ("First", "amara@example.org"),
    ]
    assert read_mails(folder)[0].body.strip() == "Grüße, see https://example.org/2000\n<b>bold</b>"
    assert len(read_mails(folder, limit=1)) == 1


def test_several_mails_of_one_connection_are_told_apart(folder: Path) -> None:
    with mail.get_connection() as connection:
        for number in range(3):
            mail.EmailMessage(f"No. {number}", "words", to=["amara@example.org"], connection=connection).send()
    assert [m.subject for m in read_mails(folder)] == ["No. 2", "No. 1", "No. 0"]


@pytest.mark.django_db
def test_the_page_shows_links_and_escapes_the_rest(folder: Path, client: Client) -> None:
    send("A <script> in the subject", at=1_000, folder=folder)
    page = client.get("/mail/").content.decode()
    assert "A &lt;script&gt; in the subject" in page
    assert '<a href="https://example.org/1000" rel="nofollow">' in page
    assert "&lt;b&gt;bold&lt;/b&gt;" in page


@pytest.mark.django_db
def test_each_mail_is_folded_behind_who_wrote_what_and_when_and_the_newest_is_open(
    folder: Path, client: Client
) -> None:
    with mail.get_connection() as connection:
        for number in (1, 2, 3):
            mail.EmailMessage(f"No. {number}", "words", to=["amara@example.org"], connection=connection).send()
    page = client.get("/mail/").content.decode()
    folds = re.findall(r'<details class="panel mail"( open)?>\s*<summary>(.*?)</summary>', page, re.DOTALL)
    assert [bool(is_open) for is_open, _ in folds] == [True, False, False]
    newest = read_mails(folder, limit=1)[0]
    assert newest.sender
    for part in ("No. 3", escape(newest.sender), newest.to, newest.sent):
        assert part in folds[0][1]


@pytest.mark.django_db
def test_an_empty_folder_is_told_in_words(folder: Path, client: Client) -> None:
    assert "There is none yet." in client.get("/mail/").content.decode()


def send_letter(html: str, folder: Path) -> Mail:
    """Send a letter with both parts; return it as the page has it."""
    letter = mail.EmailMultiAlternatives("Ingrid, this week", "One.\n\nTwo.", to=["amara@example.org"])
    letter.attach_alternative(html, "text/html")
    letter.send()
    return read_mails(folder, limit=1)[0]


@pytest.mark.django_db
def test_a_letter_stands_there_as_a_mail_program_shows_it_and_its_text_keeps_its_paragraphs(
    folder: Path, client: Client
) -> None:
    letter = send_letter("<!DOCTYPE html><html><head></head><body><h1>Ingrid</h1></body></html>", folder)
    page = client.get("/mail/")
    assert f'src="/mail/{letter.key}/"' in page.content.decode()
    assert "<p>One.</p>\n\n<p>Two.</p>" in page.content.decode()
    assert "frame-src 'self'" in page["Content-Security-Policy"]
    shown = client.get(f"/mail/{letter.key}/")
    assert shown.content.decode().strip() == (
        '<!DOCTYPE html><base target="_top"><html><head></head><body><h1>Ingrid</h1></body></html>'
    )
    assert shown["X-Frame-Options"] == "SAMEORIGIN"


@pytest.mark.django_db
def test_whatever_a_letter_holds_runs_and_sends_nothing(folder: Path, client: Client) -> None:
    letter = send_letter("<script>alert(1)</script><form action=//else.example/><img src=//else.example/>", folder)
    policy = client.get(f"/mail/{letter.key}/")["Content-Security-Policy"]
    rules = {name: words for name, _, words in (rule.partition(" ") for rule in policy.split("; "))}
    assert rules["sandbox"] == "allow-top-navigation-by-user-activation"  # no scripts, forms, popups, same origin
    assert rules["default-src"] == rules["form-action"] == "'none'"
    assert "else.example" not in policy
    assert "script-src" not in rules
    assert 'sandbox="allow-top-navigation-by-user-activation"' in client.get("/mail/").content.decode()


@pytest.mark.django_db
def test_an_address_of_no_letter_is_404(folder: Path, client: Client) -> None:
    letter = send_letter("<p>Ingrid</p>", folder)
    send("Text alone", at=2_000, folder=folder)
    (text,) = (one for one in read_mails(folder) if not one.html)
    (folder / "secret.txt").write_text("<p>no</p>")
    for key in (text.key, f"{letter.key}1", f"{letter.key.rpartition('-')[0]}", "secret-0", "..%2fsecret-0", "x"):
        assert client.get(f"/mail/{key}/").status_code == 404, key
    assert client.get(f"/mail/{letter.key}/").status_code == 200
    assert client.post(f"/mail/{letter.key}/").status_code == 405


def test_a_mail_keeps_its_address_when_more_come(folder: Path) -> None:
    with mail.get_connection() as connection:
        mail.EmailMessage("One", "words", to=["amara@example.org"], connection=connection).send()
        (one,) = read_mails(folder)
        mail.EmailMessage("Two", "words", to=["amara@example.org"], connection=connection).send()
    assert [(m.subject, m.key == one.key) for m in read_mails(folder)] == [("Two", False), ("One", True)]
