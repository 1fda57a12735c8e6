"""Settings: nonsense stops the start and names its variable; production settings pass Django's deployment check."""

import os
import runpy
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from advocacy.environment import Environment

PRODUCTION = {
    "PROFILE": "production",
    "SECRET_KEY": "a-key-of-this-test-only-that-is-long-enough-for-the-check-0123456789",
    "ENCRYPTION_KEYS": Fernet.generate_key().decode(),
    "SITE_URL": "https://people.example.com",
    "DATABASE_URL": "postgres://chorus:secret@database.example:5432/chorus",
    "REDIS_URL": "redis://broker.example:6379/0",
    "EMAIL_URL": "smtp+tls://user:secret@mail.example:587",
}


def manage(tmp_path: Path, env: dict[str, str], *words: str) -> tuple[int, str]:
    """Run manage.py in an environment of its own."""
    env = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path), **env}
    command = [sys.executable, "-W", "error::RuntimeWarning", "manage.py", *words]
    done = subprocess.run(command, cwd=settings.BASE_DIR, env=env, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def refused(env: dict[str, str]) -> str:
    """Return why the settings refuse an environment of their own, or "" where they do not."""
    with pytest.MonkeyPatch.context() as patch:
        for name in os.environ:
            patch.delenv(name)
        for name, value in env.items():
            patch.setenv(name, value)
        try:
            runpy.run_path(str(settings.BASE_DIR / "advocacy" / "settings.py"))
        except ImproperlyConfigured as refusal:
            return str(refusal)
    return ""


def test_production_settings_pass_the_deployment_check(tmp_path: Path) -> None:
    assert manage(tmp_path, PRODUCTION, "check", "--deploy", "--fail-level", "WARNING") == (
        0,
        "System check identified no issues (0 silenced).\n",
    )


@pytest.mark.parametrize("name", ["SECRET_KEY", "ENCRYPTION_KEYS", "SITE_URL", "REDIS_URL", "EMAIL_URL"])
def test_production_does_not_start_without_what_it_needs(tmp_path: Path, name: str) -> None:
    status, said = manage(tmp_path, {k: v for k, v in PRODUCTION.items() if k != name}, "check")
    assert status == 2
    assert name in said
    assert "Traceback" not in said


def test_production_does_not_fall_back_to_a_database_file(tmp_path: Path) -> None:
    status, said = manage(tmp_path, {k: v for k, v in PRODUCTION.items() if k != "DATABASE_URL"}, "check")
    assert (status, "DATABASE_URL" in said) == (2, True)


def test_the_sandbox_and_the_mail_page_do_not_exist_in_production(tmp_path: Path) -> None:
    code = (
        "from django.conf import settings; from django.urls import resolve, Resolver404\n"
        "print(settings.SANDBOX, settings.MAILBOX, settings.DEBUG, settings.DOOR_ALLOW)\n"
        "for path in ('/sandbox/', '/mail/'):\n"
        "    try: print(resolve(path))\n"
        "    except Resolver404: print('404')\n"
    )
    env = {**PRODUCTION, "SANDBOX": "yes", "DOOR_ALLOW": "127.0.0.1:80"}
    status, said = manage(tmp_path, env, "shell", "-v0", "-c", code)
    assert (status, said.split("\n")[:3]) == (0, ["False False False frozenset()", "404", "404"])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eighty"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PROFILE", "prod"),
        ("SITE_URL", "people.example.com"),
        ("DEBUG", "perhaps"),
        ("DATABASE_URL", "mysql://database/chorus"),
        ("REDIS_URL", "broker:6379"),
        ("EMAIL_URL", "mail.example"),
        ("ENCRYPTION_KEYS", "short"),
        *(("SITE_URL", f"https://people.example.com{more}") for more in (":0", ":65536", ":x", "/a", "?a", " b")),
        *(("SITE_NAME", name) for name in (" ", "Chorus\nBcc: x@example.org")),
        *(("HOME_BRAND", slug) for slug in ("night trains", "/brands/vesper/")),
        ("DEFAULT_FROM_EMAIL", "Chorus <a@example.org>\r\nBcc: x@example.org"),
        *(("CONTACT_EMAIL", address) for address in ("us", "https://example.org/ask", "a@b.example\nBcc: x@b.example")),
        *(("DATABASE_URL", f"postgres://{rest}") for rest in ("", "host", "/name", "user@/name", "host:99999/name")),
        *(("DATABASE_URL", address) for address in ("chorus.sqlite3", "sqlite://folder/file")),
        *(("REDIS_URL", address) for address in ("redis://", "redis:///0", "redis+socket://", "redis://host:99999/0")),
        *(("EMAIL_URL", address) for address in ("smtp+tls://", "smtp://:587", "smtp://mail.example:99999")),
        *(
            ("X_API_BASE", address)
            for address in ("api.x.com", "ftp://api.x.com", "https://", "/sandbox", "https://a b")
        ),
        *(("X_WEB_BASE", address) for address in ("x.com", "//x.com", "/", "javascript:alert(1)", "https://x.com?a")),
        *(("X_BEARER_TOKEN", token) for token in ("Bearer AAAA", "AAAA\n", "ÄÄÄ")),
        *(("SYNC_SHORTEST_SECONDS", seconds) for seconds in ("29", "-1", "601", "often")),
        *(("SYNC_LONGEST_SECONDS", seconds) for seconds in ("29", "9" * 12)),
        *(("COMPLIANCE_SECONDS", seconds) for seconds in ("0", "9" * 12)),
        *(("PROFILE_REFRESH_SECONDS", seconds) for seconds in ("0", "9" * 12)),
        *(("POST_PICTURES_DAYS", days) for days in ("-1", "36501")),
        *(
            ("DOOR_ALLOW", doors)
            for doors in ("127.0.0.1", "http://127.0.0.1:80", "127.0.0.1:80,host:0", "127.0.0.1:80/a")
        ),
        *(("LOG_LEVEL", level) for level in ("LOUD", "20")),
        *(("DATA_DIR", folder) for folder in ("/proc/chorus", "/dev/null", "/dev/null/chorus")),
    ],
)
def test_nonsense_stops_the_start_and_names_its_variable(tmp_path: Path, name: str, value: str) -> None:
    said = refused({"DATA_DIR": str(tmp_path), name: value})
    assert said.startswith(f"{name} ")
    assert "\n" not in said


