"""Nothing that tells who asked leaves the desk: neither in what the citizen's page shows nor in what is published."""

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from lantoa.kernel.enums import Role
from lantoa.kernel.text import perhaps_names
from lantoa.listening import selectors, services
from lantoa.listening.enums import Door, Status
from lantoa.listening.models import Case
from lantoa.listening.presentation import story_steps
from lantoa.listening.privacy import identifying, without_numbers
from lantoa.listening.services import CaseRefused, Contact
from tests.listening.conftest import moment

SECRET = "chuyện riêng trong cơ quan"
AT = moment("2026-11-24T08:00")


def walk(case, staff, steps, place, elsewhere):
    """Do what the dice say; refused steps are skipped."""
    verbs = {
        "note": lambda n: services.add_note(case_id=case.pk, text=f"{SECRET} {n}", by=staff, at=AT),
        "route": lambda n: services.route_case(
            case_id=case.pk, agency_id=(place, elsewhere)[n % 2].agency_id, note=f"{SECRET} {n}", by=staff, at=AT
        ),
        "answer": lambda n: services.answer_case(case_id=case.pk, text=f"Trả lời {n}.", by=staff, at=AT),
        "reopen": lambda n: services.reopen_case(case_id=case.pk, text=f"Chưa rõ {n}.", by=None, at=AT),
        "add": lambda n: services.add_from_citizen(case_id=case.pk, text=f"Thêm {n}", reference=f"r{n}", at=AT),
        "publish": lambda n: services.publish_answer(
            case_id=case.pk, question="Hỏi?", answer=f"Đáp {n}.", by=staff, at=AT
        ),
    }
    for number, step in enumerate(steps):
        try:
            with transaction.atomic():
                verbs[step](number)
        except CaseRefused:
            pass


@settings(max_examples=30)
@given(steps=st.lists(st.sampled_from(["note", "route", "answer", "reopen", "add", "publish"]), max_size=8))
def test_whatever_happens_the_public_story_names_no_staff_and_no_note(opened, place, elsewhere, steps):
    with transaction.atomic():
        staff = place.hire(Role.CASE_OFFICER, units=[place.unit_id, elsewhere.unit_id])
        case = opened(door=Door.ZALO, contact=Contact("zalo", "mau-0001", "Trần Thị Mẫu"), key=f"p{staff.pk}")
        walk(case, staff, steps, place, elsewhere)
        read = Case.objects.with_state().get(pk=case.pk)
        told = story_steps(read, public=True)
        written = " ".join(value for step in told for value in step.values())
        assert (SECRET in written, staff.display_name in written, "Mẫu" in written) == (False, False, False)
        assert [event.by_id for event in selectors.public_story(read) if event.text == SECRET] == []
        answers = [step for step in steps if step == "answer"]
        assert (read.status == Status.ANSWERED) <= bool(answers)
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Anh Nguyễn Văn Mẫu ở ấp 3", ["Nguyễn Văn Mẫu"]),
        ("gặp bà Mẫu hỏi", ["Mẫu"]),
        ("Thạch Thị Mẫu và ông Sơn Mẫu", ["Thạch Thị Mẫu", "Sơn Mẫu"]),
        ("Mã Thị Mẫu hỏi ông Vương Thử", ["Mã Thị Mẫu", "Vương Thử"]),
        ("Vay ở Ngân hàng Chính sách", []),
        ("bà con ở xã mình", []),
        ("", []),
    ],
)
def test_what_looks_like_a_name_is_shown_to_the_officer(text, found):
    assert perhaps_names(text) == found


def test_a_draft_for_the_public_has_no_number():
    text = "Gọi 0901 234 567, thư a@example.vn, căn cước 096123456789, vay 50.000.000 đồng năm 2026"
    assert without_numbers(text) == "Gọi […], thư […], căn cước […], vay 50.000.000 đồng năm 2026"


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("An", "an toàn cho bà con, bản tin", []),
        ("An", "chị An hỏi", ["An"]),
        ("Lê An", "le an hỏi", ["Lê An"]),
        ("Lê An", "cửa hàng le antena", []),
        ("Trần Mẫu", "Tra\u0302\u0300n Ma\u0302\u0303u hỏi", ["Trần Mẫu"]),
    ],
)
def test_the_citizens_own_name_is_found_as_a_name_only(opened, name, text, found):
    case = opened(contact=Contact("sms", "0901 234 567", name))
    assert identifying(text, case) == found
