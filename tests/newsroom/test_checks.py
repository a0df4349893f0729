"""What each content check finds and lets be; every person in the sentences is invented."""

import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from unicodedata import normalize

import pytest
from django.db import connection
from django.db.models import CharField, EmailField, TextField, URLField
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from modelcluster.models import get_all_child_relations
from wagtail import blocks
from wagtail.blocks import StreamValue
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Locale, Orderable

from lantoa.newsroom import checks, lines, services
from lantoa.newsroom.checks import legal_numbers
from lantoa.newsroom.checks.difficulty import difficulty, frequent
from lantoa.newsroom.checks.draft import Draft
from lantoa.newsroom.enums import Severity
from lantoa.newsroom.models import (
    PAGE_TYPES,
    ArticlePage,
    ColumnPage,
    GuidePage,
    InstitutionPage,
    LegalTextPage,
    PolicyPage,
    RoleModelPage,
)
from tests.newsroom.conftest import NOW, Write
from tests.newsroom.samples import LAW, document, image

TODAY = date(2026, 11, 23)
EASY = "Bà con đến tổ tiết kiệm ở ấp. Tổ họp rồi gửi danh sách lên xã. Xã xem xong thì ngân hàng báo ngày nhận tiền. "
OFFICIAL = (
    "Căn cứ tình hình thực tiễn, Ủy ban nhân dân tỉnh yêu cầu các sở, ban, ngành, đoàn thể tăng cường phối hợp, triển "
    "khai đồng bộ các giải pháp tuyên truyền, phổ biến chủ trương, chính sách về giảm nghèo đa chiều, bao trùm, bền "
    "vững; kịp thời biểu dương, nhân rộng các mô hình, điển hình tiên tiến nhằm khơi dậy ý chí tự lực, tự cường, phát "
    "huy nội lực vươn lên, hạn chế phát sinh trên địa bàn. "
)


def page_of(*html: str, model: Any = ArticlePage, **fields: Any) -> Any:
    body = [("paragraph", one if one.startswith("<") else f"<p>{one}</p>") for one in html]
    return model(title="Một trang", **{"lead": "Vài lời.", "body": body, **fields})


def codes(page: Any) -> dict[str, Severity]:
    return {finding.code: finding.severity for finding in checks.run(page, on=TODAY)}


