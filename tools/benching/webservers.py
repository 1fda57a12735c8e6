"""gunicorn (gthread) against granian (WSGI): the same pages and numbers of threads; what each does in need."""

import os
import signal
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tools.benching import floors, wrk
from tools.benching.bed import Bed
from tools.benching.rounds import Line, Series, interleaved, shown
from tools.benching.servers import HOST, Web, descendants, proportional_memory

SERVERS = ("gunicorn", "granian")
PAGES = {"constant page": "/bench/constant/page/", "cached brand page": "/brands/large/"}
UNCACHED = "/brands/large/"
SLOW = 200  # clients that never end their request


def measure(bed: Bed) -> bool:
    """Measure both."""
    webs = {server: bed.web(server=server) for server in SERVERS}
    bare = {server: bed.web(server=server, PAGE_CACHE_MB="0", PART_CACHE_MB="0") for server in SERVERS}
    try:
        accept = {"Accept-Encoding": "gzip, deflate, br"}
        for web in webs.values():
            for _ in range(8):
                _, headers, body = web.get(PAGES["cached brand page"], Accept_Encoding=accept["Accept-Encoding"])
        floors.keep(Path(bed.env["BENCH_DIR"]), "page", headers, body)
        for what, path in PAGES.items():
            _compare(bed, what, {s: bed.asking(web, path, headers=accept) for s, web in webs.items()})
        _compare(bed, "uncached brand page", {s: bed.asking(web, UNCACHED) for s, web in bare.items()})
        for server, web in webs.items():
            memory = sum(map(proportional_memory, web.pids())) / 1_000_000
            bed.book.line(
                Line("web", f"{server}: memory (PSS) after it", f"{memory:.0f} MB, {len(web.pids())} processes")
            )
    finally:
        for web in (*webs.values(), *bare.values()):
            web.stop()
    for server in SERVERS:
        _behaviour(bed, server)
    return True


def _compare(bed: Bed, what: str, sides: dict[str, Callable[[], wrk.Round]]) -> None:
    gunicorn, granian = interleaved(sides, bed.rounds)
    bed.book.keep("web", what, [gunicorn, granian])
    named = Series(f"granian: {what}", rounds=granian.rounds, details=granian.details)
    bed.book.compare("web", named, gunicorn, None)
    p99 = ", ".join(f"{s.name} {shown(s.detail('p99'))} ms" for s in (gunicorn, granian))
    bed.book.line(Line("web", f"{what}: p99", p99))


def _behaviour(bed: Bed, server: str) -> None:
    """Say what it does with slow clients, long headers, a killed process, TERM, and the death of who started it."""
    found: dict[str, Any] = {}
    for name, act in BEHAVIOUR.items():
        web = bed.web(server=server, PAGE_CACHE_MB="0", PART_CACHE_MB="0")
        try:
            found[name] = act(web)
        finally:
            web.stop()
        bed.book.line(Line("web", f"{server}: {name}", str(found[name])))
    bed.book.keep("web", f"{server}, behaviour", found)


def _slow_clients(web: Web) -> str:
    """Open connections that send half a request, then ask for a page."""
    slow = []
    for _ in range(SLOW):
        one = socket.create_connection(("127.0.0.1", web.port), timeout=10)
        one.sendall(f"GET /livez HTTP/1.1\r\nHost: {HOST}\r\n".encode())
        slow.append(one)
    began = time.monotonic()
    try:
        status = str(web.get("/livez")[0])
    except OSError as error:
        status = type(error).__name__
    waited = time.monotonic() - began
    time.sleep(max(0.0, 12 - waited))
    alive = sum(_is_open(one) for one in slow)
    for one in slow:
        one.close()
    return f"{SLOW} of them: another client gets {status} after {waited:.2f} s; {alive} are still connected after 12 s"


def _is_open(one: socket.socket) -> bool:
    one.setblocking(False)
    try:
        return one.recv(1) != b""
    except BlockingIOError:
        return True
    except OSError:
        return False


def _long_header(web: Web) -> str:
    return ", ".join(f"{size // 1000} kB: {_status(web, size)}" for size in (4_000, 16_000, 100_000, 2_000_000))


def _status(web: Web, size: int) -> str:
    try:
        return str(web.get("/livez", X_Long="a" * size)[0])
    except OSError as error:
        return type(error).__name__


def _many_headers(web: Web) -> str:
    found = []
    for number in (90, 150, 1_000):
        try:
            found.append(f"{number}: {web.get('/livez', **{f'X_H{n}': 'a' for n in range(number)})[0]}")
        except OSError as error:
            found.append(f"{number}: {type(error).__name__}")
    return ", ".join(found)


def _killed_process(web: Web) -> str:
    workers = descendants([web.process.pid])
    traffic = wrk.start(web.port, ["/livez"], seconds=5, connections=16)
    time.sleep(1)
    os.kill(workers[-1], signal.SIGKILL)
    found = wrk.finish(traffic)
    after = "ended" if web.process.poll() is not None else f"{len(descendants([web.process.pid]))} processes below it"
    return f"{found.errors} of {found.requests:,} answers wrong; before {len(workers)} processes, now: {after}"


def _term(web: Web) -> str:
    traffic = wrk.start(web.port, [UNCACHED], seconds=3, connections=4)
    time.sleep(1)
    began = time.monotonic()
    web.process.terminate()
    web.process.wait(30)
    took = time.monotonic() - began
    left = len(descendants([web.process.pid]))
    wrk.finish(traffic)
    return f"ended after {took:.2f} s with status {web.process.returncode}, {left} processes left"


def _orphaned(web: Web) -> str:
    below = descendants([web.process.pid])
    os.kill(web.process.pid, signal.SIGKILL)
    web.process.wait()
    time.sleep(2)
    left = [pid for pid in below if Path(f"/proc/{pid}").exists()]
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    return f"{len(left)} of {len(below)} processes outlive it"


BEHAVIOUR: dict[str, Callable[[Web], str]] = {
    "clients that never end their request": _slow_clients,
    "one long header": _long_header,
    "many headers": _many_headers,
    "kill -9 of a worker under load": _killed_process,
    "TERM under load": _term,
    "kill -9 of the parent": _orphaned,
}
