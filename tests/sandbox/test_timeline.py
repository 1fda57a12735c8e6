"""users/:id/tweets."""

import itertools

import pytest

from tests.sandbox.speaking import client, get


@pytest.fixture
def ingrid(sandbox):
    return sandbox.inhabitant(handle="ingrid", name="Ingrid Solbakk")


def said(sandbox, count, handle="ingrid", **words):
    return [sandbox.say(handle=handle, text=f"Number {place}", **words) for place in range(count)]


def ids(answer):
    return [one["id"] for one in answer.get("data", ())]


def walk(api, who, **words):
    """Return the ids of every page, following next_token."""
    pages, token = [], None
    while True:
        answer = api.get_users_tweets(who, pagination_token=token, **words)
        pages.append(ids(answer))
        token = answer["meta"].get("next_token")
        if token is None:
            return pages


def test_ten_posts_come_by_default_newest_first_with_the_default_fields(sandbox, ingrid):
    posts = said(sandbox, 12)
    answer = client(sandbox).get_users_tweets(ingrid)
    assert ids(answer) == posts[::-1][:10]
    assert answer["data"][0] == {"id": posts[-1], "text": "Number 11", "edit_history_tweet_ids": [posts[-1]]}
    token = answer["meta"].pop("next_token")
    assert token
    assert answer["meta"] == {"result_count": 10, "newest_id": posts[11], "oldest_id": posts[2]}


def test_pages_hold_every_post_once_and_lead_back_again(sandbox, ingrid):
    posts = said(sandbox, 12)
    api = client(sandbox)
    assert walk(api, ingrid, max_results=5) == [posts[::-1][0:5], posts[::-1][5:10], posts[::-1][10:]]
    first = api.get_users_tweets(ingrid, max_results=5)
    second = api.get_users_tweets(ingrid, max_results=5, pagination_token=first["meta"]["next_token"])
    back = api.get_users_tweets(ingrid, max_results=5, pagination_token=second["meta"]["previous_token"])
    assert ids(back) == ids(first)
    assert "previous_token" not in first["meta"]


def test_an_account_that_says_nothing_has_an_empty_page_without_data(sandbox, ingrid):
    assert client(sandbox).get_users_tweets(ingrid) == {"meta": {"result_count": 0}}


def test_since_id_and_until_id_are_exclusive(sandbox, ingrid):
    posts = said(sandbox, 5)
    api = client(sandbox)
    assert ids(api.get_users_tweets(ingrid, since_id=posts[2])) == [posts[4], posts[3]]
    assert ids(api.get_users_tweets(ingrid, until_id=posts[2])) == [posts[1], posts[0]]


def test_since_id_holds_on_the_next_pages(sandbox, ingrid):
    posts = said(sandbox, 12)
    assert walk(client(sandbox), ingrid, since_id=posts[3], max_results=5) == [posts[11:6:-1], posts[6:3:-1]]


def test_ids_older_than_snowflakes_come_last_and_bound_what_is_asked(sandbox, ingrid):
    old = sandbox.say(handle="ingrid", text="First words", id="14412533715", at="2010-05-20T16:00:00Z")
    older = sandbox.say(handle="ingrid", text="Before them", id="9999999999", at="2010-03-20T16:00:00Z")
    new = sandbox.say(handle="ingrid", text="Now")
    api = client(sandbox)
    assert ids(api.get_users_tweets(ingrid)) == [new, old, older]
    assert ids(api.get_users_tweets(ingrid, since_id=older)) == [new, old]
    (oldest,) = api.get_users_tweets(ingrid, until_id=old, tweet_fields=["created_at"])["data"]
    assert oldest["created_at"] == "2010-03-20T16:00:00.000Z"


def test_times_bound_what_is_asked(sandbox, ingrid):
    posts = [sandbox.say(handle="ingrid", text=f"Day {day}", at=f"2024-05-0{day}T12:00:00Z") for day in (1, 2, 3)]
    api = client(sandbox)
    found = api.get_users_tweets(ingrid, start_time="2024-05-02T12:00:00Z", end_time="2024-05-03T12:00:00Z")
    assert ids(found) == [posts[1]]


