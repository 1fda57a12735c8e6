"""Settings: nonsense stops the start and names its variable; production settings pass Django's deployment check."""

import os
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
    ],
)
def test_nonsense_stops_the_start_and_names_its_variable(tmp_path: Path, name: str, value: str) -> None:
    status, said = manage(tmp_path, {name: value}, "check")
    assert status == 2
    assert said.startswith(name)
    assert said.count("\n") == 1


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
