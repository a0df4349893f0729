"""Fails when a string of the interface has no Vietnamese, when a catalogue holds a string no one says any more, or when
two rooms put one string in different words: Django merges all catalogues, so the room installed first speaks for all.

Extracts with GNU gettext into a scratch copy of each room, so the checkout is not touched.
"""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[1] / "src" / "lantoa"
CATALOGUE = "locale/vi/LC_MESSAGES/django.po"


def catalogue(path):
    if not path.exists():
        return {}
    with path.open("rb") as handle, contextlib.redirect_stdout(None):  # babel prints about plurals it did not expect
        return {(m.context, m.id): m for m in read_po(handle) if m.id}


def forms(message):
    return message.string if isinstance(message.string, tuple) else (message.string,)


def untranslated(message):
    return message.fuzzy or not all(forms(message))


def key(message):
    """What Django looks a message up by: a counted one by its singular, whatever its plural."""
    return message.context, message.id if isinstance(message.id, str) else message.id[0]


def disagreements(catalogues):
    """One line for each string that the catalogues, by file name, put in different words."""
    said = defaultdict(lambda: defaultdict(list))
    for file, messages in catalogues.items():
        for message in messages.values():
            said[key(message)][forms(message)].append(file)
    problems = []
    for (context, name), words in said.items():
        if len(words) > 1:
            each = "; ".join(f"{' / '.join(one)!r} in {', '.join(files)}" for one, files in words.items())
            about = f" in the context {context!r}" if context else ""
            problems.append(f"{name!r}{about} has different words: {each}; choose one, or give a context")
    return problems


def check(room):
    source = ROOT / room / CATALOGUE
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
        spoken = catalogue(copy / CATALOGUE)
    problems = [f"{room}: no Vietnamese for {key(message)[1]!r}" for same, message in spoken.items()
                if same not in committed or untranslated(committed[same])]  # fmt: skip
    problems += [f"{room}: no one says {key(message)[1]!r} any more" for same, message in committed.items()
                 if same not in spoken]  # fmt: skip
    return problems


def main():
    rooms = sorted(p.name for p in ROOT.iterdir() if (p / "apps.py").exists())
    problems = [line for room in rooms for line in check(room)]
    problems += disagreements({f"{room}/{CATALOGUE}": catalogue(ROOT / room / CATALOGUE) for room in rooms})
    print("\n".join(problems))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
