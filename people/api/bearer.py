"""Who reads: a key sent as `Authorization: Bearer chorus_...`, or nobody in particular."""

from typing import ClassVar, Protocol, cast

from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, Throttled
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from people.api import throttles
from people.keys import find_key, note_use
from people.models import ApiKey, User


class Scoped(Protocol):
    """A view that says which scope a key needs for it; "" where any key will do."""

    scope: ClassVar[str]


class KeyBearer(BaseAuthentication):
    """Finds the key of a request. A wrong one is refused: it never reads as if there were none."""

    def authenticate(self, request: Request) -> tuple[User, ApiKey] | None:
        """Return the key's user and the key, or None where the request names none.

        Raises AuthenticationFailed for a key that is wrong, over or revoked, and Throttled after too many of them.
        """
        words = get_authorization_header(request)
        if not words and "HTTP_AUTHORIZATION" not in request.META:
            return None
        scheme, _, rest = words.decode("latin-1").partition(" ")
        key = find_key(rest.strip()) if scheme.lower() == "bearer" else None
        if key is None:
            # only wrong keys are counted and held off: whoever shares the address may go on with a right one
            wrong = f"wrong-key:{throttles.address_of(request._request)}"
            counted, left = throttles.count(wrong, seconds=throttles.WRONG_KEYS_SECONDS, by=0)
            if counted >= throttles.WRONG_KEYS:
                raise Throttled(wait=left)
            throttles.count(wrong, seconds=throttles.WRONG_KEYS_SECONDS)
            raise AuthenticationFailed("The key is wrong, over or revoked. Make one in your settings.")
        note_use(key)
        return key.user, key

    def authenticate_header(self, request: Request) -> str:
        """Return what a refusal says of how to sign in."""
        return 'Bearer realm="api"'


class InScope(BasePermission):
    """What is public is open to everybody; a key opens what it was made for."""

    message = "The key was not made for this. Make one with the scope that the documentation names."

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Return whether this reader may read this view."""
        scope = cast(Scoped, view).scope
        return not isinstance(request.auth, ApiKey) or not scope or scope in request.auth.scopes
