"""`python -m tests.faults`: cases of each kind on the database of DATABASE_URL; the report is JSON on the last line.

Starts its own pretend network. tools/faults.py gives it a PostgreSQL that writes through to the disk.
"""

import argparse
import itertools
import json
import multiprocessing
import os
import sys
import threading
import time
from collections import Counter
from collections.abc import Sequence
from typing import Any

from tests.faults.network import Network


def main() -> int:
    """Run the cases that the arguments ask for; return 1 if one of them went wrong or was not run, or the control
    did not go wrong.
    """
    words = argparse.ArgumentParser(prog="python -m tests.faults")
    words.add_argument("--cases", type=int, default=300, help="of each kind")
    words.add_argument("--kinds", default="NPKU")
    words.add_argument("--only", default="", help="cases whose name has these words, again and again")
    words.add_argument("--control", type=int, default=40, help="cases of the usual task, for comparison")
    words.add_argument("--side-by-side", type=int, default=24)
    words.add_argument("--minutes", type=float, help="no new case is begun after this (11 for 300 of each kind)")
    words.add_argument("--seed", type=int, default=1)
    asked = words.parse_args()
    asked.minutes = asked.minutes or max(11, asked.cases * 11 / 300)
    began = time.monotonic()
    found = _run(asked)
    found["seconds"] = round(time.monotonic() - began)
    sys.stdout.write(json.dumps(found) + "\n")
    bad = (
        found["wrong"]
        or found["cases"] != found["asked"]
        or not any(found["asked"].values())
        or (asked.control and not found["control"]["duplicates"])
    )
    return 1 if bad else 0


def _run(asked: argparse.Namespace) -> dict[str, Any]:
    ports = multiprocessing.Pipe()
    network = multiprocessing.get_context("fork").Process(target=_serve, args=(ports[1],), daemon=True)
    network.start()
    os.environ["FAKE_NETWORK"] = f"http://127.0.0.1:{ports[0].recv()}"
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.faults.site"
    import django  # noqa: PLC0415 - the settings need the network's address

    django.setup()
    from tests.faults import cases  # noqa: PLC0415

    lists = {kind: cases.chosen(kind, asked.cases, seed=asked.seed, only=asked.only) for kind in asked.kinds}
    # the kinds take turns, so that a run that is short of time has as many of each
    turns = [case for row in itertools.zip_longest(*lists.values()) for case in row if case]
    results = _share(turns, asked.side_by_side, naive=False, until=time.monotonic() + asked.minutes * 60)
    control_cases = [cases.Case("N", a, c, d) for a, c, d in _control()][: asked.control]
    control = _share(control_cases, asked.side_by_side, naive=True, until=time.monotonic() + 600)
    network.terminate()
    return {
        "asked": {kind: len(one) for kind, one in lists.items()},
        "cases": {kind: sum(r["kind"] == kind for r in results) for kind in lists},
        "ended": {kind: dict(Counter(r["state"] for r in results if r["kind"] == kind)) for kind in lists},
        "wrong": [[r["case"], r["wrong"]] for r in results if r["wrong"]],
        "slowest": max((r["seconds"] for r in results), default=0),
        "control": {"cases": len(control), "duplicates": sum("duplicate" in r["wrong"] for r in control)},
    }


def _control() -> Sequence[tuple[str, str, bool]]:
    answers = ("ok", "reset-after", "504-after", "silent-after", "bad-json", "500-after", "half", "403")
    return [(answer, crash, doubled) for crash in ("", "c5", "c3") for doubled in (False, True) for answer in answers]


def _share(work: Sequence[Any], side_by_side: int, *, naive: bool, until: float) -> list[dict[str, Any]]:
    """Let several processes work through the cases; each has its own connection to the database."""
    from django.db import connections  # noqa: PLC0415

    connections.close_all()
    context = multiprocessing.get_context("fork")
    todo, done = context.SimpleQueue(), context.SimpleQueue()
    crew = [context.Process(target=_work, args=(todo, done, naive, until)) for _ in range(side_by_side)]
    for member in crew:
        member.start()
    # from a thread: a pipe takes only so much before somebody reads from it
    ends: list[Any] = [None] * len(crew)
    threading.Thread(target=lambda: [todo.put(case) for case in [*work, *ends]], daemon=True).start()
    found: list[dict[str, Any]] = []
    for _ in work:
        one = done.get()
        if one is not None:
            found.append(one)
        if one and one["wrong"] and not naive:
            sys.stderr.write(f"{one['case']} {one['wrong']}\n")
        if one and not naive and len(found) % 100 == 0:
            sys.stderr.write(f"{len(found)} of {len(work)} cases\n")
    for member in crew:
        member.join()
    return found


def _work(todo: Any, done: Any, naive: bool, until: float) -> None:
    from tests.faults.running import Running, ready  # noqa: PLC0415

    ready()
    while (case := todo.get()) is not None:
        began = time.monotonic()
        if began > until:
            done.put(None)
            continue
        state = "broken"
        try:
            running = Running(case, by_naive=naive)
            wrong = running.whole()
            state = running.delivery.state
        except Exception as error:  # noqa: BLE001 - a broken harness is a finding too
            wrong = [f"the harness broke: {error!r}"]
        seconds = round(time.monotonic() - began, 1)
        done.put({"case": str(case), "kind": case.kind, "wrong": wrong, "state": state, "seconds": seconds})


def _serve(port: Any) -> None:
    network = Network()
    port.send(network.port)
    network.server.serve_forever(poll_interval=0.05)


if __name__ == "__main__":
    sys.exit(main())
