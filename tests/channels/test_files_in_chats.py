"""Pictures and files that people send to the bot and to the Page: fetched, judged and kept, with or without words."""

import base64
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from django.db import connection
from django.test import Client

from lantoa.channels.enums import FileState
from lantoa.channels.facebook.webhook import FacebookHook
from lantoa.channels.files.download import NotNow
from lantoa.channels.files.examine import Unfit
from lantoa.channels.files.services import take_file
from lantoa.channels.inbound import FilePart, Received, Text
from lantoa.channels.models import ChannelAccount, InboundEvent, InboundFile
from lantoa.channels.reading import read_waiting
from lantoa.channels.services import save_account
from lantoa.channels.telegram.files import locate
from lantoa.channels.telegram.webhook import TelegramHook
from lantoa.kernel.clock import now
from lantoa.simulators.facebook import FacebookSimulator
from lantoa.simulators.stage import running
from lantoa.simulators.telegram import TelegramSimulator
from tests.channels.test_files import HOST, picture, reached, with_place

SAMPLES = Path(__file__).parent / "samples"
SECRET = "w" * 48
__all__ = ["reached"]


def sample(name: str) -> Received:
    return Received(body=(SAMPLES / f"{name}.json").read_bytes().strip(), headers={})


def said(hook: Any, name: str) -> Text:
    [one] = hook.read(sample(name))
    assert isinstance(one, Text)
    return one


@pytest.mark.parametrize(
    ("name", "text", "files"),
    [
        ("telegram_photo", "Mái nhà tôi bị tốc", (FilePart(0),)),
        ("telegram_document", "", (FilePart(0, "don-de-nghi.pdf"),)),
        ("telegram_voice", "", (FilePart(0),)),
    ],
)
def test_a_file_to_the_bot_is_said_with_its_caption_or_without(
    name: str, text: str, files: tuple[FilePart, ...]
) -> None:
    one = said(TelegramHook(), name)
    assert (one.sender, one.text, one.files) == ("700000001", text, files)


def test_files_on_the_page_are_said_and_a_sticker_is_none() -> None:
    hook = FacebookHook()
    one = said(hook, "facebook_message_photos")
    assert one.text == ""
    assert [(part.place, part.url.split("/")[2]) for part in one.files] == [
        (0, "scontent.xx.fbcdn.net"), (1, "cdn.fbsbx.com")
    ]  # fmt: skip
    assert said(hook, "facebook_comment_photo").files[0].url.startswith("https://scontent.xx.fbcdn.net/")
    for name, words in (("facebook_comment", "Xin hỏi bao giờ có thẻ?"), ("facebook_message", "Xin chào")):
        assert (said(hook, name).text, said(hook, name).files) == (words, ())


@pytest.mark.parametrize(
    "message",
    [
        {"photo": []}, {"photo": [1, {}]}, {"photo": "x"}, {"document": {"file_id": 7}}, {"voice": []},
        {"sticker": {"file_id": "a"}},
    ],
)  # fmt: skip
def test_what_names_no_file_says_nothing(message: dict[str, Any]) -> None:
    update = {"update_id": 5, "message": {"chat": {"id": 7, "type": "private"}, "date": 1, **message}}
    assert TelegramHook().read(Received(json.dumps(update).encode(), {})) == []


