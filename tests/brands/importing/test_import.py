"""Whole imports: what is saved, what a second run changes, what a bad row costs."""

import datetime as dt
from pathlib import Path

import pytest
from django.core import mail
from django.db import DatabaseError

from advocacy.models import AuditEvent
from brands.consenting import Scope
from brands.importing import carrying
from brands.importing.records import Unreadable
from brands.importing.run import Wishes, import_people
from brands.models import Enrolment, ShownAccount, Team, Topic
from people.models import Account, Person, SyncState
from tests.brands.importing.lists import ON_FILE, SINCE, enrol, troubles, verdicts, write
from tests.factories import make_account, make_brand, make_enrolment, make_person, make_user

FULL = (
    "First Name,Nickname,Last Name,Suffix,Work Email,Team,Topics,Location,Job Title,Employee ID,Languages,"
    "Start date,Own line,X handle,X user id\n"
    "Charles,Chuck,Núñez,Jr.,Chuck@Example.org,Night crew,Sleep; Trains,Oslo,Guard,E1,Norwegian/en,3.4.2015,"
    "keeps the night quiet,@chuck,12\n"
)


@pytest.mark.django_db
def test_every_column_arrives_where_it_belongs(tmp_path: Path) -> None:
    brand = make_brand()
    report = enrol(brand, write(tmp_path, FULL), create_teams=True)
    assert (verdicts(report), report.clean, report.new_teams) == ([(2, "new")], True, ["Night crew"])
    enrolment = Enrolment.objects.get()
    person = enrolment.person
    assert (person.name, person.first_name, person.sort_name) == ("Chuck Núñez Jr.", "Chuck", "nunez charles")
    assert (person.languages, person.line, person.slug, person.user) == (["no", "en"], "", "chuck-nunez-jr", None)
    assert (enrolment.state, enrolment.title, enrolment.place) == ("active", "Guard", "Oslo")
    assert (enrolment.email, enrolment.external_id) == ("chuck@example.org", "E1")
    assert (enrolment.line, enrolment.with_brand_since) == ("keeps the night quiet", dt.date(2015, 4, 3))
    assert enrolment.team == Team.objects.get(brand=brand, name="Night crew")
    assert sorted(enrolment.topics.values_list("name", flat=True)) == ["Sleep", "Trains"]
    account = Account.objects.get()
    assert (account.person, account.network, account.handle, account.remote_id) == (person, "x", "chuck", "12")
    assert (account.named_by_operator, account.read_from, account.state) == (True, SINCE, "waiting")
    assert SyncState.objects.get().account == account


@pytest.mark.django_db
def test_the_check_gives_the_same_report_and_saves_nothing(tmp_path: Path) -> None:
    brand = make_brand()
    path = write(tmp_path, FULL + "A,,B,,not-an-address,Night crew,,,,E2,,,,@a,\n")
    checked = enrol(brand, path, create_teams=True, dry_run=True, mail=True)
    for model in (Person, Enrolment, Account, ShownAccount, Team, Topic, AuditEvent):
        assert not model.objects.exists()
    assert not mail.outbox
    report = enrol(brand, path, create_teams=True)
    assert verdicts(checked) == verdicts(report)
    assert (troubles(checked), checked.new_teams) == (troubles(report), report.new_teams)


@pytest.mark.django_db
def test_the_same_file_twice_changes_nothing(tmp_path: Path) -> None:
    brand = make_brand()
    path = write(tmp_path, FULL)
    enrol(brand, path, create_teams=True, mail=True)
    models = (Person, Enrolment, Account, ShownAccount, SyncState, Team, Topic, AuditEvent)
    before = [list(model.objects.order_by("pk").values()) for model in models]
    mail.outbox.clear()
    report = enrol(brand, path, create_teams=True, mail=True)
    assert (verdicts(report), report.new_teams) == ([(2, "unchanged")], [])
    assert [list(model.objects.order_by("pk").values()) for model in models] == before
    assert not mail.outbox


@pytest.mark.django_db
def test_what_differs_is_updated_named_and_audited_and_an_empty_cell_erases_nothing(tmp_path: Path) -> None:
    brand = make_brand()
    enrol(brand, write(tmp_path, FULL), create_teams=True)
    slug = Person.objects.get().slug
    changed = (
        "Name,Work Email,Team,Topics,Location,Job Title,Employee ID,X user id,X handle\n"
        "Chuck Nunez,,Day crew,Trains,Bergen,,E1,12,\n"
    )
    report = enrol(brand, write(tmp_path, changed), create_teams=True)
    assert [(plan.verdict.value, plan.changes) for plan in report.plans] == [
        ("updated", ("name", "place", "team", "topics"))
    ]
    enrolment = Enrolment.objects.get()
    assert (enrolment.email, enrolment.title, enrolment.place) == ("chuck@example.org", "Guard", "Bergen")
    assert enrolment.team == Team.objects.get(name="Day crew")
    assert list(enrolment.topics.values_list("name", flat=True)) == ["Trains"]
    person = Person.objects.get()
    assert (person.name, person.sort_name, person.slug) == ("Chuck Nunez", "nunez chuck", slug)
    event = AuditEvent.objects.get(verb="enrolment.updated")
    assert event.details == {"fields": ["name", "place", "team", "topics"]}


