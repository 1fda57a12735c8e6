"""users/by and users."""

import pytest
import tweepy

from tests.sandbox.speaking import client, get


def test_a_handle_is_found_whatever_its_case_with_the_default_fields_only(sandbox):
    who = sandbox.inhabitant(handle="Ingrid", name="Ingrid Solbakk")
    answer = client(sandbox).get_users(usernames=["iNGRID"])
    assert answer == {"data": [{"id": who, "name": "Ingrid Solbakk", "username": "Ingrid"}]}


def test_asked_for_fields_come_and_empty_ones_do_not(sandbox):
    who = sandbox.inhabitant(
        handle="ingrid",
        name="Ingrid",
        url="https://ingrid.example/about",
        description="Drives trains",
        at="2020-01-02T03:04:05Z",
    )
    names = ["created_at", "description", "location", "profile_image_url", "protected", "url", "verified", "entities"]
    (found,) = client(sandbox).get_users(ids=[who], user_fields=names)["data"]
    link = found["url"]
    assert link.startswith("https://t.co/")
    assert found == {
        "id": who,
        "name": "Ingrid",
        "username": "ingrid",
        "created_at": "2020-01-02T03:04:05.000Z",
        "description": "Drives trains",
        "profile_image_url": f"{sandbox.site}pictures/{who}-1.png",
        "protected": False,
        "verified": False,
        "url": link,
        "entities": {
            "url": {
                "urls": [
                    {
                        "start": 0,
                        "end": 23,
                        "url": link,
                        "expanded_url": "https://ingrid.example/about",
                        "display_url": "ingrid.example/about",
                    }
                ]
            }
        },
    }


def test_somebody_without_a_picture_has_no_address_of_one(sandbox):
    sandbox.inhabitant(handle="plain", picture="")
    (found,) = client(sandbox).get_users(usernames=["plain"], user_fields=["profile_image_url"])["data"]
    assert set(found) == {"id", "name", "username"}


def test_unknown_and_suspended_accounts_are_errors_beside_the_found_ones(sandbox):
    sandbox.inhabitant(handle="here")
    sandbox.inhabitant(handle="locked", suspended=True)
    sandbox.inhabitant(handle="gone", deactivated=True)
    answer = client(sandbox).get_users(usernames=["nobody", "locked", "here", "gone"])
    assert [one["username"] for one in answer["data"]] == ["here"]
    assert [(one["value"], one["title"], one["detail"]) for one in answer["errors"]] == [
        ("nobody", "Not Found Error", "Could not find user with usernames: [nobody]."),
        ("locked", "Forbidden", "User has been suspended: [locked]."),
        ("gone", "Not Found Error", "Could not find user with usernames: [gone]."),
    ]
    assert {one["type"].rsplit("/", 1)[-1] for one in answer["errors"]} == {"resource-not-found"}


def test_an_answer_of_errors_only_has_no_data(sandbox):
    assert set(client(sandbox).get_users(ids=["12"])) == {"errors"}


@pytest.mark.parametrize(
    ("path", "parameters"),
    [
        ("users/by", {}),
        ("users/by", {"usernames": ""}),
        ("users/by", {"usernames": "a,b c"}),
        ("users/by", {"usernames": "sixteen_letters_"}),
        ("users/by", {"usernames": ",".join(f"h{n}" for n in range(101))}),
        ("users", {"ids": "12,x"}),
        ("users", {"ids": "1", "user.fields": "shoe_size"}),
    ],
)
def test_what_cannot_be_asked_is_a_400_that_names_the_parameter(sandbox, path, parameters):
    answer = get(sandbox, path, **parameters)
    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert body["title"] == "Invalid Request"
    assert body["type"] == "https://api.twitter.com/2/problems/invalid-request"
    named = "user.fields" if "user.fields" in parameters else ("usernames" if path == "users/by" else "ids")
    assert list(body["errors"][0]["parameters"]) == [named]


def test_a_hundred_handles_are_one_call(sandbox):
    for place in range(3):
        sandbox.inhabitant(handle=f"h{place}")
    answer = client(sandbox).get_users(usernames=[f"h{place}" for place in range(100)])
    assert (len(answer["data"]), len(answer["errors"])) == (3, 97)


def test_a_renamed_account_keeps_its_id_and_loses_its_old_handle(sandbox):
    who = sandbox.inhabitant(handle="before")
    said = sandbox.say(handle="before", text="Hello")
    assert sandbox.rename(old="before", new="after") == who
    api = client(sandbox)
    assert api.get_users(ids=[who])["data"] == [{"id": who, "name": "before", "username": "after"}]
    assert [one["value"] for one in api.get_users(usernames=["before"])["errors"]] == ["before"]
    assert [one["id"] for one in api.get_users_tweets(who)["data"]] == [said]


def test_without_the_bearer_or_with_a_wrong_one_there_is_a_401(sandbox):
    sandbox.inhabitant(handle="here")
    with pytest.raises(tweepy.Unauthorized) as wrong:
        client(sandbox, bearer="wrong").get_users(usernames=["here"])
    answer = wrong.value.response
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json() == {"title": "Unauthorized", "detail": "Unauthorized", "type": "about:blank", "status": 401}
    assert "x-rate-limit-remaining" not in answer.headers
