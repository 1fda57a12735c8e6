"""Load: 200 clients at a cold start; then a minute of mixed traffic while a sync reads and stores 20,000 posts."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import redis

from tools.benching import wrk
from tools.benching.bed import Bed
from tools.benching.network import POSTS
from tools.benching.rounds import Line, shown
from tools.benching.servers import ROOT, Web

CLIENTS = 200
MIXED = 24  # connections; more than the web server has threads
# which of a minute's questions go where; all but the brand pages differ from round to round
BRANDS = ["/brands/large/", "/brands/middle/", "/brands/small/"]
OTHERS = ["/brands/large/people/", "/brands/middle/people/?q=snow", "/"]
# asked for where the site has them
FEEDS = [
    "/brands/large/feed.atom",
    "/brands/middle/feed.json",
    "/api/v1/brands/large/posts/",
    "/people/person-7/feed.atom",
]
LEAST_SHARE = 0.25  # of its rate alone: two processors, and traffic alone would take both


def measure(bed: Bed) -> bool:
    """Measure both on a copy of the filled database, which goes afterwards."""
    assert bed.database is not None  # noqa: S101 - the bed is made
    bed.database.copy("filled", "scratch")
    scratch = {"DATABASE_URL": bed.database.url_of("scratch")}
    _cold(bed, scratch)
    with _network() as port:
        _mixed(bed, scratch, port)
    bed.database.run('DROP DATABASE IF EXISTS "scratch" WITH (FORCE)')
    return True


def _cold(bed: Bed, scratch: dict[str, str]) -> None:
    _forget(bed)
    web = bed.web(**scratch)
    try:
        found = wrk.load(web.port, ["/brands/large/"], seconds=3 if bed.quick else 10, connections=CLIENTS)
    finally:
        web.stop()
    bed.book.keep("load", "cold", [found])
    figure = f"{shown(found.rate)} requests/s, p50 {shown(found.p50)} ms, p99 {shown(found.p99)} ms"
    what = f"{CLIENTS} clients on a page that no cache has yet: wrong answers"
    bed.book.line(Line("load", what, figure, f"{found.requests:,} requests", found.errors, 0, least=False))


def _mixed(bed: Bed, scratch: dict[str, str], port: int) -> None:
    accounts = 20 if bed.quick else 200
    seconds = 5 if bed.quick else 60
    settings = scratch | {
        "PROFILE": "local",  # the door lets nobody to this machine in production
        "SANDBOX": "no",
        "DJANGO_SETTINGS_MODULE": "advocacy.settings",
        "X_BEARER_TOKEN": "bench",
        "X_API_BASE": f"http://127.0.0.1:{port}",
        "DOOR_ALLOW": f"127.0.0.1:{port}",
    }
    alone = json.loads(bed.run("syncing", "1", str(accounts), **settings).splitlines()[-1])
    web = bed.web(**scratch)
    try:
        paths = _paths(web)
        traffic = wrk.start(web.port, paths, seconds=seconds, connections=MIXED)
        time.sleep(1)
        beside = json.loads(bed.run("syncing", str(accounts + 1), str(accounts), **settings).splitlines()[-1])
        found = wrk.finish(traffic)
        wrong = [line for line in web.lines().splitlines() if "Error" in line][:3]
    finally:
        web.stop()
    bed.book.keep("load", "mixed", {"traffic": [found.rate, found.p50, found.p95, found.p99], "paths": len(paths)})
    bed.book.keep("load", "sync", {"alone": alone, "beside": beside, "errors": wrong})
    figure = f"{shown(found.rate)} requests/s, p50 {shown(found.p50)} ms, p99 {shown(found.p99)} ms"
    what = f"{seconds} s of mixed traffic, {MIXED} connections, during a sync: wrong answers"
    bed.book.line(Line("load", what, figure, f"{found.requests:,} requests", found.errors, 0, least=False))
    for line in wrong:
        bed.book.say(line)
    _starved(bed, alone, beside, accounts * POSTS)


def _starved(bed: Bed, alone: dict[str, Any], beside: dict[str, Any], expected: int) -> None:
    rates = [one["posts"] / one["seconds"] for one in (alone, beside)]
    lost = sum(expected - one["posts"] for one in (alone, beside))
    what = f"sync of {expected:,} posts beside the traffic" + (f", {lost} POSTS MISSING" if lost else "")
    share = rates[1] / rates[0] if rates[0] else 0.0
    against = f"alone: {shown(rates[0])}"
    bed.book.line(Line("load", what, f"{shown(rates[1])} posts/s", against, share, LEAST_SHARE))


def _paths(web: Web) -> list[str]:
    people = [f"/people/person-{n}/" for n in range(1, 700, 7)]
    posts = [f"/posts/{n}/" for n in range(1, 40_000, 401)]
    there = [path for path in FEEDS if web.get(path)[0] == 200]
    posts = [path for path in posts if web.get(path)[0] == 200]
    mixed = []
    for person, post in zip(people, posts, strict=False):
        mixed += [*BRANDS, person, post, *OTHERS, *there]
    return mixed


def _forget(bed: Bed) -> None:
    assert bed.valkey is not None  # noqa: S101 - the bed is made
    redis.Redis(unix_socket_path=str(bed.valkey.socket)).flushall()


@contextmanager
def _network() -> Iterator[int]:
    words = [sys.executable, "-m", "tools.benching.network"]
    process = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        yield int((process.stdout or sys.stdin).readline())
    finally:
        process.terminate()
        process.wait()
        if process.stdout:
            process.stdout.close()
