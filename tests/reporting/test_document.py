"""The Word file read back: every figure of Decree 30/2020, Annex I, that the writer promises."""

import dataclasses
import io
import zipfile
from datetime import date
from decimal import Decimal

import pytest
from docx import Document
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_PARAGRAPH_ALIGNMENT
from docx.oxml.ns import qn
from docx.table import _Row as WordRow
from docx.text.paragraph import Paragraph as WordParagraph
from hypothesis import given, settings
from hypothesis import strategies as st

from lantoa.reporting.document import (
    Appendix,
    Blank,
    Dash,
    Heading,
    Kind,
    OfficialDocument,
    Paragraph,
    Point,
    Signature,
    Table,
    word_file,
)

CENTER, LEFT, RIGHT = WD_PARAGRAPH_ALIGNMENT.CENTER, WD_PARAGRAPH_ALIGNMENT.LEFT, WD_PARAGRAPH_ALIGNMENT.RIGHT
JUSTIFY = WD_PARAGRAPH_ALIGNMENT.JUSTIFY
HASH = "3f2a" * 16
BY_CHANNEL = Table(
    header=("TT", "Kênh", "Danh sách", "Đã nhận", "Tỷ lệ"),
    rows=(
        (1, "Cổng thông tin", Blank.NOT_APPLICABLE, 8410, Blank.NOT_APPLICABLE),
        (2, "Zalo", 10300, Blank.MISSING, "96,4%"),
        ("", "Cộng", 20000, Decimal("17822.5"), 0),
    ),
    caption="Bảng 1. Kết quả theo kênh",
    unit="người",
    totals=1,
)
REPORT = OfficialDocument(
    kind=Kind.REPORT,
    symbol=Kind.REPORT.symbol("SNNMT"),
    number=5,
    date=date(2026, 1, 5),
    issuer_parent="Ủy ban nhân dân tỉnh Sông Tranh",
    issuer="Sở Nông nghiệp và Môi trường",
    place="Sông Tranh",
    abstract="Kết quả truyền thông về giảm nghèo\nquý IV năm 2025",
    addressees=("Ủy ban nhân dân tỉnh",),
    bases=("Căn cứ Luật Tổ chức chính quyền địa phương", "Thực hiện Kế hoạch số 12/KH-UBND;"),
    body=(
        Paragraph("Sở báo cáo như sau:"),
        Heading("Tình hình chung"),
        Heading("Tin đã gửi", 2),
        BY_CHANNEL,
        Heading("Ý kiến", 2),
        *(Point(f"Việc {i};") for i in range(1, 8)),
        Heading("Kiến nghị"),
        Dash("Không có."),
        Heading("Kết luận", 2),
        Point("Tốt;"),
        Paragraph("Trên đây là báo cáo của Sở."),
    ),
    signature=Signature("Phó Giám đốc", "Trần Văn Mẫu", ("KT. Giám đốc",)),
    recipients=("Như trên", "Ban Chỉ đạo tỉnh;"),
    filed="VT, GN (05)",
    data_hash=HASH,
    appendices=(
        Appendix("Theo xã", (Table(("TT", "Xã"), ((1, "Xã Mẫu"),)),)),
        Appendix("Danh mục tin", (Heading("Tin"), Paragraph("Hết.")), landscape=True),
    ),
)
LETTER = OfficialDocument(
    kind=Kind.LETTER,
    symbol=Kind.LETTER.symbol("UBND", "VX"),
    issuer="Ủy ban nhân dân xã Mẫu",
    place="Xã Mẫu",
    abstract="rà soát danh sách",
    body=(Paragraph("Đề nghị các ấp rà soát"),),
    signature=Signature("Chủ tịch"),
    addressees=("Trưởng các ấp", "Đài truyền thanh xã"),
)


def opened(content: OfficialDocument) -> WordDocument:
    return Document(io.BytesIO(word_file(content)))


def paragraphs(word: WordDocument) -> list[WordParagraph]:
    """Every paragraph of the file in the order of reading, tables included."""
    return [WordParagraph(p, word) for p in word.element.body.iter(qn("w:p"))]


def lines(word: WordDocument) -> list[str]:
    return [p.text.replace("\xa0", " ") for p in paragraphs(word) if p.text]


def the(word: WordDocument, style: str) -> list[WordParagraph]:
    return [p for p in paragraphs(word) if p.style.name == style]


def header_row(row: WordRow) -> bool:
    return bool(row._tr.xpath("w:trPr/w:tblHeader"))


