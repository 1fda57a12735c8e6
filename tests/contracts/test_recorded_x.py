"""The X adapter on real recorded answers (../shared/data/api-fixtures, read where it lies, never copied here)."""

import io
import json
import os
import tarfile
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings

from people.networks.types import PostRecord
from people.networks.x_posts import record
from people.rendering import words_html

ARCHIVE = settings.REAL_DATA_DIR / "api-fixtures" / "fixtures.tar.xz"
if not ARCHIVE.exists() and not os.environ.get("REQUIRE_REAL_DATA"):
    pytest.skip(f"needs the recorded answers in {ARCHIVE}", allow_module_level=True)


def answers(member: str) -> Iterator[dict[str, Any]]:
    with tarfile.open(ARCHIVE) as archive:
        for entry in archive.getmembers():
            if entry.name.endswith(member):
                file = archive.extractfile(entry)
                assert file is not None
                for line in io.TextIOWrapper(file, "utf-8"):
                    answer = json.loads(line)
                    if isinstance(answer.get("data"), list):
                        yield answer


def records(member: str) -> list[tuple[dict[str, Any], PostRecord]]:
    found = []
    for answer in answers(member):
        media = {m["media_key"]: m for m in answer.get("includes", {}).get("media", [])}
        found += [(post, record(post, media, web_base="https://x.com")) for post in answer["data"]]
    return found


FILES = ["brexit.jsonl", "kpop.jsonl", "cashtags.jsonl", "many_urls.jsonl", "media_tweet.jsonl", "mentions_tweet.jsonl"]


@pytest.mark.parametrize("member", FILES)
def test_every_linked_part_lies_where_the_text_says_it(member: str) -> None:
    found = records(member)
    assert found
    for _, post in found:
        for entity in post.entities:
            part = post.text[entity.start : entity.end]
            if entity.kind == "mention":
                assert part.replace("＠", "@").casefold() == entity.shown.casefold()
            if entity.kind == "hashtag":
                assert part.replace("＃", "#").casefold() == entity.shown.casefold()
            if entity.kind == "url":
                assert part == entity.href


@pytest.mark.parametrize("member", FILES)
def test_no_escaping_of_the_network_is_left_and_none_is_lost(member: str) -> None:
    for raw, post in records(member):
        if post.kind == "repost":
            assert post.text == ""
            continue
        again = post.text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        assert again == (raw.get("note_tweet", {}).get("text") or raw["text"])
        assert "&amp;amp;" not in words_html(post.text, post.entities)


@pytest.mark.parametrize("member", FILES)
def test_kinds_follow_the_references(member: str) -> None:
    for raw, post in records(member):
        references = {r["type"] for r in raw.get("referenced_tweets", [])}
        assert (post.kind == "repost") == ("retweeted" in references)
        assert (post.repost_of_handle != "") == ("retweeted" in references)


def test_a_real_edit_keeps_the_chain_of_its_versions() -> None:
    edited = [post for _, post in records("edited.jsonl")]
    assert edited
    assert any(len(post.edit_history) > 1 for post in edited)
    for post in edited:
        assert post.remote_id in post.edit_history


def test_a_real_picture_comes_with_its_size() -> None:
    media = [m for _, post in records("media_tweet.jsonl") for m in post.media]
    assert media
    assert all(m.kind in {"photo", "video", "gif"} and m.width and m.height for m in media)
