"""Changing or deleting what went out, where the network can: wished on the desk, carried out by a worker.

Both may be done twice without harm, so they are repeated until the network says yes or no, or a day is over. What its
author wants deleted stands on no page of ours from the moment on at which they say so.
"""

import logging
from datetime import timedelta
from uuid import uuid4

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Case, Q, QuerySet, When

from advocacy.audit import record
from people.models import Attempt, Delivery, Post, SyncState, User
from people.networks.base import Deletes, Edits, Publisher
from people.networks.errors import NetworkFailure, NotNow, Reconnect, Refused
from people.networks.publishers import can_publish, publisher_for
from people.networks.types import Payload
from people.publishing import budget, storing, tokens
from people.publishing.clock import DbNow, after, now, seconds
from people.publishing.moves import State, note
from people.publishing.outbox import Words, content_of
from people.showing import hide
from people.telling import people_told, posts_told

logger = logging.getLogger(__name__)
ACTS = {"delete": Attempt.Act.DELETE, "edit": Attempt.Act.EDIT}
TRIED_FOR = timedelta(days=1)


def can_delete(delivery: Delivery) -> bool:
    """Return whether the network lets us delete this post."""
    return _published(delivery) and isinstance(publisher_for(delivery.account.network), Deletes)


def can_edit(delivery: Delivery) -> bool:
    """Return whether the network lets us change this post."""
    return _published(delivery) and isinstance(publisher_for(delivery.account.network), Edits)


def delete_price(delivery: Delivery) -> int:
    """Return what its network takes for deleting a post, in 1/1000 USD."""
    publisher = publisher_for(delivery.account.network)
    return publisher.delete_mills if isinstance(publisher, Deletes) else 0


def delete_published(*, delivery: Delivery, actor: User) -> None:
    """Let a post be deleted at its network, and hide it here at once; a second time changes nothing.

    Raises ValueError where the network cannot, PermissionDenied for another's post.
    """
    _own(delivery, actor)
    if not can_delete(delivery):
        raise ValueError("this post cannot be deleted from here: delete it at the network")
    with transaction.atomic():  # a run that is killed in between leaves no wish that the pages know nothing of
        hidden = list(_posts_of(delivery).select_related("person")) if _wish(delivery, actor, "delete") else []
        for post in hidden:
            hide(post=post, actor=actor)
    posts_told([post.pk for post in hidden], everywhere=True)
    delivery.refresh_from_db()


def edit_published(*, delivery: Delivery, words: Words, actor: User) -> None:
    """Let a post say something else. Raises ValueError where the network cannot."""
    _own(delivery, actor)
    if not can_edit(delivery):
        raise ValueError("this network lets nobody change a post: delete it and write it anew")
    _wish(delivery, actor, "edit", wish_payload=words.payload())


def carry_out(pk: int) -> None:
    """Do what is still to be done with a published delivery: keep its post, then what its author wishes."""
    due = Delivery.objects.filter(pk=pk, state=State.PUBLISHED, next_due_at__lte=DbNow()).values_list("wish", flat=True)
    wish = due.first()
    if wish is None:
        return  # somebody else did it: under load most messages come twice
    if not wish:
        storing.store(pk)
        return
    delivery = Delivery.objects.select_related("account", "person").filter(pk=pk, state=State.PUBLISHED).first()
    if delivery is None:
        return
    mine = Delivery.objects.filter(pk=pk, wish=delivery.wish, next_due_at__lte=DbNow())
    if not mine.update(next_due_at=after("lease")):
        return
    if not can_publish(delivery.account.network):
        _again(delivery, NotNow("this network cannot be reached from here at present", now()))
        return
    publisher = publisher_for(delivery.account.network)
    try:
        try:
            _do(delivery, publisher, renew=False)
        except Reconnect:  # as with a send: once more with a token that was renewed just now
            _do(delivery, publisher, renew=True)
    except (Refused, Reconnect) as failure:
        _given_up(delivery, str(failure))
    except Exception as failure:  # noqa: BLE001 - it may have been done: doing it again harms nobody
        _again(delivery, failure)


def _do(delivery: Delivery, publisher: Publisher, *, renew: bool) -> None:
    writer = tokens.writer_for(delivery.account, renew=renew)
    remote_id = delivery.remote_id or ""
    if delivery.wish == "delete" and isinstance(publisher, Deletes):
        publisher.delete(writer, remote_id)
        _gone(delivery, publisher.delete_mills)
    elif delivery.wish == "edit" and isinstance(publisher, Edits):
        words = delivery.wish_payload or delivery.payload
        payload = Payload(words["text"], now(), words.get("lang", ""), tuple(one["id"] for one in delivery.media))
        found = publisher.edit(writer, remote_id, payload)
        with transaction.atomic():
            _done(
                delivery,
                outcome="edited",
                edited_at=DbNow(),
                remote_id=found.remote_id or remote_id,
                **content_of(words),
            )
            if found.remote_id and found.remote_id != remote_id:  # the sync goes on with the newest version's id
                Post.objects.filter(account=delivery.account_id, remote_id=remote_id).update(remote_id=found.remote_id)


