"""Whole plans, read to their figures: two of our own, and the province's real one where it lies beside the checkout."""

from datetime import date
from pathlib import Path

import pytest

from lantoa.planning.reading.interpret import read_plan

ROOT = Path(__file__).parents[3]
SAMPLES = ROOT / "src/lantoa/planning/samples"
REAL = ROOT.parent / "shared/domain/ke-hoach-171-KH-UBND.txt"


def read(path: Path):
    return read_plan(path.read_bytes(), path.name)[1]


def test_provincial_sample_gives_every_part():
    plan = read(SAMPLES / "ke-hoach-mau-1.txt")
    assert plan.number
    assert plan.number.text == "318/KH-UBND"
    assert plan.issued_on == date(2022, 10, 3)
    assert plan.issuer
    assert plan.issuer.text == "Ủy ban nhân dân tỉnh Sông Sen"
    assert plan.title
    assert plan.title.text == (
        "KẾ HOẠCH MẪU TRUYỀN THÔNG CHÍNH SÁCH GIẢM NGHÈO ĐẾN TỪNG HỘ DÂN"
        " GIAI ĐOẠN 2022 - 2030 TRÊN ĐỊA BÀN TỈNH SÔNG SEN"
    )
    assert plan.period
    assert (plan.period.from_year, plan.period.to_year) == (2022, 2030)
    assert [item.label for item in plan.content_lines] == ["a", "b", "c", "d", "đ"]
    assert len(plan.content_lines[2].details) == 2
    assert (len(plan.forms), len(plan.solutions)) == (6, 6)
    assert [(agency.name, len(agency.tasks)) for agency in plan.agencies] == [
        ("Sở Lao động - Thương binh và Xã hội", 3),
        ("Sở Thông tin và Truyền thông", 2),
        ("Đài Phát thanh - Truyền hình tỉnh", 2),
        ("Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh và các tổ chức chính trị - xã hội", 2),
        ("Ủy ban nhân dân các huyện, thành phố", 4),
    ]
    assert [task.due_on for task in plan.agencies[0].tasks] == [None, date(2022, 11, 30), date(2022, 12, 15)]
    assert [(r.kind, r.number, r.issued_on, r.issuer) for r in plan.references] == [
        ("Nghị quyết", "24/2021/QH15", date(2021, 7, 28), "Quốc hội"),
        ("Quyết định", "90/QĐ-TTg", date(2022, 1, 18), "Thủ tướng Chính phủ"),
        ("Nghị định", "27/2022/NĐ-CP", date(2022, 4, 19), "Chính phủ"),
        ("Quyết định", "650/QĐ-LĐTBXH", date(2022, 7, 21), "Bộ trưởng Bộ Lao động - Thương binh và Xã hội"),
        ("Chỉ thị", "05-CT/TW", date(2021, 6, 23), "Ban Bí thư Trung ương Đảng"),
    ]
    assert plan.references[1].provision == "khoản 2 Mục III"
    assert len(plan.recipients) == 6


def test_the_note_after_the_signature_is_the_only_line_left_over():
    plan = read(SAMPLES / "ke-hoach-mau-1.txt")
    source = (SAMPLES / "ke-hoach-mau-1.txt").read_text("utf-8").splitlines()
    assert [source[number - 1] for number in plan.unaccounted_lines] == ["(Bản mẫu, không có chữ ký)"]


def test_commune_sample_leaves_blank_what_the_text_leaves_blank():
    plan = read(SAMPLES / "ke-hoach-mau-2.txt")
    facts = plan.to_json()
    assert (facts["number"], facts["issued_on"], facts["issuer"]) == (None, None, "Ủy ban nhân dân xã Bến Sen")
    assert facts["findings"]["number"]["confidence"] == 0.2
    assert plan.period
    assert (plan.period.from_date, plan.period.to_date) == (date(2024, 3, 1), date(2024, 12, 31))
    assert [item.text for item in plan.forms] == [
        "Loa truyền thanh ấp vào sáng và chiều",
        "nhóm Zalo của ấp",
        "sinh hoạt tổ tự quản",
        "tờ rơi phát tại nhà",
    ]
    assert [(agency.name, len(agency.tasks)) for agency in plan.agencies] == [
        ("Công chức Văn hóa - Xã hội", 3),
        ("Đài Truyền thanh xã", 2),
        ("Ủy ban Mặt trận Tổ quốc Việt Nam xã và các đoàn thể", 2),
        ("Trưởng các ấp", 3),
    ]
    assert plan.unaccounted_lines == ()


@pytest.mark.skipif(not REAL.exists(), reason="the province's plan does not lie beside this checkout")
def test_real_plan_gives_the_figures_of_the_paper():
    plan = read(REAL)
    facts = plan.to_json()
    assert (facts["number"], facts["issued_on"]) == ("171/KH-UBND", "2022-09-15")
    assert plan.period
    assert (plan.period.from_year, plan.period.to_year) == (2022, 2025)
    assert "2021-2025" in plan.period.also_mentioned
    assert [item.label for item in plan.content_lines] == ["a", "b", "c", "d", "đ", "e"]
    assert len(plan.forms) == 5
    assert [item.label for item in plan.solutions] == ["a", "b", "c", "d", "đ", "e", "g", "h"]
    assert [len(agency.tasks) for agency in plan.agencies] == [2, 3, 3, 3, 3]
    assert [(r.kind, r.number, r.issued_on and r.issued_on.isoformat()) for r in plan.references] == [
        ("Quyết định", "650/QĐ-LĐTBXH", "2022-07-21"),
        ("Nghị quyết", None, None),
        ("Nghị quyết", None, None),
        ("Chỉ thị", "05-CT/TW", "2021-06-23"),
        ("Quyết định", "90/2022/QĐ-TTg", "2022-01-18"),
    ]
    assert {audience.group for audience in plan.audiences if audience.priority} == {
        "poor", "near_poor", "newly_escaped", "hard_coastal",
        "poverty_officers",
    }  # fmt: skip
    assert plan.signer_name is not None
    assert plan.unaccounted_lines == ()


def test_draft_has_the_agreed_keys():
    facts = read(SAMPLES / "ke-hoach-mau-1.txt").to_json()
    assert {
        "number", "issued_on", "issuer", "title", "period", "references", "content_lines", "forms", "solutions",
        "audiences", "agencies", "unaccounted_lines",
    } <= facts.keys()  # fmt: skip
    assert {"text", "source_lines"} <= facts["agencies"][0]["tasks"][0].keys()
