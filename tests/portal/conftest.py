"""A small province with two communes, their offices, an officer, and a portal with pages to read."""

from dataclasses import dataclass, field
from datetime import date

import pytest
from django.core.cache import cache
from django.db.backends.postgresql.psycopg_any import DateRange
from wagtail.models import Locale

from lantoa.agencies.models import Agency, AgencyVersion
from lantoa.audience.services import ensure_wordings
from lantoa.kernel import access
from lantoa.kernel.access import Grant
from lantoa.kernel.clock import now
from lantoa.kernel.enums import Role
from lantoa.kernel.models import User
from lantoa.kernel.text import fold, sort_key
from lantoa.newsroom import services as newsroom
from lantoa.newsroom.enums import SectionKind
from lantoa.portal import context
from lantoa.territory import writing
from lantoa.territory.enums import LEVEL_OF_KIND, UnitKind
from lantoa.territory.writing import Face, Occasion
from tests.newsroom.passing import let_out

SINCE = date(2020, 1, 1)
STORY = [("paragraph", "<p>Bà con đến tổ tiết kiệm ở ấp.</p>")]


@dataclass
class Province:
    """What a portal test stands on: unit ids, agency ids, and who holds which post."""

    unit_id: int
    communes: dict[str, int]
    offices: dict[str, int]
    department_id: int
    posts: dict[int, list[Grant]] = field(default_factory=dict)

    def hire(self, *roles: Role, commune: str = "", login: str = "", superuser: bool = False) -> User:
        number = User.objects.count() + 1
        user = User.objects.create_user(
            email=login or f"nv{number}@example.test", display_name=f"Nhân viên {number}", password="mat-khau-dai-1",
            is_superuser=superuser,
        )  # fmt: skip
        unit, agency = (
            (self.communes[commune], self.offices[commune]) if commune else (self.unit_id, self.department_id)
        )
        units = [unit] if commune else [self.unit_id, *self.communes.values()]
        self.posts[user.pk] = [Grant(role, units, agency, number * 10 + n) for n, role in enumerate(roles)]
        return user


def unit(name, kind, parent=None, code=""):
    (unit_id,) = writing.new_units(1)
    face = Face(name, name.split(" ", 1)[-1], kind, LEVEL_OF_KIND[kind], parent, code)
    writing.open_versions({unit_id: face}, Occasion(SINCE))
    if code:
        writing.open_codes({unit_id: code}, Occasion(SINCE))
    return unit_id


def office(name, kind, unit_id):
    agency = Agency.objects.create()
    AgencyVersion.objects.create(
        agency=agency, name=name, kind=kind, unit_id=unit_id, valid=DateRange(SINCE, None), folded=fold(name),
        sort_key=sort_key(name),
    )  # fmt: skip
    return agency.pk


@pytest.fixture
def province(db, settings):
    settings.LANTOA_PROVINCE_CODE = "99"
    context._province_names.cache_clear()
    cache.clear()
    before = list(access._source)
    top = unit("Tỉnh Mẫu", UnitKind.PROVINCE, code="99")
    communes = {
        name: unit(name, UnitKind.COMMUNE, top, code)
        for name, code in [("Xã Đất Thử", "99001"), ("Xã Bãi Xa", "99002")]
    }
    offices = {
        name: office(f"UBND {name[0].lower()}{name[1:]}", "peoples_committee", pk) for name, pk in communes.items()
    }
    made = Province(top, communes, offices, office("Sở Mẫu", "department", top))
    access.register_source(lambda user, at: made.posts.get(user.pk, []))
    ensure_wordings()
    yield made
    access._source[:] = before
    context._province_names.cache_clear()


@pytest.fixture
def officer(province):
    return province.hire(Role.CASE_OFFICER, commune="Xã Đất Thử")


@pytest.fixture
def site(province):
    Locale.objects.get_or_create(language_code="vi")
    return newsroom.ensure_site(province_name="Mẫu", unit_id=province.unit_id, by=None, at=now())


@pytest.fixture
def publish(province, site):
    """`publish("policy", "Vay vốn", audience_groups=[…])` puts a page before readers; any page type does for a kind."""
    editor, reviewer = province.hire(Role.EDITOR), province.hire(Role.REVIEWER)

    def go(kind, title, /, *, language="vi", lead="Vài lời.", **facts):
        if isinstance(kind, type):
            parent = site.sections[SectionKind(kind.section)][language]
            page = newsroom.write_page(kind, parent=parent, title=title, lead=lead, by=editor, at=now(), **facts)
        elif kind == "policy":
            page = newsroom.write_policy(
                parent=site.policies[language],
                title=title,
                lead=lead,
                what="<p>Nội dung.</p>",
                by=editor,
                at=now(),
                **facts,
            )
        else:
            page = newsroom.write_article(
                parent=site.articles[language], title=title, lead=lead, body=STORY, by=editor, at=now(), **facts
            )
        return let_out(page, author=editor, reviewer=reviewer, at=now())

    return go