@pytest.fixture(scope="module")
def report() -> WordDocument:
    return opened(REPORT)


def test_the_page_is_a4_with_the_margins_of_the_decree(report: WordDocument) -> None:
    page = report.sections[0]
    margins = (page.top_margin, page.bottom_margin, page.left_margin, page.right_margin)
    assert (round(page.page_width.mm), round(page.page_height.mm)) == (210, 297)
    assert [round(margin.mm) for margin in margins] == [20, 20, 30, 15]


def test_the_page_number_stands_in_the_top_margin_and_not_on_the_first_page(report: WordDocument) -> None:
    page = report.sections[0]
    (number,) = page.header.paragraphs
    assert [field.get(qn("w:instr")) for field in number._p.iter(qn("w:fldSimple"))] == [" PAGE "]
    assert (number.style.font.size.pt, number.style.paragraph_format.alignment) == (14, CENTER)
    assert page.different_first_page_header_footer
    assert page.first_page_header.is_linked_to_previous
    assert page.header_distance.mm < page.top_margin.mm
    assert [start.get(qn("w:start")) for start in page._sectPr.iter(qn("w:pgNumType"))] == ["1"]


def test_everything_is_black_times_new_roman_in_vietnamese(report: WordDocument) -> None:
    defaults = report.styles.element.find(qn("w:docDefaults"))
    faces = {face for fonts in report.styles.element.iter(qn("w:rFonts")) for face in fonts.attrib.values()}
    assert faces == {"Times New Roman"}
    assert [colour.get(qn("w:val")) for colour in report.styles.element.iter(qn("w:color"))] == ["000000"]
    assert [language.get(qn("w:val")) for language in defaults.iter(qn("w:lang"))] == ["vi-VN"]
    runs = report.element.body.iter(qn("w:rPr"))
    assert [run for run in runs if len(run)] == []


@pytest.mark.parametrize(
    ("style", "size", "bold", "italic", "alignment"),
    [
        ("Quốc hiệu", (12, 13), True, None, CENTER),
        ("Tiêu ngữ", (13, 14), True, None, CENTER),
        ("Cơ quan chủ quản", (12, 13), None, None, CENTER),
        ("Cơ quan ban hành", (12, 13), True, None, CENTER),
        ("Số, ký hiệu", (13, 13), None, None, CENTER),
        ("Địa danh, thời gian", (13, 14), None, True, CENTER),
        ("Tên loại", (13, 14), True, None, CENTER),
        ("Trích yếu", (13, 14), True, None, CENTER),
        ("Kính gửi", (13, 14), None, None, CENTER),
        ("Căn cứ", (13, 14), None, True, JUSTIFY),
        ("Nội dung", (13, 14), None, None, JUSTIFY),
        ("Mục", (13, 14), True, None, JUSTIFY),
        ("Khoản", (13, 14), True, None, JUSTIFY),
        ("Điểm", (13, 14), None, None, JUSTIFY),
        ("Quyền hạn, chức vụ", (13, 14), True, None, CENTER),
        ("Họ tên người ký", (13, 14), True, None, CENTER),
        ("Nhãn nơi nhận", (12, 12), True, True, LEFT),
        ("Nơi nhận", (11, 11), None, None, LEFT),
        ("Số phụ lục", (14, 14), True, None, CENTER),
        ("Tên phụ lục", (13, 14), True, None, CENTER),
        ("Văn bản kèm theo", (13, 14), None, True, CENTER),
    ],
)
def test_each_element_looks_as_the_decree_says(
    report: WordDocument,
    style: str,
    size: tuple[int, int],
    bold: bool | None,
    italic: bool | None,
    alignment: WD_PARAGRAPH_ALIGNMENT,
) -> None:
    used = the(report, style)
    look = report.styles[style]
    assert used
    assert {p.alignment for p in used} == {None}
    assert size[0] <= look.font.size.pt <= size[1]
    assert (look.font.bold, look.font.italic, look.paragraph_format.alignment) == (bold, italic, alignment)


def test_body_text_has_the_indent_gap_and_spacing_of_the_decree(report: WordDocument) -> None:
    for style in ("Căn cứ", "Nội dung", "Mục", "Khoản", "Điểm", "Gạch đầu dòng"):
        shape = report.styles[style].paragraph_format
        assert round(shape.first_line_indent.cm, 2) == 1.27
        assert shape.space_after.pt >= 6
        assert 1.0 <= shape.line_spacing <= 1.5


