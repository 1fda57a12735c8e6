"""Saying for whom one works fits the post's sentence and language, and comes by itself in any script."""

import pytest

from people.sections import Spoken
from people.writing.disclosing import disclosed, named_in, suggestion

VESPER = Spoken(1, "Vesper", ())
WEI = Spoken(2, "维斯帕", ())
NIGHT = Spoken(3, "Night Trains", ("https://site.org/brands/nt/", "https://www.trains.org/night"))


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("Bread at dawn", "Bread at dawn. I work here."),
        ("Bread at dawn.", "Bread at dawn. I work here."),
        ("Bread at dawn!”", "Bread at dawn!” I work here."),
        ("Bread at dawn 🍞", "Bread at dawn 🍞 I work here."),
        ("Bread at dawn #bread", "Bread at dawn #bread\nI work here."),
        ("Bread: https://vesper.org/a", "Bread: https://vesper.org/a\nI work here."),
        ("Danke an @oskar", "Danke an @oskar\nI work here."),
        ("我们烤面包", "我们烤面包。I work here."),
        ("我们烤面包。", "我们烤面包。 I work here."),
        ("نخبز الخبز؟", "نخبز الخبز؟ I work here."),
        ("", "I work here."),
    ],
)
def test_it_begins_a_sentence_of_its_own(text: str, whole: str) -> None:
    assert disclosed(text, "I work here.") == whole
    assert disclosed(whole, "I work here.") == whole  # once


@pytest.mark.parametrize(
    ("lang", "named", "unnamed"),
    [
        ("de-AT", "Ich arbeite für Vesper.", "Ich arbeite hier."),
        ("fr", "Je travaille pour Vesper.", "Je travaille ici."),
        ("ja", "I work for Vesper.", "I work here."),
        ("", "I work for Vesper.", "I work here."),
    ],
)
def test_it_is_in_the_language_of_the_post_where_that_is_known(lang: str, named: str, unnamed: str) -> None:
    assert (suggestion(VESPER, lang), suggestion(None, lang)) == (named, unnamed)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("我在维斯帕的夜车上工作", WEI),
        ("我在Vesper的夜车上工作", VESPER),
        ("Vesper bakes.", VESPER),
        ("Vespers in the chapel", None),
        ("Look at https://site.org/brands/nt", NIGHT),
        ("Look at https://site.org/brands/nt?x=1", NIGHT),
        ("Look at https://site.org/brands/nt-two/", None),
        ("Look at http://trains.org/night/rome", NIGHT),
        ("Look at https://trains.org/nightly", None),
    ],
)
def test_a_brand_is_named_by_its_name_its_page_and_the_links_of_its_stories(text: str, found: Spoken | None) -> None:
    assert named_in(text, [WEI, VESPER, NIGHT]) == found
