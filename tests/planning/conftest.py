"""Files a plan may come in, made on the spot."""

import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import fontpkg_be_vietnam_pro
import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import translation
from docx import Document
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from lantoa.agencies.models import Agency, AgencyVersion, Post, Subject, Succession
from lantoa.kernel.enums import Role
from lantoa.kernel.models import User
from lantoa.kernel.text import fold
from lantoa.territory.models import Unit, UnitVersion

NOW = datetime(2022, 10, 10, 2, 0, tzinfo=UTC)
SAMPLES = Path(__file__).parents[2] / "src/lantoa/planning/samples"
FONT = next(Path(fontpkg_be_vietnam_pro.__file__).parent.rglob("BeVietnamPro-Regular.ttf"))


def provincial_text() -> str:
    return (SAMPLES / "ke-hoach-mau-1.txt").read_text("utf-8")


def docx_of(lines: list[str]) -> bytes:
    """A Word file with one paragraph a line."""
    document = Document()
    for line in lines:
        document.add_paragraph(line)
    return saved(document)


def saved(document: object) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)  # type: ignore[attr-defined]
    return buffer.getvalue()


def pdf_of(lines: list[str], *, per_page: int = 40, password: str | None = None) -> bytes:
    """A PDF with text, page numbers at the top and a running header."""
    pdfmetrics.registerFont(TTFont("Vietnam", FONT))
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4, encrypt=password)
    for page, first in enumerate(range(0, len(lines), per_page), start=1):
        canvas.setFont("Vietnam", 10)
        if page > 1:
            canvas.drawString(290, 820, str(page))
            canvas.drawString(60, 806, "Ủy ban nhân dân tỉnh Sông Sen - bản mẫu")
        for row, line in enumerate(lines[first : first + per_page]):
            canvas.drawString(60, 788 - 18 * row, line)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def zip_of(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in members.items():
            package.writestr(name, content)
    return buffer.getvalue()


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def make_docx() -> Callable[[list[str]], bytes]:
    return docx_of


@pytest.fixture
def make_pdf() -> Callable[..., bytes]:
    return pdf_of


@pytest.fixture
def make_zip() -> Callable[[dict[str, bytes]], bytes]:
    return zip_of


@dataclass
class Desk:
    """Units, agencies and people around one province; agencies and posts as the agencies room keeps them."""

    province: int
    elsewhere: int
    labour: int
    farming: int
    district_a: int
    district_b: int
    editor: User
    officer: User
    heir: User
    reader: User
    district_officer: User
    stranger: User
    superuser: User

    @staticmethod
    def inherit(from_agency: int, to_agency: int, on: date) -> None:
        work, _made = Subject.objects.get_or_create(slug="giam-ngheo", defaults={"name": "Giảm nghèo"})
        Succession.objects.create(from_agency_id=from_agency, to_agency_id=to_agency, subject=work, on=on)


SINCE = DateRange(date(2000, 1, 1), None)


def unit(name: str, kind: str, level: int, parent: Unit | None = None) -> Unit:
    made = Unit.objects.create()
    UnitVersion.objects.create(
        unit=made, name=name, short_name=name.split(" ", 1)[1], folded=fold(name), kind=kind, level=level,
        parent=parent, valid=SINCE, sort_key=name,
    )  # fmt: skip
    return made


def agency(name: str, kind: str, place: Unit, parent: Agency | None = None) -> int:
    made = Agency.objects.create()
    AgencyVersion.objects.create(
        agency=made, name=name, folded=fold(name), kind=kind, parent=parent, unit=place, valid=SINCE, sort_key=name
    )
    return made.pk


def person(name: str, *posts: tuple[str, int], **extra: object) -> User:
    user = User.objects.create_user(email=f"{name}@example.test", display_name=name, **extra)
    for role, agency_id in posts:
        Post.objects.create(user=user, role=role, agency_id=agency_id, valid=SINCE)
    return user


@pytest.fixture
def desk(db: None) -> Desk:
    province = unit("Tỉnh Sông Sen", "province", 1)
    here = unit("Huyện Sen Trắng", "district", 2, province)
    there = unit("Huyện Sen Hồng", "district", 2, province)
    elsewhere = unit("Tỉnh Núi Xa", "province", 1)
    committee = agency("Ủy ban nhân dân tỉnh Sông Sen", "peoples_committee", province)
    labour = agency("Sở Lao động - Thương binh và Xã hội", "department", province)
    farming = agency("Sở Nông nghiệp và Môi trường", "department", province)
    district_a = agency("Ủy ban nhân dân huyện Sen Trắng", "peoples_committee", here)
    district_b = agency("Ủy ban nhân dân huyện Sen Hồng", "peoples_committee", there)
    far = agency("Ủy ban nhân dân tỉnh Núi Xa", "peoples_committee", elsewhere)
    return Desk(
        province.pk, elsewhere.pk, labour, farming, district_a, district_b,
        editor=person("editor", (Role.EDITOR, committee)),
        officer=person("officer", (Role.REPORTER, labour)),
        heir=person("heir", (Role.REPORTER, farming)),
        reader=person("reader", (Role.AUDITOR, committee)),
        district_officer=person("district", (Role.CASE_OFFICER, district_a)),
        stranger=person("stranger", (Role.LEADER, far)),
        superuser=person("root", is_superuser=True, is_staff=True),
    )  # fmt: skip
