"""`python -m lantoa.config.server`: a WSGI application on a port, by processes that one parent watches.

The parent loads neither Django nor the application. A worker that dies is replaced; SIGTERM lets what is in flight
finish and ends everything within ten seconds; workers end with their parent.
"""

import argparse
import multiprocessing
import os
import signal
import threading
import time
from typing import Any

from uvicorn.config import Config
from uvicorn.supervisors.multiprocess import Multiprocess

from lantoa.config.bridge import Bridge

GRACE = 8.0
"""Seconds for what is in flight when the server is told to end."""
FORCE = 1.0
"""Seconds after which a worker that has not ended then is killed."""
KEEP_ALIVE = 75
"""Seconds that an idle connection stays: longer than the web server in front keeps it, so that nobody asks on a
connection that is just being closed."""
UNHEARD = 30
"""Seconds without a sign of life from a worker, its start included, after which it is replaced."""


class Serving(Config):
    """How applications are served here, whichever they are."""

    def load_app(self) -> Bridge:
        """In a worker: the application."""
        threading.Thread(target=_end_with_parent, daemon=True).start()
        return Bridge(super().load_app())


class Workers(Multiprocess):
    """The parent."""

    def join_all(self) -> None:
        """Wait for the workers, and kill those that do not end."""
        end = time.monotonic() + GRACE + FORCE
        for process in self.processes:
            process.process.join(max(0.0, end - time.monotonic()))
            if process.process.is_alive():
                process.process.kill()
        super().join_all()


def _end_with_parent() -> None:
    if parent := multiprocessing.parent_process():
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)


def options() -> dict[str, Any]:
    """What uvicorn is told, whatever it serves and wherever."""
    return {
        "interface": "asgi3", "http": "lantoa.portal.baking.door:Door", "loop": "uvloop", "ws": "none",
        "lifespan": "off", "log_level": "warning", "access_log": False, "proxy_headers": False, "server_header": False,
        "timeout_keep_alive": KEEP_ALIVE, "timeout_graceful_shutdown": int(GRACE),
        "timeout_worker_healthcheck": UNHEARD,
    }  # fmt: skip


def serve(application: str, **place: Any) -> None:
    """Serve until a signal comes."""
    serving = Serving(application, **options(), **place)
    Workers(serving, sockets=[serving.bind_socket()]).run()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="lantoa.config.server", description=__doc__)
    parser.add_argument("application")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--workers", type=int, default=2)
    serve(**vars(parser.parse_args()))
