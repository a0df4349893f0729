"""Taking files in: named when the message is read, fetched and judged by a job, kept once."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from django.db import transaction
from django.utils.translation import gettext_noop as _

from lantoa.channels import registry
from lantoa.channels.enums import FileState
from lantoa.channels.files.download import NotNow, download
from lantoa.channels.files.examine import Unfit, examine
from lantoa.channels.inbound import FilePart, Received
from lantoa.channels.models import InboundEvent, InboundFile
from lantoa.channels.wire import clean

FILES_EACH = 10
"""Files of one message that are taken in; of more, only that they were there."""
TRIES = 5


def store() -> FileSystemStorage:
    """Where files from outside lie: apart from public media, served by no web server, readable by us alone."""
    return FileSystemStorage(
        location=settings.LANTOA_PRIVATE_ROOT, base_url=None, file_permissions_mode=0o600,
        directory_permissions_mode=0o700,
    )  # fmt: skip


def name_files(*, inbound: InboundEvent, reference: str, parts: Sequence[FilePart], at: datetime) -> list[int]:
    """Note the files of a message, once; returns the ids of those new."""
    rows = [
        InboundFile(
            inbound=inbound, place=part.place, reference=reference[:200], name=clean(part.name, 200),
            url=clean(part.url, 2000), state=FileState.WAITING, noted_at=at,
        )
        for part in parts[:FILES_EACH]
    ]  # fmt: skip
    made = InboundFile.objects.bulk_create(rows, ignore_conflicts=True)
    known = InboundFile.objects.filter(inbound=inbound, place__in=[row.place for row in made])
    return list(known.values_list("pk", flat=True))


def take_file(*, file_id: int, at: datetime) -> InboundFile | None:
    """Fetch and judge one file that waits; raises NotNow when a later try may help. None: there is nothing to do."""
    row = InboundFile.objects.select_related("inbound__account").filter(pk=file_id, state=FileState.WAITING).first()
    if row is None:
        return None
    try:
        fit = examine(_content(row))
    except Unfit as problem:
        return _settle(row, at, state=FileState.REFUSED, reason=problem.reason)
    except NotNow as problem:
        tries = InboundFile.objects.filter(pk=row.pk).values_list("tries", flat=True)[0] + 1
        InboundFile.objects.filter(pk=row.pk).update(tries=tries)
        if tries >= TRIES:
            return _settle(row, at, state=FileState.REFUSED, reason=_("the provider did not give the file"))
        raise NotNow(str(problem)) from problem
    sha256 = hashlib.sha256(fit.content).hexdigest()
    path = f"{sha256[:2]}/{sha256}"
    if not store().exists(path):
        store().save(path, ContentFile(fit.content))
    facts = {"kind": fit.kind, "size": len(fit.content), "sha256": sha256}
    return _settle(row, at, state=FileState.KEPT, **facts)


def _content(row: InboundFile) -> bytes:
    event, hook, account = row.inbound, registry.hook(row.inbound.kind), row.inbound.account
    if row.url:
        named = account.settings.get("file_hosts") or (hook.file_hosts if hook else "")
        return download(row.url, str(named).replace(",", " ").split())
    received = Received(body=bytes(event.raw), headers=event.headers)
    if hook is not None:
        url = hook.locate(received, row.place, account.settings, account.secrets())
        return download(url, [urlsplit(url).hostname or ""]) if url else b""
    collector = registry.channel(event.kind).collector
    return collector.content(received, row.place) if collector else b""


@transaction.atomic
def _settle(row: InboundFile, at: datetime, **facts: object) -> InboundFile:
    InboundFile.objects.filter(pk=row.pk, state=FileState.WAITING).update(settled_at=at, **facts)
    row.refresh_from_db()
    return row
