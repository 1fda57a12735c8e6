"""The demo's door to the pretend network of the running copy: its control room, over HTTP like everybody else's."""

from typing import Any

from django.conf import settings

from advocacy.http import DoorError, RequestException, api_session

_STANDS_FOR = "https://sandbox.example"


class NotThere(Exception):
    """The pretend network does not answer, or refuses; the words say what to do."""


def act(verb: str, **arguments: Any) -> Any:
    """Do one verb of the sandbox's control room and return its result. Raises NotThere."""
    base = settings.X_API_BASE.removesuffix("/x")
    if not settings.SANDBOX or not base.endswith("/sandbox"):
        raise NotThere("The demo lives on the sandbox: start the copy without X_BEARER_TOKEN and with SANDBOX on.")
    session = api_session(base=base, stands_for=_STANDS_FOR, total_seconds=120)
    session.headers["Authorization"] = f"Bearer {settings.SANDBOX_BEARER_TOKEN}"
    try:
        answer = session.post(f"{_STANDS_FOR}/control/{verb}/", json=arguments, timeout=(5, 120))
        said: dict[str, Any] = answer.json()
    except (DoorError, RequestException, ValueError):
        raise NotThere(f"Nobody answers at {base}: start the copy with `make run`, then run this again.") from None
    finally:
        session.close()
    if "problem" in said:
        raise NotThere(f"The sandbox refuses to {verb}: {said['problem']}.")
    return said["result"]
