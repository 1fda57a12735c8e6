"""From the invitation to the yes, the no and neither, on the invitation's page."""

import datetime as dt
import re
import threading

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from advocacy.loglines import Line
from advocacy.models import AuditEvent
from brands.answering import Ended, say_yes
from brands.enrolling import enrol_person
from brands.inviting import end_expired, invite, revoke, token_of
from brands.inviting_letters import send_due_letters
from brands.models import (
    AnswerDraft,
    BrandPost,
    Enrolment,
    Import,
    ImportRow,
    Invitation,
    NamedAccount,
    ShownAccount,
)
from people.models import Account, Person, User
from tests.brands.inviting.asking import address, asked, letter_path, said_yes, vesper
from tests.brands.pages import read, words
from tests.factories import make_account, make_brand, make_person, make_user

pytestmark = pytest.mark.django_db
STEPS = ("", "later/", "accounts/", "posts/", "line/", "preview/")


def form_of(client: Client, path: str) -> dict[str, str]:
    """Return what the buttons of an invitation's page send along."""
    fields = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]+)">', read(client, path))
    assert {name for name, _ in fields} == {"press"}
    return dict(fields)


def test_from_the_letter_to_the_page_of_the_brand(client: Client) -> None:
    asked()
    path = letter_path()
    assert "Come along!" in read(client, path)
    place = said_yes(client, path)
    enrolment, person, account = Enrolment.objects.get(), Person.objects.get(), Account.objects.get()
    assert (enrolment.state, enrolment.consent_reference) == ("active", "")
    assert (person.slug, person.line) == ("ingrid-solheim", "walks the train")
    shown = ShownAccount.objects.get()
    assert (shown.account, shown.shows, shown.since) == (account, "all", enrolment.consented_at)
    assert (account.proven, account.read_from, account.page_from) == (False, shown.since, shown.since)
    assert not AnswerDraft.objects.exists()
    page = words(read(client, "/brands/vesper/"))
    assert "Ingrid walks the train ." in page
    assert "@ingrid" not in page
    assert account.proof_code in read(client, place)
    (event,) = AuditEvent.objects.filter(verb="consent.given")
    assert event.details == {"accounts": {str(account.pk): "all"}}


def test_the_welcome_goes_to_the_private_address_with_the_link_that_the_page_showed(client: Client) -> None:
    asked()
    place = said_yes(client, letter_path())
    assert letter_path() == place.removesuffix("accounts/")
    letter = mail.outbox[-1]
    assert letter.to == ["ingrid@home.example"]
    assert "enter ingrid@home.example" in letter.body
    send_due_letters()
    assert len(mail.outbox) == 2


def test_reading_any_step_writes_nothing_however_often_a_mail_scanner_comes(client: Client) -> None:
    path = address(asked())
    with CaptureQueriesContext(
        connection,
    ) as queries:
        for step in STEPS * 2:
            assert client.get(path + step).status_code in {200, 302}
            assert client.head(path + step).status_code in {200, 302}
    written = [q["sql"] for q in queries if not q["sql"].startswith(("SELECT", "SAVEPOINT", "RELEASE"))]
    assert written == []
    for deed in ("yes/", "no/"):
        assert client.get(path + deed).status_code == 405
    assert Enrolment.objects.get().state == "invited"


def test_the_address_is_kept_from_other_sites_searches_and_caches(client: Client) -> None:
    path = address(asked())
    for step in (*STEPS, "nothing/"):
        answer = client.get(path + step)
        if step != "nothing/":
            assert answer["Referrer-Policy"] == "no-referrer"
            assert answer["X-Robots-Tag"] == "noindex, nofollow"
            assert answer["Cache-Control"] == "no-store, private"


def test_the_forms_work_where_the_browser_says_origin_null(client: Client) -> None:
    path = address(asked())
    strict = Client(enforce_csrf_checks=True, headers={"Origin": "null"})
    assert strict.post(f"{path}accounts/", {"handles": "@ingrid"}).status_code == 302
    assert strict.post(f"{path}no/").status_code == 200


