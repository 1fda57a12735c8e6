"""Posting, deleting, pictures and mentions by somebody's own token, and how they go wrong on request."""

import base64
import io
import time

import pytest
import requests
from PIL import Image

from tests.sandbox.acting import CALLBACK, call, signed_in
from tests.sandbox.speaking import get


@pytest.fixture
def access(sandbox):
    """Ingrid's access token."""
    sandbox.inhabitant(handle="ingrid", name="Ingrid Solheim", id="12")
    sandbox.inhabitant(handle="oskar", id="13")
    sandbox.app(client_id="app", secret="secret", callbacks=[CALLBACK], name="Chorus")
    return signed_in(sandbox)["access_token"]


def say(sandbox, access, text="Good morning", **more):
    return call(sandbox, "POST", "tweets", access, json={"text": text, **more})


def seen(sandbox, handle_id="12"):
    return [post["text"] for post in get(sandbox, f"users/{handle_id}/tweets").json().get("data", [])]


def picture(size=(40, 30)):
    body = io.BytesIO()
    Image.new("RGB", size, "red").save(body, "PNG")
    return body.getvalue()


def uploaded(sandbox, access, body=None, parts=1, **more):
    body = body or picture()
    words = {"media_type": "image/png", "total_bytes": len(body), "media_category": "tweet_image", **more}
    made = call(sandbox, "POST", "media/upload/initialize", access, json=words)
    assert made.status_code == 200, made.text
    number = made.json()["data"]["id"]
    size = -(-len(body) // parts)
    for place in range(parts):
        piece = base64.b64encode(body[place * size : (place + 1) * size]).decode()
        words = {"media": piece, "segment_index": place}
        assert call(sandbox, "POST", f"media/upload/{number}/append", access, json=words).status_code == 204
    return number


def test_a_post_stands_on_the_timeline_and_on_the_pages(sandbox, access):
    answer = say(sandbox, access, "Snow on the Brenner & more")
    assert answer.status_code == 201
    said = answer.json()["data"]
    assert said == {"id": said["id"], "text": "Snow on the Brenner &amp; more", "edit_history_tweet_ids": [said["id"]]}
    assert seen(sandbox) == ["Snow on the Brenner &amp; more"]
    assert "Snow on the Brenner" in requests.get(f"{sandbox.site}ingrid/", timeout=20).text
    assert answer.headers["x-rate-limit-limit"] == "100"
    told = {name[19:]: value for name, value in answer.headers.items() if name.startswith("x-app-limit-24hour-")}
    assert (told["limit"], told["remaining"], len(told)) == ("10000", "9999", 3)


def test_the_apps_own_token_posts_for_nobody(sandbox, access):
    for method, path in (
        ("POST", "tweets"),
        ("DELETE", "tweets/12"),
        ("GET", "users/me"),
        ("GET", "users/12/mentions"),
    ):
        answer = call(sandbox, method, path, sandbox.bearer, json={"text": "x"} if method == "POST" else None)
        assert answer.status_code == 403, path
        assert answer.json()["type"].endswith("/unsupported-authentication")
    assert call(sandbox, "POST", "tweets", "made-up", json={"text": "x"}).status_code == 401


def test_each_act_needs_its_scope(sandbox, access):
    reader = signed_in(sandbox, scope="tweet.read users.read")["access_token"]
    assert call(sandbox, "GET", "users/me", reader).status_code == 200
    assert say(sandbox, reader).status_code == 403
    assert call(sandbox, "DELETE", "tweets/12", reader).status_code == 403
    words = {"media_type": "image/png", "total_bytes": 9}
    assert call(sandbox, "POST", "media/upload/initialize", reader, json=words).status_code == 403


def test_the_same_words_are_refused_until_the_first_is_deleted(sandbox, access):
    first = say(sandbox, access, "Warm bread").json()["data"]["id"]
    again = say(sandbox, access, "Warm  bread")
    assert again.status_code == 403
    assert again.json()["detail"] == "You are not allowed to create a Tweet with duplicate content."
    assert say(sandbox, signed_in(sandbox, "oskar")["access_token"], "Warm bread").status_code == 201
    assert call(sandbox, "DELETE", f"tweets/{first}", access).json() == {"data": {"deleted": True}}
    assert call(sandbox, "DELETE", f"tweets/{first}", access).json() == {"data": {"deleted": True}}
    assert say(sandbox, access, "Warm bread").status_code == 201


def test_nobody_deletes_what_another_said(sandbox, access):
    other = sandbox.say(handle="oskar", text="Mine")
    assert call(sandbox, "DELETE", f"tweets/{other}", access).status_code == 403
    assert call(sandbox, "DELETE", "tweets/999", access).status_code == 404


def test_what_is_too_long_empty_or_unknown_is_refused(sandbox, access):
    assert say(sandbox, access, "a" * 280).status_code == 201
    assert say(sandbox, access, "b" * 281).status_code == 403
    assert say(sandbox, access, "語" * 141).status_code == 403
    assert say(sandbox, access, "c" * 256 + " https://example.com/" + "long/" * 30).status_code == 201  # a link is 23
    assert say(sandbox, access, " ").status_code == 400
    assert say(sandbox, access, "d", colour="red").status_code == 400
    assert say(sandbox, access, "e", quote_tweet_id="12").status_code == 403  # not for self-serve apps


def test_an_app_answers_only_its_own_person_and_who_called_them(sandbox, access):
    own = say(sandbox, access, "One of two").json()["data"]["id"]
    reply = {"reply": {"in_reply_to_tweet_id": own}}
    assert say(sandbox, access, "Two of two", **reply).status_code == 201
    strange = sandbox.say(handle="oskar", text="Hello all")
    assert say(sandbox, access, "Hi", reply={"in_reply_to_tweet_id": strange}).status_code == 403
    called = sandbox.say(handle="oskar", text="Hello @ingrid")
    assert say(sandbox, access, "Hi", reply={"in_reply_to_tweet_id": called}).status_code == 201
    assert [one["reply_to"] for one in sandbox.made(handle="ingrid")] == ["", own, called]


def test_the_networks_own_log_has_prices_and_what_was_deleted(sandbox, access):
    first = say(sandbox, access, "Plain").json()["data"]["id"]
    say(sandbox, access, "Read https://vesper.example/winter")
    say(sandbox, access, "Read vesper.example/winter")
    call(sandbox, "DELETE", f"tweets/{first}", access)
    sandbox.say(handle="ingrid", text="By hand")
    log = sandbox.made(handle="ingrid")
    assert [(one["price"], one["deleted"]) for one in log] == [(15, True), (200, False), (200, False)]


def test_pictures_go_up_in_parts_and_hang_on_the_post_with_their_words(sandbox, access):
    body = picture((300, 200))
    number = uploaded(sandbox, access, body, parts=3)
    assert say(sandbox, access, "Too early", media={"media_ids": [number]}).status_code == 400
    done = call(sandbox, "POST", f"media/upload/{number}/finalize", access)
    assert (done.status_code, done.json()["data"]["size"]) == (200, len(body))
    status = call(sandbox, "GET", f"media/upload?command=STATUS&media_id={number}", access)
    assert status.json()["data"]["media_key"] == f"3_{number}"
    alt = {"id": number, "metadata": {"alt_text": {"text": "Red"}}}
    assert call(sandbox, "POST", "media/metadata", access, json=alt).status_code == 200
    assert say(sandbox, access, "A picture", media={"media_ids": [number]}).status_code == 201
    words = {"expansions": "attachments.media_keys", "media.fields": "alt_text,url,width,height"}
    (medium,) = get(sandbox, "users/12/tweets", **words).json()["includes"]["media"]
    assert (medium["alt_text"], medium["width"], medium["height"]) == ("Red", 300, 200)
    assert requests.get(medium["url"], timeout=20).content == body
    assert say(sandbox, access, "A picture").status_code == 403  # the same words


def test_uploads_that_cannot_be_are_refused(sandbox, access):
    start = "media/upload/initialize"
    for words in (
        {"media_type": "image/avif", "total_bytes": 9},
        {"media_type": "image/png", "total_bytes": 6_000_000},
        {"media_type": "image/png", "total_bytes": "9"},
        {},
    ):
        assert call(sandbox, "POST", start, access, json=words).status_code == 400
    short = uploaded(sandbox, access, picture(), total_bytes=len(picture()) + 1)
    assert call(sandbox, "POST", f"media/upload/{short}/finalize", access).status_code == 400
    text = uploaded(sandbox, access, b"no picture at all")
    assert call(sandbox, "POST", f"media/upload/{text}/finalize", access).status_code == 400
    mine = uploaded(sandbox, access)
    other = signed_in(sandbox, "oskar")["access_token"]
    assert call(sandbox, "POST", f"media/upload/{mine}/finalize", other).status_code == 400
    assert say(sandbox, access, "x", media={"media_ids": ["1", "2", "3", "4", "5"]}).status_code == 400


def test_mentions_are_what_others_said_to_one(sandbox, access):
    sandbox.say(handle="oskar", text="Hello @ingrid")
    sandbox.say(handle="oskar", text="Hello @ingrid_not_you")
    sandbox.say(handle="ingrid", text="I am @ingrid")
    newest = sandbox.say(handle="oskar", text="Again, @Ingrid!")
    said = call(sandbox, "GET", "users/12/mentions", access).json()
    assert [post["text"] for post in said["data"]] == ["Again, @Ingrid!", "Hello @ingrid"]
    assert said["meta"]["newest_id"] == newest
    rest = call(sandbox, "GET", f"users/12/mentions?since_id={newest}", access).json()
    assert rest["meta"]["result_count"] == 0


@pytest.mark.parametrize(
    "fault", [{"status": 500}, {"status": 429}, {"drop": True}, {"garbage": True}, {"truncate": True}]
)
@pytest.mark.parametrize("after", [False, True])
def test_a_fault_before_accepting_makes_no_post_and_one_after_makes_one(sandbox, access, fault, after):
    sandbox.fault(endpoint="post", times=1, after=after, **fault)
    try:
        answer = say(sandbox, access, "Perhaps")
    except requests.ConnectionError:
        answer = None
    if answer is not None and "status" in fault:
        assert answer.status_code == fault["status"]
    if answer is not None:
        assert "Perhaps" not in answer.text or fault == {"truncate": True}
    assert [one["text"] for one in sandbox.made(handle="ingrid")] == (["Perhaps"] if after else [])
    assert say(sandbox, access, "Perhaps").status_code == (403 if after else 201)


def test_a_slow_answer_after_accepting_is_a_time_out_with_a_post(sandbox, access):
    sandbox.fault(endpoint="post", times=1, after=True, delay=1.5)
    headers = {"Authorization": f"Bearer {access}"}
    with pytest.raises(requests.Timeout):
        requests.post(f"{sandbox.base_url}/2/tweets", json={"text": "Slow"}, headers=headers, timeout=0.7)
    patience = time.monotonic() + 30  # it may still be accepting what nobody waits for any more
    while not sandbox.made(handle="ingrid") and time.monotonic() < patience:
        time.sleep(0.1)
    assert [one["text"] for one in sandbox.made(handle="ingrid")] == ["Slow"]


def test_a_post_may_be_seen_late_and_for_one_person_only(sandbox, access):
    sandbox.fault(endpoint="post", late=600, account="12", times=1)
    other = signed_in(sandbox, "oskar")["access_token"]
    assert say(sandbox, other, "At once").status_code == 201
    assert seen(sandbox, "13") == ["At once"]
    assert say(sandbox, access, "Later").status_code == 201
    assert seen(sandbox) == []
    assert [one["text"] for one in sandbox.made(handle="ingrid")] == ["Later"]


def test_each_person_has_a_window_of_their_own(sandbox, access):
    other = signed_in(sandbox, "oskar")["access_token"]
    sandbox.fault(endpoint="post", limit=1, account="12", reset_in=60)
    assert say(sandbox, access, "One").headers["x-rate-limit-remaining"] == "0"
    refused = say(sandbox, access, "Two")
    assert (refused.status_code, refused.headers["x-rate-limit-remaining"]) == (429, "0")
    assert say(sandbox, other, "Two").headers["x-rate-limit-remaining"] == "99"
    sandbox.clear(endpoint="post")
    assert say(sandbox, access, "Two").status_code == 201
