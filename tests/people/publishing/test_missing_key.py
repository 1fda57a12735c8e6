"""A site that lost its encryption keys sends nothing, and says so to the author and to the operator."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone
from pytest_django import Settings

from people.models import Account, Connection, Delivery
from people.publishing import dispatching, letters, tokens, watching
from people.tokens import sealed, token_to_send
from tests.advocacy.test_crypto import new_key
from tests.faults.network import Network
from tests.people.publishing.conftest import out, overdue, run, sends

pytestmark = pytest.mark.django_db


def test_nothing_goes_out_until_the_key_is_back_and_author_and_operator_are_told(
    account: Account, say: Callable[..., Delivery], judge: Network, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokens, "_sources", [token_to_send])
    row = Connection.objects.create(account=account, network=account.network, linked_at=timezone.now())
    Connection.objects.update(**sealed(row, access=f"acct-{account.pk}"))
    right, settings.ENCRYPTION_KEYS = settings.ENCRYPTION_KEYS, [new_key()]
    settings.OPERATOR_EMAIL = "operator@vesper.example"
    delivery = run(say(account))
    assert (delivery.state, delivery.reason, sends(judge, account)) == ("held", "key", 0)
    assert letters.tell_due() == 1
    assert watching.watch() == 0
    overdue(delivery, due_at=delivery.due_at - timedelta(minutes=6))
    assert (watching.watch(), watching.watch()) == (1, 0)
    author, operator = mail.outbox
    assert author.to == ["ingrid@vesper.example"]
    assert "the key that sealed this account's token is missing: the operator must add it" in author.body
    assert (operator.to, operator.subject) == (
        ["operator@vesper.example"],
        f"{settings.SITE_NAME}: 1 posts are overdue",
    )
    dispatching.wake_held()
    assert run(delivery).state == "held"
    settings.ENCRYPTION_KEYS = right
    dispatching.wake_held()
    assert (run(delivery).state, out(judge, account)) == ("published", ["Good morning from the night train."])
