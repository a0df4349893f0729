"""The one service worker of the site: notifications always; keeping pages and messages while that is switched on."""

import json
import re
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.templatetags.static import static

HERE = Path(__file__).parent / "static" / "portal"
FILES = (
    "ui/lantoa.css", "ui/icons.svg", "ui/drawings.svg", "ui/fonts/bvp-400.woff2", "ui/fonts/bvp-700.woff2",
    "portal/reader.js", "portal/outbox.js",
)  # fmt: skip
"""What the pages without a network are made of."""
FURTHER = [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
FRONTS = ["/", *(f"/{code}/" for code in FURTHER)]
PAGES = [f"{front}{page}/" for front in FRONTS for page in ("ngoai-tuyen", "cho-gui")]
"""What a reader of each language sees without a network, and where messages wait."""


@lru_cache(maxsize=2)
def source(*, offline: bool) -> str:
    """The worker's script. Its version is the digest of its words and of the files it keeps: a release is a new one.

    With `offline` off it is the way back: it drops all it kept and leaves browsers that get no notifications.
    """
    push = _words("push-worker.js")
    if not offline:
        return push + _words("gone-worker.js")
    ready = [*PAGES, *map(static, FILES)]
    words = push + _words("offline-worker.js").replace("__FURTHER__", "|".join(FURTHER))
    version = sha256("\n".join([words, *ready, *_contents()]).encode()).hexdigest()[:10]
    return words.replace("__VERSION__", version).replace("__READY__", json.dumps(ready))


def _contents() -> list[str]:
    found = [finders.find(name) for name in FILES]
    return [sha256(Path(file).read_bytes()).hexdigest() for file in found if isinstance(file, str)]


def _words(name: str) -> str:
    """A script without its comments and indentation."""
    text = (HERE / name).read_text()
    return re.sub(r"(?m)^\s*(//.*)?\n|^\s+", "", text)
