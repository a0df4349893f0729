"""Two sample pieces of the press: one read, one seen. Neither the newspaper nor the station is real."""

from datetime import datetime, time
from decimal import Decimal

from django.utils import timezone

from lantoa.kernel.models import User
from lantoa.newsroom.enums import Programme
from lantoa.pressroom.enums import Medium
from lantoa.pressroom.models import Clipping
from lantoa.pressroom.services import Facts, enter_clipping


def clip(*, reporter: User, unit_id: int, at: datetime) -> int:
    """Enter both for today; a second run finds them. Returns how many stand."""
    day = timezone.localdate(at)
    pieces = (
        Facts(
            medium=Medium.ONLINE, outlet_name="Báo Mẫu", title="Tin mẫu: Bà con vay vốn nuôi cua", told_on=day,
            link="https://bao-mau.example.vn/vay-von", programmes=[Programme.POVERTY], content_line="a",
        ),
        Facts(
            medium=Medium.TELEVISION, outlet_name="Đài Mẫu", title="Phóng sự mẫu: Ấp có nước ngọt", told_on=day,
            told_at=time(19, 45), minutes=Decimal("3.5"), programmes=[Programme.POVERTY, Programme.NEW_RURAL],
        ),
    )  # fmt: skip
    standing = Clipping.objects.standing().filter(outlet_name__in=[one.outlet_name for one in pieces])
    there = set(standing.values_list("title", flat=True))
    for facts in pieces:
        if facts.title not in there:
            enter_clipping(unit_id=unit_id, facts=facts, by=reporter, at=at)
    return standing.count()