@pytest.mark.django_db
def test_somebody_with_a_login_keeps_name_and_languages(tmp_path: Path) -> None:
    brand = make_brand()
    person = make_person("Ingrid Solheim", user=make_user(), languages=["no"])
    make_enrolment(brand, account=make_account(person, remote_id="12"))
    report = enrol(brand, write(tmp_path, "Name,X id,Language\nI. Solheim,12,de\n"))
    assert verdicts(report) == [(2, "unchanged")]
    person.refresh_from_db()
    assert (person.name, person.languages) == ("Ingrid Solheim", ["no"])


@pytest.mark.django_db
def test_another_account_in_the_list_is_added_under_the_consent(tmp_path: Path) -> None:
    brand = make_brand()
    enrol(brand, write(tmp_path, "Name,Email,X handle\nIngrid Solheim,i@example.org,one\n"))
    report = enrol(brand, write(tmp_path, "Name,Email,X handle\nIngrid Solheim,i@example.org,one; two\n"))
    assert [(plan.verdict.value, plan.changes) for plan in report.plans] == [("updated", ("accounts",))]
    assert list(ShownAccount.objects.order_by("pk").values_list("account__handle", flat=True)) == ["one", "two"]


@pytest.mark.django_db
def test_the_id_of_an_account_that_was_named_by_its_handle_is_added_to_it(tmp_path: Path) -> None:
    brand = make_brand()
    enrol(brand, write(tmp_path, "Name,Email,X handle\nIngrid Solheim,i@example.org,one\n"))
    path = write(tmp_path, "Name,Email,X handle,X id\nIngrid Solheim,i@example.org,One,12\n")
    assert verdicts(enrol(brand, path)) == [(2, "updated")]
    assert list(Account.objects.values_list("handle", "remote_id")) == [("one", "12")]
    assert verdicts(enrol(brand, path)) == [(2, "unchanged")]


@pytest.mark.django_db
def test_an_invited_person_becomes_active_by_the_consent_on_file(tmp_path: Path) -> None:
    brand = make_brand()
    invited = make_enrolment(
        brand, make_person("Ingrid Solheim", slug=None, page_open=False), state="invited", email="i@example.org"
    )
    report = enrol(brand, write(tmp_path, "Name,Email,X id\nIngrid Solheim,i@example.org,12\n"))
    assert [plan.changes for plan in report.plans] == [("consent", "accounts")]
    invited.refresh_from_db()
    assert (invited.state, invited.person.slug) == ("active", "ingrid-solheim")


@pytest.mark.django_db
def test_only_picked_is_kept_as_told(tmp_path: Path) -> None:
    enrol(make_brand(), write(tmp_path, "Name,X\nA B,ab\n"), scope=Scope("r", "picked", SINCE))
    assert list(ShownAccount.objects.values_list("shows", "account__page_from")) == [("picked", None)]


@pytest.mark.django_db
def test_without_a_consent_nobody_is_enrolled_and_the_sentence_says_why(tmp_path: Path) -> None:
    brand = make_brand()
    path = write(tmp_path, FULL)
    with pytest.raises(Unreadable, match="Nobody is enrolled without a yes"):
        enrol(brand, path, scope=None)
    assert not Person.objects.exists()
    assert troubles(enrol(brand, path, scope=None, dry_run=True)) == [(2, "unknown team")]


@pytest.mark.django_db
def test_each_bad_row_is_named_and_costs_no_other_row(tmp_path: Path) -> None:
    long = "x" * 121
    rows = [
        ("Good One,a@example.org,good1,11,Guard,de,2015-04-03,", ""),
        (",b@example.org,b,,,,,", "no name"),
        ("No Account,c@example.org,,,,,,", "no account named"),
        ("Bad Handle,,Twitter username,,,,,", "not a handle"),
        ("Bad Id,,,1.23457E+17,,,,", "the id lost digits"),
        ("Bad Mail,nobody,b4,,,,,", "not an e-mail address"),
        (f"Bad Title,,b5,,{long},,,", "too long"),
        ("Bad Language,,b6,,,Klingonian,,", "not a language"),
        ("Bad Date,,b7,,,,03/04/2015,", "not a date"),
        ("=cmd|'/c calc'!A0,,b8,,,,,", "formula"),
        ("Bad Team,,b9,,,,,Unknown crew", "unknown team"),
        ("Good Two,z@example.org,good2,12,- Guard,,13/04/2015,", ""),
    ]
    header = "Name,Email,X handle,X id,Title,Language,Joined,Team\n"
    report = enrol(make_brand(), write(tmp_path, header + "\n".join(row for row, _ in rows)))
    assert troubles(report) == [(number, name) for number, (_, name) in enumerate(rows, start=2) if name]
    assert list(Person.objects.order_by("pk").values_list("name", flat=True)) == ["Good One", "Good Two"]
    assert report.plans[-1].notes == ("“Title” begins with - and is kept as text",)
    assert Enrolment.objects.get(person__name="Good Two").title == "- Guard"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2015", (2015, 1, 1)),
        ("2015-04", (2015, 4, 1)),
        ("2015-04-03T00:00:00Z", (2015, 4, 3)),
        ("4/13/2015", (2015, 4, 13)),
    ],
)
def test_a_date_is_read_where_it_has_one_meaning(tmp_path: Path, cell: str, day: tuple[int, int, int]) -> None:
    enrol(make_brand(), write(tmp_path, f"Name,X,Since\nA B,ab,{cell}\n"))
    assert Enrolment.objects.get().with_brand_since == dt.date(*day)


