"""The only door to the outside. No other module opens a connection (a test looks).

`api_session` hands clients of a configured API (tweepy) their session; `call` makes one call that may change something
there, and says whether it left; `fetch` gets a URL that somebody else wrote. All check the address at the socket, keep
time and size limits, and raise the named failures of errors.py.
"""

from requests import RequestException, Response

from advocacy.http.addresses import LONGEST_URL, plain
from advocacy.http.calling import call
from advocacy.http.errors import Blocked, BrokenOff, DoorError, TooLarge, TooSlow, Unreachable, WrongType
from advocacy.http.fetching import Fetched, fetch
from advocacy.http.sessions import api_session, user_agent

__all__ = [
    "LONGEST_URL",
    "Blocked",
    "BrokenOff",
    "DoorError",
    "Fetched",
    "RequestException",
    "Response",
    "TooLarge",
    "TooSlow",
    "Unreachable",
    "WrongType",
    "api_session",
    "call",
    "fetch",
    "plain",
    "user_agent",
]
