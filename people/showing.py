"""Quiet: the person wants one post shown nowhere on this site, their own page included; and back again."""

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from advocacy.audit import record
from people import first_shown, post_pictures
from people.models import Delivery, Post, PostPicture, User
from people.telling import posts_told


def make_quiet(*, post: Post, actor: User) -> None:
    """Show a post nowhere on this site; a second time changes nothing. Raises PermissionDenied for another's post."""
    hide(post=post, actor=actor)
    posts_told([post.pk], everywhere=True)


def hide(*, post: Post, actor: User) -> None:
    """Make a post quiet without telling anybody: tell (posts_told) once the transaction is over."""
    _only_the_author(post, actor)
    with first_shown.noting(post.person_id):
        if Post.objects.filter(pk=post.pk, quiet_at=None).update(quiet_at=timezone.now()):
            record("post.quiet", actor=actor, subject=f"post:{post.pk}")
            post_pictures.let_go(PostPicture.objects.filter(post=post))


def end_quiet(*, post: Post, actor: User) -> None:
    """Show a post again wherever it was shown before; a second time changes nothing. Raises PermissionDenied."""
    _only_the_author(post, actor)
    with first_shown.noting(post.person_id):
        if Post.objects.filter(pk=post.pk, quiet_at__isnull=False).update(quiet_at=None):
            record("post.quiet_ended", actor=actor, subject=f"post:{post.pk}")
        # what its network would not delete, and nobody has kept yet: it is to be shown after all
        same = Delivery.objects.filter(account=post.account_id, remote_id=post.remote_id, post=None)
        same.filter(reason=Delivery.UNDELETED).update(reason="")
    posts_told([post.pk], everywhere=True)


def _only_the_author(post: Post, actor: User) -> None:
    if post.person.user_id != actor.pk:
        raise PermissionDenied("only the author decides about a post")
