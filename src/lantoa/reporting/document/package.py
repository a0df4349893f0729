"""The Word file around the text: an empty package to write in, and a file that is the same byte for byte each time."""

import io
import zipfile
from datetime import datetime, time

from docx import Document
from docx.document import Document as WordDocument
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from .content import OfficialDocument, plain
from .sheet import styles_xml

# A zip file cannot tell an earlier moment; ours tells none, so that equal documents are equal files.
_NO_TIME = (1980, 1, 1, 0, 0, 0)
_NO_DATE = datetime(1980, 1, 1)  # noqa: DTZ001 - python-docx takes naive UTC here
_KEPT = {RT.STYLES, RT.SETTINGS, RT.HEADER}

_SETTINGS = f"""<w:settings {nsdecls("w")}>
  <w:zoom w:percent="100"/>
  <w:defaultTabStop w:val="720"/>
  <w:characterSpacingControl w:val="doNotCompress"/>
  <w:compat>
    <w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/>
  </w:compat>
  <w:themeFontLang w:val="vi-VN"/>
  <w:decimalSymbol w:val=","/>
  <w:listSeparator w:val=";"/>
</w:settings>"""


def empty_document() -> WordDocument:
    """Return a document that holds our styles and settings and nothing else of the library's template."""
    word = Document()
    for part, kept in ((word.part, _KEPT), (word.part.package, {RT.OFFICE_DOCUMENT, RT.CORE_PROPERTIES})):
        for key in [key for key, relation in part.rels.items() if relation.reltype not in kept]:
            del part.rels[key]
    for element, xml in ((word.styles.element, styles_xml()), (word.settings.element, _SETTINGS)):
        for child in list(element):
            element.remove(child)
        for child in list(parse_xml(xml)):
            element.append(child)
    return word


def describe(word: WordDocument, content: OfficialDocument, heading: str, number: str) -> None:
    """Fill in the properties officials see in Word and registries read, the data hash among them."""
    made = datetime.combine(content.date, time()) if content.date else _NO_DATE
    properties = word.core_properties
    properties.title = plain(f"{heading} {content.abstract}")[:255]
    properties.subject = number[:255]
    properties.author = plain(content.issuer)[:255]
    properties.last_modified_by = plain(content.issuer)[:255]
    properties.comments = ""
    properties.keywords = f"sha256:{content.data_hash}" if content.data_hash else ""
    properties.identifier = f"sha256:{content.data_hash}" if content.data_hash else ""
    properties.language = "vi-VN"
    properties.revision = 1
    properties.created = made
    properties.modified = made


def packed(word: WordDocument) -> bytes:
    """Return the file with its parts in order of name after the content types, and without times."""
    written, result = io.BytesIO(), io.BytesIO()
    word.save(written)
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(result, "w") as target:
        for name in sorted(source.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            entry = zipfile.ZipInfo(name, _NO_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            target.writestr(entry, source.read(name))
    return result.getvalue()
