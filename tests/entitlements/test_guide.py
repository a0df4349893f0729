"""The guide from a rule's first words to what a household reads."""

import logging
import re
from datetime import date, timedelta

import pytest
from django.apps import apps
from django.db import Error, connection, transaction

from lantoa.approvals.models import Decision, Submission
from lantoa.approvals.rules import CannotDecideError
from lantoa.approvals.services import decide, revoke
from lantoa.desk.providers import entitling
from lantoa.desk.rail import Rail
from lantoa.entitlements import selectors, services
from lantoa.entitlements.models import EntitlementVersion
from lantoa.kernel import pace
from lantoa.kernel.access import AccessDenied
from lantoa.kernel.clock import now, today
from lantoa.kernel.enums import Role
from lantoa.kernel.errors import LantoaError
from lantoa.newsroom import services as newsroom
from lantoa.newsroom.models import LegalTextPage
from tests.newsroom.passing import let_out
from tests.newsroom.samples import PDF, document

PATH = "/toi-duoc-huong-gi/"
OLD_AND_POOR = {
    "conditions": [{"kind": "household", "any": ["poor"]}, {"kind": "age", "at_least": 60}],
    "examples": [
        {"name": "Trẻ", "answers": {"age": 3}, "verdict": "not_met"},
        {"name": "Già", "answers": {"household": "poor", "age": 70}, "verdict": "met"},
    ],
}
pytestmark = pytest.mark.django_db


def titles(on=None):
    return [one.rule.title for one in selectors.in_force(on or today())]


def test_nothing_answers_before_a_second_person_said_yes(write, editor, reviewer):
    version = write()
    assert titles() == []
    sent = services.send(version=version, by=editor, at=now())
    assert titles() == []
    with pytest.raises(CannotDecideError):
        decide(submission_id=sent.pk, by=editor, at=now(), approve=True)
    decided = decide(submission_id=sent.pk, by=reviewer, at=now(), approve=True)
    assert titles() == ["Vay vốn làm ăn"]
    revoke(decision_id=decided.pk, by=reviewer, at=now(), reason="Luật đổi")
    assert titles() == []


def test_a_newer_draft_does_not_silence_the_approved_one(write, approve):
    version = approve()
    write(version.entitlement, title="Vay vốn mới")
    assert titles() == ["Vay vốn làm ăn"]
    approve(version.entitlement, title="Vay vốn mới hơn")
    assert titles() == ["Vay vốn mới hơn"]


def test_days_of_force_hold_at_the_borders(approve):
    first = approve(ends="2026-12-31")
    approve(first.entitlement, title="Từ năm sau", starts="2027-01-01")
    assert titles(date(2019, 12, 31)) == []
    assert titles(date(2020, 1, 1)) == ["Vay vốn làm ăn"]
    assert titles(date(2026, 12, 31)) == ["Vay vốn làm ăn"]
    assert titles(date(2027, 1, 1)) == ["Từ năm sau"]


def test_what_is_over_or_revoked_does_not_give_way_to_what_came_before(approve, reviewer):
    first = approve()
    approve(first.entitlement, title="Hết vào tháng sáu", starts="2026-01-01", ends="2026-06-30")
    assert titles(date(2025, 12, 31)) == ["Vay vốn làm ăn"]
    assert titles(date(2026, 6, 30)) == ["Hết vào tháng sáu"]
    assert titles(date(2026, 7, 1)) == []
    approve(first.entitlement, title="Lại có", starts="2026-09-01")
    assert titles(date(2026, 8, 31)) == []
    assert titles(date(2026, 9, 1)) == ["Lại có"]
    last = Decision.objects.latest("pk")
    revoke(decision_id=last.pk, by=reviewer, at=now(), reason="Luật đổi")
    assert titles(date(2026, 9, 1)) == []
    assert titles(date(2026, 6, 30)) == ["Hết vào tháng sáu"]


def test_a_rule_nobody_can_meet_is_not_sent(write, editor):
    nobody = write(exclusions=[{"kind": "household", "any": ["poor", "near_poor"]}],
                   examples=[{"name": "Hộ nghèo", "answers": {"household": "poor"}, "verdict": "not_met"}])  # fmt: skip
    with pytest.raises(LantoaError, match="không ai đạt"):
        services.send(version=nobody, by=editor, at=now())


