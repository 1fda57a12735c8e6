"""The proof itself: it counts from the files alone, and a claim that does not hold fails it."""

import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tools.proving.facts import read
from tools.proving.ledger import Ledger

ROOT = Path(__file__).resolve().parent.parent
STAFF = "Employee ID,X handle,X user id\nA,@ada,1\nB,@bob_then,2\nC,@gone,\nD,,\n"
PEOPLE = "handle,remote_user_id\nada,1\nbob,2\nsilent,3\n"
COMMITTEES = "committee_id,committee,remote_user_id\nX,Ex,1\nX,Ex,2\nY,Why,2\n"
POSTS = [
    {"id": "30", "user_id": "1", "created_at": "2016-01-03T00:00:00Z", "text": "third"},
    {"id": "20", "user_id": "1", "created_at": "2016-01-02T00:00:00Z", "text": "to myself", "in_reply_to_user_id": "1"},
    {"id": "10", "user_id": "1", "created_at": "2016-01-01T00:00:00Z", "text": "@bob yes", "in_reply_to_user_id": "2"},
    {
        "id": "9",
        "user_id": "2",
        "created_at": "2016-01-01T00:00:00Z",
        "text": "RT @ada: third",
        "repost_of": {"id": "30"},
    },
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a data set of three people and four posts."""
    for name, text in (("enrol.csv", STAFF), ("people.csv", PEOPLE), ("committees.csv", COMMITTEES)):
        (tmp_path / name).write_text(text)
    with gzip.open(tmp_path / "posts.ndjson.gz", "wt") as file:
        file.writelines(json.dumps(post) + "\n" for post in POSTS)
    return tmp_path


def test_what_is_expected_is_counted_from_the_files(folder: Path) -> None:
    facts = read(folder)
    assert facts.posts == {"30": "1", "20": "1", "10": "1", "9": "2"}
    assert facts.kinds == {"reply": 1, "repost": 1}
    assert facts.newest == {"1": ["30", "20"]}
    assert facts.passed_on == {"30"}
    assert (facts.stale(), facts.lost(), facts.silent) == ({"bob_then"}, {"gone"}, {"silent"})
    assert [row["Employee ID"] for row in facts.named()] == ["A", "B", "C"]
    assert facts.groups() == {"X": {"1", "2"}, "Y": {"2"}}


def test_one_claim_that_does_not_hold_fails_the_run(capsys: pytest.CaptureFixture[str]) -> None:
    ledger = Ledger()
    assert not ledger.table()  # nothing claimed is nothing proved
    ledger.claim("two and two", 4, 2 + 2)
    assert ledger.table()
    ledger.claim("nobody is missing", set(), {"ada"})
    assert not ledger.table()
    assert "nobody is missing  NO     1: ada  (expected none)" in capsys.readouterr().out


def test_a_time_beyond_its_bound_fails_the_run() -> None:
    ledger = Ledger()
    assert ledger.at_most("quick", 10, 10.0, "s")
    assert not ledger.at_most("slow", 10, 10.1, "s")
    assert not ledger.table()


def test_without_the_data_the_proof_says_what_to_set_and_ends_with_2(tmp_path: Path) -> None:
    done = subprocess.run(  # noqa: S603 - the project's own program
        [sys.executable, "tools/proof.py"],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "REAL_DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    words = "set REAL_DATA_DIR to the folder that holds congress-2016/."
    assert done.stdout == f"There is no {tmp_path}/congress-2016/people.csv: {words}\n"
