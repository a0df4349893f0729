"""What a newsroom gets: the text as plain words and as a document, the photos with their captions and rights, whom to
call, until when nothing may be published, and all of it once more for machines.

For machines: ninjs 3.0, "News in JSON" of the IPTC (schema ninjs-schema_3.0.json: ``uri`` is required, names are in
camelCase, an embargo is ``embargoed``).
"""

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from docx import Document
from docx.shared import Pt

from lantoa.channels.placing import Contact, Picture, Placing, Priority

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
NINJS = "application/json"
SCHEMA = "https://www.iptc.org/std/ninjs/ninjs-schema_3.0.json"
URGENCY = {Priority.URGENT: 1, Priority.PREFERRED: 3, Priority.NORMAL: 5}
WORDS: Mapping[str, Mapping[str, str]] = {
    "vi": {
        "embargo": "Không đăng, phát trước {at}", "now": "Đăng, phát được ngay", "source": "Nguồn: {source}",
        "basis": "Căn cứ: {basis}", "more": "Xem thêm: {link}", "contact": "Liên hệ dành cho báo chí",
        "photos": "Ảnh kèm theo", "rights": "Quyền sử dụng: {rights}", "end": "Hết",
    },
    "en": {
        "embargo": "Embargoed until {at}", "now": "For immediate release", "source": "Source: {source}",
        "basis": "Legal basis: {basis}", "more": "Read more: {link}", "contact": "Contact for journalists",
        "photos": "Photos attached", "rights": "Rights: {rights}", "end": "End",
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class PressKit:
    """One placing as a kit; `settings` are the account's: contact and rights."""

    placing: Placing
    settings: Mapping[str, Any]

    @property
    def words(self) -> Mapping[str, str]:
        """The kit's own words, in the language of the text where we have them."""
        return WORDS.get(self.placing.language, WORDS["vi"])

    @property
    def contact(self) -> Contact:
        """Whom to call: the message's own contact, else the account's."""
        own = [str(self.settings.get(name) or "") for name in ("contact", "contact_phone", "contact_email")]
        return self.placing.contact or Contact(name=own[0], phone=own[1], email=own[2])

    @property
    def whom(self) -> list[str]:
        """The contact's parts that are known."""
        return [one for one in (self.contact.name, self.contact.phone, self.contact.email) if one]

    def subject(self) -> str:
        """The mail's subject: the embargo first, where there is one."""
        until = self.placing.embargo_until
        return f"[{self._embargo(until)}] {self.placing.title}" if until else self.placing.title

    @property
    def release_line(self) -> str:
        """From when it may be published, in words."""
        until = self.placing.embargo_until
        return self._embargo(until) if until else self.words["now"]

    def text(self) -> str:
        """The kit as plain words."""
        return "\n".join(self._lines()) + "\n"

    def document(self) -> bytes:
        """The kit as a .docx, the same words in the same order."""
        paper = Document()
        paper.core_properties.title, paper.core_properties.author = self.placing.title[:255], self.placing.source[:255]
        paper.styles["Normal"].font.name, paper.styles["Normal"].font.size = "Times New Roman", Pt(13)
        for number, line in enumerate(self._lines()):
            if line == self.placing.title and number:
                paper.add_heading(line, level=1)
            elif line:
                run = paper.add_paragraph().add_run(line)
                run.bold = number == 0
        out = io.BytesIO()
        paper.save(out)
        return out.getvalue()

    def machine(self) -> bytes:
        """The kit as ninjs 3.0."""
        placing = self.placing
        told: dict[str, Any] = {
            "standard": {"name": "ninjs", "version": "3.0", "schema": SCHEMA},
            "uri": self._uri(),
            "type": "text",
            "representationType": "full",
            "profile": "text-photo" if placing.pictures else "text-only",
            "version": "1",
            "pubStatus": "usable",
            "urgency": URGENCY[placing.priority],
            "language": placing.language,
            "headlines": [{"role": "main", "value": placing.title}],
            "bodies": [
                {
                    "role": "main", "contentType": "text/plain", "value": placing.text,
                    "charCount": len(placing.text), "wordCount": len(placing.text.split()),
                }
            ],
            "associations": [self._picture(number, one) for number, one in enumerate(placing.pictures, 1)],
        }  # fmt: skip
        told |= {name: value for name, value in self._optional().items() if value}
        return json.dumps(told, ensure_ascii=False, indent=1).encode("utf-8", "replace")

    def _optional(self) -> dict[str, Any]:
        placing, until = self.placing, self.placing.embargo_until
        whom = self.contact
        contact = [
            {"type": kind, "role": "office", "value": value}
            for kind, value in (("phone", whom.phone), ("email", whom.email))
            if value
        ]
        source: dict[str, Any] = {"name": placing.source, **({"contactInfo": contact} if contact else {})}
        return {
            "embargoed": _rfc3339(until) if until else "",
            "by": placing.source,
            "copyrightHolder": placing.source,
            "usageTerms": str(self.settings.get("rights") or ""),
            "edNote": placing.legal_basis,
            "infoSources": [source] if placing.source else [],
            "altIds": [{"role": "key", "value": placing.key}],
        }

    def _picture(self, number: int, one: Picture) -> dict[str, Any]:
        told: dict[str, Any] = {
            "name": f"photo-{number}",
            "uri": f"{self._uri()}#photo-{number}",
            "type": "picture",
            "renditions": [
                {
                    "name": "main", "contentType": one.content_type, "originalFilename": one.name,
                    "sizeInBytes": len(one.content),
                }
            ],
        }  # fmt: skip
        if one.caption:
            told["descriptions"] = [{"role": "caption", "value": one.caption}]
        return told | ({"usageTerms": one.rights} if one.rights else {})

    def _uri(self) -> str:
        return f"urn:uuid:{uuid5(NAMESPACE_URL, 'press:' + (self.placing.about or self.placing.key))}"

    def _lines(self) -> list[str]:
        placing, words = self.placing, self.words
        lines = [self.release_line.upper(), "", placing.title, ""]
        lines += [part for paragraph in placing.text.split("\n") for part in (paragraph.strip(),)]
        lines += ["", f"— {words['end']} —", ""]
        if placing.source:
            lines.append(words["source"].format(source=placing.source))
        if placing.legal_basis:
            lines.append(words["basis"].format(basis=placing.legal_basis))
        if placing.link:
            lines.append(words["more"].format(link=placing.link))
        return [*lines, *self._contact(), *self._photos()]

    def _contact(self) -> list[str]:
        found = self.whom
        return ["", f"{self.words['contact']}: {', '.join(found)}"] if found else []

    def _photos(self) -> list[str]:
        lines, rights = [], str(self.settings.get("rights") or "")
        if self.placing.pictures:
            lines += ["", f"{self.words['photos']}:"]
        for one in self.placing.pictures:
            own = self.words["rights"].format(rights=one.rights) if one.rights else ""
            lines.append(" · ".join(part for part in (one.name, one.caption, own) if part))
        return [*lines, *(["", self.words["rights"].format(rights=rights)] if rights else [])]

    def _embargo(self, until: datetime) -> str:
        at = until.astimezone(LOCAL)
        hour = f"{at:%H:%M} ngày {at:%d/%m/%Y}" if self.words is WORDS["vi"] else f"{at:%H:%M, %d/%m/%Y}"
        return self.words["embargo"].format(at=hour)


def _rfc3339(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
