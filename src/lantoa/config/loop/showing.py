"""A page or two of every kind, so that a newcomer sees what each is for. People, hamlets and figures are invented and
say so; the legal texts are true, with what is known of them and no more."""

import io
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image, ImageDraw
from wagtail.documents import get_document_model

from lantoa.config.loop.passing import let_out
from lantoa.config.loop.sound import tone
from lantoa.config.loop.vouching import vouch
from lantoa.kernel.models import User
from lantoa.newsroom import models as pages
from lantoa.newsroom import services as newsroom
from lantoa.newsroom.enums import ChangeKind, EventKind, LegalKind, SectionKind

NOTE = ("paragraph", "<p>Đây là trang mẫu: người, ấp và con số trong trang không có thật.</p>")
DECREE, LONGER = "07/2021/NĐ-CP", "351/2025/NĐ-CP"

type Sample = tuple[type[pages.ReadingPage], str, str, dict[str, Any]]

LAWS: tuple[Sample, ...] = (
    (pages.LegalTextPage, "Chuẩn nghèo đa chiều giai đoạn 2022–2025", "Mức thu nhập và các chỉ số để xét hộ nghèo.", {
        "kind": LegalKind.DECREE, "number": DECREE, "issuer": "Chính phủ", "issued_on": date(2021, 1, 27),
    }),
    (pages.LegalTextPage, "Chuẩn nghèo đa chiều giai đoạn 2027–2030",
     "Giữ chuẩn nghèo đang áp dụng đến hết năm 2026 và đặt chuẩn mới từ năm 2027.", {
        "kind": LegalKind.DECREE, "number": LONGER, "issuer": "Chính phủ", "issued_on": date(2025, 12, 30),
    }),
    (pages.LegalTextPage, "Truyền thông và giảm nghèo về thông tin", "Nội dung, hình thức truyền thông.", {
        "kind": LegalKind.CIRCULAR, "number": "06/2022/TT-BTTTT", "issuer": "Bộ Thông tin và Truyền thông",
        "issued_on": date(2022, 6, 30), "effective_on": date(2022, 8, 14),
    }),
    (pages.LegalTextPage, "Giám sát, đánh giá chương trình giảm nghèo bền vững", "Biểu mẫu và hạn gửi báo cáo.", {
        "kind": LegalKind.CIRCULAR, "number": "10/2022/TT-BLĐTBXH",
        "issuer": "Bộ Lao động - Thương binh và Xã hội", "issued_on": date(2022, 5, 31),
        "effective_on": date(2022, 7, 15),
    }),
    (pages.LegalTextPage, "Chương trình nông thôn mới, giảm nghèo và vùng dân tộc thiểu số 2026–2035",
     "Một chương trình chung thay cho ba chương trình riêng.", {
        "kind": LegalKind.RESOLUTION, "number": "257/2025/QH15", "issuer": "Quốc hội", "issued_on": date(2025, 12, 11),
    }),
)  # fmt: skip

