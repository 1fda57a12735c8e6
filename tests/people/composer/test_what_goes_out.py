"""What goes out: on which pages it will be shown can be changed while it waits, and no list ends without saying so."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from brands.models import BrandPost, Enrolment, PostChoice
from people.models import Account, Delivery, Draft, Person, Week
from people.publishing import outbox
from people.queries import outgoing
from tests.brands.pages import words
from tests.factories import make_account, make_brand, make_enrolment
from tests.people.composer.test_shown_ahead import go_out, vesper
from tests.people.composer.test_write import write

__all__ = ["vesper"]
pytestmark = pytest.mark.django_db
TEXT = "Snow on the Brenner."


@pytest.fixture
def waits(desk: Client, account: Account, vesper: Enrolment) -> Delivery:
    """Ingrid's post of a day in January; Vesper's page would show it."""
    write(desk, account, TEXT, when="at", at="2083-01-15T06:30", zone="Europe/Vienna")
    return Delivery.objects.get()


def choose(desk: Client, delivery: Delivery, brand: int, *, was: str, on: bool) -> object:
    """Press the form's button with the tick for one brand's page."""
    tick = {f"show-{brand}": "1"} if on else {}
    return desk.post(f"/desk/outgoing/{delivery.pk}/shown/", {f"show-{brand}-was": was, **tick}, follow=True)


class TestShownHereOrNotWhileItWaits:
    def test_the_last_word_before_it_goes_out_counts(self, desk: Client, waits: Delivery, vesper: Enrolment) -> None:
        page = desk.get(f"/desk/outgoing/{waits.pk}/").content.decode()
        assert f'name="show-{vesper.brand_id}" value="1" checked' in page
        choose(desk, waits, vesper.brand_id, was="on", on=False)
        waits.refresh_from_db()
        assert waits.shows == {str(vesper.brand_id): False}
        page = desk.get(f"/desk/outgoing/{waits.pk}/").content.decode()
        assert (f'name="show-{vesper.brand_id}" value="1">' in page, "As you say for this post." in page) == (True,) * 2
        go_out(waits)
        assert (BrandPost.objects.count(), PostChoice.objects.get().shown) == (0, False)

    def test_taken_back_the_draft_opens_with_what_was_said_last(
        self, desk: Client, waits: Delivery, vesper: Enrolment
    ) -> None:
        choose(desk, waits, vesper.brand_id, was="on", on=False)
        desk.post(f"/desk/outgoing/{waits.pk}/take-back/")
        assert Draft.objects.get().shows == {str(vesper.brand_id): False}

    def test_what_is_held_can_be_chosen_too(self, desk: Client, waits: Delivery, vesper: Enrolment) -> None:
        Delivery.objects.update(state="held", reason="paused")
        choose(desk, waits, vesper.brand_id, was="on", on=False)
        waits.refresh_from_db()
        assert waits.shows == {str(vesper.brand_id): False}

    @pytest.mark.parametrize("state", ["claimed", "sending", "unknown", "published", "cancelled"])
    def test_once_it_is_going_out_the_answer_leads_to_where_i_appear(
        self, state: str, desk: Client, waits: Delivery, vesper: Enrolment
    ) -> None:
        Delivery.objects.update(state=state, first_sent_at=timezone.now(), remote_id="4711")
        assert "/shown/" not in desk.get(f"/desk/outgoing/{waits.pk}/").content.decode()
        answer = desk.post(f"/desk/outgoing/{waits.pk}/shown/", {f"show-{vesper.brand_id}-was": "on"})
        page = answer.content.decode()
        assert (answer.status_code, "It is already going out" in words(page)) == (409, True)
        assert 'href="/desk/appearances/"' in page
        waits.refresh_from_db()
        assert waits.shows == {}

    def test_what_may_be_out_already_is_not_chosen_any_more(
        self, desk: Client, waits: Delivery, vesper: Enrolment
    ) -> None:
        Delivery.objects.update(ambiguous=True)
        assert choose(desk, waits, vesper.brand_id, was="on", on=False).status_code == 409  # type: ignore[attr-defined]

    def test_a_thread_follows_its_first_part(
        self, desk: Client, me: object, account: Account, vesper: Enrolment
    ) -> None:
        parts = [outbox.Words(word) for word in ("one", "two", "three")]
        when = outbox.When(wall_time="2083-01-15T06:30", zone="Europe/Vienna")
        assert account.person.user is not None
        first, *rest = outbox.enqueue_thread(parts=parts, account=account, actor=account.person.user, when=when)
        choose(desk, first, vesper.brand_id, was="on", on=False)
        assert [Delivery.objects.get(pk=one.pk).shows for one in rest] == [{str(vesper.brand_id): False}] * 2

    def test_nobody_else_chooses_and_no_page_is_taken_that_was_not_offered(
        self, desk: Client, waits: Delivery, vesper: Enrolment, stranger: Client, client: Client
    ) -> None:
        form = {f"show-{vesper.brand_id}-was": "on"}
        address = f"/desk/outgoing/{waits.pk}/shown/"
        assert (stranger.post(address, form).status_code, desk.get(address).status_code) == (404, 405)
        assert "/sign-in/" in client.post(address, form)["Location"]
        foreign = make_enrolment(make_brand("Foreign"), account=make_account())
        choose(desk, waits, foreign.brand_id, was="off", on=True)
        waits.refresh_from_db()
        assert waits.shows == {}


class TestNoListEndsWithoutSayingSo:
    ROWS = 2 * outgoing.SHOWN + 3

    @pytest.fixture
    def many(self, desk: Client, account: Account) -> None:
        """More of each list than two pages hold, many of them at the same moment."""
        moment = timezone.now() - timedelta(days=1)
        Delivery.objects.bulk_create(
            Delivery(
                account=account, person=account.person, state=state, remote_id=f"{state}{n}",
                state_changed_at=moment + timedelta(seconds=n // 40), published_at=moment + timedelta(seconds=n // 40),
                due_at=moment + timedelta(seconds=n // 40), late_after=moment,
                **outbox.content_of({"text": f"Words {state} {n}.", "lang": "", "pictures": []}),
            )
            for state in ("scheduled", "missed", "published")
            for n in range(self.ROWS)
        )  # fmt: skip

    @pytest.mark.parametrize(
        ("name", "state", "label"),
        [
            ("waiting", "scheduled", "Later posts"),
            ("troubled", "missed", "More that needs you"),
            ("sent", "published", "Older posts"),
        ],
    )
    def test_every_row_is_on_one_page_of_its_list(
        self, name: str, state: str, label: str, desk: Client, many: None
    ) -> None:
        seen: list[int] = []
        address, pages = "/desk/outgoing/", 0
        while address:
            page = desk.get(address).content.decode()
            pages += 1
            seen += map(int, re.findall(rf"Words {state} (\d+)\.</a>", page))
            found = re.search(rf'href="(\?list={name}&amp;after=[^"]+)"[^>]*>{label}<', page)
            address = f"/desk/outgoing/{found[1].replace('&amp;', '&')}" if found else ""
        assert (pages, len(seen), sorted(seen)) == (3, self.ROWS, list(range(self.ROWS)))
        assert [one // 40 for one in seen] == sorted((one // 40 for one in seen), reverse=name != "waiting")

    def test_what_comes_meanwhile_repeats_and_hides_nothing(self, desk: Client, many: None, account: Account) -> None:
        first = outgoing.sent(account.person)
        Delivery.objects.filter(pk=first.lines[0].delivery.pk).update(published_at=timezone.now())
        second = outgoing.sent(account.person, first.more)
        both = {line.delivery.pk for line in (*first.lines, *second.lines)}
        assert len(both) == 2 * outgoing.SHOWN

    def test_a_made_up_address_is_the_beginning_and_nobody_reads_anothers(
        self, desk: Client, many: None, stranger: Client
    ) -> None:
        for query in ("?list=sent&after=x", "?list=nothing&after=2026-01-01T00:00:00~1", "?after=9", "?list=sent"):
            assert "Pause everything of mine" in desk.get(f"/desk/outgoing/{query}").content.decode()
        theirs = stranger.get("/desk/outgoing/?list=sent&after=2099-01-01T00:00:00~1").content.decode()
        assert ("Words published" in theirs, "There is no more." in theirs) == (False, True)


def test_a_second_tap_on_take_it_back_says_the_same(desk: Client, account: Account) -> None:
    write(desk, account)
    delivery = Delivery.objects.get()
    pages = [desk.post(f"/desk/outgoing/{delivery.pk}/take-back/", follow=True) for _ in range(2)]
    for page in pages:
        assert "Taken back: it does not go out." in words(page.content.decode())
    moved = desk.post(f"/desk/outgoing/{delivery.pk}/", {"at": "2030-01-01T06:30", "zone": "Europe/Vienna"})
    assert (moved.status_code, "It was taken back: there is nothing to move." in words(moved.content.decode())) == (
        409,
        True,
    )
    assert 'href="/desk/outgoing/">What goes out' in moved.content.decode()


def test_the_form_that_moves_a_post_starts_in_the_zone_of_ones_week(desk: Client, account: Account, me: Person) -> None:
    Week.objects.update_or_create(person=me, defaults={"zone": "Europe/Vienna"})
    write(desk, account)
    page = desk.get(f"/desk/outgoing/{Delivery.objects.get().pk}/").content.decode()
    assert 'value="Europe/Vienna" selected' in page