def relayed(port: str) -> Callable[[BaseHTTPRequestHandler], None]:
    """Hand what is asked of the provider's name to the stand-in, and its answer back."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        try:
            with urlopen(f"{port}{request.path}") as reply:
                status, body = reply.status, reply.read()
        except HTTPError as refused:
            status, body = refused.code, b""
        request.send_response(status)
        request.end_headers()
        request.wfile.write(body)

    return answer


def act(url: str, **wish: Any) -> None:
    with urlopen(Request(url, json.dumps(wish).encode(), {"Content-Type": "application/json"})) as reply:
        assert json.load(reply) is not None


@pytest.fixture
def bot() -> Iterator[TelegramSimulator]:
    telegram = TelegramSimulator()
    with running(telegram):
        yield telegram


@pytest.fixture
def account(db: None, bot: TelegramSimulator) -> ChannelAccount:
    return save_account(
        by=None, at=now(), kind="telegram", name="Telegram",
        settings={"api_url": bot.url, "file_url": f"https://{HOST}/file", "bot_name": "lantoa_bot"},
        secrets={"bot_token": bot.bot_token, "webhook_secret": SECRET},
    )  # fmt: skip


def told(account: ChannelAccount, update: dict[str, Any]) -> list[InboundFile]:
    """Bring an update to the door and read it; returns the files it named."""
    headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
    url = f"/webhook/telegram/{account.slug}/"
    assert Client().post(url, update, content_type="application/json", headers=headers).status_code == 200
    read_waiting(at=now())
    return list(InboundFile.objects.order_by("pk"))


def sends(bot: TelegramSimulator, kind: str, content: bytes, **more: Any) -> dict[str, Any]:
    chat = {"chat": {"id": 700000001, "type": "private"}, "from": {"id": 700000001, "is_bot": False}}
    return bot.update("message", {**chat, kind: bot.attach(kind, content, more.pop("name", "")), **more})


def everything_kept() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE tablename ~ '^(channels_inbound|procrastinate_jobs)'")
        kept = ""
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT coalesce(string_agg(t::text, ' '), '') FROM {table} t")
            kept += cursor.fetchone()[0]
    return kept


def test_the_largest_picture_sent_to_the_bot_is_kept_and_its_address_nowhere(
    account: ChannelAccount, bot: TelegramSimulator, reached: Any, settings: Any, caplog: Any
) -> None:
    caplog.set_level(0)
    [row] = told(account, sends(bot, "photo", with_place()))
    with reached(relayed(bot.url)):
        take_file(file_id=row.pk, at=now())
    row.refresh_from_db()
    assert (row.state, row.kind, row.url) == (FileState.KEPT, "image/jpeg", "")
    assert b"Dien thoai" not in (Path(settings.LANTOA_PRIVATE_ROOT) / row.path).read_bytes()
    assert bot.bot_token not in everything_kept() + caplog.text


def test_a_document_is_kept_with_its_name_and_one_that_could_act_is_refused(
    account: ChannelAccount, bot: TelegramSimulator, reached: Any
) -> None:
    told(account, sends(bot, "document", b"%PDF-1.7\n%%EOF", name="đơn.pdf"))
    rows = told(account, sends(bot, "document", b"<script>alert(1)</script>", name="anh.jpg"))
    with reached(relayed(bot.url)):
        for row in rows:
            take_file(file_id=row.pk, at=now())
    states = InboundFile.objects.order_by("pk").values_list("name", "state", "kind")
    assert list(states) == [("đơn.pdf", FileState.KEPT, "application/pdf"), ("anh.jpg", FileState.REFUSED, "")]


@pytest.mark.parametrize(
    ("content", "why"), [(b"x" * (16 << 20), "the file is too large"), (b"x" * (21 << 20), "the file is too large")]
)
def test_a_file_too_large_for_us_or_for_bots_is_refused(
    account: ChannelAccount, bot: TelegramSimulator, reached: Any, content: bytes, why: str
) -> None:
    [row] = told(account, sends(bot, "video", content))
    with reached(relayed(bot.url)):
        take_file(file_id=row.pk, at=now())
    row.refresh_from_db()
    assert (row.state, row.reason) == (FileState.REFUSED, why)


def test_a_bot_in_trouble_is_asked_again_and_a_lost_file_is_given_up(bot: TelegramSimulator) -> None:
    settings, secrets = {"api_url": bot.url}, {"bot_token": bot.bot_token}
    update = sends(bot, "voice", b"OggS")
    assert locate(settings, secrets, update, 0) == f"{bot.url}/file/bot{bot.bot_token}/voices/file_1"
    with pytest.raises(NotNow):
        locate(settings, {"bot_token": "1:another"}, update, 0)
    bot.behaviour = replace(bot.behaviour, error=1.0)
    with pytest.raises(NotNow):
        locate(settings, secrets, update, 0)
    bot.behaviour = replace(bot.behaviour, error=0.0)
    bot.files.clear()
    for place in (0, 1):
        with pytest.raises(Unfit):
            locate(settings, secrets, update, place)


def page(**settings: Any) -> ChannelAccount:
    return save_account(
        by=None, at=now(), kind="facebook", name="Trang tỉnh", settings={"page_id": "104710000000001", **settings},
        secrets={"page_token": "demo-page-token", "app_secret": "demo-app-secret"},
    )  # fmt: skip


def event_of(facebook: FacebookSimulator, event: dict[str, Any], account: ChannelAccount) -> list[InboundFile]:
    body, headers = facebook.signed(event)
    signature = {"X-Hub-Signature-256": headers["X-Hub-Signature-256"]}
    url = f"/webhook/facebook/{account.slug}/"
    assert Client().post(url, body, content_type="application/json", headers=signature).status_code == 200
    read_waiting(at=now())
    return list(InboundFile.objects.order_by("pk"))


@pytest.mark.django_db
@pytest.mark.parametrize("way", ["message", "comment"])
def test_a_picture_on_the_page_is_fetched_from_the_servers_that_are_set(reached: Any, way: str) -> None:
    facebook = FacebookSimulator(files_url=f"https://{HOST}/cdn")
    with running(facebook):
        address = facebook.keep(picture())
        message = {"mid": "m_1", "attachments": [{"type": "image", "payload": {"url": address}}]}
        event: dict[str, Any] = {"id": facebook.page_id, "messaging": [{"sender": {"id": "7000"}, "message": message}]}
        if way == "comment":
            value = {"item": "comment", "verb": "add", "from": {"id": "7000"}, "comment_id": "1_2", "photo": address}
            event = {"id": facebook.page_id, "changes": [{"field": "feed", "value": value}]}
        [row] = event_of(facebook, event, page(file_hosts=HOST))
        with reached(relayed(facebook.url)):
            take_file(file_id=row.pk, at=now())
    row.refresh_from_db()
    assert (row.state, row.kind) == (FileState.KEPT, "image/jpeg")
    assert InboundEvent.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("chosen", "host", "state"),
    [
        ({}, "scontent.xx.fbcdn.net", FileState.KEPT), ({}, HOST, FileState.REFUSED),
        ({"file_hosts": HOST}, "scontent.xx.fbcdn.net", FileState.REFUSED),
    ],
)  # fmt: skip
def test_the_platforms_own_servers_are_set_unless_the_account_says_otherwise(
    monkeypatch: pytest.MonkeyPatch, chosen: dict[str, str], host: str, state: str
) -> None:
    from lantoa.channels.files import download as downloading
    from lantoa.channels.files import services

    def fetch(url: str, hosts: list[str]) -> bytes:
        downloading._target(url, hosts)
        return picture()

    monkeypatch.setattr(services, "download", fetch)
    facebook = FacebookSimulator(files_url=f"https://{host}/cdn")
    message = {"mid": "m_1", "attachments": [{"type": "image", "payload": {"url": facebook.keep(picture())}}]}
    event = {"id": facebook.page_id, "messaging": [{"sender": {"id": "7000"}, "message": message}]}
    [row] = event_of(facebook, event, page(**chosen))
    take_file(file_id=row.pk, at=now())
    row.refresh_from_db()
    assert row.state == state


def test_the_stand_ins_citizen_sends_a_picture(bot: TelegramSimulator) -> None:
    act(f"{bot.url}/_user_sends", chat_id=7, content=base64.b64encode(picture()).decode(), caption="Nhà tôi")
    [small, large] = bot.files.values()
    assert large[1] == picture() != small[1]
