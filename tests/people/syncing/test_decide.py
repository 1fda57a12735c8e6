"""Deciding what a page changes."""

import dataclasses
from datetime import UTC, datetime
from typing import Any

from people.networks.types import Entity, Metrics, PostRecord
from people.syncing.decide import COLUMNS, Decision, Stored, columns, decide

AUTHOR = "5558312"


def said(remote_id: str, text: str = "Snow again.", **fields: Any) -> PostRecord:
    fields.setdefault("author_id", AUTHOR)
    fields.setdefault("published_at", datetime(2026, 11, 20, 6, 12, tzinfo=UTC))
    return PostRecord(remote_id, text=text, **fields)


def stored(pk: int, record: PostRecord) -> Stored:
    return Stored(pk, record.remote_id, columns(record))


def test_a_post_not_stored_yet_is_new() -> None:
    assert decide(AUTHOR, [], [said("1")]) == Decision(new=[columns(said("1"))])


def test_a_post_stored_as_it_is_stays_the_same() -> None:
    record = said("1", entities=(Entity("hashtag", 0, 4, "/t", "#snow"),), metrics=Metrics(likes=2))
    assert decide(AUTHOR, [stored(7, record)], [record]) == Decision(same=[7])


def test_each_field_that_differs_makes_a_post_changed() -> None:
    record = said("1")
    others = {
        "text": "Sun.",
        "lang": "de",
        "entities": (Entity("hashtag", 0, 4, "/t", "#snow"),),
        "metrics": Metrics(likes=3),
        "kind": "reply",
        "reply_to_id": "9",
        "published_at": datetime(2026, 11, 20, 6, 13, tzinfo=UTC),
    }
    for name, value in others.items():
        now = dataclasses.replace(record, **{name: value})
        assert decide(AUTHOR, [stored(7, record)], [now]) == Decision(changed=[(7, columns(now))]), name


def test_a_record_by_somebody_else_is_never_taken_into_the_account() -> None:
    assert decide(AUTHOR, [], [said("1", author_id="666")]) == Decision(foreign=1)


def test_a_page_that_says_a_post_twice_stores_it_once() -> None:
    assert decide(AUTHOR, [], [said("1"), said("1")]) == Decision(new=[columns(said("1"))])


def test_an_edit_takes_over_the_row_of_the_version_before() -> None:
    before = said("1", "Snw", edit_history=("1",))
    after = said("2", "Snow", edit_history=("1", "2"))
    assert decide(AUTHOR, [stored(7, before)], [after]) == Decision(changed=[(7, columns(after))])


def test_an_edit_whose_versions_come_on_one_page_is_stored_once_as_the_newest() -> None:
    before = said("1", "Snw", edit_history=("1", "2"))
    after = said("2", "Snow", edit_history=("1", "2"))
    for page in ([after, before], [before, after]):
        assert decide(AUTHOR, [], page) == Decision(new=[columns(after)])


def test_an_old_version_that_comes_late_does_not_undo_the_edit() -> None:
    after = said("2", "Snow", edit_history=("1", "2"))
    late = said("1", "Snw", edit_history=("1", "2"))
    assert decide(AUTHOR, [stored(7, after)], [late]) == Decision(same=[7])


def test_nothing_on_the_page_changes_nothing() -> None:
    assert decide(AUTHOR, [stored(7, said("1"))], []) == Decision()


def test_a_nul_never_reaches_the_database() -> None:
    (new,) = decide(AUTHOR, [], [said("1", "a\x00b")]).new
    assert (new["text"], new["html"]) == ("ab", "<p>ab</p>")


def test_unknown_figures_stay_unknown() -> None:
    (new,) = decide(AUTHOR, [], [said("1")]).new
    assert new["metrics"] is None


def test_every_column_that_deciding_sets_is_compared() -> None:
    assert set(COLUMNS) == set(columns(said("1")))


def test_a_stored_version_learns_that_it_was_edited_since() -> None:
    alone = said("1", "Snw", edit_history=("1",))
    followed = said("1", "Snw", edit_history=("1", "2"))
    assert decide(AUTHOR, [stored(7, alone)], [followed]) == Decision(changed=[(7, columns(followed))])
