"""X, read through tweepy with the app's bearer token. Sources: X API v2 as in facts of docs.x.com (August 2026).

X bills per object returned, so nothing is read twice: since_id on timelines, no author expansion (the author is
known), other people's reposted words are not kept, and deletions come from the batch compliance job.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import tweepy

from advocacy import http
from people.networks import x_posts
from people.networks.base import JobRecord, Meter
from people.networks.errors import NotNow, Reconnect, Refused, Unknown
from people.networks.types import Gone, LookUp, Page, PostRecord, ProfileRecord

TWEEPY_HOST = "https://api.twitter.com"  # a literal inside tweepy: our session sends it to `base`
USER_FIELDS = ["name", "username", "profile_image_url", "protected", "description", "url", "entities"]
# X answers 400 to a start_time before its second API began
EARLIEST_START = datetime(2010, 11, 6, 0, 0, 1, tzinfo=UTC)
PAGE = 100
OUT_OF_CREDITS_PAUSE = timedelta(hours=1)
WRONG_TOKEN_PAUSE = timedelta(minutes=10)


class XAdapter:
    """Reads X. Implements Adapter, LatestPosts, PostLookUp and BatchCompliance of base.py."""

    network = "x"
    batch = 100

    def __init__(self, *, base: str, bearer: str, meter: Meter, reposts: bool, web_base: str) -> None:
        """base is the API's address without a final slash; web_base is where readers see posts and profiles."""
        self.client = tweepy.Client(bearer, return_type=http.Response, wait_on_rate_limit=False)
        self.client.session = http.api_session(base=base, stands_for=TWEEPY_HOST)
        self.files = http.api_session(base=base, stands_for=TWEEPY_HOST)
        self.meter = meter
        self.reposts = reposts
        self.web_base = web_base

    # reading

    def look_up(self, *, handles: Sequence[str] = (), ids: Sequence[str] = ()) -> LookUp:
        """See Adapter.look_up: GET /2/users/by or GET /2/users, at most 100."""
        if handles:
            answer = self._call("users/by", self.client.get_users, usernames=list(handles), user_fields=USER_FIELDS)
        else:
            answer = self._call("users", self.client.get_users, ids=list(ids), user_fields=USER_FIELDS)
        with _sense():
            found = tuple(
                ProfileRecord(
                    remote_id=str(user["id"]),
                    handle=user["username"],
                    display_name=user.get("name") or "",
                    avatar_url=user.get("profile_image_url") or "",  # null for a picture that is not there
                    protected=bool(user.get("protected", False)),
                    description=user.get("description") or "",
                    url=_linked(user),
                )
                for user in answer.get("data", [])
            )
            missing = {str(e.get("value", "")).casefold(): _why_missing(e) for e in answer.get("errors", [])}
        return LookUp(found, missing)

    def posts(self, remote_id: str, *, cursor: str, since: datetime | None, token: str | None) -> Page:
        """See Adapter.posts: GET /2/users/:id/tweets, 100 a page, the newest 3,200 at most."""
        words: dict[str, Any] = {"max_results": PAGE, **x_posts.FIELDS}
        if not self.reposts:
            words["exclude"] = ["retweets"]
        if cursor:
            words["since_id"] = cursor
        elif since and since > EARLIEST_START:
            words["start_time"] = since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        if token:
            words["pagination_token"] = token
        return self._timeline(remote_id, words, since)

    def latest(self, remote_id: str, *, count: int) -> tuple[PostRecord, ...]:
        """See LatestPosts.latest: GET /2/users/:id/tweets, one page; X bills the posts that it returns."""
        words: dict[str, Any] = {"max_results": count, "exclude": ["retweets"], **x_posts.FIELDS}
        return self._timeline(remote_id, words, None).posts

    def _timeline(self, remote_id: str, words: Mapping[str, Any], since: datetime | None) -> Page:
        answer = self._call("users/tweets", self.client.get_users_tweets, remote_id, **words)
        if "data" not in answer and answer.get("errors"):
            raise _refusal(answer["errors"][0])
        with _sense():
            media = {m["media_key"]: m for m in answer.get("includes", {}).get("media", [])}
            posts = (x_posts.record(post, media, web_base=self.web_base) for post in answer.get("data", []))
            kept = tuple(post for post in posts if since is None or post.published_at >= since)
            next_token = answer["meta"].get("next_token")
        return Page(kept, next_token)

    def newest(self, ids: Iterable[str]) -> str:
        """See Adapter.newest: ids are decimal numbers, older than snowflakes ones are shorter."""
        return max(ids, key=lambda i: (len(i), i), default="")

    # deletions

    def gone(self, ids: Sequence[str]) -> tuple[Gone, ...]:
        """See PostLookUp.gone: GET /2/tweets, at most 100; X says per id why it is not shown."""
        answer = self._call("tweets", self.client.get_tweets, list(ids))
        with _sense():
            return tuple(
                Gone(str(e["value"]), "protected" if _problem(e) == "not-authorized-for-resource" else "deleted")
                for e in answer.get("errors", [])
                if _problem(e) in {"resource-not-found", "not-authorized-for-resource"}
            )

    def start_job(self) -> JobRecord:
        """See BatchCompliance.start_job: POST /2/compliance/jobs."""
        return _job(self._call("compliance", self.client.create_compliance_job, "tweets"))

    def job(self, remote_id: str) -> JobRecord:
        """See BatchCompliance.job: GET /2/compliance/jobs/:id."""
        return _job(self._call("compliance", self.client.get_compliance_job, remote_id))

    def send_ids(self, job: JobRecord, ids: Iterable[str]) -> None:
        """See BatchCompliance.send_ids: PUT of plain text, one id a line, to the address that X gave."""
        body = ("\n".join(ids) + "\n").encode()
        with _transport():
            answer = self.files.put(job.upload_url, data=body, headers={"Content-Type": "text/plain"})
        if not answer.ok:
            raise Unknown(f"X did not take the ids of the compliance job (status {answer.status_code})")

    def result(self, job: JobRecord) -> tuple[Gone, ...]:
        """See BatchCompliance.result: one JSON object a line, only for posts that must go."""
        with _transport():
            answer = self.files.get(job.download_url)
        if not answer.ok:
            raise Unknown(f"X did not give the result of the compliance job (status {answer.status_code})")
        with _sense():
            rows = [json.loads(line) for line in answer.text.splitlines() if line.strip()]
            return tuple(Gone(str(r["id"]), r.get("reason", "deleted")) for r in rows if r["action"] == "delete")

    # one call

    def _call(self, endpoint: str, method: Any, *args: Any, **words: Any) -> Mapping[str, Any]:
        """Make one call within the shared limits; return the JSON object, or raise one of the four failures."""
        self.meter.take(endpoint)
        try:
            with _transport():
                response: http.Response = method(*args, **words)
        except tweepy.HTTPException as error:
            self._note_limits(endpoint, error.response.headers)
            raise self._failure(endpoint, error) from None  # the chain would carry the request and its token
        self._note_limits(endpoint, response.headers)
        with _sense():
            answer = json.loads(response.content)
            if not isinstance(answer, dict):
                raise TypeError
        return _clean(answer)  # type: ignore[no-any-return] # a dict stays one

    def _note_limits(self, endpoint: str, headers: Mapping[str, str]) -> None:
        try:
            remaining = int(headers["x-rate-limit-remaining"])
            reset_at = datetime.fromtimestamp(int(headers["x-rate-limit-reset"]), UTC)
        except (KeyError, ValueError, OverflowError):
            return
        self.meter.observe(endpoint, remaining=remaining, reset_at=reset_at)

    def _failure(self, endpoint: str, error: tweepy.HTTPException) -> Exception:
        status = error.response.status_code
        now = datetime.now(UTC)
        if status == 402:
            until = self.meter.park("*", until=now + OUT_OF_CREDITS_PAUSE)
            return NotNow("X says that the app's credits are used up (402): the operator must add credits", until)
        if status == 401:
            self.meter.park("*", until=now + WRONG_TOKEN_PAUSE)
            return Reconnect("X does not take the app's bearer token (401): set X_BEARER_TOKEN anew")
        if status == 429:
            until = self.meter.park(endpoint, until=_reset_time(error.response.headers, now))
            return NotNow("X asks to wait (429)", until)
        if status >= 500:
            return NotNow(f"X is in trouble (status {status})", now + timedelta(seconds=60))
        if status == 400:
            return Refused("X does not take what it was asked (status 400)", "arguments")
        # a 404 says nothing about an account: X tells of those in the problems of a 200
        return Refused(f"X refuses the call (status {status})")


