"""Files from every program people save with: known by their bytes, whatever their name."""

from collections.abc import Callable
from io import BytesIO
from zipfile import ZIP_STORED, ZipFile

import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from PIL import Image

from lantoa.kernel.file_kinds import is_what_it_says


def picture(form: str) -> bytes:
    return saved(lambda out: Image.new("RGB", (8, 8)).save(out, form))


def saved(write: Callable[[BytesIO], object]) -> bytes:
    out = BytesIO()
    write(out)
    return out.getvalue()


def packed(*parts: tuple[str, str]) -> bytes:
    def write(out: BytesIO) -> None:
        with ZipFile(out, "w", ZIP_STORED) as archive:
            for name, text in parts:
                archive.writestr(name, text)

    return saved(write)


def film(brand: bytes) -> bytes:
    """The beginning of a film or a recording, as phones write it."""
    return b"\x00\x00\x00\x18ftyp" + brand + bytes(4) + b"isom" + b"mp42" + bytes(64)


ODT = packed(("mimetype", "application/vnd.oasis.opendocument.text"), ("content.xml", ""))
ODS = packed(("mimetype", "application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", ""))
LATE_WORD = packed(*((f"customXml/item{number}.xml", "x" * 9000) for number in range(5)), ("word/document.xml", ""))
FILES = {
    "pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "docx": saved(Document().save), "xlsx": saved(Workbook().save),
    "odt": ODT, "ods": ODS, "zip": packed(("anh/1.jpg", "x")),
    "jpg": picture("JPEG"), "png": picture("PNG"), "webp": picture("WEBP"),
    "mp3": b"ID3\x04\x00" + bytes(32), "wav": b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(16),
    "ogg": b"OggS\x00\x02" + bytes(32), "webm": b"\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm" + bytes(32),
    "m4a": film(b"M4A "), "mp4": film(b"isom"),
}  # fmt: skip
SISTERS = {"m4a": "mp4", "mp4": "m4a"}
"""One container with two endings."""


@pytest.mark.parametrize("ending", FILES)
def test_a_file_has_one_name(ending: str) -> None:
    named = {one for one in FILES if is_what_it_says(f"Tệp của tôi.{one.upper()}", BytesIO(FILES[ending]))}
    assert named == {ending, SISTERS.get(ending, ending)}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("bao-cao.docx", LATE_WORD),
        ("bao-cao.DOCX", packed(("[Content_Types].xml", ""), ("Word/document.xml", ""))),
        ("anh.jpeg", FILES["jpg"]),
        ("loi.opus", FILES["ogg"]),
        ("tieng.mp3", b"\xff\xfb\x90\x64" + bytes(32)),
        ("tieng.m4a", film(b"mp42")),
    ],
)
def test_what_other_programs_write_is_known_too(name: str, content: bytes) -> None:
    file = BytesIO(content)
    assert is_what_it_says(name, file)
    assert file.tell() == 0


@given(st.binary(max_size=200), st.sampled_from([*FILES, "pptx", "txt", "csv", "vtt", "exe", ""]))
def test_no_bytes_break_it(content: bytes, ending: str) -> None:
    for start in (b"", b"PK\x03\x04", b"\x00\x00\x00\xffftyp"):
        assert is_what_it_says(f"x.{ending}", BytesIO(start + content)) in (True, False)
