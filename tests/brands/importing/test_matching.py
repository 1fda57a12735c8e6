"""Whom a row is about: network id, then the brand's own number, then e-mail; never the name."""

from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from brands.importing.columns import read_columns
from brands.importing.csvfile import read_csv
from brands.importing.knowing import Enrolled, Known
from brands.importing.planning import stage
from brands.importing.records import RowPlan, Verdict
from brands.importing.rows import parse_row
from brands.models import Enrolment
from people.models import Account, Person
from tests.brands.importing.lists import enrol, troubles, verdicts, write
from tests.factories import make_account, make_brand, make_enrolment, make_person, make_user

HEADER = "Name,Employee ID,Email,X handle,X user id\n"


def known_person(brand: object = None, name: str = "Ingrid Solheim", remote_id: str = "12", **fields: str) -> Enrolment:
    account = make_account(make_person(name), remote_id=remote_id, handle=fields.pop("handle", f"h{remote_id}"))
    return make_enrolment(brand or make_brand(), account=account, **fields)  # type: ignore[arg-type]


def test_planning_asks_no_database(django_db_blocker: object) -> None:
    table = read_csv((HEADER + "Ingrid Solheim,E1,i@example.org,ingrid,12\n").encode())
    columns = read_columns(table.header, [])
    rows = [parse_row(row, columns) for row in table.rows]
    enrolled = Enrolled(1, 7, "active", "Ingrid Solheim", (), True, "", "", "", None, "", "i@example.org", "E1")
    known = Known(by_person={7: enrolled}, by_external_id={"E1": enrolled}, by_email={"i@example.org": enrolled})
    (plan,) = stage(rows, known, create_teams=False)
    assert (plan.verdict, plan.person_id, plan.changes) == (Verdict.UPDATED, 7, ("accounts",))
    assert isinstance(plan, RowPlan)


@pytest.mark.django_db
def test_the_network_id_counts_before_the_brands_own_number_and_the_e_mail(tmp_path: Path) -> None:
    brand, other = make_brand(), make_brand()
    right = known_person(other, remote_id="12", email="i@example.org", external_id="E1")
    known_person(other, "Somebody Else", remote_id="34", email="else@example.org")
    report = enrol(brand, write(tmp_path, HEADER + "Ingrid Solheim,E9,else@example.org,anything,12\n"))
    assert verdicts(report) == [(2, "new")]
    assert Enrolment.objects.get(brand=brand).person == right.person


@pytest.mark.django_db
def test_the_brands_own_number_counts_before_the_e_mail(tmp_path: Path) -> None:
    brand = make_brand()
    right = known_person(brand, external_id="E1", email="old@example.org")
    stranger = known_person(make_brand(), "Somebody Else", remote_id="34", email="new@example.org")
    report = enrol(brand, write(tmp_path, HEADER + "Ingrid Solheim,E1,new@example.org,h12,\n"))
    assert [(plan.person_id, plan.changes) for plan in report.plans] == [(right.person_id, ())]
    assert not stranger.person.enrolments.filter(brand=brand).exists()


@pytest.mark.django_db
def test_the_number_of_another_brand_is_somebody_else(tmp_path: Path) -> None:
    brand, other = make_brand(), make_brand()
    theirs = known_person(other, external_id="E1")
    enrol(brand, write(tmp_path, HEADER + "Ingrid Solheim,E1,,ingrid,99\n"))
    assert Enrolment.objects.get(brand=brand).person != theirs.person


@pytest.mark.django_db
def test_the_e_mail_finds_a_person_however_it_is_written(tmp_path: Path) -> None:
    brand = make_brand()
    right = known_person(brand, email="ingrid@exämple.org")
    report = enrol(brand, write(tmp_path, HEADER + "Ingrid Solheim,E1, Ingrid@EXA\u0308MPLE.org ,h12,\n"))
    assert [(plan.person_id, plan.changes) for plan in report.plans] == [(right.person_id, ("external_id",))]


@pytest.mark.django_db
def test_the_e_mail_within_the_brand_counts_before_the_same_at_another_brand(tmp_path: Path) -> None:
    brand = make_brand()
    known_person(make_brand(), "Somebody Else", remote_id="34", email="i@example.org")
    right = known_person(brand, email="i@example.org")
    known_person(make_brand(), "Another One", remote_id="56", email="i@example.org")
    report = enrol(brand, write(tmp_path, HEADER + "Ingrid Solheim,,i@example.org,h12,12\n"))
    assert [(plan.verdict, plan.person_id) for plan in report.plans] == [(Verdict.UNCHANGED, right.person_id)]