def test_a_failing_example_keeps_a_rule_from_being_sent(write, editor):
    wrong = {"name": "Hộ khác", "answers": {"household": "other"}, "verdict": "met"}
    with pytest.raises(LantoaError, match="Hộ khác"):
        services.send(version=write(examples=[wrong]), by=editor, at=now())
    with pytest.raises(LantoaError):
        services.send(version=write(examples=[]), by=editor, at=now())
    assert not Submission.objects.exists()


def test_an_older_version_is_not_sent_and_its_open_submission_is_taken_back(write, editor):
    old = write()
    sent = services.send(version=old, by=editor, at=now())
    new = write(old.entitlement, title="Khác")
    with pytest.raises(LantoaError):
        services.send(version=old, by=editor, at=now())
    services.send(version=new, by=editor, at=now())
    sent.refresh_from_db()
    assert sent.withdrawn_at


def test_only_editors_write(province, write, reviewer):
    version = write()
    with pytest.raises(AccessDenied):
        services.write_rule(rule=selectors.rule_of(version), by=reviewer, at=now(), entitlement=version.entitlement)
    with pytest.raises(AccessDenied):
        services.send(version=version, by=province.hire(Role.REPORTER), at=now())


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entitlements_entitlementversion SET number = 9",
        "DELETE FROM entitlements_entitlementversion",
        "TRUNCATE entitlements_entitlementversion CASCADE",
        (
            "INSERT INTO entitlements_entitlementversion (entitlement_id, number, content, sha256, valid, written_by_id,"  # noqa: E501
            " written_at) SELECT entitlement_id, 2, content, repeat('0', 64), valid, written_by_id, written_at"
            " FROM entitlements_entitlementversion"
        ),
        (
            "INSERT INTO entitlements_entitlementversion (entitlement_id, number, content, sha256, valid, written_by_id,"  # noqa: E501
            " written_at) SELECT entitlement_id, 2, content, sha256, '[2019-01-01,)', written_by_id, written_at"
            " FROM entitlements_entitlementversion"
        ),
        (
            "INSERT INTO entitlements_entitlementversion (entitlement_id, number, content, sha256, valid, written_by_id,"  # noqa: E501
            " written_at) SELECT entitlement_id, 1, content, sha256, valid, written_by_id, written_at"
            " FROM entitlements_entitlementversion"
        ),
    ],
)
def test_the_database_keeps_versions_as_they_were_written(write, statement):
    version = write()
    with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert EntitlementVersion.objects.get().content == version.content


def counts():
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        found = {}
        for table in tables:
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            found[table] = cursor.fetchone()[0]
    return found


def test_nothing_typed_is_stored_logged_or_put_into_a_cookie(client, approve, caplog):
    approve(**OLD_AND_POOR)
    before = counts()
    assert len(before) > len(apps.get_models()) / 2
    with caplog.at_level(logging.DEBUG):
        good = client.post(PATH, {"household": "poor", "age": "87"})
        bad = client.post(PATH, {"household": "poor", "age": "877"})
    assert (good.status_code, bad.status_code) == (200, 422)
    assert counts() == before
    said = [record.getMessage() for record in caplog.records if not record.name.startswith("django.db")]
    assert not any("poor" in line or "87" in line for line in said)
    for response in (good, bad):
        assert "no-store" in response.headers["Cache-Control"]
        assert "Set-Cookie" not in response.headers


def test_a_refused_form_keeps_what_was_typed(client, approve):
    approve(**OLD_AND_POOR)
    response = client.post(PATH, {"household": "poor", "age": "sáu mươi"})
    assert response.status_code == 422
    assert 'value="sáu mươi"' in response.text
    assert re.search(r'value="poor"[^>]*checked', response.text)


@pytest.mark.parametrize("forged", [{"household": "king"}, {"place": "-1"}, {"place": "9" * 40}, {"age": "1e9"},
                                    {"household": "poor\x00"}, {"place": "' OR 1=1"}])  # fmt: skip
