"""Misbehaviour on request: which fault meets a call, and what it does to the answer."""

import contextlib
import socket
import time
from collections.abc import Iterator

from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from advocacy.sandbox.models import Fault

GARBAGE = "<!DOCTYPE html><html><head><title>Something went wrong</title></head><body><p>Hang tight.</p></body></html>"


class Dropped(ConnectionError):
    """The answer ends in mid-air because a fault says so."""


def meet(endpoint: str, *, page: int = 1, account: int | None = None) -> Fault | None:
    """Return the oldest fault that meets this call, having used one of its times, or None."""
    rows = Fault.objects.filter(Q(page=None) | Q(page=page), Q(account=None) | Q(account=account), endpoint=endpoint)
    for fault in rows.filter(Q(times=None) | Q(times__gt=0)).order_by("pk"):
        used = Fault.objects.filter(pk=fault.pk, times__gt=0).update(times=F("times") - 1)
        if fault.times is None or used:
            if not fault.after:
                wait(fault)
            return fault
    return None


def wait(fault: Fault) -> None:
    """Let the time of a slow answer pass: before the call is done, or after it where the fault says so."""
    if fault.delay:
        time.sleep(fault.delay)


def spoiled(fault: Fault, request: HttpRequest, response: HttpResponse) -> HttpResponseBase:
    """Return what the caller gets instead of this rendered answer.

    drop closes the connection without an answer; truncate sends half a body under headers that fit the half; both
    together send half a body under headers that promise the whole, and close.
    """
    if fault.garbage:
        return HttpResponse(GARBAGE, content_type="text/html; charset=utf-8")
    if fault.drop:
        return _dropped(request, response, half=fault.truncate)
    if fault.truncate:
        response.content = response.content[: len(response.content) // 2]
    return response


def _dropped(request: HttpRequest, response: HttpResponse, *, half: bool) -> HttpResponseBase:
    whole = response.content
    connection = request.META.get("gunicorn.socket")

    def body() -> Iterator[bytes]:
        yield whole[: len(whole) // 2]
        _hang_up(connection)
        raise Dropped

    if half:
        headers = {"Content-Length": str(len(whole)), "Content-Type": response["Content-Type"]}
        return StreamingHttpResponse(body(), headers=headers)
    _hang_up(connection)
    raise Dropped


def _hang_up(connection: socket.socket | None) -> None:
    if connection is not None:
        with contextlib.suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)
