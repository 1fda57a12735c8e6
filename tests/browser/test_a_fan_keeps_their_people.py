"""The whole way of a fan, in a real browser: from a phone and no account to an account, with three people of a brand.

One of the three leaves the brand, and the fan keeps reading them. One is erased, and nothing of them is left. The
letters go through the real code and a mail server; only the hours until a Sunday are skipped.
"""

import datetime as dt
import re
import time
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings as site_settings
from django.utils import timezone
from playwright.sync_api import Page, expect

from brands import outlets
from brands.feed import rebuild_feed
from brands.models import Brand, Enrolment, ShownAccount
from people import erasing, faces, follow_requests
from people.letters.opening import write_opening
from people.models import Account, Fan, Follow, Letter, Person, Post, User
from people.networks.types import ELSEWHERE
from people.rendering import words_html
from people.tasks import leave_letters, send_letters
from tests.browser.test_leaving import PASSWORD, sign_in
from tests.factories import make_account, make_post, make_role, make_user
from tests.people.erasing import scene
from tests.people.letters.conftest import postbox
from tests.people.letters.postbox import Postbox
from tests.people.pictured import png

__all__ = ["postbox"]
pytestmark = pytest.mark.django_db(transaction=True)
Open = Callable[..., tuple[Page, Any]]
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
LEA = "lea@example.org"
VIENNA = ZoneInfo("Europe/Vienna")
INGRID, OSKAR, MEILIN = "Ingrid Solbakk", "Oskar Brandl", "Mei-Lin Hartmann"
SAID = "I shovelled the whole of platform four, and my flask is empty."
OPENING = "Six nights, four moons of snow.\n\nWrite to me about yours."
FAREWELL = "Off to the mountains, with the kettle."
OF_BRAND = (
    *("first page", "brand page", "people list", "choosing among people", "brand feed", "people files"),
    *("API people list", "API brand posts"),
)
SECONDS = 5.0  # within which a brand's outlets forget somebody


@pytest.fixture
def copy(site: str, postbox: Postbox, settings: Any, tmp_path: Path) -> str:
    """The site with a mail server, kept pages and files of its own; Oskar also says things here, Mei-Lin writes."""
    settings.SITE_URL, settings.PAGE_CACHE_MB, settings.PART_CACHE_MB = site, 8, 8
    settings.API_PER_MINUTE = 10_000
    settings.DATA_DIR, settings.MEDIA_ROOT = tmp_path, tmp_path / "media"
    for slug in ("ingrid", "oskar", "meilin"):
        user = make_user(f"{slug}@example.org", PASSWORD)
        user.emailaddress_set.create(email=user.email, verified=True, primary=True)
        Person.objects.filter(slug=slug).update(user=user)
    oskar = Person.objects.get(slug="oskar")
    faces.set_portrait(oskar, png("teal"), "Oskar with a broom", actor=oskar.user)
    enrolment = Enrolment.objects.select_related("brand").get(person=oskar)
    here = make_account(oskar, network=ELSEWHERE, handle="")
    ShownAccount.objects.create(enrolment=enrolment, account=here, shows="all", since=here.page_from)
    make_post(here, SAID, html=words_html(SAID, []), published_at=timezone.now())  # a Sunday's letter may be at hand
    rebuild_feed(enrolment.brand)
    meilin = Person.objects.get(slug="meilin")
    write_opening(person=meilin, words=OPENING, answers_to=meilin.user.email, actor=meilin.user)
    owner = make_user("owner@nightjar.example")
    make_role(owner, Brand.objects.get(slug="nightjar"))
    Person.objects.filter(slug="outside").update(user=owner)
    bela = Fan.objects.create(user=make_user("bela@example.org"), rhythm="never")
    Follow.objects.bulk_create(Follow(fan=bela, person=one) for one in (oskar, Person.objects.get(slug="ingrid")))
    return site


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_three_people_followed_from_a_phone_are_kept_when_one_leaves_and_gone_when_one_is_erased(
    open_page: Open, copy: str, postbox: Postbox, monkeypatch: Any, tmp_path: Path, axe: str, script: bool
) -> None:
    phone, _ = open_page(viewport=PHONE, java_script_enabled=script, timezone_id="Europe/Vienna")
    _follow_from_a_card_and_confirm(phone, postbox)
    _follow_from_a_page_and_a_post(phone)
    _read_home(phone)
    letter = _sunday(postbox, monkeypatch)
    if script:
        _read_letter(open_page, letter, tmp_path, axe)
    phone.context.clear_cookies()
    _come_back_by_the_letter(phone, letter)
    _make_an_account(phone, postbox)
    desk, _ = open_page(viewport=DESK, java_script_enabled=script)
    if script:
        _outsiders_find_nothing(open_page)
    _ingrid_leaves(desk, phone, postbox)
    _oskar_is_erased(desk, phone, monkeypatch, tmp_path)
    another, _ = open_page(viewport=DESK, java_script_enabled=script, color_scheme="dark")
    _enter_by_a_code(another, "/home/people/", postbox)
    expect(another.locator("main li b")).to_have_text([MEILIN, INGRID])


