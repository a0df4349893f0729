"""A written text as an announcer says it."""

import zipfile
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from io import BytesIO

import pytest
from django.conf import LazySettings
from hypothesis import given
from hypothesis import strategies as st

from lantoa.channels.loudspeaker.kit import kit
from lantoa.channels.loudspeaker.numerals import number_words
from lantoa.channels.loudspeaker.script import derive, measure
from lantoa.channels.placing import Place, Placing, Priority
from lantoa.kernel.clock import ZONE


def script(text: str) -> str:
    return derive("", text)[1]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Họp ngày 15/9/2022.", "Họp ngày 15 tháng 9 năm 2022."),
        ("Từ 01/07/2025 đến 5-8-2025", "Từ ngày 1 tháng 7 năm 2025 đến ngày 5 tháng 8 năm 2025."),
        ("Trước ngày 15/9, lúc 7h30.", "Trước ngày 15 tháng 9, lúc 7 giờ 30."),
        ("Trong tháng 9/2022 và 10/2022", "Trong tháng 9 năm 2022 và tháng 10 năm 2022."),
        ("Lúc 19:00, 8h sáng.", "Lúc 19 giờ, 8 giờ sáng."),
        ("Giai đoạn 2021-2025", "Giai đoạn 2021 đến 2025."),
        ("Vay 1.500.000 đồng/tháng", "Vay một triệu năm trăm nghìn đồng mỗi tháng."),
        ("Đạt 97,5%, còn 3 % nữa", "Đạt chín mươi bảy phẩy năm phần trăm, còn 3 phần trăm nữa."),
        ("Cấp 50.000đ và 12 kg gạo", "Cấp năm mươi nghìn đồng và 12 ki lô gam gạo."),
        ("Nhà 30m², xa 2 km", "Nhà 30 mét vuông, xa 2 ki lô mét."),
        ("QĐ của UBND xã (BHYT)", "quyết định của ủy ban nhân dân xã, bảo hiểm y tế."),
        ("Quyết định số 861/QĐ-TTg", "Quyết định số 861 quyết định Thủ tướng Chính phủ."),
        ("Nghị định 49/2024/NĐ-CP", "Nghị định 49 năm 2024 nghị định Chính phủ."),
        ("Gọi 0291 123 456 để hỏi", "Gọi không hai chín một một hai ba bốn năm sáu để hỏi."),
        ("Xem tại https://lantoa.vn/tin-tuc.", "Xem tại lantoa chấm vn gạch chéo tin gạch ngang tuc."),
        ("- Gạo;\n- Muối.", "Gạo.\nMuối."),
        ("Năm 2022 có 15 hộ. Đủ cả.", "Năm 2022 có 15 hộ.\nĐủ cả."),
        ("Sai 45/13/2022 thì để nguyên", "Sai 45/13/2022 thì để nguyên."),
    ],
)  # fmt: skip
def test_as_it_is_said(written: str, said: str) -> None:
    assert script(written) == said


def test_short_forms_are_the_installations_own(settings: LazySettings) -> None:
    settings.LANTOA_SPOKEN_FORMS = {"NVH": "nhà văn hóa", "QĐ": "quyết nghị"}
    assert script("QĐ họp tại NVH.") == "quyết nghị họp tại nhà văn hóa."


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "không"), (5, "năm"), (10, "mười"), (15, "mười lăm"), (21, "hai mươi mốt"), (24, "hai mươi tư"),
        (105, "một trăm linh năm"), (111, "một trăm mười một"), (1005, "một nghìn không trăm linh năm"),
        (20_000, "hai mươi nghìn"), (1_000_001, "một triệu không trăm linh một"), (3_000_000_000, "ba tỷ"),
        (2_300_000_000_000, "hai nghìn ba trăm tỷ"),
    ],
)  # fmt: skip
def test_numbers_in_words(number: int, words: str) -> None:
    assert number_words(Decimal(number)) == words


def test_decimals_in_words() -> None:
    assert number_words(Decimal("2.05"), places=2) == "hai phẩy không năm"
    with pytest.raises(ValueError):
        number_words(Decimal(10**15))


@given(st.text(st.sampled_from("ab Đđ.,;:/-()%0123456789\nQĐUBNDtháng°²@&“”https"), max_size=120))
def test_whatever_the_text_each_line_says_something_and_ends(text: str) -> None:
    once = script(text)
    assert all(line[-1] in ".!?:" and any(c.isalnum() for c in line) for line in once.splitlines())
    assert not any(mark in once for mark in "()“”&\t")
    script(once)


def test_minutes_at_reading_speed(settings: LazySettings) -> None:
    text = "bà con " * 150
    assert measure(text).amount == 2.0
    settings.LANTOA_SYLLABLES_PER_MINUTE = 100
    assert measure(text).amount == 3.0
    assert str(measure(text).words)


PLACING = Placing(
    key="k-1",
    place=Place(name="Đài xã Đất Mũi", unit="Xã Đất Mũi", settings={"without_device": True, "slots": "HN 05:00-05:30"}),
    title="Vay vốn <mới>",
    text="Mời bà con vay vốn.\nHạn ngày 15 tháng 9.",
    source="UBND tỉnh",
    legal_basis="Nghị định 28/2022/NĐ-CP",
    priority=Priority.PREFERRED,
    starts_at=datetime(2026, 6, 1, 5, tzinfo=ZONE),
)


@pytest.mark.django_db
def test_a_package_has_all_that_an_announcer_needs_and_the_same_bytes_each_time() -> None:
    made = kit(PLACING)
    assert (made.name, made.content_type) == ("vay-von-moi-dai-xa-dat-mui.zip", "application/zip")
    assert kit(PLACING) == made
    assert kit(replace(PLACING, text="Khác.")).content != made.content
    with zipfile.ZipFile(BytesIO(made.content)) as archive:
        assert archive.testzip() is None
        files = {name: archive.read(name).decode() for name in archive.namelist()}
    text, page, times, facts = files.values()
    assert text.startswith("Vay vốn <mới>\n\nMời bà con vay vốn.\nHạn ngày 15 tháng 9.\n")
    assert "<h1>Vay vốn &lt;mới&gt;</h1>" in page
    assert "05:00 01/06/2026" in times
    assert "HN 05:00-05:30" in times
    assert '"priority": "preferred"' in facts
