"""The register of approved templates, and the form of a message that fills one.

A message names its template in the first line and each value in a line of its own::

    template: 271001
    customer_name: {name}
    content: Bà con nhớ mang thẻ bảo hiểm y tế

so that what a second person approves is exactly what goes out: the template and its values. ``{name}`` becomes the
person's name when it is sent. Vietnamese ``mẫu`` does for ``template``. Pure: no Django model.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext_noop as _

from lantoa.channels.contract import Settings, explain

FIRST = ("template", "mẫu", "mau")
NAME = "{name}"
"""Where outreach puts the person's name; its length is judged when it is known."""

_ID = re.compile(r"[0-9A-Za-z_-]{1,40}")
_PARAMETER = re.compile(r"[A-Za-z_][0-9A-Za-z_]{0,49}")


class BadTemplateError(ValueError):
    """A line of the register cannot be read: which, and why, as `explain` makes it."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line, self.reason = line, reason


@dataclass(frozen=True, slots=True)
class Template:
    """One template as the provider approved it: each parameter's longest value in characters, the price in đồng."""

    id: str
    name: str
    price: int | None
    parameters: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Filled:
    """A template's number and its values."""

    template_id: str
    values: Mapping[str, str]


def register_of(settings: Settings) -> dict[str, Template]:
    """Return an account's templates by number."""
    rows = settings.get("templates")
    if not isinstance(rows, list):
        return {}
    return {row["id"]: Template(**{**row, "parameters": dict(row["parameters"])}) for row in rows}


def stored(templates: Sequence[Template]) -> list[dict[str, Any]]:
    """Return templates as an account's settings keep them; parameters as pairs, because stored JSON keeps no order."""
    return [{**asdict(one), "parameters": [[name, n] for name, n in one.parameters.items()]} for one in templates]


def read_register(text: str) -> list[Template]:
    """Read a register as a person types it, a template a line: ``number | name | price | parameter:length, …``.

    Raises BadTemplateError, naming the line.
    """
    found: dict[str, Template] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            one = _template(line, number)
            if one.id in found:
                raise BadTemplateError(number, _("this template stands there twice"))
            found[one.id] = one
    return list(found.values())


def written_register(templates: Sequence[Template]) -> str:
    """Return a register as a person types it."""
    return "\n".join(
        " | ".join((
            one.id, one.name, "" if one.price is None else str(one.price),
            ", ".join(f"{name}:{longest}" for name, longest in one.parameters.items()),
        ))
        for one in templates
    )  # fmt: skip


def read_text(text: str) -> Filled | None:
    """Read a message's text; None when it is not of the form."""
    lines = [line.partition(":") for line in text.strip().splitlines() if line.strip()]
    if not lines or any(not colon for _name, colon, _value in lines):
        return None
    (first, _colon, template_id), *rest = lines
    values = {name.strip(): value.strip() for name, _colon, value in rest}
    if first.strip().lower() not in FIRST or len(values) != len(rest):
        return None
    return Filled(template_id.strip(), values)


def faults(text: str, settings: Settings) -> list[str]:
    """Return everything that keeps a text from going out through this account, as `explain` makes it."""
    filled = read_text(text)
    if filled is None:
        return [_("write “template: number” first, then each parameter and its value in a line of its own")]
    template = register_of(settings).get(filled.template_id)
    if template is None:
        return [explain(_("this template is not in the account's register"), detail=filled.template_id)]
    found = [
        explain(_("this parameter has no value"), detail=name)
        for name in template.parameters
        if not filled.values.get(name)
    ]
    found += [
        explain(_("the template has no such parameter"), detail=name)
        for name in filled.values
        if name not in template.parameters
    ]
    return found + [
        explain(
            _("the value is too long for the template"), detail=f"{name}: {len(value)} > {template.parameters[name]}"
        )
        for name, value in filled.values.items()
        if len(value.replace(NAME, "")) > template.parameters.get(name, len(value))
    ]


def sample(settings: Settings) -> str:
    """Return a text for a test: the register's first template with values that say they are none."""
    for template in register_of(settings).values():
        lines = [f"{name}: {'Tin thử'[:longest]}" for name, longest in template.parameters.items()]
        return "\n".join([f"template: {template.id}", *lines])
    return ""


def _template(line: str, number: int) -> Template:
    parts = [part.strip() for part in line.split("|")]
    if len(parts) != 4:
        raise BadTemplateError(number, _("a template has four parts with | between them"))
    template_id, name, price, listed = parts
    if not _ID.fullmatch(template_id):
        raise BadTemplateError(number, _("the template's number is missing or has a wrong sign"))
    if not name:
        raise BadTemplateError(number, _("the template has no name"))
    if price and not (price.isascii() and price.isdecimal() and int(price) <= 1_000_000):
        raise BadTemplateError(number, _("the price is a number of dong, or empty"))
    return Template(template_id, name[:120], int(price) if price else None, _parameters(listed, number))


def _parameters(listed: str, number: int) -> dict[str, int]:
    found: dict[str, int] = {}
    for part in (one.strip() for one in listed.split(",") if one.strip()):
        name, _colon, longest = (piece.strip() for piece in part.partition(":"))
        fits = longest.isascii() and longest.isdecimal() and 0 < int(longest) <= 2000
        if not (_PARAMETER.fullmatch(name) and fits) or name in found:
            words = _("write parameters as name:length with commas between them")
            raise BadTemplateError(number, explain(words, detail=part[:40]))
        found[name] = int(longest)
    return found
