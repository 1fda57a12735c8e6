"""The whole way in a real browser: a messy staff list, a letter to each person, their answers, and what a fan sees."""

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from playwright.sync_api import Page, expect

from brands import outlets, tasks
from brands.models import Enrolment, ImportRow
from brands.opening import open_brand
from people.models import Post
from people.tasks import look_for_proofs, sync_due
from tests.sandbox_copy import SandboxCopy

pytestmark = pytest.mark.django_db(transaction=True)
Open = Callable[..., tuple[Page, Any]]

PHONE = {"width": 390, "height": 844}
STUDIO = "/studio/aurora/"
OWNER = "owner@aurora.example"
INGRID, OSKAR, AMARA = "ingrid@aurora.example", "oskar@aurora.example", "amara@aurora.example"
HEADER = "First name,Last name,E-mail,Job title,Team,Place,Topics,X handle,Here since,Salary\n"
# Rows 5 to 12 of the spreadsheet have eight different errors; row 13 is well
MESSY = HEADER + "".join(
    f"{row},50000\n"
    for row in (
        f"Ingrid,Vik,{INGRID},Night train driver,,Villach,trains; night,@ingrid,2004-04-03",
        f"Oskar,Lund,{OSKAR},Apprentice,,Innsbruck,,,",
        f"Amara,Bello,{AMARA},Sleeper host,,Vienna,,,",
        "Yusuf,Çelik,yusuf.aurora.example,Chef,,Linz,,,",
        "Noor,van Dalen,,Carriage designer,,Utrecht,,,",
        ",,mateus@aurora.example,Track inspector,,Guarda,,,",
        f"Lucía,Ferrán,{OSKAR},Passenger care,,Barcelona,,,",
        "Henrik,Aalto,henrik@aurora.example,Signal engineer,,Tampere,,https://somewhere.example/henrik,",
        "Zeynep,Aydın,zeynep@aurora.example,Accessibility lead,,Linz,,,in spring",
        "Kofi,Lindqvist,kofi@aurora.example,=1+1,,Malmö,,,",
        "Mei-Lin,Hartmann,meilin@aurora.example,Night dispatcher,Dispatch,Zürich,,,",
        "Tomáš,Řeháček,tomas@aurora.example,Timetable planner,,Prague,,,",
    )
)
MENDED = {
    "E-mail, row 5": "yusuf@aurora.example",
    "E-mail, row 6": "noor@aurora.example",
    "First name, row 7": "Mateus",
    "Last name, row 7": "Figueira",
    "E-mail, row 8": "lucia@aurora.example",
    "X handle, row 9": "@henrik",
    "Here since, row 10": "2015-04-03",
    "Job title, row 11": "Cleaning crew lead",
}
ASKED = ("yusuf", "noor", "mateus", "lucia", "henrik", "zeynep", "kofi", "meilin", "tomas")
STANDING = {
    "Ingrid Vik": "Active",
    "Oskar Lund": "Invited",
    "Tomáš Řeháček": "Invited",
}
SECOND = "Name\tE-mail\tJob title\nAda Early\tada@aurora.example\tCook\nBo Early\tbo@aurora.example\tCook\n"
TODAY = dt.datetime.now(dt.UTC)
SAID = [f"Night number {number} on the Brenner." for number in range(25)]  # the newest last
PICKED = [SAID[7], SAID[12], SAID[20]]
LATER = "Said after the yes, and not picked."


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_from_a_messy_list_to_exactly_what_each_person_chose(
    open_page: Open, site: str, x: SandboxCopy, settings: Any, tmp_path: Path, javascript: bool
) -> None:
    settings.SITE_URL = site
    open_brand("aurora", "Aurora", OWNER, actor=None)
    x.inhabitant(handle="ingrid", name="Ingrid S", at=TODAY - dt.timedelta(days=90))
    for number, text in enumerate(SAID):
        x.say(handle="ingrid", text=text, at=TODAY - dt.timedelta(days=60 - number))

    studio, _ = open_page(java_script_enabled=javascript)
    _sign_in(studio, STUDIO, OWNER)
    _begin(studio)
    _upload(studio, tmp_path / "crew.csv")
    _mend(studio)
    _enrol(studio)
    letters = _letters()
    assert sorted(letters) == sorted([INGRID, OSKAR, AMARA] + [f"{name}@aurora.example" for name in ASKED])
    _enrol_others_and_undo(studio)

    ingrid, seen = open_page(java_script_enabled=javascript, viewport=PHONE)
    _say_yes_with_three_old_posts(ingrid, letters[INGRID])
    _prove(ingrid, x)
    oskar, _ = open_page(java_script_enabled=javascript, viewport=PHONE)
    _say_no(oskar, letters[OSKAR])
    amara, _ = open_page(java_script_enabled=javascript, viewport=PHONE)
    _say_yes_and_leave_by_the_link(amara, letters[AMARA])

    x.say(handle="ingrid", text=LATER)
    assert sync_due() == 1
    _sign_in(ingrid, "/desk/appearances/", "ingrid@home.example")
    expect(ingrid.get_by_role("heading", name="Aurora")).to_be_visible()
    fan, _ = open_page(java_script_enabled=javascript)
    _see_exactly_what_was_chosen(fan)
    _finish(studio)


