"""Short links: part of what is approved, followed by anybody, counted without knowing by whom."""

import threading

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from lantoa.approvals.services import revoke
from lantoa.outreach.linking import links_in, short_url, swapped
from lantoa.outreach.models import LinkClicks, Message, ShortLink
from lantoa.outreach.services import Form, follow, save_message
from tests.outreach.world import NOW, World, approve, message, people, sql

LONG = "https://camau.example.vn/chinh-sach/vay-von-ho-ngheo-va-ho-moi-thoat-ngheo-nam-2026?muc=1&b=2"
READER = {"HTTP_USER_AGENT": "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126 Mobile Safari/537.36"}


def linked(world: World) -> Message:
    return message(world, body=f"Vay vốn làm ăn (xem {LONG}). Hỏi ấp mình.")


def code_on(written: Message, channel: str) -> str:
    return str(ShortLink.objects.get(message=written, channel=channel).code)


@pytest.mark.django_db
def test_long_addresses_become_ours_one_code_a_channel_and_the_sentence_stays(world: World) -> None:
    written = linked(world)
    bodies = dict(written.forms.values_list("channel", "body"))
    codes = {channel: code_on(written, channel) for channel in bodies}
    assert len(set(codes.values())) == len(bodies) == 4
    for channel, body in bodies.items():
        assert f"(xem {short_url(codes[channel])})." in body
        assert LONG not in body
    version = approve(world, written)
    assert version.content["links"] == dict.fromkeys(codes.values(), LONG)


@pytest.mark.django_db
def test_saving_again_changes_nothing_and_a_link_pasted_from_another_form_becomes_this_channels(world: World) -> None:
    written = linked(world)
    before = written.sha256
    zalo, sms = (written.forms.get(channel=kind).body for kind in ("zalo", "sms"))
    save_message(message=written, forms=[Form(channel="zalo", body=zalo)], by=world.editor, at=NOW)
    assert Message.objects.get().sha256 == before
    save_message(message=written, forms=[Form(channel="zalo", body=sms)], by=world.editor, at=NOW)
    assert [one.code for one in links_in([written.forms.get(channel="zalo").body]).values()] == [
        code_on(written, "zalo")
    ]


@pytest.mark.django_db
def test_a_short_address_stays_what_the_reader_knows(world: World) -> None:
    written = message(world, body="Gọi hoặc xem https://a.vn nhé.")
    assert "https://a.vn nhé" in written.forms.get(channel="email").body
    assert not ShortLink.objects.exists()
    assert "links" not in approve(world, written).content


@pytest.mark.django_db
def test_another_target_is_another_text(world: World) -> None:
    written = linked(world)
    approve(world, written)
    before = written.sha256
    body = written.forms.get(channel="sms").body.replace(short_url(code_on(written, "sms")), LONG + "&c=3")
    save_message(message=written, forms=[Form(channel="sms", body=body)], by=world.editor, at=NOW)
    assert Message.objects.get().sha256 != before


@pytest.mark.django_db
def test_the_way_on_leaks_nothing_and_counts_the_hour(world: World) -> None:
    written = linked(world)
    approve(world, written)
    path = f"/l/{code_on(written, 'sms')}"
    answer = Client().get(path, **READER)
    assert (answer.status_code, answer.headers["Location"]) == (302, LONG)
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer.headers["Cache-Control"]
    assert not answer.cookies
    assert Client().head(path, **READER).headers["Location"] == LONG
    Client().get(path, HTTP_USER_AGENT="Mozilla/5.0 (Linux; Android 9; CUBOT X19) AppleWebKit/537.36 Mobile")
    assert sum(LinkClicks.objects.values_list("clicks", flat=True)) == 2
    row = LinkClicks.objects.order_by("pk").last()
    assert row is not None
    assert (row.link.channel, row.hour.minute, row.hour.second) == ("sms", 0, 0)
    assert {field.name for field in LinkClicks._meta.get_fields()} == {"id", "link", "hour", "slot", "clicks"}
    assert Client().post(path, **READER).status_code == 405


@pytest.mark.django_db
@pytest.mark.parametrize(
    "headers",
    [
        {"HTTP_USER_AGENT": "facebookexternalhit/1.1"},
        {"HTTP_USER_AGENT": "Googlebot/2.1 (+http://www.google.com/bot.html)"},
        READER | {"HTTP_SEC_PURPOSE": "prefetch;prerender"},
        READER | {"HTTP_PURPOSE": "preview"},
    ],
)
def test_machines_that_say_so_get_on_and_are_not_counted(world: World, headers: dict[str, str]) -> None:
    written = linked(world)
    approve(world, written)
    answer = Client().get(f"/l/{code_on(written, 'zalo')}", **headers)
    assert answer.status_code == 302
    assert not LinkClicks.objects.exists()


