"""Rows for tests, with sensible defaults; every keyword overrides the field of that name."""

import datetime as dt
import itertools
from typing import Any

from django.utils import timezone
from django.utils.html import escape

from brands.models import Brand, Enrolment, Lead, Role, ShownAccount, Story
from people.models import Account, Delivery, Draft, Person, Post, SyncState, User
from people.publishing.outbox import content_of

_numbers = itertools.count(1)
# an id as X gives them: longer than JavaScript can count
_FIRST_REMOTE_ID = 1_790_000_000_000_000_000


def make_brand(name: str = "", **fields: Any) -> Brand:
    """Make a brand."""
    number = next(_numbers)
    fields.setdefault("slug", f"brand-{number}")
    return Brand.objects.create(name=name or f"Brand {number}", **fields)


def make_user(email: str = "", password: str | None = None, **fields: Any) -> User:
    """Make a login; without a password it can sign in by a code only."""
    return User.objects.create_user(email or f"user{next(_numbers)}@example.org", password, **fields)


def make_role(user: User, brand: Brand, name: str = "owner") -> Role:
    """Give a user a role for a brand."""
    return Role.objects.create(user=user, brand=brand, name=name)


def make_person(name: str = "", **fields: Any) -> Person:
    """Make a person whose page is open; "Ingrid Solheim" sorts as Solheim and is called Ingrid."""
    number = next(_numbers)
    name = name or f"Person Number{number}"
    first, _, last = name.rpartition(" ")
    fields.setdefault("slug", f"person-{number}")
    fields.setdefault("first_name", (first or last).split(" ")[0])
    fields.setdefault("sort_name", f"{last} {first}".strip().casefold())
    fields.setdefault("backdrop", "slate")
    fields.setdefault("page_open", True)
    return Person.objects.create(name=name, **fields)


def make_account(person: Person | None = None, *, sync: bool = False, **fields: Any) -> Account:
    """Make an account at X that was looked up and may be read; sync=True also makes it due for reading now."""
    number = next(_numbers)
    now = timezone.now()
    fields.setdefault("network", "x")
    fields.setdefault("remote_id", str(_FIRST_REMOTE_ID + number))
    fields.setdefault("handle", f"handle{number}")
    fields.setdefault("state", Account.State.ACTIVE)
    fields.setdefault("read_from", now - dt.timedelta(days=365))
    fields.setdefault("page_from", fields["read_from"])
    fields.setdefault("named_by_operator", True)
    account = Account.objects.create(person=person or make_person(), **fields)
    if sync:
        SyncState.objects.create(account=account, due_at=now)
    return account


def make_enrolment(
    brand: Brand | None = None,
    person: Person | None = None,
    *,
    state: str = "active",
    account: Account | None = None,
    shows: str = "all",
    since: dt.datetime | None = None,
    reposts: bool = False,
    **fields: Any,
) -> Enrolment:
    """Make an enrolment, active unless told otherwise; with an account it also says what the brand may show of it."""
    if person is None:
        person = account.person if account else make_person()
    if state not in {"invited", "declined"}:
        fields.setdefault("consented_at", timezone.now() - dt.timedelta(days=365))
    enrolment = Enrolment.objects.create(brand=brand or make_brand(), person=person, state=state, **fields)
    if account is not None:
        since = since or timezone.now() - dt.timedelta(days=365)
        ShownAccount.objects.create(enrolment=enrolment, account=account, shows=shows, since=since, reposts=reposts)
    return enrolment


def make_post(account: Account | None = None, text: str = "Good morning from the night train.", **fields: Any) -> Post:
    """Make a post of an account's person; a later one is a second older unless published_at is given."""
    number = next(_numbers)
    account = account or make_account()
    fields.setdefault("person", account.person)
    fields.setdefault("remote_id", str(_FIRST_REMOTE_ID + number))
    fields.setdefault("published_at", timezone.now() - dt.timedelta(seconds=number))
    fields.setdefault("html", escape(text))
    fields.setdefault("lang", "en")
    fields.setdefault("fetched_at", timezone.now())
    fields.setdefault("found_at", fields["published_at"])
    return Post.objects.create(account=account, text=text, **fields)


def make_story(brand: Brand, asker: Person, *, lead: Person | None = None, words: str = "", **fields: Any) -> Story:
    """Make an open story; lead is asked to lead it, and has said yes where there are words of theirs."""
    number = next(_numbers)
    fields.setdefault("slug", f"story-{number}")
    fields.setdefault("title", f"Story {number}")
    fields.setdefault("facts", "The first snow fell on the Brenner in the night to Friday.")
    fields.setdefault("ends_on", timezone.now().date() + dt.timedelta(days=9))
    story = Story.objects.create(brand=brand, asker=asker, **fields)
    if lead is not None:
        Lead.objects.create(story=story, person=lead, words=words, yes_at=timezone.now() if words else None)
    return story


def make_told(story: Story, post: Post) -> Delivery:
    """Let a post be one that went out from here, about a story."""
    draft = Draft.objects.create(person=post.person, text=post.text, story=story.pk)
    now = timezone.now()
    return Delivery.objects.create(
        account=post.account,
        person=post.person,
        draft=draft,
        post=post,
        remote_id=post.remote_id,
        state=Delivery.State.PUBLISHED,
        state_changed_at=now,
        due_at=now,
        late_after=now,
        published_at=post.published_at,
        **content_of({"text": post.text, "lang": "", "pictures": []}),
    )
