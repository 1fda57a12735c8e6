"""The only door to the outside. No other module opens a connection (a test looks).

`api_session` hands clients of a configured API (tweepy) their session; `fetch` gets a URL that somebody else wrote.
Both check the address at the socket, keep time and size limits, and raise the named failures of errors.py.
"""

from requests import RequestException, Response

from advocacy.http.errors import Blocked, BrokenOff, DoorError, TooLarge, TooSlow, Unreachable, WrongType
from advocacy.http.fetching import Fetched, fetch
from advocacy.http.sessions import api_session, user_agent

__all__ = [
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
    "fetch",
    "user_agent",
]