STOP, WARN, FINE = Severity.STOP, Severity.WARN, None
SENTENCES: list[tuple[str, Severity | None, str]] = [
    ("source", WARN, "Cả xã còn 120 hộ chưa có nước sạch."),
    ("source", WARN, "Tỷ lệ giảm còn 5,2%."),
    ("source", WARN, "Tổ đã cho vay 1,5 tỷ đồng."),
    ("source", FINE, "Theo báo cáo của xã ngày 3/5, còn 120 hộ chưa có nước sạch."),
    ("source", FINE, "Nguồn: Ủy ban nhân dân xã. Tỷ lệ giảm còn 5,2%."),
    ("source", FINE, "Hồ sơ được trả trong 15 ngày làm việc."),
    ("source", WARN, "Xã đã trao 1.500 suất quà."),
    ("source", WARN, "Xã làm mới 35 km đường."),
    ("source", WARN, "Xã đã cấp 1.250 thẻ bảo hiểm y tế."),
    ("source", WARN, "Xã cấp 500 suất quà, bê tông hóa đường 15 km."),
    ("source", FINE, "Vào đường 30 tháng 4, tới nhà 45, gọi 1022 để hỏi, học tới cấp 3."),
    ("source", WARN, "Có 20 mô hình làm ăn tốt."),
    ("source", WARN, "Cả 300 gia đình đã có nước sạch."),
    ("source", WARN, "Còn 12 trường hợp chờ xét."),
    ("source", WARN, "Tỷ lệ giảm 3 điểm phần trăm."),
    ("source", WARN, "Theo kế hoạch, 120 hộ được vay."),
    ("source", WARN, "Theo báo cáo, còn 120 hộ chưa có nước sạch."),
    ("source", WARN, "Theo Nghị định 07/2021/NĐ-CP, xã đã xét 120 hộ."),
    ("source", FINE, "Theo Nghị định 07/2021/NĐ-CP, mỗi hộ được vay 50 triệu đồng, nếu có từ 3 người trở lên."),
    ("source", FINE, "Theo Ủy ban nhân dân xã, còn 120 hộ chưa có nước sạch."),
    ("source", FINE, "Sáng 12 tháng 3 năm 2026, lúc 7 giờ 30 phút, bà con ấp 12 họp."),
    ("source", FINE, "Gọi 0290 000 0188 hoặc 1022 để hỏi; xem Điều 15 khoản 2, mục 12 phần sau."),
    ("source", FINE, "Người từ 15 đến 60 tuổi, học lớp 12 trường làng, mang 2 bản sao căn cước 12 số."),
    ("child", STOP, "Em Nguyễn Thị Mẫu, học lớp 5 Trường Tiểu học Rạch Thử, vừa được tặng xe đạp."),
    ("child", STOP, "Trần Văn Thử, 12 tuổi, ở ấp Kênh Mẫu, bị bệnh tim."),
    ("child", WARN, "Hôm nay em Lê Thị Ví Dụ kể chuyện đi học."),
    ("child", STOP, "Em Nguyễn Thị Mẫu rất ngoan. Em học lớp 5 Trường Tiểu học Rạch Thử, ấp 4."),
    ("child", STOP, "Em Nguyễn Thị Mẫu rất ngoan. Ai cũng thương. Học lớp 5, ngụ ấp 4."),
    ("child", STOP, "Khưu Thị Mẫu, sinh năm 2015, ở ấp Kênh Mẫu."),
    ("child", STOP, "Thạch Văn Thử, học sinh lớp 7 Trường Tiểu học Rạch Thử."),
    ("child", WARN, "Em Đào Thị Mẫu rất ngoan. Lễ trao quà ở nhà văn hóa ấp 4, có các em học sinh lớp 5."),
    (
        "child",
        WARN,
        "Em Nguyễn Thị Mẫu và em Trần Văn Thử. Xã vui. Bà con vui. Ai cũng vui. Em thứ ba ở ấp 4, học lớp 5.",
    ),
    ("child", FINE, "Bà Phùng Thị Mẫu, sinh năm 1962, ở ấp Kênh Mẫu. Cháu bà học lớp 5."),
    ("child", FINE, "Cô Tạ Thị Mẫu, lớp 5 do cô dạy, ở Trường Tiểu học Nguyễn Văn Mẫu, lớp nào cũng đủ sách."),
    ("child", STOP, "Em Từ Thanh Tâm, 9 tuổi, lớp 3A Trường Tiểu học Rạch Thử, ấp 4."),
    ("child", STOP, "Xã trao quà cho em NGUYỄN VĂN MẪU, lớp 5A, Trường Tiểu học Rạch Thử."),
    ("child", STOP, "Các em: Nguyễn Văn Mẫu, Trần Thị Thử (lớp 5A, Trường Tiểu học Rạch Thử) được nhận quà."),
    ("child", FINE, "Em Thạch Thị Mẫu, 20 tuổi, quê xã Rạch Thử, sinh viên Trường Đại học Trà Vinh."),
    ("child", FINE, "Em Thạch Thị Mẫu, sinh viên Trường Đại học Trà Vinh, quê ấp 4, về ấp dạy chữ."),
    (
        "child",
        FINE,
        "Chị em Hội Phụ nữ xã Rạch Thử lớp 5 người góp vốn; trẻ em Việt Nam Anh Hùng; em Trường Tiểu học Một.",
    ),
    ("child", FINE, "Học sinh Thái Lan, học sinh Hà Nội 12 tuổi đến thăm."),
    ("child", FINE, "Em M., học sinh lớp 5, vừa được tặng xe đạp."),
    ("child", FINE, "Ông Nguyễn Văn Mẫu, 62 tuổi, ở ấp Kênh Mẫu."),
    ("poor_person", STOP, "Gia đình chị Lan thuộc hộ nghèo ở ấp."),
    ("poor_person", STOP, "Anh Ba không thuộc hộ cận nghèo."),
    ("poor_person", FINE, "Hộ nghèo được vay vốn để làm ăn."),
    ("poor_person", FINE, "Nếu chị thuộc hộ nghèo thì được miễn phí."),
    ("marks", WARN, "Ba con den to tiet kiem o ap de lam don vay von."),
    ("marks", FINE, "Bà con đến tổ tiết kiệm ở ấp để làm đơn vay vốn."),
    ("marks", WARN, "Bà con den to tiet kiem o ap de lam don vay von."),
    ("marks", FINE, "Anh Ba mua hai con trâu cho con trai, nay bao nhiêu con cua qua vuông anh ra xem."),
    ("marks", FINE, "Children of the poor can go to school free with a World Bank project."),
    ("short_forms", WARN, "Bà con hỏi NHCS để vay."),
    ("short_forms", FINE, "Bà con hỏi Ngân hàng Chính sách (NHCS) để vay. NHCS ở chợ xã."),
    ("short_forms", FINE, "UBND xã trả lời trong quý III."),
    ("link_words", WARN, '<p>Xem <a href="https://vi-du.example/don">tại đây</a>.</p>'),
    ("link_words", WARN, '<p>Xem <a href="https://vi-du.example/don">https://vi-du.example/don</a>.</p>'),
    ("link_words", FINE, '<p>Tải <a href="https://vi-du.example/don">mẫu đơn vay vốn</a>.</p>'),
    ("nfc", WARN, normalize("NFD", "Bà con đến tổ tiết kiệm.")),
    ("nfc", FINE, normalize("NFC", "Bà con đến tổ tiết kiệm.")),
    ("reading", WARN, OFFICIAL * 2),
    ("reading", FINE, EASY * 4),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("code", "severity", "text"), SENTENCES)
