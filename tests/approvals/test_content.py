"""The hash that approvals bind to, and the words that changed."""

import json
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantoa.approvals.content import ContentError, Piece, canonical_content, content_hash, diff, words_changed

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
LEAF = st.none() | st.booleans() | st.integers(-99, 99) | TEXT
CONTENT = st.dictionaries(
    TEXT.map(lambda s: unicodedata.normalize("NFC", s)),
    st.recursive(
        LEAF, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner), max_leaves=6
    ),
    max_size=4,
)


@given(CONTENT, st.randoms())
def test_order_of_keys_does_not_matter(content: dict[str, Any], random: Any) -> None:
    keys = list(content)
    random.shuffle(keys)
    assert content_hash({key: content[key] for key in keys}) == content_hash(content)


@given(CONTENT, CONTENT)
def test_same_hash_means_same_content(one: dict[str, Any], other: dict[str, Any]) -> None:
    same = canonical_content(one) == canonical_content(other)
    assert (content_hash(one) == content_hash(other)) is same
    assert json.loads(canonical_content(one)) == json.loads(
        unicodedata.normalize("NFC", json.dumps(one, ensure_ascii=False))
    )


@given(CONTENT, TEXT, TEXT)
def test_any_change_changes_the_hash(content: dict[str, Any], key: str, value: str) -> None:
    changed = {**content, unicodedata.normalize("NFC", key): {"text": value}}
    if changed != content:
        assert content_hash(changed) != content_hash(content)


@given(TEXT)
def test_unicode_forms_of_one_text_hash_alike(text: str) -> None:
    hashes = {content_hash({"a": unicodedata.normalize(form, text)}) for form in ("NFC", "NFD")}
    assert len(hashes) == 1


@pytest.mark.parametrize(
    "content", [{1: "a"}, {"a": float("nan")}, {"a": object()}, {"a": "\ud800"}, {"\u00e9": 1, "e\u0301": 2}]
)
def test_what_has_no_one_form_is_refused(content: dict[Any, Any]) -> None:
    with pytest.raises(ContentError):
        content_hash(content)


@given(TEXT, TEXT)
def test_words_changed_rebuild_both_texts(old: str, new: str) -> None:
    pieces = words_changed(old, new)
    assert "".join(piece.text for piece in pieces if piece.kind != "del") == new
    assert "".join(words_changed(new, new)[0].text if new else "") == new


def test_a_changed_figure_is_struck_and_underlined() -> None:
    pieces = words_changed("tối đa 100 triệu, lãi 6,6%/năm, trả dần", "tối đa 100 triệu, lãi từ 6,6%/năm, trả dần")
    assert pieces == [Piece("same", "tối đa 100 triệu, lãi "), Piece("ins", "từ "), Piece("same", "6,6%/năm, trả dần")]
    assert [change.path for change in diff({"vi": {"sms": "a"}, "x": 1}, {"vi": {"sms": "b"}, "x": 1})] == ["vi.sms"]
