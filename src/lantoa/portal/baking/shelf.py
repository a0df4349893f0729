"""Baked pages as files: one folder a room and generation, one link a room to the generation that counts.

    current/<room>  →  ../kept/<room>.<key>.<edition>/
    kept/<room>.<key>.<edition>/tin/mot-bai/index.html, index.html.gz, index.html.br

A web server reads below `current`. A room changes by one `rename` of its link, so no reader sees half of it; whoever
still writes into a folder that no link names writes for nobody.
"""

import fcntl
import os
import secrets
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

PLAIN, GZIP, BROTLI = "index.html", "index.html.gz", "index.html.br"
type Loaf = tuple[bytes, bytes, bytes]
"""A page as it is, with gzip, with brotli."""


@cache
def edition() -> str:
    """What the processes of one start share, the workers of one server: pages that another start baked, perhaps with
    other templates or settings, are never shown again."""
    parent = os.getppid()
    try:
        began = Path(f"/proc/{parent}/stat").read_text().rpartition(")")[2].split()[19]
    except OSError:
        began = ""
    return f"{parent}-{began}" if parent > 1 and began else secrets.token_hex(6)


class Shelf:
    """The files of one machine; any number of processes may hold it at once."""

    def __init__(self, root: Path) -> None:
        self.current, self.kept, self._lock = root / "current", root / "kept", root / ".lock"
        self.edition = edition()
        for folder in (self.current, self.kept):
            folder.mkdir(parents=True, exist_ok=True)

    def follow(self, ask: Callable[[], Mapping[str, str]]) -> dict[str, str]:
        """Point every room's link to its generation of this moment, and drop the others; returns the keys.

        `ask` is asked again under the lock of this machine, so whoever points last has also asked last: a process that
        lags behind cannot turn a link back.
        """
        found = dict(ask())
        if not self._stray(found):
            return found
        with self._alone():
            found = dict(ask())
            for room in self._stray(found):
                self._point(room, self._name(room, found[room]))
            self._drop_others({self._name(room, key) for room, key in found.items()})
        return found

    def read(self, room: str, key: str, path: str) -> tuple[Loaf, float] | None:
        """A page of this generation and the Unix time it was baked at; None when it is not there."""
        folder = self._folder(room, key, path)
        try:
            loaf = ((folder / PLAIN).read_bytes(), (folder / GZIP).read_bytes(), (folder / BROTLI).read_bytes())
            return loaf, (folder / PLAIN).stat().st_mtime
        except OSError:
            return None

    def write(self, room: str, key: str, path: str, loaf: Loaf) -> None:
        """Keep a page. A full or unwritable disk costs the file, not the answer."""
        folder = self._folder(room, key, path)
        with suppress(OSError):
            if (self.kept / self._name(room, key)).is_dir():
                folder.mkdir(parents=True, exist_ok=True)
                for name, content in zip((BROTLI, GZIP, PLAIN), reversed(loaf), strict=True):
                    _replace(folder / name, content)  # the plain one last: it is what a web server looks for

    def sweep(self, *, older_than: float) -> None:
        """Remove the pages of every generation baked more than so many seconds ago; one process at a time does it."""
        with suppress(BlockingIOError), self._alone(wait=False):
            oldest = time.time() - older_than
            for folder, _folders, files in os.walk(self.kept):
                for name in files:
                    with suppress(OSError):
                        if (file := Path(folder, name)).stat().st_mtime < oldest:
                            file.unlink()

    def _name(self, room: str, key: str) -> str:
        return f"{room}.{key}.{self.edition}"

    def _folder(self, room: str, key: str, path: str) -> Path:
        return self.kept / self._name(room, key) / path.strip("/")

    def _stray(self, found: Mapping[str, str]) -> list[str]:
        """Rooms whose link does not name their generation."""
        return [room for room, key in found.items() if self._points_to(room) != self._name(room, key)]

    def _points_to(self, room: str) -> str:
        try:
            return (self.current / room).readlink().name
        except OSError:
            return ""

    def _point(self, room: str, name: str) -> None:
        (self.kept / name).mkdir(exist_ok=True)
        link = self.current / f".{room}.{os.getpid()}"
        with suppress(FileNotFoundError):
            link.unlink()
        link.symlink_to(Path("..", "kept", name))
        link.replace(self.current / room)

    def _drop_others(self, names: set[str]) -> None:
        for folder in self.kept.iterdir():
            if folder.name not in names:
                shutil.rmtree(folder, ignore_errors=True)

    @contextmanager
    def _alone(self, *, wait: bool = True) -> Iterator[None]:
        """Hold the shelf's lock; `BlockingIOError` when another holds it and there is no waiting."""
        with self._lock.open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            yield


def _replace(file: Path, content: bytes) -> None:
    made = file.with_name(f".{file.name}.{os.getpid()}.{threading.get_ident()}")
    made.write_bytes(content)
    made.replace(file)