def test_a_forged_post_is_refused(client, province, approve, forged):
    need = [{"kind": "household", "any": ["poor"]}, {"kind": "age", "at_least": 60},
            {"kind": "place", "statuses": [], "units": [province.communes["Xã Bãi Xa"]]}]  # fmt: skip
    said = {"household": "poor", "age": 70, "place": province.communes["Xã Bãi Xa"]}
    approve(conditions=need, examples=[{"name": "Già", "answers": said, "verdict": "met"}])
    assert client.post(PATH, forged).status_code == 422
    assert client.put(PATH).status_code == 405


def test_no_rule_no_questions(client, province, site):
    page = client.get(PATH)
    assert page.status_code == 200
    assert "<form class" not in page.text.split("<main")[1].split("</main>")[0]


def test_few_queries_however_many_rules(client, approve, province, site, django_assert_max_num_queries):
    for number in range(6):
        approve(title=f"Hỗ trợ {number}")
    said = {"household": "poor", "place": str(province.communes["Xã Bãi Xa"])}
    client.post(PATH, said)
    with django_assert_max_num_queries(13):
        client.post(PATH, said)


@pytest.fixture
def three(approve, province):
    """Three rules that part three invented households."""
    place = [{"kind": "place", "statuses": [], "units": [province.communes["Xã Bãi Xa"]]}]
    approve(title="Nhà ở", conditions=[{"kind": "household", "any": ["poor"]}, {"kind": "housing", "any": ["broken"]}],
            examples=[{"name": "Nhà dột", "answers": {"household": "poor", "housing": "broken"}, "verdict": "met"}])  # fmt: skip  # noqa: E501
    approve(title="Bãi Xa", conditions=place, examples=[
        {"name": "Ở Bãi Xa", "answers": {"place": province.communes["Xã Bãi Xa"]}, "verdict": "met"}])  # fmt: skip
    approve(title="Tuổi già", conditions=[{"kind": "age", "at_least": 60}],
            exclusions=[{"kind": "work", "any": ["steady"]}],
            examples=[{"name": "Già", "answers": {"age": 70, "work": "unable"}, "verdict": "met"}])  # fmt: skip


def verdicts(response):
    return {kind: [one.rule.title for one in rows] for kind, rows in response.context["groups"].items()}


def test_three_households_read_three_answers(client, province, three):
    shore, inland = province.communes["Xã Bãi Xa"], province.communes["Xã Đất Thử"]
    poor = client.post(PATH, {"household": "poor", "housing": "broken", "place": shore, "age": "67", "work": "unable"})
    assert verdicts(poor)["met"] == ["Nhà ở", "Bãi Xa", "Tuổi già"]
    assert "UBND xã Bãi Xa" in poor.text
    assert "Nghị định 1/2020/NĐ-CP" in poor.text
    shy = client.post(PATH, {"household": "poor", "age": "67"})
    assert verdicts(shy) == {"met": [], "open": ["Nhà ở", "Bãi Xa", "Tuổi già"], "not_met": []}
    other = client.post(PATH, {"household": "other", "place": inland, "age": "67", "work": "steady"})
    assert verdicts(other) == {"met": [], "open": [], "not_met": ["Nhà ở", "Bãi Xa", "Tuổi già"]}


def test_the_place_is_always_asked_and_names_the_office(client, province, approve, publish):
    publish(LegalTextPage, "Một nghị định", kind="decree", number="1/2020/NĐ-CP", issuer="Chính phủ",
            issued_on=date(2020, 1, 1), unit_id=province.unit_id)  # fmt: skip
    approve(form="Mẫu 01", officer="Cán bộ giảm nghèo")
    here = province.communes["Xã Bãi Xa"]
    asked = client.get(PATH, {"xa": here}).text
    assert f'<option value="{here}" selected>' in asked
    said = client.post(PATH, {"household": "poor", "place": here}).text
    result = re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", said.split('id="ket-qua"')[1].split("<form")[0]))
    for words in ("vì nhà mình thuộc diện hộ nghèo hoặc hộ cận nghèo.", "Nghị định 1/2020/NĐ-CP", "Mẫu 01",
                  "Cán bộ giảm nghèo, UBND xã Bãi Xa"):  # fmt: skip
        assert words in result
    assert re.search('<a href="/van-ban/[^"]+/" lang="vi">Nghị định 1/2020/NĐ-CP</a>', said)
    office = f"/noi-toi-o/{here}/"
    assert f'<a href="{office}">UBND xã Bãi Xa</a>' in said.replace("\xa0", " "), (
        "a way to the office, for who takes it"
    )
    addresses = re.findall(r'(?:href|action|src)="(?!data:)([^"]*)"', said.replace(office, ""))
    assert f"{PATH}#ket-qua" in addresses
    assert [one for one in addresses if "poor" in one or str(here) in re.findall(r"\d+", one.split("static")[0])] == []


