"""The judge of `make faults` names what is wrong: each end here is one that a broken product would come to."""

from typing import Any

import pytest

from tests.faults import crowd, judging
from tests.faults.cases import KINDS, Case, whole
from tests.faults.judging import Life, State, judge

WORDS = "Good morning"


def life(case: Case, state: str, **fields: Any) -> Life:
    """A life that ended so; posts: by whom each was made, sends: when each reached the network."""
    posts, sends = fields.pop("posts", []), fields.pop("sends", [])
    made = [
        {"id": str(place), "by": by, "text": fields.get("words", WORDS), "deleted": False}
        for place, by in enumerate(posts)
    ]
    told = f"{state}:{fields.get('reason', '')}"
    out = {"remote_id": "0", "kept": 1} if state == State.PUBLISHED else {}
    return Life(
        **{
            "case": case,
            "state": state,
            "log": {"posts": made, "sends": sends},
            "words": WORDS,
            "told": told,
            **out,
            **fields,
        }
    )


@pytest.mark.parametrize("kind", KINDS)
def test_a_post_that_is_out_once_is_right(kind: str) -> None:
    assert judge(life(Case(kind), State.PUBLISHED, posts=["api"], sends=[1.0])) == []


@pytest.mark.parametrize(
    ("case", "state", "posts"),
    [
        (Case("N", "429"), State.FAILED, []),
        (Case("N", "ok", "c1"), State.NEEDS_HUMAN, []),
        (Case("N", "ok", "c6"), State.NEEDS_HUMAN, []),
        (Case("K", "500-before"), State.NEEDS_HUMAN, []),
        (Case("P", "reset-before"), State.NEEDS_HUMAN, []),
        (Case("N", "403"), State.PUBLISHED, ["api"]),
        (Case("N", "403"), State.NEEDS_HUMAN, []),
        (Case("K", "403", "c3"), State.NEEDS_HUMAN, []),
        (Case("N", "reset-after"), State.NEEDS_HUMAN, ["api"]),
        (Case("U", "reset-after"), State.PUBLISHED, ["api"]),
        (Case("N", "ok"), State.MISSED, []),
        (Case("N", "ok", "c3"), State.PUBLISHED, ["api"]),
        (Case("N", "ok", extra="cancel", at="c4"), State.CANCELLED, []),
    ],
)
def test_an_end_that_the_protocol_does_not_give_this_life_is_wrong(case: Case, state: str, posts: list[str]) -> None:
    wrong = judge(life(case, state, posts=posts, sends=[1.0] * max(len(posts), judging.sends(case) or 0)))
    assert any(word.startswith(f"ended {state}") for word in wrong)


def test_a_send_after_a_confirmed_cancel_is_wrong_whatever_the_row_says() -> None:
    case = Case("N", "ok", extra="cancel", at="c1")
    out = {"posts": ["api"], "sends": [2.0], "cancelled_at": 1.0}
    for state, reason in ((State.CANCELLED, ""), (State.PUBLISHED, ""), (State.PUBLISHED, "undeleted")):
        assert "sent after a confirmed cancel" in judge(life(case, state, reason=reason, **out))
    assert judge(life(case, State.CANCELLED, cancelled_at=1.0)) == []


def test_a_cancel_that_is_refused_in_time_or_taken_too_late_is_wrong() -> None:
    early, late = Case("N", "ok", extra="cancel", at="c0"), Case("N", "ok", extra="cancel", at="c4")
    out = {"posts": ["api"], "sends": [1.0]}
    assert "could not be called off" in judge(life(early, State.PUBLISHED, **out))
    assert "called off too late" in judge(life(late, State.PUBLISHED, cancelled_at=2.0, **out))


def test_what_was_written_by_hand_is_bound_and_not_sent_again() -> None:
    case = Case("N", "reset-before", extra="hand")
    assert judge(life(case, State.PUBLISHED, posts=["hand"], sends=[1.0])) == []
    again = judge(life(case, State.PUBLISHED, posts=["hand", "api"], sends=[1.0, 2.0]))
    assert again == ["ended published  with 1 posts, not published with 0", "sent 2 times, not 1"]


def test_a_change_that_was_taken_must_be_what_goes_out() -> None:
    case = Case("N", "ok", extra="edit", at="c1")
    assert judge(life(case, State.PUBLISHED, posts=["api"], sends=[1.0], edited=True)) == []
    assert judge(life(case, State.PUBLISHED, posts=["api"], sends=[1.0])) == ["could not be changed"]


def test_an_author_who_was_not_told_of_an_end_is_named() -> None:
    assert judge(life(Case("N", "403"), State.FAILED, sends=[1.0], reason="refused")) == []
    assert judge(life(Case("N", "403"), State.FAILED, sends=[1.0], told="")) == ["its author was not told"]


def test_each_life_has_one_end_that_a_person_or_the_network_gave_it() -> None:
    ends = {State.PUBLISHED, State.FAILED, State.CANCELLED, State.NEEDS_HUMAN}
    for kind in KINDS:
        found = {case: judging.expected(case) for case in whole(kind)}
        assert {end.state for end in found.values()} == ends - ({State.NEEDS_HUMAN} if kind in "PK" else set())
        assert max(end.posts for end in found.values()) == 1


def test_no_more_authors_are_asked_than_sends_were_cut_off() -> None:
    assert crowd.together({"published": 1_990, "needs_human": 10}, posts=1_990, cut_off=10) == []
    (wrong,) = crowd.together({"needs_human": 2_000}, posts=0, cut_off=24)
    assert wrong == "all: 2000 authors are asked, though at most 24 sends were cut off"


def test_every_post_that_is_out_belongs_to_a_row() -> None:
    (wrong,) = crowd.together({"published": 10}, posts=11, cut_off=0)
    assert wrong == "all: 11 posts are out, and 10 deliveries are published"
