"""What people print: one page read from two metres, nothing cut, codes that lead home, equal bytes for equal words."""

import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import zxingcpp
from django.conf import LazySettings
from docx import Document
from openpyxl import load_workbook
from PIL import Image, ImageDraw
from pypdf import PdfReader

from lantoa.channels.board.channel import BOARD
from lantoa.channels.board.kit import measure, poster, posting_list
from lantoa.channels.bulletin.channel import BULLETIN
from lantoa.channels.bulletin.kit import article
from lantoa.channels.leaflet import kit as leaflets
from lantoa.channels.placing import Kit, Place, Placing
from lantoa.channels.printing import words
from lantoa.channels.printing.typesetting import CannotPrintError, TooLongError
from lantoa.channels.propagandist.channel import PROPAGANDIST
from lantoa.channels.propagandist.kit import talk_sheet

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
LINK = "https://lantoa.example.vn/chinh-sach/vay-von"
TEXT = (
    "Hộ nghèo, hộ cận nghèo được vay vốn làm ăn.\n- Không phải thế chấp tài sản.\n- Mang theo căn cước công dân.\n"
    "Bà con gặp tổ trưởng tổ vay vốn hoặc Ủy ban nhân dân xã."
)
KHMER = "គ្រួសារក្រីក្រអាចខ្ចីប្រាក់ពីធនាគារគោលនយោបាយសង្គមដើម្បីធ្វើការចិញ្ចឹមជីវិត។ " * 2


def placing(number: int = 1, unit: str = "Xã Tân Thử", **more: Any) -> Placing:
    place = Place(
        name=f"Bảng tin ấp {number}", unit=unit, hamlet=f"Ấp {number}", quantity=40 + number, keeper="Trưởng ấp",
        settings={
            "place": "Cổng trụ sở ấp", "contact": "Bộ phận một cửa xã", "size": "A5", "delivery": f"Trụ sở {unit}",
        },
    )  # fmt: skip
    plain = Placing(
        key=f"k{number}", place=place, title="Vay vốn làm ăn", text=TEXT, link=LINK,
        source="Ủy ban nhân dân xã Tân Thử",
        legal_basis="Nghị định số 00/2026/NĐ-CP", starts_at=datetime(2026, 12, 1, 8, tzinfo=ZONE),
        expires_at=datetime(2026, 12, 30, 17, tzinfo=ZONE),
    )  # fmt: skip
    return replace(plain, **more)


def pdf(content: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(content))


def text_of(content: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in pdf(content).pages).split())


