"""Thousands of articles: some written, sent and approved by a second person, every tenth with a picture and one in
Khmer; the others their copies. One that was out is taken down again."""

import io
import random
from datetime import timedelta

from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image, ImageFilter

from bench.many_pages import copies
from lantoa.config.loop.passing import let_out
from lantoa.kernel.models import User
from lantoa.newsroom import finding, services
from lantoa.newsroom.models import ArticlePage, NewsImage, SectionPage

WORDS = """
chính sách vay vốn bảo hiểm y tế nước sạch nhà ở việc làm học nghề ấp khóm xã phường rà soát bền vững con tôm cây lúa
rừng đước họp dân niêm yết giấy tờ hỗ trợ đơn hẹn ghe xuồng mùa nước lưới cá vườn rẫy đường cầu chợ trường lớp
""".split()  # noqa: SIM905  (words read better than a list of them)
EVERY_PICTURE, WRITTEN = 10, 40
KHMER = "ប្រជាពលរដ្ឋអាចខ្ចីប្រាក់ពីធនាគារគោលនយោបាយសង្គមបានងាយស្រួល"


def fill(count: int) -> int:
    """Publish `count` invented articles in the Vietnamese news; returns how many are live."""
    rng = random.Random(171)
    now = timezone.now() - timedelta(minutes=1)
    editor, reviewer = (User.objects.get(email=f"{name}@lantoa.example") for name in ("bien-tap", "nguoi-duyet"))
    news = SectionPage.objects.get(kind="articles", locale__language_code="vi")
    picture = _picture(rng, editor)
    live = ArticlePage.objects.live().count()
    written = range(live, min(count, live + WRITTEN))
    for number in written:
        facts = {"cover": picture} if number % EVERY_PICTURE == 0 else {}
        page = services.write_article(
            parent=news, title=f"{_words(rng, 9).capitalize()} {number}", lead=_words(rng, 30).capitalize() + ".",
            body=_story(rng, picture if number % EVERY_PICTURE == 0 else None), content_line="a", by=editor,
            at=now, **facts,
        )  # fmt: skip
        let_out(page, author=editor, reviewer=reviewer, at=now)
        page.refresh_from_db()
        copies(page, -(-(count - live) // len(written)) - 1)
    if written:
        _in_khmer(page, editor, reviewer)
        _taken_down(news, editor, reviewer)
    finding.rebuild()
    return ArticlePage.objects.live().count()


def _in_khmer(page: ArticlePage, editor: User, reviewer: User) -> None:
    """The same page for Khmer readers: as long, since the font is fetched for its letters."""
    now = timezone.now()
    draft = services.begin_translation(page=page, language="km", by=editor, at=now)
    body = [("paragraph", f"<p>{' '.join([KHMER] * 8)}</p>") for _one in range(12)]
    services.revise_page(page=draft, by=editor, at=now, title=KHMER, lead=KHMER, body=body)
    let_out(draft, author=editor, reviewer=reviewer, at=now)


def _taken_down(news: SectionPage, editor: User, reviewer: User) -> None:
    now = timezone.now()
    body = [("paragraph", "<p>Bài này đã cũ.</p>")]
    page = services.write_article(
        parent=news, title="Bài đã gỡ", lead="Bài này đã cũ.", body=body, content_line="a", by=editor, at=now
    )
    let_out(page, author=editor, reviewer=reviewer, at=now)
    page.refresh_from_db()
    leader = User.objects.get(email="lanh-dao@lantoa.example")
    services.withdraw_page(page=page, by=leader, at=now, reason="Bài đã cũ.")


def _words(rng: random.Random, count: int) -> str:
    return " ".join(rng.choices(WORDS, k=count))


def _story(rng: random.Random, picture: NewsImage | None) -> list[tuple[str, object]]:
    story: list[tuple[str, object]] = []
    for part in range(3):
        story.append(("heading", _words(rng, 5).capitalize()))
        story += [("paragraph", f"<p>{_words(rng, 60).capitalize()}.</p>") for _one in range(4)]
        if picture and part == 1:
            story.append(("image", {"image": picture, "caption": _words(rng, 8)}))
    return story


def _picture(rng: random.Random, by: User) -> NewsImage:
    """Something that compresses like a photograph: soft shapes with grain."""
    noise = Image.frombytes("RGB", (400, 225), rng.randbytes(400 * 225 * 3)).filter(ImageFilter.GaussianBlur(6))
    drawn = Image.blend(noise.resize((1600, 900)), Image.effect_noise((1600, 900), 30).convert("RGB"), 0.15)
    held = io.BytesIO()
    drawn.save(held, "JPEG", quality=88)
    return NewsImage.objects.create(
        title="Ảnh mẫu", description="Ảnh mẫu không có người", uploaded_by_user=by,
        file=ContentFile(held.getvalue(), "mau.jpg"), credit="Ảnh mẫu", shows_people=False,
    )  # fmt: skip
