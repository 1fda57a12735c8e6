"""A page's own saving of a moment ago that arrives together with its button."""

import threading

import pytest
from django.db import connection

from people.models import Draft
from people.writing import drafting
from tests.factories import make_person, make_user

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


def test_what_a_button_sends_is_what_was_typed_though_an_older_saving_arrives_beside_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    user = make_user()
    person = make_person("Ingrid Solbakk", user=user)
    draft = Draft.objects.create(person=person, revision=1, window="one", text="We leave at")

    def save(text: str) -> Draft:
        return drafting.save_draft(
            person=person, actor=user, draft=Draft.objects.get(), revision=1, text=text, versions={}, window="one"
        )

    def late() -> None:
        try:
            save("We leave at")
        finally:
            connection.close()

    beside = threading.Thread(target=late)
    real = Draft.refresh_from_db

    def slow(self: Draft, *args: object) -> None:
        if threading.current_thread() is not beside:
            beside.start()
            beside.join(0.7)  # time enough to be done, where nothing holds it
        real(self, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(Draft, "refresh_from_db", slow)
    sent = save("We leave at ten.")
    beside.join(20)
    assert (sent.pk, sent.text) == (draft.pk, "We leave at ten.")
    assert Draft.objects.count() == 1