@pytest.mark.django_db
def test_one_e_mail_with_two_numbers_of_the_brand_is_two_people_and_a_problem(tmp_path: Path) -> None:
    brand = make_brand()
    known_person(brand, external_id="E1", email="team@example.org")
    report = enrol(brand, write(tmp_path, HEADER + "Ingrid Solheim,E2,team@example.org,new,99\n"))
    assert troubles(report) == [(2, "two people in one row")]
    assert Enrolment.objects.count() == 1


@pytest.mark.django_db
def test_the_e_mail_of_another_brands_person_or_of_a_login_finds_the_person(tmp_path: Path) -> None:
    brand = make_brand()
    theirs = known_person(make_brand(), email="i@example.org")
    user = make_user("private@example.org")
    own = make_person("Jonas Berg", user=user)
    rows = "I. Solheim,,i@example.org,second,99\nJ. Berg,,Private@example.org,jonas,98\n"
    report = enrol(brand, write(tmp_path, HEADER + rows))
    assert verdicts(report) == [(2, "new"), (3, "new")]
    found = Enrolment.objects.filter(brand=brand).order_by("pk").values_list("person", flat=True)
    assert list(found) == [theirs.person_id, own.pk]


@pytest.mark.django_db
def test_a_known_person_of_another_brand_looks_like_a_new_one_and_keeps_everything(tmp_path: Path) -> None:
    brand, other = make_brand(), make_brand()
    theirs = known_person(other, email="i@example.org", title="Guard")
    Person.objects.update(portrait="her-portrait", languages=["no"])
    before = Person.objects.values().get()
    listed = (
        "Name,Email,X user id,Job title,Languages\n"
        "I. SOLHEIM,i@example.org,12,Driver,de\n"
        "New One,n@example.org,99,Cook,de\n"
    )
    checked = enrol(brand, write(tmp_path, listed), dry_run=True)
    assert [(plan.verdict, plan.changes, plan.notes) for plan in checked.plans] == [(Verdict.NEW, (), ())] * 2
    enrol(brand, write(tmp_path, listed))
    after = Person.objects.values().get(pk=theirs.person_id)
    assert after == before
    assert list(theirs.person.enrolments.order_by("pk").values_list("title", flat=True)) == ["Guard", "Driver"]
    assert enrol(brand, write(tmp_path, listed)).counts["unchanged"] == 2


@pytest.mark.django_db
def test_the_same_name_is_never_the_same_person(tmp_path: Path) -> None:
    brand = make_brand()
    known = known_person(brand, email="i@example.org", external_id="E1")
    report = enrol(
        brand, write(tmp_path, HEADER + "Ingrid Solheim,E2,j@example.org,other,99\nIngrid Solheim,,,third,98\n")
    )
    assert verdicts(report) == [(2, "new"), (3, "new")]
    assert Person.objects.filter(name="Ingrid Solheim").count() == 3
    assert list(known.person.enrolments.values_list("pk", flat=True)) == [known.pk]


@pytest.mark.django_db
def test_a_list_of_names_and_handles_only_changes_nothing_the_second_time(tmp_path: Path) -> None:
    brand = make_brand()
    path = write(tmp_path, "Name,X handle\nIngrid Solheim,@Ingrid\n")
    assert verdicts(enrol(brand, path)) == [(2, "new")]
    assert verdicts(enrol(brand, path)) == [(2, "unchanged")]


@pytest.mark.django_db
@pytest.mark.parametrize("row", ["Somebody Else,@ingrid", "Ingrid Solheim,@ingrid"])
def test_a_handle_alone_joins_nobody_of_another_name_or_brand(tmp_path: Path, row: str) -> None:
    brand = make_brand()
    known_person(brand if row.startswith("Somebody") else make_brand(), handle="Ingrid")
    path = write(tmp_path, f"Name,X handle\n{row}\n")
    assert troubles(enrol(brand, path, dry_run=True)) == [(2, "account of somebody else")]
    assert troubles(enrol(brand, path)) == [(2, "account of somebody else")]
    assert Person.objects.count() == 1


@pytest.mark.django_db
def test_a_handle_joins_nobody_where_the_row_has_a_number_an_address_or_an_id(tmp_path: Path) -> None:
    brand = make_brand()
    known_person(brand, remote_id="12", handle="ingrid")
    rows = "Ingrid Solheim,E2,,ingrid,\nIngrid Solheim,,j@example.org,ingrid,\nIngrid Solheim,,,ingrid,99\n"
    report = enrol(brand, write(tmp_path, HEADER + rows))
    assert troubles(report) == [(2, "account of somebody else"), (3, "account of somebody else")]
    assert verdicts(report)[2] == (4, "new")
    assert Person.objects.count() == 2