def test_each_check_finds_the_bad_sentence_and_lets_the_good_one_be(
    code: str, severity: Severity | None, text: str
) -> None:
    assert codes(page_of(text)).get(code) == severity


@pytest.mark.django_db
@pytest.mark.parametrize("where", ["title", "lead", "seo_title", "search_description", "body"])
def test_four_words_without_marks_are_found_where_few_stand(where: str) -> None:
    def asked(words: str) -> bool:
        body = [("heading", words), ("paragraph", "<p>Chữ.</p>")]
        fields = {"body": body} if where == "body" else {where: words}
        page = page_of()
        for name, value in fields.items():
            setattr(page, name, value)
        return "marks" in codes(page)

    assert asked("Vay von uu dai cho ho ngheo")
    assert asked("Nuoi cua duoi tan rung ngập mặn")
    for fine in ("Vay vốn ưu đãi", "Vay von", "World Bank Open Data", "Zalo OA, SMS, Facebook", "Hai ba con cua"):
        assert not asked(fine), fine


@pytest.mark.django_db
def test_a_child_named_in_the_title_is_told_by_the_details_of_the_text() -> None:
    page = page_of("Bà con vui.", "Cả ấp vui. Ai cũng vui. Xã cũng vui.", "Học lớp 5 Trường Tiểu học Rạch Thử, ấp 4.")
    assert "child" not in codes(page)
    page.title = "Em Nguyễn Thị Mẫu học giỏi"
    assert [(one.field, one.severity) for one in checks.run(page, on=TODAY) if one.code == "child"] == [("title", STOP)]


@pytest.mark.django_db
def test_every_finding_says_where_why_and_what_to_do() -> None:
    bad = [text for _code, severity, text in SENTENCES if severity]
    found = checks.run(page_of(*bad), on=TODAY)
    assert {finding.code for finding in found} >= {"source", "child", "poor_person", "marks", "short_forms", "nfc"}
    assert [one for one in found if not (one.field and one.place and one.why and one.remedy)] == []
    severities = [one.severity for one in found]
    assert severities == sorted(severities, key=[STOP, WARN].index), "what stops comes first"


ELSEWHERE: list[tuple[Severity, str]] = [
    (STOP, "Nguyễn Thị Mẫu, 12 years old, lives in ấp Kênh Mẫu."),
    (STOP, "Nguyen Thi Mau, aged 12, goes to Trường Tiểu học Rạch Thử."),
    (STOP, "Nguyễn Thị Mẫu អាយុ ១២ ឆ្នាំ នៅ ấp Kênh Mẫu។"),
    (WARN, "A 9-year-old girl, Nguyễn Thị Mẫu, told us."),
    (WARN, "Nguyễn Văn Mẫu, 62 years old, lives in ấp Kênh Mẫu."),
    (WARN, "Children aged 12 of ấp Kênh Mẫu go to school by boat."),
    (WARN, "ប្រជាពលរដ្ឋអាចខ្ចីប្រាក់បានងាយស្រួល។"),
]


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "km"])
@pytest.mark.parametrize(("severity", "text"), ELSEWHERE)
def test_in_other_languages_somebody_says_that_nobody_is_singled_out(
    language: str, severity: Severity, text: str
) -> None:
    locale, _made = Locale.objects.get_or_create(language_code=language)
    found = [one.severity for one in checks.run(page_of(text, locale=locale), on=TODAY) if one.code == "singled_out"]
    assert (found[0], found.count(WARN) >= 1) == (severity, True)


