"""Who acts in the studio."""

from django.http import Http404, HttpRequest

from people.models import User


def actor_of(request: HttpRequest) -> User:
    """Return the login that acts. Raises Http404 where nobody is signed in."""
    if not isinstance(request.user, User):
        raise Http404
    return request.user