@pytest.mark.django_db
def test_two_rows_about_one_known_person_are_a_problem_where_only_the_ids_say_so(tmp_path: Path) -> None:
    theirs = known_person(remote_id="12")
    make_account(theirs.person, remote_id="34")
    report = enrol(make_brand(), write(tmp_path, HEADER + "Ingrid Solheim,E1,,,12\nI. Solheim,E2,,,34\n"))
    assert [plan.problems[0].what for plan in report.plans[1:]] == ["the same person as row 2"]


@pytest.mark.django_db
def test_an_enrolment_that_stands_counts_before_one_that_ended_later(tmp_path: Path) -> None:
    brand = make_brand()
    known_person(brand, remote_id="12", external_id="E1", email="i@example.org")
    known_person(brand, "Former One", remote_id="34", external_id="E1", email="i@example.org", state="left")
    rows = "Name,Employee ID,X handle\nIngrid Solheim,E1,h12\n"
    assert verdicts(enrol(brand, write(tmp_path, rows))) == [(2, "unchanged")]


@pytest.mark.django_db
def test_an_address_that_mixes_alphabets_is_a_problem_also_where_nothing_looks_like_it(tmp_path: Path) -> None:
    report = enrol(make_brand(), write(tmp_path, HEADER + "Anna Berg,E2,\u0430nna@example.org,anna,\n"))
    assert troubles(report) == [(2, "look-alike address")]


@pytest.mark.django_db
def test_one_name_and_address_with_two_numbers_is_not_one_person(tmp_path: Path) -> None:
    rows = "Anna Berg,E1,anna@example.org,anna,\nAnna Berg,E2,anna@example.org,anna2,\n"
    report = enrol(make_brand(), write(tmp_path, HEADER + rows))
    assert [plan.problems[0].what for plan in report.plans[1:]] == ["same e-mail as row 2"]


@pytest.mark.django_db
def test_the_id_column_beats_the_handle_column(tmp_path: Path) -> None:
    brand = make_brand()
    known_person(make_brand(), "Handle Owner", remote_id="34", handle="ingrid")
    report = enrol(brand, write(tmp_path, HEADER + "Ingrid Solheim,,,ingrid,12\n"))
    assert verdicts(report) == [(2, "new")]
    account = Account.objects.get(remote_id="12")
    assert (account.person.name, account.handle) == ("Ingrid Solheim", "ingrid")


@pytest.mark.django_db
def test_the_accounts_of_two_people_in_one_row_are_a_problem(tmp_path: Path) -> None:
    brand = make_brand()
    known_person(make_brand(), remote_id="12")
    known_person(make_brand(), "Somebody Else", remote_id="34")
    report = enrol(brand, write(tmp_path, HEADER + "Ingrid Solheim,,,,12; 34\n"))
    assert troubles(report) == [(2, "accounts of two people")]


@pytest.mark.django_db
def test_an_id_and_a_number_that_disagree_are_a_problem(tmp_path: Path) -> None:
    brand = make_brand()
    known_person(brand, remote_id="12", external_id="E1")
    known_person(brand, "Somebody Else", remote_id="34", external_id="E2")
    report = enrol(brand, write(tmp_path, HEADER + "Ingrid Solheim,E1,,,34\n"))
    assert troubles(report) == [(2, "two people in one row")]


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["left", "declined"])
def test_who_has_left_is_not_enrolled_again_by_a_list(tmp_path: Path, state: str) -> None:
    brand = make_brand()
    make_enrolment(brand, make_person("Ingrid Solheim"), state=state, external_id="E1", email="i@example.org")
    rows = "Ingrid Solheim,E1,,ingrid,12\nIngrid Solheim,,i@example.org,ingrid,13\n"
    report = enrol(brand, write(tmp_path, HEADER + rows))
    assert troubles(report) == [(2, "no longer enrolled"), (3, "no longer enrolled")]
    assert Enrolment.objects.get().state == state


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["paused", "suspended"])
def test_somebody_paused_stays_paused_and_gets_no_further_account(tmp_path: Path, state: str) -> None:
    brand = make_brand()
    enrolment = known_person(brand, external_id="E1", state=state)
    listed = "Name,Employee ID,X user id,Job title\nIngrid Solheim,E1,12,Driver\n"
    assert [plan.changes for plan in enrol(brand, write(tmp_path, listed)).plans] == [("title",)]
    report = enrol(brand, write(tmp_path, HEADER + "Ingrid Solheim,E1,,new,99\n"))
    assert troubles(report) == [(2, "not active now")]
    enrolment.refresh_from_db()
    assert (enrolment.state, enrolment.title) == (state, "Driver")


