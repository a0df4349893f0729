"""Whoever wrote in Khmer is led to Khmer pages, while the house speaks it."""

from typing import Any

import pytest

from lantoa.contributions.models import Story
from lantoa.kernel.languages import prefix, spoken, written_in
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


@pytest.mark.parametrize(
    ("text", "interface", "language"),
    [
        ("Giờ được ba mùa cua.", "en", "vi"),
        ("Giờ được ba mùa cua.", "km", "vi"),
        ("Bà con gọi là ភូមិ.", "km", "vi"),
        ("ឥឡូវខ្ញុំធ្វើស្រែបីដង។", "vi", "km"),
        ("Now we have three crops.", "en", "en"),
        ("Nha toi ba mua cua.", "km", "vi"),
        ("2026: …", "km", ""),
    ],
)
def test_a_text_is_in_the_language_its_letters_tell(text: str, interface: str, language: str) -> None:
    assert written_in(text, interface=interface) == language
