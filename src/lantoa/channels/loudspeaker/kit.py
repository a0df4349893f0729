"""What a station without a device needs: one ZIP with script, printable page, facts, times and sound.

The same placing gives the same bytes: fixed dates, fixed order, nothing compressed.
"""

import io
import json
import zipfile
from datetime import datetime

from django.conf import settings
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import override

from lantoa.channels.placing import Kit, Placing, Priority
from lantoa.kernel.clock import local
from lantoa.kernel.text.folding import slugify

from .recordings import content_of, recording_of, sha256_of
from .script import air_time

_EPOCH = (1980, 1, 1, 0, 0, 0)
_STYLE = (
    "body{font:16pt/1.7 serif;max-width:40em;margin:2em auto}h1{font-size:20pt}p.fact{font-size:12pt;margin:.2em 0}"
)


def priority_words(priority: Priority) -> str:
    """Return how the circular calls a priority."""
    return {
        Priority.NORMAL: _("Ordinary: the commune picks the slot"),
        Priority.PREFERRED: _("Preferred: in the programme; on a clash the commune decides the order"),
        Priority.URGENT: _("Urgent: play at once, interrupt what is on air and play that again later"),
    }[priority]


def kit(placing: Placing) -> Kit:
    """Return the package for one station, in the message's language whoever asks for it."""
    with override(placing.language):
        return _packed(placing)


def _packed(placing: Placing) -> Kit:
    sound = recording_of(placing.text, placing.sound)
    files = {
        _("script") + ".txt": _script(placing).encode(),
        _("script") + ".html": _page(placing).encode(),
        _("times") + ".txt": _times(placing).encode(),
        "metadata.json": _facts(placing, sound).encode(),
    }
    if sound:
        files[_("recording") + sound[sound.rindex(".") :]] = content_of(sound)
    name = f"{slugify(placing.title)[:60] or 'phat-thanh'}-{slugify(placing.place.name)[:40] or 'dai'}.zip"
    return Kit(name, "application/zip", _zipped(files))


def _zipped(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            archive.writestr(entry, content)
    return packed.getvalue()


def _script(placing: Placing) -> str:
    return f"{placing.title}\n\n{placing.text}\n\n{_heard(placing)}\n" if placing.source else _plain(placing)


def _plain(placing: Placing) -> str:
    return f"{placing.title}\n\n{placing.text}\n"


def _heard(placing: Placing) -> str:
    return _("Source: %(agency)s") % {"agency": placing.source}


def _moment(at: datetime | None) -> str:
    return f"{local(at):%H:%M %d/%m/%Y}" if at else ""


def _lines(placing: Placing) -> list[str]:
    """What the announcer must know, one line each."""
    known = [
        (_("Station"), placing.place.name),
        (_("Unit"), placing.place.unit),
        (_("Priority"), priority_words(placing.priority)),
        (_("Play at"), _moment(placing.planned_at or placing.starts_at)),
        (_("Not after"), _moment(placing.expires_at)),
        (_("Length"), str(air_time(placing.text, placing.seconds).words)),
        (_("Legal basis"), placing.legal_basis),
        (_("More"), placing.link),
        (_("Number of this message"), placing.key),
        (_("When it was played, say so at"), placing.confirm_link),
        (_("Or text us, with the hour"), placing.confirm_word),
    ]
    return [f"{name}: {value}" for name, value in known if value]


def _times(placing: Placing) -> str:
    slots = str(placing.place.settings.get("slots") or "").strip()
    told = [*_lines(placing), *([_("The station's slots:"), slots] if slots else [])]
    return "\n".join(told) + "\n"


def _page(placing: Placing) -> str:
    facts = "".join(f'<p class="fact">{escape(line)}</p>' for line in _lines(placing))
    body = "".join(f"<p>{escape(line)}</p>" for line in placing.text.splitlines() if line.strip())
    source = f"<p>{escape(_heard(placing))}</p>" if placing.source else ""
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(placing.language)}"><head><meta charset="utf-8">'
        f"<title>{escape(placing.title)}</title><style>{_STYLE}</style></head>\n"
        f"<body><h1>{escape(placing.title)}</h1>{body}{source}<hr>{facts}</body></html>\n"
    )


def _facts(placing: Placing, sound: str) -> str:
    facts = {
        "format": "lantoa-loudspeaker-package-1",
        "msg_id": placing.key,
        "station": placing.place.name,
        "unit": placing.place.unit,
        "province": settings.LANTOA_PROVINCE_CODE,
        "title": placing.title,
        "language": placing.language,
        "source": placing.source,
        "legal_basis": placing.legal_basis,
        "link": placing.link,
        "priority": placing.priority.value,
        "start_at": start.isoformat() if (start := placing.planned_at or placing.starts_at) else None,
        "expires_at": placing.expires_at.isoformat() if placing.expires_at else None,
        "minutes": air_time(placing.text, placing.seconds).amount,
        "sha256": sha256_of(sound) if sound else None,
    }
    return json.dumps(facts, ensure_ascii=False, indent=1) + "\n"
