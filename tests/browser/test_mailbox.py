"""The mails of a local copy in a real browser: a letter shows as in a mail program, and nothing in it acts."""

from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

pytestmark = pytest.mark.django_db(transaction=True)
HTML = """<!DOCTYPE html><html><head><style>h1 { color: rgb(1, 2, 3) }</style></head><body><h1>Ingrid, this week</h1>
<script>document.querySelector("h1").textContent = "Changed"; top.location = "https://else.example/"</script>
<img src="https://else.example/pixel.png" alt=""><form action="https://else.example/"><button>Send</button></form>
<p><a href="SITE/livez">Read everything</a></p></body></html>"""


def test_a_letter_shows_as_it_is_drawn_and_its_links_leave_the_frame(
    browser: Browser, live_server: LiveServer, settings: Any, tmp_path: Path
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH, settings.SITE_URL, settings.ALLOWED_HOSTS = tmp_path, live_server.url, ["*"]
    letter = mail.EmailMultiAlternatives("This week", "One.\n\nTwo.", to=["lea@example.org"])
    letter.attach_alternative(HTML.replace("SITE", live_server.url), "text/html")
    with mail.get_connection() as connection:
        older = mail.EmailMessage("Yesterday", "Words of yesterday.", to=["lea@example.org"])
        connection.send_messages([older, letter])
    context = browser.new_context(base_url=live_server.url, viewport={"width": 390, "height": 844})
    page = context.new_page()
    asked: list[str] = []
    page.on("requestfinished", lambda request: asked.append(request.url))
    page.goto("/mail/")
    frame = page.frame_locator("iframe")
    heading = frame.get_by_role("heading", name="Ingrid, this week")
    expect(heading).to_have_css("color", "rgb(1, 2, 3)")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    before = page.get_by_text("Words of yesterday.")
    expect(before).to_be_hidden()
    page.get_by_role("heading", name="Yesterday").click()
    expect(before).to_be_visible()
    page.get_by_text("The same as plain text").click()
    expect(page.locator(".mail").first.locator(".plain-part p")).to_have_text(["One.", "Two."])
    frame.get_by_role("button", name="Send").click()
    expect(heading).to_be_visible()
    frame.get_by_role("link", name="Read everything").click()
    page.wait_for_url("**/livez")
    assert [url for url in asked if not url.startswith(live_server.url)] == []
    context.close()
