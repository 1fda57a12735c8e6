"""Rate limits, and misbehaviour on request: over a real socket, as the caller meets it."""

import time

import pytest
import requests
import tweepy

from tests.sandbox.speaking import client, get


@pytest.fixture
def ingrid(sandbox):
    who = sandbox.inhabitant(handle="ingrid")
    for place in range(12):
        sandbox.say(handle="ingrid", text=f"Number {place}")
    return who


def headers(answer):
    return {name: int(value) for name, value in answer.headers.items() if name.startswith("x-rate-limit")}


@pytest.mark.parametrize(
    ("path", "parameters", "limit"),
    [
        ("users/by", {"usernames": "ingrid"}, 300),
        ("users", {"ids": "12"}, 300),
        ("users/12/tweets", {}, 10_000),
        ("tweets", {"ids": "12"}, 3_500),
        ("tweets/search/recent", {"query": "from:ingrid"}, 450),
        ("compliance/jobs", {"type": "tweets"}, 150),
        ("compliance/jobs/12", {}, 150),
    ],
)
def test_each_answer_tells_what_is_left_of_the_endpoint(sandbox, path, parameters, limit):
    before = int(time.time())
    first, second = (headers(get(sandbox, path, **parameters)) for _ in range(2))
    assert (first["x-rate-limit-limit"], first["x-rate-limit-remaining"]) == (limit, limit - 1)
    assert second == first | {"x-rate-limit-remaining": limit - 2}
    assert before + 900 <= first["x-rate-limit-reset"] <= time.time() + 900


def test_a_call_too_many_is_a_429_until_the_window_resets(sandbox, ingrid):
    sandbox.fault(endpoint="timeline", limit=1, reset_in=5)
    assert get(sandbox, f"users/{ingrid}/tweets").status_code == 200
    with pytest.raises(tweepy.TooManyRequests) as refused:
        client(sandbox).get_users_tweets(ingrid)
    answer = refused.value.response
    assert answer.json() == {
        "title": "Too Many Requests",
        "detail": "Too Many Requests",
        "type": "about:blank",
        "status": 429,
    }
    assert headers(answer)["x-rate-limit-remaining"] == 0
    assert get(sandbox, "users", ids=ingrid).status_code == 200  # another endpoint, another window
    time.sleep(max(0, headers(answer)["x-rate-limit-reset"] - time.time()) + 0.05)
    assert headers(get(sandbox, f"users/{ingrid}/tweets"))["x-rate-limit-remaining"] == 9_999


@pytest.mark.parametrize(
    ("status", "title"),
    [
        (400, "Invalid Request"),
        (401, "Unauthorized"),
        (402, "CreditsDepleted"),
        (403, "Forbidden"),
        (404, "Not Found"),
        (429, "Too Many Requests"),
        (500, "Internal Server Error"),
        (503, "Service Unavailable"),
    ],
)
def test_a_status_comes_as_often_as_asked_with_its_problem_body(sandbox, ingrid, status, title):
    sandbox.fault(endpoint="timeline", status=status, times=2)
    first, second, third = (get(sandbox, f"users/{ingrid}/tweets") for _ in range(3))
    assert [first.status_code, second.status_code, third.status_code] == [status, status, 200]
    assert first.headers["Content-Type"] == "application/problem+json"
    assert first.json()["title"] == title
    assert "x-rate-limit-reset" in first.headers


def test_a_429_can_come_without_saying_until_when(sandbox, ingrid):
    sandbox.fault(endpoint="timeline", status=429, reset_in=None)
    assert headers(get(sandbox, f"users/{ingrid}/tweets")) == {}
    sandbox.clear()
    sandbox.fault(endpoint="timeline", status=429, reset_in=30)
    told = headers(get(sandbox, f"users/{ingrid}/tweets"))
    assert told["x-rate-limit-remaining"] == 0
    assert 28 <= told["x-rate-limit-reset"] - time.time() <= 31


