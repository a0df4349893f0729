"""Wagtail's own starter project (`wagtail start`) with one page type more, a page of text, served as ours is."""

import os
import subprocess
import sys
from pathlib import Path

_MODELS = """
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Page


class StandardPage(Page):
    intro = RichTextField(blank=True)
    body = RichTextField(blank=True)
    content_panels = Page.content_panels + [FieldPanel("intro"), FieldPanel("body")]
"""
_TEMPLATE = """{% extends "base.html" %}{% load wagtailcore_tags %}
{% block content %}
<article><h1>{{ page.title }}</h1>{{ page.intro|richtext }}{{ page.body|richtext }}</article>
{% endblock %}
"""
_SETTINGS = """
from .base import *
import os
DEBUG = False
INSTALLED_APPS = [*INSTALLED_APPS, "django.contrib.postgres"]
SECRET_KEY = "bench"
ALLOWED_HOSTS = ["*"]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "NAME": os.environ["STARTER_NAME"],
    "USER": os.environ["STARTER_USER"], "HOST": os.environ["STARTER_HOST"], "PORT": os.environ["STARTER_PORT"],
    "CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}}
"""
_MAKE = """
import sys
from home.models import HomePage, StandardPage
body = sys.stdin.read()
home = HomePage.objects.first()
for number in range(5):
    page = StandardPage(title=f"Page {number}", slug=f"page-{number}", intro="<p>Few words.</p>", body=body)
    home.add_child(instance=page)
"""


class Starter:
    """The project in a folder, on a database of its own."""

    application = "mysite.wsgi:application"
    url = "/page-1/"

    def __init__(self, folder: Path, database: dict[str, str]) -> None:
        self.folder = folder / "starter"
        self.environment = {
            **{f"STARTER_{name}": str(database.get(name) or "") for name in ("NAME", "USER", "HOST", "PORT")},
            "DJANGO_SETTINGS_MODULE": "mysite.settings.bench",
        }

    def make(self, body: str) -> None:
        """Start the project, add the page type, migrate, and publish pages with this body."""
        self.folder.mkdir()
        wagtail = Path(sys.executable).with_name("wagtail")
        self._run([str(wagtail), "start", "mysite", "."], {"DJANGO_SETTINGS_MODULE": ""})
        with (self.folder / "home" / "models.py").open("a") as models:
            models.write(_MODELS)
        (self.folder / "home" / "templates" / "home" / "standard_page.html").write_text(_TEMPLATE)
        (self.folder / "mysite" / "settings" / "bench.py").write_text(_SETTINGS)
        for command in (["makemigrations", "home"], ["migrate", "-v", "0"], ["collectstatic", "--no-input", "-v", "0"]):
            self._run([sys.executable, "manage.py", *command], self.environment)
        self._run([sys.executable, "manage.py", "shell", "-v", "0", "-c", _MAKE], self.environment, body)

    def _run(self, command: list[str], more: dict[str, str], words: str = "") -> None:
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | more
        environment = {name: value for name, value in environment.items() if value}
        subprocess.run(
            command, cwd=self.folder, env=environment, input=words, text=True, check=True, stdout=subprocess.DEVNULL
        )
