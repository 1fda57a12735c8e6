"""Step 4: the network changes, the worker is killed in mid-sync, and the pages are right afterwards."""

import json
import re
import time
import urllib.request
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from brands.models import BrandPost
from people.models import Account, Post, SyncRun, SyncState
from tools.proving.copying import Broken, Copy
from tools.proving.facts import Facts
from tools.proving.gathering import feeds
from tools.proving.ledger import Ledger

DELETED, SPEAKERS = 50, 20
# nothing of the world is waited for here: profiles and deletions are asked about every half minute
SOON = {"PROFILE_REFRESH_SECONDS": "30", "COMPLIANCE_SECONDS": "30"}
LONGEST = 300


@dataclass
class Changes:
    """What was changed at the network."""

    renamed: dict[str, tuple[str, str]] = field(default_factory=dict)  # id -> old handle, new handle
    deleted: dict[str, int] = field(default_factory=dict)  # network id of the post -> our id
    bereft: list[str] = field(default_factory=list)  # ids of their authors
    protected: str = ""
    said: dict[str, tuple[str, str]] = field(default_factory=dict)  # id of the speaker -> id of the post, words


def prove(copy: Copy, facts: Facts, ledger: Ledger) -> None:
    """Change, kill, start again, read, look."""
    changes = _change(copy, facts)
    ledger.say(
        f"{len(changes.renamed)} renamed, {len(changes.deleted)} deleted, 1 protected, {len(changes.said)} spoke"
    )
    _act(copy, "fault", endpoint="timeline", delay=0.5)  # so that whoever is killed is killed in the middle of a call
    copy.stop()
    SyncState.objects.update(due_at=timezone.now())  # as if the hours had passed
    before = SyncRun.objects.count()
    began = time.monotonic()
    copy.start(**SOON)
    ledger.took("start again on the same data", began)
    _wait_for_runs(before + 40)
    copy.kill_worker()
    ledger.claim("kill -9 of the worker in mid-sync: the copy stops itself and says so", True, _told(copy))
    left = SyncState.objects.exclude(lease_until=None).count()
    ledger.say(f"{SyncRun.objects.count() - before} readings were begun, {left} were under way")
    ledger.claim("readings that the killed worker left under way, at least one", True, left > 0)
    began = time.monotonic()
    copy.start()
    _act(copy, "clear")
    copy.manage("sync", "--until-idle", expect=(0, 1))
    ledger.took("start once more and read what is due", began)
    _kept(facts, changes, ledger)
    _pages(copy, changes, ledger)
    feeds(ledger)


def _change(copy: Copy, facts: Facts) -> Changes:
    changes = Changes()
    authors = [who for who in facts.newest if len(facts.newest[who]) > 20 and _never_names_itself(facts, who)]
    authors.sort(key=int)
    names = facts.handle_of
    for number, who in enumerate(authors[:2], 1):
        changes.renamed[who] = (names[who], f"renamed_no_{number}")
        copy.manage("sandbox", "rename", names[who], f"renamed_no_{number}")
    changes.protected = authors[2]
    copy.manage("sandbox", "protect", names[authors[2]])
    ours = dict(Post.objects.values_list("remote_id", "pk"))
    for who in authors[3 : 3 + DELETED]:
        post = next(one for one in facts.newest[who] if one not in facts.passed_on)
        _act(copy, "delete", id=post)
        changes.deleted[post] = ours[post]
        changes.bereft.append(who)
    for number, who in enumerate(authors[-SPEAKERS:], 1):
        words = f"This is the proof's sentence number {number} of {SPEAKERS}, & it ends here."
        changes.said[who] = (str(_act(copy, "say", handle=names[who], text=words)), words)
    return changes


def _never_names_itself(facts: Facts, who: str) -> bool:
    handle = f"@{facts.handle_of[who]}".casefold()
    return not any(handle in facts.texts[post].casefold() for post in facts.newest[who])