def _sign_in(page: Page, wanted: str, address: str) -> None:
    """Come from outside, ask for a code, and arrive where one wanted to go."""
    page.goto(wanted)
    page.locator("#code_email").fill(address)
    page.get_by_role("button", name="Send me a code").click()
    page.wait_for_url("**/sign-in/**")
    page.locator("[name=code]").wait_for()
    letter = next(m for m in reversed(mail.outbox) if m.to == [address])
    code = re.search(r"^    (\S+)$", str(letter.body), re.MULTILINE)
    assert code
    page.locator("[name=code]").fill(code[1])
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url(f"**{wanted}**")


def _begin(page: Page) -> None:
    """Take the first steps: name and colour, one owner is enough, then on to enrolling."""
    expect(page.locator(".todo .open")).to_have_count(5)
    page.get_by_role("link", name="Look over the name and the colour").click()
    page.get_by_label("The people of").fill("Aurora night trains")
    page.get_by_label("Colour on the light page").fill("#7a1f3d")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").filter(has_text="Saved.")).to_be_visible()
    page.get_by_role("link", name="People", exact=True).click()
    page.get_by_role("button", name="One owner is enough").click()
    expect(page.locator(".todo .open")).to_have_count(3)
    page.get_by_role("link", name="Enrol the first person").click()


def _upload(page: Page, path: Path) -> None:
    """Choose the file, and check the guessed columns."""
    path.write_text(MESSY, encoding="utf-8")
    page.get_by_label("A staff list").set_input_files(path)
    page.get_by_role("button", name="Go on to the columns").click()
    expect(page.get_by_label("X handle becomes")).to_have_value("x_handle")
    expect(page.get_by_label("Salary becomes")).to_have_value("")
    page.get_by_role("button", name="Check the rows").click()
    expect(page.locator(".tally .bad dd")).to_have_text("8")
    page.reload()
    expect(page.locator(".tally .good dd")).to_have_text("4")
    assert "50000" not in str(list(ImportRow.objects.values()))
    assert not Enrolment.objects.filter(brand__slug="aurora").exists()


def _mend(page: Page) -> None:
    """Correct the cells in place, make the team that is not there, and leave one row out."""
    for label, right in MENDED.items():
        page.get_by_label(label).fill(right)
    page.get_by_label("Team, row 12").select_option("Create the team “Dispatch”")
    page.get_by_role("button", name="Save and check again").click()
    expect(page.locator("#problems")).to_have_count(0)
    expect(page.locator(".tally .good dd")).to_have_text("12")


