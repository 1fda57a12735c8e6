"""Words as HTML."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from people.networks.types import Entity
from people.rendering import beside_picture, words_html


def test_everything_that_could_be_markup_is_escaped() -> None:
    assert words_html("<script>alert('1') & \"2\"</script>", []) == (
        "<p>&lt;script&gt;alert(&#x27;1&#x27;) &amp; &quot;2&quot;&lt;/script&gt;</p>"
    )


def test_an_entity_becomes_a_link_that_shows_what_the_network_shows() -> None:
    entity = Entity("url", 5, 28, "https://t.co/Vu0rwnoYHa", "chorus.example/a…")
    assert words_html("Read https://t.co/Vu0rwnoYHa now", [entity]) == (
        '<p>Read <a href="https://t.co/Vu0rwnoYHa" rel="nofollow noopener ugc">chorus.example/a…</a> now</p>'
    )


def test_an_address_that_is_no_web_address_is_not_linked() -> None:
    for href in ("javascript:alert(1)", "data:text/html,x", "//evil.example", ""):
        assert words_html("abc", [Entity("url", 0, 3, href, "a<c")]) == "<p>a&lt;c</p>"


def test_offsets_count_code_points_so_that_an_emoji_moves_nothing() -> None:
    entity = Entity("hashtag", 6, 10, "/t", "#ski")
    assert words_html("👩‍👩‍👧 #ski", [entity]) == '<p>👩‍👩‍👧 <a href="/t" rel="nofollow noopener ugc">#ski</a></p>'


def test_an_empty_line_starts_a_paragraph_and_a_single_break_a_line() -> None:
    assert words_html("one\r\ntwo\n\n\n\nthree", []) == "<p>one<br>two</p><p>three</p>"


def test_overlapping_and_outlying_entities_lose_no_words() -> None:
    entities = [Entity("url", 0, 3, "/a", "abc"), Entity("url", 2, 5, "/b", "cde"), Entity("url", 4, 99, "/c", "x")]
    assert words_html("abcdef", entities) == '<p><a href="/a" rel="nofollow noopener ugc">abc</a>def</p>'


def test_an_ampersand_shows_as_one() -> None:
    assert words_html("salt & pepper &amp; co", []) == "<p>salt &amp; pepper &amp;amp; co</p>"


PICTURE = "https://t.co/Dn5SNOe2oD"


def with_picture(text: str, shown: str = "pic.x.com/Dn5SNOe2oD") -> str:
    """Return the words of a post that X ended with its picture's address, as they stand beside the picture."""
    start = text.index(PICTURE)
    return beside_picture(words_html(text, [Entity("url", start, start + len(PICTURE), PICTURE, shown)]))


@pytest.mark.parametrize("shown", ["pic.x.com/Dn5SNOe2oD", "pic.twitter.com/Dn5SNOe2oD", PICTURE])
def test_beside_a_picture_the_link_that_stands_for_it_is_not_drawn(shown: str) -> None:
    assert with_picture(f"A mug. {PICTURE}", shown) == "<p>A mug.</p>"
    assert with_picture(f"A mug.\n \n{PICTURE}", shown) == "<p>A mug.</p>"
    assert with_picture(f"A mug.\n\nHot.\n\n{PICTURE}", shown) == "<p>A mug.</p><p>Hot.</p>"
    assert with_picture(PICTURE, shown) == ""
    assert beside_picture(words_html(f"A mug. {PICTURE}", [])) == "<p>A mug.</p>"


def test_beside_a_picture_every_other_word_and_link_stays() -> None:
    assert with_picture(f"{PICTURE} is where it is", PICTURE).endswith(" is where it is</p>")
    link = '<a href="https://t.co/Dn5SNOe2oD" rel="nofollow noopener ugc">{}</a>'
    for shown in ("chorus.example/a…", "epic.x.com/a", "pic.x.com.evil.example/a"):
        assert with_picture(f"Read {PICTURE}", shown) == f"<p>Read {link.format(shown)}</p>"
    assert beside_picture(words_html("No link here", [])) == "<p>No link here</p>"
    assert beside_picture("") == ""


@given(st.text(max_size=60), st.lists(st.tuples(st.integers(-5, 70), st.integers(-5, 70)), max_size=4))
def test_no_text_and_no_offsets_ever_open_a_tag_of_their_own(text: str, places: list[tuple[int, int]]) -> None:
    entities = [Entity("url", start, end, "javascript:x", "y") for start, end in places]
    html = words_html(text, entities).replace("<p>", "").replace("</p>", "").replace("<br>", "")
    assert "<" not in html
    assert ">" not in html
