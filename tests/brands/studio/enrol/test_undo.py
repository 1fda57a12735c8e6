"""Taking an import back within a day."""

import datetime as dt
from importlib import import_module

import pytest
import time_machine
from django.apps import apps
from django.utils import timezone

from advocacy.models import AuditEvent
from brands import inviting
from brands.enrolling import Yes, move
from brands.enrolment_steps import undoing
from brands.inviting_letters import send_due_letters
from brands.models import Enrolment, Import, Invitation
from people.models import Person
from tests.brands.studio.enrol.steps import address, choose, enrolled, start, studio, text, upload
from tests.factories import make_enrolment, make_person

pytestmark = pytest.mark.django_db
THREE = (
    "Name,E-mail,Title,Team,Topics\nAnna Berg,anna@v.example,Guard,Kitchen,soup\nBo Berg,bo@v.example,Guard,,\n"
    "Cy Berg,cy@v.example,Guard,,\n"
)


def _with_teams(content: str = THREE, **more: str) -> tuple[object, Import]:
    client, brand = studio()
    file = upload(client, brand, content)
    choose(client, file)
    client.post(address(file, "check/mend/"), {"create_teams": "on"})
    file.refresh_from_db()
    start(client, file, **more)
    return client, file


def _undo(client: object, file: Import) -> None:
    assert client.post(address(file, "undo/"))["Location"] == address(file)  # type: ignore[attr-defined]
    file.refresh_from_db()


def test_who_did_not_answer_is_taken_back_and_who_said_yes_stays() -> None:
    client, file = _with_teams(invite="on")
    anna, bo, cy = Enrolment.objects.order_by("pk")
    Invitation.objects.filter(enrolment=anna).update(letters=1, sent_at=timezone.now())
    move(cy, to=Enrolment.State.ACTIVE, actor=None, label="test", yes=Yes(at=timezone.now()))
    words = text(client.get(address(file, "undo/")))  # type: ignore[attr-defined]
    assert (
        "2 people have not answered: their enrolments and unanswered invitations are taken back, "
        "and who had a letter (1) gets one sentence by mail." in words
    )
    assert "1 who said yes stays." in words
    _undo(client, file)
    assert file.state == "undone"
    assert dict(Enrolment.objects.values_list("person__name", "state")) == {
        "Anna Berg": "declined",
        "Cy Berg": "active",
    }
    assert not Person.objects.filter(pk=bo.person_id).exists()
    taken_back = Invitation.objects.get(enrolment=anna)
    assert taken_back.revoked_at is not None
    assert taken_back.next_letter_at is not None, "the letter that says so is due"
    assert list(file.rows.order_by("number").values_list("undone", "cells")) == [
        ("taken", {}),
        ("taken", {}),
        ("stays", {"name": "Cy Berg", "email": "cy@v.example", "title": "Guard"}),
    ]
    event = AuditEvent.objects.get(verb="people.import_undone")
    assert event.details == {"taken": 2, "restored": 0, "stays": 1}
    words = text(client.get(address(file)))  # type: ignore[attr-defined]
    assert "This import was undone" in words
    assert "People taken back 2 Old values are back 0 Rows that stay as they are 1" in words


def test_whoever_said_no_looks_like_whoever_did_not_answer() -> None:
    client, file = _with_teams()
    bo = Enrolment.objects.get(person__name="Bo Berg")
    before = text(client.get(address(file, "undo/")))  # type: ignore[attr-defined]
    move(bo, to=Enrolment.State.DECLINED, actor=None, label="test")
    assert text(client.get(address(file, "undo/"))) == before  # type: ignore[attr-defined]
    _undo(client, file)
    assert list(file.rows.values_list("undone", flat=True)) == ["taken"] * 3


def test_people_who_were_taken_back_can_be_enrolled_again() -> None:
    client, file = _with_teams(invite="on")
    Invitation.objects.update(letters=1, sent_at=timezone.now())
    _undo(client, file)
    again = enrolled(client, file.brand, THREE)  # type: ignore[arg-type]
    assert again.counts["new"] == 3


