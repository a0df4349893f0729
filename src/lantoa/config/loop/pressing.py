"""A sample press room: a kit that is out, one under embargo, and a question of a journalist nobody knows. Safe to
repeat."""

import io
from datetime import datetime, timedelta
from uuid import uuid4

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from PIL import Image, ImageDraw

from lantoa.approvals.services import decide
from lantoa.kernel.models import User
from lantoa.newsroom.models import NewsImage
from lantoa.pressroom.enums import LinkKind, Wish
from lantoa.pressroom.kit_content import KitText, Whom
from lantoa.pressroom.models import KitVersion, PressLink, PressRequest
from lantoa.pressroom.services import add_pictures, journalists, open_kit, requests, send_kit
from lantoa.pressroom.services.journalists import Application
from lantoa.pressroom.services.requests import Asked

OUT = "Tin mẫu: Ba năm bà con ven biển vay vốn nuôi cua, làm nước ngọt và học nghề gần nhà"
HELD = "Tin mẫu: Công bố kết quả rà soát hộ nghèo, hộ cận nghèo năm nay"
QUESTION = "Câu hỏi mẫu: bao nhiêu hộ đã vay vốn"
CONTACT = Whom(words="Người phát ngôn của Sở (mẫu)", email="bao-chi@lantoa.example")
TEXT = "Đây là bộ tài liệu mẫu, chỉ để xem phòng báo chí.\n\nMọi con số, tên người và hình vẽ đều không có thật."


@transaction.atomic
def press(*, editor: User, reviewer: User, unit_id: int, at: datetime) -> int:
    """Make what is missing of both kits and the question. Returns how many kits stand."""
    evening = timezone.localtime(at).replace(hour=19, minute=0, second=0, microsecond=0)
    before, hour = at - timedelta(days=3), evening - timedelta(days=2)
    samples = (
        (OUT, "Số liệu, hình vẽ và lời kể mẫu về vốn vay.", before, hour, ("bờ biển", "ruộng lúa")),
        (HELD, "Toàn văn mẫu, dành cho nhà báo đã đăng ký.", at, evening + timedelta(days=7), ("ruộng lúa",)),
    )
    for title, summary, written, embargo, shown in samples:
        if not KitVersion.objects.filter(title=title).exists():
            text = KitText(title=title, summary=summary, text=TEXT, contact=CONTACT, embargo_at=embargo)
            made = open_kit(unit_id=unit_id, text=text, by=editor, at=written)
            drawn = [_drawn(name).pk for name in shown]
            add_pictures(kit_id=made.kit_id, image_ids=drawn, by=editor, at=written)
            sent = send_kit(kit_id=made.kit_id, by=editor, at=written)
            decide(submission_id=sent.pk, by=reviewer, at=written, approve=True)
    if not PressRequest.objects.filter(subject=QUESTION).exists():
        _ask(reviewer=reviewer, unit_id=unit_id, at=at)
    return KitVersion.objects.filter(title__in=[OUT, HELD]).values("kit").distinct().count()


def _ask(*, reviewer: User, unit_id: int, at: datetime) -> None:
    """A journalist applies, opens the link, is accepted for a month and asks for figures within two days."""
    told = Application(name="Nhà báo Mẫu", outlet="Báo Mẫu", card="Thẻ mẫu", email="nha-bao@bao-mau.example")
    journalists.apply(told=told, language="vi", at=at)
    link = PressLink.objects.filter(kind=LinkKind.CONFIRM).latest("pk")
    row = journalists.confirm(journalists.link_token(link), at=at)
    until = timezone.localdate(at) + timedelta(days=30)
    journalists.accept(journalist_id=row.pk, until=until, by=reviewer, at=at)
    asked = Asked(
        unit_id=unit_id, wish=Wish.FIGURES, subject=QUESTION, due_at=at + timedelta(days=2),
        question="Câu hỏi mẫu: ba năm qua bao nhiêu hộ trong tỉnh đã vay vốn, bao nhiêu hộ đã trả xong?",
    )  # fmt: skip
    requests.ask(journalist_id=row.pk, asked=asked, submission_key=uuid4().hex, at=at)


def _drawn(name: str) -> NewsImage:
    """A flat drawing of a coast or a field, so that no sample shows anybody; drawn once."""
    title = f"Hình {name} (mẫu)"
    known: NewsImage | None = NewsImage.objects.filter(title=title).first()
    if known is not None:
        return known
    image = Image.new("RGB", (1600, 900), "#cfe6ee")
    pen = ImageDraw.Draw(image)
    pen.ellipse((1180, 110, 1350, 280), fill="#ffcb05")
    if name == "bờ biển":
        pen.rectangle((0, 420, 1600, 900), fill="#3f86a6")
        for top in range(470, 700, 60):
            pen.line([(0, top), (1600, top - 18)], fill="#8fc0d3", width=6)
        pen.polygon([(0, 760), (620, 690), (1600, 800), (1600, 900), (0, 900)], fill="#e6cf9c")
    else:
        pen.polygon([(0, 430), (420, 330), (900, 420), (1600, 350), (1600, 900), (0, 900)], fill="#2f6b4f")
        for n in range(9):
            pen.polygon([(780, 440), (820, 440), (n * 260 - 220, 900), (n * 260 - 360, 900)], fill="#c9a53b")
    made = io.BytesIO()
    image.save(made, "JPEG", quality=88)
    drawn: NewsImage = NewsImage.objects.create(
        title=title, description=f"Hình vẽ mẫu: {name}.", credit="Hình vẽ mẫu",
        file=ContentFile(made.getvalue(), "hinh-mau.jpg"), shows_people=False,
    )  # fmt: skip
    return drawn
