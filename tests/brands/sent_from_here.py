"""A post that went out from here, and the two steps of deleting it, for the table of verbs in changing.py."""

import datetime as dt
from typing import Any
from unittest import mock

from django.test import override_settings
from django.utils import timezone

from people.models import Delivery, Post, User
from people.publishing import aftercare, outbox, tokens
from tests.advocacy.outside import Outside, answer


def sent(post: Post, **fields: Any) -> Delivery:
    """Let a post be one that went out from here."""
    now = timezone.now()
    content = outbox.content_of({"text": post.text, "lang": "", "pictures": []})
    return Delivery.objects.create(
        account=post.account, person=post.person, post=post, remote_id=post.remote_id, state="published",
        state_changed_at=now, due_at=now, late_after=now, published_at=now, **content, **fields,
    )  # fmt: skip


def ask_to_delete(post: Post, actor: User) -> None:
    """Press the button."""
    aftercare.delete_published(delivery=sent(post), actor=actor)


def carry_out(post: Post, network: Outside) -> None:
    """Let a worker carry out the deletion of a post that the pages still show."""
    row = sent(post, wish="delete", next_due_at=timezone.now() - dt.timedelta(seconds=1))
    network.page(f"/2/tweets/{row.remote_id}", answer(b'{"data": {"deleted": true}}', kind="application/json"))
    sources = [lambda account, renew: "a-token"]
    with override_settings(X_API_BASE=network.base), mock.patch.object(tokens, "_sources", sources):
        aftercare.carry_out(row.pk)
