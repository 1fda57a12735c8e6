"""A whole copy with its real worker: an evening on a phone, another one on a wide screen, and a killed worker.

The demo's people, the pretend network, a browser: nothing here is told to the site but by its pages, only the hours
after a crash are skipped in the database.
"""

import datetime as dt
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, expect

from tests.advocacy.test_up import Copy, free_port
from tests.people.pictured import png

pytestmark = pytest.mark.copy
LONG = "Week one of the winter timetable and the Brenner is already showing off. " * 5
ENTER = """
from django.conf import settings
from django.test import Client
from people.models import User
client = Client()
client.force_login(User.objects.get(email="{email}"))
print(settings.SESSION_COOKIE_NAME, client.cookies[settings.SESSION_COOKIE_NAME].value)
"""
LATER = """
from datetime import timedelta
from django.utils import timezone
from people.models import Delivery
then = timezone.now() - timedelta(hours=1)
print(Delivery.objects.filter(state="sending").update(lease_until=then, next_due_at=then))
"""


class Demo(Copy):
    """A copy that fills itself with the demo, as `make run` does on an empty folder."""

    def start(self) -> "Demo":
        """Start it and wait until it says that it is ready, with its people."""
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "up"], cwd=settings.BASE_DIR, env=self.env, stdout=log, stderr=log
            )
        until(lambda: "Ctrl-C stops it." in self.log.read_text(), seconds=240, why=self.log.read_text)
        return self

    def enter(self, page: Page, email: str) -> None:
        """Sign somebody in."""
        name, value = self.manage("shell", "-v0", "-c", ENTER.format(email=email)).split()
        page.context.add_cookies([{"name": name, "value": value, "url": f"http://localhost:{self.port}"}])

    def kill_workers(self) -> int:
        """Kill the processes that do the worker's work, in the middle of it; return how many."""
        worker = json.loads((self.data_dir / "run.json").read_text())["pids"]["worker"]
        children = Path(f"/proc/{worker}/task/{worker}/children").read_text().split()
        for child in children:
            os.kill(int(child), signal.SIGKILL)
        return len(children)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    made = Demo(tmp_path_factory.mktemp("own-words") / "copy", free_port())
    yield made.start()
    if made.process and made.process.poll() is None:
        made.end(signal.SIGTERM)


def until(true: Any, *, seconds: float, why: Any = str) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, why()
        time.sleep(0.5)


class Writer:
    """Somebody at their desk."""

    def __init__(self, demo: Demo, page: Page, email: str, name: str) -> None:
        self.page, self.name = page, name
        demo.enter(page, email)

    def link(self) -> str:
        """Link X by the network's consent page; return the handle."""
        page = self.page
        page.goto("/desk/accounts/")
        page.get_by_role("link", name="Link it").first.click()
        page.get_by_label(f"{self.name} (@").check()
        page.get_by_role("button", name="Allow", exact=True).click()
        page.get_by_role("button", name="Yes, link").click()
        said = page.get_by_text("on X is linked.").text_content() or ""
        return str(re.findall(r"@(\w+)", said)[0])

    def plan(self, shorter: str) -> None:
        """Two pictures with their descriptions, X's shorter version, tomorrow at half past six in Vienna."""
        page = self.page
        page.goto("/desk/write/")
        page.get_by_label("Your words").fill(LONG)
        page.get_by_text("too many for X.").wait_for()
        page.get_by_text("Saved as a draft").wait_for()
        files: list[Any] = [
            {"name": f"{c}.png", "mimeType": "image/png", "buffer": png(c, (600, 400))} for c in ("teal", "navy")
        ]
        page.get_by_label("Add pictures").set_input_files(files)
        page.get_by_label("Describe picture 2").fill("Snow on the peaks.")
        page.get_by_label("Describe picture 1").fill("View from the cab.")
        page.get_by_role("button", name="Write a shorter version for X").click()
        page.get_by_label("Words for X").fill(shorter)
        page.get_by_label("At a time I choose").check()
        tomorrow = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=1)
        page.get_by_label("Day and time").fill(f"{tomorrow}T06:30")
        page.get_by_label("Time zone").select_option("Europe/Vienna")
        self.send()
        page.get_by_text("at 06:30 in Vienna").wait_for()
        page.goto(f"/desk/calendar/{tomorrow}/")
        page.get_by_role("link", name=re.compile(f"06:30 {shorter[:12]}")).wait_for()

    def send(self, text: str = "") -> None:
        if text:
            self.page.goto("/desk/write/")
            self.page.get_by_label("Your words").fill(text)
        self.page.get_by_role("button", name="Send it").click()

    def take_back(self, text: str) -> None:
        """Send, and take it back within its thirty seconds."""
        self.send(text)
        self.page.get_by_role("button", name="Take it back").click()
        self.page.get_by_text("Taken back: it does not go out.").wait_for()
        expect(self.page.get_by_label("Your words")).to_have_value(text)

    def say(self, text: str, slug: str) -> None:
        """Send, wait for the worker, and see it on the pages that everybody sees."""
        self.send(text)
        self.page.get_by_text("Your post goes out on X in").wait_for()
        until(lambda: self.shows("/desk/outgoing/", "published") and self.shows(f"/people/{slug}/", text), seconds=90)
        until(lambda: self.shows("/brands/vesper/", text), seconds=30)

    def shows(self, address: str, text: str) -> int:
        """Return how often a page shows words."""
        self.page.goto(address)
        return self.page.get_by_text(text).count()


@pytest.fixture
def open_at(browser: Browser, demo: Demo, axe: str) -> Iterator[Any]:
    contexts = []

    def opened(width: int) -> Page:
        context = browser.new_context(
            base_url=f"http://localhost:{demo.port}", viewport={"width": width, "height": 900}, java_script_enabled=True
        )
        context.set_default_timeout(60_000)
        contexts.append(context)
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()


SAID = "Top of the Brenner at four, forty centimetres of new snow, and the kettle is on."


def test_an_evening_with_a_real_worker_that_is_killed_in_mid_send(demo: Demo, open_at: Any) -> None:
    ingrid = Writer(demo, open_at(390), "ingrid@vesper.example", "Ingrid Solbakk")
    handle = ingrid.link()
    ingrid.plan("Winter, week one: snow, a broom, and four minutes early.")
    ingrid.take_back("Said too soon, as one does at night.")
    ingrid.say(SAID, "ingrid-solbakk")

    kofi = Writer(demo, open_at(1280), "kofi@vesper.example", "Kofi Lindqvist")
    kofi.link()
    kofi.send(SAID)
    kofi.page.get_by_text("This is nearly what a colleague said").first.wait_for()
    assert kofi.shows("/desk/outgoing/", "Nothing is planned.") == 1
    kofi.plan("Eleven coaches in nine minutes, and somebody timed us.")
    kofi.take_back("Too much about mops for one evening.")
    kofi.say("Clean carriages are quiet: nobody thanks the floor, and that is how we know.", "kofi-lindqvist")

    demo.manage("sandbox", "fault", "post", "--delay", "25", "--after", "--times", "1")
    cut = "The worker dies in the middle of this sentence, and there is still only one of it."
    ingrid.send(cut)
    until(lambda: ingrid.shows("/desk/outgoing/", "being sent"), seconds=75)
    assert demo.kill_workers()
    assert demo.manage("shell", "-v0", "-c", LATER).strip() == "1"
    until(lambda: ingrid.shows("/desk/outgoing/", "published") == 2, seconds=120)
    assert ingrid.shows(f"/sandbox/{handle}/", cut) == 1
    assert ingrid.shows("/people/ingrid-solbakk/", cut) == 1