def _follow_from_a_card_and_confirm(page: Page, postbox: Postbox) -> None:
    """No account, an address, a letter with one link, a page with one button; nothing before it is pressed."""
    page.goto("/brands/vesper/people/")
    page.get_by_role("link", name=f"Follow {INGRID}", exact=True).click()
    page.get_by_label("E-mail").fill(LEA)
    if page.get_by_label("Your time zone").input_value() == "UTC":
        page.get_by_label("Your time zone").select_option("Europe/Vienna")
    page.get_by_role("button", name="Send me the link").click()
    expect(page.get_by_role("heading", name="A letter is next")).to_be_visible()
    assert follow_requests.send_due() == 1
    (letter,) = postbox.letters
    assert (letter["To"], letter["Subject"]) == (LEA, f"Follow {INGRID}?")
    link, foot = re.findall(r"http\S+", letter.get_content())
    assert foot == site_settings.SITE_URL
    page.goto(link)
    page.reload()  # as a scanner of a mail server does
    assert not User.objects.filter(email=LEA).exists()
    expect(page.locator("main button")).to_have_count(1)
    expect(page.locator("main form")).to_have_attribute("method", "post")
    page.get_by_role("button", name="Yes, follow Ingrid").click()
    expect(page.get_by_role("heading", name="Whom you follow")).to_be_visible()
    assert page.request.get(link).status == 404


def _follow_from_a_page_and_a_post(page: Page) -> None:
    """Whoever confirmed once follows with one click."""
    post = Post.objects.filter(person__slug="meilin").latest("published_at")
    for address, name in (("/people/oskar/", OSKAR), (f"/posts/{post.pk}/", MEILIN)):
        page.goto(address)
        page.get_by_role("button", name=f"Follow {name}", exact=True).first.click()
        pressed = page.get_by_role("button", name=f"Following {name}").first
        expect(pressed).to_have_attribute("aria-pressed", "true")
    followed = Follow.objects.filter(fan__user__email=LEA).values_list("person__name", flat=True)
    assert set(followed) == {INGRID, OSKAR, MEILIN}


def _read_home(page: Page) -> None:
    """The three, and nobody else."""
    page.goto("/home/")
    expect(page.get_by_text(SAID)).to_be_visible()
    expect(page.get_by_role("link", name="Whom you follow, and your letters")).to_be_in_viewport()  # above all posts
    names = set(page.locator("#feed > article > header h3").all_text_contents())
    assert {INGRID, OSKAR, MEILIN} >= names > {OSKAR}
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.get_by_label("Whose words").select_option(label=MEILIN)
    page.get_by_role("button", name="Show").click()
    expect(page.locator("#feed > article h3").first).to_have_text(MEILIN)


