"""Fails when a string of the interface has no Vietnamese, or a catalogue holds a string no one says any more.

Extracts with GNU gettext into a scratch copy of each room, so the checkout is not touched.
"""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[1] / "src" / "lantoa"


def catalogue(path):
    if not path.exists():
        return {}
    with path.open("rb") as handle, contextlib.redirect_stdout(None):  # babel prints about plurals it did not expect
        return {(m.context, m.id): m for m in read_po(handle) if m.id}


def untranslated(message):
    forms = message.string if isinstance(message.string, tuple) else (message.string,)
    return message.fuzzy or not all(forms)


def check(room):
    source = ROOT / room / "locale/vi/LC_MESSAGES/django.po"
    committed = catalogue(source)
    if committed and '"Language: vi\\n"' not in source.read_text():
        return [f'{room}: the header names no language, so counted words are not found; add "Language: vi\\n"']
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch) / room
        shutil.copytree(ROOT / room, copy, ignore=shutil.ignore_patterns("locale", "static", "__pycache__"))
        (copy / "locale").mkdir()
        command = ["django-admin", "makemessages", "-l", "vi", "--no-location", "--no-wrap"]
        environment = {k: v for k, v in os.environ.items() if k != "DJANGO_SETTINGS_MODULE"}
        done = subprocess.run(command, cwd=copy, capture_output=True, text=True, env=environment, check=False)
        if done.returncode:
            return [f"{room}: makemessages failed: {done.stderr.strip()}"]
        spoken = catalogue(copy / "locale/vi/LC_MESSAGES/django.po")
    name = lambda key: key[1] if isinstance(key[1], str) else key[1][0]  # noqa: E731
    problems = [f"{room}: no Vietnamese for {name(key)!r}" for key in spoken
                if key not in committed or untranslated(committed[key])]  # fmt: skip
    problems += [f"{room}: no one says {name(key)!r} any more" for key in committed if key not in spoken]
    return problems


def main():
    rooms = sorted(p.name for p in ROOT.iterdir() if (p / "apps.py").exists())
    problems = [line for room in rooms for line in check(room)]
    print("\n".join(problems))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
