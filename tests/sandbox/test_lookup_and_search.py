"""tweets and tweets/search/recent."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.sandbox.speaking import client, get


def minutes_ago(minutes):
    return (datetime.now(UTC) - timedelta(minutes=minutes)).isoformat()


def ids(answer):
    return [one["id"] for one in answer.get("data", ())]


@pytest.fixture
def people(sandbox):
    return {name: sandbox.inhabitant(handle=name) for name in ("ingrid", "jonas", "lea")}


def test_a_look_up_gives_what_is_there_and_says_why_the_rest_is_not(sandbox, people):
    here, gone, hidden, locked, left = (
        sandbox.say(handle=handle, text="Words") for handle in ("ingrid", "ingrid", "jonas", "lea", "ingrid")
    )
    sandbox.delete(id=gone)
    sandbox.protect(handle="jonas")
    sandbox.suspend(handle="lea")
    sandbox.delete(handle="ingrid", last=1)
    answer = client(sandbox).get_tweets([gone, here, hidden, locked, left, "20"])
    assert answer["data"] == [{"id": here, "text": "Words", "edit_history_tweet_ids": [here]}]
    assert [(one["value"], one["title"], one["type"].rsplit("/", 1)[-1]) for one in answer["errors"]] == [
        (gone, "Not Found Error", "resource-not-found"),
        (hidden, "Authorization Error", "not-authorized-for-resource"),
        (locked, "Authorization Error", "not-authorized-for-resource"),
        (left, "Not Found Error", "resource-not-found"),
        ("20", "Not Found Error", "resource-not-found"),
    ]


def test_a_hundred_and_one_ids_are_a_400(sandbox):
    answer = get(sandbox, "tweets", ids=",".join(str(number) for number in range(1, 102)))
    assert answer.status_code == 400
    assert "[101] is not between 1 and 100" in answer.json()["errors"][0]["message"]


def test_search_joins_accounts_by_handle_or_id_newest_first(sandbox, people):
    posts = [
        sandbox.say(handle=handle, text="Words", at=minutes_ago(9 - place))
        for place, handle in enumerate(("ingrid", "jonas", "lea"))
    ]
    query = f"(from:INGRID OR from:{people['jonas']}) -is:retweet"
    answer = client(sandbox).search_recent_tweets(query, tweet_fields=["author_id"])
    assert [(one["id"], one["author_id"]) for one in answer["data"]] == [
        (posts[1], people["jonas"]),
        (posts[0], people["ingrid"]),
    ]
    assert answer["meta"] == {"result_count": 2, "newest_id": posts[1], "oldest_id": posts[0]}


def test_search_leaves_reposts_out_or_asks_for_them_alone(sandbox, people):
    own = sandbox.say(handle="ingrid", text="Mine", at=minutes_ago(8))
    other = sandbox.say(handle="jonas", text="His", at=minutes_ago(7))
    repost = sandbox.say(handle="ingrid", repost=other, at=minutes_ago(6))
    api = client(sandbox)
    assert ids(api.search_recent_tweets("from:ingrid")) == [repost, own]
    assert ids(api.search_recent_tweets("from:ingrid -is:retweet")) == [own]
    assert ids(api.search_recent_tweets("from:ingrid is:retweet")) == [repost]


def test_search_knows_seven_days_and_not_the_last_thirty_seconds(sandbox, people):
    sandbox.say(handle="ingrid", text="Last week", at=minutes_ago(7 * 1440 + 1))
    post = sandbox.say(handle="ingrid", text="This week", at=minutes_ago(7 * 1440 - 5))
    sandbox.say(handle="ingrid", text="Just now")
    assert ids(client(sandbox).search_recent_tweets("from:ingrid")) == [post]


def test_search_does_not_find_hidden_accounts(sandbox, people):
    for handle in people:
        sandbox.say(handle=handle, text="Words", at=minutes_ago(5))
    sandbox.protect(handle="ingrid")
    sandbox.suspend(handle="jonas")
    sandbox.deactivate(handle="lea")
    query = "from:ingrid OR from:jonas OR from:lea"
    assert client(sandbox).search_recent_tweets(query) == {"meta": {"result_count": 0}}


def test_search_pages_hold_every_post_once_above_since_id(sandbox, people):
    posts = [sandbox.say(handle="ingrid", text=f"Number {place}", at=minutes_ago(60 - place)) for place in range(25)]
    api, found, token = client(sandbox), [], None
    while True:
        answer = api.search_recent_tweets("from:ingrid", since_id=posts[2], max_results=10, next_token=token)
        found.append(ids(answer))
        token = answer["meta"].get("next_token")
        if token is None:
            break
    assert found == [posts[24:14:-1], posts[14:4:-1], posts[4:2:-1]]


@pytest.mark.parametrize(
    "query",
    [
        "",
        "from:a OR " * 60 + "from:a",
        "from:a from:b",
        "trains",
        "-is:retweet",
        "(from:a OR from:b",
        "from:a list:12",
    ],
)
def test_a_query_that_cannot_be_is_a_400(sandbox, query):
    answer = get(sandbox, "tweets/search/recent", query=query)
    assert (answer.status_code, list(answer.json()["errors"][0]["parameters"])) == (400, ["query"])


def test_a_query_of_512_characters_is_allowed(sandbox):
    query = " OR ".join(f"from:{number:019d}" for number in range(1, 19)) + " OR from:"
    query += "a" * (512 - len(query)) if 512 - len(query) < 16 else "a" * 15
    assert get(sandbox, "tweets/search/recent", query=query.ljust(512)).status_code == 200
    assert get(sandbox, "tweets/search/recent", query=query.ljust(513)).status_code == 400


def test_an_address_that_the_api_does_not_have_is_an_empty_404(sandbox):
    answer = get(sandbox, "usage/credits")
    assert (answer.status_code, answer.content) == (404, b"")
