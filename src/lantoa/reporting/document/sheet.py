"""The figures of Decree 30/2020, Annex I: the page and the look of each element, as Word styles.

Sizes in points, lengths in millimetres. Where the Decree leaves a range, the choice made here lies inside it. Numbers
in square brackets are the boxes of the Decree's layout diagram.
"""

from dataclasses import dataclass
from typing import Literal
from xml.sax.saxutils import quoteattr

FONT = "Times New Roman"

PAGE_WIDTH, PAGE_HEIGHT = 210, 297
MARGIN_TOP, MARGIN_BOTTOM, MARGIN_LEFT, MARGIN_RIGHT = 20, 20, 30, 15
PAGE_NUMBER_FROM_EDGE = 10
TEXT_WIDTH = PAGE_WIDTH - MARGIN_LEFT - MARGIN_RIGHT
LEFT_COLUMN = 66
RIGHT_COLUMN = TEXT_WIDTH - LEFT_COLUMN
FIRST_LINE = 12.7
RULE_SHARE = 0.4  # of the line above: the Decree allows one third to one half

# Room for the signature and the seal, between the office and the name.
SIGNATURE_GAP = 76


@dataclass(frozen=True)
class Look:
    """One paragraph style: its Word id, the name officials see in the list of styles, and its figures."""

    id: str
    name: str
    size: float
    bold: bool = False
    italic: bool = False
    align: Literal["left", "center", "right", "both"] = "center"
    before: float = 0
    after: float = 0
    first_line: float = 0
    left: float = 0
    line: float = 1.0
    exact: float = 0
    keep_next: bool = False
    outline: int | None = None
    ruled: bool = False


NATIONAL_NAME = Look("NationalName", "Quốc hiệu", 12, bold=True)  # [1]
MOTTO = Look("Motto", "Tiêu ngữ", 13, bold=True)
ISSUER_PARENT = Look("IssuerParent", "Cơ quan chủ quản", 12)  # [2]
ISSUER = Look("Issuer", "Cơ quan ban hành", 12, bold=True)
RULE = Look("Rule", "Đường kẻ", 2, exact=3, ruled=True)
NUMBER = Look("DocumentNumber", "Số, ký hiệu", 13, before=6)  # [3]
PLACE_DATE = Look("PlaceDate", "Địa danh, thời gian", 13, italic=True, before=6)  # [4]
TYPE_NAME = Look("TypeName", "Tên loại", 14, bold=True, before=18, keep_next=True)  # [5a]
ABSTRACT = Look("DocumentAbstract", "Trích yếu", 14, bold=True, keep_next=True)
SUBJECT = Look("Subject", "Trích yếu công văn", 12, before=6)  # [5b]
ADDRESSEE = Look("Addressee", "Kính gửi", 14, before=12, after=6)  # [9a]
ADDRESSEES_LABEL = Look("AddresseesLabel", "Nhãn kính gửi", 14, align="left", before=12, left=38, keep_next=True)
ADDRESSEES = Look("Addressees", "Nơi kính gửi", 14, align="left", left=62)
BASIS = Look("Basis", "Căn cứ", 14, italic=True, align="both", after=6, first_line=FIRST_LINE, line=1.15)
BODY = Look("BodyText", "Nội dung", 14, align="both", after=6, first_line=FIRST_LINE, line=1.15)  # [6]
SECTION = Look(
    "Section", "Mục", 14, bold=True, align="both", before=6, after=6, first_line=FIRST_LINE, keep_next=True, outline=0
)
CLAUSE = Look("Clause", "Khoản", 14, bold=True, align="both", after=6, first_line=FIRST_LINE, keep_next=True, outline=1)
POINT = Look("Point", "Điểm", 14, align="both", after=6, first_line=FIRST_LINE, line=1.15)
DASH = Look("Dash", "Gạch đầu dòng", 14, align="both", after=6, first_line=FIRST_LINE, line=1.15)
TABLE_CAPTION = Look("TableCaption", "Tên bảng", 13, bold=True, before=6, after=3, keep_next=True)
TABLE_UNIT = Look("TableUnit", "Đơn vị tính", 12, italic=True, align="right", after=2, keep_next=True)
TABLE_HEAD = Look("TableHead", "Đầu bảng", 12, bold=True, before=2, after=2, keep_next=True)
TABLE_TEXT = Look("TableText", "Ô trong bảng", 12, align="left", before=2, after=2)
TABLE_TOTAL = Look("TableTotal", "Hàng tổng", 12, bold=True, align="left", before=2, after=2)
TABLE_NOTE = Look("TableNote", "Ghi chú bảng", 11, italic=True, align="left", before=3, after=9)
BEFORE_SIGNATURE = Look("BeforeSignature", "Trước chữ ký", 6, exact=9, keep_next=True)
AUTHORITY = Look("Authority", "Quyền hạn, chức vụ", 14, bold=True)  # [7a]
SIGNATORY = Look("Signatory", "Họ tên người ký", 14, bold=True, before=SIGNATURE_GAP)  # [7b]
RECIPIENTS_LABEL = Look("RecipientsLabel", "Nhãn nơi nhận", 12, bold=True, italic=True, align="left")  # [9b]
RECIPIENT = Look("Recipient", "Nơi nhận", 11, align="left")
DATA_HASH = Look("DataHash", "Mã số liệu", 8, align="left", before=10)
APPENDIX_NUMBER = Look("AppendixNumber", "Số phụ lục", 14, bold=True, keep_next=True, outline=0)
APPENDIX_TITLE = Look("AppendixTitle", "Tên phụ lục", 14, bold=True, keep_next=True)
APPENDIX_ORIGIN = Look("AppendixOrigin", "Văn bản kèm theo", 14, italic=True, after=2, keep_next=True)
TABLE_END = Look("TableEnd", "Hết bảng", 6, exact=9)
PAGE_NUMBER = Look("PageNumber", "Số trang", 14)
END = Look("End", "Hết phần", 1, exact=1)

