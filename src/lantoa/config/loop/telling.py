"""Two sample stories of citizens: one went out, one waits for an editor. Nobody and nothing in them is real."""

import io
import uuid
from datetime import datetime
from hashlib import sha256

from PIL import Image, ImageDraw

from lantoa.config.loop.passing import let_out
from lantoa.contributions import services as stories
from lantoa.contributions.enums import Credit, StoryState
from lantoa.contributions.models import Story
from lantoa.contributions.services.editing import Draft, Shot
from lantoa.kernel.models import User
from lantoa.newsroom.enums import SectionKind

OUT = (
    "Chuyện mẫu, không có thật: hồi trước tới mùa khô nhà tôi phải mua nước đong. Hai vợ chồng đào ao, lót bạt, trữ"
    " nước mưa, dư thì chia cho xóm.\n\nGiờ mùa khô không lo nữa, lại trồng thêm được rau bán ở bến."
)
WAITING = (
    "Chuyện mẫu, không có thật: tổ đan lát của ấp tôi có mười hai chị, ai rảnh lúc nào làm lúc đó, cuối tháng chia tiền"
    " theo sản phẩm. Tôi muốn kể để ấp khác làm theo."
)


def tell(*, editor: User, reviewer: User, unit_id: int, at: datetime) -> int:
    """Send both and bring the first before readers; safe to repeat. Returns how many stand."""
    told = _sent("sample:1", OUT, Credit.GIVEN, unit_id, at, drawn=True)
    _sent("sample:2", WAITING, Credit.NOBODY, unit_id, at)
    if told.state == StoryState.RECEIVED:
        stories.take_up(story_id=told.pk, by=editor, at=at)
        shots = [Shot(file_id=file.pk, alt="Hình vẽ một ao nước lót bạt.", people=False) for file in told.files.all()]
        draft = Draft(
            kind=SectionKind.ARTICLES, language="vi", title="Tin mẫu: Ao nước mưa của hai vợ chồng", text=OUT,
            shots=shots, lead="Chuyện bà con gửi: đào ao, lót bạt, mùa khô khỏi mua nước.",
        )  # fmt: skip
        page = stories.make_draft(story_id=told.pk, draft=draft, by=editor, at=at).page
        assert page is not None
        let_out(page.specific, author=editor, reviewer=reviewer, at=at)
        stories.follow_pages(at=at)
    return Story.objects.filter(submission_key__startswith="sample:").count()


def _sent(key: str, text: str, credit: Credit, unit_id: int, at: datetime, *, drawn: bool = False) -> Story:
    draft_key = uuid.UUID(bytes=sha256(key.encode()).digest()[:16])
    if drawn and not Story.objects.filter(submission_key=key).exists():
        stories.hold_photo(draft_key=draft_key, content=_pond(), at=at)
    sent = stories.Sent(text=text, unit_id=unit_id, hamlet="Ấp Mẫu", credit=credit, name="Người Mẫu")
    return stories.send_story(sent=sent, draft_key=draft_key, submission_key=key, at=at)


def _pond() -> bytes:
    image = Image.new("RGB", (1200, 800), "#cfe6ee")
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 430, 1200, 800), fill="#9aa864")
    pen.ellipse((220, 470, 980, 730), fill="#2f6f8f")
    made = io.BytesIO()
    image.save(made, "JPEG")
    return made.getvalue()
