import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from lantoa.kernel.access import AccessDenied
from lantoa.kernel.enums import Role
from lantoa.kernel.models import AuditEntry
from lantoa.listening import selectors, services
from lantoa.listening.enums import ALLOWED, CONSEQUENCE, Door, Happening, Matter, ReplyState, Status
from lantoa.listening.models import Case, CaseEvent, CaseReply, PublishedAnswer
from lantoa.listening.services import CaseRefused, Contact
from tests.listening.conftest import moment

INSERT = "INSERT INTO listening_caseevent (case_id, happening, at, text, reference)"
PHONE = Contact(channel="sms", value="0901 234 567", name="Trần Thị Mẫu")


def happenings(case):
    return list(case.events.values_list("happening", flat=True))


def state(case):
    return Case.objects.with_state().get(pk=case.pk)


def test_opening_routes_to_the_commune_and_starts_the_clock(opened, place):
    case = state(opened())
    assert (happenings(case), selectors.agency_of(case)) == (["received", "routed"], place.agency_id)
    # five working days after Monday 23/11/2026; Tuesday is Vietnam Culture Day and does not count
    assert (case.status, case.due_at) == (Status.WAITING, moment("2026-12-01T17:00"))


def test_clock_runs_around_tet(opened):
    # Lunar New Year 2026 falls on 17/2: offices rest from 14/2 to 22/2
    case = state(opened(at="2026-02-12T10:00"))
    assert case.due_at == moment("2026-02-26T17:00")


def test_same_submission_twice_is_one_case(opened):
    first, second = opened(text="Một"), opened(text="Một lần nữa")
    assert (first.pk, Case.objects.count()) == (second.pk, 1)


def test_anonymous_case_keeps_nobody(opened):
    case = opened()
    assert (case.person_id, case.address_id, selectors.by_code(case.code.lower().replace("-", " "))) == (
        None,
        None,
        case,
    )


def test_contact_goes_to_the_vault_and_nowhere_else(opened):
    case = opened(contact=PHONE)
    written = " ".join(AuditEntry.objects.values_list("facts", flat=True)) + " ".join(
        CaseEvent.objects.values_list("text", flat=True)
    )
    assert case.address_id is not None
    assert "901234567" not in written
    assert "Trần" not in written


def test_answer_reaches_reader_and_channel_once(opened, officer):
    case = opened(contact=PHONE)
    event = services.answer_case(
        case_id=case.pk, text="Ở điểm giao dịch xã.", by=officer, at=moment("2026-11-24T08:00")
    )
    reply = CaseReply.objects.get(event=event)
    assert (state(case).status, reply.state, reply.text) == (
        Status.ANSWERED,
        ReplyState.PENDING,
        "Ở điểm giao dịch xã.",
    )
    assert [step.text for step in selectors.public_story(case)] == ["Vay vốn ở đâu?", "Ở điểm giao dịch xã."]


def test_officer_of_another_commune_neither_sees_nor_answers(opened, elsewhere):
    case = opened(contact=PHONE)
    stranger = elsewhere.hire(Role.CASE_OFFICER)
    assert list(selectors.cases(stranger, at=moment("2026-11-24T08:00"))) == []
    with pytest.raises(AccessDenied):
        services.answer_case(case_id=case.pk, text="Không phải việc tôi.", by=stranger, at=moment("2026-11-24T08:00"))
    assert happenings(case) == ["received", "routed"]


def test_complaint_leaves_by_its_legal_door_and_cannot_be_answered(opened, officer):
    case = opened(contact=PHONE)
    at = moment("2026-11-24T08:00")
    services.refer_out(
        case_id=case.pk, matter=Matter.COMPLAINT, text="Đơn chuyển Ban Tiếp công dân.", by=officer, at=at
    )
    assert (state(case).status, state(case).matter) == (Status.REFERRED, Matter.COMPLAINT)
    with pytest.raises(CaseRefused):
        services.answer_case(case_id=case.pk, text="Trả lời", by=officer, at=at)


def test_plain_question_is_not_referred(opened, officer):
    with pytest.raises(CaseRefused):
        services.refer_out(
            case_id=opened().pk, matter=Matter.QUESTION, text="…", by=officer, at=moment("2026-11-24T08:00")
        )


def test_reopening_starts_a_fresh_clock(opened, officer):
    case = opened()
    services.answer_case(case_id=case.pk, text="Có.", by=officer, at=moment("2026-11-24T08:00"))
    services.reopen_case(case_id=case.pk, text="Chưa rõ.", by=None, at=moment("2026-11-25T08:00"))
    assert (state(case).status, state(case).due_at) == (Status.WAITING, moment("2026-12-02T17:00"))


