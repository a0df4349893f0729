"""A few pieces ordered, and two pages that are to go out together; plainly samples. Safe to repeat."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from lantoa.agencies import selectors as agencies
from lantoa.editorial import services as editorial
from lantoa.editorial.models import Bundle, Commission
from lantoa.editorial.rules import PRESS
from lantoa.editorial.services import Handed, Order
from lantoa.kernel.models import User
from lantoa.newsroom import services as newsroom

LATE, WRITTEN = "Tin mẫu: Bài về nước sạch ấp ven biển", "Tin mẫu: Hỏi đáp vay vốn"
PRESSED = "Tin mẫu: Phóng sự một ngày rà soát"
TOGETHER = "Tin mẫu: Công bố kết quả rà soát"
PAGES = ("Tin mẫu: Kết quả rà soát năm nay", "Tin mẫu: Nhà mình chưa có tên thì làm gì?")
NOTE = "<p>Đây là trang mẫu, chỉ để xem cách đăng cùng lúc.</p>"
DONG = 12_500_000


def order(*, editor: User, reviewer: User, unit_id: int, at: datetime) -> int:
    """Order what is missing of three samples: one late, one delivered by a press agency, one accepted."""
    day = timezone.localdate(at)
    post = agencies.posts_of(editor, day)[0].pk
    press = agencies.agencies_on(day, kinds=PRESS)
    samples: list[tuple[str, User, int, dict[str, Any]]] = [
        (LATE, reviewer, -2, {"kind": "articles", "for_post_id": post, "content_line": "c"}),
        (WRITTEN, reviewer, 5, {"kind": "questions", "for_post_id": post, "content_line": "a"}),
    ]
    if press:
        facts: dict[str, Any] = {
            "kind": "reportage",
            "for_agency_id": press[0].id,
            "contract_number": "01/HĐ (mẫu)",
            "value": DONG,
        }
        samples.append((PRESSED, editor, 3, facts))
    for title, by, days, given in samples:
        if not Commission.objects.filter(title=title).exists():
            begun = at - timedelta(days=9)
            made = editorial.order_piece(
                order=Order(title=title, unit_id=unit_id, due_at=at + timedelta(days=days), **given), by=by, at=begun
            )  # fmt: skip
            _on(made, editor=editor, at=at)
    return Commission.objects.filter(title__in=[title for title, *_rest in samples]).count()


def _on(made: Commission, *, editor: User, at: datetime) -> None:
    if made.title == LATE:
        return
    editorial.accept_commission(commission_id=made.pk, by=editor, at=at)
    if made.title == PRESSED:
        handed = Handed(link="https://bao.example/phong-su-mau")
        editorial.deliver_commission(commission_id=made.pk, handed=handed, by=editor, at=at)


def put_together(
    *, site: newsroom.SiteMade, editor: User, reviewer: User, unit_id: int, at: datetime
) -> Bundle:  # fmt: skip
    """Two pages for one hour: the first approved and under embargo until then, the second still being written."""
    found: Bundle | None = Bundle.objects.filter(name=TOGETHER).first()
    if found is not None:
        return found
    hour = timezone.localtime(at).replace(hour=8, minute=0, second=0, microsecond=0) + timedelta(days=7)
    row = editorial.create_bundle(name=TOGETHER, unit_id=unit_id, go_live_at=hour, by=editor, at=at)
    for n, title in enumerate(PAGES):
        page = newsroom.write_article(
            parent=site.articles["vi"], title=title, lead="Trang mẫu.", body=[("paragraph", NOTE)], content_line="a",
            by=editor, at=at, unit_id=unit_id,
        )  # fmt: skip
        editorial.add_to_bundle(bundle_id=row.pk, page_id=page.pk, by=editor, at=at)
        if n == 0:
            newsroom.set_embargo(page=page, until=hour, by=editor, at=at, reason="Họp báo công bố (mẫu)")
            newsroom.submit_page(page=page, by=editor, at=at)
            newsroom.approve_page(page=page, by=reviewer, at=at)
    return row
