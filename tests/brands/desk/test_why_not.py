"""Why a post is not shown, in words: the first reason that placing knows."""

import datetime as dt

import pytest

from brands.feed import Consent, Facts, shown_here
from brands.queries.showing import why_not

NOW = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
EARLIER, LATER = NOW - dt.timedelta(days=3), NOW + dt.timedelta(days=3)
OLDER = "It is older than 20 November 2026, and you have not picked it."
ANSWER = "It answers somebody: it is shown with what it answers, not by itself."


def consent(**fields: object) -> Consent:
    known = {"state": "active", "state_changed_at": EARLIER, "shows": "all", "since": NOW, "reposts": False}
    return Consent(**{**known, **fields})  # type: ignore[arg-type]


def post(**fields: object) -> Facts:
    known = {"id": 1, "account_id": 1, "person_id": 1, "kind": "post", "published_at": LATER}
    return Facts(**{**known, **fields})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("yes", "facts", "choice", "reason", "words"),
    [
        (consent(), post(quiet_at=NOW), True, "r", "Quiet: it is shown nowhere on this site."),
        (consent(), post(), True, "It names a passenger.", "Vesper took it off its page: It names a passenger."),
        (consent(proven=False), post(), False, None, "You chose not to show it here."),
        (consent(proven=False), post(), True, None, "The account is not confirmed as yours yet."),
        (consent(state="suspended"), post(), True, None, "Vesper has hidden you for now."),
        (consent(state="paused"), post(), True, None, "You said it during your break."),
        (consent(shows="picked"), post(), None, None, "You have not picked it."),
        (consent(), post(published_at=EARLIER), None, None, OLDER),
        (consent(), post(kind="reply"), None, None, ANSWER),
        (
            consent(),
            post(kind="repost"),
            None,
            None,
            "You shared it from somebody else, which this page shows only if you choose so.",
        ),
    ],
)
def test_each_reason_has_its_words(
    yes: Consent, facts: Facts, choice: bool | None, reason: str | None, words: str
) -> None:
    assert not shown_here(yes, facts, choice=choice, removed=reason is not None)
    assert why_not(yes, facts, choice=choice, reason=reason, brand="Vesper") == words
