"""Whoever wrote in Khmer is led to Khmer pages, while the house speaks it."""

from typing import Any

import pytest

from lantoa.contributions.models import Story
from lantoa.kernel.languages import prefix, spoken
from lantoa.listening.models import Case


@pytest.mark.parametrize("made", [Story, Case])
@pytest.mark.parametrize(("language", "floor"), [("vi", ""), ("km", "/km"), ("en", "/en"), ("fr", "")])
def test_a_receipt_leads_to_the_language_it_was_asked_in(made: Any, language: str, floor: str, settings: Any) -> None:
    url = made(language=language, code="AAAA-BBBB-CCCC").public_url.removeprefix(settings.LANTOA_BASE_URL)
    assert url.startswith(f"{floor}/")
    assert url.endswith("/AAAA-BBBB-CCCC/")


def test_a_language_that_is_given_up_leads_to_the_first(settings: Any) -> None:
    settings.LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
    assert (spoken("km"), prefix("km"), prefix("en"), prefix("vi")) == ("vi", "", "/en", "")
