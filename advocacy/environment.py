"""Reads the environment for the settings; whatever cannot be right stops the start and names its variable."""

import builtins
import os
import re
from collections import ChainMap
from collections.abc import Collection
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

import environ
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured

YES = ("1", "true", "yes", "on")
NO = ("0", "false", "no", "off", "")
BROKERS = ("redis", "rediss", "redis+socket")
WEB = ("http", "https")
_BREAKS = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")


def _wrong(name: str, must: str) -> ImproperlyConfigured:
    """Say what a variable must look like; the value itself is left out where it may hold a password."""
    return ImproperlyConfigured(f"{name} {must}")


def _split(address: str) -> SplitResult | None:
    """Take an address apart; None where it is none: an unclosed bracket, a port that cannot be, a line break in it."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return None
    spaced = re.search(r"\s", parts.netloc)
    return None if port == 0 or spaced or _BREAKS.search(address) else parts


def _is_web(address: str) -> bool:
    parts = _split(address)
    if parts is None or re.search(r"\s", address):
        return False
    return bool(parts.scheme in WEB and parts.hostname and not parts.query and not parts.fragment)


class Environment(environ.Env):  # type: ignore[misc] # environ comes without types
    """environ.Env, but strict: django-environ takes any word for False and tells no variable's name."""

    def from_files(self, *names: str) -> None:
        """Let these variables be files instead, as containers get secrets: NAME_FILE is the path of one."""
        found: dict[str, str] = {}
        for name in names:
            path = os.environ.get(f"{name}_FILE", "")
            if not path:
                continue
            if os.environ.get(name):
                raise _wrong(f"{name}_FILE", f"is set beside {name}; set one of the two")
            try:
                found[name] = Path(path).read_text(encoding="utf-8").strip()
            except (OSError, ValueError) as error:
                why = getattr(error, "strerror", "") or "it is no text"
                raise _wrong(f"{name}_FILE", f"is {path!r}, which cannot be read: {why}") from None
            if not found[name]:
                raise _wrong(f"{name}_FILE", f"is {path!r}, and nothing is in it")
        self.ENVIRON = ChainMap(found, os.environ)

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
        address = str(self.str(var, default=default))
        found: dict[str, Any] = {}
        try:
            scheme, netloc = urlsplit(address)[:2]
            file = scheme == "sqlite" and netloc in {"", ":memory:"}
            if file or scheme in {"postgres", "postgresql"}:
                found = self.db_url_config(address)
        except ValueError:  # a port that cannot be
            file = False
        if not found.get("NAME") or not (file or found["HOST"] or found.get("OPTIONS", {}).get("host")):
            raise _wrong(var, "must look like postgres://user:password@host:5432/name or sqlite:////folder/file")
        return found

    def broker(self, var: str, *, default: str) -> str:
        """Return the address of a Redis or Valkey server, or "" where there is none."""
        address = str(self.str(var, default=default))
        parts = _split(address)
        where = parts and (parts.path if parts.scheme == "redis+socket" else parts.hostname)
        if address and not (parts and where and parts.scheme in BROKERS):
            raise _wrong(var, "must look like redis://host:6379/0")
        return address

    def mail(self, var: str) -> dict[str, Any]:
        """Return Django's settings for the mail server at an address such as smtp+tls://user:password@host:587."""
        try:
            found: dict[str, Any] = self.email_url(var)
        except (ImproperlyConfigured, ValueError):
            found = {}
        by_smtp = "smtp" in found.get("EMAIL_BACKEND", "smtp")
        if by_smtp and not found.get("EMAIL_HOST"):
            raise _wrong(var, "must look like smtp+tls://user:password@host:587")
        return found

    def fernet_keys(self, var: str, *, default: str | None) -> list[str]:
        """Return the keys that seal secrets in the database, newest first."""
        keys = re.split(r"[,\s]+", str(self.str(var, default=default or "")).strip(", \n"))
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
        parts = _split(address)
        if not (parts and _is_web(address)) or parts.path or "@" in parts.netloc:
            raise _wrong(var, f"is {address!r}; it must look like https://people.example.com")
        return address

    def web(self, var: str, *, default: str, or_path: builtins.bool = False) -> str:
        """Return an http(s) address without a final slash; or_path: a path of this site may stand there too."""
        address = str(self.str(var, default=default)).rstrip("/")
        here = or_path and re.fullmatch(r"/[\w.~-][\w./~-]*", address, re.ASCII)
        if not here and not _is_web(address):
            more = " or, on this site, like /folder" if or_path else ""
            raise _wrong(var, f"must look like https://x.example.com{more}")
        return address

    def line(self, var: str, *, default: str) -> str:
        """Return words of one line."""
        words = str(self.str(var, default=default))
        if not words.strip() or _BREAKS.search(words):
            raise _wrong(var, "must be one line of text, without line breaks")
        return words

    def token(self, var: str) -> str:
        """Return a key that goes into a header, or "" where there is none."""
        token = str(self.str(var, default=""))
        if not re.fullmatch(r"[!-~]*", token):
            raise _wrong(var, "must be one word, without spaces or line breaks")
        return token

    def contact(self, var: str) -> str:
        """Return where somebody is reached, as an address with its scheme; "" where nobody is named."""
        words = str(self.str(var, default=""))
        if re.fullmatch(r"[^@\s:/]+@[^@\s:/]+", words, re.ASCII):
            return f"mailto:{words}"
        if words and not (words.startswith("https://") and _is_web(words)):
            raise _wrong(var, f"is {words!r}; it must be an e-mail address or look like https://example.com/security")
        return words

    def mailbox(self, var: str) -> str:
        """Return an e-mail address, or "" where there is none."""
        found = self.contact(var)
        if found.startswith("https:"):
            raise _wrong(var, "must be an e-mail address")
        return found.removeprefix("mailto:")

    def slug(self, var: str) -> str:
        """Return the last part of a page's address, or "" where there is none."""
        slug = str(self.str(var, default=""))
        if not re.fullmatch(r"[\w-]*", slug, re.ASCII):
            raise _wrong(var, f"is {slug!r}; it must look like night-trains: letters, digits and hyphens")
        return slug

    def among(self, var: str, choices: Collection[str], *, default: str) -> str:
        """Return one of these words, as it is written here."""
        word = str(self.str(var, default=default))
        if word.upper() not in choices:
            raise _wrong(var, f"is {word!r}; it must be one of {', '.join(choices)}")
        return word.upper()

    def doors(self, var: str, *, default: list[str]) -> frozenset[str]:
        """Return pairs of host and port, each as host:port."""
        doors = [str(door).strip() for door in self.list(var, default=default)]
        for door in doors:
            parts = _split(f"//{door}")
            if not (parts and parts.hostname and parts.port and parts.netloc == door and "@" not in door):
                raise _wrong(var, f"names {door!r}; each must look like 127.0.0.1:8000, with commas between")
        return frozenset(doors)

    def folder(self, var: str, *, default: Path, written: builtins.bool) -> Path:
        """Return a folder, made if it is not there, for nobody else to look into; written: we must be able to write."""
        folder = Path(self.str(var, default=str(default))).absolute()
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except (OSError, ValueError) as error:
            why = error.strerror if isinstance(error, OSError) else error
            raise _wrong(var, f"is {str(folder)!r}, which cannot be made: {why}") from None
        if written and not os.access(folder, os.W_OK | os.X_OK):
            raise _wrong(var, f"is {str(folder)!r}, which cannot be written to")
        return folder
