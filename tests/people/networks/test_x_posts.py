"""A post of X as a record."""

from typing import Any

import pytest

from people.networks.types import Entity, Media, Metrics
from people.networks.x_posts import record


def post(**fields: Any) -> dict[str, Any]:
    return {
        "id": "1850000000000000001",
        "author_id": "5",
        "created_at": "2026-11-20T06:12:00.000Z",
        "text": "Good morning.",
        "lang": "en",
        "edit_history_tweet_ids": ["1850000000000000001"],
        **fields,
    }


def read(**fields: Any) -> Any:
    return record(post(**fields), {}, web_base="https://x.com")


def test_escaped_characters_are_undone_once_and_entities_move_along() -> None:
    found = read(
        text="Salt &amp; pepper &lt;3 &amp;amp; #soup",
        entities={"hashtags": [{"start": 34, "end": 39, "tag": "soup"}]},
    )
    assert found.text == "Salt & pepper <3 &amp; #soup"
    assert found.entities == (Entity("hashtag", 23, 28, "https://x.com/hashtag/soup", "#soup"),)
    assert found.text[23:28] == "#soup"


def test_a_link_goes_through_the_networks_own_address_and_shows_the_display_address() -> None:
    url = {"start": 0, "end": 23, "url": "https://t.co/Vu0rwnoYHa", "display_url": "vesper.example/a…"}
    found = read(text="https://t.co/Vu0rwnoYHa", entities={"urls": [url]})
    assert found.entities == (Entity("url", 0, 23, "https://t.co/Vu0rwnoYHa", "vesper.example/a…"),)


def test_an_answer_to_oneself_is_a_post_and_to_somebody_else_a_reply() -> None:
    to = {"referenced_tweets": [{"type": "replied_to", "id": "77"}]}
    mention = {"mentions": [{"start": 0, "end": 5, "username": "Lea", "id": "6"}]}
    assert read(in_reply_to_user_id="5", **to).kind == "post"
    answer = read(in_reply_to_user_id="6", entities=mention, **to)
    assert (answer.kind, answer.reply_to_id, answer.reply_to_handle) == ("reply", "77", "Lea")


def test_a_repost_keeps_who_was_shared_and_none_of_their_words() -> None:
    shared = read(text="RT @lea: My own words…", referenced_tweets=[{"type": "retweeted", "id": "77"}])
    assert (shared.kind, shared.repost_of_id, shared.repost_of_handle, shared.text) == ("repost", "77", "lea", "")
    assert shared.entities == ()


def test_a_quote_keeps_ones_own_words() -> None:
    quote = read(referenced_tweets=[{"type": "quoted", "id": "77"}])
    assert (quote.kind, quote.quote_of_id, quote.text) == ("quote", "77", "Good morning.")


def test_a_long_post_is_kept_whole() -> None:
    assert read(text="Short…", note_tweet={"text": "The long words."}).text == "The long words."


def test_figures_are_what_the_network_gave_and_unknown_where_it_gave_none() -> None:
    assert read().metrics is None
    assert read(public_metrics={"like_count": 0}).metrics == Metrics(None, None, 0, None)


def test_a_language_that_the_network_could_not_tell_is_none() -> None:
    assert [read(lang=code).lang for code in ("und", "qme", "zxx", "de", "in", "iw")] == ["", "", "", "de", "id", "he"]


def test_pictures_come_with_their_description() -> None:
    media = {"3_1": {"media_key": "3_1", "type": "photo", "url": "https://pbs.example/1.jpg", "alt_text": "Snow"}}
    found = record(post(attachments={"media_keys": ["3_1", "3_2"]}), media, web_base="https://x.com")
    assert found.media == (Media("photo", "https://pbs.example/1.jpg", "Snow", None, None),)


def test_in_the_sandbox_nothing_links_to_strangers_at_the_real_network() -> None:
    entities = {
        "mentions": [{"start": 0, "end": 4, "username": "lea", "id": "6"}],
        "hashtags": [{"start": 5, "end": 10, "tag": "snow"}],
    }
    found = record(post(text="@lea #snow", entities=entities), {}, web_base="/sandbox")
    assert [entity.href for entity in found.entities] == ["/sandbox/lea", ""]


@pytest.mark.parametrize("broken", ["id", "author_id", "created_at", "text"])
def test_a_post_without_what_every_post_has_is_an_error(broken: str) -> None:
    with pytest.raises(KeyError):
        record({k: v for k, v in post().items() if k != broken}, {}, web_base="https://x.com")


def test_a_time_without_a_zone_is_an_error() -> None:
    with pytest.raises(ValueError, match="zone"):
        read(created_at="2026-11-20T06:12:00")


@pytest.mark.parametrize("odd", ["", "12a", "1" * 21, "-1", "１２"])
def test_what_is_no_id_is_an_error(odd: str) -> None:
    with pytest.raises(ValueError, match="id"):
        read(id=odd)


def test_a_language_longer_than_any_is_none() -> None:
    assert read(lang="x" * 36).lang == ""