@pytest.mark.parametrize(
    ("leak", "named"),
    [
        ("Gọi 0901 234 567 nhé", "0901 234 567"),
        ("Thư về a.b@example.vn", "a.b@example.vn"),
        ("Số căn cước 096123456789", "096123456789"),
        ("Chị trần thị mẫu hỏi", "Trần Thị Mẫu"),
    ],
)
def test_publishing_refuses_what_names_the_citizen(opened, officer, leak, named):
    case = opened(contact=PHONE)
    services.answer_case(case_id=case.pk, text="Có.", by=officer, at=moment("2026-11-24T08:00"))
    with pytest.raises(CaseRefused) as refusal:
        services.publish_answer(case_id=case.pk, question=leak, answer="Có.", by=officer, at=moment("2026-11-24T09:00"))
    assert named in str(refusal.value)
    assert PublishedAnswer.objects.count() == 0


def test_published_answer_is_found_without_marks(opened, officer):
    case = opened(text="Vay vốn ở đâu?")
    at = moment("2026-11-24T08:00")
    services.answer_case(case_id=case.pk, text="Điểm giao dịch xã.", by=officer, at=at)
    services.publish_answer(case_id=case.pk, question="Vay vốn ở đâu?", answer="Điểm giao dịch xã.", by=officer, at=at)
    assert [[a.case_id for a in selectors.published(q)] for q in ("diem giao dich", "khong co")] == [[case.pk], []]


def test_counts_of_a_period(opened, officer, place):
    early, late, open_late, fresh = (
        opened(key=k, at=f"2026-11-{d:02}T09:00") for k, d in zip("abcd", (2, 3, 4, 20), strict=True)
    )
    services.answer_case(case_id=early.pk, text="Có.", by=officer, at=moment("2026-11-04T09:00"))
    services.answer_case(case_id=late.pk, text="Có.", by=officer, at=moment("2026-11-18T09:00"))
    found = selectors.counts(
        Case.objects.filter(unit=place.unit_id), start=moment("2026-11-01T00:00").date(),
        end=moment("2026-11-30T00:00").date(), at=moment("2026-11-23T09:00"),
    )  # fmt: skip
    assert found == selectors.Counts(received=4, answered=2, late=2, referred=0)
    assert [open_late.pk, fresh.pk] == sorted(Case.objects.waiting().values_list("pk", flat=True))


ADD_EVENT = (
    "INSERT INTO listening_caseevent (case_id, happening, at, text, reference) VALUES (%s, '{}', now(), 'x', '')"
)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE listening_caseevent SET text = 'khác'",
        "DELETE FROM listening_caseevent",
        ADD_EVENT.format("published"),
        ADD_EVENT.format("received"),
        ADD_EVENT.format("answered"),
    ],
)
def test_database_refuses_what_the_rules_refuse(opened, statement):
    case = opened()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, [case.pk] if "%s" in statement else [])


@settings(max_examples=40)
@given(steps=st.lists(st.sampled_from([h for h in Happening if h != Happening.RECEIVED]), max_size=8))
def test_database_and_table_of_moves_agree(opened, officer, place, steps):
    with transaction.atomic():
        case = opened(key=f"h{CaseEvent.objects.count()}")
        status = Status.WAITING
        for step in steps:
            may = step in ALLOWED[status]
            try:
                with transaction.atomic():
                    CaseEvent.objects.create(
                        case=case, happening=step, at=moment("2026-11-24T08:00"), by=officer, agency_id=place.agency_id
                    )
            except DatabaseError:
                assert not may, (status, step)
            else:
                assert may, (status, step)
                status = CONSEQUENCE.get(step, status)
            assert state(case).status == status
        transaction.set_rollback(True)


def test_refusals_are_vietnamese(opened):
    with translation.override("vi"), pytest.raises(CaseRefused) as refusal:
        opened(text="   ")
    assert str(refusal.value) == "Chưa có nội dung. Hãy viết điều muốn hỏi hoặc muốn nói."


def test_zalo_case_is_told_its_receipt_code(opened):
    case = opened(door=Door.ZALO, contact=Contact(channel="zalo", value="mau-0001"))
    assert case.code in CaseReply.objects.get(case=case).text


def test_pressing_answer_twice_answers_once(opened, officer):
    case = opened(contact=PHONE)
    first, second = (
        services.answer_case(case_id=case.pk, text="Ở xã.", by=officer, at=moment(f"2026-11-24T08:00:0{n}"))
        for n in (1, 2)
    )
    assert (first, happenings(case), CaseReply.objects.count()) == (second, ["received", "routed", "answered"], 1)


def test_a_different_second_answer_is_sent_too(opened, officer):
    case = opened(contact=PHONE)
    for text in ("Ở xã.", "Ở xã, sáng thứ Hai."):
        services.answer_case(case_id=case.pk, text=text, by=officer, at=moment("2026-11-24T08:00"))
    assert list(CaseReply.objects.values_list("text", flat=True)) == ["Ở xã.", "Ở xã, sáng thứ Hai."]