def closed_links() -> dict[str, str]:
    """Return paths of links that open nothing, by why."""
    brand, marketer = vesper()
    paths = {"guessed": f"/invitations/{'a' * 43}/", "short": "/invitations/x/"}
    with time_machine.travel(dt.datetime.now(dt.UTC) - dt.timedelta(days=14, seconds=1), tick=False):
        paths["expired"] = address(asked(brand, marketer, name="Ada A"))
    used = asked(brand, marketer, name="Bo B")
    paths["used"] = address(used)
    say_yes(invitation=used)
    taken_back = asked(brand, marketer, name="Cy C")
    paths["revoked"] = address(taken_back)
    revoke(invitation=taken_back, actor=None)
    return paths


def test_wrong_expired_used_and_revoked_links_read_the_same(client: Client) -> None:
    paths = closed_links()
    said = {read(client, path + step, 404) for path in paths.values() for step in STEPS if step in {"", "preview/"}}
    assert len(said) == 1
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(minutes=11)):
        for path in paths.values():
            for deed in ("yes/", "no/", "accounts/"):
                assert client.post(path + deed).status_code == 404
    assert list(Enrolment.objects.order_by("pk").values_list("state", flat=True)) == ["invited", "active", "invited"]


def test_whoever_guesses_is_told_to_stop_and_a_right_link_still_opens(client: Client) -> None:
    path = address(asked())
    codes = [client.get(f"/invitations/{number:043}/").status_code for number in range(32)]
    assert codes == [404] * 30 + [429] * 2
    read(client, path)


def test_a_wrong_link_reads_the_same_while_the_cache_is_away(client: Client, settings: Settings) -> None:
    gone = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1/0"}
    path, wrong = address(asked()), f"/invitations/{'x' * 43}/"
    said = read(client, wrong, 404)
    settings.CACHES = {"default": gone}
    assert read(client, wrong, 404) == said
    read(client, f"/join/{'x' * 43}/", 404)
    read(client, path)


def test_pressing_yes_twice_gives_one_yes_and_the_same_page(client: Client) -> None:
    asked()
    path = letter_path()
    form = form_of(client, path)  # also where another browser had the page open
    place = said_yes(client, path)
    assert [one.post(f"{path}yes/", form)["Location"] for one in (client, Client())] == [place, place]
    assert AuditEvent.objects.filter(verb="consent.given").count() == 1
    assert ShownAccount.objects.count() == 1


def test_a_no_after_the_yes_in_another_browser_changes_nothing(client: Client) -> None:
    asked()
    path = letter_path()
    form = form_of(Client(), path)
    place = said_yes(client, path)
    assert Client().post(f"{path}no/", form)["Location"] == place
    assert Enrolment.objects.get().state == "active"


@pytest.mark.parametrize("press", [{}, {"press": ""}, {"press": "a" * 43}, {"press": "token"}])
def test_a_used_link_gives_its_permanent_link_to_nobody_who_comes_after_the_yes(
    client: Client, press: dict[str, str]
) -> None:
    brand, marketer = vesper()
    other = address(asked(brand, marketer, name="Oskar Brandl"))
    asked(brand, marketer)
    path = letter_path()
    said_yes(client, path)
    forms = [{"press": path.split("/")[2]}] if "token" in press.values() else [press, form_of(client, other)]
    for form in forms:
        for deed in ("yes/", "no/"):
            assert Client().post(path + deed, form).content == Client().post(f"/invitations/x/{deed}").content
    assert Enrolment.objects.get(person__name="Ingrid Solheim").state == "active"


def test_a_no_is_told_to_nobody_who_comes_after_it(client: Client) -> None:
    path = address(asked())
    client.post(f"{path}no/")
    assert [Client().post(path + deed).status_code for deed in ("yes/", "no/")] == [404, 404]
    assert Enrolment.objects.get().state == "invited"


