"""A yes for one brand and a leaving of another, of the same account, at the same moment: one comes after the other."""

import datetime as dt
import threading
import time
from collections.abc import Callable

import pytest
from django.db import connection

from brands.consenting import Scope, consent_on_file, leave
from brands.models import Enrolment
from people import accounts
from people.models import Account
from tests.factories import make_account, make_enrolment, make_person, make_user

LONG_AGO = dt.datetime(2015, 1, 1, tzinfo=dt.UTC)
LATELY = dt.datetime(2026, 6, 1, tzinfo=dt.UTC)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("first", ["yes", "leaving"])
def test_the_account_is_read_as_far_as_the_yes_that_holds_asks_whichever_comes_first(
    first: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = make_account(make_person(user=make_user()), read_from=LONG_AGO, page_from=LONG_AGO)
    former = make_enrolment(account=account, since=LONG_AGO)
    invited = make_enrolment(person=account.person, state="invited")
    stranger = make_account(read_from=LONG_AGO)  # nobody else's account is touched
    make_enrolment(account=stranger, since=LONG_AGO)
    holds, tried, failed = threading.Event(), threading.Event(), []
    real = {"yes": accounts._read, "leaving": accounts.narrow_account}[first]

    def slow(*args: object, **kwargs: object) -> None:
        """Stand at the account with its row locked, until the other has come to it."""
        holds.set()
        tried.wait(5)
        time.sleep(0.5)
        real(*args, **kwargs)  # type: ignore[arg-type,operator]

    def say_yes() -> None:
        scope = Scope("paper 12", "all", LATELY)
        consent_on_file(enrolment=_loaded(invited), accounts=[_read(account)], scope=scope, actor=None)

    def leave_former() -> None:
        leave(enrolment=_loaded(former), actor=account.person.user)

    def run(act: Callable[[], None], *, second: bool) -> None:
        try:
            if second:
                holds.wait(5)
                tried.set()
            act()
        except BaseException as error:  # noqa: BLE001 - shown below
            failed.append(error)
        finally:
            connection.close()

    monkeypatch.setattr(accounts, {"yes": "_read", "leaving": "narrow_account"}[first], slow)
    acts = (say_yes, leave_former) if first == "yes" else (leave_former, say_yes)
    threads = [threading.Thread(target=run, args=[act], kwargs={"second": act is acts[1]}) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    account.refresh_from_db()
    stranger.refresh_from_db()
    states = {row.pk: row.state for row in Enrolment.objects.filter(person=account.person)}
    assert (failed, states) == ([], {former.pk: "left", invited.pk: "active"})
    assert (account.read_from, stranger.read_from) == (LATELY, LONG_AGO)


def _loaded(enrolment: Enrolment) -> Enrolment:
    return Enrolment.objects.select_related("brand", "person").get(pk=enrolment.pk)


def _read(account: Account) -> Account:
    return Account.objects.get(pk=account.pk)