def test_citizen_reopening_twice_reopens_once(opened, officer):
    case = opened()
    services.answer_case(case_id=case.pk, text="Có.", by=officer, at=moment("2026-11-24T08:00"))
    for _ in range(2):
        services.reopen_case(case_id=case.pk, text="Chưa rõ.", by=None, at=moment("2026-11-25T08:00"))
    assert happenings(case) == ["received", "routed", "answered", "reopened"]


def test_stranger_cannot_reopen(opened, officer, elsewhere):
    case = opened()
    services.answer_case(case_id=case.pk, text="Có.", by=officer, at=moment("2026-11-24T08:00"))
    with pytest.raises(AccessDenied):
        services.reopen_case(
            case_id=case.pk, text="Mở.", by=elsewhere.hire(Role.CASE_OFFICER), at=moment("2026-11-25T08:00")
        )


def test_numbers_run_on(opened):
    first, second = opened(key="a"), opened(key="b")
    assert (first.number, second.number) == (f"PA-2026-{first.pk:06}", f"PA-2026-{first.pk + 1:06}")


# Passed to another agency


@pytest.fixture
def passing(place, elsewhere):
    """An officer of one commune whose reach takes in the other, so that cases can be passed there."""
    return place.hire(Role.CASE_OFFICER, units=[place.unit_id, elsewhere.unit_id])


def test_passed_case_is_read_and_answered_by_the_agency_it_was_passed_to(opened, passing, elsewhere):
    case, at = opened(contact=PHONE), moment("2026-11-24T08:00")
    theirs = elsewhere.hire(Role.CASE_OFFICER)
    services.route_case(case_id=case.pk, agency_id=elsewhere.agency_id, note="Bên chị giữ hồ sơ.", by=passing, at=at)
    assert list(selectors.cases(theirs, at=at)) == [case]
    services.answer_case(case_id=case.pk, text="Mời bà con ghé.", by=theirs, at=at)
    assert state(case).status == Status.ANSWERED


def test_case_passed_back_is_gone_from_the_other_agency(opened, passing, elsewhere, place):
    case, at = opened(), moment("2026-11-24T08:00")
    theirs = elsewhere.hire(Role.CASE_OFFICER)
    for agency_id in (elsewhere.agency_id, place.agency_id):
        services.route_case(case_id=case.pk, agency_id=agency_id, by=passing, at=at)
    assert list(selectors.cases(theirs, at=at)) == []
    with pytest.raises(AccessDenied):
        services.answer_case(case_id=case.pk, text="Trả lời.", by=theirs, at=at)


def test_a_post_without_the_right_sees_nothing_of_what_its_agency_was_passed(opened, passing, elsewhere):
    case, at = opened(), moment("2026-11-24T08:00")
    services.route_case(case_id=case.pk, agency_id=elsewhere.agency_id, by=passing, at=at)
    assert list(selectors.cases(elsewhere.hire(Role.EDITOR), at=at)) == []


def test_case_is_not_passed_out_of_reach(opened, officer, elsewhere):
    with pytest.raises(CaseRefused):
        services.route_case(
            case_id=opened().pk, agency_id=elsewhere.agency_id, by=officer, at=moment("2026-11-24T08:00")
        )


# Found again


@pytest.mark.parametrize(("words", "found"), [("vay vốn", 1), ("VAY VON", 1), ("điện", 0), ("dien", 0)])
def test_a_case_is_found_by_words_with_or_without_marks(opened, officer, words, found):
    opened()
    assert selectors.cases(officer, at=moment("2026-11-24T08:00"), query=words).count() == found


def test_a_note_is_not_searched(opened, officer):
    case = opened()
    services.add_note(case_id=case.pk, text="Gọi lại anh Ba.", by=officer, at=moment("2026-11-24T08:00"))
    assert selectors.cases(officer, at=moment("2026-11-24T08:00"), query="anh Ba").count() == 0


def test_tallies_agree_with_the_lists(opened, officer):
    at = moment("2026-12-03T09:00")
    cases = [opened(key=k, contact=PHONE) for k in "abcd"]
    opened(key="e", at="2026-12-02T09:00")
    services.answer_case(case_id=cases[0].pk, text="Có.", by=officer, at=at)
    services.refer_out(case_id=cases[1].pk, matter=Matter.COMPLAINT, text="Ban Tiếp công dân.", by=officer, at=at)
    CaseReply.objects.filter(case=cases[0]).update(state=ReplyState.UNKNOWN, due_at=None)
    expected = {"waiting": 3, "overdue": 2, "unsent": 1, "answered": 1, "referred": 1, "all": 5}
    assert selectors.tallies(officer, at=at) == expected
    assert {show: selectors.cases(officer, show=show, at=at).count() for show in expected} == expected
