"""Files as offices send them, and as nobody should: each is read or refused in one clear sentence."""

import struct
import unicodedata
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from docx import Document

from lantoa.planning.reading.interpret import interpret, read_plan
from lantoa.planning.reading.lines import UnreadableSource
from lantoa.planning.reading.plain_text import TCVN3_CODES
from lantoa.planning.reading.sources import read_source
from tests.planning.conftest import saved
from tests.planning.reading.test_properties import PROVINCIAL, shape_of

WORDS = [line for line in PROVINCIAL.splitlines() if line.strip("-_| ")]
OPENING = "Kế hoạch truyền thông của tỉnh: các xã thực hiện trong năm, ngày và tháng theo số nghèo được giao."
DOCUMENT = b"<w:document xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'><w:body/></w:document>"
OLD_WORD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1x"
TYPES = b"<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'/>"


def shape(content: bytes, name: str) -> tuple[object, ...]:
    return shape_of(read_plan(content, name)[1])


def refusal(content: bytes, name: str) -> str:
    with pytest.raises(UnreadableSource) as caught:
        read_source(content, name)
    return str(caught.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_text_in_any_encoding_gives_the_same_plan(encoding: str):
    assert shape(PROVINCIAL.encode(encoding), "a.txt") == shape(PROVINCIAL.encode(), "a.txt")


def test_windows_1258_is_converted_and_noted():
    spelled = "".join(
        char if char in "ăâêôơưđĂÂÊÔƠƯĐ" else unicodedata.normalize("NFD", char) if not _in_1258(char) else char
        for char in (_partly(c) for c in OPENING)
    )
    source = read_source(spelled.encode("cp1258"), "a.txt")
    assert source.lines[0].text == OPENING
    assert len(source.notes) == 1


def _in_1258(char: str) -> bool:
    try:
        char.encode("cp1258")
    except UnicodeEncodeError:
        return False
    return True


def _partly(char: str) -> str:
    """Spell a letter as Windows-1258 does: base letter with its hat, then the tone on its own."""
    parts = unicodedata.normalize("NFD", char)
    tones = "".join(p for p in parts if p in "\u0300\u0301\u0303\u0309\u0323")
    return unicodedata.normalize("NFC", "".join(p for p in parts if p not in tones)) + tones if tones else char


def test_tcvn3_is_converted_and_noted():
    table = str.maketrans(dict(zip(TCVN3_CODES[1::2], TCVN3_CODES[::2], strict=True)))
    source = read_source(OPENING.translate(table).encode("latin-1"), "a.txt")
    assert source.lines[0].text == OPENING
    assert len(source.notes) == 1


def test_word_file_gives_the_same_plan(make_docx: Callable[[list[str]], bytes]):
    text = " ".join(WORDS)
    assert shape(make_docx(WORDS), "a.docx")[6:] == shape(PROVINCIAL.encode(), "a.txt")[6:]
    assert shape(make_docx([text]), "a.docx")[6:] == shape(PROVINCIAL.encode(), "a.txt")[6:]


def test_pdf_gives_the_same_plan_without_its_page_numbers(make_pdf: Callable[..., bytes]):
    source, plan = read_plan(make_pdf(WORDS), "a.pdf")
    assert shape_of(plan) == shape(PROVINCIAL.encode(), "a.txt")
    assert source.kind == "pdf"


def test_word_numbers_its_own_lists():
    document = Document()
    for text, style in (
        ("KẾ HOẠCH", None), ("Truyền thông giảm nghèo", None), ("I. NỘI DUNG", None), ("Một việc.", "List Number"),
        ("Hai việc.", "List Number"), ("II. HÌNH THỨC", None), ("Loa.", "List Bullet"), ("Zalo.", "List Bullet"),
    ):  # fmt: skip
        document.add_paragraph(text, style=style)
    plan = interpret(read_source(saved(document), "a.docx"))
    assert [(item.label, item.text) for item in plan.content_lines] == [("1", "Một việc."), ("2", "Hai việc.")]
    assert [item.text for item in plan.forms] == ["Loa.", "Zalo."]


def test_table_of_tasks_is_read_row_by_row():
    document = Document()
    for text in ("KẾ HOẠCH", "Truyền thông giảm nghèo năm 2024", "I. NỘI DUNG", "a) Một.", "PHỤ LỤC"):
        document.add_paragraph(text)
    rows = [
        ("TT", "Nhiệm vụ", "Cơ quan chủ trì", "Cơ quan phối hợp", "Thời gian"),
        ("1", "Mở lớp tập huấn", "Sở Y tế", "Sở Tài chính", "ngày 30/6/2024"),
        ("2", "In tờ rơi hỏi đáp", "", "", "Quý III"),
        ("3", "Phát tin trên loa", "Đài Truyền thanh huyện", "", ""),
    ]
    table = document.add_table(rows=0, cols=5)
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    plan = interpret(read_source(saved(document), "a.docx"))
    found = [(a.name, [(t.text, str(t.due_on), t.cooperating) for t in a.tasks]) for a in plan.agencies]
    assert found == [
        ("Sở Y tế", [("Mở lớp tập huấn", "2024-06-30", "Sở Tài chính"), ("In tờ rơi hỏi đáp", "None", "")]),
        ("Đài Truyền thanh huyện", [("Phát tin trên loa", "None", "")]),
    ]


def test_zip_bombs_are_refused_unread(make_zip: Callable[[dict[str, bytes]], bytes]):
    bomb = make_zip({"[Content_Types].xml": TYPES, "word/document.xml": DOCUMENT + b" " * (30 << 20)})
    assert len(bomb) < 100_000
    assert refusal(bomb, "a.docx") == "The Word file unpacks to far more than a plan. It is refused."
    many = make_zip({"word/document.xml": DOCUMENT, **{f"{n}": b"" for n in range(2_100)}})
    assert refusal(many, "a.docx") == "The Word file unpacks to far more than a plan. It is refused."


def test_a_member_larger_than_it_claims_is_refused(make_zip: Callable[[dict[str, bytes]], bytes]):
    honest = make_zip({"[Content_Types].xml": TYPES, "word/document.xml": b"a" * (2 << 20)})
    size = struct.pack("<I", 2 << 20)
    assert refusal(honest.replace(size, struct.pack("<I", 10)), "a.docx")


def test_claims_of_200_mb_are_refused(make_zip: Callable[[dict[str, bytes]], bytes]):
    small = make_zip({"[Content_Types].xml": TYPES, "word/document.xml": DOCUMENT})
    claim = small.replace(struct.pack("<I", len(DOCUMENT)), struct.pack("<I", 200 << 20))
    assert refusal(claim, "a.docx") == "The Word file unpacks to far more than a plan. It is refused."
    assert refusal(b"a" * (10 * 1024 * 1024 + 1), "a.txt").startswith("The file is larger than 10 MB.")


@pytest.mark.parametrize("name", ["word/vbaProject.bin", "word/VBAPROJECT.BIN"])
def test_macros_are_refused(name: str, make_zip: Callable[[dict[str, bytes]], bytes]):
    macro = make_zip({"[Content_Types].xml": TYPES, "word/document.xml": DOCUMENT, name: b"x"})
    said = "Files with macros are not accepted. Save the plan as .docx and try again."
    assert refusal(macro, "a.docx") == said
    assert refusal(macro, "a.docm") == said


def test_entities_in_word_markup_are_refused(make_zip: Callable[[dict[str, bytes]], bytes]):
    laughs = b"<!DOCTYPE x [<!ENTITY a 'ha'><!ENTITY b SYSTEM 'file:///etc/passwd'>]>" + DOCUMENT
    assert "damaged" in refusal(make_zip({"[Content_Types].xml": TYPES, "word/document.xml": laughs}), "a.docx")


def test_locked_and_scanned_pdfs_are_refused(make_pdf: Callable[..., bytes]):
    assert "locked" in refusal(make_pdf(WORDS[:5], password="mat-khau"), "a.pdf")
    assert "scan" in refusal(make_pdf(["", ""]), "a.pdf")
    assert "damaged" in refusal(b"%PDF-1.7\n" + b"\xff" * 200, "a.pdf")


def test_a_pdf_stream_that_swells_is_refused():
    swollen = zlib.compress(b"0" * (200 << 20), 9)
    body = b"%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    body = body.replace(b"%%", b"%") + b"3 0 obj<</Type/Page/Parent 2 0 R/Contents 4 0 R/MediaBox[0 0 9 9]>>endobj\n"
    body += b"4 0 obj<</Length %d/Filter/FlateDecode>>stream\n" % len(swollen) + swollen + b"\nendstream endobj\n"
    body += b"trailer<</Root 1 0 R/Size 5>>\n%%EOF"
    assert refusal(body, "a.pdf")


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "a.txt", "The file is empty."),
        (b" \n\t ", "a.txt", "The file is empty."),
        (b"---\n|\n", "a.txt", "The file holds no text."),
        (b"a\0b", "a.txt", "The file holds binary data, not text."),
        (b"MZ\x90\0", "a.txt", "The file is not what its name says. Save it again in the right format."),
        (b"PK\x03\x04", "a.txt", "The file is not what its name says. Save it again in the right format."),
        (b"plain words", "a.docx", "The file is not what its name says. Save it again in the right format."),
        (OLD_WORD, "a.docx", "Old Word files (.doc) or locked files cannot be read. Save the plan as .docx."),
        (b"words", "a.exe", "Only .txt, .docx and .pdf files can be read."),
        (b"words", "", "Only .txt, .docx and .pdf files can be read."),
        ("Планъ".encode("koi8-r"), "a.txt", "The text's encoding is not known. Save it again as UTF-8."),
    ],
)  # fmt: skip
def test_what_is_no_plan_is_refused_in_words(content: bytes, name: str, said: str):
    assert refusal(content, name) == said


def test_a_path_in_the_name_is_dropped():
    assert read_source(b"words", "../../etc/plan.txt").filename == "plan.txt"
    assert Path(read_source(b"words", "C:\\plans\\plan.txt").filename).name == "plan.txt"
