"""A blank form to fill in, plainly a sample: the true ones come from the offices."""

import io

from docx import Document

LINES = (
    "Kính gửi: Ủy ban nhân dân xã (mẫu)",
    "Tên tôi là: ……………………………………………………………………………………",
    "Nơi ở: …………………………………………………………………………………………",
    "Tôi đề nghị rà soát hộ của tôi. Số người trong hộ: ……………………………………",
    "Ngày …… tháng …… năm ……",
    "Người đề nghị ký, ghi rõ họ tên, hoặc điểm chỉ",
)


def blank_form(title: str) -> bytes:
    """A Word document of one page with this title and dotted lines."""
    form = Document()
    form.add_heading(title, level=1)
    for line in LINES:
        form.add_paragraph(line)
    written = io.BytesIO()
    form.save(written)
    return written.getvalue()