def _enrol(page: Page) -> None:
    """Enrol with letters in one's own words."""
    expect(page.get_by_label("Send the 12 invitations now")).to_be_checked()
    page.get_by_label("Your own words in the letter").fill("You are what people like about us.")
    page.get_by_role("button", name="Enrol 12 people").click()
    expect(page.get_by_role("heading", name="12 people enrolled")).to_be_visible()
    enrolled = Enrolment.objects.filter(brand__slug="aurora")
    assert (enrolled.count(), enrolled.filter(state="invited").count()) == (12, 12)
    assert enrolled.get(email="mateus@aurora.example").person.name == "Mateus Figueira"


def _letters() -> dict[str, str]:
    """Send what is due, as a worker would; return the link of each new letter by its reader."""
    before = len(mail.outbox)
    tasks.send_letters()
    links = {}
    for letter in mail.outbox[before:]:
        link = re.search(r"http\S+(/(?:invitations|listing)/\S+/)", str(letter.body))
        links[letter.to[0]] = link[1] if link else ""
    return links


def _enrol_others_and_undo(page: Page) -> None:
    """Paste a second list, enrol it, and take it back: its letters' links end."""
    page.get_by_role("link", name="Enrol more people").click()
    page.get_by_label("Or paste rows").fill(SECOND)
    page.get_by_role("button", name="Go on to the columns").click()
    page.get_by_role("button", name="Check the rows").click()
    page.get_by_role("button", name="Enrol 2 people").click()
    expect(page.get_by_role("heading", name="2 people enrolled")).to_be_visible()
    letters = _letters()
    assert sorted(letters) == ["ada@aurora.example", "bo@aurora.example"]
    assert page.request.get(letters["ada@aurora.example"]).status == 200
    page.get_by_role("link", name="Undo this import").click()
    expect(page.get_by_text("2 people have not answered")).to_be_visible()
    page.get_by_role("button", name="Undo this import").click()
    expect(page.get_by_role("heading", name="This import was undone")).to_be_visible()
    assert page.request.get(letters["ada@aurora.example"]).status == 404
    assert sorted(_letters()) == ["ada@aurora.example", "bo@aurora.example"]
    assert Enrolment.objects.filter(brand__slug="aurora", state="invited").count() == 12
    page.get_by_role("link", name="People", exact=True).click()
    expect(page.get_by_role("status").filter(has_text="12 people")).to_be_visible()
    expect(page.locator(".todo .open")).to_have_count(2)


def _say_yes_with_three_old_posts(page: Page, link: str) -> None:
    """Read, name an account, have the last posts fetched, tick three, look at the page, say yes."""
    page.goto(link)
    expect(page.get_by_text("You are what people like about us.")).to_be_visible()
    page.get_by_role("link", name="Yes, go on").first.click()
    page.get_by_role("button", name="Add it").click()  # the handle of the list is proposed
    page.get_by_role("link", name="Go on", exact=True).click()
    expect(page.locator("input:checked")).to_have_count(0)
    page.get_by_role("button", name="Show me my last 20 public posts").click()
    expect(page.get_by_text("Your posts are being fetched.")).to_be_visible()
    assert tasks.look_up_named() == 1
    page.get_by_role("button", name="Look again").click()
    ticks = page.get_by_role("checkbox")
    expect(ticks).to_have_count(20)
    expect(page.locator("input:checked")).to_have_count(0)
    for words in PICKED:
        page.get_by_label(words).check()
    page.get_by_label("Only what I pick").check()
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("Ingrid …").fill("drives the last train over the Brenner")
    page.get_by_label("Your private e-mail address").fill("ingrid@home.example")
    page.get_by_role("button", name="Show me the page").click()
    for words in PICKED:
        expect(page.get_by_text(words)).to_be_visible()
    expect(page.get_by_text("only what you pick, and three earlier posts")).to_be_visible()
    page.wait_for_load_state()  # with its styles
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert page.request.get("/brands/aurora/people/").text().count("Ingrid") == 0
    page.get_by_role("button", name="Yes, list me").click()
    page.wait_for_url("**/listing/**")
    assert list(_letters()) == ["ingrid@home.example"]


