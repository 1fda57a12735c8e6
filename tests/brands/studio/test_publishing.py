"""One switch for a bad day, what the month cost, and who is warned: for this brand, and what speaks for it."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from advocacy.models import AuditEvent
from brands import speaking, spending
from brands.models import Brand
from people.models import Account, Delivery
from people.publishing import budget, dispatching, letters
from people.publishing.clock import now
from tests.brands.pages import read, words
from tests.brands.stories.conftest import Vesper, vesper
from tests.brands.studio.rooms import enter, statuses, strangers
from tests.factories import make_account, make_enrolment, make_role, make_story, make_user
from tests.faults.network import Network
from tests.people.publishing.conftest import judge, overdue, run, say, sends

__all__ = ["judge", "say", "vesper"]
pytestmark = pytest.mark.django_db
PAGE = "/studio/vesper/publishing/"
LINE = "We look for the words first."


@pytest.fixture
def account(vesper: Vesper) -> Account:
    """Ingrid's account on the network of kind N."""
    return make_account(vesper.ingrid.person, network="fakeN", handle="ingrid")


def told(who: Client, address: str = "/desk/settings/") -> bool:
    """Return whether somebody reads on their desk that the brand pauses."""
    return "Vesper has paused its stories and posts that speak for it: We look for the words first." in words(
        read(who, address)
    )


def test_one_switch_rests_stories_holds_what_speaks_for_the_brand_and_tells_its_people(
    vesper: Vesper, account: Account, say: Any, judge: Network
) -> None:
    story = make_story(vesper.brand, vesper.kofi.person, lead=vesper.ingrid.person, words="Snow, and how it smells.")
    ingrid, office = vesper.at(vesper.ingrid), vesper.at(vesper.kofi)
    assert ("Snow, and how it smells." in words(read(Client(), "/brands/vesper/")), told(ingrid)) == (True, False)
    office.post(f"{PAGE}pause/", {"do": "pause", "line": f"  {LINE} "})
    speaking_for, own = say(account, "for Vesper", speaks_for=vesper.brand.pk), say(account, "my own")
    assert [run(row).state for row in (speaking_for, own)] == ["held", "published"]
    assert "1 post that speaks for Vesper waits at present" in words(read(office, PAGE))
    assert [told(vesper.at(who)) for who in (vesper.ingrid, vesper.oskar, vesper.stranger)] == [True, True, False]
    assert story.title not in read(ingrid, "/desk/stories/")
    assert ingrid.post(f"/desk/stories/{story.pk}/take/").status_code == 404
    assert "Snow, and how it smells." not in words(read(Client(), "/brands/vesper/"))
    assert letters.tell_due() == 1
    assert "We look for the words first" in mail.outbox[0].body

    office.post(f"{PAGE}pause/", {"do": "resume"})
    dispatching.wake_held()
    assert (run(speaking_for).state, sends(judge, account), told(ingrid)) == ("published", 2, False)
    assert story.title in read(ingrid, "/desk/stories/")
    assert "Snow, and how it smells." in words(read(Client(), "/brands/vesper/"))
    events = AuditEvent.objects.filter(verb__startswith="publishing.").order_by("pk")
    kofi = vesper.kofi.person.user
    assert [(one.verb, one.actor, one.brand) for one in events] == [
        ("publishing.paused", kofi, "vesper"),
        ("publishing.resumed", kofi, "vesper"),
    ]


def test_what_was_too_late_when_the_pause_ended_is_missed_and_told(
    vesper: Vesper, account: Account, say: Any, judge: Network
) -> None:
    speaking.pause_publishing(brand=vesper.brand, actor=None, label="test")
    delivery = say(account, "for Vesper", speaks_for=vesper.brand.pk)
    run(delivery)
    Delivery.objects.update(late_after=delivery.created_at)
    speaking.resume_publishing(brand=vesper.brand, actor=None, label="test")
    dispatching.wake_held()
    assert (run(delivery).state, "has paused" in delivery.trouble, letters.tell_due()) == ("missed", True, 1)


