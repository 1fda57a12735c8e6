"""One act on many people: asked for, done by workers in chunks, watched, taken back."""

import datetime as dt
import threading
import time
from collections.abc import Iterable

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.utils import timezone

from advocacy.models import AuditEvent
from brands import bulk, tasks
from brands.models import Brand, BulkAct, Enrolment, Invitation, Team
from people.models import User
from tests.brands.pages import enrol, read, words
from tests.brands.studio.rooms import enter
from tests.factories import make_brand, make_enrolment, make_person, make_role, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def vesper() -> Brand:
    return make_brand("Vesper", slug="vesper")


@pytest.fixture
def kofi(vesper: Brand) -> User:
    user = make_user("kofi@vesper.example")
    make_role(user, vesper, "marketer")
    return user


@pytest.fixture
def office(vesper: Brand, kofi: User) -> Client:
    client = Client()
    client.force_login(kofi)
    return client


def crew(brand: Brand, people: int, state: str = "active", **fields: object) -> list[int]:
    """Enrol some people; return the ids of their enrolments."""
    return [
        make_enrolment(brand, make_person(f"Person Number{number:03}"), state=state, **fields).pk
        for number in range(people)
    ]


def states(brand: Brand) -> list[str]:
    return list(Enrolment.objects.filter(brand=brand).order_by("pk").values_list("state", flat=True))


def press(client: Client, **fields: object) -> BulkAct:
    """Press the button of the bar; return the act that was written down."""
    answer = client.post("/studio/vesper/people/bulk/", fields)
    assert answer.status_code == 302
    return BulkAct.objects.get(pk=int(answer.headers["Location"].rstrip("/").rpartition("/")[2]))


def test_the_ticked_are_paused_and_nobody_else(vesper: Brand, office: Client) -> None:
    people = crew(vesper, 3)
    act = press(office, who=people[:2], scope="ticked", do="pause")
    assert states(vesper) == ["active"] * 3  # asked for, not done
    tasks.carry_on_bulk(act.pk)
    assert states(vesper) == ["paused", "paused", "active"]
    assert set(Enrolment.objects.filter(paused_by_brand=True).values_list("pk", flat=True)) == set(people[:2])


def test_all_on_the_page_and_all_that_match_are_different_people(vesper: Brand, office: Client) -> None:
    here = crew(vesper, 60, place="Villach")
    crew(vesper, 5, place="Linz")
    page = read(office, "/studio/vesper/people/?place=Villach&page=2")
    on_page = page.split('name="on_page" value="')[1].split('"')[0]
    assert len(on_page.split()) == 10
    assert "All 60 matching" in page
    assert len(press(office, scope="page", on_page=on_page, do="pause").enrolments) == 10
    assert press(office, scope="matching", place="Villach", do="pause").enrolments == here


def test_people_of_another_brand_are_left_out(vesper: Brand, office: Client) -> None:
    foreign, ours = crew(make_brand(), 2), crew(vesper, 1)
    act = press(office, who=[*foreign, *ours, "x", "9" * 40], scope="ticked", do="pause")
    assert act.enrolments == ours
    assert office.post("/studio/vesper/people/bulk/", {"who": foreign, "do": "pause"}).status_code == 302
    assert BulkAct.objects.count() == 1


def test_nothing_is_done_without_people_or_with_an_act_made_up(vesper: Brand, office: Client) -> None:
    people = crew(vesper, 1)
    for fields in ({"do": "pause"}, {"do": "erase", "who": people}):
        answer = office.post("/studio/vesper/people/bulk/", fields, follow=True)
        assert "Tick the people first" in words(answer.content.decode())
    assert BulkAct.objects.count() == 0


def test_an_act_goes_on_in_chunks_wherever_it_was_left(vesper: Brand, kofi: User) -> None:
    people = crew(vesper, 120)
    act = bulk.ask(brand=vesper, act="pause", enrolments=people, actor=kofi)
    seen = []
    while bulk._step(act.pk):
        act.refresh_from_db()
        seen.append((act.state, act.handled))
    assert seen == [("running", 0), ("running", 50), ("running", 100), ("running", 120)]
    act.refresh_from_db()
    assert (act.state, len(act.before), act.refused) == ("done", 120, {})
    assert AuditEvent.objects.filter(verb="enrolment.paused").count() == 120


def test_the_tick_finds_an_act_whose_message_was_lost(vesper: Brand, kofi: User) -> None:
    bulk.ask(brand=vesper, act="pause", enrolments=crew(vesper, 2), actor=kofi)
    tasks.carry_on_bulk_acts()
    tasks.carry_on_bulk_acts()
    assert states(vesper) == ["paused"] * 2
    assert BulkAct.objects.get().state == "done"


def test_whoever_cannot_be_paused_stays_and_the_page_says_why(vesper: Brand, office: Client) -> None:
    people = crew(vesper, 1) + crew(vesper, 2, "invited") + crew(vesper, 1, "declined")
    act = press(office, who=people, do="pause")
    tasks.carry_on_bulk(act.pk)
    page = words(read(office, f"/studio/vesper/people/bulk/{act.pk}/"))
    assert "Done: 1 person changed, the others stay as they are." in page
    assert "3 are not on the page, or paused already" in page
    assert "declined" not in page


