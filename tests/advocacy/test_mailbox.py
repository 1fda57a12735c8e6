"""The page with the mails of a local copy."""

import os
from pathlib import Path

import pytest
from django.core import mail
from django.test import Client
from pytest_django import Settings

from advocacy.mailbox import read_mails


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Path:
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path
    return tmp_path


def send(subject: str, *, at: int, folder: Path) -> None:
    """Send one mail and let its file be as old as the test needs it."""
    before = set(folder.iterdir())
    mail.send_mail(subject, f"Grüße, see https://example.org/{at}\n<b>bold</b>", None, ["amara@example.org"])
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
def test_an_empty_folder_is_told_in_words(folder: Path, client: Client) -> None:
    assert "There is none yet." in client.get("/mail/").content.decode()