STORIES: tuple[Sample, ...] = (
    (pages.RoleModelPage, "Tin mẫu: Từ hai công vuông đến ba mùa cua", "Ba năm, rồi chỉ lại cho cả xóm.", {
        "named_as": "Chị H.", "agreed_on": date(2026, 9, 1), "place": "Một ấp ven sông (mẫu)",
        "did": "<p>Chị vay vốn của tổ, thả thưa, ghi sổ từng con nước. Mùa đầu huề vốn, mùa sau có lời.</p>",
        "words": "Làm từ từ, ghi sổ cho kỹ, rồi cũng tới.", "body": [NOTE],
    }),
    (pages.InitiativePage, "Tin mẫu: Nuôi cua dưới tán rừng", "Ít vốn, hợp hộ có đất rừng, bốn tháng có thu.", {
        "what": "<p>Thả cua giống trong vuông có sẵn, giữ tán rừng che mát, ăn tự nhiên là chính.</p>",
        "cost": "Chừng 20 triệu đồng (số mẫu)", "yields": "Chừng 35 triệu đồng một vụ (số mẫu)", "takes": "4 tháng",
        "for_whom": "<p>Hộ có đất rừng và nước lợ. Không hợp nơi nước ngọt quanh năm.</p>", "body": [NOTE],
    }),
    (pages.ReportagePage, "Tin mẫu: Một ngày theo tổ rà soát", "Từ bến ghe đầu ấp đến nhà cuối cùng.", {
        "byline": "Thanh Mai (mẫu)", "outlet": "Báo tỉnh (mẫu)", "told_on": date(2026, 10, 5),
        "body": [NOTE, ("heading", "Sáu giờ sáng"), ("paragraph", "<p>Ghe tách bến khi sương còn trên mặt nước.</p>")],
    }),
    (pages.VideoPage, "Tin mẫu: Họp ấp bình xét hộ nghèo", "Ba phút: ai được nói, nói gì, danh sách niêm yết ở đâu.", {
        "link": "https://video.example/hop-ap", "length": "3 phút",
        "transcript": "<p>Trưởng ấp: Ai thấy danh sách thiếu hay thừa, bà con cứ nói ngay ở đây.</p>",
    }),
    (pages.EventPage, "Tin mẫu: Đối thoại với bà con về giảm nghèo", "Lãnh đạo xã nghe và trả lời tại chỗ.", {
        "kind": EventKind.DIALOGUE, "answerers": "Chủ tịch UBND xã, cán bộ Ngân hàng Chính sách xã hội (mẫu)",
        "place": "Nhà văn hóa ấp (mẫu)", "organiser": "UBND xã (mẫu)",
        "join": "<p>Ai cũng đến được, không cần giấy mời. Không đến được thì gửi câu hỏi trước.</p>", "body": [NOTE],
    }),
    (pages.QuestionPage, "Tin mẫu: Mới tách hộ thì có được rà soát không?", "Được, nếu hộ mới đang ở tại ấp.", {
        "answer": "<p>Được. Báo trưởng ấp để ghi tên vào danh sách rà soát.</p>",
        "legal": [{"kind": LegalKind.DECREE, "number": DECREE, "issued_on": date(2021, 1, 27), "issuer": "Chính phủ"}],
    }),
    (pages.GuidePage, "Tin mẫu: Xin rà soát hộ nghèo, từng bước", "Bốn bước, không mất tiền, không phải đi xa.", {
        "begin": "<p>Hộ đang ở tại ấp, khóm.</p>", "papers": ["<p>Căn cước của chủ hộ.</p>"],
        "steps": [
            {"title": "Báo trưởng ấp, khóm", "text": "<p>Nói miệng cũng được.</p>", "where": "Tại ấp"},
            {"title": "Tổ rà soát đến nhà", "text": "<p>Hỏi thu nhập và các dịch vụ nhà mình đang có.</p>"},
            {"title": "Họp dân, niêm yết", "text": "<p>Xem danh sách, thấy chưa đúng thì nói ngay.</p>"},
            {"title": "Xã công nhận", "text": "<p>Kết quả được báo lại cho từng hộ.</p>"},
        ],
        "done": "<p>Có tên trong danh sách được công nhận. Chưa thấy thì hỏi trưởng ấp.</p>",
    }),
    (pages.InstitutionPage, "Tin mẫu: Bộ phận một cửa của xã", "Nộp hồ sơ, nhận kết quả, hỏi chính sách.", {
        "address": "Trụ sở UBND xã (mẫu)", "directions": "Cạnh chợ xã, gần bến ghe",
        "hours": "Thứ hai đến thứ sáu, 7 giờ đến 11 giờ, 13 giờ đến 17 giờ",
        "phone": "0290 000 0000", "does": "<p>Hồ sơ bảo hiểm y tế, vay vốn, xác nhận hộ nghèo.</p>",
    }),
)  # fmt: skip


FOLLOWED = (pages.RoleModelPage, pages.InitiativePage)
"""Kinds of which somebody says first that they saw it."""
LOCAL = (pages.EventPage, pages.InitiativePage, pages.InstitutionPage, pages.RoleModelPage)
"""Kinds whose samples are about a commune."""


def show(*, site: newsroom.SiteMade, editor: User, reviewer: User, unit_id: int, commune_id: int, at: datetime) -> int:
    """Publish whatever sample never was out, each approved by a second person; returns how many were written. What
    somebody took down stays down."""
    shown = 0
    kept: dict[str, Any] = {}
    for model, title, lead, fields in samples(kept, at):
        found = model.objects.filter(title=title).first()
        if found is None:
            parent = site.sections[SectionKind(model.section)]["vi"]
            found = newsroom.write_page(
                model, parent=parent, title=title, lead=lead, by=editor, at=at,
                content_line="c" if model.counted else "",
                unit_id=commune_id if model in LOCAL else unit_id, **fields,
            )  # fmt: skip
        if found.first_published_at is None:
            if isinstance(found, FOLLOWED):
                vouch(found, editor=editor, reviewer=reviewer, at=at)
            found = let_out(found, author=editor, reviewer=reviewer, at=at)
        kept[title] = found
        shown += 1
    return shown


