"""The yes that the operator has on file, and leaving."""

import datetime as dt

import pytest
from pytest_django import DjangoCaptureOnCommitCallbacks

from advocacy.models import AuditEvent
from brands.consenting import Scope, consent_on_file, leave
from brands.enrolling import NotMoved, move
from brands.feed import rebuild_feed
from brands.models import BrandPost, Enrolment, ShownAccount
from people.accounts import name_account
from people.models import Account, Person, SyncState
from people.profiles import make_person as make_fresh_person
from tests.factories import make_account, make_brand, make_enrolment, make_person, make_post, make_user

SINCE = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
SCOPE = Scope("works agreement", "all", SINCE)


def invited(**fields: object) -> tuple[Enrolment, Account]:
    person = make_fresh_person(name="Ingrid Solheim", given="Ingrid", family="Solheim")
    account = name_account(person, network="x", handle="ingrid", remote_id="12", named_by_operator=True)
    assert isinstance(account, Account)
    return make_enrolment(make_brand(slug="vesper"), person, state="invited", **fields), account


@pytest.mark.django_db
def test_a_consent_on_file_lists_the_person_and_begins_the_reading() -> None:
    enrolment, account = invited()
    assert consent_on_file(enrolment=enrolment, accounts=[account], scope=SCOPE, actor=None) == [account]
    enrolment.refresh_from_db()
    account.refresh_from_db()
    assert (enrolment.state, enrolment.consent_reference) == ("active", "works agreement")
    assert (enrolment.person.slug, enrolment.person.page_open) == ("ingrid-solheim", True)
    shown = ShownAccount.objects.get()
    assert (shown.enrolment, shown.account, shown.shows) == (enrolment, account, "all")
    assert (shown.since, shown.reposts) == (SINCE, False)
    assert (account.read_from, account.page_from) == (SINCE, SINCE)
    assert SyncState.objects.get().account == account


@pytest.mark.django_db
def test_a_consent_on_file_is_audited_with_its_reference_and_scope() -> None:
    enrolment, account = invited(email="ingrid@example.org")
    user = make_user()
    consent_on_file(enrolment=enrolment, accounts=[account], scope=SCOPE, actor=user)
    event = AuditEvent.objects.get(verb="consent.on_file")
    assert (event.actor, event.brand, event.subject) == (user, "vesper", f"enrolment:{enrolment.pk}")
    assert event.details == {
        "reference": "works agreement",
        "shows": "all",
        "since": "2020-01-01T00:00:00+00:00",
        "accounts": [account.pk],
    }


@pytest.mark.django_db
def test_posts_that_are_known_already_are_shown_at_the_yes_from_its_day_on() -> None:
    brand_a = make_brand()
    account = make_account(read_from=SINCE)
    make_enrolment(brand_a, account=account)
    new = make_post(account, published_at=SINCE + dt.timedelta(days=1))
    make_post(account, published_at=SINCE - dt.timedelta(days=1))
    enrolment = make_enrolment(make_brand(), account.person, state="invited")
    consent_on_file(enrolment=enrolment, accounts=[account], scope=SCOPE, actor=None)
    found = BrandPost.objects.filter(brand=enrolment.brand).values_list("post", flat=True)
    assert list(found) == [new.pk]


@pytest.mark.django_db
def test_a_post_that_is_stored_while_the_yes_is_given_is_shown_too(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    account = make_enrolment(account=make_account()).person.accounts.get()
    enrolment = make_enrolment(make_brand(), account.person, state="invited")
    with django_capture_on_commit_callbacks(execute=True):
        consent_on_file(enrolment=enrolment, accounts=[account], scope=SCOPE, actor=None)
        post = make_post(account)
    assert list(BrandPost.objects.filter(brand=enrolment.brand).values_list("post", flat=True)) == [post.pk]


@pytest.mark.django_db
def test_only_picked_shows_nothing_by_itself() -> None:
    enrolment, account = invited()
    make_post(account, published_at=SINCE + dt.timedelta(days=1))
    consent_on_file(enrolment=enrolment, accounts=[account], scope=Scope("r", "picked", SINCE), actor=None)
    account.refresh_from_db()
    assert (account.read_from, account.page_from) == (SINCE, None)
    assert not BrandPost.objects.exists()


@pytest.mark.django_db
def test_a_second_consent_adds_an_account_and_leaves_what_the_person_has() -> None:
    enrolment, account = invited()
    consent_on_file(enrolment=enrolment, accounts=[account], scope=SCOPE, actor=None)
    ShownAccount.objects.update(shows="picked")
    second = make_account(enrolment.person)
    scope = Scope("another paper", "all", SINCE - dt.timedelta(days=900))
    assert consent_on_file(enrolment=enrolment, accounts=[account, second], scope=scope, actor=None) == [second]
    enrolment.refresh_from_db()
    assert enrolment.consent_reference == "works agreement"
    assert list(ShownAccount.objects.order_by("pk").values_list("account", "shows")) == [
        (account.pk, "picked"),
        (second.pk, "all"),
    ]
    assert consent_on_file(enrolment=enrolment, accounts=[account, second], scope=scope, actor=None) == []
    assert AuditEvent.objects.filter(verb="consent.on_file").count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["paused", "suspended", "left", "declined"])
