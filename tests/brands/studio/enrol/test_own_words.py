"""What a list may still change of somebody who has said yes, and what undoing it gives back."""

import pytest
from django.test import Client

from brands.models import Enrolment
from people.models import Person
from tests.brands.inviting.asking import letter_path, said_yes
from tests.brands.studio.enrol.steps import address, choose, enrolled, studio, text, upload
from tests.factories import make_user

pytestmark = pytest.mark.django_db
LIST = "Name,E-mail,Title,Languages,Topics\nAnna Berg,anna@v.example,Guard,sv,soup\n"
OTHER = "Name,E-mail,Title,Languages,Topics\nDumb Name,anna@v.example,Cook,de,Guns\n"


def _now() -> tuple[object, ...]:
    enrolment = Enrolment.objects.select_related("person").get()
    topics = list(enrolment.topics.values_list("name", flat=True))
    return (enrolment.person.name, enrolment.person.languages, enrolment.title, topics)


def test_who_said_yes_keeps_name_languages_and_topics_and_the_check_says_so_while_the_title_follows_the_list() -> None:
    client, brand = studio()
    enrolled(client, brand, LIST, invite="on")
    said_yes(Client(), letter_path())
    file = upload(client, brand, OTHER)
    choose(client, file)
    page = text(client.get(address(file, "changes/")))
    assert "Guard becomes Cook" in page
    assert "Anna Berg stays, not Dumb Name: who has said yes writes this by themselves" in page
    assert "soup stays, not Guns" in page
    enrolled(client, brand, OTHER)
    assert _now() == ("Anna Berg", ["sv"], "Cook", ["soup"])


def test_a_row_that_would_change_only_what_is_theirs_is_unchanged_and_still_shown() -> None:
    client, brand = studio()
    enrolled(client, brand, LIST, invite="on")
    said_yes(Client(), letter_path())
    file = upload(client, brand, LIST.replace("Anna Berg", "Dumb Name"))
    choose(client, file)
    file.refresh_from_db()
    assert file.counts["unchanged"] == 1
    assert "changes/" in client.get(address(file, "check/")).content.decode()
    assert "Anna Berg stays, not Dumb Name" in text(client.get(address(file, "changes/")))


def test_who_has_not_answered_is_renamed_by_a_list() -> None:
    client, brand = studio()
    enrolled(client, brand, LIST, invite="on")
    enrolled(client, brand, OTHER)
    assert _now() == ("Dumb Name", ["de"], "Cook", ["Guns"])


def test_undoing_changes_nobody_who_said_yes_to_what_the_list_had_changed() -> None:
    client, brand = studio()
    enrolled(client, brand, LIST, invite="on")
    file = enrolled(client, brand, OTHER)
    said_yes(Client(), letter_path())
    assert "get their old values back" not in text(client.get(address(file, "undo/")))
    client.post(address(file, "undo/"))
    assert _now() == ("Dumb Name", ["de"], "Cook", ["Guns"])
    assert list(file.rows.values_list("undone", flat=True)) == ["stays"]


def test_undoing_gives_back_a_title_that_a_list_changed_after_the_yes() -> None:
    client, brand = studio()
    enrolled(client, brand, LIST, invite="on")
    said_yes(Client(), letter_path())
    file = enrolled(client, brand, OTHER)
    client.post(address(file, "undo/"))
    assert _now() == ("Anna Berg", ["sv"], "Guard", ["soup"])


def test_undoing_leaves_the_name_to_a_person_with_a_login_who_has_not_said_yes_here() -> None:
    client, brand = studio()
    enrolled(client, brand, LIST, invite="on")
    file = enrolled(client, brand, OTHER)
    Person.objects.update(user=make_user("dumb@home.example"))
    client.post(address(file, "undo/"))
    assert _now()[0] == "Dumb Name"
    assert _now()[2] == "Guard"


def test_who_undid_an_import_is_not_kept_in_it() -> None:
    client, brand = studio()
    file = enrolled(client, brand, "Name,E-mail\nIngrid Solheim,ingrid@v.example\n")
    client.post(address(file, "undo/"))
    file.refresh_from_db()
    assert file.state == "undone"
    assert "undone_by" not in file.wishes
