"""One brand with everything that an address may name, and everybody who may come."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from brands.enrolment_steps.columns import choose_columns
from brands.enrolment_steps.receiving import receive
from brands.enrolment_steps.work import work_on
from brands.feed import place_posts
from brands.joining import make_link
from brands.models import BulkAct, Invitation, JoinRequest, Removal, ReportCase, Role, StoryPicture, Team, Topic
from people import kept, post_pictures
from people.models import PostReport, User
from tests.factories import (
    make_account,
    make_brand,
    make_enrolment,
    make_person,
    make_post,
    make_role,
    make_story,
    make_user,
)


@dataclass(frozen=True)
class House:
    """One brand with everything that an address may name, and everybody who may come."""

    words: dict[str, Any]
    pks: dict[str, int]
    users: dict[str, User | None]


ROLES = ("owner", "marketer", "trainer", "moderator", "analyst")
# what addresses name that is the same in every house
ANYWHERE: dict[str, Any] = {
    "network": "x",
    "pending_id": 1,
    "deed": "pause",
    "key": "seen",
    "token": "nobody-has-this-token",
    "backdrop": "slate",
    "letters": "IS",
    "shard": "00",
    "stem": "0" * 32,
    "size": "face",
    "rest": "nowhere/",
    **{"ending": "json", "kind": "people", "number": "0"},  # of a feed, a list and a part of the sitemap
    **{"key_id": 1, "draft_id": 1, "picture_id": 1, "card_id": 1, "delivery_id": 1, "day": "2026-11-23"},
    "position": 0,  # of a picture that was shared
}
OTHERS = ("ninja", "fan", "foreign owner", "logged out")


@pytest.fixture
def house() -> House:
    brand, foreign = make_brand(slug="vesper"), make_brand(slug="foreign")
    users: dict[str, User | None] = {name: make_user() for name in (*ROLES, "ninja", "fan", "foreign owner")}
    users["logged out"] = None
    for name in ROLES:
        role = make_role(users[name], brand, name)  # type: ignore[arg-type] # only "logged out" is None
    make_role(users["foreign owner"], foreign, "owner")  # type: ignore[arg-type]
    person = make_person(slug="ingrid", user=users["ninja"])
    account = make_account(person)
    enrolment = make_enrolment(brand, person, account=account)
    post = make_post(account)
    place_posts([post.pk])
    removal = Removal.objects.create(brand=brand, post=make_post(account), reason="Names a passenger.")
    staff = b"Name,E-mail\nLea Brandt,lea@vesper.example\nNo address,\n"
    file = receive(brand=brand, actor=users["owner"], key="0" * 32, name="staff.csv", content=staff)
    choose_columns(file=file, fields=["name", "email"], actor=users["owner"])
    work_on(file.pk)
    link = make_link(
        brand=brand, actor=users["owner"], note="", team=None, domain="", needs_approval=True, cap=9, days=9
    )
    asked = JoinRequest.objects.create(link=link, name="Lea", email="lea@vesper.example")
    invited = make_enrolment(brand, make_person(slug=None, page_open=False), state="invited", email="o@vesper.example")
    invitation = Invitation.objects.create(
        enrolment=invited, nonce="n", token_hash="i", expires_at=timezone.now() + timedelta(1)
    )
    report = PostReport.objects.create(post=post, why="other", words="It names a passenger.")
    case = ReportCase.objects.create(report=report, brand=brand)
    story = make_story(brand, person, lead=person, words="Snow never stopped a train.", slug="snow").pk
    shown = StoryPicture.objects.create(story_id=story, position=0, stem="1" * 32, alt="Snow on the points").pk
    kept.write({post_pictures.file_of("1" * 32, "600"): b"a picture"})
    pks = {
        "teams": Team.objects.create(brand=brand, slug="nord", name="Nord").pk,
        "topics": Topic.objects.create(brand=brand, slug="snow", name="Snow").pk,
        "role": Role.objects.get(pk=role.pk).pk,
        "story": story,
        "bulk": BulkAct.objects.create(brand=brand, act="pause", state=BulkAct.State.DONE).pk,
        "join-answer": asked.pk,
        "join": link.pk,
        "invitation": invitation.pk,
    }
    words = {
        **{"story": "snow", "story_id": story, "shown": shown},
        "invited": invited.pk,
        "slug": "vesper",
        "enrolment_id": enrolment.pk,
        "post_id": post.pk,
        "removal_id": removal.pk,
        "import_id": file.pk,
        "account_id": account.pk,
        **ANYWHERE,
        "case_id": case.pk,
        **{"person_id": person.pk, "follow_id": 1, "block_id": 1},
    }
    return House(words, pks, users)
