"""Tells what the packages in use say that no one has put into Vietnamese, as entries for `src/lantoa/locale`.

The English catalogues that the packages ship are the source, so after an upgrade this prints exactly what is new; and
what we still hold that none of them says any more.
"""

import contextlib
import os
import sys
from functools import cache
from gettext import NullTranslations
from pathlib import Path

import django
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from django.apps import apps
from django.utils.translation.trans_real import DjangoTranslation

OURS = Path(__file__).resolve().parents[1] / "src/lantoa/locale/vi/LC_MESSAGES"
DOMAINS = ("django", "djangojs")


class Silence(NullTranslations):
    """What is found when no catalogue has the words: nothing, rather than the English."""

    def gettext(self, message):
        return None

    def ngettext(self, msgid1, msgid2, n):
        return None

    def pgettext(self, context, message):
        return None

    def npgettext(self, context, msgid1, msgid2, n):
        return None


def entries(path):
    """The messages of one .po file, by context and (first) id."""
    if not path.exists():
        return {}
    with path.open("rb") as handle, contextlib.redirect_stdout(None):  # babel prints about plurals it did not expect
        return {(m.context, m.id if isinstance(m.id, str) else m.id[0]): m for m in read_po(handle) if m.id}


def shelves():
    """Where the packages in use keep their catalogues, by name."""
    found = {a.name: Path(a.path) for a in apps.get_app_configs() if not a.name.startswith("lantoa.")}
    return {"django": Path(django.__file__).parent / "conf"} | found


@cache
def unused(folder):
    """Whether a package's folder holds apps, and none in use."""
    used = [Path(a.path) for a in apps.get_app_configs()]
    return any(folder.rglob("apps.py")) and not any(path.is_relative_to(folder) for path in used)


def heard(message, shelf):
    """Whether an app in use may say it: allauth has one catalogue for all of its apps."""
    places = [Path(place).parts for place, _ in message.locations]
    folders = [shelf / (p[1] if p[0] == "templates" else p[0]) for p in places if len(p) > 1]
    return len(folders) < len(places) or not places or not all(map(unused, folders))


def source(shelf, domain):
    """The English catalogue of a package; where none is shipped, its longest."""
    english = shelf / f"locale/en/LC_MESSAGES/{domain}.po"
    others = shelf.glob(f"locale/*/LC_MESSAGES/{domain}.po")
    return english if english.exists() else max(others, key=lambda path: path.stat().st_size, default=english)


def borrowed(domain):
    """All that the packages in use may say: {(context, id): (package, message)}."""
    said = {}
    for name, shelf in shelves().items():
        for key, message in entries(source(shelf, domain)).items():
            if heard(message, shelf):
                said.setdefault(key, (name, message))
    return said


def said_in_vietnamese(words, message):
    several, context = not isinstance(message.id, str), message.context
    ids = (*message.id, 1) if several else (message.id,)
    if context:
        return (words.npgettext if several else words.pgettext)(context, *ids) is not None
    return (words.ngettext if several else words.gettext)(*ids) is not None


def missing(domain):
    """What a reader would meet in English: [(package, message)]."""
    words = DjangoTranslation("vi", domain=domain)
    words.add_fallback(Silence())
    return [pair for pair in borrowed(domain).values() if not said_in_vietnamese(words, pair[1])]


def left_over(domain):
    """What we hold and no package says any more: keys."""
    return sorted(entries(OURS / f"{domain}.po").keys() - borrowed(domain).keys(), key=str)


def main():
    django.setup()
    found = 0
    for domain in DOMAINS:
        new, old = missing(domain), left_over(domain)
        found += len(new) + len(old)
        if new:
            print(f"# for {domain}.po")
            catalogue = Catalog(locale="vi")
            for name, message in new:
                catalogue.add(message.id, context=message.context, user_comments=[name])
            write_po(sys.stdout.buffer, catalogue, width=0, omit_header=True)
            sys.stdout.flush()
        for key in old:
            print(f"# no one says any more, in {domain}.po: {key[1]!r}")
    return 1 if found else 0


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lantoa.config.settings")
    sys.exit(main())
