"""The scene of the verbs that change what a public page shows (changing.py)."""

import datetime as dt
from pathlib import Path
from typing import NamedTuple

from django.utils import timezone

from brands.feed import rebuild_feed
from brands.models import Brand, Enrolment, Team, Topic
from people.models import Account, Person, Post, User
from tests.advocacy.outside import Outside
from tests.factories import make_account, make_brand, make_enrolment, make_person, make_post, make_user
from tests.people.pictured import pictured, served


class Scene(NamedTuple):
    """Two brands whose people talk to each other."""

    brand: Brand
    user: User  # Ingrid's
    ingrid: Enrolment
    oskar: Enrolment
    account: Account  # Ingrid's
    post: Post  # Ingrid's
    answers: list[Post]  # Oskar's, and Lea's of another brand
    network: Outside
    folder: Path

    @property
    def person(self) -> Person:
        """Ingrid."""
        return self.ingrid.person


def make_scene(network: Outside, folder: Path) -> Scene:
    """Make the rows."""
    brand, other = make_brand("Vesper", slug="vesper"), make_brand("Nightjar", slug="nightjar")
    team = Team.objects.create(brand=brand, slug="kitchen", name="Kitchen")
    topic = Topic.objects.create(brand=brand, slug="soup", name="Soup")
    user = make_user("ingrid@example.org")
    ingrid = make_account(make_person("Ingrid Solheim", slug="ingrid", user=user, line="cooks soup"), sync=True)
    oskar, lea = make_account(make_person("Oskar Brandl")), make_account(make_person("Lea Brandt"))
    enrolments = [
        make_enrolment(where, one.person, account=one, title="Cook", team=team if where == brand else None)
        for where, one in ((brand, ingrid), (brand, oskar), (other, lea))
    ]
    enrolments[0].topics.add(topic)
    pictured(ingrid, *served(network, "teal"), published_at=timezone.now() - dt.timedelta(hours=4))
    post = make_post(ingrid, "The soup is ready.", published_at=timezone.now() - dt.timedelta(hours=3))
    answers = [make_post(one, f"Soup for {one.pk}.", kind="reply", reply_to_id=post.remote_id) for one in (oskar, lea)]
    for one in (brand, other):
        rebuild_feed(one)
    return Scene(brand, user, enrolments[0], enrolments[1], ingrid, post, answers, network, folder)