def test_a_consent_on_file_overrules_nobody_who_paused_or_left(state: str) -> None:
    enrolment = make_enrolment(state=state)
    with pytest.raises(NotMoved):
        consent_on_file(enrolment=enrolment, accounts=[make_account(enrolment.person)], scope=SCOPE, actor=None)
    assert not ShownAccount.objects.exists()
    assert Enrolment.objects.get().state == state


@pytest.mark.django_db
def test_who_leaves_is_gone_from_the_brand_and_no_longer_read_and_a_colleague_stays() -> None:
    brand = make_brand()
    account, colleague = make_account(sync=True), make_account(sync=True)
    enrolment = make_enrolment(brand, account=account)
    make_enrolment(brand, account=colleague)
    theirs = make_post(colleague)
    make_post(account)
    rebuild_feed(brand)
    leave(enrolment=enrolment, actor=None, label="test")
    account.refresh_from_db()
    colleague.refresh_from_db()
    assert Enrolment.objects.get(pk=enrolment.pk).state == "left"
    assert list(BrandPost.objects.values_list("post", flat=True)) == [theirs.pk]
    assert (account.read_from, account.page_from) == (None, None)
    assert not Person.objects.get(pk=account.person.pk).page_open
    assert colleague.read_from is not None
    assert Person.objects.get(pk=colleague.person.pk).page_open


@pytest.mark.django_db
def test_who_leaves_one_of_two_brands_is_read_as_far_as_the_other_yes_asks() -> None:
    account = make_account(read_from=SINCE - dt.timedelta(days=900), page_from=SINCE - dt.timedelta(days=900))
    first = make_enrolment(account=account, since=SINCE - dt.timedelta(days=900))
    make_enrolment(account=account, since=SINCE)
    leave(enrolment=first, actor=None)
    account.refresh_from_db()
    assert (account.read_from, account.page_from) == (SINCE, SINCE)
    assert Person.objects.get().page_open


@pytest.mark.django_db
def test_a_paused_yes_elsewhere_still_holds_and_an_invitation_does_not() -> None:
    account = make_account()
    first = make_enrolment(account=account)
    other = make_enrolment(account=account)
    move(other, to="paused", actor=None)
    make_enrolment(person=account.person, state="invited")
    leave(enrolment=first, actor=None)
    account.refresh_from_db()
    assert account.read_from is not None
    leave(enrolment=other, actor=None)
    account.refresh_from_db()
    assert (account.read_from, Person.objects.get().page_open) == (None, False)


@pytest.mark.django_db
def test_who_has_a_login_keeps_the_own_page_after_leaving() -> None:
    account = make_account()
    account.person.user = make_user()
    account.person.save()
    before = account.page_from
    leave(enrolment=make_enrolment(account=account), actor=account.person.user)
    account.refresh_from_db()
    assert (account.read_from is not None, account.page_from) == (True, before)  # for whoever follows them there
    assert Person.objects.get().page_open


@pytest.mark.django_db
def test_a_consent_on_file_leaves_a_page_closed_that_its_owner_closed() -> None:
    seen = []
    for user in (make_user(), None):  # who cannot sign in has not closed it: an earlier leaving did
        account = make_account(make_person(user=user, page_open=False))
        enrolment = make_enrolment(make_brand(), account.person, state="invited")
        consent_on_file(enrolment=enrolment, accounts=[account], scope=SCOPE, actor=None)
        account.person.refresh_from_db()
        enrolment.refresh_from_db()
        seen.append((enrolment.state, account.person.page_open))
    assert seen == [("active", False), ("active", True)]


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["active", "paused", "suspended"])
def test_a_consent_on_file_opens_nobody_whom_the_operator_hid(state: str) -> None:
    account = make_account(make_person(page_open=False))
    make_enrolment(make_brand(), account.person, state=state)
    enrolment = make_enrolment(make_brand(), account.person, state="invited")
    consent_on_file(enrolment=enrolment, accounts=[account], scope=SCOPE, actor=None)
    account.person.refresh_from_db()
    enrolment.refresh_from_db()
    assert (enrolment.state, account.person.page_open) == ("active", False)


@pytest.mark.django_db
def test_a_consent_on_file_opens_the_first_page_of_somebody_who_can_sign_in() -> None:
    enrolment, account = invited()
    enrolment.person.user = make_user()
    enrolment.person.save()
    consent_on_file(enrolment=enrolment, accounts=[account], scope=SCOPE, actor=None)
    enrolment.person.refresh_from_db()
    assert (enrolment.person.slug, enrolment.person.page_open) == ("ingrid-solheim", True)
