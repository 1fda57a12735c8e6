"""The file of an import as it came: DATA_DIR/imports/<key>/file, nobody else's to read, gone when it is done.

What is in columns that nobody asked to import lies here and nowhere else. Web and worker share DATA_DIR.
"""

import hashlib
import json
import re
import shutil
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from brands.importing.records import Table, Unreadable
from brands.importing.run import read_content
from brands.models import Brand, Import
from people.models import User

KEPT = timedelta(hours=24)
UNFINISHED_KEPT = timedelta(days=7)  # rows that were checked and never enrolled
_GONE = "The file is no longer here: it is kept for a day. Choose it again."
_SAMPLES, _LOOKED_AT = 3, 50  # different values of a column, in its first rows
_KEY = re.compile(r"[0-9a-f]{32}")


def is_key(text: str) -> bool:
    """Return whether this has the form of a key."""
    return _KEY.fullmatch(text) is not None


def key_for(form_key: str, brand: Brand, actor: User, content: bytes) -> str:
    """Return the key of what a form brought: the same only for the same press of a button, by the same, with the same.

    form_key: what the form carried, see is_key; who goes back, corrects something and sends it again means another.
    """
    told = f"{form_key}:{brand.pk}:{actor.pk}:".encode() + content
    return hashlib.sha256(told).hexdigest()[:32]


def keep(key: str, content: bytes, table: Table) -> None:
    """Keep a file under its key, and beside it the first values of its columns, so that a page need not read it."""
    folder = _folder(key)
    folder.mkdir(parents=True, mode=0o700, exist_ok=True)
    first = [
        list(dict.fromkeys(filter(None, (row.cells[at] for row in table.rows[:_LOOKED_AT]))))[:_SAMPLES]
        for at in range(len(table.header))
    ]
    (folder / "first-values.json").write_text(json.dumps(first))
    (folder / "file").write_bytes(content)


def first_values(key: str) -> list[list[str]]:
    """Return a few different values of each column. Raises Unreadable where the file is gone."""
    try:
        values: list[list[str]] = json.loads((_folder(key) / "first-values.json").read_text())
    except FileNotFoundError:
        raise Unreadable(_GONE) from None
    return values


def kept(key: str) -> bool:
    """Return whether the file is still there."""
    return (_folder(key) / "file").exists()


def read(key: str) -> Table:
    """Read the kept file. Raises Unreadable where it is gone."""
    try:
        content = (_folder(key) / "file").read_bytes()
    except FileNotFoundError:
        raise Unreadable(_GONE) from None
    return read_content(content)


def drop(key: str) -> None:
    """Delete the file."""
    shutil.rmtree(_folder(key), ignore_errors=True)


def sweep() -> int:
    """Delete what is not needed: files of a day ago, and imports that nobody finished; return how many files."""
    now = timezone.now()
    begun = Import.objects.filter(state=Import.State.UPLOADED, created_at__lt=now - KEPT)
    checked = Import.objects.filter(
        state__in=(Import.State.CHECKED, Import.State.FAILED), created_at__lt=now - UNFINISHED_KEPT, undo_until=None
    )
    begun.delete()
    checked.delete()
    root = Path(settings.DATA_DIR) / "imports"
    keys = [path.name for path in root.iterdir() if is_key(path.name)] if root.is_dir() else []
    needed = set(
        Import.objects.filter(key__in=keys, created_at__gte=now - KEPT)
        .exclude(state__in=(Import.State.DONE, Import.State.UNDONE))
        .values_list("key", flat=True)
    )
    # a file whose import is not saved yet is young
    old = [key for key in keys if key not in needed and _age(root / key) > 3_600]
    for key in old:
        drop(key)
    return len(old)


def _age(folder: Path) -> float:
    try:
        return timezone.now().timestamp() - folder.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def _folder(key: str) -> Path:
    if not is_key(key):
        raise ValueError("not the key of a kept file")
    return Path(settings.DATA_DIR) / "imports" / key
