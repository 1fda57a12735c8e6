"""The demo fills an empty database through everybody's verbs, once, and leaves everything else alone."""

import csv
import json
import stat
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from advocacy.models import AuditEvent
from brands.demo import cast, moving
from brands.demo.filling import PEOPLE, POSTS, STAFF, NotEmpty, fill
from brands.demo.logins import logins
from brands.models import Brand, BrandPost, Enrolment, Role, ShownAccount, Topic
from brands.queries import stories as brand_queries
from people.models import Account, Person, Post, User
from tests.factories import make_brand
from tests.reading import x
from tests.sandbox_copy import SandboxCopy

__all__ = ["x"]


def rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


STAFF_ROWS = rows(STAFF)
CONSENTED = {f"{row['First Name']} {row['Last Name']}" for row in STAFF_ROWS if row["Consent"] and row["X handle"]}
SHOWN = {"中村 さくら" if name == "さくら 中村" else name for name in CONSENTED}


@pytest.fixture(scope="module")
def media(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return one folder for all tests: a picture that is kept already is not made again."""
    return tmp_path_factory.mktemp("media")


@pytest.fixture
def copy(x: SandboxCopy, settings: Settings, tmp_path: Path, media: Path) -> SandboxCopy:
    """Return a sandbox that this site may also command, with folders of its own."""
    settings.SANDBOX_BEARER_TOKEN = x.bearer
    settings.DATA_DIR = tmp_path
    settings.MEDIA_ROOT = media
    return x


def demo() -> str:
    """Run the command and return what it said."""
    out = StringIO()
    call_command("demo", stdout=out)
    return out.getvalue()


def everything() -> dict[str, object]:
    """Return what must not change when the demo is asked for again."""
    tables = (AuditEvent, Brand, BrandPost, Enrolment, Role, Topic, Account, Person, Post, User)
    return {table.__name__: list(table._default_manager.order_by("pk").values()) for table in tables}


@pytest.mark.django_db(transaction=True)
def test_an_empty_database_is_filled_and_a_second_time_nothing_changes(copy: SandboxCopy, tmp_path: Path) -> None:
    said = demo()
    brand = Brand.objects.get()
    assert (brand.slug, brand.name, brand.closing_by.name) == ("vesper", "Vesper", "Ingrid Solbakk")
    enrolled = Enrolment.objects.filter(brand=brand, state="active")
    assert {e.person.name for e in enrolled.select_related("person")} == SHOWN
    assert set(enrolled.values_list("consent_reference", flat=True)) == {"demo"}
    assert not Person.objects.filter(name__in=["Svea Lund", "Ruth Bergström"]).exists()  # no account; no consent
    assert {p.name for p in Person.objects.exclude(portrait="")} == {
        part.portrait.alt.split(",")[0].split(" in ")[0] for part in cast.CAST if part.portrait
    }
    assert {p.name for p in Person.objects.exclude(line="")} == {p.name for p in Person.objects.exclude(portrait="")}
    assert all(Person.objects.values_list("about", flat=True))
    drawn = {"bo_ek", "sakura_hinges", "maxi_wagons", "defne_bakes", "olena_coach3", "pietro_punches"}
    faceless = set(Account.objects.filter(avatar="").values_list("handle", flat=True))
    plain = ShownAccount.objects.filter(enrolment__person__portrait="")
    assert faceless == set(plain.values_list("account__handle", flat=True)) - drawn
    assert Post.objects.filter(kind="reply").count() > 20
    assert [p.account.handle for p in Post.objects.all() if p.edited] == ["zeynep_boards"]
    newest = Post.objects.order_by("-published_at").first()
    assert newest is not None
    assert timedelta(0) < timezone.now() - newest.published_at < timedelta(days=1)
    assert set(Role.objects.values_list("user__email", "name")) == {(cast.OWNER, "owner")}
    passwords = logins(tmp_path, (cast.OWNER, cast.NINJA))
    for email, password in passwords.items():
        assert User.objects.get(email=email).check_password(password)
        assert f"{email}, password {password}" in said
    assert Person.objects.get(user__email=cast.NINJA).name == "Ingrid Solbakk"

    band = brand_queries.leading(brand, timezone.now().date())
    assert band is not None
    assert band[2:] == ("The first snow week", "the-first-snow-week")
    (offer,) = brand_queries.offers(Person.objects.get(user__email=cast.NINJA))
    assert (offer.story.asker.name, offer.asked_to_lead) == ("Kofi Lindqvist", True)
    assert offer.lead_words.startswith("Snow never stopped a train.")
    assert [one.alt[:22] for one in offer.pictures] == ["The line over the Bren"]

    before = everything()
    assert demo().splitlines()[-2:] == said.splitlines()[-2:]
    assert everything() == before


@pytest.mark.django_db(transaction=True)
def test_a_demo_that_broke_off_is_completed_by_the_next_run(copy: SandboxCopy) -> None:
    class Pulled(Exception):
        pass

    def pull_the_plug(line: str) -> None:
        if "enrolled" in line:
            raise Pulled

    with pytest.raises(Pulled):
        fill(pull_the_plug)
    assert not Post.objects.exists()
    demo()
    assert {e.person.name for e in Enrolment.objects.select_related("person")} == SHOWN
    assert Post.objects.count() == len({p.remote_id for p in Post.objects.all()}) > 150
    assert AuditEvent.objects.filter(verb="demo.filled").count() == 1


@pytest.mark.django_db
def test_a_database_with_another_brand_is_left_alone(copy: SandboxCopy) -> None:
    make_brand("Somebody else's")
    before = everything()
    with pytest.raises(CommandError, match="fills an empty one only") as refused:
        demo()
    assert refused.value.returncode == 2
    assert everything() == before


@pytest.mark.django_db
def test_without_a_running_copy_the_demo_says_what_to_start_and_writes_nothing(settings: Settings) -> None:
    settings.X_API_BASE = "http://127.0.0.1:9/sandbox/x"
    settings.DOOR_ALLOW = frozenset(["127.0.0.1:9"])
    before = everything()
    with pytest.raises(CommandError, match="start the copy with `make run`") as refused:
        demo()
    assert refused.value.returncode == 2
    assert everything() == before


@pytest.mark.django_db
def test_the_demo_does_not_go_to_a_real_network(settings: Settings) -> None:
    settings.X_API_BASE = "https://api.x.com"
    with pytest.raises(CommandError, match="lives on the sandbox"):
        demo()
    assert not AuditEvent.objects.exists()


@pytest.mark.django_db
def test_a_brand_of_somebody_else_is_refused_before_the_network_is_asked(settings: Settings) -> None:
    settings.X_API_BASE = "http://127.0.0.1:9/sandbox/x"
    make_brand()
    with pytest.raises(NotEmpty):
        fill(print)


def test_passwords_are_made_once_per_copy_and_only_the_owner_reads_them(tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    first = logins(here, ("a@vesper.example",))
    assert logins(here, ("a@vesper.example",)) == first
    assert logins(there, ("a@vesper.example",)) != first
    assert logins(here, ("a@vesper.example", "b@vesper.example"))["a@vesper.example"] == first["a@vesper.example"]
    assert stat.S_IMODE((here / "demo-logins.txt").stat().st_mode) == 0o600


@pytest.mark.parametrize("hours", [0, 1, 23, 24, 1000])
def test_posts_move_by_whole_days_and_end_within_the_last_one(hours: int, tmp_path: Path) -> None:
    newest = max(moving.time_of(post) for post in moving.read(POSTS))
    now = newest + timedelta(hours=hours)
    days = moving.days_to_move(POSTS, now)
    moving.move_posts(POSTS, tmp_path / "moved", days)
    before, after = list(moving.read(POSTS)), list(moving.read(tmp_path / "moved"))
    assert timedelta(0) <= now - max(map(moving.time_of, after)) < timedelta(days=1)
    assert {moving.time_of(new) - moving.time_of(old) for old, new in zip(before, after, strict=True)} == {
        timedelta(days=days)
    }
    ids = {post["id"] for post in after}
    assert {post["in_reply_to"] for post in after if "in_reply_to" in post} <= ids
    assert {post["quote_of"] for post in after if "quote_of" in post} <= ids
    assert all(url.endswith(post["quote_of"]) for post in after if "quote_of" in post for url in post["urls"][-1:])


def test_a_moved_id_says_the_moved_time() -> None:
    for post in moving.read(POSTS):
        made = (int(moving.moved_id(post["id"], 3)) >> 22) + 1_288_834_974_657
        said = moving.time_of(post) + timedelta(days=3)
        assert datetime.fromtimestamp(made / 1000, tz=UTC) == said


def test_the_samples_are_about_nobody_real() -> None:
    people = rows(PEOPLE)
    # numbers that the network will not reach within a lifetime, and addresses under a name that nobody can have
    assert all(int(row["remote_user_id"]) > 9 * 10**18 for row in people)
    assert all(row["Work Email"].endswith("@vesper.example") for row in STAFF_ROWS)
    links = {url for post in moving.read(POSTS) if "quote_of" not in post for url in post.get("urls", [])}
    assert all(url.startswith("https://vesper.example/") for url in links)


def test_the_twelve_say_at_least_ten_things_each_and_the_others_three_to_six() -> None:
    counts: dict[str, int] = {}
    for post in moving.read(POSTS):
        counts[post["handle"]] = counts.get(post["handle"], 0) + 1
    by_address = {row["Work Email"]: row["X handle"].rpartition("/")[2].lstrip("@") for row in STAFF_ROWS}
    for part in cast.CAST:
        said = counts[by_address[part.email]]
        assert said >= 10 if part.portrait else 3 <= said <= 6, part.email


def test_every_inhabitant_has_more_to_say_later() -> None:
    for row in rows(PEOPLE):
        assert json.loads(row["sayings"]), row["handle"]


def test_lines_fit_into_the_chorus() -> None:
    assert {part.email for part in cast.CAST} <= {row["Work Email"] for row in STAFF_ROWS}
    assert all(part.line.endswith(".") for part in cast.CAST if part.portrait)
    assert all(len(part.line) <= 60 and 0 < len(part.about) <= 200 for part in cast.CAST)
