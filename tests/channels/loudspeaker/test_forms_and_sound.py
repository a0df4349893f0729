"""What officers enter, and the sound that belongs to approved words."""

import hashlib
import shutil
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from asgiref.sync import async_to_sync
from django.test import Client

from lantoa.channels.contract import Rejected
from lantoa.channels.loudspeaker import keys, recordings
from lantoa.channels.loudspeaker.channel import LOUDSPEAKER, _finder, connect
from lantoa.channels.loudspeaker.forms import BrokerForm, StationForm
from lantoa.channels.loudspeaker.protocol import Address
from lantoa.channels.loudspeaker.recordings import RecordingError, address_of, keep_recording, recording_of, suffix_of
from lantoa.channels.loudspeaker.station import station
from lantoa.channels.loudspeaker.voice import EspeakVoice, Sound, VoiceError, wav_seconds
from lantoa.channels.models import ChannelAccount
from lantoa.channels.placing import Place, Placing
from lantoa.channels.services import save_account
from lantoa.kernel.clock import now
from lantoa.kernel.enums import Role

from .conftest import wav

GOOD = {
    "commune": "32000", "device": "loa-1", "device_key": keys.public_of(keys.new_private()), "volume": "70",
    "slots": "T2-T6 05:00-05:30", "quiet": "21:30-04:30",
}  # fmt: skip


