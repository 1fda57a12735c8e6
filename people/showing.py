"""Quiet: the person wants one post shown nowhere on this site, their own page included; and back again."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from advocacy.audit import record
from people import post_pictures
from people.models import Post, PostPicture, User
from people.signals import posts_changed


def make_quiet(*, post: Post, actor: User) -> None:
    """Show a post nowhere on this site; a second time changes nothing. Raises PermissionDenied for another's post."""
    _only_the_author(post, actor)
    with transaction.atomic():
        if Post.objects.filter(pk=post.pk, quiet_at=None).update(quiet_at=timezone.now()):
            record("post.quiet", actor=actor, subject=f"post:{post.pk}")
            post_pictures.let_go(PostPicture.objects.filter(post=post))
    posts_changed.send(sender=Post, post_ids=[post.pk])


def end_quiet(*, post: Post, actor: User) -> None:
    """Show a post again wherever it was shown before; a second time changes nothing. Raises PermissionDenied."""
    _only_the_author(post, actor)
    with transaction.atomic():
        if Post.objects.filter(pk=post.pk, quiet_at__isnull=False).update(quiet_at=None):
            record("post.quiet_ended", actor=actor, subject=f"post:{post.pk}")
    posts_changed.send(sender=Post, post_ids=[post.pk])


def _only_the_author(post: Post, actor: User) -> None:
    if post.person.user_id != actor.pk:
        raise PermissionDenied("only the author decides about a post")
