"""Queue a mail for everybody: `python -m bench.peers.post_office_fill COUNT FORM.json`."""

import json
import sys
from pathlib import Path

import django
from django.core.management import call_command

from bench.messages import SENDER, mail_parts, recipients

BATCH = 1_000


def fill(count: int, form: dict[str, str]) -> None:
    """By `send_many`, which makes them in bulk."""
    from post_office import mail

    waiting = []
    for number, (address, name) in enumerate(recipients("email", count), 1):
        subject, text, shown, headers, link = mail_parts(number, name, form)
        headers |= {"List-Unsubscribe": f"<{link}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
        sender = f"Lan Tỏa <{SENDER}>"
        waiting.append({
            "recipients": address, "sender": sender, "subject": subject, "message": text, "html_message": shown,
            "headers": headers,
        })  # fmt: skip
    for start in range(0, count, BATCH):
        mail.send_many(waiting[start : start + BATCH])


if __name__ == "__main__":
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    fill(int(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text()))