def _reset_time(headers: Mapping[str, str], now: datetime) -> datetime | None:
    try:
        reset = datetime.fromtimestamp(int(headers["x-rate-limit-reset"]), UTC)
    except (KeyError, ValueError, OverflowError):
        return None
    return reset if reset > now else None


def _linked(user: Mapping[str, Any]) -> str:
    """Return where the website of a profile leads: X gives its own short address and, beside it, the whole one."""
    links = user.get("entities", {}).get("url", {}).get("urls", [])
    return str((links[0].get("expanded_url") if links else "") or user.get("url") or "")


_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def _clean(value: Any) -> Any:
    """Return an answer whose texts can be stored and encoded: NUL and half characters become U+FFFD, one for one."""
    if isinstance(value, str):
        return _UNSTORABLE.sub("\ufffd", value)
    if isinstance(value, list):
        return [_clean(item) for item in value]
    if isinstance(value, dict):
        return {key: _clean(item) for key, item in value.items()}
    return value


def _problem(error: Mapping[str, Any]) -> str:
    """Return the last part of a problem's type: X writes two hosts before it."""
    return str(error.get("type", "")).rsplit("/", 1)[-1]


def _why_missing(error: Mapping[str, Any]) -> Literal["unknown", "suspended"]:
    return "suspended" if str(error.get("detail", "")).startswith("User has been suspended") else "unknown"