@pytest.mark.django_db
def test_what_is_found_in_other_languages_is_named_and_vietnamese_pages_are_asked_nothing() -> None:
    locale, _made = Locale.objects.get_or_create(language_code="en")
    page = page_of("A 9-year-old girl, Nguyễn Thị Mẫu, told us.", locale=locale)
    assert [one.words for one in checks.run(page, on=TODAY) if one.code == "singled_out"] == ["", "Nguyễn Thị Mẫu"]
    assert "singled_out" not in codes(page_of("Nguyễn Thị Mẫu, 12 tuổi."))


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["vi", "en", "km"])
def test_an_identity_number_stops_a_page_of_any_language(language: str) -> None:
    locale, _made = Locale.objects.get_or_create(language_code=language)

    def found(text: str) -> list[tuple[Severity, str]]:
        ran = checks.run(page_of(text, locale=locale), on=TODAY)
        return [(one.severity, one.words) for one in ran if one.code == "identity"]

    for number in ("096301001234", "096 301 001 234"):
        assert found(f"Số {number}.") == [(STOP, number)]
    assert found("០៩៦៣០១០០១២៣៤") == [(STOP, "096301001234")]
    for other in ("0912 345 678", "0290 000 0188", "096.301.001", "1096301001234", "0971000123456", "12/2025/NĐ-CP"):
        assert found(f"Gọi {other}.") == []


@pytest.mark.django_db
def test_headings_stand_above_something_and_do_not_shout() -> None:
    def body(*pieces: tuple[str, str]) -> dict[str, Severity]:
        return codes(page_of(body=list(pieces)))

    text = ("paragraph", "<p>Chữ.</p>")
    assert "headings" not in body(("heading", "Ai được vay"), text)
    assert "headings" in body(("heading", "Ai được vay"), ("heading", "Vay thế nào"), text)
    assert "headings" in body(text, ("heading", "Hết rồi"))
    assert "headings" in body(("heading", "AI ĐƯỢC VAY VỐN"), text)
    assert "headings" in body(("paragraph", f"<p>{EASY * 30}</p>"))


@pytest.mark.django_db
def test_a_source_named_once_for_the_page_is_enough() -> None:
    figures = "Cả xã còn 120 hộ."
    assert "source" not in codes(page_of(figures, sources="Ủy ban nhân dân xã, rà soát tháng 9/2026"))
    legal = [("reference", {"kind": "decree", "number": "00/2025/NĐ-CP"})]
    policy = PolicyPage(title="Vay vốn", lead="Ai cũng đọc.", what="<p>Vay 50 triệu đồng.</p>")
    assert "source" in codes(policy)
    said_again = page_of("Theo rà soát tháng 9, cả xã còn 120 hộ.", lead="Cả xã còn 120 hộ, giảm 30 hộ.")
    assert [(one.field, one.words) for one in checks.run(said_again, on=TODAY) if one.code == "source"] == [
        ("lead", "30 hộ")
    ]
    guide = GuidePage(title="Làm đơn vay vốn", lead="Ai cũng đọc.")
    said = (OFFICIAL * 2, "Nộp 200 nghìn đồng.")
    guide.steps = [("step", {"title": "Nộp đơn", "text": f"<p>{one}</p>"}) for one in said]
    assert {"source", "reading"} <= {one.code for one in checks.run(guide, on=TODAY) if one.field == "steps"}
    policy.legal = legal
    assert "source" not in {one.code for one in checks.run(policy, on=TODAY) if one.field == "what"}


@pytest.mark.django_db
def test_a_tables_caption_names_the_source_of_its_figures() -> None:
    def table(caption: str) -> dict[str, Severity]:
        columns = [{"type": "text", "heading": "Ấp"}, {"type": "figure", "heading": "Hộ có nước"}]
        rows = [{"values": ["Ấp 4", "120 hộ"]}]
        return codes(page_of(body=[("table", {"columns": columns, "rows": rows, "caption": caption})]))

    assert table("Nước sạch")["source"] == WARN
    assert "source" not in table("Nước sạch. Nguồn: Ủy ban nhân dân xã, tháng 9/2026")


@pytest.mark.django_db
def test_the_law_a_policy_rests_on_is_the_source_of_its_terms_alone() -> None:
    policy = PolicyPage(title="Vay vốn", lead="Ai cũng đọc.", what="<p>Vay 50 triệu đồng, lãi 3,3%.</p>")
    policy.legal = [("reference", {"kind": "decree", "number": "00/2025/NĐ-CP"})]
    assert "source" not in codes(policy)
    for said, figure in (
        ("Năm ngoái 1.500 hộ đã vay.", "1.500 hộ"), ("Xã đã giải ngân 12 tỷ đồng.", "12 tỷ đồng"),
        ("Nay tỷ lệ ấy còn 3,5%.", "3,5%"),
    ):  # fmt: skip
        policy.what = f"<p>Vay 50 triệu đồng. {said}</p>"
        found = [(one.field, one.words) for one in checks.run(policy, on=TODAY) if one.code == "source"]
        assert found == [("what", figure)]


NOT_READ = {
    "slug": "an address",
    "path": "where the tree keeps it",
    "content_line": "a letter of the plan, shown by its words",
    "people_agreed": "where consent is kept: nobody outside reads it",
}
"""Plain texts of pages that no check reads, and why."""


