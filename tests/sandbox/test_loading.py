"""sandbox load: people.csv and posts.ndjson[.gz]."""

import csv
import gzip
import json
import os
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from PIL import Image

from advocacy.sandbox import loading
from advocacy.sandbox.models import Inhabitant, Picture, Utterance
from advocacy.sandbox.refusal import Refused

PERSON = {"handle": "ingrid", "remote_user_id": "12", "display_name": "Ingrid", "avatar": "https://pics.example/1.jpg"}
POST = {
    "id": "727620159683301377",
    "user_id": "12",
    "created_at": "2016-05-03T22:05:39.000Z",
    "text": "Fish &amp; chips",
}


@pytest.fixture
def files(tmp_path):
    """Return a function that writes both files and returns their paths."""

    def write(people=(PERSON,), posts=(POST,), packed=False):
        names = list(dict.fromkeys(name for row in people for name in row)) or ["handle"]
        with (tmp_path / "people.csv").open("w", encoding="utf-8-sig", newline="") as file:
            rows = csv.DictWriter(file, names)
            rows.writeheader()
            rows.writerows(people)
        lines = "".join((post if isinstance(post, str) else json.dumps(post)) + "\n" for post in posts)
        path = tmp_path / ("posts.ndjson.gz" if packed else "posts.ndjson")
        path.write_bytes(gzip.compress(lines.encode()) if packed else lines.encode())
        return tmp_path / "people.csv", path

    return write


def counts(report):
    return (report.people_added, report.people_known, report.posts_added, report.posts_known)


@pytest.mark.django_db
@pytest.mark.parametrize("packed", [False, True])
def test_a_post_is_kept_as_it_was_and_loading_again_changes_nothing(files, packed):
    paths = files(packed=packed)
    assert counts(loading.load(*paths)) == (1, 0, 1, 0)
    before = list(Utterance.objects.values()), list(Inhabitant.objects.values())
    assert before[0][0]["text"] == "Fish &amp; chips"
    assert before[0][0]["created_at"] == datetime(2016, 5, 3, 22, 5, 39, tzinfo=UTC)
    report = loading.load(*paths)
    assert (counts(report), report.problems) == ((0, 1, 0, 1), [])
    assert (list(Utterance.objects.values()), list(Inhabitant.objects.values())) == before


@pytest.mark.django_db
def test_what_happened_since_survives_another_load(files):
    paths = files()
    loading.load(*paths)
    Inhabitant.objects.update(handle="renamed")
    Utterance.objects.update(deleted_at=datetime.now(UTC))
    report = loading.load(*paths)
    assert (counts(report), report.problems) == ((0, 1, 0, 1), [])
    assert Inhabitant.objects.get().handle == "renamed"
    assert Utterance.objects.get().deleted_at is not None


@pytest.mark.django_db
def test_lines_that_cannot_be_used_are_named_by_file_and_line_and_the_rest_is_loaded(files):
    people = [
        PERSON,
        {"handle": "not a handle", "remote_user_id": "13"},
        {"handle": "INGRID", "remote_user_id": "14"},
        {"handle": "lea", "remote_user_id": "x"},
    ]
    posts = [
        POST,
        "{broken",
        POST | {"id": "2", "user_id": "99"},
        "",
        POST | {"id": "007"},
        POST | {"id": "3", "created_at": "noon"},
        POST | {"id": "4", "text": "a\0b"},
        "[1]",
        POST | {"id": "5", "media": [{"type": "hologram"}]},
        POST | {"id": "6"},
    ]
    report = loading.load(*files(people, posts))
    assert [str(problem) for problem in report.problems] == [
        "people.csv, line 3: 'not a handle' is no handle",
        "people.csv, line 4: @INGRID lives here with another id",
        "people.csv, line 5: 'x' is no id",
        "posts.ndjson, line 2: this is no post in JSON",
        "posts.ndjson, line 3: its author 99 does not live here",
        "posts.ndjson, line 5: '007' is no id",
        "posts.ndjson, line 6: 'noon' is no time",
        "posts.ndjson, line 7: it holds a NUL character",
        "posts.ndjson, line 8: this is no post in JSON",
        "posts.ndjson, line 9: 'hologram' is no kind of medium",
    ]
    assert set(Utterance.objects.values_list("id", flat=True)) == {int(POST["id"]), 6}


