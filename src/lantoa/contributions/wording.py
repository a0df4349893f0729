"""The words people agree to when they send a story. A change of words is a new version; each consent keeps its own."""

from dataclasses import dataclass
from hashlib import sha256

VERSION = 1

_TEXT = {
    "vi": "Tôi đồng ý để cơ quan biên tập và đăng chuyện này trên trang tin, kèm ảnh tôi gửi, ghi tên đúng như tôi đã"
    " chọn. Tôi được rút lại bất cứ lúc nào bằng mã nhận: chưa đăng thì dừng, đăng rồi thì gỡ xuống.",
    "en": "I agree that the office edits this story and publishes it on this site with the photos I sent, naming me"
    " exactly as I chose. I may take this back at any time with my code: before publication it stops, afterwards the"
    " page is taken down.",
}
_FACES = {
    "vi": "Những người nhận ra được trong ảnh đã đồng ý cho đăng.",
    "en": "Everybody who can be recognised in the photos agreed to be shown.",
}
_VOICE = {
    "vi": "Tôi đồng ý để phát chính giọng nói trong bản ghi âm cho mọi người nghe.",
    "en": "I agree that the recording itself, with my voice, is played to everybody.",
}
_GUARDIAN = {
    "vi": "Tôi là cha, mẹ hoặc người giám hộ; tôi và cháu cùng đồng ý.",
    "en": "I am the parent or guardian; the child and I both agree.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """What was ticked."""

    faces: bool = False
    voice: bool = False
    guardian: bool = False


def text_of(part: str, language: str) -> str:
    """One sentence: `text`, `faces`, `voice` or `guardian`, in Vietnamese unless English is asked for."""
    parts = {"text": _TEXT, "faces": _FACES, "voice": _VOICE, "guardian": _GUARDIAN}
    return parts[part]["en" if language == "en" else "vi"]


def exact_words(agreed: Agreed, language: str) -> tuple[str, str]:
    """All that was agreed to, and its SHA-256."""
    ticked = [("text", True), ("faces", agreed.faces), ("voice", agreed.voice), ("guardian", agreed.guardian)]
    words = "\n".join(text_of(part, language) for part, yes in ticked if yes)
    return words, sha256(words.encode()).hexdigest()