@pytest.mark.django_db
def test_rows_about_one_person_are_joined_where_they_name_different_accounts(tmp_path: Path) -> None:
    brand = make_brand()
    rows = (
        "Ingrid Solheim,E1,i@example.org,one,12\n"  # 2
        "Ingrid Solheim,E1,i@example.org,two,34\n"  # 3: same number
        "Jonas Berg,,j@example.org,jonas,56\n"  # 4
        "Jonas  BERG,,J@example.org,jonas2,78\n"  # 5: same address and name
        "Karin Lund,,j@example.org,karin,90\n"  # 6: same address, another name
        "Ingrid Solheim,E1,,one,12\n"  # 7: the same row again
        "Lars Moe,E5,l@example.org,,12\n"  # 8: somebody else with an account of row 2
        "Mia Ek,E6,m@example.org,one,\n"  # 9: the handle that row 2 has
    )
    path = write(tmp_path, HEADER + rows)
    checked = enrol(brand, path, dry_run=True)
    report = enrol(brand, path)
    assert verdicts(checked) == verdicts(report)
    assert verdicts(report) == [
        *((2, "new"), (3, "further account"), (4, "new"), (5, "further account")),
        *((6, "problem"), (7, "problem"), (8, "problem"), (9, "problem")),
    ]
    assert [plan.problems[0].what for plan in report.plans[4:]] == [
        "same e-mail as row 4",
        "same number as row 2",
        "same account as row 2",
        "same account as row 2",
    ]
    assert list(Account.objects.order_by("pk").values_list("person__name", "handle")) == [
        *(("Ingrid Solheim", "one"), ("Ingrid Solheim", "two"), ("Jonas Berg", "jonas"), ("Jonas Berg", "jonas2"))
    ]
    again = enrol(brand, path)
    assert [plan.verdict for plan in again.plans[:4]] == [Verdict.UNCHANGED] * 4


@pytest.mark.django_db
def test_two_people_with_one_old_handle_and_two_ids_are_two_accounts(tmp_path: Path) -> None:
    report = enrol(make_brand(), write(tmp_path, HEADER + "A One,E1,,same,12\nB Two,E2,,same,34\n"))
    assert verdicts(report) == [(2, "new"), (3, "new")]


@pytest.mark.django_db
def test_look_alike_addresses_are_flagged_in_the_file_and_in_the_brand_and_never_joined(tmp_path: Path) -> None:
    brand = make_brand()
    known_person(brand, email="muller@example.org")
    known_person(make_brand(), "Elsewhere", remote_id="34", email="lund@example.org")
    rows = (
        "Anna Berg,E1,anna@example.org,anna,101\n"
        "Anna Berg,E2,\u0430nna@example.org,anna2,102\n"  # a Cyrillic letter among Latin ones
        "Anna Müller,E3,müller@example.org,mueller,103\n"
        "\u0430\u0441\u0435,E4,\u0430\u0441\u0435@example.org,ace,104\n"  # all Cyrillic
        "Ace,E5,ace@example.org,ace5,105\n"
        "L. Lund,E6,lünd@example.org,lund,106\n"  # only another brand has the other address
    )
    report = enrol(brand, write(tmp_path, HEADER + rows))
    flagged = [(3, "look-alike address"), (4, "look-alike address"), (5, "look-alike address")]
    assert troubles(report) == flagged
    assert report.counts["new"] == 3


@pytest.mark.django_db
def test_a_corrected_address_of_the_same_person_is_no_look_alike(tmp_path: Path) -> None:
    brand = make_brand()
    known_person(brand, external_id="E1", email="muller@example.org")
    Enrolment.objects.update(state="invited", consented_at=None)
    Person.objects.update(slug=None)
    report = enrol(brand, write(tmp_path, HEADER + "Ingrid Solheim,E1,müller@example.org,h12,12\n"))
    assert [plan.changes for plan in report.plans] == [("email", "consent")]
    assert Enrolment.objects.get().email == "müller@example.org"


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["active", "paused"])
def test_the_address_of_somebody_who_said_yes_stays_and_the_report_notes_it(tmp_path: Path, state: str) -> None:
    brand = make_brand()
    known_person(brand, external_id="E1", email="ingrid@example.org", state=state)
    report = enrol(brand, write(tmp_path, HEADER + "Ingrid Solheim,E1,boss@example.org,,12\n"))
    (plan,) = report.plans
    assert (plan.verdict, plan.changes) == (Verdict.UNCHANGED, ())
    assert plan.notes == ("an address differs from the one of a person who has said yes: theirs stays",)
    assert Enrolment.objects.get().email == "ingrid@example.org"


@pytest.mark.django_db
def test_looking_around_takes_as_many_queries_for_one_row_as_for_three_hundred(tmp_path: Path) -> None:
    brand = make_brand()
    found = []
    for count in (1, 300):
        rows = "".join(f"P {n},E{n},p{n}@example.org,p{n},{n + 1}\n" for n in range(count))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            enrol(brand, write(tmp_path, HEADER + rows), dry_run=True)
        found.append(len(queries))
    assert found[0] == found[1]
