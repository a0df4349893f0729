"""Loudspeakers, put together."""

from collections.abc import Callable
from datetime import datetime

from asgiref.sync import sync_to_async
from django.db import InterfaceError, OperationalError, close_old_connections
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from lantoa.channels.contract import Rejected, Retry, Secrets, Settings
from lantoa.channels.placing import Placer, Placing, PublicChannel, TryOut
from lantoa.kernel import clock

from .capability import CAPABILITY
from .hook import LoudspeakerHook
from .kit import kit
from .placer import NO_VOICE, NOT_KEPT, LoudspeakerPlacer, Track
from .programme import Choose, keep_start
from .recordings import address_of, recording_of, sha256_of, spoken
from .script import derive, measure, pace
from .voice import EspeakVoice, VoiceError


def connect(settings: Settings, secrets: Secrets) -> Placer:
    """Return a placer for one broker."""
    find = sync_to_async(_finder(settings), thread_sensitive=False)
    calendar = sync_to_async(_calendar)
    keep = sync_to_async(_keep_start)
    return LoudspeakerPlacer(settings, secrets, track=find, calendar=calendar, keep=keep)


def _calendar() -> clock.WorkingCalendar:
    close_old_connections()
    return clock.calendar()


def _keep_start(key: str, now: datetime, choose: Choose) -> datetime:
    close_old_connections()
    try:
        return keep_start(key, now, choose)
    except (OperationalError, InterfaceError) as error:  # nothing has left yet
        raise Retry(gettext_noop("the station's programme could not be read")) from error


def _finder(settings: Settings) -> Callable[[Placing, datetime], Track | None]:
    accent, with_voice = str(settings.get("accent") or "vi"), settings.get("voice") == "espeak-ng"

    def find(placing: Placing, until: datetime) -> Track | None:
        name = recording_of(placing.text, placing.sound)
        if placing.sound and not name:
            raise Rejected(NOT_KEPT)
        if not name and with_voice:
            try:
                name = spoken(placing.text, EspeakVoice(accent, pace()), f"espeak-ng-{accent}-{pace()}")
            except VoiceError as error:
                raise Rejected(NO_VOICE) from error
        return Track(address_of(name, until), sha256_of(name)) if name else None

    return find


LOUDSPEAKER = PublicChannel(
    capability=CAPABILITY,
    outlet_form="lantoa.channels.loudspeaker.forms.StationForm",
    derive=derive,
    measure=measure,
    kit=kit,
    connect=connect,
    try_out=TryOut(
        tells=_("We sign in to the broker, hand it a command that makes no sound, and hear the device's last word."),
        done=_("Connected: the broker takes our commands, and the device is on."),
        asks=_("Commune and device in topics"),
        hint=_("As on the station's page, with a stroke between: 32000/loa-1."),
    ),
    account_form="lantoa.channels.loudspeaker.forms.BrokerForm",
    hook=LoudspeakerHook(),
    by_people=lambda settings: bool(settings.get("without_device")),
    listen="lantoa.channels.loudspeaker.listener.listen",
)