def test_the_line_can_be_written_anew_during_a_pause_and_the_whole_studio_says_that_it_pauses(vesper: Vesper) -> None:
    office = enter(vesper.brand)
    office.post(f"{PAGE}pause/", {"do": "pause", "line": "First."})
    since = Brand.objects.get(slug="vesper").publishing_paused_at
    office.post(f"{PAGE}pause/", {"do": "pause", "line": LINE})
    assert (Brand.objects.get(slug="vesper").publishing_paused_at, told(vesper.at(vesper.oskar))) == (since, True)
    assert "Vesper pauses: its stories rest" in words(read(office, "/studio/vesper/people/"))
    assert "Vesper pauses" not in words(read(enter(vesper.brand, "analyst"), "/studio/vesper/people/"))
    answer = office.post(f"{PAGE}pause/", {"do": "pause", "line": "x" * 141})
    assert (answer.status_code, Brand.objects.get(slug="vesper").pause_line) == (422, LINE)


def test_only_owners_and_marketers_of_this_brand_have_the_switch(vesper: Vesper) -> None:
    others = {role: enter(vesper.brand, role) for role in ("trainer", "moderator", "analyst")}
    for client in (others, strangers(vesper.brand)):
        assert statuses(client, "get", PAGE) == {404}
        assert statuses(client, "post", f"{PAGE}pause/", {"do": "pause", "line": ""}) == {404}
        assert statuses(client, "post", f"{PAGE}cap/", {"cap": "0"}) == {404}
    found = Brand.objects.get(slug="vesper")
    assert (found.publishing_paused_at, found.posting_cap_usd) == (None, None)


def test_a_cap_warns_its_owners_once_then_holds_and_says_so_until_it_is_raised(
    vesper: Vesper, account: Account, say: Any, judge: Network
) -> None:
    owners = [make_user("one@vesper.example"), make_user("two@vesper.example")]
    for owner in owners:
        make_role(owner, vesper.brand)
    make_role(make_user(), make_enrolment().brand)  # an owner of another brand
    office = enter(vesper.brand, "marketer")
    assert "and no cap of your own" in words(read(office, PAGE))
    office.post(f"{PAGE}cap/", {"cap": "1"})
    posts = [say(account, f"https://vesper.example/{n}", speaks_for=vesper.brand.pk) for n in range(6)]
    assert [run(row).state for row in posts[:3]] == ["published"] * 3
    assert (spending.warn_due(), "USD for this month" in read(office, "/studio/vesper/people/")) == (0, False)
    run(posts[3])
    assert [spending.warn_due(), spending.warn_due()] == [1, 0]
    assert sorted(letter.to for letter in mail.outbox) == [[owner.email] for owner in owners]
    assert "have cost 0.80 of 1 USD this month" in mail.outbox[0].body
    assert "0.80 of 1 USD for this month’s posts are used" in words(read(office, "/studio/vesper/people/"))
    assert [run(row).state for row in posts[4:]] == ["published", "held"]
    assert "the month’s 1 USD for posts that speak for Vesper are used up" in posts[5].trouble
    assert run(say(account, "https://vesper.example/own")).state == "published"  # it speaks for nobody
    assert "1.00 USD of 1 USD, 100 %" in words(read(office, PAGE))
    overdue(posts[5], next_due_at=now() + timedelta(hours=1))  # it would wait; the new cap lets it be looked at now
    office.post(f"{PAGE}cap/", {"cap": ""})
    dispatching.wake_held()
    assert (run(posts[5]).state, budget.spent(budget.brand_key(vesper.brand.pk))) == ("published", 1_200)
    answer = office.post(f"{PAGE}cap/", {"cap": "ten"})
    assert (answer.status_code, "Write whole dollars" in words(answer.content.decode())) == (422, True)


def test_a_letter_that_the_mail_server_refuses_is_tried_again(
    vesper: Vesper, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    make_role(make_user("one@vesper.example"), vesper.brand)
    Brand.objects.update(posting_cap_usd=1)
    budget.spend(budget.brand_key(vesper.brand.pk), 900, cap=1_000, day=budget.month())
    good = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "django.core.mail.backends.nowhere"
    assert spending.warn_due() == 0
    settings.EMAIL_BACKEND = good
    assert (spending.warn_due(), len(mail.outbox)) == (1, 1)