def test_the_text_stands_in_the_order_of_the_decree(report: WordDocument) -> None:
    assert lines(report) == [
        "ỦY BAN NHÂN DÂN\nTỈNH SÔNG TRANH",
        "SỞ NÔNG NGHIỆP\nVÀ MÔI TRƯỜNG",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Số: 05/BC-SNNMT",
        "Sông Tranh, ngày 05 tháng 01 năm 2026",
        "BÁO CÁO",
        "Kết quả truyền thông về giảm nghèo\nquý IV năm 2025",
        "Kính gửi: Ủy ban nhân dân tỉnh",
        "Căn cứ Luật Tổ chức chính quyền địa phương;",
        "Thực hiện Kế hoạch số 12/KH-UBND.",
        "Sở báo cáo như sau:",
        "I. TÌNH HÌNH CHUNG",
        "1. Tin đã gửi",
        "Bảng 1. Kết quả theo kênh",
        "Đơn vị tính: người",
        *("TT", "Kênh", "Danh sách", "Đã nhận", "Tỷ lệ"),
        *("1", "Cổng thông tin", "-", "8.410", "-"),
        *("2", "Zalo", "10.300", "…", "96,4%"),
        *("Cộng", "20.000", "17.822,5", "0"),
        "Ghi chú: “…” chưa có số liệu; “-” không áp dụng.",
        "2. Ý kiến",
        *("a) Việc 1;", "b) Việc 2;", "c) Việc 3;", "d) Việc 4;", "đ) Việc 5;", "e) Việc 6;", "g) Việc 7;"),
        "II. KIẾN NGHỊ",
        "- Không có.",
        "1. Kết luận",
        "a) Tốt;",
        "Trên đây là báo cáo của Sở./.",
        "Nơi nhận:",
        "- Như trên;",
        "- Ban Chỉ đạo tỉnh;",
        "- Lưu: VT, GN (05).",
        "KT. GIÁM ĐỐC",
        "PHÓ GIÁM ĐỐC",
        "Trần Văn Mẫu",
        f"Mã số liệu: sha256 {HASH}",
        "Phụ lục I",
        "THEO XÃ",
        "(Kèm theo Báo cáo số 05/BC-SNNMT\nngày 05 tháng 01 năm 2026 của Sở Nông nghiệp và Môi trường)",
        *("TT", "Xã", "1", "Xã Mẫu"),
        "Phụ lục II",
        "DANH MỤC TIN",
        "(Kèm theo Báo cáo số 05/BC-SNNMT ngày 05 tháng 01 năm 2026 của Sở Nông nghiệp và Môi trường)",
        "I. TIN",
        "Hết.",
    ]


def test_rules_have_the_length_of_the_decree(report: WordDocument) -> None:
    issuer, motto, abstract, *_ = the(report, "Đường kẻ")
    column = [round(cell.width.mm) for cell in report.tables[0].rows[0].cells]
    assert sum(column) == 165

    def drawn(rule: WordParagraph, room: float) -> float:
        return room - rule.paragraph_format.left_indent.mm - rule.paragraph_format.right_indent.mm

    # Widths of the lines above in Times New Roman Bold, measured by hand: 40.6, 55.9 and 80.6 mm.
    assert 40.6 / 3 <= drawn(issuer, column[0]) <= 40.6 / 2
    assert round(drawn(motto, column[1]), 1) == 55.9
    assert 80.6 / 3 <= drawn(abstract, 165) <= 80.6 / 2
    assert report.styles["Đường kẻ"].element.xpath("w:pPr/w:pBdr/w:bottom/@w:val") == ["single"]


def test_a_table_repeats_its_header_and_aligns_figures_right(report: WordDocument) -> None:
    table = next(table for table in report.tables if len(table.columns) == 5)
    assert [header_row(row) for row in table.rows] == [True, False, False, False]
    assert all(row._tr.xpath("w:trPr/w:cantSplit") for row in table.rows)
    assert table.alignment == WD_TABLE_ALIGNMENT.CENTER
    aligned = [[cell.paragraphs[0].alignment for cell in row.cells] for row in table.rows[1:]]
    assert aligned == [[CENTER, LEFT, RIGHT, RIGHT, RIGHT]] * 3
    styles = [row.cells[1].paragraphs[0].style.name for row in table.rows]
    assert styles == ["Đầu bảng", "Ô trong bảng", "Ô trong bảng", "Hàng tổng"]
    assert round(sum(cell.width.mm for cell in table.rows[0].cells)) == 165