def test_a_pause_is_taken_back_but_for_whom_something_else_happened(vesper: Brand, office: Client) -> None:
    people = crew(vesper, 3)
    act = press(office, who=people, do="pause")
    tasks.carry_on_bulk(act.pk)
    office.post(f"/studio/vesper/people/{people[0]}/resume/")
    office.post(f"/studio/vesper/people/{people[0]}/pause/")  # later, by itself
    office.post(f"/studio/vesper/people/bulk/{act.pk}/undo/")
    tasks.carry_on_bulk(act.pk)
    assert states(vesper) == ["paused", "active", "active"]
    act.refresh_from_db()
    assert (act.state, act.handled) == ("undone", 0)


def test_the_end_of_a_pause_is_taken_back_to_the_same_pause(vesper: Brand, office: Client) -> None:
    people = crew(vesper, 2)
    since = timezone.now() - dt.timedelta(days=3)
    Enrolment.objects.filter(pk=people[0]).update(state="paused", paused_by_brand=True, state_changed_at=since)
    Enrolment.objects.filter(pk=people[1]).update(state="paused", state_changed_at=since)  # by themselves
    act = press(office, who=people, do="resume")
    tasks.carry_on_bulk(act.pk)
    assert states(vesper) == ["active", "paused"]
    office.post(f"/studio/vesper/people/bulk/{act.pk}/undo/")
    tasks.carry_on_bulk(act.pk)
    assert list(Enrolment.objects.order_by("pk").values_list("state", "state_changed_at", "paused_by_brand")) == [
        ("paused", since, True),
        ("paused", since, False),
    ]


def test_people_move_to_a_team_and_back_to_their_own(vesper: Brand, office: Client) -> None:
    kitchen = Team.objects.create(brand=vesper, slug="kitchen", name="Kitchen")
    crew_team = Team.objects.create(brand=vesper, slug="crew", name="Crew")
    people = [*crew(vesper, 1, team=crew_team), *crew(vesper, 1), *crew(vesper, 1, team=kitchen)]
    act = press(office, who=people, do="team:kitchen")
    tasks.carry_on_bulk(act.pk)
    assert set(Enrolment.objects.values_list("team__slug", flat=True)) == {"kitchen"}
    act.refresh_from_db()
    assert act.refused == {"were in that team already": 1}
    office.post(f"/studio/vesper/people/bulk/{act.pk}/undo/")
    tasks.carry_on_bulk(act.pk)
    assert list(Enrolment.objects.order_by("pk").values_list("team__slug", flat=True)) == ["crew", None, "kitchen"]


def test_a_team_of_another_brand_is_not_found(vesper: Brand, office: Client) -> None:
    Team.objects.create(brand=make_brand(), slug="foreign", name="Foreign")
    answer = office.post("/studio/vesper/people/bulk/", {"who": crew(vesper, 1), "do": "team:foreign"})
    assert answer.status_code == 404


def test_an_invitation_asks_for_its_words_and_keeps_the_people(vesper: Brand, office: Client) -> None:
    people = crew(vesper, 2, "invited", email="somebody@vesper.example", place="Villach")
    form = office.post("/studio/vesper/people/bulk/", {"scope": "matching", "place": "Villach", "do": "invite"})
    page = form.content.decode()
    assert "Invite 2 people" in words(page)
    assert '<input type="hidden" name="place" value="Villach">' in page
    assert BulkAct.objects.count() == 0
    wish = {"words": "Join me", "language": "en"}
    act = press(office, scope="matching", place="Villach", do="invite", **wish)
    assert (act.enrolments, act.wishes) == (people, wish)


def test_only_who_waits_to_be_asked_is_invited_and_the_undo_takes_it_back(vesper: Brand, office: Client) -> None:
    crew(vesper, 1, "invited", email="a@vesper.example")
    people = Enrolment.objects.values_list("pk", flat=True)
    everybody = [*people, *crew(vesper, 1, "invited"), *crew(vesper, 1), *crew(vesper, 1, "declined")]
    act = press(office, who=everybody, do="invite", words="Join me", language="en")
    tasks.carry_on_bulk(act.pk)
    invitation = Invitation.objects.get()
    assert (invitation.enrolment_id, invitation.words, invitation.by) == (everybody[0], "Join me", act.by)
    act.refresh_from_db()
    assert act.refused == {
        "have no e-mail address here: add it first": 1,
        "have answered, or their invitation ended": 2,
    }
    office.post(f"/studio/vesper/people/bulk/{act.pk}/undo/")
    tasks.carry_on_bulk(act.pk)
    invitation.refresh_from_db()
    assert invitation.revoked_at is not None


