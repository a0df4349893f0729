"""A plan comes in, is confirmed, its tasks are given out, moved and proven."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import DatabaseError
from hypothesis import given, settings
from hypothesis import strategies as st

from lantoa.editorial.forms import OrderForm
from lantoa.kernel import audit
from lantoa.kernel.access import AccessDenied
from lantoa.kernel.clock import now
from lantoa.kernel.models import AuditEntry
from lantoa.newsroom import lines
from lantoa.planning import selectors, services
from lantoa.planning.enums import MOVES, ImportState, TaskStatus
from lantoa.planning.models import (
    CommunicationForm,
    ContentLine,
    Duty,
    Evidence,
    LegalReference,
    Plan,
    PlanAudience,
    PlanImport,
    PlanVersion,
    Solution,
    Task,
)
from lantoa.planning.reading.lines import UnreadableSource
from lantoa.pressroom.forms.clippings import ClippingForm
from tests.planning.conftest import NOW, Desk, provincial_text

pytestmark = [pytest.mark.django_db, pytest.mark.sql]
LABOUR = "Sở Lao động - Thương binh và Xã hội"
TITLE = (
    "Kế hoạch mẫu truyền thông chính sách giảm nghèo đến từng hộ dân giai đoạn 2022 - 2030 trên địa bàn tỉnh Sông Sen"
)
DISTRICTS = "Ủy ban nhân dân các huyện, thành phố"


def imported(desk: Desk, text: str | None = None) -> PlanImport:
    content = (text or provincial_text()).encode()
    return services.import_plan(source=content, filename="mau.txt", by=desk.editor, at=NOW)


def confirmed(desk: Desk, text: str | None = None, **owners: Sequence[int]) -> PlanVersion:
    names = {"labour": LABOUR, "districts": DISTRICTS}
    draft = imported(desk, text)
    mapping = {names[key]: ids for key, ids in owners.items()}
    return services.confirm_plan(draft_id=draft.pk, by=desk.editor, at=NOW, agency_map=mapping)


def active_task(desk: Desk) -> Task:
    version = confirmed(desk, labour=[desk.labour])
    task = Task.objects.get(duty__version=version, duty__order=1)
    return services.move_task(task_id=task.pk, by=desk.officer, at=NOW, to=TaskStatus.ACTIVE)


def test_an_upload_makes_a_draft_and_nothing_else(desk: Desk):
    draft = imported(desk)
    assert (draft.state, draft.unit_id) == (ImportState.DRAFT, desk.province)
    assert draft.decided == draft.found | {"title": TITLE}
    assert (Plan.objects.count(), Task.objects.count()) == (0, 0)
    assert list(PlanImport.objects.visible_to(desk.editor).drafts()) == [draft]
    assert list(PlanImport.objects.visible_to(desk.stranger)) == []


def test_an_unreadable_file_leaves_nothing(desk: Desk):
    before = AuditEntry.objects.count()
    with pytest.raises(UnreadableSource):
        services.import_plan(source=b"a\0b", filename="a.txt", by=desk.editor, at=NOW)
    assert (PlanImport.objects.count(), AuditEntry.objects.count()) == (0, before)


def test_confirming_writes_everything_the_draft_says(desk: Desk):
    version = confirmed(desk, labour=[desk.labour], districts=[desk.district_a, desk.district_b])
    assert (version.plan.number, version.plan.year, version.version) == ("318/KH-UBND", 2022, 1)
    assert (version.period.lower, version.period.upper) == (date(2022, 1, 1), date(2031, 1, 1))
    counts = [m.objects.count() for m in (LegalReference, ContentLine, CommunicationForm, Solution, PlanAudience, Duty)]
    assert counts == [5, 5, 6, 6, 11, 13]
    assert Task.objects.count() == 3 + 2 + 2 + 2 + 4 * 2
    assert Task.objects.filter(status=TaskStatus.OPEN, owner=None).count() == 6
    assert Duty.objects.get(order=2).due_on == date(2022, 11, 30)
    assert [line.label for line in selectors.content_lines(version)] == ["a", "b", "c", "d", "đ"]
    assert version.source.state == ImportState.CONFIRMED
    assert audit.verify().broken_at is None


def test_amendments_are_what_gets_confirmed(desk: Desk):
    draft = imported(desk)
    decided = dict(draft.decided, number="7/KH-UBND", forms=[{"text": "Chỉ một hình thức"}], agencies=[])
    services.amend_draft(draft_id=draft.pk, decided=decided, by=desk.editor, at=NOW)
    version = services.confirm_plan(draft_id=draft.pk, by=desk.editor, at=NOW, agency_map={})
    assert version.plan.number == "7/KH-UBND"
    assert [form.text for form in CommunicationForm.objects.all()] == ["Chỉ một hình thức"]
    assert draft.found["number"] == "318/KH-UBND"


def test_the_same_number_makes_a_new_version_and_carries_work_over(desk: Desk):
    task = active_task(desk)
    services.add_evidence(task_id=task.pk, by=desk.officer, at=NOW, text="Đã họp giao việc.")
    changed = provincial_text().replace("Tập huấn cho cán bộ làm", "Mở lớp cho cán bộ làm")
    second = confirmed(desk, changed, labour=[desk.labour])
    assert (Plan.objects.count(), second.version) == (1, 2)
    task.refresh_from_db()
    assert (task.duty.version, task.status, task.evidence.count()) == (second, TaskStatus.ACTIVE, 1)
    replaced = Task.objects.filter(duty__version__version=1)
    assert [(t.duty.order, t.status) for t in replaced] == [(2, TaskStatus.DROPPED)]
    assert Task.objects.filter(duty__version=second).count() == 13


def test_the_same_number_in_another_year_is_another_plan(desk: Desk):
    confirmed(desk)
    confirmed(desk, provincial_text().replace("năm 2022\n|", "năm 2023\n|"))
    assert sorted(Plan.objects.values_list("number", "year")) == [("318/KH-UBND", 2022), ("318/KH-UBND", 2023)]


def test_a_closed_draft_stays_closed(desk: Desk):
    draft = imported(desk)
    services.discard_draft(draft_id=draft.pk, by=desk.editor, at=NOW)
    for verb in (services.discard_draft, services.confirm_plan):
        extra = {"agency_map": {}} if verb is services.confirm_plan else {}
        with pytest.raises(services.PlanningError):
            verb(draft_id=draft.pk, by=desk.editor, at=NOW, **extra)


def test_content_lines_in_force_follow_the_period(desk: Desk):
    version = confirmed(desk)
    assert len(selectors.current_content_lines(date(2024, 6, 1))) == 5
    assert selectors.current_content_lines(date(2031, 1, 1)) == []
    assert selectors.current_content_lines(date(2024, 6, 1), unit_ids=[desk.elsewhere]) == []
    assert {line.version for line in selectors.current_content_lines(date(2022, 1, 1))} == {version}


def test_what_is_written_ordered_or_clipped_chooses_among_the_lines_in_force(desk: Desk):
    confirmed(desk)
    at = now()
    forms = (OrderForm(user=desk.editor, at=at), ClippingForm(user=desk.editor))
    offered = [lines.choices(at.date()), *(form.fields["content_line"].choices for form in forms)]
    assert [[value for value, _words in one] for one in offered] == [["", "a", "b", "c", "d", "đ"]] * 3
    assert lines.choices(date(2031, 1, 1), "c") == [("", "—"), ("c", "c)")]


def test_tasks_are_given_out_moved_and_proven(desk: Desk):
    task = active_task(desk)
    services.assign_task(
        task_id=task.pk, by=desk.editor, at=NOW, owner_id=desk.labour, co_agency_ids=[desk.district_a],
        due_on=date(2022, 10, 20),
    )  # fmt: skip
    with pytest.raises(services.PlanningError, match="evidence"):
        services.move_task(task_id=task.pk, by=desk.officer, at=NOW, to=TaskStatus.DONE)
    services.add_evidence(task_id=task.pk, by=desk.officer, at=NOW, text="Xong", url="https://example.test/1")
    done = services.move_task(task_id=task.pk, by=desk.officer, at=NOW, to=TaskStatus.DONE)
    assert (done.status, done.done_at) == (TaskStatus.DONE, NOW)


def test_being_held_up_needs_a_reason(desk: Desk):
    task = active_task(desk)
    with pytest.raises(services.PlanningError):
        services.move_task(task_id=task.pk, by=desk.officer, at=NOW, to=TaskStatus.BLOCKED, note=" ")
    held = services.move_task(task_id=task.pk, by=desk.officer, at=NOW, to=TaskStatus.BLOCKED, note="Thiếu kinh phí")
    assert held.status_note == "Thiếu kinh phí"


def test_only_those_who_answer_for_a_task_touch_it(desk: Desk):
    task = active_task(desk)
    for person in (desk.stranger, desk.reader, desk.district_officer):
        with pytest.raises(AccessDenied):
            services.add_evidence(task_id=task.pk, by=person, at=NOW, text="Tôi làm")
        with pytest.raises(AccessDenied):
            services.move_task(task_id=task.pk, by=person, at=NOW, to=TaskStatus.DONE)
        with pytest.raises(AccessDenied):
            services.assign_task(task_id=task.pk, by=person, at=NOW, owner_id=desk.labour)
    assert Evidence.objects.count() == 0


def test_only_editors_and_leaders_bring_plans_in(desk: Desk):
    with pytest.raises(AccessDenied):
        services.import_plan(source=provincial_text().encode(), filename="a.txt", by=desk.reader, at=NOW)
    draft = imported(desk)
    with pytest.raises(AccessDenied):
        services.confirm_plan(draft_id=draft.pk, by=desk.stranger, at=NOW, agency_map={})


def test_an_agency_below_sees_the_plan_that_gives_it_work(desk: Desk):
    version = confirmed(desk, labour=[desk.labour], districts=[desk.district_a])
    assert list(Plan.objects.visible_to(desk.district_officer)) == [version.plan]
    assert list(Plan.objects.visible_to(desk.stranger)) == []
    mine = selectors.tasks_for(desk.district_officer, at=NOW)
    assert {task.owner_id for task in mine} == {desk.district_a}
    assert mine.count() == 4
    bodies = selectors.tasks_by_agency(version, desk.district_officer, at=NOW)
    assert (bodies[0].name, bodies[0].mine) == (DISTRICTS, True)
    assert sum(len(tasks) for body in bodies for _duty, tasks in body.rows) == 4


def test_work_passes_to_the_heir_of_an_agency(desk: Desk):
    task = active_task(desk)
    desk.inherit(desk.labour, desk.farming, NOW.date())
    assert set(selectors.tasks_for(desk.heir, at=NOW)) == set(Task.objects.filter(owner=desk.labour))
    services.add_evidence(task_id=task.pk, by=desk.heir, at=NOW, text="Sở mới làm tiếp.")


def test_late_is_counted_by_the_day(desk: Desk):
    confirmed(desk, labour=[desk.labour])
    on_time = datetime(2022, 11, 30, 16, 0, tzinfo=UTC)
    assert [task.duty.due_on for task in selectors.overdue_tasks(desk.editor, on_time)] == [date(2022, 10, 31)]
    assert selectors.overdue_tasks(desk.editor, on_time + timedelta(days=1)).count() == 2
    row = selectors.plans(desk.editor, on=date(2022, 12, 1))[0]
    assert (row.tasks, row.done, row.late) == (13, 0, 2)


@given(st.lists(st.sampled_from(TaskStatus.values), min_size=1, max_size=8))
@settings(max_examples=30)
def test_the_table_of_moves_is_the_only_way(desk: Desk, walk: list[str]):
    with transaction.atomic():
        task = active_task(desk)
        services.add_evidence(task_id=task.pk, by=desk.officer, at=NOW, text="Có")
        for to in walk:
            allowed = to in MOVES[task.status]
            if allowed:
                task = services.move_task(task_id=task.pk, by=desk.editor, at=NOW, to=to, note="Vì")
            else:
                with pytest.raises(services.PlanningError):
                    services.move_task(task_id=task.pk, by=desk.editor, at=NOW, to=to, note="Vì")
        transaction.set_rollback(True)


def test_the_database_holds_the_same_table_of_moves(desk: Desk):
    task = active_task(desk)
    for before in TaskStatus.values:
        for after in TaskStatus.values:
            if before == after:
                continue
            Task.objects.filter(pk=task.pk).delete()
            owner = None if before == TaskStatus.OPEN else desk.labour
            Task.objects.create(
                pk=task.pk, duty=task.duty, owner_id=owner, status=before, status_note="Vì", changed_at=NOW,
                done_at=NOW if before == TaskStatus.DONE else None,
            )  # fmt: skip
            sql = "UPDATE planning_task SET status=%s, owner_id=%s, done_at=%s WHERE id=%s"
            values = [after, None if after == "open" else desk.labour, NOW if after == "done" else None, task.pk]
            try:
                with transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute(sql, values)
                moved = True
            except DatabaseError:
                moved = False
            assert moved == (after in MOVES[before]), (before, after)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE planning_planversion SET title='Khác'",
        "DELETE FROM planning_planversion",
        "UPDATE planning_duty SET text='Khác'",
        "DELETE FROM planning_contentline",
        "UPDATE planning_legalreference SET number='1/QĐ'",
        "UPDATE planning_evidence SET text='Khác'",
        "DELETE FROM planning_evidence",
        "TRUNCATE planning_evidence",
        "DELETE FROM planning_planimport",
        "UPDATE planning_planimport SET state='draft'",
        "UPDATE planning_planimport SET content='x'",
        "UPDATE planning_task SET status='late'",
        "UPDATE planning_task SET status='done' WHERE status='active'",
        "UPDATE planning_task SET owner_id=NULL WHERE status='active'",
        "UPDATE planning_task SET status='blocked', status_note='' WHERE status='active'",
        "INSERT INTO planning_plan (unit_id, number, year) SELECT unit_id, number, year FROM planning_plan",
    ],
)
def test_direct_sql_cannot_rewrite_what_stands(desk: Desk, sql: str):
    task = active_task(desk)
    services.add_evidence(task_id=task.pk, by=desk.officer, at=NOW, text="Có")
    with pytest.raises((DatabaseError, IntegrityError)), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_a_draft_keeps_its_file_for_good(desk: Desk):
    draft = imported(desk)
    for sql in ("SET content='x'", "SET found='{}'", "SET sha256=repeat('0', 64)"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE planning_planimport {sql} WHERE id=%s", [draft.pk])


def test_a_superuser_without_a_post_sees_and_does_nothing(desk: Desk):
    task = active_task(desk)
    assert list(Plan.objects.visible_to(desk.superuser)) == []
    with pytest.raises(AccessDenied):
        services.move_task(task_id=task.pk, by=desk.superuser, at=NOW, to=TaskStatus.DROPPED, note="Vì")
