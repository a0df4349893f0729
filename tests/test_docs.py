"""What can be set, called, granted, emitted or sent through is written down."""

import re
from pathlib import Path

from django.core.management import get_commands
from django.urls import resolve
from django.utils.translation import override

from lantoa.channels.registry import kinds, publics
from lantoa.kernel.access import PERMISSIONS
from lantoa.kernel.events import Event

ROOT = Path(__file__).resolve().parents[1]
DOCS = "\n".join(path.read_text() for path in sorted((ROOT / "docs").rglob("*.md")))
SETTINGS = (ROOT / "src/lantoa/config/settings.py").read_text()


def missing(names, text=DOCS):
    return sorted(name for name in names if f"`{name}`" not in text)


def test_every_right_is_documented():
    assert missing(PERMISSIONS) == []


def test_every_event_is_documented():
    ours = {kind.__name__ for kind in Event.__subclasses__() if kind.__module__.startswith("lantoa.")}
    assert missing(ours) == []


def test_every_command_is_documented():
    ours = {name for name, app in get_commands().items() if str(app).startswith("lantoa.")}
    assert sorted(name for name in ours if f"lantoa {name}" not in DOCS) == []


def test_every_setting_is_documented():
    read = set(re.findall(r'env\.\w+\("([A-Z_]+)"', SETTINGS)) | {"LANTOA_HOME", "DATABASE_URL"}
    assert missing(read) == []


def test_every_channel_and_room_has_its_page():
    rooms = {p.parent.name for p in (ROOT / "src/lantoa").glob("*/apps.py")} - {"config"}
    pages = {p.stem for p in (ROOT / "docs/modules").glob("*.md")}
    assert sorted(rooms - pages) == []
    assert sorted({*kinds(), *publics()} - {p.stem for p in (ROOT / "docs/modules/channels").glob("*.md")}) == []


def test_both_readmes_have_the_same_parts():
    english, vietnamese = ((ROOT / name).read_text() for name in ("README.md", "README.vi.md"))
    shape = lambda text: [line.split(" ")[0] for line in text.splitlines() if re.match(r"#|\||- |    ", line)]  # noqa: E731
    assert shape(english) == shape(vietnamese)


def test_a_newcomers_path_shows_each_picture_and_leads_to_pages_that_are_there():
    path = ROOT / "docs/huong-dan/bien-tap-vien-moi.md"
    said = path.read_text()
    shown = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", said)
    taken = sorted((path.parent / path.stem).iterdir())
    assert sorted(path.parent / name for name in shown) == taken
    assert sum(picture.stat().st_size for picture in taken) < 1_500_000
    addresses = re.findall(r"`(/[^`]*/)`", said)
    assert len(addresses) > 6
    with override("vi"):
        assert all(resolve(address).view_name for address in addresses)
