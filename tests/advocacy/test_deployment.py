"""The compose file and the image: they parse, name what exists, and bring no secret."""

import importlib.util
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings

ROOT = Path(settings.BASE_DIR)


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return read


def test_the_services_are_web_worker_beat_and_their_servers(compose: dict[str, Any]) -> None:
    assert set(compose["services"]) == {"migrate", "web", "worker", "beat", "database", "broker"}
    assert compose["services"]["database"]["image"] == "postgres:18"
    assert compose["services"]["broker"]["image"] == "redis:8"


def test_web_worker_and_servers_have_a_health_check(compose: dict[str, Any]) -> None:
    with_check = {name for name, told in compose["services"].items() if "test" in told.get("healthcheck", {})}
    assert with_check == {"web", "worker", "database", "broker"}


def test_only_the_web_server_is_reachable_and_only_from_this_machine(compose: dict[str, Any]) -> None:
    ports = {name: told["ports"] for name, told in compose["services"].items() if "ports" in told}
    assert ports == {"web": ["127.0.0.1:8000:8000"]}


def test_the_commands_name_modules_and_files_that_exist(compose: dict[str, Any]) -> None:
    commands = {name: told["command"].split() for name, told in compose["services"].items() if "command" in told}
    assert commands["migrate"][:3] == ["python", "manage.py", "migrate"]
    assert commands["web"] == ["gunicorn", "-c", "python:advocacy.webserver"]
    assert commands["worker"][:4] == ["celery", "-A", "advocacy", "worker"]
    assert commands["beat"][:4] == ["celery", "-A", "advocacy", "beat"]
    for module in ("gunicorn", "celery", "advocacy.webserver", "advocacy.celery", "advocacy.wsgi"):
        assert importlib.util.find_spec(module), module
    probe = compose["services"]["web"]["healthcheck"]["test"][-1]
    assert (ROOT / probe).is_file()


def test_no_secret_has_a_default(compose: dict[str, Any]) -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    assert re.findall(r"\$\{(\w+):?-", text) == []
    assert re.findall(r"(?im)^\s+\w*(?:password|secret|key)\w*:\s*(\S+)", text) == ["${POSTGRES_PASSWORD:?set"]
    example = dict(
        line.split("=", 1) for line in (ROOT / ".env.example").read_text().splitlines() if re.match(r"[A-Z_]+=", line)
    )
    assert {name for name, value in example.items() if value} == {"SITE_NAME", "TRUSTED_PROXIES"}
    assert compose["services"]["web"]["env_file"] == ".env"


def test_the_image_runs_as_nobody_special_from_hashed_requirements() -> None:
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    users = [line.split()[1] for line in lines if line.startswith("USER ")]
    assert users == ["chorus"]
    assert lines.index("USER chorus") > max(i for i, line in enumerate(lines) if line.startswith("RUN "))
    installs = [line for line in lines if " pip " in line]
    assert len(installs) == 2
    assert all("--require-hashes" in line for line in installs)
    copied = [
        word for line in lines if line.startswith("COPY ") and "--from" not in line for word in line.split()[1:-1]
    ]
    assert [name for name in copied if not (ROOT / name).exists()] == []
