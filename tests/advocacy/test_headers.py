"""Headers: what every answer carries, and what a signed-in reader's answers carry besides."""

import pytest
from django.test import Client

from people.logins import login_for

pytestmark = pytest.mark.django_db
POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
}


@pytest.mark.parametrize("path", ["/", "/livez", "/sign-in/login/", "/home/", "/not-here/", "/static/voices.css"])
def test_every_answer_carries_the_whole_policy(client: Client, path: str) -> None:
    answer = client.get(path)
    answer.close()
    assert set(answer["Content-Security-Policy"].split("; ")) == POLICY
    assert answer["Permissions-Policy"].startswith("accelerometer=(), camera=()")


@pytest.mark.parametrize("path", ["/", "/livez", "/sign-in/login/", "/home/", "/not-here/"])
def test_every_page_refuses_frames_sniffing_and_foreign_openers(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["Referrer-Policy"] == "strict-origin-when-cross-origin"


def test_a_form_without_its_token_is_refused_with_the_policy_too() -> None:
    answer = Client(enforce_csrf_checks=True).post("/sign-in/login/", {"login": "a@example.org"})
    assert answer.status_code == 403
    assert set(answer["Content-Security-Policy"].split("; ")) == POLICY


def test_what_a_signed_in_reader_sees_is_kept_nowhere_and_not_indexed(client: Client) -> None:
    client.force_login(login_for("amara@example.org"))
    answer = client.get("/")
    assert (answer["Cache-Control"], answer["X-Robots-Tag"]) == ("no-store", "noindex")
    look = client.get("/static/voices.css")
    look.close()
    assert look["Cache-Control"] != "no-store"


def test_a_stranger_gets_a_public_page_without_session_or_noindex(client: Client) -> None:
    answer = client.get("/")
    assert "X-Robots-Tag" not in answer
    assert "session" not in answer.cookies
    assert answer.get("Cache-Control", "") != "no-store"


def test_the_sign_in_pages_are_not_indexed(client: Client) -> None:
    assert client.get("/sign-in/login/")["X-Robots-Tag"] == "noindex"


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(client: Client) -> None:
    client.get("/sign-in/login/")
    assert (client.cookies["csrf"]["httponly"], client.cookies["csrf"]["samesite"]) == (True, "Lax")
    login_for("amara@example.org", password="nine lanterns over Brenner", verified=True)
    client.post("/sign-in/login/", {"login": "amara@example.org", "password": "nine lanterns over Brenner"})
    assert (client.cookies["session"]["httponly"], client.cookies["session"]["samesite"]) == (True, "Lax")