def texts_of(block: Any, said: str) -> tuple[Any, list[str]]:
    """A value of this block with a word of its own in each text it holds, and those words."""
    if isinstance(block, blocks.RichTextBlock):
        return f"<p>{said}</p>", [said]
    if isinstance(block, blocks.CharBlock | blocks.TextBlock):
        return said, [said]
    if isinstance(block, blocks.StructBlock):
        inside = {name: texts_of(child, f"{said}-{name}") for name, child in block.child_blocks.items()}
        return (
            {name: value for name, (value, _words) in inside.items()},
            [word for _value, words in inside.values() for word in words],
        )
    if isinstance(block, blocks.ListBlock):
        value, words = texts_of(block.child_block, said)
        return [value], words
    if isinstance(block, TypedTableBlock):
        words = [f"{said}-caption", f"{said}-heading", f"{said}-cell"]
        columns = [{"type": "text", "heading": words[1]}]
        return {"columns": columns, "rows": [{"values": [words[2]]}], "caption": words[0]}, words
    return None, []


@pytest.mark.django_db
@pytest.mark.parametrize("model", PAGE_TYPES, ids=lambda model: model.__name__)
def test_every_text_that_readers_see_is_a_piece(model: Any) -> None:
    page, written = model(), list[str]()
    for field in model._meta.get_fields():
        if isinstance(field, StreamField):
            value = [
                (name, texts_of(child, f"{field.name}-{name}"))
                for name, child in field.stream_block.child_blocks.items()
            ]
            raw = [{"type": name, "value": plain} for name, (plain, _words) in value if _words]
            setattr(page, field.name, StreamValue(field.stream_block, raw, is_lazy=True))
            written += [word for _name, (_plain, words) in value for word in words]
        elif isinstance(field, URLField | EmailField) or not isinstance(field, CharField | TextField):
            continue
        elif field.editable and not field.choices and field.name not in NOT_READ:
            setattr(page, field.name, f"<p>{field.name}</p>" if isinstance(field, RichTextField) else field.name)
            written.append(field.name)
    for relation in get_all_child_relations(model):
        if issubclass(relation.related_model, Orderable):
            texts = [one.name for one in relation.related_model._meta.get_fields() if isinstance(one, CharField)]
            row = {name: f"row-{name}" for name in texts if not relation.related_model._meta.get_field(name).choices}
            setattr(page, relation.get_accessor_name(), [relation.related_model(**row)])
            written += row.values()
    read = "\n".join(piece.text for piece in Draft.of(page, on=TODAY).pieces).split()
    assert [word for word in written if word not in read] == []
    assert {"caption", "heading", "cell"} <= {word.rpartition("-")[2] for word in written} or "body" not in written


@pytest.mark.django_db
def test_a_role_model_who_agreed_may_say_they_left_poverty() -> None:
    text = "Chị Lan mới thoát nghèo năm nay."
    told = {"model": RoleModelPage, "named_as": "Chị Lan", "place": "Ấp 4", "did": "<p>Nuôi cua.</p>"}
    assert codes(page_of(text, **told, agreed_on=date(2026, 5, 4)))["poor_person"] == WARN
    assert codes(page_of(text, **told))["poor_person"] == STOP


@pytest.mark.django_db
def test_audience_sets_how_hard_a_text_may_be(settings: Any) -> None:
    page = page_of(OFFICIAL * 2, audience_groups=["poverty_officers"])
    settings.LANTOA_READING_LIMITS = {"people": "1.10", "poverty_officers": "9"}
    assert "reading" not in codes(page)
    page.audience_groups = ["poverty_officers", "poor"]
    assert "reading" in codes(page), "the hardest pressed readers set the limit"


def test_the_formula_is_the_published_one_and_tells_easy_from_official() -> None:
    measured = difficulty(["Bà con đến ấp.", "Qqq www."])
    letters, syllables = 10 + 6, 6
    assert (measured.letters, measured.syllables, measured.difficult) == (
        letters,
        syllables,
        2 + ("ấp" not in frequent()),
    )
    words = 0.1905 * letters / syllables * 1.5
    assert measured.score == pytest.approx(0.004 * letters / 2 + words + 2.7147 * measured.difficult / 6 - 0.7295)
    assert len(frequent()) == 1_000
    assert difficulty(EASY.split(". ")).score < 1 < difficulty([OFFICIAL]).score


@pytest.mark.parametrize(
    "number",
    ["02/2020/UBTVQH14", "1655/NQ-UBTVQH15", "40-CT/TW", "43-NQ/TW", "12-KH/TU", "05-HD/BTGTW", "31/2024/QH15"],
)
def test_texts_of_parliament_and_party_are_read(number: str) -> None:
    assert legal_numbers.numbers(f"Nghị quyết số {number}.") == [number]