@pytest.mark.django_db
def test_a_row_that_the_database_refuses_is_a_problem_and_the_others_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = carrying.new_person

    def refusing(*, name: str, **fields: object) -> Person:
        person = real(name=name, **fields)  # type: ignore[arg-type]
        if name == "B Two":
            raise DatabaseError
        return person

    monkeypatch.setattr(carrying, "new_person", refusing)
    path = write(tmp_path, "Name,Employee ID,X\nA One,1,one\nB Two,2,two\nB Two,2,more\nC Three,3,three\n")
    report = enrol(make_brand(), path)
    assert verdicts(report) == [(2, "new"), (3, "problem"), (4, "problem"), (5, "new")]
    assert troubles(report) == [(3, "changed meanwhile"), (4, "earlier row failed")]
    assert list(Person.objects.order_by("pk").values_list("name", flat=True)) == ["A One", "C Three"]


@pytest.mark.django_db(transaction=True)
def test_an_import_killed_half_way_and_run_again_ends_as_one_that_was_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def tell(done: int, total: int) -> None:
        if done == 2:
            raise Killed

    monkeypatch.setattr(carrying, "BATCH", 2)
    brand, whole = make_brand(), make_brand()
    path = write(tmp_path, "Name,Employee ID,X\n" + "".join(f"P {n},{n},brand_p{n}\n" for n in range(5)))
    other = write(tmp_path, path.read_text().replace("brand_", "whole_"), "other.csv")
    with pytest.raises(Killed):
        import_people(brand=brand, path=path, wishes=Wishes(scope=ON_FILE, mail=False), actor=None, tell=tell)
    assert brand.enrolments.count() == 2
    assert enrol(brand, path).counts["new"] == 3
    enrol(whole, other)

    def ends(of: object) -> list[tuple[object, ...]]:
        rows = ShownAccount.objects.filter(enrolment__brand=of).order_by("enrolment__external_id")
        return list(rows.values_list("enrolment__external_id", "enrolment__state", "shows", "enrolment__person__name"))

    assert ends(brand) == ends(whole)
    assert len(ends(brand)) == 5


@pytest.mark.django_db
def test_an_import_is_audited_once_without_names_and_addresses(tmp_path: Path) -> None:
    brand = make_brand(slug="vesper")
    enrol(brand, write(tmp_path, FULL), create_teams=True)
    events = list(AuditEvent.objects.order_by("pk").values_list("verb", "actor_label", "brand"))
    verbs = ["enrolment.made", "enrolment.active", "consent.on_file", "people.imported"]
    assert events == [(verb, "test", "vesper") for verb in verbs]
    text = str(list(AuditEvent.objects.order_by("pk").values_list("details", "subject")))
    assert [word for word in ("chuck", "Núñez", "example.org") if word in text] == []
    details = AuditEvent.objects.get(verb="people.imported").details
    assert details == {
        **{"reference": "works agreement of 3 May", "new": 1, "updated": 0},
        **{"further_account": 0, "unchanged": 0, "problem": 0},
    }


@pytest.mark.django_db
def test_a_file_of_ten_million_bytes_is_read_and_one_byte_more_is_refused(tmp_path: Path) -> None:
    head = b"Name,X\nA B,ab\n"
    path = write(tmp_path, head + b"\n" * (10_000_000 - len(head)))
    assert verdicts(enrol(make_brand(), path)) == [(2, "new")]
    with pytest.raises(Unreadable, match="larger than 10 MB"):
        enrol(make_brand(), write(tmp_path, head + b"\n" * (10_000_001 - len(head))))


@pytest.mark.django_db
def test_ten_thousand_and_more_rows_over_the_limit_save_nothing(tmp_path: Path) -> None:
    path = write(tmp_path, "Name,X\n" + "A B,ab\n" * 20_001)
    with pytest.raises(Unreadable, match="more than 20,000 rows"):
        enrol(make_brand(), path)
    assert not Person.objects.exists()
