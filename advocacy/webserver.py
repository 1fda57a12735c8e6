"""gunicorn's configuration, for a local copy and for production (gunicorn -c python:advocacy.webserver)."""

import gc
import os

from gunicorn.arbiter import Arbiter
from gunicorn.config import Config
from gunicorn.glogging import Logger

from advocacy.localservers import bind_to_parent
from advocacy.loglines import Line


class Log(Logger):  # type: ignore[misc] # gunicorn comes without types
    """gunicorn's own lines, and the log of requests where somebody turns that on, without secret addresses."""

    def setup(self, cfg: Config) -> None:
        """Open the logs that the configuration names."""
        super().setup(cfg)
        for handler in (*self.error_log.handlers, *self.access_log.handlers):
            style = handler.formatter
            handler.setFormatter(Line(style._fmt, style.datefmt))  # noqa: SLF001 - logging has no other way to ask


bind = os.environ.get("WEB_BIND", "127.0.0.1:8000")
worker_class = "gthread"
workers = int(os.environ.get("WEB_PROCESSES", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
wsgi_app = "advocacy.wsgi:application"
preload_app = True
graceful_timeout = 2
timeout = 60
logger_class = Log
forwarder_headers = ""  # no proxy of ours sends SCRIPT_NAME or PATH_INFO, so whoever does is a reader
control_socket_disable = True  # else a socket below the home directory
loglevel = os.environ.get("WEB_LOG_LEVEL", "warning")


def when_ready(server: object) -> None:
    """Keep what is loaded now out of the collector's way, or its marks would copy every shared page after the fork."""
    gc.collect()
    gc.freeze()


def post_fork(server: Arbiter, worker: object) -> None:
    """A web process must not outlive the one that started it."""
    bind_to_parent(server.pid)
