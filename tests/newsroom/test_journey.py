"""One page's whole life, as people do it in the browser and without a line of JavaScript: from draft to withdrawal."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import Page

from lantoa.kernel.models import User
from lantoa.newsroom import selectors, services
from tests.newsroom.conftest import NOW

pytestmark = pytest.mark.django_db


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
    return client


def send(page: Page, by: User, **told: str) -> int:
    answer = as_(by).post(reverse("newsroom:send", args=[page.pk]), told)
    assert answer.status_code == 302, answer.content.decode()
    return selectors.review_of(selectors.fresh(page)).submission_id  # type: ignore[union-attr]


def pass_it(submission: int, officer: User, approver: User, run_jobs: Any) -> None:
    law, review = reverse("newsroom:law", args=[submission]), reverse("approvals:review", args=[submission])
    assert 'value="approved"' not in as_(approver).get(review).content.decode()
    assert as_(officer).post(law, {"verdict": "cleared", "note": ""}).status_code == 302
    assert as_(approver).post(review, {"verdict": "approved", "note": ""}).status_code == 302
    run_jobs()


def test_from_draft_through_law_and_approval_to_correction_and_withdrawal(
    site: services.SiteMade, editor: User, reviewer: User, leader: User, run_jobs: Any
) -> None:
    reader = Client()
    page = services.write_policy(
        parent=site.policies["vi"], title="Vay vốn làm ăn", lead="Hạn nộp đơn là 30/10.", by=editor, at=NOW,
        what="<p>Mức vay tới 50 triệu đồng.</p>",
    )  # fmt: skip
    assert reader.get(page.url).status_code == 404
    pass_it(send(page, editor, **{"why-source": "Theo thông báo của tổ."}), reviewer, leader, run_jobs)
    assert "Hạn nộp đơn là 30/10." in reader.get(page.url).content.decode()

    services.revise_page(page=page, by=editor, at=NOW, lead="Hạn nộp đơn là 30/11.")
    told = {"kind": "correction", "what": "Hạn nộp là 30/11.", "why": "Đọc nhầm công văn.", "grave": "on"}
    pass_it(send(page, editor, **{"why-source": "Như trước.", **told}), reviewer, leader, run_jobs)
    corrected = reader.get(page.url).content.decode()
    assert ["Hạn nộp là 30/11." in corrected, "30/10" in corrected] == [True, False]
    assert "Đọc nhầm công văn." in reader.get("/dinh-chinh/").content.decode()

    down = reverse("newsroom:withdraw", args=[page.pk])
    gone = {"reason": "Chương trình dừng.", "told": "Chương trình vay này đã dừng."}
    assert as_(leader).post(down, gone).status_code == 302
    answer = reader.get(page.url)
    assert (answer.status_code, "Chương trình vay này đã dừng." in answer.content.decode()) == (410, True)
    assert "Vay vốn làm ăn" not in "".join(reader.get(url).content.decode() for url in ("/chinh-sach/", "/dinh-chinh/"))
