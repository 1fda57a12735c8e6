"""How far back a timeline reaches: 3,200 posts, or 800 without replies."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from advocacy.sandbox import verbs
from advocacy.sandbox.models import Utterance
from advocacy.sandbox.snowflakes import floor_of


@pytest.fixture
def long_timeline():
    """Give an account with 3,210 posts, every second one a reply, and their ids, newest first."""
    who = verbs.inhabitant(handle="ingrid")
    began = datetime(2024, 1, 1, tzinfo=UTC)
    times = [began + timedelta(minutes=place) for place in range(3_210)]
    Utterance.objects.bulk_create(
        Utterance(
            id=floor_of(at), author_id=who, created_at=at, text="Words", in_reply_to_user=12 if place % 2 else None
        )
        for place, at in enumerate(times)
    )
    return who, [str(floor_of(at)) for at in reversed(times)]


def walk(who, bearer, **parameters):
    found, token = [], None
    while True:
        asked = {"max_results": "100", **parameters} | ({"pagination_token": token} if token else {})
        headers = {"Authorization": f"Bearer {bearer}"}
        answer = Client().get(f"/sandbox/x/2/users/{who}/tweets", asked, headers=headers).json()
        found += [one["id"] for one in answer.get("data", ())]
        token = answer["meta"].get("next_token")
        if token is None:
            return found


@pytest.mark.django_db
def test_only_the_newest_3200_posts_can_be_reached(long_timeline, settings):
    who, ids = long_timeline
    assert walk(who, settings.SANDBOX_BEARER_TOKEN) == ids[:3_200]


@pytest.mark.django_db
def test_without_replies_only_the_newest_800_are_looked_at(long_timeline, settings):
    who, ids = long_timeline
    assert walk(who, settings.SANDBOX_BEARER_TOKEN, exclude="replies") == ids[1:800:2]
