"""What goes out needs a link that works: it is held and told, and goes on once the account is linked anew."""

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from advocacy.models import RateBucket
from people import connecting
from people.models import Account, Connection, Delivery
from people.publishing import dispatching, letters, outbox, sending
from tests.people.linking.walking import CALLBACK, Walker
from tests.sandbox_copy import SandboxCopy

pytestmark = pytest.mark.django_db


def plan(account: Account) -> Delivery:
    """Let words go out now."""
    assert account.person.user is not None
    words, when = outbox.Words("Good morning"), outbox.When(at=timezone.now(), exact=True)
    return outbox.enqueue_delivery(account=account, words=words, actor=account.person.user, when=when)


def run(delivery: Delivery) -> str:
    sending.run(delivery.pk)
    delivery.refresh_from_db()
    return str(delivery.state)


@pytest.mark.parametrize("how", ["broken", "unlinked"])
def test_it_is_held_and_told_and_goes_out_once_the_account_is_linked_again(
    how: str, ingrid: Walker, app: SandboxCopy
) -> None:
    account = ingrid.link()
    delivery = plan(account)
    if how == "broken":
        Connection.objects.update(state="broken", access="", refresh="")
    else:
        connecting.unlink(account=account, actor=ingrid.user)
    assert (run(delivery), delivery.reason, delivery.attempts.count()) == ("held", "reconnect", 0)
    assert not RateBucket.objects.filter(key__startswith="x:post").exists()  # it took nobody's turn
    assert [letters.tell_due(), letters.tell_due()] == [1, 0]
    (letter,) = mail.outbox
    assert (letter.to, "link it again on your desk" in " ".join(letter.body.split())) == ([ingrid.user.email], True)
    again = delivery.next_due_at
    dispatching.wake_held()
    assert (run(delivery), delivery.next_due_at == again) == ("held", True)  # not before its pause is over
    assert ingrid.link().pk == account.pk
    dispatching.wake_held()
    assert run(delivery) == "published"
    assert [post["text"] for post in app.made(handle="ingrid")] == ["Good morning"]


def test_a_link_of_another_account_lets_nothing_go(ingrid: Walker, app: SandboxCopy) -> None:
    account = ingrid.link()
    delivery = plan(account)
    connecting.unlink(account=account, actor=ingrid.user)
    run(delivery)
    before = delivery.next_due_at
    app.inhabitant(handle="second", name="Ingrid too")
    ingrid.link("second")
    dispatching.wake_held()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.next_due_at) == ("held", before)


def test_what_stands_in_the_callbacks_address_does_not_go_through_signing_in(db: None) -> None:
    answer = Client().get(f"{CALLBACK}?state=abc-secret&code=xyz-secret")
    assert (answer.status_code, answer["Location"]) == (302, f"/sign-in/login/?next={CALLBACK}")
    assert Client().get("/desk/calendar/?at=1")["Location"].endswith("?next=/desk/calendar/%3Fat%3D1")