def test_readers_of_another_language_are_told_what_is_in_vietnamese_and_led_to_their_own(
    client, province, approve, publish
):
    policy = publish("policy", "Vay vốn")
    approve(form="Mẫu 01", officer="Cán bộ giảm nghèo", page_id=policy.pk)

    def said(front):
        page = client.post(f"{front}{PATH}", {"household": "poor"}).text.replace("\xa0", " ").replace("\u2060", "")
        return page.split('id="ket-qua"')[1].split("<form")[0]

    english, reviewer = said("/en"), province.hire(Role.REVIEWER)
    texts = ("Vay vốn làm ăn</h3>", "Được vay vốn.</p>", "Nghị định 1/2020/NĐ-CP<", "Mẫu 01<", "Cán bộ giảm nghèo,")
    for words in texts:
        assert f'lang="vi">{words}' in english
    assert f'href="{policy.url}" lang="vi" hreflang="vi">Vay vốn</a>' in english
    told = ["written in Vietnamese", "សរសេរជាភាសាវៀតណាម", "tiếng Việt"]
    assert [words in page for words, page in zip(told, (english, said("/km"), said("")), strict=True)] == [1, 1, 0]
    translated = newsroom.begin_translation(page=policy, language="en", by=policy.owner, at=now())
    translated = newsroom.revise_page(page=translated, by=policy.owner, at=now(), title="Loans")
    translated = let_out(translated, author=policy.owner, reviewer=reviewer, at=now())
    assert f'href="{translated.url}" lang="en" hreflang="en">Loans</a>' in said("/en")


def test_the_form_to_hand_in_is_given_blank_where_the_policy_has_it(
    client, approve, publish, django_assert_num_queries
):
    form = document("don.pdf", PDF)
    policy = publish("policy", "Vay vốn", papers=[{"text": "<p>Đơn</p>", "form": form}, {"text": "<p>Căn cước</p>"}])
    approve(form="Mẫu 01", page_id=policy.pk)
    approve(title="Không tên mẫu", page_id=policy.pk)
    said = client.post(PATH, {"household": "poor"}).text.split('id="ket-qua"')[1].split("<form")[0]
    assert said.count(f'href="{form.url}" download') == 2
    assert "Chưa có mẫu được nêu tên" not in said
    assert form.title in said
    with django_assert_num_queries(3):
        assert selectors.page_links([policy.pk, None])[policy.pk].forms == [form]


def test_asked_too_fast_it_keeps_the_answers_and_says_when_to_come_again(client, approve, site, monkeypatch):
    approve()
    monkeypatch.setitem(pace.PATIENCE, "guide", 2)
    said = [client.post(PATH, {"household": "poor"}, REMOTE_ADDR="203.0.113.77") for _n in range(3)]
    assert [page.status_code for page in said] == [200, 200, 429]
    assert (said[2].headers["Retry-After"], "no-store" in said[2].headers["Cache-Control"]) == ("60", True)
    assert "Đường mạng này hỏi quá nhiều lần." in said[2].text
    assert re.search('value="poor"[^>]* checked|<option value="poor" selected', said[2].text)


@pytest.fixture
def law(publish, province):
    """`law("1/2020/NĐ-CP", ends_on=…)` is in the legal library at once."""

    def go(number, issued="2020-01-01", **facts):
        told = {"kind": "decree", "number": number, "issuer": "Chính phủ", "issued_on": date.fromisoformat(issued)}
        return publish(LegalTextPage, f"Văn bản {number}", unit_id=province.unit_id, **told, **facts)

    return go


