"""Files that wait for the worker: a message carries only a key, never a name or an address.

DATA_DIR/imports/<key>/ holds the file and the wishes, mode 0700; the file goes when the import is done, and what
remains is the report. Web and worker share DATA_DIR.
"""

import json
import re
import secrets
import shutil
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

from brands.consenting import Scope
from brands.importing.records import Unreadable
from brands.importing.report import Report, summarise, write_csv
from brands.importing.run import Wishes, import_people
from brands.models import Brand
from people.models import User

_KEY = re.compile(r"[0-9a-f]{32}")


def keep_file(*, brand: Brand, content: bytes, wishes: Wishes, actor: User | None, label: str = "") -> str:
    """Keep a file for the worker and return the key for brands.tasks.import_kept_file."""
    key = secrets.token_hex(16)
    folder = _folder(key)
    folder.mkdir(parents=True, mode=0o700)
    told = {
        "brand": brand.pk,
        "actor": actor.pk if actor else None,
        "label": label,
        "where": list(wishes.where),
        "maps": list(wishes.maps),
        "create_teams": wishes.create_teams,
        "mail": wishes.mail,
        "reference": wishes.scope.reference if wishes.scope else "",
        "shows": wishes.scope.shows if wishes.scope else "",
        "since": wishes.scope.since.isoformat() if wishes.scope else "",
    }
    (folder / "wishes.json").write_text(json.dumps(told))
    (folder / "file").write_bytes(content)
    return key


def import_kept(key: str) -> Report | None:
    """Import a kept file; leave report.csv and summary.txt in its folder. None where nothing waits under the key.

    A message that is delivered twice, or a worker killed half-way, ends the same: what is done is found done.
    """
    folder = _folder(key)
    if not (folder / "file").exists():
        return None
    told = json.loads((folder / "wishes.json").read_text())
    scope = None
    if told["reference"]:
        scope = Scope(told["reference"], told["shows"], datetime.fromisoformat(told["since"]).astimezone(UTC))
    wishes = Wishes(told["where"], told["maps"], told["create_teams"], scope, told["mail"])
    try:
        report = import_people(
            brand=Brand.objects.get(pk=told["brand"]),
            path=folder / "file",
            wishes=wishes,
            actor=User.objects.filter(pk=told["actor"]).first(),
            label=told["label"],
        )
    except Unreadable as error:
        (folder / "summary.txt").write_text(f"{error}\n")
        (folder / "file").unlink()
        return None
    (folder / "report.csv").write_text(write_csv(report), encoding="utf-8-sig", newline="")
    (folder / "summary.txt").write_text("\n".join(summarise(report)) + "\n")
    (folder / "file").unlink()
    return report


def drop_kept(key: str) -> None:
    """Delete the folder of a kept file with its report."""
    shutil.rmtree(_folder(key), ignore_errors=True)


def _folder(key: str) -> Path:
    if not _KEY.fullmatch(key):
        raise ValueError("not the key of a kept file")
    return Path(settings.DATA_DIR) / "imports" / key