def _act(copy: Copy, verb: str, **arguments: Any) -> Any:
    token = (copy.data_dir / "sandbox-token").read_text()
    request = urllib.request.Request(  # noqa: S310 - our own address
        f"http://127.0.0.1:{copy.port}/sandbox/control/{verb}/",
        json.dumps(arguments).encode(),
        {"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - our own address
        return json.loads(answer.read())["result"]


def _wait_for_runs(number: int) -> None:
    deadline = time.monotonic() + LONGEST
    while SyncRun.objects.count() < number:
        if time.monotonic() > deadline:
            raise Broken(f"the worker did not read again within {LONGEST} s")
        time.sleep(0.1)


def _told(copy: Copy) -> bool:
    return any("worker ended" in line for line in copy.lines) and copy.up is not None and copy.up.returncode != 0


def _kept(facts: Facts, changes: Changes, ledger: Ledger) -> None:
    hidden = {post for post, who in facts.posts.items() if who == changes.protected}
    said = {post for post, _ in changes.said.values()}
    expected = (facts.posts.keys() - changes.deleted.keys() - hidden) | said
    kept = list(Post.objects.values_list("remote_id", flat=True))
    ledger.claim("posts kept afterwards", len(expected), len(kept))
    ledger.claim("missing", set(), expected - set(kept))
    ledger.claim("kept although gone", set(), set(kept) - expected)
    handles = {who: Account.objects.get(remote_id=who).handle for who in changes.renamed}
    ledger.claim("renamed handles are followed", {who: new for who, (_, new) in changes.renamed.items()}, handles)
    closed = Account.objects.get(remote_id=changes.protected)
    ledger.claim("the protected account's state", "protected", closed.state)
    ledger.claim("its posts on brands' pages", 0, BrandPost.objects.filter(person=closed.person).count())


def _pages(copy: Copy, changes: Changes, ledger: Ledger) -> None:
    right = 0
    for who, (old, new) in changes.renamed.items():
        page = _person(copy, who)
        right += f"@{new}" in page and f"@{old}" not in page
    ledger.claim("pages with the new handle and without the old one", len(changes.renamed), right)
    gone = [post for post in changes.deleted.values() if copy.get(f"/posts/{post}/")[0] == 404]
    ledger.claim("pages of deleted posts that are gone", len(changes.deleted), len(gone))
    walls = {slug: _wall(copy, slug) for slug in ("house", "senate")}
    outlets = "".join([*walls.values(), *(_person(copy, who) for who in changes.bereft)])
    linked = set(map(int, re.findall(r"/posts/(\d+)/", outlets)))
    ledger.claim("these pages link to more posts than were deleted", True, len(linked) > len(changes.deleted))
    ledger.claim(
        "links to deleted posts on their authors' and brands' pages", set(), linked & set(changes.deleted.values())
    )
    ledger.claim(
        "posts on the page of the protected account",
        0,
        len(re.findall(r"/posts/\d+/", _person(copy, changes.protected))),
    )
    escaped = {words.replace("&", "&amp;").replace("'", "&#x27;") for _, words in changes.said.values()}
    everything = "".join(walls.values())
    ledger.claim("new sentences on the brands' pages", escaped, {words for words in escaped if words in everything})
    own = [
        who
        for who, (_, words) in changes.said.items()
        if words.split(",")[0].replace("'", "&#x27;") in _person(copy, who)
    ]
    ledger.claim("new sentences on their authors' own pages", len(changes.said), len(own))


def _person(copy: Copy, who: str) -> str:
    slug = Account.objects.get(remote_id=who).person.slug
    status, page = copy.get(f"/people/{slug}/")
    if status != 200:
        raise Broken(f"/people/{slug}/ answers {status}")
    return page


def _wall(copy: Copy, slug: str) -> str:
    """Return a brand's page with the next two pages of older posts."""
    path, pages = f"/brands/{slug}/", []
    for _ in range(3):
        status, page = copy.get(path)
        if status != 200:
            raise Broken(f"{path} answers {status}")
        pages.append(page)
        older = re.search(r'href="([^"]+)"[^>]*rel="next"', page)
        if not older:
            break
        path = f"/brands/{slug}/{older[1].replace('&amp;', '&')}" if older[1].startswith("?") else older[1]
    return "".join(pages)