@pytest.mark.parametrize(
    "parameters",
    [
        {"start_time": "2010-11-05T23:59:59Z"},
        {"start_time": "yesterday"},
        {"max_results": "4"},
        {"max_results": "101"},
        {"since_id": "12x"},
        {"exclude": "quotes"},
        {"pagination_token": "nonsense"},
        {"tweet.fields": "mood"},
        {"expansions": "shoes"},
    ],
)
def test_what_cannot_be_asked_is_a_400_that_names_the_parameter(sandbox, ingrid, parameters):
    answer = get(sandbox, f"users/{ingrid}/tweets", **parameters)
    assert (answer.status_code, list(answer.json()["errors"][0]["parameters"])) == (400, list(parameters))


def test_an_excluded_kind_leaves_short_and_even_empty_pages_before_the_last(sandbox, ingrid):
    sandbox.inhabitant(handle="jonas")
    original = sandbox.say(handle="jonas", text="Jonas speaks")
    own = said(sandbox, 2)
    for _ in range(5):
        sandbox.say(handle="ingrid", reply_to=original, text="Yes")
    repost = sandbox.say(handle="ingrid", repost=original)
    api = client(sandbox)
    assert walk(api, ingrid, exclude=["replies"], max_results=5) == [[repost], own[::-1]]
    assert walk(api, ingrid, exclude=["replies", "retweets"], max_results=5) == [[], own[::-1]]


def test_replies_say_whom_they_answer_and_begin_with_the_handle(sandbox, ingrid):
    jonas = sandbox.inhabitant(handle="jonas")
    first = sandbox.say(handle="jonas", text="Who is on shift?")
    second = sandbox.say(handle="ingrid", reply_to=first, text="I am")
    third = sandbox.say(handle="ingrid", reply_to=second, text="All night")
    fields = ["referenced_tweets", "in_reply_to_user_id", "conversation_id", "entities"]
    later, answer = client(sandbox).get_users_tweets(ingrid, tweet_fields=fields)["data"]
    assert answer == {
        "id": second,
        "text": "@jonas I am",
        "edit_history_tweet_ids": [second],
        "referenced_tweets": [{"type": "replied_to", "id": first}],
        "in_reply_to_user_id": jonas,
        "conversation_id": first,
        "entities": {"mentions": [{"start": 0, "end": 6, "username": "jonas", "id": jonas}]},
    }
    assert (later["id"], later["text"], later["conversation_id"]) == (third, "All night", first)


def test_a_repost_is_cut_at_140_and_brings_the_original_and_its_author(sandbox, ingrid):
    jonas = sandbox.inhabitant(handle="jonas", name="Jonas")
    words = "A & B, " + "x" * 140
    original = sandbox.say(handle="jonas", text=words)
    repost = sandbox.say(handle="ingrid", repost=original)
    answer = client(sandbox).get_users_tweets(
        ingrid,
        tweet_fields=["referenced_tweets", "author_id"],
        expansions=["referenced_tweets.id", "referenced_tweets.id.author_id"],
    )
    cut = "RT @jonas: A &amp; B, " + "x" * (139 - len("RT @jonas: A & B, ")) + "…"
    assert answer["data"] == [
        {
            "id": repost,
            "text": cut,
            "edit_history_tweet_ids": [repost],
            "author_id": ingrid,
            "referenced_tweets": [{"type": "retweeted", "id": original}],
        }
    ]
    assert answer["includes"] == {
        "tweets": [
            {
                "id": original,
                "text": words.replace("&", "&amp;"),
                "edit_history_tweet_ids": [original],
                "author_id": jonas,
            }
        ],
        "users": [{"id": jonas, "name": "Jonas", "username": "jonas"}],
    }


def test_a_quoted_post_that_is_gone_is_an_error_beside_the_page(sandbox, ingrid):
    sandbox.inhabitant(handle="jonas")
    quoted = sandbox.say(handle="jonas", text="Wrong")
    quote = sandbox.say(handle="ingrid", text="Look", quote=quoted)
    sandbox.delete(id=quoted)
    answer = client(sandbox).get_users_tweets(ingrid, expansions=["referenced_tweets.id"])
    assert ids(answer) == [quote]
    assert [(one["parameter"], one["value"]) for one in answer["errors"]] == [("referenced_tweets.id", quoted)]
    assert "includes" not in answer


