"""What a list of 10,000 rows takes in a worker of its own."""

import os
import subprocess
import sys
from pathlib import Path

from django.conf import settings

MIB = 1024  # the kernel counts KiB
COLUMNS = "First name,Last name,Email,Team,Job title,Location,Employee ID,X handle,X user id\n"
START = """
import datetime as dt, sys, time, django
django.setup()
from django.core.management import call_command
from brands.consenting import Scope
from brands.importing.run import Wishes, import_people
from brands.models import Brand, Enrolment
from pathlib import Path
call_command("migrate", verbosity=0)
path = Path(sys.argv[1])
scope = Scope("on file", "all", dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
wishes = Wishes(create_teams=True, scope=scope, mail=False)
brand = Brand.objects.create(slug="large", name="Large")
began = time.monotonic()
"""
CHECK = """
report = import_people(brand=brand, path=path, wishes=wishes, actor=None, dry_run=True)
rows = report.counts["new"]
"""
IMPORT = """
import_people(brand=brand, path=path, wishes=wishes, actor=None)
rows = Enrolment.objects.filter(state="active").count()
"""
END = """
# VmHWM is this program's own peak; ru_maxrss would begin with that of the tests, which started it
peak = next(line.split()[1] for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
print(rows, peak, round(time.monotonic() - began))
"""


def write_large_list(path: Path, rows: int = 10_000) -> None:
    """Write a list of that many people, with every usual column."""
    lines = (
        f"Person{n},Family{n},person{n}@example.org,Crew {n % 40},Guard on the night train,Oslo,E{n},@handle{n},"
        f"{10**17 + n}\n"
        for n in range(rows)
    )
    path.write_text(COLUMNS + "".join(lines))


def run_alone(folder: Path, what: str) -> tuple[int, int, int]:
    """Run a step in a process of its own; return rows, peak memory in MiB and seconds."""
    write_large_list(folder / "list.csv")
    env = {
        **{name: value for name, value in os.environ.items() if name != "REDIS_URL"},
        "DATABASE_URL": f"sqlite:///{folder}/large.sqlite3",
        "DATA_DIR": str(folder),
        "DJANGO_SETTINGS_MODULE": "advocacy.settings",
    }
    ended = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", START + what + END, str(folder / "list.csv")],
        cwd=settings.BASE_DIR,
        env=env,
        capture_output=True,
        text=True,
        check=False,
        timeout=1800,
    )
    assert ended.returncode == 0, ended.stderr
    rows, peak, seconds = map(int, ended.stdout.split())
    return rows, peak // MIB, seconds