LOOKS = tuple(look for look in list(globals().values()) if isinstance(look, Look))

# Word table styles: one to set things side by side without lines, one for figures.
LAYOUT_TABLE = "Bảng trình bày"
FIGURES_TABLE = "Bảng số liệu"

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_FACE = f'<w:rFonts w:ascii="{FONT}" w:hAnsi="{FONT}" w:eastAsia="{FONT}" w:cs="{FONT}"/>'
_LANGUAGE = '<w:lang w:val="vi-VN" w:eastAsia="vi-VN" w:bidi="km-KH"/>'


def twips(mm: float) -> int:
    """Return millimetres as twentieths of a point, the unit of Word's XML."""
    return round(mm / 25.4 * 1440)


def styles_xml() -> str:
    """Return the whole styles part: defaults, the paragraph styles above and the two table styles."""
    return f"""<w:styles {_W}>
      <w:docDefaults>
        <w:rPrDefault><w:rPr>{_FACE}<w:color w:val="000000"/>{_size(14)}{_LANGUAGE}</w:rPr></w:rPrDefault>
        <w:pPrDefault><w:pPr><w:spacing w:before="0" w:after="0" w:line="240" w:lineRule="auto"/></w:pPr></w:pPrDefault>
      </w:docDefaults>
      <w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/></w:style>
      {"".join(_paragraph_style(look) for look in LOOKS)}
      <w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/></w:style>
      {_table_style("LayoutTable", LAYOUT_TABLE, margin=0, lines="none")}
      {_table_style("FiguresTable", FIGURES_TABLE, margin=1.6, lines="single")}
    </w:styles>"""


def _paragraph_style(look: Look) -> str:
    border = '<w:bottom w:val="single" w:sz="6" w:space="0" w:color="000000"/>'
    rule = "exact" if look.exact else "auto"
    line = round(look.exact * 20) if look.exact else round(look.line * 240)
    outline = "" if look.outline is None else f'<w:outlineLvl w:val="{look.outline}"/>'
    return f"""<w:style w:type="paragraph" w:customStyle="1" w:styleId="{look.id}">
      <w:name w:val={quoteattr(look.name)}/><w:basedOn w:val="Normal"/><w:qFormat/>
      <w:pPr>
        {"<w:keepNext/>" if look.keep_next else ""}{f"<w:pBdr>{border}</w:pBdr>" if look.ruled else ""} <w:spacing
        w:before="{look.before * 20:.0f}" w:after="{look.after * 20:.0f}" w:line="{line}" w:lineRule="{rule}"/> <w:ind
        w:left="{twips(look.left)}" w:firstLine="{twips(look.first_line)}"/><w:jc w:val="{look.align}"/>{outline}
        </w:pPr> <w:rPr>{_FACE}{"<w:b/><w:bCs/>" if look.bold else ""}{"<w:i/><w:iCs/>" if look.italic else ""}{
        _size(look.size)
    }</w:rPr>
    </w:style>"""


def _table_style(style_id: str, name: str, margin: float, lines: str) -> str:
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    borders = "".join(f'<w:{side} w:val="{lines}" w:sz="4" w:space="0" w:color="000000"/>' for side in sides)
    return f"""<w:style w:type="table" w:customStyle="1" w:styleId="{style_id}">
      <w:name w:val={quoteattr(name)}/><w:basedOn w:val="TableNormal"/>
      <w:tblPr><w:tblBorders>{borders}</w:tblBorders><w:tblCellMar>
        <w:left w:w="{twips(margin)}" w:type="dxa"/><w:right w:w="{twips(margin)}" w:type="dxa"/>
      </w:tblCellMar></w:tblPr>
    </w:style>"""


def _size(points: float) -> str:
    return f'<w:sz w:val="{points * 2:.0f}"/><w:szCs w:val="{points * 2:.0f}"/>'
