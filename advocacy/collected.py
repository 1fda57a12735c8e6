"""Static files of a local copy, as production has them: named by their content, compressed, kept by browsers for good.

`manage.py up` collects them into STATIC_ROOT when one of them has changed since; where nothing was collected yet (a
command in a fresh folder) files keep their plain names, and the web server finds them where they lie.
"""

import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from whitenoise.storage import CompressedManifestStaticFilesStorage

_NOTE = ".collected-from"  # in STATIC_ROOT: of which files it was made
_RECIPE = b"1"  # another one collects anew


class Storage(CompressedManifestStaticFilesStorage):  # type: ignore[misc] # it has no types
    """Names a file by its content where it was collected."""

    def stored_name(self, name: str) -> str:
        """Return the name with the hash, or the plain one."""
        found: str = self.hashed_files.get(self.hash_key(self.clean_name(name)), name)
        return found


def collect() -> bool:
    """Collect the static files if they changed since the last time; return whether they did."""
    now, note = _fingerprint(), Path(settings.STATIC_ROOT) / _NOTE
    if note.exists() and note.read_text() == now:
        return False
    note.unlink(missing_ok=True)  # an attempt that breaks off is made again
    call_command("collectstatic", interactive=False, verbosity=0, skip_checks=True)
    note.write_text(now)
    return True


def _fingerprint() -> str:
    """Return what all source files are together; half a megabyte is read, which takes no time."""
    summed = hashlib.sha256(_RECIPE)
    for finder in get_finders():
        for name, storage in sorted(finder.list([]), key=lambda found: found[0]):
            with storage.open(name) as file:
                summed.update(f"{name}\0".encode() + hashlib.sha256(file.read()).digest())
    return summed.hexdigest()
