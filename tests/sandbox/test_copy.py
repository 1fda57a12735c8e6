"""The sandbox that the suite starts beside itself ends with it."""

import signal
import subprocess
import sys
from pathlib import Path

import requests

from tests.sandbox_copy import SandboxCopy


def test_a_server_that_does_not_end_when_asked_is_ended(tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    deaf = "import signal, time; signal.signal(signal.SIGINT, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"
    copy = object.__new__(SandboxCopy)
    copy.session, copy.data_dir = requests.Session(), folder
    with subprocess.Popen([sys.executable, "-c", deaf], stdout=subprocess.PIPE, text=True) as process:
        copy.process = process  # type: ignore[assignment] # text or bytes is one here
        assert process.stdout is not None
        assert process.stdout.readline() == "up\n"
        copy.stop(seconds=0.1)
    assert (process.returncode, folder.exists()) == (-signal.SIGKILL, False)
