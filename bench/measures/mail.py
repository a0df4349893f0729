"""`email_ratio`: one worker sending mail with the whole ledger ÷ a bare aiosmtplib loop; the same mails, in turns."""

import json
import sys
from pathlib import Path

from bench.cluster import HOME
from bench.processes import ended, start
from bench.stand import MAIL_CONNECTIONS, Figures, Stand, alone, drain, median
from lantoa.outreach.texts import text_for

ROUNDS = 3


def form_of(version_content: dict[str, object]) -> Path:
    """The approved mail with its two places to fill in, as a file for loops that have no database."""
    text = text_for(version_content, "email", "vi")
    path = HOME / "mail.json"
    path.write_text(json.dumps({"subject": text.subject, "text": text.text, "html": text.html}))
    return path


def bare(stand: Stand, count: int, form: Path, loop: str) -> float:
    """Mails a second of the bare loop."""
    stand.sink.reset()
    options = ["--loop", loop, "--connections", str(MAIL_CONNECTIONS)]
    ended(start([sys.executable, "-m", "bench.raw_mail", str(stand.sink.smtp), str(count), str(form), *options]))
    return stand.sink.seen(count).per_second


def measure(stand: Stand) -> Figures:
    """In turns, three times; medians."""
    count = stand.size(20_000)
    ours, raw, loop = [], [], "asyncio"
    for _ in range(ROUNDS):
        world = stand.fresh("email", count)
        broadcast = world.release(world.draft())
        ours.append(drain(stand, broadcast.pk, count))
        loop = "uvloop" if ours[-1].workers[0].uvloop else "asyncio"
        raw.append(bare(stand, count, form_of(broadcast.version.content), loop))
    rate = median([run.per_second for run in ours])
    return {
        "email_ratio": round(rate / median(raw), 3),
        "email_raw_per_s": round(median(raw)),
        "email_per_s": round(rate),
        "email_each_per_s": [round(run.per_second) for run in ours],
        "email_raw_each_per_s": [round(one) for one in raw],
        "mails": count,
    }


if __name__ == "__main__":
    alone(measure)