def test_a_number_typed_with_the_icelandic_letter_is_the_same() -> None:
    assert legal_numbers.numbers("Nghị định 28/2022/NÐ-CP, 1719/QÐ-TTg") == ["28/2022/NĐ-CP", "1719/QĐ-TTg"]


@pytest.mark.parametrize("text", ["mẫu 01/TT-BTC", "ngày 3/5", "5-10/3", "12-15/TT", "7/24/KH", "A-CT/TW", "40-CT/HN"])
def test_other_strokes_are_no_legal_text(text: str) -> None:
    assert legal_numbers.numbers(text) == []


OLD, NEW = "11/2021/NĐ-CP", "12/2025/NĐ-CP"


@pytest.mark.parametrize(
    ("text", "over"),
    [
        (f"Theo Nghị định {NEW} (thay thế Nghị định {OLD}), hộ nghèo được vay.", [OLD]),
        (f"Nghị định {NEW} thay thế Nghị định {OLD} và Thông tư số 1/2020/TT-BTC.", [OLD, "1/2020/TT-BTC"]),
        (f"Nghị định {OLD} ngày 27/1/2021 của Chính phủ được thay thế bởi Nghị định {NEW}.", [OLD]),
        (f"Nghị định {OLD} (đã bị bãi bỏ).", [OLD]),
        (f"Theo Nghị định {NEW}, Nghị định {OLD} hết hiệu lực.", [OLD]),
        (f"Hết hiệu lực: {OLD}, {NEW}.", [OLD, NEW]),
        (f"Trước đây theo Nghị định {OLD} vay 50 triệu, nay theo Nghị định {NEW} vay 100 triệu.", [OLD]),
        (f"Theo Nghị định {OLD} trước đây, hộ được vay ít hơn.", [OLD]),
        (f"Nghị định 1/2015/NĐ-CP hết hiệu lực. Theo Nghị định {OLD}, hộ được vay.", ["1/2015/NĐ-CP"]),
        (f"Khác với trước đây, Nghị định {NEW} cho vay 100 triệu.", []),
        (f"Theo Nghị định {NEW}, mức cũ hết hiệu lực.", []),
        (f"Nghị định {OLD} chưa hết hiệu lực.", []),
        (f"Nghị định {NEW} thay đổi mức vay.", []),
    ],
)
def test_only_what_its_own_sentence_says_is_over_is_cited_as_past(text: str, over: list[str]) -> None:
    assert [number for number, past in legal_numbers.citations(text) if past] == over


def test_a_text_cited_as_past_and_as_binding_is_judged_both_ways() -> None:
    text = f"Nghị định {OLD} đã hết hiệu lực. Bà con vay theo Nghị định {OLD}."
    assert legal_numbers.citations(text) == [(OLD, True), (OLD, False)]


KINDS = st.sampled_from(["NĐ-CP", "QĐ-TTg", "QĐ-UBND", "TT-BTTTT", "NQ-HĐND", "QH15", "TTLT-BTC-BNV", "NQ-UBTVQH15"])
CITED = st.builds(
    lambda number, year, kind: f"{number}/{year}/{kind}", st.integers(1, 9999), st.integers(1990, 2030), KINDS
)


@settings(max_examples=60)
@given(st.lists(CITED, max_size=4, unique=True), st.text(alphabet="aăbcdđeghiklmn ,;áàạ", max_size=40))
def test_every_cited_number_is_read_whatever_stands_between(cited: list[str], between: str) -> None:
    text = f" {between} ".join(f"Nghị định {number}" for number in cited)
    assert legal_numbers.numbers(text) == cited


@settings(max_examples=60)
@given(st.text(max_size=200))
def test_parsers_take_any_text(text: str) -> None:
    assert all("/" in number for number in legal_numbers.numbers(text))
    measured = difficulty([text])
    assert 0 <= measured.difficult <= measured.syllables


