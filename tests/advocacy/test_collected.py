"""Static files are named by their content, come compressed, and browsers keep them for good."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pytest
from django.conf import settings as site
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from pytest_django import Settings
from whitenoise.middleware import WhiteNoiseMiddleware

from advocacy import collected

BOTH = [site.STATIC_STORAGES["local"], site.STATIC_STORAGES["production"]]


@pytest.fixture
def root(settings: Settings, tmp_path: Path) -> Path:
    """A folder to collect into, in the local profile."""
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": site.STATIC_STORAGES["local"]}}
    settings.STATIC_ROOT.mkdir()
    return Path(settings.STATIC_ROOT)


class Given(NamedTuple):
    """How a file was answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def for_good(self) -> bool:
        """Whether a browser keeps it without asking again."""
        return "immutable" in self.headers["Cache-Control"]


def answer(path: str, **headers: str) -> Given:
    """Ask the web server's static files for an address."""

    def nothing(request: HttpRequest) -> HttpResponse:
        return HttpResponse(status=404)

    given = WhiteNoiseMiddleware(nothing)(RequestFactory().get(path, headers=headers))
    body = given.getvalue()
    given.close()
    return Given(given.status_code, given.headers, body)


@pytest.mark.parametrize("backend", BOTH)
def test_a_file_is_named_by_its_content_compressed_and_kept_for_good(
    backend: str, root: Path, settings: Settings
) -> None:
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": backend}}
    settings.WHITENOISE_USE_FINDERS = backend == BOTH[0]
    assert collected.collect()
    url = staticfiles_storage.url("voices.css")
    assert re.fullmatch(r"/static/voices\.[0-9a-f]{12}\.css", url)
    sizes = {}
    for encoding in ("br", "gzip", ""):
        given = answer(url, **{"Accept-Encoding": encoding} if encoding else {})
        assert (given.status, given.headers.get("Content-Encoding", "")) == (200, encoding)
        assert {"immutable", "public"} < {*given.headers["Cache-Control"].split(", ")}
        assert int(re.findall(r"max-age=(\d+)", given.headers["Cache-Control"])[0]) >= 31_536_000
        assert "Accept-Encoding" in given.headers["Vary"]
        sizes[encoding] = len(given.body)
    assert sizes["br"] < sizes["gzip"] < sizes[""]
    plain = answer("/static/voices.css")
    assert (plain.status, plain.for_good) == (200, False)
    # a style sheet names the font by its content too
    style = answer(url).body.decode()
    fonts = re.findall(r'url\("?([^")]+\.woff2)"?\)', style)
    assert fonts
    assert all(re.search(r"\.[0-9a-f]{12}\.woff2\Z", font) for font in fonts)
    assert all(answer(f"/static/{font}").for_good for font in fonts)


def test_files_are_collected_again_only_when_one_has_changed(root: Path, settings: Settings, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    settings.STATICFILES_DIRS = [source]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    (source / "a.css").write_text("a { color: red }")
    assert (collected.collect(), collected.collect()) == (True, False)
    before = staticfiles_storage.url("a.css")
    (source / "a.css").write_text("a { color: tan }")
    assert (collected.collect(), collected.collect()) == (True, False)
    assert staticfiles_storage.url("a.css") not in {before, "/static/a.css"}


def test_files_that_nobody_collected_keep_their_names_and_are_found_where_they_lie(
    root: Path, settings: Settings
) -> None:
    settings.WHITENOISE_USE_FINDERS = True
    assert staticfiles_storage.url("voices.css") == "/static/voices.css"
    given = answer("/static/voices.css")
    assert (given.status, given.for_good) == (200, False)
