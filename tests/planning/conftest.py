"""Files a plan may come in, made on the spot."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import fontpkg_be_vietnam_pro
import pytest
from docx import Document
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

SAMPLES = Path(__file__).parents[2] / "src/lantoa/planning/samples"
FONT = next(Path(fontpkg_be_vietnam_pro.__file__).parent.rglob("BeVietnamPro-Regular.ttf"))


def provincial_text() -> str:
    return (SAMPLES / "ke-hoach-mau-1.txt").read_text("utf-8")


def docx_of(lines: list[str]) -> bytes:
    """A Word file with one paragraph a line."""
    document = Document()
    for line in lines:
        document.add_paragraph(line)
    return saved(document)


def saved(document: object) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)  # type: ignore[attr-defined]
    return buffer.getvalue()


def pdf_of(lines: list[str], *, per_page: int = 40, password: str | None = None) -> bytes:
    """A PDF with text, page numbers at the top and a running header."""
    pdfmetrics.registerFont(TTFont("Vietnam", FONT))
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4, encrypt=password)
    for page, first in enumerate(range(0, len(lines), per_page), start=1):
        canvas.setFont("Vietnam", 10)
        if page > 1:
            canvas.drawString(290, 820, str(page))
            canvas.drawString(60, 806, "Ủy ban nhân dân tỉnh Sông Sen - bản mẫu")
        for row, line in enumerate(lines[first : first + per_page]):
            canvas.drawString(60, 788 - 18 * row, line)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def zip_of(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in members.items():
            package.writestr(name, content)
    return buffer.getvalue()


@pytest.fixture
def make_docx() -> Callable[[list[str]], bytes]:
    return docx_of


@pytest.fixture
def make_pdf() -> Callable[..., bytes]:
    return pdf_of


@pytest.fixture
def make_zip() -> Callable[[dict[str, bytes]], bytes]:
    return zip_of