def test_a_no_deletes_what_was_named_and_is_seen_by_nobody(client: Client) -> None:
    invitation = asked()
    path = letter_path()
    client.post(f"{path}accounts/", {"handles": "ingrid"})
    form = form_of(client, path)
    for _ in range(2):
        assert "Thank you for answering" in words(client.post(f"{path}no/", form).content.decode())
    assert not NamedAccount.objects.exists()
    assert not Account.objects.exists()
    read(client, path, 404)
    assert client.get("/brands/vesper/").content.decode().count("Ingrid") == 0
    assert list(AuditEvent.objects.order_by("pk").values_list("verb", flat=True)) == ["invitation.made"]
    assert Enrolment.objects.get().state == "invited"  # until its last day, like one that nobody answered
    invitation.refresh_from_db()
    with time_machine.travel(invitation.expires_at):
        assert end_expired() == 1
    assert Enrolment.objects.get().state == "declined"


def test_what_was_named_goes_with_the_last_day() -> None:
    invitation = asked()
    Client().post(f"{address(invitation)}accounts/", {"handles": "ingrid"})
    with time_machine.travel(invitation.expires_at):
        end_expired()
    assert not AnswerDraft.objects.exists()
    assert Enrolment.objects.get().state == "declined"


def test_nothing_is_chosen_beforehand_and_a_yes_needs_a_choice_for_each_account(client: Client) -> None:
    path = address(asked())
    client.post(f"{path}accounts/", {"handles": "ingrid, oskar"})
    assert "checked" not in read(client, f"{path}posts/")
    one, _ = NamedAccount.objects.order_by("pk")
    answer = client.post(f"{path}posts/", {f"shows-{one.pk}": "picked"})
    assert (answer.status_code, "There is a problem" in answer.content.decode()) == (400, True)
    assert client.get(f"{path}preview/")["Location"] == f"{path}posts/"
    assert client.post(f"{path}yes/")["Location"] == f"{path}posts/"
    assert (Enrolment.objects.get().state, Account.objects.count()) == ("invited", 0)
    assert 'value="picked" checked' in read(client, f"{path}posts/")


def test_without_an_account_one_is_listed_with_name_and_line(client: Client) -> None:
    path = address(asked())
    assert client.get(f"{path}posts/")["Location"] == f"{path}line/"
    client.post(f"{path}line/", {"line": "keeps the lamps lit", "address": ""})
    assert "keeps the lamps lit" in read(client, f"{path}preview/")
    client.post(f"{path}yes/")
    assert "Ingrid keeps the lamps lit ." in words(read(client, "/brands/vesper/"))
    send_due_letters()
    assert mail.outbox[-1].to == ["ingrid@vesper.example"]


def test_nothing_of_the_person_is_public_before_the_yes(client: Client) -> None:
    path = address(asked())
    client.post(f"{path}accounts/", {"handles": "ingrid"})
    client.post(f"{path}posts/", {f"shows-{NamedAccount.objects.get().pk}": "all"})
    client.post(f"{path}line/", {"line": "walks the train", "address": "i@home.example"})
    read(client, f"{path}preview/")
    assert "Ingrid" not in read(client, "/brands/vesper/") + read(client, "/brands/vesper/people/")
    assert (Account.objects.count(), Person.objects.get().slug, BrandPost.objects.count()) == (0, None, 0)
    assert not User.objects.filter(email="i@home.example").exists()


def test_another_persons_link_does_not_reach_my_accounts(client: Client) -> None:
    brand, marketer = vesper()
    mine, theirs = asked(brand, marketer, name="Ada A"), asked(brand, marketer, name="Bo B")
    client.post(f"{address(mine)}accounts/", {"handles": "ada"})
    account = NamedAccount.objects.get()
    assert client.post(f"{address(theirs)}accounts/{account.pk}/forget/").status_code == 404
    client.post(f"{address(theirs)}posts/", {f"shows-{account.pk}": "all", "look": str(account.pk)})
    account.refresh_from_db()
    assert (account.shows, account.look) == ("", "")
    assert client.post(f"{address(mine)}accounts/{account.pk}/forget/").status_code == 302
    assert not NamedAccount.objects.exists()


