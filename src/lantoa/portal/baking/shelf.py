"""Baked pages as files: one folder a room and generation, one link a room to the generation that counts.

    now/<moment>    →  ../current
    current/<room>  →  ../kept/<room>.<key>.<edition>/
    kept/<room>.<key>.<edition>/tin/mot-bai/index.html, index.html.gz, index.html.br

A web server reads below `now`, in the folder of the half second it lives in, and may keep what it opened for as long.
Whoever looks for changes makes each moment's folder as it comes, so files that nobody watches any more are out of reach
within two seconds, whatever died. A moment is called by its Unix time (1764396877.5): the same in every zone. A room
changes by one `rename` of its link, so no reader sees half of it; whoever still writes into a folder that no link names
writes for nobody.
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
from hashlib import blake2b
from pathlib import Path

MOST = 512 * 2**20
"""Bytes of files that stay; past it the oldest go before their time."""
A_MOMENT, AHEAD = 0.5, 0.9
"""Seconds that a moment lasts, and that are vouched for in advance: whoever looks may be late by as much."""
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
        self.now, self.edition = root / "now", edition()
        for folder in (self.now, self.current, self.kept):
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

    def vouch(self, at: float) -> None:
        """Say that the links were right at that Unix time: it holds for its moment, and for those that begin soon.

        At most one and a half seconds later a web server finds nothing, unless somebody has vouched again.
        """
        for soon in {moment(at), moment(at + A_MOMENT), moment(at + AHEAD)}:
            with suppress(FileExistsError):
                (self.now / soon).symlink_to(Path("..", "current"))
        for old in self.now.iterdir():
            if _is_over(old.name):
                old.unlink(missing_ok=True)

    def read(self, room: str, key: str, path: str) -> tuple[Loaf, float] | None:
        """A page of this generation and the Unix time it was baked at; None when it is not there."""
        folder = self._folder(room, key, path)
        try:
            loaf = ((folder / PLAIN).read_bytes(), (folder / GZIP).read_bytes(), (folder / BROTLI).read_bytes())
            return loaf, (folder / PLAIN).stat().st_ctime
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

    def sweep(self, *, older_than: float, most: int = MOST) -> None:
        """Remove pages baked more than so many seconds ago, then the oldest until so many bytes are left, and folders
        that hold nothing; one process at a time does it."""
        with suppress(BlockingIOError), self._alone(wait=False):
            found = sorted(self._files(), reverse=True)
            oldest, kept = time.time() - older_than, 0
            for made, size, file in found:
                kept += size
                if made < oldest or kept > most:
                    file.unlink(missing_ok=True)
            for folder, _folders, _files in os.walk(self.kept, topdown=False):
                if Path(folder).parent not in (self.kept, self.kept.parent):
                    with suppress(OSError):  # it holds something
                        Path(folder).rmdir()

    def _files(self) -> Iterator[tuple[float, int, Path]]:
        """When each was made, how large it is, and where."""
        for folder, _folders, names in os.walk(self.kept):
            for name in names:
                with suppress(OSError):
                    told = (file := Path(folder, name)).stat()
                    yield told.st_ctime, told.st_size, file

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


def moment(at: float) -> str:
    """What the moment of a Unix time is called."""
    return f"{int(at / A_MOMENT) * A_MOMENT:.1f}"


def _is_over(name: str) -> bool:
    try:
        return float(name) < time.time() - 2
    except ValueError:  # left behind by a version that called them otherwise
        return True


def _replace(file: Path, content: bytes) -> None:
    """Write it whole. Its date is its content's fingerprint: a web server makes its ETag of date and size, and two
    versions of one second, equally long, must not look the same. It lies in the past (30 bits of seconds): a file dated
    in the future has its time of reading written down at every reading."""
    made = file.with_name(f".{file.name}.{os.getpid()}.{threading.get_ident()}")
    made.write_bytes(content)
    os.utime(made, (mark := int.from_bytes(blake2b(content, digest_size=4).digest()) >> 2, mark))
    made.replace(file)
