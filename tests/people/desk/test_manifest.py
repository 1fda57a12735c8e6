"""The desk can be installed under the site's own name, with pictures that phones take."""

import json
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings as site
from django.contrib.staticfiles import finders
from django.test import Client
from PIL import Image
from pytest_django import Settings

AT = "/manifest.webmanifest"


@pytest.mark.django_db
def test_the_desk_is_installed_under_the_sites_name(settings: Settings) -> None:
    settings.SITE_NAME = "Voices of Vesper"
    answer = Client().get(AT)
    assert answer.status_code == 200
    said = json.loads(answer.content)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/manifest+json")
    assert (said["name"], said["short_name"]) == ("Voices of Vesper, my desk", "Voices of Vesper")
    assert (said["share_target"]["action"], said["start_url"]) == ("/desk/share/", "/desk/write/")
    assert not answer.cookies


@pytest.mark.django_db
def test_each_picture_has_the_size_that_is_said() -> None:
    icons = json.loads(Client().get(AT).content)["icons"]
    assert {"192x192", "512x512"} <= {one["sizes"] for one in icons}
    assert "maskable" in {one.get("purpose") for one in icons}
    sizes = {one["src"].rsplit("/", 1)[-1]: one["sizes"] for one in icons if one["type"] == "image/png"}
    for name, size in {**sizes, "apple-touch-icon.png": "180x180"}.items():
        found = finders.find(name)
        assert found, name
        with Image.open(BytesIO(Path(found).read_bytes())) as picture:
            assert f"{picture.width}x{picture.height}" == size


def test_the_desks_pages_name_both() -> None:
    frame = (Path(site.BASE_DIR) / "templates" / "desk" / "frame.html").read_text()
    assert "{% url 'desk-manifest' %}" in frame
    assert "apple-touch-icon" in frame
