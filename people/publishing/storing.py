"""A post that went out is kept as a Post at once; the next sync finds it by its network id, or was there first."""

import logging
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from people import post_pictures
from people.models import Delivery, Post, PostPicture, SyncState
from people.networks.types import Media, PostRecord
from people.pictures import WHOLE, NotAPicture, size_of
from people.publishing.moves import State
from people.syncing.decide import columns
from people.telling import posts_told

logger = logging.getLogger(__name__)
CLOCKS = timedelta(hours=1)  # the network's and ours differ by less


def store_quietly(pk: int) -> None:
    """Keep the post of a published delivery; what fails now is tried again by the dispatcher."""
    try:
        store(pk)
    except Exception:
        logger.exception("the post of delivery %s is not kept yet", pk)


def store(pk: int) -> Post | None:
    """Keep the post of a published delivery and tell brands; harmless when it runs 0, 1 or n times.

    Return the post, None where there is none to keep.
    """
    delivery = Delivery.objects.select_related("account", "parent", "post").filter(pk=pk, state=State.PUBLISHED).first()
    if delivery is None:
        return None
    post = None
    if delivery.deleted_at is None and delivery.remote_id:
        with transaction.atomic():
            # a sync of this account holds this row while it stores: it comes before or after, never in between
            list(SyncState.objects.select_for_update().filter(account=delivery.account_id).values_list("pk"))
            if _stays(delivery):
                post = _post(delivery)
                Delivery.objects.filter(pk=pk).update(post=post)
        if post is not None:
            posts_told([post.pk])
    Delivery.objects.filter(pk=pk, state=State.PUBLISHED, wish="").update(next_due_at=None)
    return post


def _stays(delivery: Delivery) -> bool:
    """Return whether its author still wants it there, or must bear it; until this transaction ends that holds."""
    rows = Delivery.objects.select_for_update(no_key=True).filter(pk=delivery.pk, deleted_at=None)
    reason = rows.exclude(wish="delete").values_list("reason", flat=True).first()
    delivery.reason = reason or ""  # it was read before: its deletion may have been given up since
    return reason is not None


def _post(delivery: Delivery) -> Post:
    if delivery.post is not None:  # kept already; an edit at the network may have given it another id since
        return delivery.post
    fields = columns(_record(delivery))
    fields["fetched_at"] = timezone.now()
    fields["person_id"] = delivery.account.person_id
    # its author wanted it gone: until they say otherwise no page shows it
    quiet = delivery.reason == Delivery.UNDELETED
    if quiet:
        fields["quiet_at"] = timezone.now()
    remote_id = fields.pop("remote_id")
    post, made = edited_since(delivery), False
    if post is None:
        post, made = Post.objects.get_or_create(account=delivery.account, remote_id=remote_id, defaults=fields)
    if made:
        _keep_pictures(delivery, post)
    elif quiet and Post.objects.filter(pk=post.pk, quiet_at=None).update(quiet_at=timezone.now()):
        post_pictures.let_go(PostPicture.objects.filter(post=post))
    return post


def edited_since(delivery: Delivery) -> Post | None:
    """Return the post as a sync stored it under a later version's id, None where none did."""
    since = (delivery.published_at or delivery.state_changed_at) - CLOCKS
    edited = Post.objects.filter(account=delivery.account_id, published_at__gte=since).exclude(edit_history=[])
    return next((post for post in edited.order_by("pk") if delivery.remote_id in post.edit_history), None)


def _record(delivery: Delivery) -> PostRecord:
    words = delivery.payload
    pictures = words.get("pictures", [])
    return PostRecord(
        remote_id=delivery.remote_id or "",
        author_id=delivery.account.remote_id or "",
        published_at=delivery.published_at or delivery.state_changed_at,
        text=words["text"],
        lang=words.get("lang", ""),
        media=tuple(Media("photo", None, one.get("alt") or None, None, None) for one in pictures),
        reply_to_id=(delivery.parent.remote_id or "") if delivery.parent else "",
    )


def _keep_pictures(delivery: Delivery, post: Post) -> None:
    for position, one in enumerate(delivery.payload.get("pictures", [])):
        try:
            width, height = size_of(post_pictures.file_of(one["stem"], WHOLE[-1].name))
        except (OSError, NotAPicture):
            continue  # the sync brings it from the network
        PostPicture.objects.create(
            post=post,
            position=position,
            stem=one["stem"],
            width=width,
            height=height,
            published_at=post.published_at,
        )
