"""(g) Bytes, requests and DOM nodes of pages in Chromium, against budgets: whoever goes beyond them fails the run.

Bytes of text are counted compressed by gzip, whatever the copy at hand sends; fonts and pictures as they are.
"""

import gzip
import json
import shutil
import subprocess
from collections import Counter
from dataclasses import dataclass
from typing import Any

from tools.benching.bed import Bed
from tools.benching.copying import Copy
from tools.benching.rounds import Line
from tools.benching.servers import Failed

NAMES = ("chromium", "chromium-browser", "google-chrome")
TEXTS = {"document", "stylesheet", "script", "image/svg+xml"}
WIDTH, HEIGHT = 390, 844
# bytes after gzip, but for fonts and pictures
PUBLIC = {"html": 12_000, "css": 7_000, "js": 20_000, "fonts": 83_000, "no pictures": 120_000, "all": 350_000}
MOST_NODES = 900
MOST_SHIFT = 0.02  # cumulative layout shift
DESK = PUBLIC | {"html": 15_000, "css": 22_000}  # desk.css comes on top
_MEASURE = """() => ({
  nodes: document.querySelectorAll('*').length,
  shift: performance.getEntriesByType('layout-shift').reduce((sum, one) => sum + one.value, 0),
  links: [...document.querySelectorAll('a[href]')].map(one => one.getAttribute('href'))
})"""


@dataclass(frozen=True, slots=True)
class Weight:
    """What one page weighs."""

    bytes: dict[str, int]  # html, css, js, fonts, no pictures, all
    requests: int
    nodes: int
    shift: float
    links: list[str]

    def beyond(self, limits: dict[str, int]) -> list[str]:
        """Name what is beyond its budget."""
        found = [f"{k} {v:,} B of {limits[k]:,}" for k, v in self.bytes.items() if v > limits.get(k, v)]
        found += [f"{self.nodes} DOM nodes of {MOST_NODES}"] if self.nodes > MOST_NODES else []
        return found + ([f"layout shift {self.shift:.3f} of {MOST_SHIFT}"] if self.shift > MOST_SHIFT else [])


def weigh(answers: list[tuple[str, str, bytes]], measured: dict[str, Any]) -> Weight:
    """Return a page's weight. answers: (kind of resource, content type, body) of everything that it loaded."""
    sums: Counter[str] = Counter({"html": 0, "css": 0, "js": 0, "fonts": 0, "no pictures": 0, "all": 0})
    names = {"document": "html", "stylesheet": "css", "script": "js", "font": "fonts", "image": "pictures"}
    for kind, content, body in answers:
        packed = kind in TEXTS or content.split(";")[0] in TEXTS
        size = len(gzip.compress(body, 9, mtime=0)) if packed else len(body)
        sums[names.get(kind, "other")] += size
        sums["all"] += size
        sums["no pictures"] += size if kind != "image" else 0
    known = {name: sums[name] for name in ("html", "css", "js", "fonts", "no pictures", "all")}
    return Weight(known, len(answers), measured["nodes"], measured["shift"], measured["links"])


def measure(bed: Bed) -> bool:
    """Look at the demo's pages; return whether all are within their budgets."""
    browser = next(filter(None, map(shutil.which, NAMES)), None)
    if browser is None:
        bed.book.say("skipped: there is no Chromium")
        return True
    assert bed.database is not None  # noqa: S101 - the bed is made
    copy = Copy(bed.database)
    try:
        found = _look(copy, browser)
        _lighthouse(bed, copy.site)
    finally:
        copy.remove()
    bed.book.keep("g", "pages", {path: [w.bytes, w.requests, w.nodes, w.shift] for path, w in found.items()})
    good = True
    for path, weight in found.items():
        beyond = weight.beyond(DESK if path.startswith(("/desk/", "/home/")) else PUBLIC)
        good &= not beyond
        sizes = ", ".join(f"{name} {size / 1000:.1f}" for name, size in weight.bytes.items())
        figure = f"kB: {sizes}; {weight.requests} requests, {weight.nodes} nodes, shift {weight.shift:.3f}"
        against = "BEYOND: " + "; ".join(beyond) if beyond else "within its budgets"
        bed.book.line(Line("g", path, figure, against))
    return good


def _look(copy: Copy, browser: str) -> dict[str, Weight]:
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only where there is a browser

    found: dict[str, Weight] = {}
    with sync_playwright() as played:
        chromium = played.chromium.launch(executable_path=browser, args=["--no-sandbox", "--disable-dev-shm-usage"])
        brand = "/brands/vesper/"
        found["/"] = _weight(chromium, copy, "/")
        found[brand] = _weight(chromium, copy, brand)
        found[f"{brand}people/"] = _weight(chromium, copy, f"{brand}people/")
        links = found[brand].links
        for start in ("/people/", "/posts/"):
            path = next((link for link in links if link.startswith(start)), None)
            if path:
                found[path] = _weight(chromium, copy, path)
        found["/sign-in/login/"] = _weight(chromium, copy, "/sign-in/login/")
        state = _sign_in(chromium, copy)
        for path in ("/home/", "/desk/posts/", "/desk/my-page/"):
            found[path] = _weight(chromium, copy, path, state)
        chromium.close()
    return found


def _weight(chromium: Any, copy: Copy, path: str, state: Any = None) -> Weight:
    context = chromium.new_context(
        viewport={"width": WIDTH, "height": HEIGHT}, device_scale_factor=2, storage_state=state
    )
    page = context.new_page()
    answers: list[Any] = []
    page.on("response", lambda one: answers.append(one))  # noqa: PLW0108 - Playwright marks what it is given
    answer = page.goto(f"{copy.site}{path}", wait_until="networkidle")
    if answer.status != 200:
        raise Failed(f"{path} answers {answer.status}")
    measured = page.evaluate(_MEASURE)
    bodies = [(one.request.resource_type, one.headers.get("content-type", ""), one.body()) for one in answers]
    context.close()
    return weigh(bodies, measured)


def _sign_in(chromium: Any, copy: Copy) -> Any:
    address, password = copy.login()
    context = chromium.new_context()
    page = context.new_page()
    page.goto(f"{copy.site}/sign-in/login/")
    page.fill("#id_login", address)
    page.fill("#id_password", password)
    with page.expect_navigation(wait_until="networkidle"):
        page.press("#id_password", "Enter")
    state = context.storage_state()
    context.close()
    return state


def _lighthouse(bed: Bed, site: str) -> None:
    program = shutil.which("lighthouse")
    if program is None:
        bed.book.say("Lighthouse is not installed: its report is left out")
        return
    words = [program, f"{site}/brands/vesper/", "--output=json", "--quiet", "--chrome-flags=--headless --no-sandbox"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        bed.book.say("Lighthouse could not report")
        return
    scores = {name: one["score"] for name, one in json.loads(done.stdout)["categories"].items()}
    bed.book.keep("g", "lighthouse", scores)
    bed.book.line(Line("g", "Lighthouse, mobile", ", ".join(f"{k} {v * 100:.0f}" for k, v in scores.items())))
