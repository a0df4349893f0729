"""Published pages as readers get them."""

import re
from datetime import date

import pytest
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from lantoa.kernel.models import User
from lantoa.newsroom import services
from lantoa.newsroom.models import PolicyPage
from tests.newsroom.conftest import NOW, Write

pytestmark = pytest.mark.django_db

POLICY = {
    "title": "Vay vốn làm ăn, không cần thế chấp",
    "lead": "Ngân hàng Chính sách xã hội cho hộ nghèo, hộ cận nghèo vay tiền để làm ăn.",
    "facts": [{"label": "Vay tối đa", "value": "100 triệu", "unit": "đồng mỗi hộ"}],
    "who": [{"text": "<p>Hộ trong danh sách <b>hộ nghèo</b>.</p>"}, {"text": "<p>Đang nợ quá hạn.</p>", "yes": False}],
    "what": "<p>Tiền vay.</p>",
    "how": [{"title": "Vào tổ tiết kiệm và vay vốn", "text": "<p>Nói với tổ trưởng ở ấp.</p>"}],
    "papers": ["<p>Căn cước của người đứng tên.</p>"],
    "places": [{"title": "Điểm giao dịch tại xã", "phone": "0290 000 0188", "text": "Ngày 12 hằng tháng"}],
    "deadline": "Quanh năm.",
    "legal": [{"kind": "decree", "number": "00/2026/NĐ-CP", "issued_on": date(2026, 1, 2), "title": "Mẫu"}],
    "body": [
        ("callout", {"tone": "warn", "title": "Không ai được thu tiền", "text": "<p>Gọi cho xã.</p>"}),
        ("quote", {"text": "Có vốn là có ghe.", "who": "Một chủ hộ"}),
        ("question", {"question": "Vay mấy lần?", "answer": "<p>Trả xong vay tiếp.</p>"}),
    ],
}  # fmt: skip


@pytest.fixture
def policy(site: services.SiteMade, editor: User, publish: object) -> PolicyPage:
    draft = services.write_policy(parent=site.policies["vi"], by=editor, at=NOW, **POLICY)
    return publish(draft)  # type: ignore[operator]


def test_policy_answers_each_question_without_inline_styles(policy: PolicyPage, client: Client) -> None:
    html = client.get(policy.url).content.decode()
    for part in ("100 triệu", "Nói với tổ trưởng", "Căn cước", "0290 000 0188", "00/2026/NĐ-CP", "02/01/2026"):
        assert part in html
    assert re.findall(r"\sstyle=|<style|<script(?![^>]*(?:\bsrc=|ld\+json))|\son\w+=", html) == []
    assert re.findall(r"<div><p>Điều|\{\{|\{%", html) == []


def test_policy_costs_few_queries(
    policy: PolicyPage, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client.get(policy.url)
    with django_assert_max_num_queries(12):
        assert client.get(policy.url).status_code == 200


def test_draft_is_not_found_and_section_lists_the_published(
    write: Write, publish: object, client: Client, site: services.SiteMade
) -> None:
    draft, live = write("Bản nháp"), publish(write("Bản đã duyệt"))  # type: ignore[operator]
    html = client.get(site.articles["vi"].url).content.decode()
    assert client.get(draft.full_url).status_code == 404
    assert ("Bản nháp" in html, "Bản đã duyệt" in html.replace("\xa0", " ")) == (False, True)
    assert client.get(live.url).status_code == 200


def test_a_page_leads_to_the_three_newest_beside_it_and_never_to_itself(
    write: Write, publish: object, client: Client
) -> None:
    first = publish(write("Bản thứ 0"))  # type: ignore[operator]
    assert "Xem thêm" not in client.get(first.url).content.decode()
    for number in range(1, 5):
        publish(write(f"Bản thứ {number}"))  # type: ignore[operator]
    write("Bản nháp")
    led = re.findall(r"Bản thứ \d|Bản nháp", client.get(first.url).content.decode().split("Xem thêm")[1])
    assert led == ["Bản thứ 4", "Bản thứ 3", "Bản thứ 2"]
