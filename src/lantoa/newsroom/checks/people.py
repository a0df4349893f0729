"""What a page tells of people that is theirs alone.

A child's name, age, school, class and address are the child's private matter (Law on Children 102/2016/QH13,
article 21; Decree 56/2017/NĐ-CP, article 33), to be told only with consent of child and parent.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from unicodedata import normalize

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lantoa.kernel.text import says_who_is_poor, unaccent
from lantoa.kernel.text.names import PLACES_LIKE_NAMES, SURNAMES, perhaps_names
from lantoa.newsroom.checks.draft import Draft, Piece
from lantoa.newsroom.checks.registry import Check, Finding, register
from lantoa.newsroom.enums import Severity
from lantoa.newsroom.models import RoleModelPage

_UPPER = "A-ZÀ-ÃÈ-ÊÌÍÒ-ÕÙÚÝĂĐĨŨƠƯ" + "".join(map(chr, range(0x1EA0, 0x1EFA, 2)))
_WORD = rf"[{_UPPER}](?:[a-zà-ỹ]+|[{_UPPER}]+)"
_SURNAMES = "|".join(sorted({*SURNAMES, *map(str.upper, SURNAMES)}))
_NAME = rf"(?!(?:{PLACES_LIKE_NAMES})\b)(?:{_SURNAMES})(?:\s+{_WORD}){{1,3}}"
_CALLED = r"(?i:\b(?:em|cháu|bé|học\s+sinh|trẻ|thiếu\s+nhi|con\s+gái|con\s+trai)\b)"
_OR_SAID = r"(?:\s+(?:là|tên|tên\s+là|gái|trai|bé|em))*\s*:?\s+"
_AND_NAME = rf"(?:\s*\([^()\n]{{1,60}}\))?\s*(?:[,;]|\bvà\b)\s*(?:(?:em|cháu|bé)\s+)?{_NAME}"
CHILDREN = re.compile(rf"{_CALLED}{_OR_SAID}(?P<names>{_NAME}(?:{_AND_NAME})*)")
_NO_SURNAME = r"Trường|Đội|Đoàn|Hội|Tổ|Ấp|Khóm|Xã|Phường|Huyện|Tỉnh|Đất|Việt|Cà|Bạc|Sóc|Trà|Bến|Cần|Khmer|Kinh|Hoa|Chăm"
_CHILD_OF_ANY_NAME = re.compile(
    r"(?<!\w)(?i:(?<!trẻ )(?<!chị )(?<!anh )(?<!các )(?<!những )(?:em|cháu|bé))\s+"
    rf"(?P<names>(?!(?:{PLACES_LIKE_NAMES}|{_NO_SURNAME})\b){_WORD}(?:\s+{_WORD}){{2,3}})"
)
"""Three words or four in capitals after "em": a name whatever its surname."""
_AFTER_NAME = r"\s*[,(–-]?\s*(?:mới\s+|năm\s+nay\s+|hiện\s+|đang\s+|là\s+)*"
AGED = re.compile(rf"{_AFTER_NAME}(?P<age>\d{{1,2}})\s+tuổi")
BORN = re.compile(
    rf"{_AFTER_NAME}(?:\(|SN\s*:?\s*|sinh\s+(?:ngày\s+|tháng\s+)?(?:[\d/.-]+[/.-])?(?:năm\s+)?)(?P<year>(?:19|20)\d\d)\b"
)
PUPIL = re.compile(rf"{_AFTER_NAME}(?:học\s+sinh\b|(?:học\s+)?lớp\s+\d)")
GROWN_UP = re.compile(rf"{_AFTER_NAME}(?:sinh\s+viên|cử\s+nhân|kỹ\s+sư|giáo\s+viên|công\s+nhân)\b")
"""What no child is: the press calls young grown people "em", too."""
_OF_ANOTHER = re.compile(
    r"(?i)\b(?:ông|bà|anh|chị|cô|thầy|chú|bác|dì|cậu|giáo|viên|trưởng|trường|học|mầm\s+non|cơ\s+sở|phổ\s+thông|thcs|"
    r"thpt|đường|xã|phường|ấp|khóm|quỹ|giải|tên)\s+$"
)
"""Before a name: a grown person's, or what bears a person's name, as schools, streets and communes do."""
NAME = re.compile(_NAME)
DETAILS = {
    "school": re.compile(
        r"(?:[Tt]rường\s+(?:(?:[Tt]iểu|[Tt]rung|[Mm]ầm|[Mm]ẫu|THCS|THPT|PTDT|TH)|[A-ZĐ])|\b(?:THCS|THPT|PTDTNT)\b)"
    ),
    "class": re.compile(
        r"(?i)\blớp\s+(?:\d{1,2}|một\b|hai\b|ba\b|bốn\b|năm\b|sáu\b|bảy\b|tám\b|chín\b|mười|lá\b|chồi\b|mầm\b)"
    ),
    "age": re.compile(r"(?<!dưới )(?<!trên )(?<!từ )(?<!đủ )\b(?:[1-9]|1[0-7])\s+tuổi\b"),
    "birth": re.compile(r"(?i)\bsinh\s+(?:năm|ngày|tháng)\s+[\d/.-]+|\bSN\s*:?\s*\d{4}"),
    "place": re.compile(
        rf"\b(?:(?:[Ấấ]p|[Kk]hóm|[Tt]hôn|[Xx]ã|[Pp]hường|[Kk]hu\s+phố)\s+[{_UPPER}0-9]|(?:[Tt]ổ|[Đđ]ội)\s+\d|[Ss]ố\s+nhà\s+\d)"
    ),
    "illness": re.compile(r"(?i)\b(?:bệnh|khuyết\s+tật|mồ\s+côi|bị\s+xâm\s+hại|bạo\s+hành)\b"),
}
NEAR = 2
"""How many sentences off a child's name those without a subject still speak of the child."""
_OF_THE_CHILD = re.compile(
    r"(?i:(?<!các )(?<!những )(?<!mỗi )(?<!nhiều )(?<!từng )(?<!mọi )(?<!trẻ )(?<!anh )(?<!chị )(?<!con )(?<!nhỏ )"
    rf"(?<!hai )(?<!\d )\b(?:em|cháu|bé)\b)(?!\s+[{_UPPER}]|\s+nào\b|\s+(?:học\s+sinh|thiếu\s+nhi)\b)"
)
_WITHOUT_SUBJECT = re.compile(
    r"^(?:(?:Hiện|Nay|Năm\s+nay|Đang|Vừa|Mới|hiện|đang)[\s,]+)*(?i:học|đang\s+học|ngụ|nhà\s+ở|nhà\s+em|quê|sống|ở|sinh\s+(?:năm|ngày))\b"
)
GROWN = 18
INSTEAD = gettext_lazy(
    "Use the first name's initial, or leave out school, class, age and hamlet and say where the consent of parent and "
    "child is kept."
)

