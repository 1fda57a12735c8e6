"""axe on every page that the site has: the addresses come from the URLconf, so that no page is forgotten."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from brands import inviting, joining
from brands.enrolment_steps.receiving import receive
from brands.models import Brand, Enrolment, JoinLink
from people import fan_links, following, keys, saying
from people.models import Delivery, Draft, PendingLink, Person
from people.profiles import new_listing_link
from people.publishing import outbox
from tests.browser.test_linking import signed_in
from tests.factories import make_enrolment, make_person, make_user
from tests.journeys.house import House, house
from tests.journeys.test_routes_and_roles import DESK, SIGNED_IN, STUDIO, url_of
from tests.people.desk.test_keys import signed_in as by_password

__all__ = ["house"]
pytestmark = pytest.mark.django_db(transaction=True)

# pages that this test does not open, and why
ELSEWHERE = {
    **dict.fromkeys(("sign-in", "sessions", "usersessions_list", "desk", "studio"), "leads to a page that is opened"),
    **dict.fromkeys(("studio-import", "studio-import-undo"), "leads to the step where the import is"),
    "desk-accounts-begin": "leads to the network, whose consent page test_linking.py opens",
    "desk-accounts-callback": "leads on at once; test_linking.py walks it",
    "desk-parcel": "a file, once it is packed",
    "authenticator-picture": "a picture, while an authenticator app is being added",
    "follow-confirm": "needs a letter that was just sent; test_follow.py opens it",
    "follow-from-mastodon": "leads to the reader's own server",
    "mailbox-letter": "needs a letter that was just sent; test_a_fan_keeps_their_people.py looks at one",
    "erasure": "needs an erasure that is under way",
    "security": "a text for machines, where a setting names somebody",
    **dict.fromkeys(("invitation-forget", "listing-look"), "takes a form on a page that is opened"),
    **dict.fromkeys(("face", "post-picture", "person-card", "brand-card", "letter-face"), "a picture"),
    **dict.fromkeys(
        ("desk-draft-picture", "desk-shared-picture", "desk-link-card-picture", "desk-story-picture"), "a picture"
    ),
    **dict.fromkeys(("api-nothing", "readyz"), "answers programs"),
    "invitation-posts": "needs an account named before; test_invitation.py walks it",
    "mfa_deactivate_totp": "needs an authenticator app",
    **dict.fromkeys((f"mfa_{do}_recovery_codes" for do in ("view", "generate", "download")), "needs such an app, too"),
    **dict.fromkeys(("mfa_remove_webauthn", "mfa_edit_webauthn"), "needs a passkey, which test_settings.py has"),
}
ALLAUTH = ("account_", "mfa_")  # steps of signing in that begin somewhere else lead there


@dataclass
class Rows:
    """What the house lacks: tokens, and something on its way in each state."""

    house: House
    tokens: dict[str, str] = field(default_factory=dict)  # by the first word of a route's name
    numbers: dict[str, dict[str, int]] = field(default_factory=dict)  # by route: what the house has no such thing for


def rows(house: House, session_key: str) -> Rows:
    """Fill the house until every page has something to show. session_key: of the ninja's browser."""
    me = house.users["ninja"]
    assert me is not None
    person = me.person
    account = person.accounts.get()
    draft = Draft.objects.create(person=person, text="Snow. See vesper.org for it.", to=[account.pk], revision=1)
    states = ("scheduled", "held", "needs_human", "missed", "failed", "published")
    for number, state in enumerate(states):
        payload = {"text": f"Words {number} " * 9, "lang": "en", "pictures": []}
        Delivery.objects.create(
            account=account, person=person, draft=draft, **outbox.content_of(payload), state=state,
            state_changed_at=timezone.now(), due_at=timezone.now() + timedelta(hours=number),
            late_after=timezone.now(), trouble="the network said no", remote_id=str(number),
        )  # fmt: skip
    invited = make_enrolment(
        Brand.objects.get(slug="vesper"), make_person("Bela", slug=None, page_open=False), state="invited",
        email="bela@vesper.example",
    )  # fmt: skip
    house.words["draft_id"] = draft.pk
    house.words["delivery_id"] = Delivery.objects.get(state="needs_human").pk
    fan = following.make_fan(house.users["fan"] or make_user())
    house.words["pending_id"] = PendingLink.objects.create(
        person=person, user=me, network="x", callback="/", scopes=["tweet.read"], state_hash="s",
        session_hash=hashlib.sha256(session_key.encode()).hexdigest(),
        granted=["tweet.read", "tweet.write"], step="shown", handle="ingrid_rail", display_name="Ingrid",
        expires_at=timezone.now() + timedelta(minutes=9),
    ).pk  # fmt: skip
    words = "Dear Bela, your bread has friends."
    asked = inviting.invite(enrolment=invited, actor=house.users["owner"], words=words, language="en")
    tokens = {
        "listing": new_listing_link(person),
        "invitation": str(inviting.token_of(asked)),
        "join": str(joining.token_of(JoinLink.objects.get())),
        "letter-read": fan_links.token_for(fan, "read"),
        "letter-stop": fan_links.token_for(fan, "stop"),
    }
    assert Person.objects.filter(pk=person.pk, enrolments__state=Enrolment.State.ACTIVE).exists()
    said = saying.say_elsewhere(
        person=person, actor=me, said=saying.Said(words="A talk.", link="https://example.org/", alt="", picture=None)
    )
    key, _ = keys.make_key(user=me, name="The hall", scopes=["posts:read"], days=30, actor=me)
    content = b"First,Second\nLea,lea@vesper.example\n"
    owner = house.users["owner"]
    assert owner is not None
    brand = Brand.objects.get(slug="vesper")
    file = receive(brand=brand, actor=owner, key="1" * 32, name="staff.csv", content=content)
    numbers = {
        "desk-said-change": {"post_id": said.pk},
        "desk-key-revoke": {"key_id": key.pk},
        "desk-delivery-delete": {"delivery_id": Delivery.objects.get(state="published").pk},
        "studio-import-columns": {"import_id": file.pk},
    }
    return Rows(house, tokens, numbers)


