"""Looking for people by what they are and by what they said."""

import datetime as dt
from collections.abc import Callable
from importlib import import_module
from types import ModuleType, SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone

from brands.feed import rebuild_feed
from brands.models import Brand, BrandPost, Enrolment, PostChoice, Removal, ShownAccount, Team, Topic
from brands.queries import search as searching
from brands.queries.directory import directory
from brands.queries.search import Found, look, search, search_people, words_page
from brands.wording import ask
from people.models import Account, Person, Post
from people.signals import posts_changed
from tests.brands.pages import enrol, say
from tests.brands.search_set import PEOPLE, POSTS, QUESTIONS
from tests.factories import make_account, make_brand, make_enrolment, make_person, make_post

pytestmark = pytest.mark.django_db


def fill() -> tuple[Brand, dict[str, Enrolment], list[Post]]:
    """Make the people and posts of the test set, and a stranger at another brand who says the same."""
    brand = make_brand("Vesper", slug="vesper")
    now = timezone.now()
    enrolments = {}
    for name, (title, place, team, topics, line, about) in PEOPLE.items():
        account = make_account(make_person(name, line=line, about=about))
        named = Team.objects.get_or_create(brand=brand, slug=team.lower() or "x", name=team)[0] if team else None
        enrolments[name] = make_enrolment(brand, account=account, title=title, place=place, team=named)
        enrolments[name].topics.set(Topic.objects.create(brand=brand, slug=topic, name=topic) for topic in topics)
    accounts = {account.person.name: account for account in Account.objects.select_related("person")}
    posts = [
        make_post(accounts[name], text, published_at=now - dt.timedelta(hours=number))
        for number, (name, text) in enumerate(POSTS)
    ]
    nightjar, stranger = make_brand("Nightjar"), make_account(make_person("Snow Brakes Villach"))
    make_enrolment(nightjar, account=stranger)
    for number, (_, text) in enumerate(POSTS):
        make_post(stranger, text, published_at=now - dt.timedelta(hours=number))
    for one in (brand, nightjar):
        rebuild_feed(one)
    return brand, enrolments, posts


def asked(brand: Brand, words: str, **wanted: str) -> tuple[list[str], list[str], list[str]]:
    """Return the names of those who are it, of those who said it, and what they said."""
    found = search(brand, directory(brand), words, wanted)
    names = dict(Enrolment.objects.values_list("pk", "person__name"))
    texts = dict(Post.objects.values_list("pk", "text"))
    return (
        [names[pk] for pk in found.people],
        [names[speaker.enrolment_id] for speaker in found.speakers],
        [texts[hit.post_id] for hit in found.spoken.hits],
    )


@pytest.mark.parametrize("walk", [4_000, 3], ids=["on the walk", "by the index"])
def test_every_question_of_the_test_set_has_its_answer_in_order(walk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "_WALK", walk)
    brand, _, _ = fill()
    answers = {words: asked(brand, words) for words in QUESTIONS}
    expected = {words: (a.people, a.speakers, [POSTS[n][1] for n in a.posts]) for words, a in QUESTIONS.items()}
    assert answers == expected


def test_one_list_for_others_has_people_first_then_who_spoke() -> None:
    brand, enrolments, _ = fill()
    names = ["Jürgen Groß", "Noor van Dalen", "Åse Bjørnstad"]
    assert search_people(brand, "snow") == [enrolments[name].pk for name in names]
    assert search_people(brand, "snow", {"team": "workshop"}) == [enrolments["Noor van Dalen"].pk]
    assert len(search_people(brand, "")) == len(PEOPLE)


def test_filters_narrow_what_was_said_too() -> None:
    brand, _, _ = fill()
    workshop = [POSTS[0][1], POSTS[10][1]]
    assert asked(brand, "snow", team="workshop") == ([], ["Noor van Dalen"], workshop)
    assert asked(brand, "snow", team="nobody") == ([], [], [])


def test_a_name_comes_before_a_title() -> None:
    brand = make_brand()
    enrol(brand, "Anna Aal", title="Cook")
    enrol(brand, "Berta Cook")
    assert asked(brand, "cook")[0] == ["Berta Cook", "Anna Aal"]


