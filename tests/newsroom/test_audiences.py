"""Plans, pages, segments and doors of the portal speak of the same audiences, by the same codes."""

from lantoa.audience.enums import GroupKind
from lantoa.audience.services.reference import GROUPS
from lantoa.kernel.enums import Audience
from lantoa.newsroom.enums import SPOKEN_TO, Programme
from lantoa.newsroom.models import ArticlePage
from lantoa.planning.models import PlanAudience
from lantoa.planning.reading.audiences import GROUPS as SIGNS
from lantoa.planning.reading.audiences import group_of
from lantoa.portal.audiences import DOORS

NAMED_BY_THE_PLAN = {
    "cán bộ": "cadres", "đảng viên": "party_members", "công chức": "officials", "viên chức": "officials",
    "người lao động": "workers", "nhân dân": "people", "hộ nghèo": "poor", "hộ cận nghèo": "near_poor",
    "hộ mới thoát nghèo": "newly_escaped",
    "người dân các xã đặc biệt khó khăn vùng bãi ngang, ven biển": "hard_coastal",
    "cán bộ làm công tác giảm nghèo các cấp": "poverty_officers",
}  # fmt: skip


def test_each_audience_of_the_plan_is_read_ticked_and_written_to_by_one_code() -> None:
    ticked = {code for code, _label in ArticlePage._meta.get_field("audience_groups").base_field.choices or ()}
    read = {code for code, _signs in SIGNS}
    told = {code for code, (_vi, _en, _sensitive, kind) in GROUPS.items() if kind == GroupKind.AUDIENCE}
    for words, code in NAMED_BY_THE_PLAN.items():
        assert group_of(words) == code
        assert code in ticked & read & told


def test_no_room_has_a_code_of_its_own() -> None:
    known = set(Audience.values)
    assert {code for code, _signs in SIGNS} <= known
    assert set(PlanAudience._meta.get_field("group").choices or ()) == set(Audience.choices)
    assert set(GROUPS) - set(Programme.values) <= known
    assert set(SPOKEN_TO) <= set(GROUPS), "whoever a page is written for can be written to"
    assert {code for door in DOORS.values() for code in door.audiences} <= set(SPOKEN_TO)
