"""`make chaos-portal`: a crowd reads for two minutes while editors publish, revise and take down, on real processes.

Settings from the environment: `CROWD` (500 visitors), `CROWD_SECONDS` (120), `SEED`. Last line: one JSON object; the
exit code is 1 when a visitor met an error, a page older than two seconds, or a server that grows.
"""

import asyncio
import json
import os
import subprocess
import sys
import threading
import time
from typing import Any

from django.db import connection

from bench.served import resident, web
from chaos.crowd import LATE, Board, Crowd

PAUSE = 0.4
"""Seconds an editor rests between two acts."""
ARTICLES = 2000
"""Articles that are there already."""
FLAT = 1.15
"""How much larger a server may be in the last quarter than in the second."""


def run(
    editors: Any, crowd: Crowd, server: subprocess.Popen[bytes], *, visitors: int, seconds: float, seed: int
) -> Any:
    """Let them read and publish; returns what happened."""
    over, sizes, stopped = threading.Event(), list[int](), list[str]()

    def publish() -> None:
        try:
            while not over.wait(PAUSE):
                editors.act()
        except Exception as problem:  # whatever it is, nothing is published any more
            stopped.append(f"the editors stopped: {problem!r}")
        finally:
            connection.close()

    def weigh() -> None:
        while not over.wait(seconds / 40):
            sizes.append(resident(server))

    threads = [threading.Thread(target=work) for work in (publish, weigh)]
    for thread in threads:
        thread.start()
    try:
        asyncio.run(crowd.read(visitors, seconds, seed))
    finally:
        over.set()
        for thread in threads:
            thread.join()
    found = verdict(editors, crowd, sizes)
    found["broken"] += stopped + idle(found, visitors=visitors, seconds=seconds)
    return found


def idle(found: dict[str, Any], *, visitors: int, seconds: float) -> list[str]:
    """What says that nothing was tried: hardly anything published, hardly anything read, a server nobody weighed."""
    least = {"acts": seconds / 8, "answers": visitors * seconds / 8}
    said = [f"only {found[name]} {name}" for name, count in least.items() if found[name] < count]
    return said + ([] if found["memory_mb"]["last_quarter"] else ["the server was not weighed"])


def verdict(editors: Any, crowd: Crowd, sizes: list[int]) -> dict[str, Any]:
    """The figures, and what does not hold."""
    quarter = max(1, len(sizes) // 4)
    before, after = max(sizes[quarter : 2 * quarter], default=0), max(sizes[-quarter:], default=0)
    broken = [f"{count} × {words}" for words, count in crowd.wrong.most_common(10)]
    broken += [f"memory grew from {before >> 20} to {after >> 20} MB"] if after > before * FLAT else []
    return {
        "answers": crowd.seen.total(), "by_status": dict(crowd.seen), "errors": crowd.wrong.total(),
        "stale_after_s": LATE, "p50_ms": crowd.quantile(0.5), "p99_ms": crowd.quantile(0.99),
        "acts": editors.acts, "longest_act_s": round(editors.longest, 2),
        "memory_mb": {"second_quarter": before >> 20, "last_quarter": after >> 20}, "broken": broken,
    }  # fmt: skip


def main() -> dict[str, Any]:
    """A scratch database, a server, editors and a crowd."""
    from bench.cluster import DATABASE, HOME, cluster  # they choose another home, so not before this
    from lantoa.config.loop.processes import free_port_base

    visitors, seconds = int(os.environ.get("CROWD") or 500), float(os.environ.get("CROWD_SECONDS") or 120)
    port = free_port_base(1)
    host = f"127.0.0.1:{port}"
    os.environ |= {"LANTOA_BASE_URL": f"http://{host}", "LANTOA_BAKED": str(HOME / "baked")}
    os.environ["MAILER"] = "django.core.mail.backends.dummy.EmailBackend"
    with cluster() as running:
        running.fresh(DATABASE)
        os.environ |= {"DATABASE_URL": running.url(DATABASE), "DJANGO_SETTINGS_MODULE": "lantoa.config.settings"}
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable")
        from bench.many_pages import copies
        from chaos.editors import Editors

        editors = Editors(Board(), seed=int(os.environ.get("SEED") or 171))
        copies(editors.older(), ARTICLES)
        for _page in range(12):
            editors.publish()
        with web(port, {}) as server:
            crowd = Crowd(port, host, editors.board)
            time.sleep(LATE)
            return {"visitors": visitors, "seconds": seconds} | run(
                editors, crowd, server, visitors=visitors, seconds=seconds, seed=editors.seed
            )


if __name__ == "__main__":
    found = main()
    print(json.dumps(found, ensure_ascii=False))
    sys.exit(1 if found["broken"] else 0)
