"""A citizen's picture, with words or without, is a case or part of one, and the officer finds the file beside it."""

import json
from base64 import b64encode
from urllib.request import Request, urlopen

import pytest
from django.apps import apps
from django.test import Client

from lantoa.channels.enums import FileState
from lantoa.channels.files import services as file_services
from lantoa.channels.services import save_account
from lantoa.kernel.clock import now
from lantoa.listening import selectors
from lantoa.listening.enums import Door
from lantoa.listening.models import Case
from lantoa.simulators.facebook import FacebookSimulator
from lantoa.simulators.stage import running
from lantoa.simulators.telegram import TelegramSimulator
from tests.channels.test_files import picture
from tests.listening.conftest import FOREVER

SECRET = "w" * 48


@pytest.fixture
def province(place, settings):
    settings.LANTOA_PROVINCE_CODE = "96"
    apps.get_model("territory", "UnitCode").objects.create(unit_id=place.unit_id, code="96", valid=FOREVER)
    return place


def fetched_from(monkeypatch, simulator):
    """Let the job fetch from the stand-in, which has neither the provider's name nor its certificate."""

    def download(url, hosts):
        with urlopen(f"{simulator.url}/{url.split('/', 3)[3]}", timeout=10) as reply:
            return reply.read()

    monkeypatch.setattr(file_services, "download", download)


@pytest.mark.django_db
def test_pictures_to_the_bot_open_a_case_and_join_it(province, run_jobs, monkeypatch):
    bot = TelegramSimulator()
    with running(bot):
        fetched_from(monkeypatch, bot)
        account = save_account(
            by=None, at=now(), kind="telegram", name="Bot", settings={"api_url": bot.url, "bot_name": "lantoa_bot"},
            secrets={"bot_token": bot.bot_token, "webhook_secret": SECRET},
        )  # fmt: skip
        who = {"chat": {"id": 7, "type": "private"}, "from": {"id": 7, "is_bot": False}}
        for more in ({}, {"caption": "Mái nhà tôi bị tốc"}):
            update = bot.update("message", {**who, "photo": bot.attach("photo", picture()), **more})
            door, headers = f"/webhook/telegram/{account.slug}/", {"X-Telegram-Bot-Api-Secret-Token": SECRET}
            assert Client().post(door, update, content_type="application/json", headers=headers).status_code == 200
            run_jobs()
    case = Case.objects.get()
    assert case.door == Door.TELEGRAM
    assert [(one.state, one.kind) for one in selectors.files(case)] == [(FileState.KEPT, "image/jpeg")] * 2
    assert any("Mái nhà tôi bị tốc" in text for text in case.events.values_list("text", flat=True))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("way", ["/_message", "/_comment"])
def test_a_picture_without_words_on_the_page_is_a_case(province, run_jobs, monkeypatch, live_server, way):
    facebook = FacebookSimulator(webhook_url=f"{live_server.url}/webhook/facebook/trang-tinh/")
    content = b64encode(picture()).decode()
    sent = {"photo": content} if way == "/_comment" else {"files": [{"type": "image", "content": content}]}
    with running(facebook):
        fetched_from(monkeypatch, facebook)
        save_account(
            by=None, at=now(), kind="facebook", name="Trang tỉnh",
            settings={"page_id": facebook.page_id, "api_url": facebook.url},
            secrets={"page_token": facebook.page_token, "app_secret": facebook.app_secret},
        )  # fmt: skip
        ask = Request(facebook.url + way, json.dumps({"user_id": "2400001", **sent}).encode())
        with urlopen(ask, timeout=10) as reply:
            assert json.load(reply) == {"webhook_status": 200}
        run_jobs()
    case = Case.objects.get()
    assert (case.door, [one.state for one in selectors.files(case)]) == (Door.FACEBOOK, [FileState.KEPT])
