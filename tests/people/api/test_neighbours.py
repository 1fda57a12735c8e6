"""The API and the sandbox's API stand beside each other, and neither takes the other's rules."""

import pytest
from django.conf import settings as site
from django.test import Client
from pytest_django import Settings
from rest_framework.settings import api_settings
from rest_framework.views import APIView

from advocacy.sandbox.api.base import Endpoint as SandboxEndpoint
from people.api.endpoint import Endpoint
from tests.brands.api.house import a_key, bearer


def test_a_view_that_says_nothing_of_itself_is_closed() -> None:
    assert "rest_framework" not in site.INSTALLED_APPS  # its own pages and scripts exist nowhere
    assert [kind.__name__ for kind in APIView.permission_classes] == ["IsAdminUser"]
    assert (list(APIView.authentication_classes), list(APIView.throttle_classes)) == ([], [])
    assert [kind.__name__ for kind in api_settings.DEFAULT_RENDERER_CLASSES] == ["JSONRenderer"]


@pytest.mark.parametrize("kind", [Endpoint, SandboxEndpoint])
def test_each_says_itself_who_may_come(kind: type[APIView]) -> None:
    for name in ("authentication_classes", "permission_classes", "renderer_classes"):
        assert name in vars(kind), name
    assert "get_exception_handler" in vars(kind)


@pytest.mark.django_db
def test_the_sandbox_knows_no_keys_of_ours_and_none_of_our_limits(client: Client, settings: Settings) -> None:
    settings.API_PER_MINUTE = 1
    timeline = "/sandbox/x/2/users/by?usernames=ingrid"
    for headers in ({}, bearer(a_key())):
        assert client.get(timeline, headers=headers).status_code == 401
    theirs = {"Authorization": f"Bearer {settings.SANDBOX_BEARER_TOKEN}"}
    assert {client.get(timeline, headers=theirs).status_code for _ in range(3)} == {200}
    assert client.get("/api/v1/", headers=theirs).status_code == 401
