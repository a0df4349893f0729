"""What goes out compressed, and what does not."""

import gzip

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from lantoa.kernel.packing import Packed

WORDS = b"giam ngheo " * 200


@pytest.mark.parametrize(
    ("kind", "more", "packed"),
    [
        ("text/html; charset=utf-8", {}, True), ("application/rss+xml; charset=utf-8", {}, True),
        ("application/json", {}, True), ("image/svg+xml", {}, True), ("text/calendar", {}, True),
        ("image/webp", {}, False), ("audio/mpeg", {}, False), ("application/pdf", {}, False),
        ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", {}, False),
        ("text/event-stream", {}, False), ("text/plain", {"Content-Range": "bytes 0-9/2200"}, False),
        ("text/html", {"Content-Encoding": "br"}, False),
    ],
)  # fmt: skip
def test_words_are_packed_and_nothing_else(kind: str, more: dict[str, str], packed: bool) -> None:
    pack = Packed(lambda _request: HttpResponse(WORDS, content_type=kind, headers=more))
    request = RequestFactory().get("/", headers={"accept-encoding": "gzip, deflate, br"})
    answer, again, plain = pack(request), pack(request), pack(RequestFactory().get("/"))
    assert plain.content == WORDS
    assert (answer.headers.get("Content-Encoding") == "gzip") is packed
    if packed:
        assert gzip.decompress(answer.content) == WORDS
        assert "Accept-Encoding" in plain["Vary"]
        assert len({len(pack(request).content) for _turn in range(20)} | {len(again.content)}) > 1  # padded by chance
