"""A token that the network no longer takes is renewed once, whatever it is for: a post, its pictures, a look back."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from people.models import Account, Connection, Delivery, DraftPicture
from people.publishing import dispatching, outbox, sending
from people.publishing.clock import now
from people.tokens import sealed
from tests.people.composer.test_write import write
from tests.people.desk.test_my_page import picture
from tests.sandbox_copy import SandboxCopy

pytestmark = pytest.mark.django_db


def work(delivery: Delivery) -> Delivery:
    """Let a worker do what is due."""
    due = timezone.now() - timedelta(seconds=1)
    Delivery.objects.filter(pk=delivery.pk, next_due_at__isnull=False).update(due_at=due, next_due_at=due)
    dispatching.wake_held()
    sending.run(delivery.pk)
    delivery.refresh_from_db()
    return delivery


@pytest.fixture
def pictured(desk: Client, account: Account) -> Delivery:
    """A post with a picture, due now; X takes the token of its account no longer, but renews it."""
    write(desk, account, "x", do="add", media=[picture()])
    pictures = tuple((one.stem, "A red field") for one in DraftPicture.objects.all())
    when, user = outbox.When(at=now(), exact=True), account.person.user
    assert user
    made = outbox.enqueue_delivery(account=account, words=outbox.Words("Red", "", pictures), actor=user, when=when)
    _dead()
    return made


def _dead() -> None:
    connection = Connection.objects.get()
    Connection.objects.update(**sealed(connection, access="a-token-that-x-no-longer-takes"))


def test_a_post_with_a_picture_goes_out_with_a_renewed_token(pictured: Delivery, app: SandboxCopy) -> None:
    assert (work(pictured).state, pictured.unauthorized) == ("scheduled", True)
    assert (work(pictured).state, pictured.trouble) == ("published", "")
    assert [one["pictures"] for one in app.made(handle="ingrid")] == [1]


def test_where_the_renewed_one_is_not_taken_either_its_author_must_link_anew(
    pictured: Delivery, app: SandboxCopy
) -> None:
    app.fault(endpoint="initialize", status=401)
    assert [work(pictured).state, work(pictured).state, pictured.reason] == ["scheduled", "held", "reconnect"]
    assert app.made(handle="ingrid") == []


def test_what_may_be_out_is_looked_for_with_a_renewed_token(desk: Client, account: Account, app: SandboxCopy) -> None:
    write(desk, account)
    delivery = work(Delivery.objects.get())
    assert delivery.state == "published"
    Delivery.objects.update(state="unknown", remote_id=None, post=None, next_due_at=now(), ambiguous=True)
    _dead()
    assert (work(delivery).state, len(app.made(handle="ingrid"))) == ("published", 1)


def test_where_nobody_may_look_even_so_its_author_is_asked(desk: Client, account: Account, app: SandboxCopy) -> None:
    write(desk, account)
    delivery = work(Delivery.objects.get())
    Delivery.objects.update(state="unknown", remote_id=None, post=None, next_due_at=now(), ambiguous=True)
    Connection.objects.update(state="broken")
    assert work(delivery).state == "needs_human"
