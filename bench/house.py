"""Lan Tỏa itself, set up on a database of the scratch cluster, for measures that look from inside: import it first."""

import os

import django

from bench.cluster import DATABASE, SERVER

os.environ["DATABASE_URL"] = SERVER.url(DATABASE)
os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
os.environ["LANTOA_BASE_URL"] = "https://lantoa.example"  # one-click unsubscribe (RFC 8058) asks for https

django.setup()
