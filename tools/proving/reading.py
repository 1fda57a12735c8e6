"""Step 2: two syncs and the worker read together; some of them are killed, and nothing is lost."""

import os
import signal
import time

from django.db.models import Max, Sum

from people.models import Account, Post, SyncRun, SyncState
from tools.proving.copying import Broken, Copy
from tools.proving.facts import Facts
from tools.proving.ledger import Ledger

LONGEST = 900


def prove(copy: Copy, facts: Facts, ledger: Ledger) -> None:
    """Read everything; then read again and find that nothing is fetched twice."""
    began = time.monotonic()
    first, second = copy.begin("sync", "--until-idle"), copy.begin("sync", "--until-idle")
    _wait_for(len(facts.posts) // 5)
    killed = copy.kill_worker_children()
    ledger.claim("kill -9 hit the worker's processes in mid-sync", True, killed > 0)
    _wait_for(len(facts.posts) * 2 // 5)
    os.kill(second.pid, signal.SIGKILL)
    second.wait()
    told, _ = first.communicate(timeout=LONGEST)
    seconds = ledger.took("read everybody, two syncs and the worker at once", began)
    ledger.say(
        f"{len(facts.posts) / seconds:.0f} posts a second; the surviving sync said: {told.strip().splitlines()[-1]}"
    )
    posts(facts, ledger)
    _accounts(facts, ledger)
    began = time.monotonic()
    before = fetched()
    copy.manage("sync", "--until-idle", expect=(0, 1))
    ledger.took("a second sync", began)
    ledger.claim("a second sync asks for nothing: readings, calls, posts fetched, last look-up", before, fetched())


def fetched() -> str:
    """Return what has been asked of the network so far."""
    sums = SyncRun.objects.aggregate(calls=Sum("calls"), fetched=Sum("fetched"))
    looked_up = Account.objects.aggregate(last=Max("looked_up_at"))["last"]
    return (
        f"{SyncRun.objects.count()} readings, {sums['calls']} calls, {sums['fetched']} posts, {looked_up:%H:%M:%S.%f}"
    )


def posts(facts: Facts, ledger: Ledger) -> None:
    """Claim that exactly the file's posts are kept, each once and each its author's."""
    kept = list(Post.objects.values_list("remote_id", "account__remote_id"))
    ledger.claim("posts kept", len(facts.posts), len(kept))
    ids = {number for number, _ in kept}
    ledger.claim("posts of the file that are missing", set(), facts.posts.keys() - ids)
    ledger.claim("posts that are not in the file", set(), ids - facts.posts.keys())
    ledger.claim(
        "posts under somebody else's account", 0, sum(facts.posts.get(post) != author for post, author in kept)
    )
    kinds = {kind: Post.objects.filter(kind=kind).count() for kind in ("reply", "repost")}
    ledger.claim("answers to others and reposts are told apart", facts.kinds, kinds)
    ledger.claim(
        "reposts that keep somebody else's words", 0, Post.objects.filter(kind="repost").exclude(text="").count()
    )


def _accounts(facts: Facts, ledger: Ledger) -> None:
    known = Account.objects.filter(state=Account.State.ACTIVE)
    ledger.claim("accounts that can be read", len(facts.people), known.count())
    unknown = set(Account.objects.filter(state=Account.State.UNKNOWN).values_list("handle", flat=True))
    ledger.claim("accounts that the network does not know (a handle without an id)", facts.lost(), unknown)
    silent = set(known.filter(posts=None).values_list("handle", flat=True))
    ledger.claim("accounts without a post, as in the file", facts.silent, silent)
    handles = dict(known.values_list("remote_id", "handle"))
    ledger.claim("handles are those of the network", facts.handle_of, handles)
    followed = {handle for handle in facts.stale() if handle not in handles.values()}
    ledger.claim("stale handles of the list, found by their ids", facts.stale(), followed)
    troubled = SyncState.objects.exclude(trouble="") | SyncState.objects.exclude(lease_until=None)
    ledger.claim("readings left in trouble or held by the dead", 0, troubled.count())


def _wait_for(number: int) -> None:
    deadline = time.monotonic() + LONGEST
    while Post.objects.count() < number:
        if time.monotonic() > deadline:
            raise Broken(f"only {Post.objects.count()} posts were read in {LONGEST} s")
        time.sleep(0.5)