def _sunday(postbox: Postbox, monkeypatch: Any) -> EmailMessage:
    """Let it be eight o’clock of the next Sunday in Vienna, and let the workers work; return the fan's letter."""
    now = timezone.now().astimezone(VIENNA)
    day = now.date() + dt.timedelta(days=(6 - now.weekday()) % 7)
    sunday = dt.datetime.combine(day, dt.time(8, 0, 5), VIENNA)
    sunday = sunday if sunday > now else dt.datetime.combine(day + dt.timedelta(days=7), dt.time(8, 0, 5), VIENNA)
    with monkeypatch.context() as patched:
        patched.setattr("django.utils.timezone.now", lambda: sunday.astimezone(dt.UTC))
        assert leave_letters() == 1
    assert Letter.objects.get().fan.user.email == LEA
    (letter,) = _sent(postbox)
    assert _sent(postbox) == []
    assert letter["To"] == LEA
    return letter


def _sent(postbox: Postbox) -> list[EmailMessage]:
    """Let the hours until the letters that were left pass; return what the mail server then got."""
    before, past = len(postbox.letters), timezone.now() - dt.timedelta(seconds=1)
    Letter.objects.filter(state="due").update(next_due_at=past, late_after=past + dt.timedelta(days=1))
    send_letters()
    return postbox.letters[before:]


