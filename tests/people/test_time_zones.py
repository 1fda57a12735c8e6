"""The time zones that people choose from."""

import datetime as dt
import re
from zoneinfo import available_timezones

import pytest
from django.test import Client

from people.models import Fan
from people.templatetags.zones import zone_select
from people.time_zones import choices, offset
from people.views.follow_form import FollowForm
from tests.factories import make_person, make_user

WINTER = dt.datetime(2026, 11, 27, 6, tzinfo=dt.UTC)
SUMMER = dt.datetime(2026, 7, 1, 6, tzinfo=dt.UTC)


def offered(kept: str = "") -> dict[str, str]:
    """Return what the list says of each zone by its name."""
    found: dict[str, str] = {}
    for value, words in choices(kept):
        found.update([(value, words)] if isinstance(words, str) else words)
    return found


def test_each_place_stands_once_below_its_continent_and_no_zone_is_offered_by_a_second_name() -> None:
    names = offered()
    assert {"UTC", "Europe/Vienna", "Europe/Oslo", "Asia/Kolkata", "America/Argentina/Buenos_Aires"} <= set(names)
    assert not {"US/Eastern", "GMT0", "Etc/GMT+3", "Asia/Calcutta", "Turkey", "CET", "Zulu"} & set(names)
    assert set(names) <= available_timezones()
    (first, *rest) = choices()
    assert first == ("UTC", "UTC")
    assert [area for area, _ in rest if area[0] in "EP"] == ["Europe", "Pacific Ocean"]
    europe = dict(rest)["Europe"]
    assert [*europe] == sorted(europe, key=lambda place: place[1])


def test_a_place_says_what_its_clock_shows_against_utc_now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("people.time_zones.timezone.now", lambda: WINTER)
    names = offered()
    assert (names["Europe/Vienna"], names["Asia/Kolkata"]) == ("Vienna (UTC+1)", "Kolkata (UTC+5:30)")
    assert names["America/St_Johns"] == "St Johns (UTC−3:30)"  # noqa: RUF001 - a minus
    assert names["America/Argentina/Buenos_Aires"].startswith("Buenos Aires, Argentina (UTC")
    monkeypatch.setattr("people.time_zones.timezone.now", lambda: SUMMER)
    assert offered()["Europe/Vienna"] == "Vienna (UTC+2)"
    assert offset("Africa/Abidjan", SUMMER) == "UTC+0"


def test_a_zone_that_is_kept_by_another_name_stays_chosen_and_nonsense_is_no_choice() -> None:
    assert re.findall(r'<option value="([^"]+)"[^>]* selected', zone_select("US/Eastern")) == ["US/Eastern"]
    assert re.findall(r'<option value="([^"]+)"[^>]* selected', zone_select("Europe/Vienna")) == ["Europe/Vienna"]
    assert "US/Eastern" not in zone_select("Europe/Vienna")
    assert "../../etc/passwd" not in zone_select("../../etc/passwd")


def test_a_browser_with_an_older_name_for_a_place_finds_it() -> None:
    listed = zone_select("UTC", guess=True)
    assert '<option value="Asia/Kolkata" data-was="Asia/Calcutta">' in listed
    assert 'data-guess="1"' in listed
    assert "data-guess" not in zone_select("UTC")


@pytest.mark.parametrize(("zone", "right"), [("Europe/Vienna", True), ("Asia/Calcutta", True), ("Mars/Base", False)])
def test_a_form_takes_a_zone_by_any_name_that_it_has(zone: str, right: bool) -> None:
    form = FollowForm({"email": "lea@reader.example", "rhythm": "weekly", "zone": zone})
    assert form.is_valid() is right
    assert ("zone" in form.errors) is not right


@pytest.mark.django_db
def test_a_fan_sees_their_own_zone_chosen_and_no_other_fans(client: Client) -> None:
    lea, other = make_user("lea@reader.example"), make_user("other@reader.example")
    Fan.objects.create(user=lea, zone="Asia/Calcutta")
    Fan.objects.create(user=other, zone="US/Eastern")
    client.force_login(lea)
    page = client.get("/home/people/").content.decode()
    assert re.findall(r'<option value="([^"]+/[^"]+)"[^>]* selected', page) == ["Asia/Calcutta"]
    assert "US/Eastern" not in page


@pytest.mark.django_db
def test_the_list_of_a_public_page_is_in_its_html_and_needs_no_script(client: Client) -> None:
    make_person("Ingrid Solbakk", slug="ingrid-solbakk")
    page = client.get("/people/ingrid-solbakk/follow/").content.decode()
    assert '<optgroup label="Europe">' in page
    assert re.search(r'<option value="Europe/Oslo"[^>]*>\s*Oslo \(UTC\+[12]\)</option>', page)