def test_an_edit_is_found_by_its_new_words_only() -> None:
    brand = make_brand()
    post = say(enrol(brand, "Ingrid Solbakk"), "Old words.")
    Post.objects.filter(pk=post.pk).update(text="New words.")
    rebuild_feed(brand)
    assert asked(brand, "old")[2] == []
    assert asked(brand, "new")[2] == ["New words."]


def test_placing_a_post_again_writes_its_changed_words() -> None:
    brand = make_brand()
    post = say(enrol(brand, "Ingrid Solbakk"), "Old words.")
    Post.objects.filter(pk=post.pk).update(text="New words.")
    assert BrandPost.objects.get(post=post).words == " old words "
    posts_changed.send(Post, post_ids=[post.pk])  # as a sync does
    assert BrandPost.objects.get(post=post).words == " new words "


def paused_before(enrolment: Enrolment, post: Post) -> None:
    Enrolment.objects.filter(pk=enrolment.pk).update(
        state="paused", state_changed_at=post.published_at - dt.timedelta(minutes=1)
    )


def state(name: str) -> Callable[[Enrolment, Post], None]:
    return lambda enrolment, post: Enrolment.objects.filter(pk=enrolment.pk).update(state=name) and None


HIDING: dict[str, Callable[[Enrolment, Post], object]] = {
    "not picked": lambda e, p: ShownAccount.objects.filter(enrolment=e).update(shows="picked"),
    "not shown here": lambda e, p: PostChoice.objects.create(enrolment=e, post=p, shown=False),
    "quiet": lambda e, p: Post.objects.filter(pk=p.pk).update(quiet_at=timezone.now()),
    "taken off": lambda e, p: Removal.objects.create(brand=e.brand, post=p, reason="A name."),
    "said before the yes": lambda e, p: ShownAccount.objects.filter(enrolment=e).update(since=timezone.now()),
    "an answer": lambda e, p: Post.objects.filter(pk=p.pk).update(kind="reply"),
    "somebody else's words": lambda e, p: Post.objects.filter(pk=p.pk).update(kind="repost"),
    "account not proven": lambda e, p: Account.objects.update(named_by_operator=False),
    "account protected": lambda e, p: Account.objects.update(state="protected"),
    "page closed": lambda e, p: Person.objects.filter(pk=p.person_id).update(page_open=False),
    "said during a pause": paused_before,
    **{name: state(name) for name in ("invited", "left", "declined", "suspended")},
}


# what nobody places anew must be closed by the reading itself: these stand on the post, the account or the person
AT_ONCE = ("quiet", "account not proven", "account protected", "page closed")


@pytest.mark.parametrize(("how", "placed"), [*((how, True) for how in HIDING), *((how, False) for how in AT_ONCE)])
def test_what_the_page_does_not_show_is_not_found(how: str, placed: bool) -> None:
    brand = make_brand()
    enrolment = enrol(brand, "Ingrid Solbakk", title="Driver")
    post = say(enrolment, "Buffers and snow.")
    assert asked(brand, "buffers") == ([], ["Ingrid Solbakk"], ["Buffers and snow."])
    HIDING[how](enrolment, post)
    if placed:
        rebuild_feed(brand)
    assert asked(brand, "buffers") == ([], [], [])


def test_a_repost_is_not_found_even_where_it_is_shown() -> None:
    brand = make_brand()
    account = make_account(make_person("Ingrid Solbakk"))
    make_enrolment(brand, account=account, reposts=True)
    make_post(account, "Buffers by somebody else.", kind="repost")
    rebuild_feed(brand)
    assert BrandPost.objects.filter(brand=brand).count() == 1
    assert asked(brand, "buffers") == ([], [], [])


def test_what_is_picked_is_found_whatever_its_age() -> None:
    brand = make_brand()
    enrolment = enrol(brand, "Ingrid Solbakk")
    post = say(enrolment, "Buffers.", hours=24 * 900)
    assert asked(brand, "buffers")[2] == []
    PostChoice.objects.create(enrolment=enrolment, post=post, shown=True)
    rebuild_feed(brand)
    assert asked(brand, "buffers")[2] == ["Buffers."]