_ANY_WORD = rf"(?:{_WORD}|[A-Z][a-z]+)"
_ANY_SURNAME = "|".join(sorted({*SURNAMES, *map(unaccent, SURNAMES)}))
NAME_ANYWHERE = re.compile(rf"\b(?!(?:{PLACES_LIKE_NAMES})\b)(?:{_ANY_SURNAME})(?:\s+{_ANY_WORD}){{1,3}}")
AGE_ANYWHERE = re.compile(r"(?i)\baged?\s+(\d{1,2})\b|\b(\d{1,2})[\s-]+years?[\s-]+old\b|អាយុ\s*(\d{1,2})(?!\d)")
IDENTITY = re.compile(r"(?<![\d.,/-])0(?:0[1-9]|[1-8]\d|9[0-6])(?:[ .]?\d{3}){3}(?!\d)")
"""A citizen's identity number: twelve digits, the first three the code of a province, 001 to 096."""
KHMER_DIGITS = str.maketrans("០១២៣៤៥៦៧៨៩", "0123456789")


@register
class ChildsPrivacy(Check):
    """A child named in full: with two details who they are is told to everybody; with none it is still a name."""

    code = "child"
    label = gettext_lazy("A child's privacy")
    languages = ("vi",)

    def look(self, draft: Draft) -> Iterator[Finding]:
        """Children named in full, and what the page tells of them: beside the name, or in sentences that go on about
        them."""
        named = {piece: _children(normalize("NFC", piece.text), draft.on.year) for piece in draft.pieces}
        children = dict.fromkeys(name for names in named.values() for name in names)
        if not children:
            return
        told = {name: _told_of(name, draft.pieces, alone=len(children) == 1) for name in children}
        for piece, names in named.items():
            for name in names:
                yield self.found(
                    piece, name, severity=Severity.STOP if told[name] > 1 else Severity.WARN,
                    why=_("A child named in full, with what lets anybody find them."),
                    remedy=str(INSTEAD),
                )  # fmt: skip