def samples(kept: dict[str, Any], at: datetime) -> Iterator[Sample]:
    """Every sample in the order they must be written; `kept` holds those before, by title."""
    column, campaign = "Tin mẫu: Chuyện thoát nghèo", "Tin mẫu: Tháng cao điểm vì người nghèo"
    yield pages.ColumnPage, column, "Mỗi tuần một người, một cách làm.", {"rhythm": "Thứ sáu hằng tuần", "body": [NOTE]}
    yield pages.CampaignPage, campaign, "Một tháng, mọi ấp cùng rà soát và cùng giúp.", {
        "slogan": "Không để ai bị bỏ lại phía sau", "starts_on": date(at.year, 10, 17),
        "ends_on": date(at.year, 11, 18), "body": [NOTE],
    }  # fmt: skip
    for model, title, lead, fields in LAWS:
        if fields["number"] == LONGER:
            act = {"kind": ChangeKind.AMENDS, "target": kept[LAWS[0][1]], "moves_end_to": date(2026, 12, 31)}
            fields = {**fields, "changes": [act]}
        yield model, title, lead, fields
    filed = {pages.RoleModelPage: "column", pages.InitiativePage: "column", pages.EventPage: "campaign"}
    for model, title, lead, fields in STORIES:
        where = filed.get(model)
        place = {where: kept[column if where == "column" else campaign]} if where else {}
        moment = _morning(at) if model is pages.EventPage else {}
        yield model, title, lead, {**fields, **place, **moment}
    yield from _seen_and_heard()
    told = [kept[title] for model, title, _lead, _fields in STORIES if model is not pages.InstitutionPage]
    yield pages.SpecialPage, "Tin mẫu: Chuyên trang giảm nghèo", "Người thật, việc làm, cách hỏi: đọc một lượt.", {
        "lead_story": told[0], "chosen": [{"page": page} for page in told[1:]], "body": [NOTE],
    }  # fmt: skip


def _morning(at: datetime) -> dict[str, datetime]:
    begin = timezone.localtime(at).replace(hour=8, minute=0, second=0, microsecond=0) + timedelta(days=14)
    return {"starts_at": begin, "ends_at": begin + timedelta(hours=3)}


def _seen_and_heard() -> Iterator[Sample]:
    words = "Nhà mình muốn được rà soát thì báo trưởng ấp, khóm. Không mất tiền, không phải đi xa."
    title = "Tin mẫu: Báo ai để được rà soát"
    fields: dict[str, Any] = {"transcript": f"<p>{words}</p>"}
    if not pages.AudioPage.objects.filter(title=title).exists():
        sound = get_document_model().objects.create(title=title, file=ContentFile(tone(seconds=12), "bao-ai.wav"))
        fields |= {"file": sound}
    yield pages.AudioPage, title, "Mười hai giây, nghe rồi báo cho hàng xóm.", fields
    title, fields = "Tin mẫu: Bến ghe ba buổi", {"byline": "Hình vẽ mẫu"}
    if not pages.PhotoStoryPage.objects.filter(title=title).exists():
        shots = [_drawn(name, sky) for name, sky in (("sáng", "#f6d9a8"), ("trưa", "#cfe6ee"), ("chiều", "#eaa27a"))]
        fields |= {"cover": shots[0], "pictures": [{"image": shot, "caption": shot.description} for shot in shots]}
    yield pages.PhotoStoryPage, title, "Ba hình vẽ mẫu về một bến ghe.", fields


def _drawn(name: str, sky: str) -> pages.NewsImage:
    """A flat drawing of a landing, so that no sample shows anybody."""
    image = Image.new("RGB", (1200, 800), sky)
    pen = ImageDraw.Draw(image)
    pen.ellipse((820, 120, 980, 280), fill="#ffcb05")
    pen.rectangle((0, 500, 1200, 800), fill="#43876f")
    pen.polygon([(250, 560), (760, 560), (690, 640), (320, 640)], fill="#2a1411")
    pen.line([(500, 560), (500, 380)], fill="#2a1411", width=12)
    made = io.BytesIO()
    image.save(made, "PNG")
    drawn: pages.NewsImage = pages.NewsImage.objects.create(
        title=f"Bến ghe buổi {name} (mẫu)", description=f"Hình vẽ một chiếc ghe ở bến buổi {name}.",
        credit="Hình vẽ mẫu", file=ContentFile(made.getvalue(), f"ben-ghe-{name}.png"), shows_people=False,
    )  # fmt: skip
    return drawn