@pytest.fixture
def replaced(law, approve):
    """An approved rule without a last day, whose decree was replaced yesterday."""
    old = law("1/2020/NĐ-CP")
    version = approve(officer="Cán bộ giảm nghèo")
    law(
        "2/2026/NĐ-CP",
        "2026-01-01",
        changes=[{"kind": "replaces", "target": old, "since": today() - timedelta(days=1)}],
    )
    return version


def test_a_rule_by_a_law_that_does_not_bind_is_not_sent(law, write, editor):
    def why_not(number, **days):
        version = write(law={"kind": "Nghị định", "number": number}, **days)
        try:
            services.send(version=version, by=editor, at=now())
        except LantoaError as refusal:
            return str(refusal).replace("\xa0", " ")

    tomorrow = today() + timedelta(days=1)
    old = law("1/2020/NĐ-CP")
    law("2/2026/NĐ-CP", "2026-01-01", changes=[{"kind": "replaces", "target": old}])
    law("3/2020/NĐ-CP", ends_on=today() - timedelta(days=1))
    law("4/2020/NĐ-CP", effective_on=tomorrow)
    law("5/2020/NĐ-CP", ends_on=today())
    assert "Đã bị thay thế bởi Nghị định 2/2026/NĐ-CP" in why_not("1/2020/nđ-cp"), "however it is typed"
    assert "Chỉ có hiệu lực đến hết ngày" in why_not("3/2020/NĐ-CP")
    assert "Chỉ có hiệu lực từ ngày" in why_not("4/2020/NĐ-CP")
    assert why_not("4/2020/NĐ-CP", starts=tomorrow.isoformat()) is None, "it binds when the rule begins to answer"
    assert why_not("3/2020/NĐ-CP", ends="2020-12-31") is None, "it bound while the rule answered"
    bound = ("2/2026/NĐ-CP", "5/2020/NĐ-CP", "99/2020/NĐ-CP", "")
    assert [why_not(number) for number in bound] == [None] * len(bound)


def test_staff_see_that_the_law_of_a_rule_was_replaced(client, replaced, approve, editor):
    approve(title="Học nghề", law={"kind": "Luật", "number": "9/2020/QH14"})
    client.force_login(editor)
    desk, words = "/ban-lam-viec/quyen-loi/", "Đã bị thay thế bởi Nghị định 2/2026/NĐ-CP"
    pages = (
        client.get(desk), client.get(f"{desk}{replaced.entitlement_id}/"),
        client.post(f"{desk}thu/", {"household": "poor"}),
    )  # fmt: skip
    assert [page.text.replace("\xa0", " ").count(words) for page in pages] == [1, 1, 1]


def test_who_writes_rules_is_called_when_the_law_of_one_that_answers_is_over(replaced, approve, write, editor):
    approve(title="Đã qua", law={"kind": "Nghị định", "number": "1/2020/NĐ-CP"}, ends="2020-12-31")
    write(title="Đang viết")
    found = [
        (job.when, job.title, job.text.replace("\xa0", " ")) for job in entitling.to_write(Rail(editor, "").worker)
    ]
    assert found == [
        ("today", "Căn cứ đã hết hiệu lực: Vay vốn làm ăn", "Đã bị thay thế bởi Nghị định 2/2026/NĐ-CP."),
        ("week", "Hoàn tất và gửi duyệt quy tắc: Đang viết", "Chưa ai đọc được khi người thứ hai chưa duyệt"),
    ]


@pytest.mark.parametrize(("household", "group"), [("poor", "open"), ("", "open"), ("other", "not_met")])
def test_nobody_is_promised_what_a_replaced_law_gave(client, province, replaced, household, group):
    said = {"household": household, "place": province.communes["Xã Bãi Xa"]}
    page = client.post(PATH, said)
    assert verdicts(page) == {"met": [], "open": [], "not_met": []} | {group: ["Vay vốn làm ăn"]}
    result = page.text.replace("\xa0", " ").split('id="ket-qua"')[1].split("<form")[0]
    assert "<b>Đã bị thay thế bởi Nghị định 2/2026/NĐ-CP</b>" in result
    assert "Bà con hỏi cán bộ xem nay còn được hưởng không" in result
    assert re.search('<a href="/van-ban/[^"]+/">Nghị định 2/2026/NĐ-CP</a>', result)
    assert "Cán bộ giảm nghèo," in result
    assert "UBND xã Bãi Xa" in result
    assert "Bà con được hưởng, vì" not in result


