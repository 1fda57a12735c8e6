"""`make proof`: the whole path on real input, in a copy of its own; every claim is measured.

The data set (REAL_DATA_DIR/congress-2016) is read where it lies and never copied: it holds real people's words.
Exit status: 0 all claims hold, 1 some do not, 2 there is no such data.
"""

import argparse
import contextlib
import importlib
import os
import sys
import time
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tools.proving import facts as files  # noqa: E402 - the project's folder has to be known first
from tools.proving.copying import Broken, Copy  # noqa: E402
from tools.proving.ledger import Ledger  # noqa: E402


def main() -> int:
    """Run every step; return the exit status."""
    parser = argparse.ArgumentParser(description="Prove the whole path on real input.")
    parser.add_argument("--keep", action="store_true", help="leave the copy running at the end, for looking at")
    wishes = parser.parse_args()
    folder = Path(os.environ.get("REAL_DATA_DIR", str(ROOT.parent / "shared" / "data"))) / "congress-2016"
    missing = [name for name in files.FILES if not (folder / name).is_file()]
    if missing:
        print(f"There is no {folder / missing[0]}: set REAL_DATA_DIR to the folder that holds congress-2016/.")
        return 2
    ledger = Ledger()
    began = time.monotonic()
    facts = files.read(folder)
    ledger.took("read the files", began)
    copy = Copy()
    try:
        prove(copy, facts, ledger)
    except Broken as broken:
        ledger.claim("every step could be taken", "yes", str(broken))
    except KeyboardInterrupt:
        ledger.say("stopped")
    holds = ledger.table()
    if wishes.keep:
        print(f"\nThe copy runs at {copy.site}, its files are in {copy.data_dir}. Ctrl-C stops and removes it.")
        with contextlib.suppress(KeyboardInterrupt):
            copy.wait()
    copy.remove()
    return 0 if holds else 1


def prove(copy: Copy, facts: files.Facts, ledger: Ledger) -> None:
    """Start the copy, then take the steps; they know its database, so they are imported once it is there."""
    began = time.monotonic()
    copy.start()
    ledger.took("start PostgreSQL, Valkey, web, worker and beat", began)
    for name in ("PROFILE", "DATABASE_URL", "DATA_DIR", "PORT", "LOG_LEVEL"):
        os.environ[name] = copy.env[name]
    os.environ["DJANGO_SETTINGS_MODULE"] = "advocacy.settings"
    django.setup()
    for step in ("filling", "reading", "gathering", "changing"):
        importlib.import_module(f"tools.proving.{step}").prove(copy, facts, ledger)


if __name__ == "__main__":
    sys.exit(main())