def test_pictures_come_with_their_alt_text_by_expansion_only(sandbox, ingrid):
    post = sandbox.say(handle="ingrid", text="Snow", picture="drawn", alt="A white platform")
    api = client(sandbox)
    fields = ["url", "alt_text", "width", "height", "type", "preview_image_url"]
    answer = api.get_users_tweets(
        ingrid, expansions=["attachments.media_keys"], media_fields=fields, tweet_fields=["attachments", "entities"]
    )
    (found,) = answer["data"]
    assert found["attachments"] == {"media_keys": [f"3_{post}"]}
    (link,) = found["entities"]["urls"]
    assert (link["media_key"], found["text"][link["start"] : link["end"]]) == (f"3_{post}", link["url"])
    assert answer["includes"]["media"] == [
        {
            "media_key": f"3_{post}",
            "type": "photo",
            "url": f"{sandbox.site}media/3_{post}.png",
            "alt_text": "A white platform",
            "width": 800,
            "height": 450,
        }
    ]
    plain = api.get_users_tweets(ingrid)
    assert set(plain) == {"data", "meta"}
    assert set(plain["data"][0]) == {"id", "text", "edit_history_tweet_ids"}


def test_text_is_escaped_and_entities_count_its_code_points(sandbox, ingrid):
    sandbox.say(handle="ingrid", text="🚂 <b> & @ingrid #Zug https://ingrid.example/a/long/path/to/it")
    (found,) = client(sandbox).get_users_tweets(ingrid, tweet_fields=["entities"])["data"]
    assert found["text"].startswith("🚂 &lt;b&gt; &amp; @ingrid #Zug https://t.co/")
    entities = found["entities"]
    spans = list(itertools.chain.from_iterable(entities.values()))
    assert [found["text"][span["start"] : span["end"]] for span in spans] == [
        entities["urls"][0]["url"],
        "@ingrid",
        "#Zug",
    ]
    assert entities["urls"][0]["expanded_url"] == "https://ingrid.example/a/long/path/to/it"
    assert entities["urls"][0]["display_url"] == "ingrid.example/a/long/path/to…"
    assert entities["mentions"][0]["id"] == ingrid


def test_an_edit_replaces_the_post_and_both_versions_know_the_chain(sandbox, ingrid):
    first = sandbox.say(handle="ingrid", text="Typpo")
    second = sandbox.edit(id=first, text="Typo")
    third = sandbox.edit(id=second, text="Typo.")
    api = client(sandbox)
    chain = [first, second, third]
    assert api.get_users_tweets(ingrid)["data"] == [{"id": third, "text": "Typo.", "edit_history_tweet_ids": chain}]
    assert api.get_tweets([first])["data"] == [{"id": first, "text": "Typpo", "edit_history_tweet_ids": chain}]
    sandbox.delete(id=first)
    assert api.get_users_tweets(ingrid) == {"meta": {"result_count": 0}}
    assert len(api.get_tweets(chain)["errors"]) == 3


def test_deleting_a_post_takes_its_reposts_along(sandbox, ingrid):
    sandbox.inhabitant(handle="jonas")
    original = sandbox.say(handle="jonas", text="Oops")
    sandbox.say(handle="ingrid", repost=original)
    sandbox.delete(id=original)
    assert client(sandbox).get_users_tweets(ingrid) == {"meta": {"result_count": 0}}


@pytest.mark.parametrize(
    ("verb", "problem", "title"),
    [
        ("protect", "not-authorized-for-resource", "Authorization Error"),
        ("suspend", "resource-not-found", "Forbidden"),
        ("deactivate", "resource-not-found", "Not Found Error"),
    ],
)
def test_a_hidden_account_is_a_200_with_an_error_and_nothing_else(sandbox, ingrid, verb, problem, title):
    post = sandbox.say(handle="ingrid", text="Hidden soon")
    getattr(sandbox, verb)(handle="ingrid")
    answer = client(sandbox).get_users_tweets(ingrid)
    (error,) = answer.pop("errors")
    assert answer == {}
    assert (error["type"].rsplit("/", 1)[-1], error["title"], error["value"]) == (problem, title, ingrid)
    getattr(sandbox, verb)(handle="ingrid", off=True)
    assert ids(client(sandbox).get_users_tweets(ingrid)) == [post]


def test_a_full_last_page_has_no_next_token(sandbox, ingrid):
    posts = said(sandbox, 10)
    assert walk(client(sandbox), ingrid, max_results=5) == [posts[:4:-1], posts[4::-1]]
