"""Somebody of whom every table, file and cache has something, a colleague, and the search for what is left."""

import datetime as dt
import json
from pathlib import Path
from typing import Any, NamedTuple

import redis
from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from advocacy.audit import record
from advocacy.behind import FAN
from advocacy.models import RateBucket
from brands import removing, share_cards, standing_letters, twins
from brands.feed import place_enrolment
from brands.models import (
    Alumnus,
    AnswerDraft,
    Brand,
    BulkAct,
    Compared,
    Enrolment,
    Farewell,
    Import,
    ImportRow,
    Invitation,
    JoinLink,
    JoinRequest,
    NamedAccount,
    PostChoice,
    ReportCase,
    ReportEnd,
    Role,
    StandingLetter,
    Topic,
)
from brands.models.story import StoryPicture
from people import faces, keys, post_pictures, reporting, taking_along
from people.letters import answers
from people.models import (
    AnswerAddress,
    Block,
    Connection,
    Delivery,
    Draft,
    DraftLink,
    DraftPicture,
    Fan,
    Follow,
    FollowRequest,
    Letter,
    LinkCard,
    Opening,
    Parcel,
    Pause,
    PendingLink,
    Person,
    Post,
    PostPicture,
    SyncRun,
    Telling,
    User,
    Week,
)
from people.models.person import OldSlug
from people.personal import Traces, entries
from people.publishing.outbox import content_of
from people.share_cards import due
from people.telling import people_told
from people.tokens import sealed
from tests.factories import make_account, make_enrolment, make_person, make_post, make_role, make_story, make_user
from tests.people.pictured import png

PERSON, USER = 987_654_321, 876_543_219
ADDRESS, WORK, HANDLE, REMOTE = "xaverine@own.example", "xaverine@work.example", "xaverine_q", "1799999999999999123"
NAME, SLUG = "Xaverine Quillfeather", "xaverine-quillfeather"
MARKS = ("xaverine", "quillfeather", REMOTE, str(PERSON), str(USER), "an-erased-token", "cooks soup in")


class Scene(NamedTuple):
    """Two people of one brand."""

    person: Person
    user: User
    enrolment: Enrolment
    oskar: Enrolment
    folder: Path


def make_scene(brand: Brand, folder: Path) -> Scene:
    """Fill every table with somebody."""
    user = make_user(ADDRESS, pk=USER)
    person = make_person(NAME, slug=SLUG, pk=PERSON, user=user, line="cooks soup in the galley", login_address=WORK)
    account = make_account(person, handle=HANDLE, remote_id=REMOTE, avatar=faces.keep(png("plum")), sync=True)
    enrolment = make_enrolment(brand, person, account=account, email=WORK, title="Cook", in_chorus=True)
    oskar = make_account(make_person("Oskar Brandl", slug="oskar", user=make_user("oskar@own.example")))
    colleague = make_enrolment(brand, oskar.person, account=oskar, email="oskar@work.example")
    make_role(make_user("owner@own.example"), brand)
    posts = [make_post(account, f"Xaverine stirs the soup of the night {n}, and it smells of bay.") for n in range(3)]
    made = make_post(oskar, "Good morning from Munich.")
    stem = post_pictures.keep(png("red", (800, 450)))
    PostPicture.objects.create(
        post=posts[0], position=0, stem=stem, source_url="https://x.example/1", published_at=timezone.now()
    )
    faces.set_portrait(person, png("teal"), "Xaverine at the stove", actor=user)
    _signing_in(user)
    _to_say(person, account, posts)
    _following(person, user, oskar.person)
    _at_the_brand(brand, enrolment, user, posts)
    for one in (enrolment, colleague):
        place_enrolment(one)
    twins.note_posts([post.pk for post in [*posts, made]])
    removing.remove_post(brand=brand, post=posts[1], reason="Names Xaverine.", actor=None)
    removing.remove_post(brand=brand, post=made, reason="Names a passenger.", actor=None)
    reporting.report(post=posts[0], why="other", words="It smells.", email="else@own.example", client="here")
    ReportCase.objects.get().told.add(user)
    ReportEnd.objects.create(report=1, email=ADDRESS, mail_at=timezone.now())
    due.draw_due()
    share_cards.draw_due()
    people_told([person.pk, oskar.person_id])
    record("link.made", actor=user, subject=f"account:{account.pk}", details={"account": account.pk, "of": PERSON})
    record("person.looked_at", actor=None, label="worker", subject=f"person:{oskar.person_id}")
    parcel = taking_along.ask(person=person, actor=user)
    taking_along.pack_due()
    Parcel.objects.filter(pk=parcel.pk).update(state="ready")
    return Scene(person, user, enrolment, colleague, folder)


