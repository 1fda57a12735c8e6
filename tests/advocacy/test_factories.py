"""The factories make rows that the constraints accept."""

import pytest

from brands.models import ShownAccount
from tests import factories


@pytest.mark.django_db
def test_an_active_enrolment_has_a_consent_and_shows_its_account() -> None:
    account = factories.make_account(sync=True)
    enrolment = factories.make_enrolment(account=account)
    post = factories.make_post(account)
    assert enrolment.consented_at is not None
    assert list(ShownAccount.objects.values_list("enrolment", "account")) == [(enrolment.pk, account.pk)]
    assert post.person == enrolment.person == account.person


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["invited", "declined"])
def test_an_enrolment_without_a_yes_has_no_consent(state: str) -> None:
    assert factories.make_enrolment(state=state).consented_at is None
