"""What the files say, read by themselves with nothing of the product."""

import csv
import gzip
import json
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

FILES = ("people.csv", "posts.ndjson.gz", "enrol.csv", "committees.csv")
DEPARTMENTS = {"house": "U.S. House", "senate": "U.S. Senate"}


@dataclass
class Facts:
    """The real data set: who is enrolled, who lives on the network, and which posts there are."""

    folder: Path
    staff: list[dict[str, str]] = field(default_factory=list)
    people: list[dict[str, str]] = field(default_factory=list)
    committees: list[dict[str, str]] = field(default_factory=list)
    posts: dict[str, str] = field(default_factory=dict)  # id -> author's id
    texts: dict[str, str] = field(default_factory=dict)  # id -> text as the network sends it; no reposts, no answers
    passed_on: set[str] = field(default_factory=set)  # ids that somebody reposted
    kinds: dict[str, int] = field(default_factory=lambda: {"reply": 0, "repost": 0})  # how many of each
    newest: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))  # author -> ids, newest first

    def path(self, name: str) -> str:
        """Return a file's whole path."""
        return str(self.folder / name)

    @property
    def handle_of(self) -> dict[str, str]:
        """The handle of each network id."""
        return {row["remote_user_id"]: row["handle"] for row in self.people}

    @property
    def silent(self) -> set[str]:
        """Handles of those who have said nothing."""
        speaking = set(self.posts.values())
        return {row["handle"] for row in self.people if row["remote_user_id"] not in speaking}

    def named(self) -> list[dict[str, str]]:
        """Return the rows of the staff list that name an account."""
        return [row for row in self.staff if row["X handle"].strip() or row["X user id"].strip()]

    def stale(self) -> set[str]:
        """Return handles of the staff list that nobody has any more, though the id beside them is right."""
        handles = {row["handle"].casefold() for row in self.people}
        ids = {row["remote_user_id"] for row in self.people}
        rows = [(row["X handle"].strip().lstrip("@"), row["X user id"].strip()) for row in self.named()]
        return {handle for handle, number in rows if handle.casefold() not in handles and number in ids}

    def lost(self) -> set[str]:
        """Return handles of the staff list that nobody has, with no id beside them."""
        handles = {row["handle"].casefold() for row in self.people}
        rows = [(row["X handle"].strip().lstrip("@"), row["X user id"].strip()) for row in self.named()]
        return {handle for handle, number in rows if handle.casefold() not in handles and not number}

    def groups(self) -> dict[str, set[str]]:
        """Return the network ids of each committee."""
        found: dict[str, set[str]] = defaultdict(set)
        for row in self.committees:
            found[row["committee_id"]].add(row["remote_user_id"])
        return found


def read(folder: Path) -> Facts:
    """Read the data set. Raises FileNotFoundError where a file is missing."""
    facts = Facts(folder)
    facts.staff, facts.people, facts.committees = (
        _rows(folder / name) for name in ("enrol.csv", "people.csv", "committees.csv")
    )
    times: dict[str, str] = {}
    with gzip.open(folder / "posts.ndjson.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            post = json.loads(line)
            facts.posts[post["id"]] = post["user_id"]
            if "repost_of" in post:
                facts.passed_on.add(str(post["repost_of"]["id"]))
                facts.kinds["repost"] += 1
            elif post.get("in_reply_to_user_id", post["user_id"]) != post["user_id"]:
                facts.kinds["reply"] += 1
            else:
                facts.texts[post["id"]] = post["text"]
                times[post["id"]] = post["created_at"]
    for number in sorted(facts.texts, key=lambda one: (times[one], int(one)), reverse=True):
        facts.newest[facts.posts[number]].append(number)
    return facts


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