def many(rows: int) -> Brand:
    """Let one person say the same word in many posts, a few of them at the same moment."""
    brand = make_brand()
    account = make_account(make_person("Ingrid Solbakk"))
    make_enrolment(brand, account=account)
    now = timezone.now()
    for number in range(rows):
        make_post(account, f"Buffer number{number}.", published_at=now - dt.timedelta(hours=number // 3))
    rebuild_feed(brand)
    return brand


@pytest.mark.parametrize("walk", [4_000, 3], ids=["on the walk", "by the index"])
def test_pages_hold_every_post_once_and_in_order(walk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "_WALK", walk)
    brand = many(25)
    whole = [hit.post_id for hit in look(brand, ask("buffer")).hits]
    assert len(whole) == 25
    seen: list[int] = []
    mark = None
    for _ in range(3):
        page = words_page(brand, look(brand, ask("buffer"), mark=mark, limit=searching.PAGE))
        seen += [entry.post.pk for entry in page.entries]
        mark = page.older
    assert (seen, mark) == (whole, None)


def test_a_common_word_is_answered_from_its_newest_uses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "LOOKED", 4)
    brand = many(9)
    spoken = look(brand, ask("buffer"), limit=4)
    assert (len(spoken.hits), spoken.more, spoken.last) == (4, True, spoken.hits[-1].mark)
    exactly = look(brand, ask("buffer"), limit=9)
    assert (len(exactly.hits), exactly.more, exactly.last) == (9, False, None)


def test_what_became_hidden_does_not_end_the_pages_early() -> None:
    brand = many(25)
    hidden = [hit.post_id for hit in look(brand, ask("buffer")).hits[:10]]
    Post.objects.filter(pk__in=hidden).update(quiet_at=timezone.now())
    page = words_page(brand, look(brand, ask("buffer"), limit=searching.PAGE))
    assert page.entries == []
    assert page.older is not None
    rest = words_page(brand, look(brand, ask("buffer"), mark=page.older, limit=searching.PAGE))
    assert len(rest.entries) == 10


@pytest.mark.postgres
def test_the_index_of_words_is_used() -> None:
    brand = many(3)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_indexscan = off")
        rows = BrandPost.objects.filter(searching._in_index(brand, ask("buffer"))).exclude(words="")
        plan = rows.explain()
    assert "brandpost_words" in plan
    assert rows.count() == 3


def test_nothing_asked_finds_nothing_said() -> None:
    brand = many(1)
    assert search(brand, directory(brand), "", {}) == Found(directory(brand).find("", {}))
    assert search(brand, directory(brand), "%", {}) == Found([])


def migration(name: str) -> ModuleType:
    return import_module(f"brands.migrations.{name}")


def test_the_posts_that_were_shown_before_get_their_words(monkeypatch: pytest.MonkeyPatch) -> None:
    brand, _, _ = fill()
    make_post(account := Account.objects.get(person__name="Noor van Dalen"), "Not mine.", kind="repost")
    ShownAccount.objects.filter(account=account).update(reposts=True)
    rebuild_feed(brand)
    before = sorted(BrandPost.objects.values_list("pk", "words"))
    assert "" in {words for _, words in before}
    BrandPost.objects.update(words="")
    words_of_posts = migration("0008_words_of_posts")
    monkeypatch.setattr(words_of_posts, "CHUNK", 4)
    words_of_posts.fill(apps, connection.schema_editor())
    assert sorted(BrandPost.objects.values_list("pk", "words")) == before


@pytest.mark.postgres
def test_the_index_of_words_can_be_taken_away_and_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "_WALK", 1)
    brand = many(3)
    words_index = migration("0009_words_index")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with connection.schema_editor() as editor:
        words_index.drop(apps, editor)
        words_index.make(apps, editor)
    assert len(look(brand, ask("buffer")).hits) == 3


def test_no_other_database_is_asked_for_the_index() -> None:
    words_index = migration("0009_words_index")
    done: list[str] = []
    other = SimpleNamespace(connection=SimpleNamespace(vendor="sqlite"), execute=done.append)
    words_index.make(apps, other)
    words_index.drop(apps, other)
    assert done == []