@pytest.mark.django_db
class TestAgainstTheSite:
    def test_a_legal_text_is_there_to_be_opened(self, site: Any, editor: Any) -> None:
        from lantoa.newsroom import services

        def asked(**facts: Any) -> list[tuple[str, str]]:
            parent = site.sections[LegalTextPage.section]["vi"]
            told = {**LAW, "source_url": "", "file": None, **facts}
            page = services.write_page(LegalTextPage, parent=parent, title="Văn bản", by=editor, at=NOW, **told)
            return [(one.field, one.severity) for one in checks.run(page, on=TODAY) if one.code == "text"]

        assert asked() == [("file", Severity.WARN)]
        assert asked(source_url="https://vbpl.example/1") == []
        assert asked(file=document("nghi-dinh.pdf", b"%PDF-1.7 x")) == []

    def test_law_that_ended_stops_unless_the_sentence_says_so(
        self, site: Any, write: Write, publish: Callable[..., Any], editor: Any
    ) -> None:
        from lantoa.newsroom import services

        def law(number: str, **facts: Any) -> LegalTextPage:
            parent = site.sections[LegalTextPage.section]["vi"]
            told = {**LAW, "number": number, "body": [], **facts}
            return publish(  # type: ignore[no-any-return]
                services.write_page(LegalTextPage, parent=parent, title=f"Văn bản {number}", by=editor, at=NOW, **told)
            )

        law("11/2021/NĐ-CP", issued_on=date(2021, 1, 1), ends_on=date(2025, 12, 31))
        law("12/2025/NĐ-CP")
        law("13/2026/NĐ-CP", issued_on=date(2026, 6, 1), effective_on=date(2027, 1, 1))
        expected = {
            "Theo Nghị định 11/2021/NĐ-CP, bà con được vay.": STOP,
            "Nghị định 11/2021/NĐ-CP đã hết hiệu lực.": FINE,
            "Theo Nghị định số 12/2025/NĐ-CP, bà con được vay.": FINE,
            "Theo Nghị định 13/2026/NĐ-CP, bà con được vay.": WARN,
            "Theo Quyết định 999/QĐ-UBND, bà con được vay.": WARN,
            "Nghị định 12/2025/NÐ-CP thay thế Nghị định 11/2021/NĐ-CP.": FINE,
            "Nghị định 11/2021/NĐ-CP đã hết hiệu lực. Vay theo Nghị định 11/2021/NĐ-CP.": STOP,
            "Theo Nghị định 11/2021/NĐ-CP (thay thế Nghị định 12/2025/NĐ-CP), bà con được vay.": STOP,
        }
        assert {
            text: codes(write("Trang", body=[("paragraph", f"<p>{text}</p>")])).get("law") for text in expected
        } == (expected)

    def test_of_two_texts_of_one_number_the_one_is_meant_that_day_year_or_issuer_tell(
        self, site: Any, write: Write, publish: Callable[..., Any], editor: Any
    ) -> None:
        from lantoa.newsroom import services

        parent = site.sections[LegalTextPage.section]["vi"]
        province = {"issuer": "Ủy ban nhân dân tỉnh Mẫu", "issued_on": date(2023, 3, 5)}
        commune = {"issuer": "Ủy ban nhân dân xã Thử", "issued_on": date(2025, 2, 1), "ends_on": date(2025, 12, 31)}
        for facts in (province, commune):
            told = {**LAW, "number": "171/QĐ-UBND", "effective_on": None, "body": [], **facts}
            title = f"Quyết định của {facts['issuer']}"
            publish(services.write_page(LegalTextPage, parent=parent, title=title, by=editor, at=NOW, **told))
        expected = {
            "Theo Quyết định 171/QĐ-UBND ngày 05/3/2023, bà con được vay.": FINE,
            "Theo Quyết định 171/QĐ-UBND ngày 5 tháng 3 năm 2023, bà con được vay.": FINE,
            "Theo Quyết định 171/QĐ-UBND của Ủy ban nhân dân tỉnh Mẫu, bà con được vay.": FINE,
            "Theo Quyết định 171/QĐ-UBND năm 2023, bà con được vay.": FINE,
            "Theo Quyết định 171/QĐ-UBND ngày 1/2/2025, bà con được vay.": STOP,
            "Theo Quyết định 171/QĐ-UBND của Ủy ban nhân dân xã Thử, bà con được vay.": STOP,
            "Theo Quyết định 171/QĐ-UBND, bà con được vay.": WARN,
        }
        said = {text: codes(write("Trang", body=[("paragraph", f"<p>{text}</p>")])).get("law") for text in expected}
        assert said == expected

    def test_somebody_answers_for_the_page_and_reads_it_again_in_time(
        self, site: Any, editor: Any, settings: Any
    ) -> None:
        from lantoa.newsroom.services import write_article

        settings.LANTOA_REREAD_DAYS_BY_KIND = {"articles": 90}

        def write(**said: Any) -> Any:
            home = site.articles["vi"]
            return write_article(parent=home, title="Trang", lead="Lời.", body=[], by=editor, at=NOW, **said)

        def asked(**changes: Any) -> list[tuple[str, str]]:
            page = write(**changes)
            return [(one.field, one.words) for one in checks.run(page, on=TODAY) if one.code == "care"]

        page = write()
        assert asked() == [], "who writes for an office is asked nothing"
        assert page.owner_agency_id is not None
        assert page.review_by == TODAY + timedelta(days=90)
        assert asked(owner_agency_id=None, review_by=None) == [("owner_agency", ""), ("review_by", "")]
        assert asked(review_by=date(2026, 11, 22)) == [("review_by", "22/11/2026")]
        assert asked(review_by=TODAY) == []
        assert asked(review_by=date(2026, 12, 1), go_live_at=NOW + timedelta(days=20)) == [("review_by", "01/12/2026")]
        assert asked(review_by=date(2036, 1, 1)) == [("review_by", "01/01/2036")], "a decade is no care"
        section = page.get_parent().specific
        assert [one for one in checks.run(section, on=TODAY) if one.code == "care"] == [], "sections owe neither"

    def test_what_reports_count_stands_under_a_line_where_a_plan_has_some(
        self, write: Write, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def asked(page: Any) -> list[tuple[Severity, str]]:
            return [(one.severity, one.field) for one in checks.run(page, on=TODAY) if one.code == "line"]

        without, under = write("Không chọn"), write("Có chọn", content_line="a")
        assert asked(without) == [], "no plan is in force: there is nothing to choose"
        monkeypatch.setattr(lines, "_sources", [lambda _on, _chosen: [("", "—"), ("a", "a) Vay vốn")]])
        assert asked(without) == [(WARN, "content_line")]
        assert asked(under) == []
        for uncounted in (LegalTextPage, ColumnPage, InstitutionPage):
            assert asked(uncounted(title="Một trang")) == []
        assert asked(without.get_parent().specific) == [], "sections are counted nowhere"

    def test_dead_links_stop_and_live_ones_do_not(self, write: Write, publish: Callable[..., Any], editor: Any) -> None:
        live, draft = publish(write("Đang đăng")), write("Bản nháp")
        khmer = publish(services.begin_translation(page=live, language="km", by=editor, at=NOW))
        links = [
            (f'<a linktype="page" id="{draft.pk}">bài nháp</a>', STOP), ('<a href="/tin/khong-co/">bài cũ</a>', STOP),
            (f'<a linktype="page" id="{live.pk}">bài đang đăng</a>', FINE), (f'<a href="{live.url}">bài</a>', FINE),
            (f'<a href="{live.url[:-1]}">bài</a>', FINE), (f'<a href="/en{live.url}">bài</a>', STOP),
            (f'<a href="{khmer.url}">bài</a>', FINE), (f'<a href="{khmer.url[:-1]}?tu=zalo">bài</a>', FINE),
            ('<a href="/km/gui-y-kien">gửi ý kiến</a>', FINE), ('<a href="/km/tin/khong-co/">bài cũ</a>', STOP),
            ('<a href="/gui-y-kien/">gửi ý kiến</a>', FINE), ('<a href="https://vi-du.example/">trang khác</a>', FINE),
        ]  # fmt: skip
        got = [codes(page_of(f"<p>Xem {link}.</p>")).get("link_dead") for link, _expected in links]
        assert got == [expected for _link, expected in links]

    def test_pictures(self, write: Write) -> None:
        def with_picture(**facts: Any) -> dict[str, Severity]:
            return codes(write("Ảnh", body=[("image", {"image": image("Chợ", **facts), "caption": ""})]))

        assert with_picture(description="IMG_2041.jpg")["alt"] == WARN
        assert with_picture(description="Ảnh minh họa")["alt"] == WARN
        assert with_picture(shows_people=True)["consent"] == STOP
        assert with_picture(description="Bà con gom lúa trên sân.") == {}
        assert with_picture(description="Em Nguyễn Thị Mẫu, lớp 5, ở ấp Kênh Mẫu.")["child"] == STOP
        assert with_picture(credit="Số 096301001234")["identity"] == STOP

    def test_a_long_article_costs_few_queries_and_little_time(self, write: Write) -> None:
        paragraph = f"<p>{EASY}Nghị định 12/2025/NĐ-CP. Theo báo cáo có 120 hộ nghèo. <a href='/tin/a/'>bài</a></p>"
        pieces: list[Any] = [("paragraph", paragraph)] * (60_000 // len(paragraph.encode()) + 1)
        page = write("Dài", body=[*pieces, ("image", {"image": image(), "caption": ""})])
        page = page.get_latest_revision_as_object()
        checks.run(page, on=TODAY)
        with CaptureQueriesContext(connection) as asked:
            started = time.process_time()
            checks.run(page, on=TODAY)
            spent = time.process_time() - started
        assert len(asked) <= 8
        assert spent <= 0.25, "50 ms are promised on a quiet machine; this one may be busy"
