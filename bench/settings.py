"""Lan Tỏa's own settings, with the benchmark's bulk channel beside the built-in four."""

from lantoa.channels.registry import BUILT_IN
from lantoa.config.settings import *  # noqa: F403

LANTOA_CHANNELS = (*BUILT_IN, "bench.bulk.BULK")
