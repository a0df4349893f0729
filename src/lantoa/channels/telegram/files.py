"""Files that people send to the bot: which of an update counts, and where the provider lets it be fetched.

An update names a file by its id alone; ``getFile`` turns that into a path, good for an hour, and the address made of it
holds the bot's token. So it is asked for when the file is fetched, and written nowhere. Bots get no file above 20 MB.
Source: core.telegram.org/bots/api (Message, PhotoSize, getFile, File).
"""

from typing import Any, Final
from urllib.parse import quote

from asgiref.sync import async_to_sync
from django.utils.translation import gettext_noop as _

from lantoa.channels.contract import Rejected, Secrets, SendProblem, Settings
from lantoa.channels.files.download import NotNow
from lantoa.channels.files.examine import Unfit
from lantoa.channels.http1 import HttpPool
from lantoa.channels.inbound import FilePart
from lantoa.channels.wire import ask, clean, encoded

from .transport import DEFAULT_API, method_url, result_of

KINDS: Final = ("document", "voice", "audio", "video", "video_note")
"""Of an animation the provider fills in ``document`` too; a sticker says nothing we could keep."""


def files_in(message: dict[str, Any]) -> tuple[FilePart, ...]:
    """Return the file of a message, which is never more than one: an album comes as a message for each."""
    _id, name = _file_of(message)
    return (FilePart(0, name),) if _id else ()


def locate(settings: Settings, secrets: Secrets, update: dict[str, Any], place: int) -> str:
    """Return where the file of an update can be fetched now; the address is secret. Raises Unfit, NotNow."""
    message = update.get("message")
    file_id, _name = _file_of(message) if isinstance(message, dict) and place == 0 else ("", "")
    if not file_id:
        raise Unfit(_("the provider does not have the file any more"))
    try:
        found = async_to_sync(_ask)(settings, secrets, file_id)
    except Rejected:
        raise Unfit(_("the provider does not have the file any more")) from None
    except SendProblem as problem:
        raise NotNow(type(problem).__name__) from None
    path = found.get("file_path") if isinstance(found, dict) else None
    if not isinstance(path, str) or not path:
        raise NotNow("no path")
    base = str(settings.get("file_url") or f"{settings.get('api_url') or DEFAULT_API}/file").rstrip("/")
    return f"{base}/bot{secrets.get('bot_token', '')}/{quote(path.lstrip('/'), errors='replace')}"


async def _ask(settings: Settings, secrets: Secrets, file_id: str) -> object:
    http = HttpPool(connections=1, timeout=15)
    try:
        answer = await ask(http, method_url(settings, secrets, "getFile"), encoded({"file_id": file_id}))
        if answer.status == 400 and b"file is too big" in answer.body:
            raise Unfit(_("the file is too large"))
        return result_of(answer)
    finally:
        await http.close()


def _file_of(message: dict[str, Any]) -> tuple[str, str]:
    """Return the id and name of a message's file; of a picture, which comes in several sizes, the largest."""
    sizes = message.get("photo")
    pictures = [one for one in sizes if isinstance(one, dict)] if isinstance(sizes, list) else []
    found = max(pictures, key=_pixels, default=None) or next(
        (one for kind in KINDS if isinstance(one := message.get(kind), dict)), {}
    )
    number, name = found.get("file_id"), found.get("file_name")
    known = clean(number, 300) if isinstance(number, str) else ""
    return known, clean(name, 200) if isinstance(name, str) else ""


def _pixels(picture: dict[str, Any]) -> int:
    width, height = picture.get("width"), picture.get("height")
    return width * height if isinstance(width, int) and isinstance(height, int) else 0
