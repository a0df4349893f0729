"""The sample staff: one account a role, named by its role, never by a person."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from lantoa.agencies.selectors import posts_of
from lantoa.agencies.services import appoint
from lantoa.config.places import home
from lantoa.kernel.enums import Role
from lantoa.kernel.models import User
from lantoa.kernel.services import create_account, fresh_password

LAW_OFFICER = "phap-che"
COMMUNE_OFFICER = "can-bo-xa"
COMMUNE_EDITOR = "bien-tap-xa"
PLACES = {
    "lanh-dao": (Role.LEADER, "Lãnh đạo Sở (mẫu)"),
    "bien-tap": (Role.EDITOR, "Biên tập viên tỉnh (mẫu)"),
    LAW_OFFICER: (Role.REVIEWER, "Cán bộ pháp chế (mẫu)"),
    "nguoi-duyet": (Role.REVIEWER, "Trưởng phòng duyệt tin (mẫu)"),
    "can-bo-kenh": (Role.CHANNEL_OFFICER, "Cán bộ kênh tỉnh (mẫu)"),
    "tiep-nhan": (Role.CASE_OFFICER, "Cán bộ tiếp nhận tỉnh (mẫu)"),
    "bao-cao": (Role.REPORTER, "Cán bộ báo cáo (mẫu)"),
    "kiem-tra": (Role.AUDITOR, "Kiểm tra viên (mẫu)"),
    "quan-tri": (Role.ADMINISTRATOR, "Quản trị hệ thống (mẫu)"),
    "cong-tac-vien": (Role.CONTRIBUTOR, "Cộng tác viên ấp (mẫu)"),
}


@dataclass(frozen=True, slots=True)
class Staff:
    """Accounts by their short name, and the one password they all begin with."""

    by_name: dict[str, User]
    password: str

    def __getitem__(self, name: str) -> User:
        return self.by_name[name]


def ensure_staff(*, lead_agency: int, commune_agency: int, since: date, at: datetime) -> Staff:
    """Make the sample accounts and their posts; a second run finds them. The password is made once for this home."""
    password = _password(home() / "secrets" / "sample-staff")
    wanted = {name: (lead_agency, role, title) for name, (role, title) in PLACES.items()}
    wanted[COMMUNE_OFFICER] = (commune_agency, Role.CASE_OFFICER, "Cán bộ xã (mẫu)")
    wanted[COMMUNE_EDITOR] = (commune_agency, Role.EDITOR, "Biên tập viên xã (mẫu)")
    staff = {
        name: _ensure(name, agency, role, title, password, since, at) for name, (agency, role, title) in wanted.items()
    }
    return Staff(staff, password)


def law_officer() -> User:
    """Whoever gives the legal check among the sample staff."""
    return User.objects.get(email=_email(LAW_OFFICER))


def _ensure(name: str, agency: int, role: Role, title: str, password: str, since: date, at: datetime) -> User:
    email = _email(name)
    user = User.objects.filter(email=email).first()
    if user is None:
        user, _password = create_account(display_name=title, email=email, password=password, by=None, at=at)
    if not posts_of(user, at.date()):
        appoint(user=user, role=role, agency_id=agency, start=since, title=title, by=None, at=at)
    return user


def _email(name: str) -> str:
    return f"{name}@lantoa.example"


def _password(path: Path) -> str:
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(fresh_password())
    return path.read_text()