def singles_out(texts: Sequence[str], on: date) -> str:
    """The first words that would stop a page of these texts: an identity number, somebody called poor, a child named
    with what lets anybody find them; empty when there are none. For what is no page."""
    pieces = [Piece("", "text", "", normalize("NFC", text)) for text in texts]
    children = dict.fromkeys(name for piece in pieces for name in _children(piece.text, on.year))
    found = [hit.group() for piece in pieces for hit in IDENTITY.finditer(piece.text)]
    found += [said for piece in pieces for said in says_who_is_poor(piece.text)]
    found += [name for name in children if _told_of(name, pieces, alone=len(children) == 1) > 1]
    return next(iter(found), "")


def _children(text: str, year: int) -> list[str]:
    """Those named in full who are called children, or are pupils or below eighteen by the words after the name."""
    called = [hit for pattern in (CHILDREN, _CHILD_OF_ANY_NAME) for hit in pattern.finditer(text)]
    listed = [one for hit in called for one in NAME.finditer(text, hit.start("names"), hit.end("names"))]
    alone = [hit for hit in called if not NAME.search(hit["names"])]
    names = [one.group() for one in listed if not _is_grown(text, one.end(), year)]
    names += [hit["names"] for hit in alone if not _is_grown(text, hit.end("names"), year)]
    names += [hit.group() for hit in NAME.finditer(text) if _is_young(hit, year)]
    return list(dict.fromkeys(" ".join(name.split()) for name in names))


def _is_grown(text: str, end: int, year: int) -> bool:
    """Whether the words after a name say that who bears it is no child."""
    if aged := AGED.match(text, end):
        return int(aged["age"]) >= GROWN
    if born := BORN.match(text, end):
        return int(born["year"]) <= year - GROWN
    return GROWN_UP.match(text, end) is not None


def _is_young(named: re.Match[str], year: int) -> bool:
    text, end = named.string, named.end()
    if aged := AGED.match(text, end):
        return int(aged["age"]) < GROWN
    if _OF_ANOTHER.search(text[max(0, named.start() - 16) : named.start()]):
        return False
    born = BORN.match(text, end)
    return year - GROWN < int(born["year"]) <= year if born else PUPIL.match(text, end) is not None


def _told_of(name: str, pieces: Sequence[Piece], *, alone: bool) -> int:
    """How many kinds of details the page tells of this child.

    A sentence speaks of the child when it has the name, or says "em" of somebody: near the name, and anywhere when the
    page names no other child. One without a subject speaks of whoever was named shortly before, or in title or lead.
    """
    sentences = [(" ".join(one.split()), piece.kind) for piece in pieces for one in piece.sentences]
    given = re.compile(rf"{re.escape(name)}|(?i:\b(?:em|cháu|bé)\s+){re.escape(name.rpartition(' ')[2])}\b")
    here = [place for place, (one, _kind) in enumerate(sentences) if given.search(one)]
    headed = any(sentences[place][1] in ("title", "lead") for place in here)
    about = []
    for place, (one, _kind) in enumerate(sentences):
        near = any(abs(place - other) <= NEAR for other in here)
        after = headed or any(0 < place - other <= NEAR for other in here)
        if place in here or ((near or alone) and _OF_THE_CHILD.search(one)) or (after and _WITHOUT_SUBJECT.search(one)):
            about.append(one)
    return sum(any(detail.search(one) for one in about) for detail in DETAILS.values())


