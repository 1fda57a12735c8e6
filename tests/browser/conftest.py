"""A real Chromium, a live copy of the site with Vesper's rows, and an eye on everything that leaves it."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from brands.models import Brand
from tests.browser.vesper import vesper

# Playwright's loop runs in this thread, and Django then takes every query for one made inside async code
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
NAMES = ("chromium", "chromium-browser", "google-chrome")
expect.set_options(timeout=30_000)  # what never comes fails late; what comes late on a busy machine does not fail
CHROMIUM = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is here, and say where a browser is missing."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker("browser")
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason="no chromium on this machine"))


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Use the machine's own browser: Playwright downloads none."""
    return {"executable_path": CHROMIUM, "args": ["--no-sandbox", "--disable-dev-shm-usage"]}


@pytest.fixture
def site(live_server: LiveServer, settings: Any) -> str:
    """The address of a live copy whose Vesper has twelve people and three hundred posts."""
    settings.ALLOWED_HOSTS = ["*"]
    vesper(posts=300)
    assert Brand.objects.count() == 2
    return str(live_server.url)


class Watched:
    """What a page asked for and complained about."""

    def __init__(self) -> None:
        self.left: list[str] = []
        self.said: list[str] = []

    def hear(self, kind: str, text: str) -> None:
        """Note what the browser complains about; what it merely tells is no complaint."""
        if kind in {"error", "warning"}:
            self.said.append(f"{kind}: {text}")


@pytest.fixture
def open_page(browser: Browser, site: str) -> Iterator[Callable[..., tuple[Page, Watched]]]:
    """Open pages; every request is looked at, and none may leave the site."""
    contexts: list[BrowserContext] = []
    watched: list[Watched] = []

    def opened(**words: Any) -> tuple[Page, Watched]:
        context = browser.new_context(base_url=site, **words)
        context.set_default_timeout(60_000)
        contexts.append(context)
        seen = Watched()
        watched.append(seen)

        def look(route: Route) -> None:
            if route.request.url.startswith((site, "data:")):
                route.continue_()
            else:
                seen.left.append(route.request.url)
                route.abort()

        context.route("**/*", look)
        page = context.new_page()
        page.on("console", lambda message: seen.hear(message.type, message.text))
        page.on("pageerror", lambda error: seen.said.append(str(error)))
        return page, seen

    yield opened
    for context in contexts:
        context.close()
    assert [seen.left for seen in watched] == [[] for _ in watched]
    assert [seen.said for seen in watched] == [[] for _ in watched]


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core; evaluated, because our own policy refuses a script tag of another origin."""

    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
