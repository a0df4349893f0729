"""Fault tests that are too rough for the suite; `docs/chaos.md` tells what each promises and how to read it."""