def test_an_act_cannot_be_taken_back_twice_or_after_a_day(vesper: Brand, office: Client) -> None:
    act = press(office, who=crew(vesper, 1), do="pause")
    address = f"/studio/vesper/people/bulk/{act.pk}/undo/"
    tasks.carry_on_bulk(act.pk)
    with time_machine.travel(timezone.now() + dt.timedelta(hours=25)):
        enter_again = enter(vesper)
        assert "can no longer" in words(enter_again.post(address, follow=True).content.decode())
    assert states(vesper) == ["paused"]


def test_the_progress_page_goes_on_by_itself_and_without_scripts_by_a_link(vesper: Brand, office: Client) -> None:
    act = press(office, who=crew(vesper, 2), do="pause")
    address = f"/studio/vesper/people/bulk/{act.pk}/"
    page = read(office, address)
    assert "0 of 2 people. You can leave, it carries on." in words(page)
    assert f'<a href="{address}">Look again</a>' in page
    assert 'hx-trigger="every 1s"' in page
    fragment = read(office, address, **{"HX-Request": "true"})
    assert "<html" not in fragment
    tasks.carry_on_bulk(act.pk)
    assert "every 1s" not in read(office, address)


def test_who_is_enrolled_and_erased_meanwhile_stops_nothing(vesper: Brand, kofi: User) -> None:
    enrol(vesper, "Ingrid Solbakk")
    act = bulk.ask(brand=vesper, act="pause", enrolments=[*crew(vesper, 1)], actor=kofi)
    Enrolment.objects.filter(pk=act.enrolments[0]).delete()
    bulk.carry_on(act.pk)
    act.refresh_from_db()
    assert (act.state, act.before) == ("done", {})


def test_an_act_that_is_going_on_is_stopped_and_taken_back_and_the_rest_is_never_reached(
    vesper: Brand, office: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = crew(vesper, 7)
    monkeypatch.setattr(bulk, "CHUNK", 2)
    act = press(office, who=people, do="pause")
    for _ in range(3):  # it begins, then two chunks are done
        bulk._step(act.pk)
    assert states(vesper) == ["paused"] * 4 + ["active"] * 3
    assert "Stop, and take it back" in read(office, f"/studio/vesper/people/bulk/{act.pk}/")
    other = enter(make_brand(slug="nightjar"))
    assert other.post(f"/studio/nightjar/people/bulk/{act.pk}/undo/").status_code == 404
    berit = enter(vesper)  # another of the studio
    for _ in range(2):  # a double click
        berit.post(f"/studio/vesper/people/bulk/{act.pk}/undo/")
    bulk._step(act.pk)
    page = read(office, f"/studio/vesper/people/bulk/{act.pk}/")
    assert "Being taken back: 2 of 4 people." in words(page)
    assert '<progress max="4" value="2"' in page
    bulk.carry_on(act.pk)
    act.refresh_from_db()
    assert (states(vesper), act.state, act.handled) == (["active"] * 7, "undone", 0)
    assert AuditEvent.objects.filter(verb="bulk.undone", subject=f"bulk:{act.pk}").count() == 1
    assert AuditEvent.objects.filter(verb="enrolment.paused", actor=act.by).count() == 4
    assert AuditEvent.objects.filter(verb="enrolment.active", actor=act.undone_by).count() == 4
    assert act.undone_by not in (None, act.by)
    assert "Taken back." in words(read(office, f"/studio/vesper/people/bulk/{act.pk}/"))


def test_an_act_that_has_not_begun_is_stopped_and_does_nothing(vesper: Brand, office: Client) -> None:
    act = press(office, who=crew(vesper, 2), do="pause")
    office.post(f"/studio/vesper/people/bulk/{act.pk}/undo/")
    bulk.carry_on(act.pk)
    act.refresh_from_db()
    assert (states(vesper), act.state) == (["active"] * 2, "undone")


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_stopping_while_a_chunk_is_done_waits_for_it_and_takes_it_back_too(
    vesper: Brand, kofi: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = crew(vesper, 4)
    monkeypatch.setattr(bulk, "CHUNK", 2)
    act = bulk.ask(brand=vesper, act="pause", enrolments=people, actor=kofi)
    bulk._step(act.pk)
    at_work, asked = threading.Event(), threading.Event()
    real = bulk._do

    def slow(row: BulkAct, theirs: Iterable[Enrolment]) -> None:
        at_work.set()
        asked.wait(5)
        time.sleep(0.3)  # the stop waits for the row by then
        real(row, theirs)

    def work() -> None:
        try:
            bulk._step(act.pk)
        finally:
            connection.close()

    monkeypatch.setattr(bulk, "_do", slow)
    worker = threading.Thread(target=work)
    worker.start()
    assert at_work.wait(5)
    asked.set()
    assert bulk.undo(row=BulkAct.objects.get(pk=act.pk), actor=kofi)
    worker.join()
    act.refresh_from_db()
    assert (act.state, act.handled, states(vesper)) == ("undoing", 2, ["paused"] * 2 + ["active"] * 2)
    bulk.carry_on(act.pk)
    assert states(vesper) == ["active"] * 4