@pytest.mark.django_db
def test_files_that_cannot_be_read_are_refused(files, tmp_path):
    people, posts = files()
    with pytest.raises(Refused, match=r"nowhere\.csv"):
        loading.load(tmp_path / "nowhere.csv", posts)
    (tmp_path / "half.ndjson.gz").write_bytes(gzip.compress(b'{"id": 1}\n' * 1000)[:40])
    with pytest.raises(Refused, match="cannot be read"):
        loading.load(people, tmp_path / "half.ndjson.gz")
    (tmp_path / "other.csv").write_text("name\nIngrid\n")
    with pytest.raises(Refused, match="no column called handle"):
        loading.load(tmp_path / "other.csv", posts)


@pytest.mark.django_db
def test_accounts_of_other_networks_stay_out(files):
    loading.load(*files([PERSON | {"network": "x"}, {"handle": "lea", "network": "mastodon"}]))
    assert list(Inhabitant.objects.values_list("handle", flat=True)) == ["ingrid"]


@pytest.mark.django_db
def test_as_if_now_moves_every_time_and_reference_and_loading_again_changes_nothing(files):
    reply = POST | {"id": "727620159683301999", "in_reply_to": POST["id"], "created_at": "2016-05-03T23:05:39.000Z"}
    old = POST | {"id": "14412533715", "created_at": "2010-05-20T16:00:00.000Z"}
    paths = files(posts=(reply, POST, old))
    loading.load(*paths, as_if_now=True)
    rows = {row.text + str(row.in_reply_to is not None): row for row in Utterance.objects.order_by("id")}
    newest, oldest = Utterance.objects.order_by("-id")[0], Utterance.objects.order_by("id")[0]
    assert abs(newest.created_at - datetime.now(UTC)) < timedelta(seconds=30)
    assert newest.created_at - oldest.created_at == timedelta(days=2175, hours=7, minutes=5, seconds=39)
    assert len(rows) == 2
    first = Utterance.objects.order_by("-id")[1]
    assert (newest.in_reply_to, newest.conversation) == (first.id, first.id)
    report = loading.load(*paths, as_if_now=True)
    assert counts(report) == (0, 1, 0, 3)


@pytest.mark.django_db
def test_an_answer_to_an_answer_belongs_to_the_first_post(files):
    chain = [POST | {"id": "3", "in_reply_to": "2"}, POST | {"id": "2", "in_reply_to": "1"}, POST | {"id": "1"}]
    loading.load(*files(posts=chain))
    assert list(Utterance.objects.order_by("id").values_list("id", "conversation")) == [(1, None), (2, 1), (3, 1)]


@pytest.mark.django_db
def test_a_picture_beside_the_files_is_taken_and_one_of_the_web_is_not_fetched(files, tmp_path):
    Image.new("RGB", (30, 20), "red").save(tmp_path / "red.png")
    people = [PERSON | {"avatar": "red.png"}, PERSON | {"handle": "lea", "remote_user_id": "13"}]
    media = [{"type": "photo", "url": "red.png", "alt": "Red"}, {"type": "video", "url": "https://pics.example/v.mp4"}]
    loading.load(*files(people, [POST | {"media": media}]))
    assert set(Picture.objects.values_list("key", flat=True)) == {"12-1", f"3_{POST['id']}"}
    assert Utterance.objects.get().media == [
        {"key": f"3_{POST['id']}", "type": "photo", "alt": "Red", "width": 30, "height": 20},
        {"key": f"7_{int(POST['id']) + 1}", "type": "video", "alt": "", "width": 800, "height": 450},
    ]


@pytest.mark.django_db
def test_real_posts_are_all_loaded_as_they_are(tmp_path):
    folder = settings.REAL_DATA_DIR / "congress-2016"
    if not folder.exists():
        if os.environ.get("REQUIRE_REAL_DATA") == "1":
            pytest.fail(f"{folder} is not there, and REQUIRE_REAL_DATA=1")
        pytest.skip(f"the real posts are not there: {folder}")
    with gzip.open(folder / "posts.ndjson.gz") as file:  # `make proof` loads all of them
        lines = [line for place, line in enumerate(file) if place % 20 == 0 or len(json.loads(line)["id"]) < 17]
    (tmp_path / "posts.ndjson").write_bytes(b"".join(lines))
    report = loading.load(folder / "people.csv", tmp_path / "posts.ndjson")
    assert (counts(report), report.problems) == ((520, 0, len(lines), 0), [])
    wanted = {(int(post["id"]), int(post["user_id"]), post["text"]) for post in map(json.loads, lines)}
    assert set(Utterance.objects.values_list("id", "author_id", "text")) == wanted


@pytest.mark.django_db
def test_a_post_that_stands_twice_in_a_file_is_loaded_once(files):
    assert counts(loading.load(*files(posts=(POST, POST)))) == (1, 0, 1, 1)