@pytest.mark.django_db
def test_no_door_to_anywhere_nobody_approved(world: World) -> None:
    written = linked(world)
    code = code_on(written, "sms")
    assert Client().get(f"/l/{code}", **READER).status_code == 404, "still a draft"
    version = approve(world, written)
    assert follow(code=code, counts=False, at=NOW) == LONG
    revoke(decision_id=_decision(version), by=world.reviewer, at=NOW, reason="sai")
    assert follow(code=code, counts=True, at=NOW) is None, "approval taken back before anybody got it"
    for path in ("/l/2222222", "/l/https:%2F%2Fevil.example", f"/l/{code}?to=https://evil.example", "/l/"):
        assert Client().get(path, **READER).status_code == 404, path
    assert not LinkClicks.objects.exists()


@pytest.mark.django_db
def test_a_link_that_people_hold_goes_on_working_when_the_text_is_edited(world: World) -> None:
    people(world, 1)
    written = linked(world)
    approve(world, written)
    code = code_on(written, "sms")
    save_message(message=written, forms=[Form(channel="sms", body="Khác")], by=world.editor, at=NOW)
    assert follow(code=code, counts=True, at=NOW) == LONG


def _decision(version: object) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT decision_id FROM approvals_in_force WHERE sha256 = %s", [version.sha256])
        return int(cursor.fetchone()[0])


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE outreach_shortlink SET target = 'https://evil.example'",
        "DELETE FROM outreach_shortlink",
        (
            "INSERT INTO outreach_shortlink (base, code, message_id, channel, target, digest, created_at)"
            " SELECT base, 'abcdefg', message_id, 'x', 'javascript:x', 'x', now() FROM outreach_shortlink LIMIT 1"
        ),
        (
            "INSERT INTO outreach_linkclicks (link_id, hour, slot, clicks)"
            " SELECT id, '2026-11-25 10:17+07', 0, 1 FROM outreach_shortlink LIMIT 1"
        ),
    ],
)
def test_the_database_refuses(world: World, statement: str) -> None:
    linked(world)
    with pytest.raises(DatabaseError), transaction.atomic():
        sql(statement)


@pytest.mark.django_db(transaction=True)
def test_a_rush_of_readers_is_counted_whole(world: World) -> None:
    written = linked(world)
    approve(world, written)
    code = code_on(written, "sms")

    def press() -> None:
        for _ in range(40):
            follow(code=code, counts=True, at=NOW)
        connection.close()

    readers = [threading.Thread(target=press) for _ in range(8)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert sum(LinkClicks.objects.values_list("clicks", flat=True)) == 320


ADDRESSES = st.from_regex(r"\Ahttps?://[a-z]{1,20}\.vn(/[a-z0-9_~-]{1,30}){0,4}\Z")


@given(
    before=st.text(alphabet="aăâbcđ .,\n(", max_size=30),
    address=ADDRESSES,
    after=st.sampled_from(["", ".", ", rồi", ")", "?", "…", "!\n"]),
)
def test_only_the_address_is_swapped(before: str, address: str, after: str) -> None:
    if after == ")":
        before += "("
    text = f"{before} {address}{after}"
    bare = address.rstrip("_")
    seen: list[str] = []
    result = swapped(text, lambda found: seen.append(found) or "X")  # type: ignore[func-returns-value]
    assert seen == [bare]
    assert result == text.replace(bare, "X", 1)


@pytest.mark.django_db
def test_an_installation_that_moves_keeps_its_approved_texts_and_takes_no_strangers_address_for_its_own(
    world: World, settings: object
) -> None:
    written = linked(world)
    approve(world, written)
    code, before = code_on(written, "sms"), written.sha256
    settings.LANTOA_BASE_URL = "https://moi.example.vn"  # type: ignore[attr-defined]
    save_message(message=written, forms=[], by=world.editor, at=NOW)
    assert Message.objects.get().sha256 == before
    assert follow(code=code, counts=False, at=NOW) == LONG
    assert links_in([f"https://evil.example/l/{code}", short_url("2222222"), short_url(code + "x")]) == {}
    assert [one.code for one in links_in([f"Xem {short_url(code)}."]).values()] == [code]