def every(resolver: URLResolver | None = None) -> Iterator[URLPattern]:
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            if not str(entry.pattern).startswith("sandbox"):  # tests/sandbox has its own
                yield from every(entry)
        else:
            yield entry


def address_of(made: Rows, entry: URLPattern) -> str:
    name = str(entry.name)
    kind = next((word for word in sorted(made.tokens, key=len, reverse=True) if name.startswith(word)), "")
    made.house.words["token"] = made.tokens.get(kind, "nobody-has-this-token")
    words = made.house.words
    return url_of(House({**words, **made.numbers.get(name, {})}, made.house.pks, made.house.users), entry)


def pages(made: Rows, readers: dict[str, Client]) -> tuple[list[tuple[str, str]], list[str]]:
    """Return who opens which address, and the routes that nobody could open."""
    found: list[tuple[str, str]] = []
    missing: list[str] = []
    for entry in every():
        name = str(entry.name)
        if name in ELSEWHERE:
            continue
        who = "owner" if name in STUDIO else "ninja" if name in DESK | SIGNED_IN else "nobody"
        try:
            url = address_of(made, entry)
        except KeyError as word:
            missing.append(f"{name}: tests/journeys/house.py has no {word}")
            continue
        for one in (who, "ninja"):  # allauth's pages: some for whoever is signed out, some not
            answer = readers[one].get(url)
            told = answer.status_code == 200 and b"<html" not in b"".join(answer)
            if answer.status_code == 405 or told:
                break  # it takes only forms, or is a file or a piece of a page
            if answer.status_code == 200:
                found.append((one, url))
                break
            answer.close()
        else:
            if not (name.startswith(ALLAUTH) and answer.status_code == 302):
                missing.append(f"{name} {url} {answer.status_code}")
    return found, missing


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_axe_finds_nothing_on_any_page(
    browser: Browser, axe: str, live_server: LiveServer, house: House, settings: Any, tmp_path: Any, scheme: Any,
    width: int,
) -> None:  # fmt: skip
    settings.ALLOWED_HOSTS = ["*"]
    settings.DATA_DIR = tmp_path
    settings.X_CLIENT_ID = "this-copy"
    readers = {"nobody": Client()}
    for name in ("owner", "ninja"):
        user = house.users[name]
        assert user is not None
        readers[name] = by_password(user)
    found, missing = pages(rows(house, str(readers["ninja"].session.session_key)), readers)
    assert missing == [], "\n".join(missing)
    problems: list[object] = []
    opened: dict[str, Page] = {}
    for who, client in readers.items():
        look = {"color_scheme": scheme, "viewport": {"width": width, "height": 900}}
        context = browser.new_context(base_url=live_server.url, **look)
        context.add_init_script(axe)
        opened[who] = context.new_page()
        if who != "nobody":
            signed_in(opened[who], live_server.url, client)
    for who, url in found:
        page = opened[who]
        page.goto(url)
        page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
        result = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        problems += [(url, rule["id"], [n["html"][:160] for n in rule["nodes"]]) for rule in result["violations"]]
        wide = page.evaluate("document.documentElement.scrollWidth")
        problems += [(url, "wide", wide)] if wide > width else []
    for page in opened.values():
        page.context.close()
    assert problems == [], "\n".join(map(str, problems))
    assert len(found) > 80