def test_changed_rows_get_their_old_values_back_where_nobody_changed_them_since() -> None:
    client, first = _with_teams()
    changed = THREE.replace("Guard", "Cook").replace("Kitchen", "").replace("soup", "Bread; cake")
    file = enrolled(client, first.brand, changed.replace("Anna Berg", "Anna Lang"))  # type: ignore[arg-type]
    assert file.counts["updated"] == 3
    Enrolment.objects.filter(person__name="Bo Berg").update(title="Driver")
    assert "3 changed rows get their old values back" in text(client.get(address(file, "undo/")))  # type: ignore[attr-defined]
    _undo(client, file)
    assert list(Enrolment.objects.order_by("pk").values_list("person__name", "title")) == [
        ("Anna Berg", "Guard"),
        ("Bo Berg", "Driver"),
        ("Cy Berg", "Guard"),
    ]
    assert list(Enrolment.objects.get(person__name="Anna Berg").topics.values_list("name", flat=True)) == ["soup"]
    assert list(file.rows.order_by("number").values_list("undone", flat=True)) == ["restored", "stays", "restored"]


def test_after_a_day_it_is_too_late() -> None:
    client, file = _with_teams()
    with time_machine.travel(timezone.now() + dt.timedelta(hours=24, minutes=1)):
        answer = client.post(address(file, "undo/"), follow=True)  # type: ignore[attr-defined]
        assert "can no longer be undone" in text(answer)
    assert Enrolment.objects.count() == 3


def test_a_row_enrolled_days_later_does_not_open_the_undo_of_the_others_again() -> None:
    client, file = _with_teams(THREE + "Dee Berg,no address,Guard,,\n")
    assert file.rows.filter(done=False).count() == 1
    with time_machine.travel(timezone.now() + dt.timedelta(days=9)):
        client, _ = studio(brand=file.brand)
        client.post(address(file, "check/mend/"), {"row": "5", "r5-email": "dee@v.example"})
        file.refresh_from_db()
        start(client, file)
        assert "3 rows saved more than a day ago stay as they are" in text(client.get(address(file, "undo/")))
        _undo(client, file)
    assert list(Person.objects.order_by("name").values_list("name", flat=True)) == ["Anna Berg", "Bo Berg", "Cy Berg"]
    assert list(file.rows.order_by("number").values_list("undone", flat=True)) == ["stays", "stays", "stays", "taken"]


@pytest.mark.parametrize("ended", [True, False])
def test_rows_of_before_the_column_can_be_undone_a_day_from_their_imports_end_or_while_it_goes_on(ended: bool) -> None:
    client, file = _with_teams()
    other = enrolled(client, file.brand, "Name,E-mail\nDee Berg,dee@v.example\n")  # type: ignore[arg-type]
    kept = other.rows.get().done_at
    long_ago = timezone.now() - dt.timedelta(days=2)
    file.rows.update(done_at=None)
    Import.objects.filter(pk=file.pk).update(finished_at=long_ago if ended else None)
    import_module("brands.migrations.0026_rows_done_at").note_when(apps, None)
    assert (undoing.outlook(file).taken, undoing.outlook(file).older) == ((0, 3) if ended else (3, 0))
    assert other.rows.get().done_at == kept


def test_undoing_twice_is_undoing_once() -> None:
    client, file = _with_teams()
    _undo(client, file)
    _undo(client, file)
    assert AuditEvent.objects.filter(verb="people.import_undone").count() == 1


def test_a_link_of_an_invitation_that_was_taken_back_opens_nothing() -> None:
    client, file = _with_teams(invite="on")
    token = inviting.token_of(Invitation.objects.earliest("pk"))
    _undo(client, file)
    assert client.get(f"/invitations/{token}/").status_code == 404  # type: ignore[attr-defined]


def test_who_was_taken_back_after_a_letter_is_not_in_the_list_and_is_found_by_their_state() -> None:
    client, brand = studio("marketer")
    file = enrolled(client, brand, "Name,E-mail\nAnna Berg,anna@b.example\nBo Berg,bo@b.example\n", invite="on")
    declined = make_enrolment(brand, make_person("Silent Solheim"), state="declined")
    Invitation.objects.create(
        enrolment=declined, nonce="n", token_hash="s", expires_at=timezone.now() - dt.timedelta(days=1)
    )
    send_due_letters()
    _undo(client, file)
    page = text(client.get(f"/studio/{brand.slug}/people/"))
    assert ("Anna Berg" in page, "Bo Berg" in page, "Silent Solheim" in page) == (False, False, True)
    ended = text(client.get(f"/studio/{brand.slug}/people/?state=ended"))
    assert ("Anna Berg" in ended, "Bo Berg" in ended, "Silent Solheim" in ended) == (True, True, True)
    everybody = text(client.get(f"/studio/{brand.slug}/people/?q=berg&state=ended"))
    assert "2 people match" in everybody
