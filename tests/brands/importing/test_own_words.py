"""What a list with a yes on file leaves to people who can sign in, and what it mends of those who cannot."""

from pathlib import Path

import pytest

from brands import choosing
from brands.models import Enrolment
from people.models import Person
from tests.brands.importing.lists import enrol, write
from tests.factories import make_brand, make_user

pytestmark = pytest.mark.django_db
LIST = "Name,E-mail,Line,Topics,X handle\nAnna Berg,anna@v.example,loves soup,soup,@anna\n"


def test_the_same_list_again_leaves_the_line_and_topics_that_a_person_wrote_at_the_desk(tmp_path: Path) -> None:
    brand, path = make_brand(), write(tmp_path, LIST)
    enrol(brand, path)
    user = make_user("anna@v.example")
    Person.objects.update(user=user)
    choosing.introduce(enrolment=Enrolment.objects.get(), line="writes for herself", topics=[], actor=user)
    (plan,) = enrol(brand, path).plans
    enrolment = Enrolment.objects.get()
    assert (enrolment.line, enrolment.topics.count()) == ("writes for herself", 0)
    assert (plan.verdict, plan.kept) == ("unchanged", ("line", "topics"))
    assert plan.notes == ("another line, topics than somebody who has said yes has: theirs stays",)


def test_a_corrected_list_still_mends_the_name_and_line_of_somebody_who_never_signed_in(tmp_path: Path) -> None:
    brand = make_brand()
    enrol(brand, write(tmp_path, LIST))
    enrol(brand, write(tmp_path, LIST.replace("Anna Berg", "Anna Bergh").replace("loves", "cooks")))
    assert (Person.objects.get().name, Enrolment.objects.get().line) == ("Anna Bergh", "cooks soup")
