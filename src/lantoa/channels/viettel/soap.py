"""The envelope out and the answer in: SOAP 1.1, namespace `http://impl.bulkSms.ws/`, as the gateway's callers write it.

The answer is read by expat with no document type allowed, so nothing in it can be expanded or fetched.
"""

import re
from collections.abc import Mapping
from xml.etree.ElementTree import Element, SubElement, tostring
from xml.parsers.expat import ExpatError, ParserCreate

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
IMPL = "http://impl.bulkSms.ws/"
_IN_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_DEEPEST = 20


class NotXml(ValueError):
    """A text that XML cannot carry, or an answer that is not the XML we know."""


def envelope(call: str, fields: Mapping[str, str]) -> bytes:
    """Return one call with its fields in order; raises NotXml for characters that XML does not have."""
    if any(_IN_NO_XML.search(value) for value in fields.values()):
        raise NotXml("a character that XML does not have")
    root = Element("soapenv:Envelope", {"xmlns:soapenv": SOAP, "xmlns:impl": IMPL})
    SubElement(root, "soapenv:Header")
    wanted = SubElement(SubElement(root, "soapenv:Body"), f"impl:{call}")
    for name, value in fields.items():
        SubElement(wanted, name).text = value
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def answered(raw: bytes) -> dict[str, str]:
    """Return the fields of the answer's `return`; raises NotXml for anything else, a document type among it."""
    reading = _Reading()
    parser = ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = reading.refuse
    parser.EntityDeclHandler = reading.refuse
    parser.StartElementHandler, parser.EndElementHandler = reading.begin, reading.end
    parser.CharacterDataHandler = reading.said
    try:
        parser.Parse(raw, True)
    except (ExpatError, ValueError) as error:
        raise NotXml(str(error)) from error
    if not reading.fields:
        raise NotXml("no return")
    return reading.fields


class _Reading:
    """Collects the elements right below `return`."""

    def __init__(self) -> None:
        self.fields: dict[str, str] = {}
        self._path: list[str] = []
        self._text = ""

    def refuse(self, *_declaration: object) -> None:
        raise NotXml("a document type")

    def begin(self, name: str, _attributes: Mapping[str, str]) -> None:
        if len(self._path) >= _DEEPEST:
            raise NotXml("too deep")
        self._path.append(name.rpartition(" ")[2])
        self._text = ""

    def said(self, text: str) -> None:
        self._text += text

    def end(self, _name: str) -> None:
        name = self._path.pop()
        if self._path[-1:] == ["return"]:
            self.fields.setdefault(name, self._text.strip())
        self._text = ""
