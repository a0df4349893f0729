"""A citizen asks without an account, without JavaScript, and follows the answer by code."""

import re

import pytest
from django.core.cache import cache

from lantoa.kernel.clock import now
from lantoa.listening.models import Case
from lantoa.listening.services import answer_case

QUESTION = "Mới thoát nghèo có còn được vay vốn không?"


@pytest.fixture
def asked(client, province):
    """Fill the form in as a reader does: open it, keep its hidden key, send it."""

    def ask(**changes):
        key = re.search(r'name="key" value="([0-9a-f-]{36})"', client.get("/gui-y-kien/").text)[1]
        said = {
            "key": key, "matter": "question", "text": QUESTION, "unit": province.communes["Xã Đất Thử"],
            "reply_by": "code", "name": "", "phone": "", "email": "", "website": "",
        }  # fmt: skip
        return said | changes

    return ask


def send(client, said):
    return client.post("/gui-y-kien/", said)


def test_feedback_gives_a_code_that_opens_the_answer(client, asked, officer):
    response = send(client, asked())
    case = Case.objects.get()
    assert response.status_code == 302
    assert response.url == f"/tra-loi/{case.code}/?moi=1"
    page = client.get(response.url)
    assert case.code in page.text
    assert QUESTION.rstrip("?") in page.text
    assert "Còn 5 ngày làm việc" in page.text
    answer_case(case_id=case.pk, text="Còn, trong 36 tháng.", by=officer, at=now())
    page = client.get(f"/tra-loi/{case.code.lower()}/")
    assert "Còn, trong 36 tháng." in page.text
    assert "Mở lại việc này" in page.text
    assert str(officer) not in page.text
    assert "UBND xã Đất Thử" in page.text


def test_the_same_form_sent_twice_is_one_case(client, asked):
    said = asked()
    first, second = send(client, said), send(client, said)
    assert first.url == second.url
    assert Case.objects.count() == 1


def test_the_form_of_the_page_that_waits_is_taken_without_scripts(client, asked):
    first, second = send(client, asked(key="")), send(client, asked(key=""))
    assert (first.status_code, second.status_code) == (302, 302)
    assert first.url != second.url


def test_other_words_on_a_form_sent_before_are_another_case(client, asked):
    said = asked()
    first = send(client, said)
    second = send(client, said | {"text": "Thẻ bảo hiểm ghi sai tên thì đổi ở đâu?"})
    assert first.url != second.url
    assert Case.objects.count() == 2


def test_an_answer_that_does_not_help_is_opened_again(client, asked, officer):
    send(client, asked())
    case = Case.objects.get()
    answer_case(case_id=case.pk, text="Còn.", by=officer, at=now())
    response = client.post(f"/tra-loi/{case.code}/", {"text": "Nộp ở đâu?", "website": ""})
    assert response.url == f"/tra-loi/{case.code}/?lai=1"
    page = client.get(response.url)
    assert "Đã mở lại" in page.text
    assert "Nộp ở đâu?" in page.text
    again = client.post(f"/tra-loi/{case.code}/", {"text": "Nữa", "website": ""})
    assert again.status_code == 422
    assert "Nữa</textarea>" in again.text


def test_a_faulty_form_names_each_field_and_keeps_what_was_typed(client, asked):
    page = send(client, asked(unit="", reply_by="sms", phone="091 234 567", name="Chín"))
    assert page.status_code == 422
    assert QUESTION in page.text
    assert "091 234 567" in page.text
    assert "Có 2 chỗ cần sửa" in page.text
    assert 'href="#id_unit"' in page.text
    assert 'href="#id_phone"' in page.text
    assert not Case.objects.exists()


def test_an_answer_by_text_message_keeps_the_number_apart(client, asked):
    send(client, asked(reply_by="sms", phone="0912 345 678", name="Chín"))
    case = Case.objects.select_related("address").get()
    assert case.address.channel == "sms"
    assert case.address.value == "84912345678"
    page = client.get(f"/tra-loi/{case.code}/")
    assert "345" not in page.text.split("Ý kiến đã đi tới đâu")[1].split("</main>")[0]


def test_whoever_fills_the_hidden_field_is_refused(client, asked):
    assert send(client, asked(website="https://example.test")).status_code == 422
    assert not Case.objects.exists()


def test_too_many_posts_from_one_connection_are_refused_and_keep_the_text(client, asked):
    for number in range(20):
        assert send(client, asked(text=f"Câu hỏi số {number}")).status_code == 302
    page = send(client, asked(text="Câu hỏi cuối, đừng mất"))
    assert (page.status_code, page.headers["Retry-After"]) == (429, "3600")
    assert "Câu hỏi cuối, đừng mất" in page.text
    assert Case.objects.count() == 20
    cache.clear()


def test_a_proxy_on_this_machine_speaks_for_its_visitors(client, asked):
    said = asked(text="")
    for number in range(25):
        page = client.post("/tra-loi/", {"code": "AAAA-AAAA-AAAA"}, headers={"x-forwarded-for": f"203.0.113.{number}"})
        assert "quá nhiều lần" not in page.text
    assert said


def test_the_home_page_draft_is_carried_to_the_form(client, province):
    commune = province.communes["Xã Bãi Xa"]
    page = client.post(f"/gui-y-kien/?xa={commune}", {"text": "Tôi muốn hỏi"})
    assert page.status_code == 200
    assert "Tôi muốn hỏi</textarea>" in page.text
    assert f'<option value="{commune}" selected>' in page.text
    assert "chỗ cần sửa" not in page.text


def test_an_unknown_code_says_so(client, province):
    page = client.post("/tra-loi/", {"code": "2222-3333-4444"})
    assert page.status_code == 422
    assert "Không có ý kiến nào mang mã này" in page.text
    assert "2222-3333-4444" in page.text
    assert client.get("/tra-loi/2222-3333-4444/").status_code == 404


def test_the_receipt_can_be_kept_as_a_file(client, asked):
    send(client, asked())
    case = Case.objects.get()
    kept = client.get(f"/tra-loi/{case.code}/ma.txt")
    assert kept.headers["Content-Disposition"] == f'attachment; filename="lan-toa-{case.code}.txt"'
    assert f"Mã nhận: {case.code}" in kept.text
    assert f"http://testserver/tra-loi/{case.code}/" in kept.text


def test_personal_pages_are_neither_stored_nor_listed(client, asked):
    send(client, asked())
    headers = client.get(f"/tra-loi/{Case.objects.get().code}/").headers
    assert headers["Cache-Control"] == "no-store, private"
    assert headers["X-Robots-Tag"] == "noindex, nofollow"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in headers
