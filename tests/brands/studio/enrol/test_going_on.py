"""Workers: progress, being killed half-way, the tick, and sweeping up."""

import datetime as dt
import os
from pathlib import Path

import pytest
import time_machine
from django.db import DatabaseError
from django.utils import timezone

from brands.enrolment_steps import carrying, checking, claims, files, work
from brands.enrolment_steps.rows import staged
from brands.importing import carrying as importing
from brands.models import Enrolment, Import, ImportRow
from brands.tasks import carry_on_import, carry_on_imports, sweep_imports
from people.models import Person
from tests.brands.studio.enrol.steps import address, choose, start, studio, text, upload

pytestmark = pytest.mark.django_db


def _list(rows: int) -> str:
    return "Name,E-mail\n" + "".join(f"Anna Berg{n},anna{n}@vesper.example\n" for n in range(rows))


@pytest.fixture
def _no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every import is long enough for a worker, and no message arrives."""
    monkeypatch.setattr(work, "SMALL", 0)
    monkeypatch.setattr(carry_on_import, "delay", lambda pk: None)


@pytest.mark.usefixtures("_no_worker")
def test_a_long_import_shows_how_far_it_is_until_the_worker_is_done() -> None:
    client, brand = studio()
    file = upload(client, brand, _list(5))
    choose(client, file)
    page = client.get(address(file, "check/"))
    assert "0 of 5 rows. You can leave, it carries on without you." in text(page)
    fragment = client.get(address(file, "check/"), headers={"HX-Request": "true"})
    assert fragment.content.decode().lstrip().startswith("<section")
    carry_on_imports()
    assert client.get(address(file, "check/"), headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    file.refresh_from_db()
    start(client, file)
    assert "0 of 5 rows" in text(client.get(address(file)))
    carry_on_imports()
    assert "5 people enrolled" in text(client.get(address(file)))


@pytest.mark.usefixtures("_no_worker")
def test_two_workers_do_not_do_the_same_import() -> None:
    client, brand = studio()
    file = upload(client, brand, _list(1))
    choose(client, file)
    first = claims.claim(file.pk)
    assert first is not None
    assert claims.claim(file.pk) is None
    with time_machine.travel(timezone.now() + claims.LEASE * 2):
        assert claims.waiting() == [file.pk]
        second = claims.claim(file.pk)
        assert second is not None
        with pytest.raises(claims.LeaseLost):
            checking.check(first)
        checking.check(second)
    file.refresh_from_db()
    assert (file.state, file.rows.count()) == ("checked", 1)


@pytest.mark.usefixtures("_no_worker")
def test_an_import_whose_worker_is_killed_goes_on_where_it_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    class Killed(BaseException):
        pass

    client, brand = studio()
    file = upload(client, brand, _list(5) + "Anna Berg0,anna0@vesper.example\nOther,anna0@vesper.example\n")
    choose(client, file)
    work.work_on(file.pk)
    file.refresh_from_db()
    start(client, file)
    monkeypatch.setattr(carrying, "BATCH", 2)
    real, calls = claims.renew, []

    def renew(claim: claims.Claim, **fields: object) -> None:
        real(claim, **fields)
        calls.append(fields)
        if len(calls) == 3:
            raise Killed

    monkeypatch.setattr(claims, "renew", renew)
    with pytest.raises(Killed):
        work.work_on(file.pk)
    monkeypatch.setattr(claims, "renew", real)
    assert Enrolment.objects.count() == 2, "the batch in which it was killed is not half there"
    assert work.work_on(file.pk) is False, "the lease of the killed one still holds"
    with time_machine.travel(timezone.now() + claims.LEASE * 2):
        carry_on_imports()
    file.refresh_from_db()
    assert (file.state, Enrolment.objects.count()) == ("done", 5)
    assert list(file.rows.order_by("number").values_list("verdict", flat=True)) == [
        *["new"] * 5,
        "unchanged",
        "problem",
    ]


def test_a_row_that_the_database_refuses_is_a_problem_and_the_others_are_enrolled(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client, brand = studio()
    file = upload(client, brand, _list(3))
    choose(client, file)
    # somebody takes one of the numbers between the plan and its carrying out
    file.rows.filter(number=3).update(cells={"name": "Anna Berg1", "email": "anna1@vesper.example"})
    real = importing.new_person

    def long_name(**fields: object) -> object:
        person = real(**fields)  # type: ignore[arg-type]
        if fields["name"] == "Anna Berg1":
            person.name = None  # type: ignore[assignment]
        return person

    monkeypatch.setattr(importing, "new_person", long_name)
    start(client, file)
    assert list(file.rows.order_by("number").values_list("verdict", "done")) == [
        ("new", True),
        ("problem", False),
        ("new", True),
    ]
    assert Enrolment.objects.count() == 2
    assert file.counts["problem"] == 1


@pytest.mark.usefixtures("_no_worker")
def test_a_file_that_is_gone_before_the_check_is_said() -> None:
    client, brand = studio()
    file = upload(client, brand, _list(1))
    choose(client, file)
    files.drop(file.key)
    carry_on_imports()
    assert "The file is no longer here: it is kept for a day." in text(client.get(address(file)))


def test_files_of_a_day_ago_and_imports_that_nobody_finished_are_swept_away(tmp_path: Path) -> None:
    client, brand = studio()
    begun, checked, young = (upload(client, brand, _list(1)) for _ in range(3))
    choose(client, checked)
    day_ago = timezone.now() - files.KEPT - dt.timedelta(minutes=1)
    Import.objects.exclude(pk=young.pk).update(created_at=day_ago)
    for folder in (tmp_path / "imports").iterdir():
        assert folder.stat().st_mode & 0o777 == 0o700
        if folder.name != young.key:
            os.utime(folder, (day_ago.timestamp(), day_ago.timestamp()))
    assert sweep_imports() == 2
    assert [folder.name for folder in (tmp_path / "imports").iterdir()] == [young.key]
    assert set(Import.objects.values_list("pk", flat=True)) == {checked.pk, young.pk}
    assert client.get(address(checked, "columns/")).status_code == 410
    checked.refresh_from_db()
    start(client, checked)
    assert Enrolment.objects.count() == 1
    Import.objects.filter(pk=young.pk).update(state="checked", created_at=timezone.now() - files.UNFINISHED_KEPT * 2)
    sweep_imports()
    assert list(Import.objects.values_list("pk", flat=True)) == [checked.pk]


def test_the_check_of_many_rows_asks_the_database_no_more_often_than_of_few(
    django_assert_max_num_queries: object,
) -> None:
    _, brand = studio()
    file = Import(brand=brand, columns={"fields": ["name", "email"]})
    for rows in (1, 300):
        listed = [ImportRow(number=n, cells={"name": f"A{n} B", "email": f"a{n}@b.example"}) for n in range(rows)]
        with django_assert_max_num_queries(10):  # type: ignore[operator]
            plans, _known = staged(file, listed)
        assert len(plans) == rows


def test_a_row_about_somebody_whose_first_row_fails_is_a_problem_too_and_never_waits_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real = importing.new_person

    def refusing(*, name: str, **fields: object) -> Person:
        if name == "Anna Berg":
            raise DatabaseError
        return real(name=name, **fields)  # type: ignore[arg-type]

    client, brand = studio()
    head, row = "Personnel number,Name,E-mail,X handle\n", "7,Anna Berg,anna@v.example"
    file = upload(client, brand, f"{head}{row},anna_one\n{row},anna_two\n8,Bo Berg,bo@v.example,\n")
    choose(client, file)
    monkeypatch.setattr(importing, "new_person", refusing)
    start(client, file)
    became = [(row.verdict, row.done) for row in file.rows.order_by("number")]
    assert became == [("problem", False), ("problem", False), ("new", True)]
    assert (file.at_work, file.handled, file.counts["problem"]) == (3, 3, 2)
    assert "row 2, about the same person, has a problem" in file.rows.get(number=3).problem
    assert "Not yet" not in text(client.get(address(file, "rows/")))
