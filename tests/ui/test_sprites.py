"""Drawings that stand in the page itself."""

from urllib.parse import unquote

from lantoa.ui import sprites


def test_a_small_drawing_stands_in_the_page_whole_and_safe_between_quotes():
    uri = sprites.data_uri("favicon.svg")
    kind, _, drawing = uri.partition(",")
    assert kind == "data:image/svg+xml"
    assert unquote(drawing) == (sprites.STATIC / "favicon.svg").read_text(encoding="utf-8").strip()
    assert not set('"<>#& ') & set(uri)
