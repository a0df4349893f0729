"""The legal library: what binds on a day, found by number, kind, issuer and year."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from lantoa.kernel.models import User
from lantoa.newsroom import checks, selectors, services
from lantoa.newsroom.enums import ChangeKind, SectionKind, Severity, Standing
from lantoa.newsroom.models import LegalChange, LegalTextPage
from lantoa.newsroom.rules import NotReadyError
from tests.newsroom.conftest import NOW

pytestmark = pytest.mark.django_db
Law = Callable[..., LegalTextPage]
DAY0 = date(2025, 1, 1)


@pytest.fixture
def law(site: services.SiteMade, editor: User, publish: Callable[..., Any]) -> Law:
    """`law("07/2021/NĐ-CP", "2021-01-27", effective_on=…)` is published at once."""

    def make(number: str, issued: str, *, live: bool = True, **facts: Any) -> LegalTextPage:
        facts = {"kind": "decree", "issuer": "Chính phủ", "abstract": "Quy định chuẩn nghèo đa chiều", **facts}
        page = services.write_page(
            LegalTextPage, parent=site.sections[SectionKind.LAWS]["vi"], title=f"Văn bản {number}", number=number,
            issued_on=date.fromisoformat(issued), by=editor, at=NOW, **facts,
        )  # fmt: skip
        return publish(page) if live else page  # type: ignore[no-any-return]

    return make


def test_a_text_that_is_extended_then_replaced(law: Law, site: services.SiteMade, client: Client) -> None:
    old = law("07/2021/NĐ-CP", "2021-01-27", effective_on=date(2021, 3, 15), ends_on=date(2025, 12, 31))
    longer = {"kind": "amends", "target": old, "since": date(2025, 12, 30), "moves_end_to": date(2026, 12, 31)}
    law("351/2025/NĐ-CP", "2025-12-30", changes=[longer])
    new = law(
        "09/2026/NĐ-CP", "2026-06-01", effective_on=date(2026, 7, 1), changes=[{"kind": "replaces", "target": old}]
    )
    stands = {
        day: selectors.standing(old, on=date.fromisoformat(day))
        for day in ("2021-03-14", "2021-03-15", "2025-12-29", "2025-12-30", "2026-06-30", "2026-07-01", "2027-01-01")
    }
    assert list(stands.values()) == [
        Standing.NOT_YET, Standing.IN_FORCE, Standing.IN_FORCE, Standing.AMENDED, Standing.AMENDED, Standing.REPLACED,
        Standing.REPLACED,
    ]  # fmt: skip
    assert selectors.in_force("07/2021/nđ-cp", on=date(2026, 6, 30))
    assert not selectors.in_force("07/2021/NĐ-CP", on=date(2026, 7, 1))
    assert not selectors.in_force("99/2021/NĐ-CP")
    html = client.get(old.url).content.decode().replace("\xa0", " ")
    assert ["351/2025/NĐ-CP" in html, "09/2026/NĐ-CP" in html, "31/12/2026" in html] == [True] * 3
    assert "07/2021/NĐ-CP" in client.get(new.url).content.decode()


def test_a_text_stands_the_same_in_all_its_languages(
    law: Law, editor: User, publish: Callable[..., Any], write: Callable[..., Any], client: Client
) -> None:
    old = law("07/2021/NĐ-CP", "2021-01-27", ends_on=date(2030, 12, 31))
    new = law("09/2026/NĐ-CP", "2026-06-01", changes=[{"kind": "replaces", "target": old}])
    old_en, new_en = (
        publish(services.begin_translation(page=one, language="en", by=editor, at=NOW)) for one in (old, new)
    )
    day = date(2026, 7, 1)
    assert [selectors.standing(one, on=day) for one in (old, old_en, new, new_en)] == [
        Standing.REPLACED, Standing.REPLACED, Standing.IN_FORCE, Standing.IN_FORCE,
    ]  # fmt: skip
    assert not selectors.in_force("07/2021/NĐ-CP", on=day)
    assert selectors.in_force("07/2021/NĐ-CP", on=date(2026, 5, 31))
    binding = [selectors.legal_texts(in_force_on=day, language=language) for language in ("vi", "en")]
    assert [[text.pk for text in texts] for texts in binding] == [[new.pk], [new_en.pk]]
    for one, other in ((old, new), (old_en, new_en)):
        fresh_one, fresh_other = selectors.fresh(one), selectors.fresh(other)
        assert [text.pk for _act, text in fresh_one.changed_by()] == [other.pk]
        assert [text.pk for _act, text in fresh_other.changing()] == [one.pk]
        html = client.get(one.url).text.replace("\xa0", " ")
        assert [html.count(f'<a href="{other.url}">Nghị định 09'), html.count(f'<a href="{other.url}">Decree 09')] == (
            [1, 0] if one is old else [0, 1]
        )
    draft = services.revise_page(page=new_en, by=editor, at=NOW, lead="Says it plainly.")
    assert [text.pk for _act, text in draft.get_latest_revision_as_object().changing()] == [old_en.pk]
    csv = b"".join(client.get("/du-lieu-mo/van-ban.csv", {"ngay": "2026-07-01"})).decode()
    rows = csv.splitlines()
    assert [("replaced" in row, "in_force" in row) for row in rows if "07/2021" in row] == [(True, False)] * 2
    cites = write("Bài dẫn luật", body=[("paragraph", "<p>Theo Nghị định 07/2021/NĐ-CP, hộ được vay.</p>")])
    assert [one.severity for one in checks.run(cites, on=day) if one.code == "law"] == [Severity.STOP]

    services.revise_page(page=old, by=editor, at=NOW, ends_on=date(2026, 5, 1))
    publish(selectors.fresh(old))
    stands = {selectors.standing(one, on=date(2026, 5, 2)) for one in (old, old_en)}
    assert stands == {Standing.ENDED}, "a day mended in the original counts before its translation has caught up"


def test_a_text_nobody_approved_changes_nothing(law: Law) -> None:
    old = law("01/2024/QĐ-UBND", "2024-01-01")
    law("02/2024/QĐ-UBND", "2024-06-01", live=False, changes=[{"kind": "replaces", "target": old}])
    assert selectors.in_force(old, on=date(2025, 1, 1))
    assert old.changed_by() == []


def test_a_policy_leads_to_its_law_in_the_library_and_elsewhere_while_it_is_not_there(
    law: Law, site: services.SiteMade, editor: User, reviewer: User, publish: Callable[..., Any], client: Client
) -> None:
    elsewhere = "https://vanban.example/07-2021"
    named = [
        {"kind": "decree", "number": "07/2021/NĐ-CP", "url": elsewhere},
        {"kind": "circular", "number": "02/2022/TT-BXD"},
    ]
    policy = publish(
        services.write_policy(
            parent=site.sections[SectionKind.POLICIES]["vi"], title="Vay vốn", lead="Ai được vay", legal=named,
            what="<p>Tiền.</p>", by=editor, at=NOW,
        )
    )  # fmt: skip

    def shown() -> list[tuple[str, str]]:
        html = client.get(policy.url).text.replace("\xa0", " ")
        return re.findall(r'<b>(?:<a href="([^"]+)">)?(?:Nghị định|Thông tư) ([^<]+)', html)

    circular = ("", "02/2022/TT-BXD")
    assert shown() == [(elsewhere, "07/2021/NĐ-CP"), circular]
    decree = law("07/2021/NĐ-CP", "2021-01-27")
    assert shown() == [(decree.url, "07/2021/NĐ-CP"), circular]
    services.withdraw_page(page=decree, by=reviewer, at=NOW, reason="Bản quét sai trang")
    assert shown() == [(elsewhere, "07/2021/NĐ-CP"), circular]


def test_last_day_before_the_first_is_refused(law: Law) -> None:
    with pytest.raises(NotReadyError, match=r"Ngày cuối|last day"):
        law("03/2024/QĐ-UBND", "2024-01-05", ends_on=date(2024, 1, 4))


def test_library_finds_by_every_part(law: Law, site: services.SiteMade, client: Client) -> None:
    old = law("07/2021/NĐ-CP", "2021-01-27", ends_on=date(2025, 12, 31))
    law("24/2021/QĐ-TTg", "2021-07-16", kind="decision", issuer="Thủ tướng Chính phủ", abstract="Quy trình rà soát")
    law("05/2022/TT-BLĐ", "2022-05-01", kind="circular", issuer="Bộ Mẫu", changes=[{"kind": "amends", "target": old}])

    def found(**asked: Any) -> list[str]:
        return [text.number for text in selectors.legal_texts(**asked)]

    assert found() == ["05/2022/TT-BLĐ", "24/2021/QĐ-TTg", "07/2021/NĐ-CP"]
    assert found(words="07/2021") == ["07/2021/NĐ-CP"]
    assert found(words="nd-cp chuan NGHEO") == ["07/2021/NĐ-CP"]
    assert found(kind="decision") == ["24/2021/QĐ-TTg"]
    assert found(issuer="Bộ Mẫu", year=2022) == ["05/2022/TT-BLĐ"]
    assert found(year=2021, in_force_on=date(2026, 1, 1)) == ["24/2021/QĐ-TTg"]
    url = site.sections[SectionKind.LAWS]["vi"].url
    for query, seen in (
        ("q=chuan+ngheo&loai=decree", [True, False]),
        ("noi=Thủ+tướng+Chính+phủ&nam=2021", [False, True]),
        ("q=khongco", [False, False]),
        ("nam=99999&loai=%00&q=%00", [True, True]),
    ):
        html = client.get(f"{url}?{query}").content.decode()
        links = html.split("</form>")[1].split("site-footer")[0]
        assert ["07/2021/NĐ-CP" in links, "24/2021/QĐ-TTg" in links] == seen, query


days = st.integers(0, 30).map(lambda n: DAY0 + timedelta(days=n))
maybe = st.none() | days
acts = st.lists(st.tuples(st.sampled_from(ChangeKind), maybe, maybe, st.booleans(), days), max_size=3)


def by_hand(starts: date, ends: date | None, done: list[Any], on: date) -> Standing:
    """What the library must say, worked out the slow way."""
    if starts > on:
        return Standing.NOT_YET
    begun = [(since or issued, n, kind, moves) for n, (kind, since, moves, live, issued) in enumerate(done)
             if live and (since or issued) <= on]  # fmt: skip
    if any(kind == ChangeKind.REPLACES for _since, _n, kind, _moves in begun):
        return Standing.REPLACED
    moved = sorted((since, n, moves) for since, n, kind, moves in begun if kind == ChangeKind.AMENDS and moves)
    last = moved[-1][2] if moved else ends
    if last is not None and last < on:
        return Standing.ENDED
    return Standing.AMENDED if begun else Standing.IN_FORCE


@settings(max_examples=40)
@given(issued=days, effective=maybe, lasts=st.none() | st.integers(0, 20), done=acts, on=days)
def test_standing_agrees_with_the_slow_way(
    law_rows: Any, issued: date, effective: date | None, lasts: int | None, done: list[Any], on: date
) -> None:
    starts = effective or issued
    ends = None if lasts is None else starts + timedelta(days=lasts)
    old = law_rows(issued, effective, ends, done)
    assert selectors.standing(old, on=on) == by_hand(starts, ends, done, on)
    bound = selectors.standing(old, on=on) in (Standing.IN_FORCE, Standing.AMENDED)
    assert selectors.in_force(old, on=on) == bound


@pytest.fixture
def law_rows(law: Law) -> Any:
    """Rewrites the rows of texts published (and one not) beforehand: a walk of forty needs no forty approvals."""
    old = law("00/2025/NĐ-CP", "2025-01-01")
    newer = [law(f"0{n}/2025/NĐ-CP", "2025-01-01") for n in (1, 2, 3)]
    unseen = [law(f"1{n}/2025/NĐ-CP", "2025-01-01", live=False) for n in (1, 2, 3)]

    def rewrite(issued: date, effective: date | None, ends: date | None, done: list[Any]) -> LegalTextPage:
        LegalChange.objects.all().delete()
        LegalTextPage.objects.filter(pk=old.pk).update(issued_on=issued, effective_on=effective, ends_on=ends)
        for n, (kind, since, moves, live, issued_then) in enumerate(done):
            page = (newer if live else unseen)[n]
            LegalTextPage.objects.filter(pk=page.pk).update(issued_on=issued_then)
            kept = moves if kind == ChangeKind.AMENDS else None
            LegalChange.objects.create(page=page, target=old, kind=kind, since=since, moves_end_to=kept)
        return old

    return rewrite


def test_a_change_of_itself_is_refused(law: Law, editor: User) -> None:
    text = law("08/2024/QĐ-UBND", "2024-01-01")
    draft = services.revise_page(page=text, by=editor, at=NOW, lead="Sửa.")
    english = services.begin_translation(page=text, language="en", by=editor, at=NOW)
    for itself in (draft, english):
        draft.changes = [LegalChange(kind="amends", target=itself)]
        draft.save_revision(user=editor)
        with pytest.raises(NotReadyError):
            services.submit_page(page=text, by=editor, at=NOW)
