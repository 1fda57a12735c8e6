"""Sixty lives of deliveries with processes killed at every step; `make faults` runs many more, on a durable disk."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_sixty_cases_make_no_duplicate_no_stuck_row_and_no_false_state(tmp_path: Path) -> None:
    at: dict[str, Any] = connection.settings_dict
    url = f"postgres://{at['USER']}@{at['HOST'] if ':' in at['HOST'] else ''}/{at['HOST']}/{at['NAME']}"
    env = {**os.environ, "DATABASE_URL": url, "DATA_DIR": str(tmp_path), "LOG_LEVEL": "ERROR"}
    words = [sys.executable, "-m", "tests.faults", "--cases", "15", "--control", "6"]
    done = subprocess.run(words, cwd=ROOT, env=env, capture_output=True, text=True, timeout=240)
    assert done.stdout, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["wrong"] == []
    assert found["cases"] == {"N": 15, "P": 15, "K": 15, "U": 15}
    assert found["control"]["duplicates"] > 0
    assert found["control"]["cases"] == 6
