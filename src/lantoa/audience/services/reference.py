"""What must stand before the first person comes in: the plan's groups and the wordings of consent."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Final

from django.db import transaction

from lantoa.audience.enums import GroupKind, Purpose
from lantoa.audience.models import AudienceGroup, ConsentWording
from lantoa.kernel.enums import Audience

# code: (Vietnamese, English, sensitive, kind); the audiences every plan names, then the national target programmes.
GROUPS: Final[Mapping[str, tuple[str, str, bool, GroupKind]]] = {
    Audience.CADRE: ("Cán bộ", "Cadres", False, GroupKind.AUDIENCE),
    Audience.PARTY_MEMBER: ("Đảng viên", "Party members", False, GroupKind.AUDIENCE),
    Audience.OFFICIAL: ("Công chức, viên chức", "Officials", False, GroupKind.AUDIENCE),
    Audience.WORKER: ("Người lao động", "Workers", False, GroupKind.AUDIENCE),
    Audience.RESIDENT: ("Nhân dân", "People at large", False, GroupKind.AUDIENCE),
    Audience.POOR: ("Hộ nghèo", "Poor households", True, GroupKind.AUDIENCE),
    Audience.NEAR_POOR: ("Hộ cận nghèo", "Near-poor households", True, GroupKind.AUDIENCE),
    Audience.ESCAPED: ("Hộ mới thoát nghèo", "Newly escaped households", True, GroupKind.AUDIENCE),
    Audience.COASTAL: (
        "Dân xã bãi ngang, ven biển đặc biệt khó khăn",
        "Residents of specially difficult coastal communes",
        False,
        GroupKind.AUDIENCE,
    ),
    Audience.OFFICER: ("Cán bộ làm công tác giảm nghèo", "Poverty officers", False, GroupKind.AUDIENCE),
    Audience.PROPAGANDIST: ("Tuyên truyền viên", "Propagandists", False, GroupKind.AUDIENCE),
    Audience.KHMER_READER: ("Người đọc tiếng Khmer", "Khmer readers", True, GroupKind.AUDIENCE),
    Audience.BUSINESS: ("Doanh nghiệp, hợp tác xã", "Businesses and cooperatives", False, GroupKind.AUDIENCE),
    Audience.PRESS: ("Phóng viên, biên tập viên", "Journalists", False, GroupKind.AUDIENCE),
    "ntp_poverty": (
        "Chương trình giảm nghèo bền vững",
        "Sustainable poverty reduction programme",
        True,
        GroupKind.PROGRAMME,
    ),
    "ntp_rural": ("Chương trình nông thôn mới", "New-style rural areas programme", False, GroupKind.PROGRAMME),
    "ntp_ethnic": (
        "Chương trình vùng đồng bào dân tộc thiểu số",
        "Ethnic minority areas programme",
        True,
        GroupKind.PROGRAMME,
    ),
}

_RIGHTS_VI: Final = (
    " Cơ quan thực hiện kế hoạch giữ tên, xã và địa chỉ liên lạc của tôi chỉ để làm việc này, không chuyển cho ai khác."
    " Tôi được xem, sửa, xóa và rút lại bất cứ lúc nào: bấm liên kết trong tin, báo tại xã hoặc gọi đường dây nóng."
)
_RIGHTS_EN: Final = (
    " The agency in charge of the plan keeps my name, commune and contact address for this alone and passes them to"
    " nobody. I may see, correct, erase and withdraw at any time: by the link in a message, at the commune office or"
    " on the hotline."
)
WORDINGS: Final[Mapping[tuple[str, int, str], str]] = {
    (Purpose.POLICY_NEWS, 1, "vi"): "Tôi đồng ý nhận tin về chính sách và hỗ trợ giảm nghèo." + _RIGHTS_VI,
    (Purpose.POLICY_NEWS, 1, "en"): "I agree to receive news of policies and support for poor families." + _RIGHTS_EN,
    (Purpose.EVENTS, 1, "vi"): "Tôi đồng ý nhận lời mời họp, đối thoại và lớp học." + _RIGHTS_VI,
    (Purpose.EVENTS, 1, "en"): "I agree to receive invitations to meetings, dialogues and classes." + _RIGHTS_EN,
    (Purpose.CASE_REPLY, 1, "vi"): "Tôi đồng ý nhận câu trả lời cho điều tôi đã hỏi." + _RIGHTS_VI,
    (Purpose.CASE_REPLY, 1, "en"): "I agree to receive the answer to what I asked." + _RIGHTS_EN,
}


@transaction.atomic
def ensure_groups() -> dict[str, AudienceGroup]:
    """Make the groups that are missing and return all by code; names an administrator changed are left alone."""
    known = set(AudienceGroup.objects.values_list("code", flat=True))
    AudienceGroup.objects.bulk_create(
        [
            AudienceGroup(code=code, name_vi=vi, name_en=en, sensitive=sensitive, kind=kind, position=position)
            for position, (code, (vi, en, sensitive, kind)) in enumerate(GROUPS.items())
            if code not in known
        ],
        ignore_conflicts=True,
    )
    return {group.code: group for group in AudienceGroup.objects.all()}


@transaction.atomic
def ensure_wordings() -> None:
    """Make the wordings of consent that are missing; a kept wording is never changed, only followed by a version."""
    ConsentWording.objects.bulk_create(
        [
            ConsentWording(
                purpose=purpose,
                version=version,
                language=language,
                text=text,
                sha256=sha256(text.encode()).hexdigest(),
            )
            for (purpose, version, language), text in WORDINGS.items()
        ],
        ignore_conflicts=True,
    )