def _read_letter(open_page: Open, letter: EmailMessage, folder: Path, axe: str) -> None:
    """Look at the letter in a browser, and read its plain text: both say the same."""
    plain, html = letter.get_body(("plain",)), letter.get_body(("html",))
    assert plain is not None
    assert html is not None
    text = plain.get_content()
    for words in (INGRID, OSKAR, MEILIN, SAID, "Six nights, four moons of snow.", "meilin@example.org"):
        assert words in text
    assert text.index(MEILIN) < text.index(OSKAR)  # who wrote lines of their own stands first
    assert "Vesper" not in re.sub(r"\S*_vesper\S*", "", text)
    for width, scheme in ((390, "light"), (390, "dark"), (1280, "light"), (1280, "dark")):
        page, _ = open_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
        page.set_content(html.get_content())
        page.wait_for_load_state("networkidle")
        expect(page.get_by_role("heading", level=2)).to_contain_text([MEILIN])
        expect(page.get_by_text(SAID)).to_be_visible()
        expect(page.get_by_role("link", name=re.compile(r"on X, \w{3} \d+ \w{3}, \d\d:\d\d$")).first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate("[...document.images].map(one => one.naturalWidth > 0)") == [True, True]
        page.evaluate(axe)
        result = page.evaluate("axe.run()")
        assert [(rule["id"], [n["html"][:160] for n in rule["nodes"]]) for rule in result["violations"]] == []
        page.screenshot(path=folder.parent / f"letter-{width}-{scheme}.png", full_page=True)
        page.close()


def _come_back_by_the_letter(page: Page, letter: EmailMessage) -> None:
    """The letter's way in opens /home/ with one button, in a browser that knew nothing."""
    html = letter.get_body(("html",))
    assert html is not None
    way = re.search(r'class="go" href="([^"]+)"', html.get_content())
    assert way
    page.goto(way[1])
    page.get_by_role("button", name="Read what they said").click()
    expect(page.get_by_role("heading", name="What your people say")).to_be_visible()
    expect(page.get_by_text(SAID)).to_be_visible()


def _make_an_account(page: Page, postbox: Postbox) -> None:
    """A code by mail makes it an account; whom they follow is kept."""
    assert page.request.get("/home/account/", max_redirects=0).status == 302
    page.goto("/home/people/")
    page.get_by_role("link", name="Sign in by a code").click()
    page.locator("main [name=email]").fill(LEA)
    page.locator("main form button").first.click()
    _give_the_code(page, postbox)
    page.wait_for_url("**/home/people/")
    expect(page.locator("main li b")).to_have_count(3)
    page.goto("/home/account/")
    expect(page.get_by_text(f"As {LEA}, by a code")).to_be_visible()


def _enter_by_a_code(page: Page, wanted: str, postbox: Postbox) -> None:
    page.goto(wanted)
    page.locator("#code_email").fill(LEA)
    page.get_by_role("button", name="Send me a code").click()
    _give_the_code(page, postbox)
    page.wait_for_url(f"**{wanted}")


def _give_the_code(page: Page, postbox: Postbox) -> None:
    page.locator("[name=code]").wait_for()
    body = postbox.letters[-1].get_body(("plain",))
    assert body is not None
    code = re.search(r"^    (\S+)\s*$", body.get_content(), re.MULTILINE)
    assert code
    page.locator("[name=code]").fill(code[1])
    page.get_by_role("button", name="Go on").click()


def _outsiders_find_nothing(open_page: Open) -> None:
    """Another fan, another brand's owner and a stranger open neither desk, studio nor list of somebody else."""
    place = Enrolment.objects.get(person__slug="ingrid", brand__slug="vesper").pk
    ingrid, lea = Person.objects.get(slug="ingrid"), Follow.objects.filter(fan__user__email=LEA, muted=False)
    assert lea.count() == 3
    desk = f"/desk/appearances/{place}/leaving/"
    studio = ("/studio/vesper/people/", f"/studio/vesper/people/{place}/", "/studio/vesper/reports/")
    # a desk is shut to whoever is nobody's person, whatever they ask for
    for who, at_desk in (("bela@example.org", 403), ("owner@nightjar.example", 404), ("", 302)):
        page, _ = open_page()
        if who:
            sign_in(page, User.objects.get(email=who))
        assert page.request.get(desk, max_redirects=0).status == at_desk
        found = [page.request.get(address, max_redirects=0).status for address in studio]
        assert found == [404 if who else 302] * 3, who
        for ending in ("json", "opml"):
            answer = page.request.get(f"/home/people/mine.{ending}", max_redirects=0)
            assert (answer.status, MEILIN in answer.text(), LEA in answer.text()) == (200 if who else 302, False, False)
        token = {"csrfmiddlewaretoken": _token(page), "do": "unfollow"}
        page.request.post(f"/home/people/{ingrid.pk}/", form=token, max_redirects=0)
        page.close()
    assert lea.count() == 3


def _token(page: Page) -> str:
    page.goto("/people/meilin/follow/")
    found = page.locator("[name=csrfmiddlewaretoken]").first.get_attribute("value")
    assert found
    return found


def _ingrid_leaves(desk: Page, phone: Page, postbox: Postbox) -> None:
    """She leaves at her desk: the brand forgets her at once, the fan goes on reading her and was told once."""
    ingrid = Person.objects.get(slug="ingrid")
    post = Post.objects.filter(person=ingrid, kind="post").latest("published_at")
    kinds = outlets.addresses(post)
    of_brand = [one for kind in OF_BRAND for one in kinds[kind]] + ["/brands/vesper/people/?q=Solbakk"]
    of_hers = [one for kind, several in kinds.items() if kind not in (*OF_BRAND, "sitemap") for one in several]
    knew = [one for one in of_brand if INGRID in _read(desk, one)]
    assert {"/brands/vesper/", "/brands/vesper/people/", "/brands/vesper/follow/"} < set(knew)
    sign_in(desk, User.objects.get(email="ingrid@example.org"))
    desk.goto(f"/desk/appearances/{Enrolment.objects.get(person=ingrid).pk}/leaving/")
    desk.get_by_label("What your followers read").fill(FAREWELL)
    desk.get_by_role("button", name="Leave Vesper").click()
    left = time.monotonic()
    desk.wait_for_load_state()
    desk.context.clear_cookies()
    _forgotten(desk, of_brand, (INGRID, "/people/ingrid/", "ingrid_vesper"), since=left)
    for address in of_hers:
        assert "/brands/vesper/" not in _read(desk, address), address
    assert INGRID in _read(desk, "/people/ingrid/")
    phone.goto("/home/?who=ingrid")
    expect(phone.locator("#feed > article h3").first).to_have_text(INGRID)
    assert phone.locator("#feed a[href^='/brands/vesper/']").count() == 0
    leave_letters()
    told = _sent(postbox)
    for _ in range(2):
        leave_letters()
        assert _sent(postbox) == []
    assert [(one["To"], one["Subject"]) for one in told] == [(LEA, f"{INGRID} has left Vesper")]
    text = told[0].get_body(("plain",))
    assert text is not None
    assert FAREWELL in text.get_content()


def _oskar_is_erased(desk: Page, phone: Page, monkeypatch: Any, folder: Path) -> None:
    """He erases himself: nothing of him is left for the fan, on any outlet, in any row, file or cache."""
    oskar = Person.objects.select_related("user").get(slug="oskar")
    posts = list(Post.objects.filter(person=oskar).order_by("pk"))
    posts = [*posts[:2], posts[-1]]  # of each kind: an answer, one from X, one said here
    places = {one for post in posts for several in outlets.addresses(post).values() for one in several}
    places |= {"/brands/vesper/people/?q=Brandl", "/brands/vesper/people/?q=shovelled", "/sitemap.xml"}
    own = {f"/posts/{post.pk}/" for post in posts} | {"/people/oskar/", "/people/oskar/follow/"}
    marks = ("brandl", "oskar_vesper", "oskar@", "people/oskar", "shovelled", "with a broom", *_remote_ids(oskar))
    monkeypatch.setattr(scene, "MARKS", marks)
    assert {"people.Person.name", "people.Post.text", "people.User.email"} <= set(scene.left(folder))
    sign_in(desk, oskar.user)
    desk.goto("/desk/settings/erase/")
    desk.get_by_label("Your name").fill(OSKAR)
    desk.get_by_role("button", name="Erase me for good").click()
    asked = time.monotonic()
    expect(desk.get_by_role("heading", name="You are being erased")).to_be_visible()
    assert erasing.carry_on() == 1
    desk.get_by_role("link", name="Look again").click()
    expect(desk.get_by_role("heading", name="Everything is gone")).to_be_visible()
    desk.context.clear_cookies()
    _forgotten(desk, sorted(places), (OSKAR, "oskar_vesper", SAID), since=asked)
    assert {desk.request.get(one).status for one in own} <= {404, 410}
    for address in ("/home/", "/home/people/", "/home/people/mine.json", "/home/people/mine.opml"):
        words = phone.request.get(address).text()
        assert (OSKAR in words, SAID in words) == (False, False), address
        assert MEILIN in words
    phone.goto("/home/")
    expect(phone.get_by_label("Whose words")).not_to_contain_text(OSKAR)
    assert scene.left(folder) == []


def _remote_ids(person: Person) -> list[str]:
    found = Account.objects.filter(person=person, network="x").values_list("remote_id", flat=True)
    return [*map(str, found), *Post.objects.filter(person=person).values_list("remote_id", flat=True)]


def _read(page: Page, address: str) -> str:
    """Read an address as a stranger's program does."""
    answer = page.request.get(address)
    assert answer.status in {200, 404, 410}, address
    return answer.body().decode(errors="replace")


def _forgotten(page: Page, addresses: list[str], marks: tuple[str, ...], *, since: float) -> None:
    """Read addresses until none of them shows a mark; none that was asked for after the given seconds may."""
    left = {address: list(marks) for address in addresses}
    while left:
        began = time.monotonic()
        words = {address: _read(page, address) for address in left}
        left = {one: shown for one, text in words.items() if (shown := [mark for mark in marks if mark in text])}
        assert not left or began - since < SECONDS, left
