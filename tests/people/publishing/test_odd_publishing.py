"""What happens at the same moment, or not as planned: prices are counted once, threads stay together."""

import datetime as dt
from collections.abc import Callable
from uuid import uuid4

import pytest

from people.models import Account, Delivery, Person, Week
from people.networks.errors import Refused
from people.publishing import answers, budget, claiming, outbox, settling, watching
from people.publishing.clock import now
from people.writing.week import next_free
from tests.faults.network import Network
from tests.people.publishing.conftest import run

pytestmark = pytest.mark.django_db
Say = Callable[..., Delivery]
DEAR = "https://vesper.example/1"


def test_the_price_that_a_claim_took_since_the_page_was_read_is_given_back(
    account: Account, say: Say, judge: Network
) -> None:
    read = say(account, DEAR)
    assert account.person.user is not None
    assert claiming.claim(read.pk, run=uuid4()) is not None
    assert budget.spent() == 200
    outbox.cancel(delivery=read, actor=account.person.user)
    assert budget.spent() == 0


def test_words_changed_after_a_claim_are_paid_at_their_own_price(account: Account, say: Say, judge: Network) -> None:
    read = say(account, f"{DEAR} and more")
    assert account.person.user is not None
    claiming.claim(read.pk, run=uuid4())
    outbox.edit(delivery=read, words=outbox.Words("no link at all"), actor=account.person.user)
    assert budget.spent() == 0
    assert (run(read).state, budget.spent()) == ("published", 0)


def test_a_run_that_lost_its_row_gives_no_price_back(account: Account, say: Say, judge: Network) -> None:
    delivery = say(account, DEAR)
    assert run(delivery).state == "published"
    frozen = Delivery.objects.select_related("account").get(pk=delivery.pk)
    frozen.state = Delivery.State.SENDING
    assert settling.settle(frozen, Refused("no"), run=uuid4(), account=account) is None
    assert budget.spent() == 200


def test_a_thread_moves_as_a_whole(account: Account, judge: Network, writer: Person) -> None:
    assert writer.user is not None
    parts = [outbox.Words("one"), outbox.Words("two"), outbox.Words("three")]
    soon, later = (outbox.When(at=now() + dt.timedelta(days=days), exact=True) for days in (-1, 2))
    rows = outbox.enqueue_thread(parts=parts, account=account, actor=writer.user, when=soon)
    outbox.reschedule(delivery=rows[0], when=later, actor=writer.user)
    assert set(Delivery.objects.values_list("due_at", flat=True)) == {later.at}
    assert watching.watch() == 0


def test_the_address_of_somebody_elses_post_is_not_ones_own(account: Account, say: Say, judge: Network) -> None:
    delivery = say(account)
    Delivery.objects.update(state="needs_human")
    account.network, delivery.account = "x", account
    assert account.person.user is not None
    with pytest.raises(ValueError, match="a post of @per"):
        answers.it_is_there(delivery=delivery, link="https://x.com/per/status/12", actor=account.person.user)
    assert Delivery.objects.get().state == "needs_human"
    answers.it_is_there(delivery=delivery, link="https://x.com/i/web/status/12", actor=account.person.user)
    assert Delivery.objects.get().remote_id == "12"


def test_a_free_hour_that_the_clocks_skip_is_offered_as_it_will_be(writer: Person) -> None:
    own = Week.objects.create(person=writer, zone="Europe/Vienna", slots=[[6, "02:30"]])
    before = dt.datetime(2027, 3, 27, 20, 0, tzinfo=dt.UTC)
    free = next_free(own, after=before)
    assert free is not None
    assert (free.wall_time, free.at.isoformat()) == ("2027-03-28T03:30", "2027-03-28T01:30:00+00:00")
