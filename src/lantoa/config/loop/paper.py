"""A blank form to fill in, plainly a sample: the true ones come from the offices."""

import io
from typing import Any

from docx import Document

from lantoa.config.loop import story
from lantoa.kernel.models import User
from lantoa.newsroom import services as newsroom

LINES = (
    "Kính gửi: Ủy ban nhân dân xã (mẫu)",
    "Tên tôi là: ……………………………………………………………………………………",
    "Nơi ở: …………………………………………………………………………………………",
    "Tôi đề nghị rà soát hộ của tôi. Số người trong hộ: ……………………………………",
    "Ngày …… tháng …… năm ……",
    "Người đề nghị ký, ghi rõ họ tên, hoặc điểm chỉ",
)


def papers(*, by: User) -> list[Any]:
    """What the sample policy asks people to bring: the form, put into the library, and the plain papers."""
    form = newsroom.keep_document(content=_form(story.FORM), name="de-nghi-ra-soat.docx", title=story.FORM, by=by)
    return [{"text": story.FORM, "form": form}, *story.PAPERS]


def _form(title: str) -> bytes:
    """A Word document of one page with this title and dotted lines."""
    form = Document()
    form.add_heading(title, level=1)
    for line in LINES:
        form.add_paragraph(line)
    written = io.BytesIO()
    form.save(written)
    return written.getvalue()