@pytest.mark.parametrize("entered", ["", "not a handle!", "https://example.org/ingrid", "a, b, c, d, e, f"])
def test_what_is_no_account_is_refused_in_words_and_kept_in_the_field(client: Client, entered: str) -> None:
    path = address(asked())
    answer = client.post(f"{path}accounts/", {"handles": entered})
    assert answer.status_code == 400
    assert "There is a problem" in answer.content.decode()
    assert not NamedAccount.objects.exists()


def test_an_account_that_is_somebody_elses_here_is_not_shown_as_mine(client: Client) -> None:
    theirs = make_account(make_person("Other Person"), handle="ingrid")
    asked()
    place = said_yes(client, letter_path())
    mine = Account.objects.exclude(pk=theirs.pk).get()
    assert (mine.state, mine.read_from) == ("taken", None)
    assert not ShownAccount.objects.exists()
    assert "Somebody else named this account here as well." in words(read(client, place))
    theirs.refresh_from_db()
    assert theirs.person.name == "Other Person"


def test_a_second_brand_keeps_the_permanent_link_and_the_line_of_the_first(client: Client) -> None:
    asked()
    said_yes(client, letter_path())
    person = Person.objects.get()
    other = make_brand("Nightjar", slug="nightjar")
    enrolment = enrol_person(brand=other, person=person, actor=None, email="ingrid@nightjar.example")
    invitation = invite(enrolment=enrolment, actor=make_user(), words="", language="en")
    before = person.listing_hash
    client.post(f"{address(invitation)}line/", {"line": "sings at night"})
    assert client.post(f"{address(invitation)}yes/")["Location"] == "/people/ingrid-solheim/"
    person.refresh_from_db()
    assert (person.listing_hash, person.line) == (before, "walks the train")
    assert "Ingrid sings at night ." in words(read(client, "/brands/nightjar/"))
    send_due_letters()
    assert "from an earlier letter" in mail.outbox[-1].body


def test_the_handle_that_the_brand_knows_is_only_proposed(client: Client) -> None:
    invitation = asked()
    file = Import.objects.create(brand=invitation.enrolment.brand, file_name="x.csv", key="k")
    row = ImportRow(file=file, number=2, cells={"x_handle": "ingrid_s"}, verdict="new", enrolment=invitation.enrolment)
    row.save()
    page = read(client, f"{address(invitation)}accounts/")
    assert 'value="ingrid_s"' in page
    assert "Vesper proposed this" in page
    assert not NamedAccount.objects.exists()


def test_the_words_of_the_inviter_are_text_and_not_markup(client: Client) -> None:
    page = read(client, address(asked(words="<script>alert(1)</script> & me")))
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; me" in page


def test_the_token_is_in_no_audit_event() -> None:
    invitation = asked()
    token = str(token_of(invitation))
    say_yes(invitation=invitation)
    assert token not in str(list(AuditEvent.objects.values()))


def test_no_log_line_carries_a_link(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    path = address(asked())
    client.post(f"{path}accounts/", {"handles": "not one!"})
    read(client, f"/invitations/{'a' * 43}/", 404)
    lines = [Line("%(levelname)s %(message)s").format(record) for record in caplog.records]
    assert "WARNING Bad Request: /invitations/.../accounts/" in lines
    assert "WARNING Not Found: /invitations/.../" in lines
    assert path.split("/")[2] not in " ".join(lines)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_who_press_yes_at_the_same_moment_give_one_yes() -> None:
    invitation = asked()
    start, ended = threading.Barrier(2), []

    def press() -> None:
        start.wait()
        try:
            say_yes(invitation=Invitation.objects.select_related("enrolment__brand", "enrolment__person").get())
        except Ended:
            ended.append(True)
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ended == [True]
    invitation.enrolment.refresh_from_db()
    assert invitation.enrolment.state == "active"
    assert AuditEvent.objects.filter(verb="consent.given").count() == 1