@register
class NobodyCalledPoor(Check):
    """No page says of a named person that they are poor, were or are not; a role model who agreed may say they left."""

    code = "poor_person"
    label = gettext_lazy("Nobody called poor")
    severity = Severity.STOP
    languages = ("vi",)

    def look(self, draft: Draft) -> Iterator[Finding]:
        """Sentences on one person's poverty, in the pieces that speak of poverty at all."""
        told_of = draft.page.named_as if isinstance(draft.page, RoleModelPage) and draft.page.agreed_on else ""
        for piece in draft.pieces:
            sentences = [one for one in piece.sentences if "ngh" in one and ("nghèo" in one or "ngheo" in one)]
            for said in says_who_is_poor("\n".join(sentences)) if sentences else ():
                yield self.found(
                    piece, said, severity=Severity.WARN if told_of and _is_of_them(said, told_of) else None,
                    why=_("It says of one person that they are poor, are not, or were."),
                    remedy=_("Say it of the policy or of many; the person's own poverty is nobody else's business."),
                )  # fmt: skip


def _is_of_them(said: str, named_as: str) -> bool:
    """Whether what is said names nobody but the one who agreed to be told of."""
    own = {word.casefold() for word in named_as.split()}
    return all(name.split()[-1].casefold() in own for name in perhaps_names(said))


@register
class NobodysNumber(Check):
    """No page of any language carries what looks like a citizen's identity number."""

    code = "identity"
    label = gettext_lazy("Nobody's identity number")
    severity = Severity.STOP

    def look(self, draft: Draft) -> Iterator[Finding]:
        """Each such number, in whatever digits it is written."""
        for piece in draft.pieces:
            for hit in IDENTITY.finditer(piece.text.translate(KHMER_DIGITS)):
                yield self.found(
                    piece, hit.group(), why=_("It looks like the identity number of a citizen."),
                    remedy=_("Take it out: it opens doors to whoever reads it."),
                )  # fmt: skip


@register
class NobodySingledOut(Check):
    """What `child` and `poor_person` cannot read in another language somebody reads; the plainest is found here too."""

    code = "singled_out"
    label = gettext_lazy("Nobody singled out")

    def look(self, draft: Draft) -> Iterator[Finding]:
        """A word for every page not in Vietnamese; each sentence with a Vietnamese name and an age below eighteen."""
        if draft.language == "vi" or not draft.page.section:
            return
        yield self.found(
            draft.pieces[0], "", why=_("No machine reads in this language whether a child or a poor person is named."),
            remedy=_("Read it yourself, and say that no child is named in full and of nobody that they are poor."),
        )  # fmt: skip
        for piece in draft.pieces:
            for sentence in piece.sentences:
                if (name := NAME_ANYWHERE.search(sentence)) and _is_of_a_child(sentence):
                    placed = any(DETAILS[one].search(sentence) for one in ("place", "school", "class"))
                    yield self.found(
                        piece, name.group(), severity=Severity.STOP if placed else None,
                        why=_("A child named in full, with what lets anybody find them."),
                        remedy=str(INSTEAD),
                    )  # fmt: skip


def _is_of_a_child(sentence: str) -> bool:
    found = AGE_ANYWHERE.finditer(sentence.translate(KHMER_DIGITS))
    return any(int(next(filter(None, hit.groups()))) < GROWN for hit in found)