def _signing_in(user: User) -> None:
    row = EmailAddress.objects.create(user=user, email=ADDRESS, verified=True, primary=True)
    EmailConfirmation.objects.create(email_address=row, key="confirm")
    Authenticator.objects.create(user=user, type="totp", data={"secret": "xaverine-seed"})
    client = Client()
    client.force_login(user)
    UserSession.objects.create(
        user=user, ip="192.0.2.7", session_key=client.session.session_key, user_agent="Firefox of Xaverine"
    )
    for held in ({"half_way": ADDRESS}, {FAN: [USER, 0]}):  # the second: by the link of a letter, see following.let_in
        session = Client().session
        session.update(held)
        session.save()
    made, _ = keys.make_key(user=user, name="Xaverine’s screen", scopes=["brands:read"], days=30, actor=user)
    keys.note_use(made)
    user.groups.add(Group.objects.create(name="cooks"))
    user.user_permissions.add(Permission.objects.first())


def _to_say(person: Person, account: Any, posts: list[Post]) -> None:
    now = timezone.now()
    draft = Draft.objects.create(person=person, text="Xaverine writes.", to=[account.pk])
    card = LinkCard.objects.create(url="https://soup.example/xaverine", host="soup.example", title="Xaverine’s soup")
    DraftLink.objects.create(draft=draft, card=card)
    RateBucket.objects.create(key=f"link-cards:person:{PERSON}")
    DraftPicture.objects.create(draft=draft, position=0, stem=post_pictures.keep(png("blue", (800, 450))), alt="X")
    stem = post_pictures.keep(png("green", (800, 450)))
    content = content_of({"text": "To be said by Xaverine.", "lang": "", "pictures": [{"stem": stem, "alt": ""}]})
    words = {"person": person, "account": account, "state_changed_at": now, "due_at": now, "late_after": now}
    waiting = Delivery.objects.create(draft=draft, next_due_at=now, **words, **content)
    waiting.attempts.create(act="send", outcome="not_now", words="Xaverine must wait")
    link = Connection.objects.create(account=account, network="x", linked_at=now)
    Connection.objects.filter(pk=link.pk).update(**sealed(link, access="an-erased-token", refresh="an-erased-token"))
    pending = PendingLink.objects.create(
        person=person, user=person.user, network="x", state_hash="s", session_hash="h", callback="c", scopes=[],
        expires_at=now, remote_id=REMOTE, handle=HANDLE,
    )  # fmt: skip
    PendingLink.objects.filter(pk=pending.pk).update(**sealed(pending, access="an-erased-token"))
    SyncRun.objects.create(account=account, started_at=now, trouble="Xaverine is away")
    Week.objects.create(person=person, zone="Europe/Vienna")
    AnswerAddress.objects.create(person=person, address=ADDRESS)
    RateBucket.objects.create(key=answers.counters(PERSON)[0])
    RateBucket.objects.create(key=reporting.counter(PERSON))
    Opening.objects.create(person=person, words="Xaverine writes to you.", written_at=now)
    OldSlug.objects.create(slug="xaverine-q", person=person)
    Pause.objects.create(scope="account", subject=str(account.pk), by=person.user, label=f"user:{USER}")
    Pause.objects.create(scope="person", subject=str(PERSON), by=person.user, label=f"user:{USER}")
    Pause.objects.create(scope="network", subject="x", by=person.user, label=f"user:{USER}")
    RateBucket.objects.create(key=f"x:post:account:{account.pk}")
    RateBucket.objects.create(key="x:post:app")


def _following(person: Person, user: User, oskar: Person) -> None:
    me, other = Fan.objects.create(user=user, name="Xaverine"), Fan.objects.create(user=oskar.user, name="Oskar")
    Follow.objects.create(fan=me, person=oskar)
    Follow.objects.create(fan=other, person=person)
    Follow.objects.create(fan=other, person=make_person("Lea Brandt", slug="lea"))
    Block.objects.create(fan=other, person=person)
    hour = timezone.now() + dt.timedelta(hours=1)
    FollowRequest.objects.create(email=ADDRESS, token_hash="t1", expires_at=hour)
    FollowRequest.objects.create(email=WORK, token_hash="t3", expires_at=hour)
    FollowRequest.objects.create(email="else@own.example", token_hash="t2", expires_at=hour)
    told = Telling.objects.create(person=person, key=f"left {PERSON}", words="Xaverine says goodbye.")
    Letter.objects.create(fan=other, period="told 1", telling=told, until=hour, late_after=hour)
    Letter.objects.create(fan=other, period="weekly", until=hour, late_after=hour)
    Letter.objects.create(fan=me, period="weekly", until=hour, late_after=hour)