def test_the_day_decides_whether_a_law_still_gives(approve, law):
    law("1/2020/NĐ-CP", ends_on=today())
    approve()
    assert [[one.unbound for one in selectors.in_force(today() + timedelta(days=n))] for n in (0, 1)] == [
        [False],
        [True],
    ]


def test_few_queries_however_many_laws_were_replaced(
    client, approve, law, province, editor, django_assert_num_queries, django_assert_max_num_queries
):
    for number in range(4):
        old = law(f"{number}/2020/NĐ-CP")
        approve(title=f"Hỗ trợ {number}", law={"kind": "Nghị định", "number": old.number})
        law(f"1{number}/2026/NĐ-CP", "2026-01-01", changes=[{"kind": "replaces", "target": old}])
    with django_assert_num_queries(3):
        assert [one.unbound for one in selectors.in_force(today())] == [True] * 4
    said = {"household": "poor", "place": str(province.communes["Xã Bãi Xa"])}
    client.post(PATH, said)
    with django_assert_max_num_queries(15):
        client.post(PATH, said)


def test_a_place_that_is_no_more_means_its_heirs(client, approve, province, divided, site):
    old, east, west = divided
    approve(title="Xã cũ", units=[old], conditions=[], examples=[
        {"name": "Ở xã cũ", "answers": {"place": old}, "verdict": "met"}])  # fmt: skip
    approve(title="Phía đông", units=[east], conditions=[], examples=[
        {"name": "Ở phía đông", "answers": {"place": east}, "verdict": "met"}])  # fmt: skip
    chosen = client.post(PATH, {"place": old})
    assert verdicts(chosen) == {"met": ["Xã cũ"], "open": ["Phía đông"], "not_met": []}
    assert "UBND xã Chia Đông hoặc UBND xã Chia Tây" in re.sub(r"\s+", " ", re.sub("<[^>]+>", "", chosen.text))
    assert "Bà con được hưởng nếu nhà mình ở xã Chia Đông." in chosen.text
    assert verdicts(client.post(PATH, {"place": west})) == {"met": [], "open": ["Xã cũ"], "not_met": ["Phía đông"]}
    assert client.get(PATH, {"xa": old}).text.count(f'value="{old}" selected') == 1


def test_an_editor_writes_tries_and_sends_on_the_desk(client, province, editor, reviewer):
    client.force_login(editor)
    desk = "/ban-lam-viec/quyen-loi/"
    typed = {"title": "Học nghề", "gets": "Được học nghề.", "law_kind": "Nghị định", "office": "commune",
             "starts": "2020-01-01", "need_age_low": "16", "need_household": ["poor"], "bar_work": ["steady"]}  # fmt: skip  # noqa: E501
    refused = client.post(f"{desk}moi/", typed | {"need_age_high": "12"})
    assert refused.status_code == 422
    assert "Học nghề" in refused.text
    made = client.post(f"{desk}moi/", typed)
    assert made.status_code == 302, made.text
    home = made.headers["Location"]
    example = {"name": "Hộ nghèo 20 tuổi", "household": "poor", "age": "20", "work": "none", "verdict": "met"}
    assert client.post(f"{home}vi-du/", example).status_code == 302
    assert client.post(f"{home}vi-du/", example | {"name": ""}).status_code == 422
    assert "Hộ nghèo 20 tuổi" in client.get(home).text
    assert client.post(f"{home}gui/").status_code == 302
    tried = client.post(f"{desk}thu/", {"age": "12"})
    assert [judged.verdict for _one, judged in tried.context["results"]] == ["not_met"]
    assert client.get(f"{home}sua/").status_code == 200
    assert client.get(desk).status_code == 200
    sent = Submission.objects.get()
    client.force_login(reviewer)
    assert "Được học nghề." in client.get(f"/ban-lam-viec/duyet/{sent.pk}/").text
    decide(submission_id=sent.pk, by=reviewer, at=now(), approve=True)
    assert titles() == ["Học nghề"]