def test_a_station_as_it_is_entered() -> None:
    form = StationForm(GOOD)
    assert form.is_valid(), form.errors
    known = station(form.cleaned_data, "96")
    assert (known.address, known.volume, known.device_key) == (Address("96", "32000", "loa-1"), 70, GOOD["device_key"])
    people = StationForm({"without_device": "on", "slots": GOOD["slots"]})
    assert people.is_valid(), people.errors
    assert station(people.cleaned_data, "96").address is None
    assert [LOUDSPEAKER.by_people(one.cleaned_data) for one in (form, people)] == [False, True]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"device": "a/b"}, "device"), ({"commune": "+"}, "commune"), ({"commune": ""}, "commune"),
        ({"device_key": "x"}, "device_key"), ({"device_key": ""}, "device_key"), ({"slots": "T9 05:00-05:30"}, "slots"),
        ({"quiet": "at night"}, "quiet"), ({"volume": "101"}, "volume"), ({"quiet": "25:00-26:00"}, "quiet"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_at_its_field(changes: dict[str, str], field: str) -> None:
    form = StationForm(GOOD | changes)
    assert list(form.errors) == [field]
    assert form.data[field] == changes[field]


@pytest.mark.django_db
def test_a_broker_is_entered_and_its_key_is_made_once() -> None:
    typed = {
        "name": "Loa tỉnh", "enabled": "on", "host": "mqtt.example", "port": "8883", "security": "tls",
        "username": "lantoa", "password": "x", "province": "96",
    }  # fmt: skip
    fresh = BrokerForm(typed, instance=ChannelAccount(kind="loudspeaker"))
    assert fresh.is_valid(), fresh.errors
    account = save_account(by=None, at=now(), kind="loudspeaker", **fresh.values())
    key = account.secrets()["signing_key"]
    assert account.settings["public_key"] == keys.public_of(key)

    held = frozenset(account.secrets())
    again = BrokerForm(typed | {"password": "", "public_key": "another"}, instance=account, held=held)
    assert again.is_valid(), again.errors
    assert key not in str(again)
    assert account.settings["public_key"] in str(again)
    save_account(by=None, at=now(), kind="loudspeaker", account=account, **again.values())
    account.refresh_from_db()
    assert (account.secrets()["signing_key"], account.settings["public_key"]) == (key, keys.public_of(key))
    assert list(BrokerForm(typed | {"province": "a/b"}, instance=account, held=held).errors) == ["province"]
    assert list(BrokerForm(typed | {"password": ""}, instance=ChannelAccount(kind="loudspeaker")).errors) == [
        "password"
    ]


def placing(text: str = "Mời bà con.", sound: str = "") -> Placing:
    return Placing(key="k", place=Place(name="Đài"), title="Tin", text=text, sound=sound)


@pytest.mark.django_db
def test_a_recording_belongs_to_its_words_and_is_fetched_only_by_its_address(staff: Callable[..., Any]) -> None:
    officer, content = staff(Role.CHANNEL_OFFICER), wav(3)
    for wrong in (b"", b"MZ\x90", b"<html>"):
        with pytest.raises(RecordingError):
            keep_recording(by=officer, at=now(), text="Mời bà con.", content=wrong)
    name = keep_recording(by=officer, at=now(), text="Mời bà con.", content=content)
    assert keep_recording(by=officer, at=now(), text=" Mời  bà con. ", content=content) == name
    sha256 = hashlib.sha256(content).hexdigest()
    assert recording_of("Mời bà con.", sha256) == name
    assert [recording_of("Mời bà con!", sha256), recording_of("Mời bà con.", ""), recording_of("Mời bà con.", "0")] == [
        ""
    ] * 3
    until = now() + timedelta(hours=1)
    keep_recording(by=officer, at=now(), text="Mời bà con.", content=wav(2))
    assert _finder({})(placing(), until) is None, "kept, and not approved"
    with pytest.raises(Rejected, match="approved recording"):
        _finder({"voice": "espeak-ng"})(placing(sound="0" * 64), until)
    track = _finder({})(placing(sound=sha256), until)
    assert track is not None
    assert track.sha256 == hashlib.sha256(content).hexdigest()
    path = track.url.partition("/loa/")[2]
    answer = Client().get(f"/loa/{path}")
    assert (answer.status_code, b"".join(answer.streaming_content), answer["Content-Type"]) == (
        200,
        content,
        "audio/wav",
    )
    assert Client().get(f"/loa/{path}x").status_code == 404
    assert Client().post(f"/loa/{path}").status_code == 405
    with time_machine.travel(until + timedelta(seconds=2)):
        assert Client().get(f"/loa/{path}").status_code == 404
    assert _finder({})(placing("Khác."), until) is None


@pytest.mark.django_db
def test_a_device_goes_on_where_its_line_broke(staff: Callable[..., Any]) -> None:
    content = wav(3)
    name = keep_recording(by=staff(Role.CHANNEL_OFFICER), at=now(), text="Mời bà con.", content=content)
    path, size = recordings.path_of(name, now() + timedelta(hours=1)), len(content)
    etag = f'"{hashlib.sha256(content).hexdigest()}"'

    def get(asked: str, **more: str) -> tuple[int, str | None, bytes]:
        answer = Client().get(path, headers={"Range": asked, **more})
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        answer.close()
        assert answer.get("Content-Length", "0") == str(len(body))
        assert answer["ETag"] == etag
        return answer.status_code, answer.get("Content-Range"), body

    whole = (200, None, content)
    assert get("bytes=100-") == (206, f"bytes 100-{size - 1}/{size}", content[100:])
    assert get("bytes=0-99") == (206, f"bytes 0-99/{size}", content[:100])
    assert get("bytes=10-9999999") == (206, f"bytes 10-{size - 1}/{size}", content[10:])
    assert get(f"bytes={size - 1}-") == (206, f"bytes {size - 1}-{size - 1}/{size}", content[-1:]), "the last byte"
    assert get("bytes=-7") == (206, f"bytes {size - 7}-{size - 1}/{size}", content[-7:])
    assert get("bytes=-99999") == (206, f"bytes 0-{size - 1}/{size}", content)
    for beyond in (f"bytes={size}-", f"bytes={size}-{size + 5}", "bytes=-0"):
        assert get(beyond) == (416, f"bytes */{size}", b"")
    for senseless in (
        "",
        "bytes=-",
        "bytes=9-3",
        "bytes=0-1,5-6",
        "chars=0-5",
        f"bytes={10**30}-",
        "bytes=+1-",
        "bytes=a-b",
    ):
        assert get(senseless) == whole
    assert get("bytes=100-", **{"If-Range": etag})[0] == 206
    for changed in ('"another"', f"W/{etag}", "Mon, 01 Jun 2026 00:00:00 GMT"):
        assert get("bytes=100-", **{"If-Range": changed}) == whole, "not the same file any more: from the beginning"
    assert get("bytes=100-", **{"If-None-Match": etag}) == (304, None, b"")
    head = Client().head(path, headers={"Range": "bytes=100-"})
    assert (head.status_code, head["Content-Length"], head["Accept-Ranges"]) == (200, str(size), "bytes")
    head.close()


def test_only_sound_is_taken_for_sound() -> None:
    assert [suffix_of(head) for head in (wav(0.1), b"OggS" + b"\0" * 24 + b"OpusHead", b"OggS" + b"\0" * 40)] == [
        ".wav", ".opus", ".ogg",
    ]  # fmt: skip
    assert [suffix_of(head) for head in (b"ID3\4", b"\xff\xfb\x90", b"\xff\xfe\x00", b"RIFF0000AVI ", b"")] == [
        ".mp3", ".mp3", "", "", "",
    ]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is an option; apt-get install espeak-ng")
def test_a_voice_speaks_the_same_words_the_same_way_and_only_once(monkeypatch: pytest.MonkeyPatch) -> None:
    voice = EspeakVoice()
    one, other = voice.speak("Mời bà con."), voice.speak("Mời bà con.")
    assert one == other
    assert one.seconds > 0.5
    assert suffix_of(one.content) == one.suffix
    assert voice.speak("Mời bà con vay vốn.").content != one.content
    find = _finder({"voice": "espeak-ng"})
    track = find(placing(), now() + timedelta(hours=1))
    monkeypatch.setattr(EspeakVoice, "speak", _mute)
    again = find(placing(), now() + timedelta(hours=1))
    assert track is not None
    assert again is not None
    assert again.sha256 == track.sha256 == hashlib.sha256(one.content).hexdigest()
    with pytest.raises(Rejected, match="the voice could not speak"):
        find(placing("Lời khác."), now())


def _mute(_voice: EspeakVoice, _text: str) -> Sound:
    raise VoiceError("mute")


def test_a_file_that_is_no_wav_has_no_length() -> None:
    assert (wav_seconds(wav(2)), wav_seconds(b"RIFF"), wav_seconds(b"")) == (2.0, None, None)


def test_the_channel_is_connected_by_its_account() -> None:
    placer = connect({"province": "96"}, {})
    assert placer.capability is LOUDSPEAKER.capability
    people = Placing(key="k", place=Place(name="Đài", settings={"without_device": True}), title="", text="x")
    with pytest.raises(Rejected, match="no device"):
        async_to_sync(placer.place)(people)


def test_an_address_cannot_be_made_up() -> None:
    good = address_of("loudspeaker/x/person/y.wav", now() + timedelta(hours=1)).rpartition("/")[2]
    assert recordings.named_by(good, now()) == "loudspeaker/x/person/y.wav"
    with pytest.raises(recordings.GoneError):
        recordings.named_by("../../secrets", now())
