"""Reads the environment for the settings; whatever cannot be right stops the start and names its variable."""

import os
from typing import Any
from urllib.parse import urlsplit

import environ
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured

YES = ("1", "true", "yes", "on")
NO = ("0", "false", "no", "off", "")
DATABASES = ("postgres", "postgresql", "sqlite")
BROKERS = ("redis", "rediss", "redis+socket")


def _wrong(name: str, must: str) -> ImproperlyConfigured:
    """Say what a variable must look like; the value itself is left out where it may hold a password."""
    return ImproperlyConfigured(f"{name} {must}")


class Environment(environ.Env):  # type: ignore[misc] # environ comes without types
    """environ.Env, but strict: django-environ takes any word for False and tells no variable's name."""

    def int(self, var: str, default: Any = environ.Env.NOTSET, *, lowest: int = 0, highest: int | None = None) -> int:
        """Return a whole number within the bounds."""
        try:
            number = int(super().int(var, default=default))
        except ValueError:
            raise _wrong(var, f"is {os.environ[var]!r}; it must be a whole number") from None
        if number < lowest or (highest is not None and number > highest):
            bounds = f"between {lowest} and {highest}" if highest is not None else f"{lowest} or more"
            raise _wrong(var, f"is {number}; it must be {bounds}")
        return number

    def bool(self, var: str, default: Any = environ.Env.NOTSET) -> bool:
        """Return whether a switch is on."""
        word = str(self.str(var, default="yes" if default is True else "no" if default is False else default)).lower()
        if word not in YES + NO:
            raise _wrong(var, f"is {word!r}; it must be yes or no")
        return word in YES

    def database(self, var: str, *, default: str) -> dict[str, Any]:
        """Return Django's settings for the database at an address such as postgres://user:password@host/name."""
        address = self.str(var, default=default)
        if urlsplit(address).scheme not in DATABASES:
            raise _wrong(var, "must look like postgres://user:password@host:5432/name or sqlite:////folder/file")
        found: dict[str, Any] = self.db_url_config(address)
        return found

    def broker(self, var: str, *, default: str) -> str:
        """Return the address of a Redis or Valkey server, or "" where there is none."""
        address = str(self.str(var, default=default))
        if address and urlsplit(address).scheme not in BROKERS:
            raise _wrong(var, "must look like redis://host:6379/0")
        return address

    def mail(self, var: str) -> dict[str, Any]:
        """Return Django's settings for the mail server at an address such as smtp+tls://user:password@host:587."""
        try:
            found: dict[str, Any] = self.email_url(var)
        except (ImproperlyConfigured, ValueError):
            raise _wrong(var, "must look like smtp+tls://user:password@host:587") from None
        return found

    def fernet_keys(self, var: str, *, default: str | None) -> list[str]:
        """Return the keys that seal secrets in the database, newest first."""
        keys = [key.strip() for key in str(self.str(var, default=default or "")).split(",") if key.strip()]
        try:
            for key in keys:
                Fernet(key)
        except ValueError:
            keys = []
        if not keys:
            raise _wrong(var, "must be one or more keys, each made by: python3 tools/make_keys.py")
        return keys

    def site(self, var: str, *, default: str) -> str:
        """Return the site's own address without a final slash."""
        address = str(self.str(var, default=default)).rstrip("/")
        parts = urlsplit(address)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path:
            raise _wrong(var, f"is {address!r}; it must look like https://people.example.com")
        return address