@pytest.mark.parametrize(
    "env",
    [
        {"SITE_URL": "https://people.example.com:8443", "SITE_NAME": "Nächte im Zug", "HOME_BRAND": "night-trains"},
        {"DATABASE_URL": "postgres://chorus@//run/postgresql/chorus", "REDIS_URL": "redis+socket:///a b/socket"},
        {"DATABASE_URL": "postgres:///chorus?host=/run/postgresql", "REDIS_URL": "rediss://user:pass@host:6380/1"},
        {"DATABASE_URL": "sqlite:////tmp/a b/file", "EMAIL_URL": "smtp://localhost"},
        {"DATABASE_URL": "sqlite://:memory:", "EMAIL_URL": "consolemail://"},
        {"X_API_BASE": "http://127.0.0.1:8000/sandbox/x", "X_WEB_BASE": "/sandbox/", "X_BEARER_TOKEN": "AAA%2B/=-_."},
        {"X_WEB_BASE": "https://x.com/", "SYNC_SHORTEST_SECONDS": "30", "SYNC_LONGEST_SECONDS": "30"},
        {"PROFILE_REFRESH_SECONDS": "1", "COMPLIANCE_SECONDS": "1", "POST_PICTURES_DAYS": "0", "LOG_LEVEL": "warning"},
        {"DOOR_ALLOW": "127.0.0.1:80, [::1]:81,localhost:82"},
        {"DOOR_ALLOW": "", "HOME_BRAND": "", "X_BEARER_TOKEN": "", "REDIS_URL": "", "EMAIL_URL": ""},
    ],
)
def test_what_makes_sense_is_taken(tmp_path: Path, env: dict[str, str]) -> None:
    assert refused({"DATA_DIR": str(tmp_path), **env}) == ""


def test_the_shortest_pause_between_readings_is_no_longer_than_the_longest(tmp_path: Path) -> None:
    env = {"DATA_DIR": str(tmp_path), "SYNC_SHORTEST_SECONDS": "400", "SYNC_LONGEST_SECONDS": "300"}
    assert refused(env) == "SYNC_SHORTEST_SECONDS is 400; it must be between 30 and 300"


def test_a_refusal_of_the_settings_is_one_line_of_the_command(tmp_path: Path) -> None:
    said = "SYNC_LONGEST_SECONDS is 5; it must be between 30 and 31622400\n"
    assert manage(tmp_path, {"SYNC_LONGEST_SECONDS": "5"}, "check") == (2, said)


def test_a_value_that_may_hold_a_password_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "mysql://user:secret@host/name")
    with pytest.raises(ImproperlyConfigured) as told:
        Environment().database("DATABASE_URL", default="")
    assert "secret" not in str(told.value)


@pytest.mark.parametrize(("word", "meant"), [("yes", True), ("1", True), ("On", True), ("no", False), ("", False)])
def test_a_switch_is_read_in_the_usual_words(monkeypatch: pytest.MonkeyPatch, word: str, meant: bool) -> None:
    monkeypatch.setenv("SWITCH", word)
    assert Environment().bool("SWITCH", default=not meant) is meant


def test_several_keys_are_read_newest_first(monkeypatch: pytest.MonkeyPatch) -> None:
    new, old = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    monkeypatch.setenv("ENCRYPTION_KEYS", f"{new}, {old}")
    assert Environment().fernet_keys("ENCRYPTION_KEYS", default=None) == [new, old]


def test_secrets_may_lie_in_files_and_what_cannot_be_read_is_told_without_them(tmp_path: Path) -> None:
    new, old = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    keys, empty = tmp_path / "keys", tmp_path / "empty"
    keys.write_text(f"{new}\n{old}\n")
    empty.write_text("\n")
    code = "from django.conf import settings; print(settings.ENCRYPTION_KEYS)"
    env = {**PRODUCTION, "ENCRYPTION_KEYS_FILE": str(keys)}
    del env["ENCRYPTION_KEYS"]
    assert manage(tmp_path, env, "shell", "-v0", "-c", code) == (0, f"{[new, old]}\n")
    own = {"DATA_DIR": str(tmp_path)}
    assert refused({**own, "ENCRYPTION_KEYS_FILE": str(empty)}).endswith("and nothing is in it")
    assert "No such file" in refused({**own, "EMAIL_URL_FILE": str(tmp_path / "none")})
    both = refused({**own, "ENCRYPTION_KEYS_FILE": str(keys), "ENCRYPTION_KEYS": new})
    assert both == "ENCRYPTION_KEYS_FILE is set beside ENCRYPTION_KEYS; set one of the two"