def _prove(page: Page, x: SandboxCopy) -> None:
    """Until the code stands in the bio nothing of the account is public; then it is."""
    fan = page.request.get("/brands/aurora/").text()
    assert ("Ingrid" in fan, [words for words in SAID if words in fan]) == (True, [])
    code = page.locator("code").first.text_content()
    x.describe(handle="ingrid", text=f"Night trains. {code}")
    page.get_by_role("button", name="Look now").click()
    expect(page.get_by_text("We are looking.")).to_be_visible()
    assert look_for_proofs() == 1
    page.get_by_role("link", name="Look again").click()
    expect(page.get_by_text("@ingrid on X is confirmed as yours.")).to_be_visible()


def _say_no(page: Page, link: str) -> None:
    """One button, and the link is used."""
    page.goto(link)
    page.get_by_role("button", name="No, thank you").first.click()
    expect(page.get_by_role("heading", name="Thank you for answering")).to_be_visible()
    assert page.request.get(link).status == 404


def _say_yes_and_leave_by_the_link(page: Page, link: str) -> None:
    """Be listed without an account; later the permanent link takes her off, without a login."""
    page.goto(link)
    page.get_by_role("link", name="Yes, go on").first.click()
    page.get_by_role("link", name="Go on without an account").click()
    page.get_by_role("button", name="Show me the page").click()
    page.get_by_role("button", name="Yes, list me").click()
    page.wait_for_url("**/listing/**")
    assert "Amara Bello" in page.request.get("/brands/aurora/people/").text()
    page.goto(_letters()[AMARA])
    page.get_by_role("button", name="Leave Aurora").click()
    expect(page.get_by_text("You have left Aurora. Its pages no longer show you.")).to_be_visible()


def _see_exactly_what_was_chosen(page: Page) -> None:
    """Walk every outlet of every post as a fan: the three posts, one person, and nothing of the two others."""
    posts = list(Post.objects.filter(person__enrolments__email=INGRID).order_by("published_at"))
    assert [post.text for post in posts] == [*PICKED, LATER]  # read for her to pick it at her desk
    later = posts.pop()
    assert page.request.get(outlets.addresses(later)["post page"][0]).status == 404
    shown: dict[str, set[str]] = {}
    for post in posts:
        for outlet, addresses in outlets.addresses(post).items():
            for address in addresses:
                answer = page.request.get(address)  # some of them are files
                assert answer.status == 200
                words = answer.text()
                shown.setdefault(outlet, set()).update(one for one in [*SAID, LATER] if one in words)
                assert ("Oskar Lund" in words, "Amara Bello" in words) == (False, False)
    three = set(PICKED)
    # feeds, files and the API name X's posts by author and address alone
    assert shown == dict.fromkeys(shown, set()) | {
        "brand page": three,
        "person page": three,  # what she picked for a brand's page is public by her own choice: hers shows it too
        "post page": three,
    }
    page.goto("/brands/aurora/people/")
    expect(page.locator(".person-name")).to_have_text(["Ingrid Vik"])
    page.goto("/brands/aurora/")
    expect(page.locator("#feed > article").first.get_by_text(PICKED[2])).to_be_visible()


def _finish(page: Page) -> None:
    """The studio sees a yes, no difference between a no and silence, and who left only when asked; the list is done."""
    page.reload()
    tags = {name: page.get_by_role("row").filter(has_text=name).locator(".tag") for name in STANDING}
    assert {name: tag.text_content() for name, tag in tags.items()} == STANDING
    expect(page.get_by_role("row").filter(has_text="Amara Bello")).to_have_count(0)
    expect(page.get_by_role("row").filter(has_text="Ada Early")).to_have_count(0)  # her import was undone
    page.get_by_role("button", name="Look at your page as everybody sees it").click()
    page.wait_for_url("**/brands/aurora/")
    page.goto(f"{STUDIO}people/?state=left")
    expect(page.locator("tbody th")).to_contain_text(["Amara Bello"])
    expect(page.get_by_role("heading", name="First steps")).to_have_count(0)