def files_of(kit: Kit) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(kit.content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def fonts_of(content: bytes) -> dict[str, bool]:
    """Face → whether its outlines stand in the file."""
    found = {}
    for page in pdf(content).pages:
        for font in page["/Resources"]["/Font"].values():
            font = font.get_object()
            inner = font["/DescendantFonts"][0].get_object()
            kept = inner["/FontDescriptor"].keys() & {"/FontFile", "/FontFile2", "/FontFile3"}
            found[font["/BaseFont"].split("+")[1]] = bool(kept)
    return found


def cells(content: bytes) -> list[list[object]]:
    return [[cell.value for cell in row] for row in load_workbook(io.BytesIO(content)).worksheets[0].iter_rows()]


# The sheet on a board


def test_a_sheet_is_one_tagged_page_that_says_everything() -> None:
    content = poster(placing()).content
    found = pdf(content)
    assert len(found.pages) == 1
    assert [round(float(side)) for side in found.pages[0].mediabox[2:]] == [595, 842]
    told = text_of(content)
    for part in (
        "Vay vốn làm ăn", "Không phải thế chấp tài sản.", "Ủy ban nhân dân xã Tân Thử", "Bộ phận một cửa xã",
        "Căn cứ: Nghị định số 00/2026/NĐ-CP", "Niêm yết từ 01/12/2026 đến hết 30/12/2026",
        "lantoa.example.vn/chinh-sach/vay-von", "Bảng tin ấp 1",
    ):  # fmt: skip
        assert part in told
    assert found.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert found.trailer["/Root"]["/Lang"] == "vi"
    assert fonts_of(content) == {"BeVietnamPro-Regular": True, "BeVietnamPro-Bold": True}


def test_the_code_leads_to_the_page() -> None:
    """Drawn from the sheet's own squares, then read as a camera reads it."""
    drawing = words.qr(LINK)
    side = int(drawing.split('width="', 1)[1].split('"', 1)[0])
    image = Image.new("L", ((side + 8) * 8,) * 2, 255)
    pen, x, y = ImageDraw.Draw(image), 0.0, 0.0
    for move, value in _moves(drawing):
        if move == "h":
            pen.rectangle([(x + 4) * 8, (y + 3.5) * 8, (x + 4 + value[0]) * 8 - 1, (y + 4.5) * 8 - 1], fill=0)
            x += value[0]
        elif move == "M":
            x, y = value
        else:
            x, y = x + value[0], y + value[1]
    [code] = zxingcpp.read_barcodes(image)
    assert code.text == LINK


def _moves(drawing: str) -> list[tuple[str, tuple[float, ...]]]:
    path = drawing.split(' d="', 1)[1].split('"', 1)[0]
    found = re.findall(r"([Mmh])([-\d. ]+)", path)
    return [(move, tuple(float(one) for one in value.split())) for move, value in found]


def test_nothing_is_invented_for_what_nobody_entered(settings: LazySettings) -> None:
    settings.LANTOA_HOTLINE = ""
    bare = placing(place=Place(name="Bảng tin"), link="", legal_basis="", starts_at=None, expires_at=None)
    told = text_of(poster(bare).content)
    for absent in ("Căn cứ", "Niêm yết", "Cần hỏi thêm", "quét mã"):
        assert absent not in told


def test_the_provinces_line_stands_in_for_a_contact(settings: LazySettings) -> None:
    settings.LANTOA_HOTLINE, settings.LANTOA_HOTLINE_HOURS = "1900 0000", "7 giờ đến 17 giờ"
    told = text_of(poster(placing(place=Place(name="Bảng tin"))).content)
    assert "Cần hỏi thêm: gọi 1900 0000 (7 giờ đến 17 giờ)" in told


def test_too_much_text_is_refused_with_how_much_to_shorten() -> None:
    long = "Bà con gặp tổ trưởng tổ vay vốn của ấp để được hướng dẫn làm đơn. " * 25
    with pytest.raises(TooLongError) as refusal:
        poster(placing(text=long))
    over = refusal.value.over
    assert 0 < over < len(long)
    assert str(over) in str(refusal.value)
    assert len(pdf(poster(placing(text=long[: len(long) - over])).content).pages) == 1
    with pytest.raises(TooLongError):
        poster(placing(text=long[: len(long) - over + 70]))


def test_the_most_that_a_form_may_hold_fits_on_a_sheet() -> None:
    limit = BOARD.capability.max_length
    assert limit is not None
    said = "Bà con gặp tổ trưởng tổ vay vốn của ấp để được hướng dẫn làm đơn. "
    title, text = BOARD.derive("Vay vốn làm ăn cho hộ nghèo, hộ cận nghèo và hộ mới thoát nghèo", said * 60)
    assert len(text) > limit - len(said)
    assert len(pdf(poster(placing(title=title, text=text)).content).pages) == 1


def test_a_text_measures_itself_before_it_is_approved() -> None:
    short, long = measure(TEXT), measure(TEXT * 9)
    assert 0 < short.amount < 1 < long.amount
    assert "point" in str(short.words) or "chữ cỡ" in str(short.words)


def test_signs_without_a_face_are_refused_by_name() -> None:
    with pytest.raises(CannotPrintError, match="😀"):
        poster(placing(text="Nộp hồ sơ 😀 tại xã"))


def test_text_is_never_read_as_markup() -> None:
    sly = 'Vay #panic("x") *đậm* $x^2$ = // ghi chú \\ <nhãn> @ai [ngoặc] "trích"'
    assert 'Vay #panic("x") *đậm* $x^2$ = // ghi chú \\ <nhãn> @ai [ngoặc]' in text_of(
        poster(placing(text=sly)).content
    )


def test_khmer_is_shaped_and_broken_between_words() -> None:
    content = poster(placing(title="កម្ចីសម្រាប់គ្រួសារក្រីក្រ", text=KHMER, language="km")).content
    assert pdf(content).trailer["/Root"]["/Lang"] == "km"
    assert fonts_of(content)["NotoSansKhmer-Regular"]
    drawn = pdf(content).pages[0].get_contents().get_data()
    # each cluster of several glyphs carries its own letters for those who listen or search
    assert "គ្រួ".encode("utf-16-be").hex().upper().encode() in drawn.upper()
    assert "◌".encode("utf-16-be").hex().encode() not in drawn.lower()


# A list for those who hang them


def test_a_list_of_who_hangs_what_where(settings: LazySettings) -> None:
    rows = [placing(1), placing(2), placing(3, unit="Xã Đá Thử")]
    shared = replace(placing(9).place, name="Bảng tin xã", hamlet="", unit="Xã Đá Thử")
    files = files_of(posting_list([placing(9, place=shared), *rows]))
    assert list(files) == ["danh-sach-niem-yet.pdf", "danh-sach-niem-yet.xlsx", "to-niem-yet.pdf"]
    listed = pdf(files["danh-sach-niem-yet.pdf"])
    pages = [" ".join(page.extract_text().split()) for page in listed.pages]
    assert len(pages) == 4, "a list for each hamlet, and one for what serves the whole unit"
    assert "Danh sách niêm yết: Xã Đá Thử, dùng chung" in pages[0]
    for number, unit in ((1, "Xã Tân Thử"), (2, "Xã Tân Thử"), (3, "Xã Đá Thử")):
        assert f"Danh sách niêm yết: Ấp {number}, {unit}" in pages[number]
        assert [f"Bảng tin ấp {number}" in page for page in pages] == [number == place for place in range(4)]
    table = cells(files["danh-sach-niem-yet.xlsx"])
    assert [row[:6] for row in table[-3:]] == [
        [2, "Xã Tân Thử", "Ấp 1", "Bảng tin ấp 1", "Cổng trụ sở ấp", "Trưởng ấp"],
        [3, "Xã Tân Thử", "Ấp 2", "Bảng tin ấp 2", "Cổng trụ sở ấp", "Trưởng ấp"],
        [4, "Xã Đá Thử", "Ấp 3", "Bảng tin ấp 3", "Cổng trụ sở ấp", "Trưởng ấp"],
    ]
    assert "Bảng tin ấp" not in text_of(files["to-niem-yet.pdf"])


def test_sheets_that_differ_come_one_by_one() -> None:
    other = replace(placing(2), place=replace(placing(2).place, settings={"contact": "Trạm y tế"}))
    files = files_of(posting_list([placing(1), other]))
    assert "Trạm y tế" in text_of(files["to-niem-yet-2.pdf"])


def test_a_name_never_acts_as_a_formula() -> None:
    sly = replace(placing(), place=Place(name="=HYPERLINK(1)", unit="Xã Thử"))
    assert cells(files_of(posting_list([sly]))["danh-sach-niem-yet.xlsx"])[-1][3] == "'=HYPERLINK(1)"


# Leaflets and their order


def test_an_order_says_how_many_go_where_and_no_price() -> None:
    files = files_of(leaflets.print_order([placing(1), placing(2), placing(3, unit="Xã Đá Thử")]))
    assert list(files) == ["to-roi.pdf", "phieu-dat-in.pdf", "so-luong.xlsx"]
    assert len(pdf(files["phieu-dat-in.pdf"]).pages) == 1
    told = text_of(files["phieu-dat-in.pdf"])
    for part in ("Khổ A5", "Giao tới", "Trụ sở Xã Đá Thử", "Cộng 126", "Cần giao trước 01/12/2026"):
        assert part in told
    assert not [word for word in told.split() if word.endswith(("đồng", "đ"))]
    table = cells(files["so-luong.xlsx"])
    assert table[-1][-1] == 126
    assert table[-2][1:5] == ["Xã Đá Thử", "Ấp 3", "Bảng tin ấp 3", "Trụ sở Xã Đá Thử"]


@pytest.mark.parametrize(("places", "units"), [(60, 3), (90, 30)])
def test_an_order_stays_one_page_and_its_sum_holds(places: int, units: int) -> None:
    rows = [placing(number, unit=f"Xã Thử {number % units}") for number in range(places)]
    rows.sort(key=lambda one: one.place.unit)
    files = files_of(leaflets.print_order(rows))
    assert len(pdf(files["phieu-dat-in.pdf"]).pages) == 1
    total = sum(one.place.quantity for one in rows)
    assert f"Cộng {total:,}".replace(",", ".") in text_of(files["phieu-dat-in.pdf"])
    assert cells(files["so-luong.xlsx"])[-1][-1] == total


def test_different_sorts_of_print_are_different_orders() -> None:
    other = replace(placing(2), place=replace(placing(2).place, settings={"size": "A4", "matter": "Tờ gấp"}))
    files = files_of(leaflets.print_order([placing(1), other]))
    assert "Loại ấn phẩm Tờ gấp Khổ A4" in text_of(files["phieu-dat-in-2.pdf"])


def test_a_leaflet_has_two_sides_at_most_and_says_what_is_too_much() -> None:
    assert len(pdf(leaflets.leaflet(placing())).pages) == 1
    assert len(pdf(leaflets.leaflet(placing(text=TEXT + "\n" + TEXT * 4))).pages) == 2
    with pytest.raises(TooLongError) as refusal:
        leaflets.leaflet(placing(text=(TEXT + "\n") * 20))
    assert refusal.value.over > 0
    assert leaflets.measure(TEXT).amount == 0.5
    assert leaflets.measure((TEXT + "\n") * 20).amount > 1


# An article for a bulletin


def test_an_article_is_a_word_file_in_the_decrees_measures_and_a_plain_text() -> None:
    files = files_of(article(placing()))
    word = Document(io.BytesIO(files["bai-viet.docx"]))
    assert [paragraph.text for paragraph in word.paragraphs][:3] == [
        "Vay vốn làm ăn", "Hộ nghèo, hộ cận nghèo được vay vốn làm ăn.", "- Không phải thế chấp tài sản.",
    ]  # fmt: skip
    page, style = word.sections[0], word.styles["Normal"]
    assert [round(side.mm) for side in (page.left_margin, page.right_margin, page.top_margin, page.bottom_margin)] == [
        30, 15, 20, 20,
    ]  # fmt: skip
    assert (style.font.name, style.font.size.pt) == ("Times New Roman", 14)
    assert round(style.paragraph_format.first_line_indent.cm, 2) == 1
    plain = files["bai-viet.txt"].decode("utf-8-sig")
    assert plain.startswith("Vay vốn làm ăn\r\n\r\nHộ nghèo")
    assert plain.endswith(f"Đọc đầy đủ: {LINK}\r\n")


def test_a_bulletin_has_a_print_order_with_copies_by_unit() -> None:
    assert BULLETIN.lot is not None
    rows = [placing(1), placing(2), placing(3, unit="Xã Đá Thử"), placing(4, unit="Xã Đá Thử", language="km")]
    files = files_of(BULLETIN.lot(rows))
    assert list(files) == ["bai-viet.docx", "bai-viet-km.docx", "phieu-dat-in.pdf", "so-luong.xlsx"]
    told = text_of(files["phieu-dat-in.pdf"])
    for part in ("Loại ấn phẩm Bản tin", "bai-viet.docx trong cùng gói này", "Trụ sở Xã Đá Thử", "Cộng 170"):
        assert part in told
    table = cells(files["so-luong.xlsx"])
    assert [(row[1], *row[-2:]) for row in table[-5:]] == [
        ("Xã Tân Thử", 83, 41), ("Xã Tân Thử", None, 42), ("Xã Đá Thử", 87, 43), ("Xã Đá Thử", None, 44),
        ("Cộng", 170, 170),
    ]  # fmt: skip


# A sheet for propagandists


def test_a_talk_sheet_has_what_to_say_what_is_asked_and_where_to_send_people() -> None:
    title, text = PROPAGANDIST.derive("Vay vốn làm ăn", TEXT)
    told = text_of(talk_sheet(placing(title=title, text=text)).content)
    for part in (
        "Nói gì, chừng 1 phút",
        "Bà con hay hỏi",
        "Cần giấy tờ gì?",
        "Chỉ bà con tới đâu",
        "Ghi lại sau mỗi buổi",
    ):
        assert part in told


@pytest.mark.parametrize("make", [poster, article, leaflets.one_place, talk_sheet])
def test_equal_words_give_equal_bytes(make: Any) -> None:
    first = make(placing())
    assert make(placing()) == first
    assert make(placing(text=f"{TEXT} Thêm.")).content != first.content


@pytest.mark.parametrize("make", [posting_list, leaflets.print_order, BULLETIN.lot])
def test_equal_lists_give_equal_bytes(make: Any) -> None:
    rows: Sequence[Placing] = [placing(1), placing(2)]
    assert make(rows).content == make(rows).content
