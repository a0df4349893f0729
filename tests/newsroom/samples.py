"""One page of every kind, as little as each needs and a little more."""

import io
import wave
from datetime import date, timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone
from wagtail.documents import get_document_model
from wagtail.images.tests.utils import get_test_image_file

from lantoa.agencies.models import Agency
from lantoa.newsroom import models
from lantoa.newsroom.models import NewsImage, ReadingPage

BODY = [
    ("paragraph", "<p>Bà con đến tổ tiết kiệm ở ấp.</p>"),
    ("quote", {"text": "Có vốn là có ghe.", "who": "Chủ hộ"}),
]


def wav(seconds: int) -> bytes:
    made = io.BytesIO()
    with wave.open(made, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(8_000)
        sound.writeframes(bytes([128]) * 8_000 * seconds)
    return made.getvalue()


def document(name: str, content: bytes) -> Any:
    return get_document_model().objects.create(title=name, file=ContentFile(content, name=name))


def image(title: str = "Bến ghe", **facts: Any) -> NewsImage:
    facts = {"description": "Bến ghe buổi sớm.", "credit": "Tòa soạn", "shows_people": False, **facts}
    facts.setdefault("file", get_test_image_file(filename=f"{title}.png", size=(900, 600)))
    return NewsImage.objects.create(title=title, **facts)


PDF = b"%PDF-1.7\n%%EOF\n"
LAW = {
    "kind": "decree", "number": "00/2025/NĐ-CP", "issuer": "Chính phủ", "issued_on": date(2025, 1, 2),
    "abstract": "Quy định việc mẫu.", "body": BODY,
}  # fmt: skip
PLAIN: dict[type[ReadingPage], dict[str, Any]] = {
    models.PolicyPage: {"what": "<p>Tiền vay.</p>", "papers": ["<p>Căn cước.</p>"], "body": BODY},
    models.ArticlePage: {"body": BODY},
    models.LegalTextPage: LAW,
    models.RoleModelPage: {
        "named_as": "Chị H.", "agreed_on": date(2026, 5, 4), "place": "Ấp 4", "did": "<p>Nuôi cua.</p>",
        "words": "Làm từ từ rồi cũng tới.", "body": BODY,
    },
    models.InitiativePage: {
        "what": "<p>Nuôi cua dưới tán rừng.</p>", "cost": "20 triệu đồng", "yields": "35 triệu đồng một vụ",
        "for_whom": "<p>Hộ có đất rừng.</p>", "body": BODY,
    },
    models.ReportagePage: {"byline": "Thanh Mai", "outlet": "Báo tỉnh", "told_on": date(2026, 4, 3), "body": BODY},
    models.PhotoStoryPage: {"byline": "Thanh Mai"},
    models.VideoPage: {"link": "https://video.example/xem/1", "length": "3 phút", "transcript": "<p>Lời nói.</p>"},
    models.AudioPage: {"transcript": "<p>Lời đọc.</p>"},
    models.EventPage: {
        "starts_at": timezone.now() + timedelta(days=9), "ends_at": timezone.now() + timedelta(days=9, hours=3),
        "kind": "dialogue", "answerers": "Chủ tịch UBND xã", "outcome": "<p>Mười câu hỏi, mười câu trả lời.</p>",
        "place": "Nhà văn hóa ấp 4", "organiser": "UBND xã", "join": "<p>Báo trưởng ấp.</p>", "body": BODY,
    },
    models.QuestionPage: {
        "answer": "<p>Được.</p>", "legal": [{"kind": "decree", "number": "00/2025/NĐ-CP"}], "body": BODY,
    },
    models.GuidePage: {
        "takes": "15 ngày", "begin": "<p>Có tên trong danh sách.</p>", "papers": ["<p>Căn cước.</p>"],
        "steps": [{"title": "Viết đơn", "where": "Tại ấp", "takes": "Trong ngày"}, {"title": "Nộp đơn"}],
        "done": "<p>Có giấy chứng nhận.</p>",
    },
    models.CampaignPage: {"slogan": "Không ai bị bỏ lại", "starts_on": date(2026, 10, 17), "body": BODY},
    models.ColumnPage: {"rhythm": "Thứ sáu hằng tuần", "body": BODY},
    models.SpecialPage: {"body": BODY},
    models.InstitutionPage: {
        "address": "Ấp 4, xã Đất Thử", "hours": "Thứ hai đến thứ sáu", "phone": "0290 000 0188",
        "map_url": "https://map.example/1", "does": "<p>Nhận hồ sơ.</p>",
    },
}  # fmt: skip


def fields_of(model: type[ReadingPage]) -> dict[str, Any]:
    """What a page of this kind is written with; files and pictures are made anew."""
    fields = dict(PLAIN[model])
    names = {field.name for field in model._meta.get_fields()}
    if "cover" in names:
        fields["cover"] = image()
    if model is models.PhotoStoryPage:
        fields["pictures"] = [{"image": image(f"Ảnh {n}"), "caption": f"Cảnh {n}"} for n in range(5)]
    if model is models.VideoPage:
        fields["poster"] = image()
    if model is models.AudioPage:
        fields["file"] = document("doc.wav", wav(65))
    if model is models.LegalTextPage:
        fields["file"] = document("van-ban.pdf", PDF)
    if model is models.InitiativePage:
        fields["copies"] = [{"agency": Agency.objects.first(), "year": 2024, "note": "32 hộ làm theo."}]
    return fields