def test_a_fault_can_meet_the_second_page_only(sandbox, ingrid):
    sandbox.fault(endpoint="timeline", status=500, page=2)
    api = client(sandbox)
    first = api.get_users_tweets(ingrid, max_results=5)
    with pytest.raises(tweepy.TwitterServerError):
        api.get_users_tweets(ingrid, max_results=5, pagination_token=first["meta"]["next_token"])
    assert api.get_users_tweets(ingrid, max_results=5)["data"] == first["data"]


def test_a_fault_can_meet_one_account_only(sandbox, ingrid):
    jonas = sandbox.inhabitant(handle="jonas")
    sandbox.fault(endpoint="timeline", status=503, account=jonas)
    assert get(sandbox, f"users/{ingrid}/tweets").status_code == 200
    assert get(sandbox, f"users/{jonas}/tweets").status_code == 503


def test_drop_closes_the_connection_without_an_answer(sandbox, ingrid):
    sandbox.fault(endpoint="timeline", drop=True, times=1)
    with pytest.raises(requests.ConnectionError):
        get(sandbox, f"users/{ingrid}/tweets")
    assert get(sandbox, f"users/{ingrid}/tweets").status_code == 200


def test_truncate_sends_half_a_body_under_headers_that_fit_it(sandbox, ingrid):
    whole = get(sandbox, f"users/{ingrid}/tweets")
    sandbox.fault(endpoint="timeline", truncate=True, times=1)
    half = get(sandbox, f"users/{ingrid}/tweets")
    assert (half.status_code, half.headers["Content-Type"]) == (200, "application/json")
    assert half.text == whole.text[: len(whole.text) // 2]
    with pytest.raises(ValueError, match=r"Expecting|Unterminated"):
        half.json()


def test_drop_and_truncate_together_end_in_mid_body(sandbox, ingrid):
    sandbox.fault(endpoint="timeline", drop=True, truncate=True, times=1)
    with pytest.raises((requests.exceptions.ChunkedEncodingError, requests.ConnectionError)):
        get(sandbox, f"users/{ingrid}/tweets")


def test_garbage_is_a_page_of_html_with_status_200(sandbox, ingrid):
    sandbox.fault(endpoint="timeline", garbage=True)
    answer = get(sandbox, f"users/{ingrid}/tweets")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert answer.text.startswith("<!DOCTYPE html>")


def test_delay_holds_the_answer_back(sandbox, ingrid):
    sandbox.fault(endpoint="timeline", delay=0.5, times=1)
    began = time.monotonic()
    assert get(sandbox, f"users/{ingrid}/tweets").status_code == 200
    assert time.monotonic() - began >= 0.5


def test_the_files_of_a_job_fail_on_request(sandbox):
    job = client(sandbox).create_compliance_job("tweets")["data"]
    sandbox.fault(endpoint="upload", status=500, times=1)
    assert requests.put(job["upload_url"], data="12", timeout=20).status_code == 500
    assert requests.put(job["upload_url"], data="12", timeout=20).status_code == 200


def test_clear_ends_a_fault(sandbox, ingrid):
    sandbox.fault(endpoint="timeline", status=500)
    sandbox.clear(endpoint="timeline")
    assert get(sandbox, f"users/{ingrid}/tweets").status_code == 200


def test_a_fault_that_cannot_be_is_refused_in_words(sandbox):
    with pytest.raises(ValueError, match="there is no endpoint 'timelines'"):
        sandbox.fault(endpoint="timelines", status=500)
    with pytest.raises(ValueError, match="a fault has no colour"):
        sandbox.fault(endpoint="timeline", colour="red")


def test_the_control_room_wants_the_bearer(sandbox):
    address = f"{sandbox.site}control/reset/"
    assert requests.post(address, json={}, timeout=20).status_code == 401
    assert requests.post(address, json={}, headers={"Authorization": "Bearer no"}, timeout=20).status_code == 401
    assert requests.get(address, headers={"Authorization": f"Bearer {sandbox.bearer}"}, timeout=20).status_code == 405
