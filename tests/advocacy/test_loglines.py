"""Log lines as they are written: what opens a page without a password is never in them."""

import logging
from pathlib import Path

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import path
from gunicorn.config import Config

from advocacy import urls, webserver
from advocacy.loglines import Line

TOKEN = "Zk3-_xQ9" * 5 + "abc"  # as long as a real one


def fail(request: HttpRequest, token: str) -> HttpResponse:
    """Break, with addresses in the error too."""
    raise LookupError(f"nothing at /listing/{token}/leave/1/ or http://localhost/join/{token}")


urlpatterns = [path("invitations/<str:token>/yes/", fail), *urls.urlpatterns]


def written(caplog: pytest.LogCaptureFixture) -> str:
    """Return all records as the console's own formatter writes them."""
    formatter = next(
        handler.formatter for handler in logging.getLogger().handlers if isinstance(handler.formatter, Line)
    )
    return "\n".join(formatter.format(record) for record in caplog.records)


@pytest.mark.django_db
def test_a_post_without_its_csrf_token_is_logged_without_the_link_of_the_person(
    caplog: pytest.LogCaptureFixture,
) -> None:
    answer = Client(enforce_csrf_checks=True).post(f"/listing/{TOKEN}/")
    assert answer.status_code == 403
    lines = written(caplog)
    assert TOKEN not in lines
    assert "/listing/.../\n" in lines + "\n"


@pytest.mark.django_db
def test_a_wrong_method_is_logged_without_the_link(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    assert client.get(f"/listing/{TOKEN}/leave/1/").status_code == 405
    lines = written(caplog)
    assert TOKEN not in lines
    assert "/listing/.../leave/1/" in lines


@pytest.mark.django_db
@pytest.mark.parametrize("room", ["listing", "invitations", "join", "following", "letters", "letters/stop"])
def test_a_page_that_is_not_there_is_logged_without_the_link(
    client: Client, caplog: pytest.LogCaptureFixture, room: str
) -> None:
    client.get(f"/{room}/{TOKEN}/nowhere/")
    lines = written(caplog)
    assert TOKEN not in lines
    assert f"/{room}/.../nowhere/" in lines


@pytest.mark.urls("tests.advocacy.test_loglines")
@pytest.mark.django_db
def test_an_error_is_logged_without_the_link_in_its_line_and_in_its_traceback(
    caplog: pytest.LogCaptureFixture,
) -> None:
    client = Client(raise_request_exception=False)
    assert client.get(f"/invitations/{TOKEN}/yes/").status_code == 500
    lines = written(caplog)
    assert TOKEN not in lines
    assert "Internal Server Error: /invitations/.../yes/" in lines
    assert "LookupError: nothing at /listing/.../leave/1/ or http://localhost/join/..." in lines


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (f"GET /listing/{TOKEN}/?a=/join/{TOKEN} HTTP/1.1", "GET /listing/.../?a=/join/... HTTP/1.1"),
        (f"/listing/{TOKEN}?next=1", "/listing/...?next=1"),
        (f"'/listing/{TOKEN}'", "'/listing/...'"),
        (f"%2Flisting%2F{TOKEN}%2Fleave", "%2Flisting%2F...%2Fleave"),
        (f"/listing//{TOKEN}/", "/listing//.../"),
        ("/studio/vesper/invitations/12/resend/", "/studio/vesper/invitations/12/resend/"),
        ("/studio/vesper/join/", "/studio/vesper/join/"),
        ("joining /brands/vesper/", "joining /brands/vesper/"),
    ],
)
def test_what_follows_the_room_is_left_out_up_to_the_next_slash(said: str, shown: str) -> None:
    record = logging.LogRecord("a", logging.WARNING, "", 0, "%s", (said,), None)
    assert Line("%(message)s").format(record) == shown


def test_a_message_cannot_forge_a_line() -> None:
    record = logging.LogRecord("a", logging.WARNING, "", 0, "%s", ("one\nERROR two",), None)
    assert Line("%(message)s").format(record) == "one\\nERROR two"


def test_a_request_as_django_names_it_is_written_without_the_link() -> None:
    request = RequestFactory().get(f"/join/{TOKEN}/")
    record = logging.LogRecord("a", logging.WARNING, "", 0, "%r", (request,), None)
    assert Line("%(message)s").format(record) == "<WSGIRequest: GET '/join/.../'>"


def test_the_web_servers_own_logs_are_written_without_the_link(tmp_path: Path) -> None:
    config = Config()
    config.set("accesslog", str(tmp_path / "access"))
    config.set("errorlog", str(tmp_path / "error"))
    config.set("logger_class", webserver.logger_class)
    log = config.logger_class(config)
    try:
        log.access_log.info('"GET /listing/%s/ HTTP/1.1" 200', TOKEN)
        log.error("Error handling request /join/%s/", TOKEN)
    finally:
        for handler in (*log.access_log.handlers, *log.error_log.handlers):
            handler.close()
        log.access_log.handlers, log.error_log.handlers = [], []
    assert (tmp_path / "access").read_text() == '"GET /listing/.../ HTTP/1.1" 200\n'
    assert (tmp_path / "error").read_text().endswith("Error handling request /join/.../\n")