def _refusal(error: Mapping[str, Any]) -> Refused:
    if _problem(error) == "not-authorized-for-resource":
        return Refused("the account is protected", "protected")
    if _why_missing(error) == "suspended":
        return Refused("the account is suspended", "suspended")
    if _problem(error) == "resource-not-found":
        return Refused("the account does not exist", "unknown")
    return Refused(f"X refuses: {_problem(error) or 'no reason given'}")


def _job(answer: Mapping[str, Any]) -> JobRecord:
    if "data" not in answer and answer.get("errors"):
        raise Refused("X knows no such compliance job")
    with _sense():
        job = answer["data"]
        return JobRecord(str(job["id"]), job["upload_url"], job["download_url"], job["status"])


class _sense:  # noqa: N801 - reads as a statement
    """Turn an answer that makes no sense into Unknown."""

    def __enter__(self) -> None: ...

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if kind is not None and issubclass(kind, KeyError | TypeError | ValueError | AttributeError | IndexError):
            raise Unknown("X gave an answer that makes no sense") from None


class _transport:  # noqa: N801 - reads as a statement
    """Turn a lost connection, a time-out or half an answer into the failure that it is for a reader."""

    def __enter__(self) -> None: ...

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if kind is None or issubclass(kind, tweepy.HTTPException):
            return
        if issubclass(kind, http.Unreachable | http.TooSlow | http.Blocked):
            raise NotNow("X cannot be reached", datetime.now(UTC) + timedelta(seconds=60)) from None
        # tweepy reads attributes of error bodies that it takes for objects
        if issubclass(kind, http.DoorError | http.RequestException | ValueError | AttributeError):
            raise Unknown("X broke off in the middle of an answer") from None