def _gone(delivery: Delivery, mills: int) -> None:
    """Note that the network has it no longer, and take it from every page; no sync or worker brings it back.

    mills: what the network takes for that.
    """
    with transaction.atomic():
        _before_or_after_a_sync(delivery)
        posts = list(_posts_of(delivery).values_list("pk", flat=True))
        _done(delivery, outcome="deleted", deleted_at=DbNow(), post=None, reason="")
        Post.objects.filter(pk__in=posts).delete()
        people_told([delivery.person_id])
        budget.add(delivery, mills)  # last: every claim needs these rows


def _given_up(delivery: Delivery, words: str) -> None:
    """Note that the network will not do it; its author is told by letter and desk."""
    if delivery.wish != "delete":
        _done(delivery, outcome="refused", words=words)
        return
    told = f"it was not deleted, and is still there: {words}"
    _done(delivery, outcome="refused", words=told, reason=Delivery.UNDELETED, state_changed_at=DbNow())


def _again(delivery: Delivery, failure: Exception) -> None:
    """Let it be tried again, or no longer when it was tried for a day."""
    words = str(failure) if isinstance(failure, NetworkFailure) else type(failure).__name__
    asked = delivery.attempts.filter(act=ACTS[delivery.wish], outcome="asked").order_by("-at").first()
    if asked is not None and asked.at <= now() - TRIED_FOR:
        _given_up(delivery, words)
        return
    until = max(now() + seconds("again"), failure.until if isinstance(failure, NotNow) else now())
    Delivery.objects.filter(pk=delivery.pk, wish=delivery.wish).update(next_due_at=until, trouble=words[:300])


def _done(delivery: Delivery, *, outcome: str, words: str = "", **fields: object) -> None:
    """Note how a wish ended; one that came meanwhile stays, and is carried out next.

    A post that is still there and was not kept yet is kept after that.
    """
    with transaction.atomic():
        note(delivery.pk, run=uuid4(), act=ACTS[delivery.wish], outcome=outcome, words=words)
        row = Delivery.objects.filter(pk=delivery.pk)
        row.update(trouble=words[:300], **fields)
        unkept = Case(When(post=None, deleted_at=None, then=DbNow()), default=None)
        said = delivery.wish_payload
        same = Q(wish_payload__isnull=True) if said is None else Q(wish_payload=said)
        row.filter(same, wish=delivery.wish).update(wish="", wish_payload=None, next_due_at=unkept)


def _wish(delivery: Delivery, actor: User, wish: str, **fields: object) -> bool:
    """Write down what the author wants, before anything is done about it; return whether that is new."""
    with transaction.atomic():
        _before_or_after_a_sync(delivery)
        row = Delivery.objects.filter(pk=delivery.pk, state=State.PUBLISHED, deleted_at=None)
        fields |= {"reason": "", "trouble": "", "told": ""}
        # what shall be deleted is neither asked for twice nor changed any more
        if not row.exclude(wish="delete").update(wish=wish, next_due_at=DbNow(), rung_at=None, **fields):
            return False
        note(delivery.pk, run=None, act=ACTS[wish], outcome="asked")
        details = {"words": delivery.text_hash, "account": delivery.account_id}
        record(f"delivery.{wish}_wished", actor=actor, subject=f"delivery:{delivery.pk}", details=details)
    return True


def _before_or_after_a_sync(delivery: Delivery) -> None:
    """Let no sync store a post of this account until this transaction ends.

    In this order everywhere: the sync of the account, then the delivery; see storing.store and syncing.store.
    """
    list(SyncState.objects.select_for_update().filter(account=delivery.account_id).values_list("pk"))


def _own(delivery: Delivery, actor: User) -> None:
    if delivery.person.user_id != actor.pk:
        raise PermissionDenied("only the author changes what they said")


def _posts_of(delivery: Delivery) -> "QuerySet[Post]":
    """Return what is kept of it here: as it was stored, or as a sync brought it, under a later version's id too."""
    stored = Delivery.objects.filter(pk=delivery.pk, post__isnull=False).values("post")
    brought = Q(account=delivery.account_id, remote_id=delivery.remote_id)
    later = storing.edited_since(delivery)
    return Post.objects.filter(Q(pk__in=stored) | brought | Q(pk__in=[later.pk] if later else []))


def _published(delivery: Delivery) -> bool:
    out = delivery.state == State.PUBLISHED and delivery.deleted_at is None and bool(delivery.remote_id)
    return out and can_publish(delivery.account.network)
