"""A province chooses its languages; the site speaks those and no other."""

import json
import os
import re
import subprocess
import sys
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from wagtail.models import Locale

from lantoa.config.languages import named


def test_codes_become_names_the_first_language_before_the_others() -> None:
    assert named(["en", "vi", "km", "en"], first="vi") == [
        ("vi", "Tiếng Việt"), ("en", "English"), ("km", "ភាសាខ្មែរ"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("codes", "why"), [(["km", "en"], "“km,en”: add vi"), ([], "“”: add vi"), (["vi", "tieng-khmer"], "“tieng-khmer”")]
)
def test_what_cannot_be_is_named(codes: list[str], why: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=why):
        named(codes, first="vi")


@pytest.mark.parametrize("codes", ["vi", "vi,en", "vi,km,en"])
def test_the_worker_and_the_addresses_know_the_languages_of_the_setting(codes: str) -> None:
    asked = "from lantoa.portal import worker; print(worker.source(offline=True))"
    script = f"import django; django.setup(); {asked}"
    environment = os.environ | {"LANTOA_LANGUAGES": codes, "DJANGO_SETTINGS_MODULE": "lantoa.config.settings"}
    run = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    further = [code for code in codes.split(",") if code != "vi"]
    fronts = re.search(r"FRONTS = (\[.*?\])", run.stdout)
    assert fronts
    assert json.loads(fronts[1]) == [*(f"/{code}/" for code in further), "/"]


@pytest.mark.django_db
def test_a_site_of_two_languages_has_no_third(province: Any, client: Any, settings: Any) -> None:
    settings.LANGUAGES = settings.WAGTAIL_CONTENT_LANGUAGES = named(["vi", "en"], first="vi")
    Locale.objects.exclude(language_code__in=["vi", "en"]).delete()
    call_command("site")
    assert set(Locale.objects.values_list("language_code", flat=True)) == {"vi", "en"}
    for path in ("/", "/en/", "/noi-toi-o/", "/en/noi-toi-o/", "/sitemap.xml", "/muc-luc/"):
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert "/km/" not in answer.text
    assert [client.get(path).status_code for path in ("/km/", "/km/noi-toi-o/")] == [404, 404]
