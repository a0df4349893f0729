"""Notifications in a real browser: permission, the worker, a notification that is shown, and off again.

The push service alone is a stand-in: `PushManager.subscribe` asks a real one on the net, so the browser is given the
stand-in's subscription instead, and the message that the stand-in could open is handed to the browser's worker.
"""

import json
import re

import pytest

from lantoa.audience.models import Reach
from lantoa.channels.contract import Accepted, Outgoing, outcome_of
from lantoa.channels.selectors import transport_for
from lantoa.channels.services import save_account
from lantoa.channels.webpush.keys import new_private_key, public_key
from lantoa.kernel.clock import now
from lantoa.simulators.stage import running
from lantoa.simulators.webpush import PushSimulator
from tests.e2e.conftest import DESK, PHONE
