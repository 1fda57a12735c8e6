"""Real staff lists, byte for byte as they were found; see REAL_DATA_DIR."""

import os
from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings

from brands.importing.records import Verdict
from brands.models import Brand, Enrolment, ShownAccount
from people.models import Account, Person
from tests.brands.importing.lists import enrol, troubles
from tests.factories import make_brand


@pytest.fixture
def real(db: None) -> Path:
    folder = Path(settings.REAL_DATA_DIR)
    if not (folder / "congress-2016").is_dir():
        if os.environ.get("REQUIRE_REAL_DATA") == "1":
            pytest.fail(f"REAL_DATA_DIR has no real data: {folder}")
        pytest.skip(f"no real data in {folder}")
    return folder


def both_chambers(real: Path) -> tuple[Brand, Brand]:
    house, senate = make_brand(slug="house"), make_brand(slug="senate")
    path = real / "congress-2016" / "enrol.csv"
    for brand, department, rows in ((house, "U.S. House", (440, 427, 13)), (senate, "U.S. Senate", (100, 94, 6))):
        report = enrol(brand, path, where=[f"Department={department}"], create_teams=True)
        assert (len(report.plans), report.counts["new"], report.counts["problem"]) == rows
        assert Counter(name for _, name in troubles(report)) == {"no account named": rows[2]}
        assert report.how == "CSV, UTF-8, commas between the cells"
    return house, senate


def test_the_congress_list_is_accounted_for_row_by_row(real: Path) -> None:
    house, senate = both_chambers(real)
    assert (Person.objects.count(), Account.objects.count(), ShownAccount.objects.count()) == (521, 521, 521)
    assert Account.objects.exclude(remote_id=None).count() == 520
    assert list(Account.objects.filter(remote_id=None).values_list("handle", flat=True)) == ["SenGillibrand"]
    stale = Account.objects.filter(remote_id__in=["2167097881", "3047090620"]).order_by("handle")
    assert list(stale.values_list("handle", "person__name")) == [
        ("SenBookerOfc", "Cory Booker"),
        ("SenMarkey", "Ed Markey"),
    ]
    teams = Enrolment.objects.values_list("brand__slug", "team__name")
    assert Counter(teams) == {
        **{("house", "Republican"): 241, ("house", "Democrat"): 186},
        **{("senate", "Republican"): 50, ("senate", "Democrat"): 42, ("senate", "Independent"): 2},
    }
    assert sorted(Person.objects.filter(sort_name__startswith="sanchez").values_list("slug", flat=True)) == [
        *("linda-sanchez", "loretta-sanchez")
    ]
    for brand, department in ((house, "U.S. House"), (senate, "U.S. Senate")):
        path = real / "congress-2016" / "enrol.csv"
        again = enrol(brand, path, where=[f"Department={department}"], create_teams=True)
        assert (again.counts["new"], again.counts["updated"]) == (0, 0)


def test_people_of_a_committee_are_known_by_their_network_ids(real: Path) -> None:
    both_chambers(real)
    brand = make_brand(slug="hsap")
    report = enrol(brand, real / "congress-2016" / "committees.csv", where=["committee_id=HSAP"])
    assert (report.rows_in_file, report.counts["new"], report.problems) == (1205, 50, {})
    assert (Person.objects.count(), Account.objects.count()) == (521, 521)
    assert Person.objects.get(accounts__remote_id="76452765").name == "Robert Aderholt"


def test_messy_handles_are_named_one_by_one(real: Path) -> None:
    brand = make_brand()
    path = real / "ropensci" / "people.csv"
    report = enrol(brand, path)
    by_problem = {name: len(rows) for name, rows in report.problems.items()}
    assert by_problem == {"no account named": 218, "not a handle": 1}
    assert report.problems["not a handle"] == [328]
    assert report.counts == {"new": 159, "updated": 0, "further account": 0, "unchanged": 0, "problem": 219}
    assert Account.objects.count() == 159
    assert enrol(brand, path).counts["unchanged"] == 159


def test_a_list_in_which_nobody_has_an_account_enrols_nobody(real: Path) -> None:
    report = enrol(make_brand(), real / "18f" / "people.csv")
    assert report.problems == {"no account named": list(range(2, 339))}
    assert [plan.verdict for plan in report.plans] == [Verdict.PROBLEM] * 337
    assert not Person.objects.exists()