def _at_the_brand(brand: Brand, enrolment: Enrolment, user: User, posts: list[Post]) -> None:
    topic = Topic.objects.create(brand=brand, slug="soup", name="Soup")
    enrolment.topics.add(topic)
    Alumnus.objects.create(enrolment=enrolment, now_at="Xaverine and daughters")
    Farewell.objects.create(enrolment=enrolment, line="Farewell, Xaverine.", by_brand=True)
    end = timezone.now() + dt.timedelta(days=3)
    invitation = Invitation.objects.create(
        enrolment=enrolment, address=WORK, by=user, nonce="n", token_hash="t", expires_at=end,
        ended_at=enrolment.consented_at,  # by their yes: their address at work is known to be theirs
    )  # fmt: skip
    draft = AnswerDraft.objects.create(invitation=invitation, login_address=ADDRESS, line="cooks soup in it")
    NamedAccount.objects.create(draft=draft, network="x", handle=HANDLE, posts=[{"text": "Xaverine"}])
    link = JoinLink.objects.create(brand=brand, by=user, nonce="n", token_hash="t", expires_at=end)
    JoinRequest.objects.create(link=link, name=NAME, email=WORK)
    JoinRequest.objects.create(link=link, name="Oskar Brandl", email="oskar@work.example")
    standing_letters.owe(enrolment, StandingLetter.Kind.PUT_BACK, "Xaverine is back.")
    Compared.objects.create(brand=brand, post=posts[0], said_at=end, near=True)
    PostChoice.objects.create(enrolment=enrolment, post=posts[2], shown=True)
    story = make_story(brand, enrolment.person, title="The soup of Xaverine")
    StoryPicture.objects.create(story=story, position=0, stem="no-file", alt="Xaverine stirs")
    make_story(brand, Person.objects.get(slug="oskar"), title="Snow", lead=enrolment.person, words="Xaverine leads.")
    Role.objects.create(user=user, brand=brand, name="marketer")
    Brand.objects.filter(pk=brand.pk).update(closing_line="Says Xaverine.", closing_by=enrolment.person)
    file = Import.objects.create(brand=brand, by=user, file_name="list.csv", key="e" * 32)
    ImportRow.objects.create(file=file, number=1, cells={"name": NAME}, verdict="new", enrolment=enrolment)
    ImportRow.objects.create(file=file, number=2, cells={"x_handle": f"@{HANDLE}"}, verdict="problem")
    ImportRow.objects.create(file=file, number=3, cells={"email": WORK.title(), "x": "Quillfeather"}, verdict="problem")
    ImportRow.objects.create(file=file, number=4, cells={"name": "Oskar Brandl"}, verdict="new")
    ids = list(Enrolment.objects.filter(brand=brand).order_by("pk").values_list("pk", flat=True))
    BulkAct.objects.create(brand=brand, by=user, act="team", enrolments=ids, before={str(pk): None for pk in ids})


def left(folder: Path) -> list[str]:
    """Return where something of them is left: tables and columns, files, keys of Valkey."""
    cache.set("something", "of Oskar")
    return sorted({*_in_database(), *_in_files(folder), *_in_valkey()})


def _in_database() -> set[str]:
    places = set()
    for model in apps.get_models(include_auto_created=True):
        if model._meta.app_label == "sandbox":
            continue  # the pretend network is no part of this site
        for row in model._default_manager.values().iterator(chunk_size=200):
            places |= {f"{model._meta.label}.{name}" for name, value in row.items() if _has(_text(value))}
    held = [json.dumps(row.get_decoded()) for row in Session.objects.all()]  # packed where they lie
    return places | {"sessions.Session" for words in held if _has(words)}


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)


def _has(text: str) -> bool:
    return any(mark in text.casefold() for mark in MARKS)


def _in_files(folder: Path) -> set[str]:
    files = [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".sqlite3"]
    return {path.name for path in files if _has(path.name) or _has(path.read_bytes().decode("latin-1"))}


def _in_valkey() -> set[str]:
    server = redis.Redis.from_url(str(settings.CACHES["default"]["LOCATION"]).replace("unix://", "unix://"))
    return {key.decode() for key in server.scan_iter() if _has(key.decode() + str(server.dump(key)))}


def rows_of_others(oskar: Person) -> dict[str, list[dict[str, Any]]]:
    """Return the colleague's rows by table, without those that are of the two of them."""
    theirs = Traces("o", oskar.pk, oskar.user_id, addresses=frozenset({"oskar@own.example", "oskar@work.example"}))
    erased = Traces("x", PERSON, USER, addresses=frozenset({ADDRESS, WORK}))
    found = {}
    for entry in entries():
        mine, gone = entry.of(theirs), entry.of(erased)
        if mine is not None and gone is not None:
            rows = entry.table._default_manager.filter(mine).exclude(gone)
            found[entry.model] = list(rows.order_by("pk").values())
    return found
