"""gunicorn's configuration, for a local copy and for production (gunicorn -c python:advocacy.webserver)."""

import os
import signal

from advocacy.localservers import die_with_parent

bind = os.environ.get("WEB_BIND", "127.0.0.1:8000")
worker_class = "gthread"
workers = int(os.environ.get("WEB_PROCESSES", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
wsgi_app = "advocacy.wsgi:application"
preload_app = True
graceful_timeout = 2
timeout = 60
control_socket_disable = True  # else a socket below the home directory
loglevel = os.environ.get("WEB_LOG_LEVEL", "warning")


def post_fork(server: object, worker: object) -> None:
    """A web process must not outlive the one that started it."""
    die_with_parent(signal.SIGKILL)
