"""The one service worker of the site: notifications always; keeping pages and messages while that is switched on."""

import json
import re
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import override

from lantoa.portal import icons

HERE = Path(__file__).parent / "static" / "portal"
NEEDED = ("ui/lantoa.css", "portal/reader.js", "portal/outbox.js")
"""What the pages without a network cannot do without."""
DRESS = ("ui/icons.svg", "ui/drawings.svg")
"""What they are drawn with besides; whoever saves data waits until a page asks for it. Fonts always wait."""
PAGES = ("ngoai-tuyen/", "cho-gui/")
"""What a reader sees without a network, and where messages wait."""


@lru_cache(maxsize=2)
def source(*, offline: bool) -> str:
    """The worker's script. Its version is the digest of its words and of the files it keeps: a release is a new one.

    With `offline` off it is the way back: it drops all it kept, sends what waits, and leaves browsers that get no
    notifications.
    """
    words = _words("push-worker.js") + _words("waiting-worker.js")
    words += _words("offline-worker.js" if offline else "gone-worker.js")
    facts = {
        "NAME": settings.LANTOA_NAME, "ICON": _icon(), "FRONTS": _fronts(), "PAGES": PAGES,
        "NEEDED": [*map(static, NEEDED)], "DRESS": [*map(static, DRESS)],
    }  # fmt: skip
    for name, value in facts.items():
        words = words.replace(f"__{name}__", json.dumps(value))
    version = sha256("\n".join([words, *_contents()]).encode()).hexdigest()[:10]
    return words.replace("__VERSION__", version)


def _fronts() -> list[str]:
    """How the addresses of each language begin, the site's own last."""
    return [*(f"/{code}/" for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE), "/"]


def _icon() -> str:
    """Where notifications find the installation's icon: one address, whoever asked for the worker first."""
    with override(settings.LANGUAGE_CODE):
        return reverse("portal:icon", args=[icons.IN_NOTES])


def _contents() -> list[str]:
    found = [finders.find(name) for name in NEEDED + DRESS]
    return [sha256(Path(file).read_bytes()).hexdigest() for file in found if isinstance(file, str)]


def _words(name: str) -> str:
    """A script without its comments and indentation."""
    text = (HERE / name).read_text()
    return re.sub(r"(?m)^\s*(//.*)?\n|^\s+", "", text)