def test_the_signature_stays_whole_and_with_the_last_words(report: WordDocument) -> None:
    closing = next(p for p in paragraphs(report) if p.text.endswith("./."))
    signature = next(table for table in report.tables if "Nơi nhận" in table.rows[0].cells[0].text)
    assert closing.paragraph_format.keep_with_next
    assert signature.rows[0]._tr.xpath("w:trPr/w:cantSplit")
    assert report.styles["Họ tên người ký"].paragraph_format.space_before.pt >= 60


def test_appendices_have_pages_and_numbers_of_their_own(report: WordDocument) -> None:
    first, second, third = report.sections
    assert [round(section.page_width.mm) for section in (first, second, third)] == [210, 210, 297]
    assert third.orientation == WD_ORIENT.LANDSCAPE
    for section in (second, third):
        assert section.different_first_page_header_footer
        assert section.header.is_linked_to_previous
        assert [start.get(qn("w:start")) for start in section._sectPr.iter(qn("w:pgNumType"))] == ["1"]


def test_a_single_appendix_bears_no_number() -> None:
    one = dataclasses.replace(REPORT, appendices=REPORT.appendices[:1])
    assert [p.text for p in the(opened(one), "Số phụ lục")] == ["Phụ lục"]


def test_a_letter_has_its_subject_under_the_number_and_room_for_the_hand() -> None:
    word = opened(LETTER)
    assert lines(word) == [
        "ỦY BAN NHÂN DÂN XÃ MẪU",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Số:       /UBND-VX",
        "V/v rà soát danh sách",
        "Xã Mẫu, ngày     tháng     năm          ",
        "Kính gửi:",
        "- Trưởng các ấp;",
        "- Đài truyền thanh xã.",
        "Đề nghị các ấp rà soát./.",
        "Nơi nhận:",
        "- Lưu: VT.",
        "CHỦ TỊCH",
    ]
    assert word.styles["Trích yếu công văn"].paragraph_format.space_before.pt == 6


def test_the_properties_name_the_document_and_the_hash_of_its_figures(report: WordDocument) -> None:
    properties = report.core_properties
    assert properties.title == "BÁO CÁO Kết quả truyền thông về giảm nghèo quý IV năm 2025"
    assert properties.subject == "Số:\xa005/BC-SNNMT"
    assert properties.author == properties.last_modified_by == "Sở Nông nghiệp và Môi trường"
    assert properties.identifier == f"sha256:{HASH}"
    assert properties.created.date() == properties.modified.date() == REPORT.date
    assert properties.language == "vi-VN"


def test_the_same_document_is_the_same_file() -> None:
    again = dataclasses.replace(REPORT)
    assert word_file(again) == word_file(REPORT)
    assert word_file(dataclasses.replace(REPORT, data_hash="0" * 64)) != word_file(REPORT)


def test_the_file_holds_no_times_pictures_or_left_overs() -> None:
    with zipfile.ZipFile(io.BytesIO(word_file(REPORT))) as parts:
        assert {entry.date_time for entry in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert parts.namelist() == [
            "[Content_Types].xml",
            "_rels/.rels",
            "docProps/core.xml",
            "word/_rels/document.xml.rels",
            "word/document.xml",
            "word/header1.xml",
            "word/settings.xml",
            "word/styles.xml",
        ]


texts = st.text(min_size=1, max_size=60)


@settings(max_examples=40)
@given(texts, texts, texts, st.lists(texts, min_size=1, max_size=3))
def test_any_text_at_all_makes_a_file_that_opens(abstract: str, issuer: str, cell: str, body: list[str]) -> None:
    content = dataclasses.replace(
        LETTER,
        kind=Kind.REPORT,
        issuer=f"Sở {issuer}",
        abstract=abstract,
        body=(Table(("TT", abstract), ((1, cell),)), *(Paragraph(text) for text in body)),
        appendices=(Appendix(abstract, (Paragraph(cell),)),),
    )
    word = opened(content)
    assert sum(p.style.name == "Nội dung" for p in paragraphs(word)) == len(body) + 1
    assert next(p.text for p in reversed(the(word, "Nội dung")[:-1])).endswith("./.")
    assert word_file(content) == word_file(content)


def test_documents_made_without_a_date_carry_none_of_today() -> None:
    assert opened(LETTER).core_properties.created.date() == date(1980, 1, 1)
