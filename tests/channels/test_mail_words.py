"""What strangers write in a mail is read in a time that grows with its length, and as they meant it."""

import time

import pytest

from lantoa.channels.email.words import BODY, _stripped, unquoted


def test_words_of_a_page_without_what_nobody_sees() -> None:
    page = (
        "<html><head><style>p{}</style><title>x</title></head><body><p>Xin ch&agrave;o<br>3 &lt; 5, a < b"
        " <!-- <b>ẩn</b> --> hết</p><script>if(a<b){}</script><DIV>cuối</DIV></body></html>"
    )
    assert _stripped(page).split() == ["Xin", "chào", "3", "<", "5,", "a", "<", "b", "hết", "cuối"]


@pytest.mark.parametrize("piece", ["<!--", "<", "<a ", "<head>", "<![CDATA[", "</", "<!", "<?", "&", "&#", "<a href='"])
def test_no_page_takes_longer_than_its_length(piece: str) -> None:
    begun = time.process_time()
    _stripped((piece * BODY)[:BODY])
    assert time.process_time() - begun < 1


@pytest.mark.parametrize(
    "text", ["<" * 200 + "@>" * 50_000, "\n".join(["<a@" + "b" * 300] * 300), "\n".join(["on " + "wrote " * 160] * 100)]
)
def test_no_quotation_takes_longer_than_its_length(text: str) -> None:
    begun = time.process_time()
    unquoted(text[:BODY])
    assert time.process_time() - begun < 1


def test_quotations_are_still_found() -> None:
    assert unquoted("Cảm ơn.\n\nTỉnh Cà Mau <tin@camau.example> đã viết:\n> Chào bà con") == "Cảm ơn."
