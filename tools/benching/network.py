"""A network at the door: GET /2/users/:id/tweets of X API v2 gives 100 posts, ready in memory. Prints its port."""

import itertools
import json
import random
import re
import sys
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from advocacy import localservers

_TIMELINE = re.compile(r"/2/users/([0-9]+)/tweets\b")
POSTS = 100
_numbers = itertools.count(1_950_000_000_000_000_000)


def timeline(author: str, texts: list[str]) -> dict[str, Any]:
    """Return a page of new posts of an author."""
    posts = [
        {
            "id": str(number := next(_numbers)),
            "author_id": author,
            "created_at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "text": texts[number % len(texts)],
            "lang": "en",
            "conversation_id": str(number),
            "edit_history_tweet_ids": [str(number)],
            "public_metrics": {"retweet_count": 1, "reply_count": 2, "like_count": 3, "quote_count": 0},
        }
        for _ in range(POSTS)
    ]
    return {"data": posts, "meta": {"result_count": POSTS, "newest_id": posts[-1]["id"], "oldest_id": posts[0]["id"]}}


class Answer(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    texts: list[str] = []  # noqa: RUF012 - set once before the first request

    def do_GET(self) -> None:  # noqa: N802 - the name that http.server calls
        """Answer a timeline, or 404."""
        found = _TIMELINE.match(self.path)
        body = json.dumps(timeline(found[1], self.texts) if found else {"title": "Not Found"}).encode()
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that http.server gives
        """Say nothing."""


def main() -> None:
    """Serve until the parent ends."""
    localservers.die_with_parent()
    chance = random.Random(7)  # noqa: S311 - the same words each time
    letters = [
        "snow",
        "signal",
        "bread",
        "timetable",
        "night",
        "morning",
        "coffee",
        "platform",
        "bridge",
        "brake",
        "window",
        "ticket",
    ]
    Answer.texts = [" ".join(chance.choices(letters, k=chance.randint(4, 36)))[:280] for _ in range(500)]
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    print(server.server_address[1], flush=True)
    server.serve_forever()


if __name__ == "__main__":
    sys.exit(main())
