"""The small words of the pages: times, languages, addresses, marks."""

import datetime as dt

import pytest
import time_machine
from django.http import QueryDict
from django.template import Context, Template

from advocacy.templatetags import chorus
from people.networks import links
from people.queries.paging import Mark, seen

NOW = dt.datetime(2026, 11, 20, 12, 0, tzinfo=dt.UTC)  # a Friday


@pytest.mark.parametrize(
    ("time", "expected"),
    [
        ("2026-11-20T06:12+00:00", "today 06:12"),
        ("2026-11-20T00:30+01:00", "yesterday 23:30"),
        ("2026-11-19T08:41+00:00", "yesterday 08:41"),
        ("2026-11-18T17:05+00:00", "Wednesday"),
        ("2026-11-14T00:00+00:00", "Saturday"),
        ("2026-11-13T23:59+00:00", "13 November"),
        ("2026-01-01T00:00+00:00", "1 January"),
        ("2025-12-24T22:10+00:00", "24 December 2025"),
        ("2026-11-21T01:00+00:00", "21 November"),
    ],
)
def test_times_are_plain_words_in_utc(time: str, expected: str) -> None:
    with time_machine.travel(NOW, tick=False):
        assert chorus.when(dt.datetime.fromisoformat(time)) == expected


def test_the_date_beside_a_post_names_the_year_only_when_it_is_another() -> None:
    with time_machine.travel(NOW, tick=False):
        assert "16<span>Nov, 21:20</span>" in chorus.day(dt.datetime(2026, 11, 16, 21, 20, tzinfo=dt.UTC))
        assert "24<span>Dec 2025</span>" in chorus.day(dt.datetime(2025, 12, 24, 22, 10, tzinfo=dt.UTC))
    assert chorus.full_time(NOW) == "20 November 2026, 12:00 UTC"


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("de", ' lang="de"'),
        ("pt-BR", ' lang="pt-BR"'),
        ("zh-Hant-TW", ' lang="zh-Hant-TW"'),
        *((tag, "") for tag in ("", "und", "zxx", "art", "qqq_x", "d", "DE", 'de" x="', "de-")),
    ],
)
def test_only_tags_that_name_a_language_are_told_to_browsers(tag: str, expected: str) -> None:
    assert chorus.words_lang(tag) == expected


def test_an_icon_is_hidden_from_those_who_hear_the_page() -> None:
    made = Template("{% icon 'x' %}").render(Context())
    assert made == '<svg class="icon" aria-hidden="true"><use href="/static/icons.svg#x"/></svg>'


@pytest.mark.parametrize(
    ("base", "post", "answer", "profile"),
    [
        ("https://x.com", "https://x.com/a/status/5", "https://x.com/intent/tweet?in_reply_to=5", "https://x.com/a"),
        ("/sandbox", "/sandbox/a/status/5/", "/sandbox/a/status/5/", "/sandbox/a/"),
    ],
)
def test_addresses_at_a_network(settings: object, base: str, post: str, answer: str, profile: str) -> None:
    settings.X_WEB_BASE = base  # type: ignore[attr-defined] # pytest-django's fixture has no type
    assert links.permalink("x", "a", "5") == post
    assert links.answer_link("x", "a", "5") == answer
    assert links.profile_link("x", "a") == profile
    assert links.permalink("x", "", "5") == ("https://x.com/i/status/5" if base == "https://x.com" else "")
    assert '"' not in links.profile_link("x", 'a"><script>')


def test_a_mark_comes_back_from_an_address_as_it_was() -> None:
    mark = Mark(dt.datetime(2026, 11, 20, 6, 12, 3, 4, tzinfo=dt.UTC), 77)
    assert str(mark) == "2026-11-20T06:12:03.000004~77"
    assert Mark.read(str(mark)) == mark
    assert Mark.read("") is None
    assert Mark.read("2026-11-20T08:12:03.000004+02:00~77") == mark


@pytest.mark.parametrize(("words", "expected"), [("20", 20), ("", 0), ("-1", 0), ("x", 0), ("²", 0), ("9" * 12, 0)])
def test_how_many_were_seen_is_a_number_or_nothing(words: str, expected: int) -> None:
    assert seen(QueryDict(f"seen={words}")) == expected
