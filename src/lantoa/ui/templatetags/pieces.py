"""`{% include %}` of a component that hangs on nothing but what it is given: what was drawn once is not drawn again.

A list draws the same cards, and every page the same head and foot, each time anything on the site has changed. What
stands in `PLACES` and is included with `only` sees neither the request nor its user; drawn from plain values it looks
the same for the same values in the same language. Readers' pages take it from memory; pages of people who are signed in
are always drawn, so that nothing of theirs stays there.
"""

from datetime import date, datetime
from types import NoneType
from typing import Any

from django.core.signals import setting_changed
from django.dispatch import receiver
from django.template import Library
from django.template.base import Parser, Token
from django.template.context import Context
from django.template.loader_tags import IncludeNode, do_include
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = Library()
PLACES = ("ui/components/", "ui/frame/", "portal/frame/")
PLAIN = frozenset({str, SafeString, int, float, bool, NoneType, date, datetime})
"""Types whose values say all there is to say of them, as do tuples of such; a text and one that may stand in HTML as it
is are two."""
MOST, LONGEST = 4096, 4096
"""Pieces that are kept, and characters of one; when there are too many, all are drawn anew."""
_drawn: dict[tuple[Any, ...], SafeString] = {}


class ComponentNode(IncludeNode):
    """A component with its own context."""

    def render(self, context: Context) -> SafeString:
        """As it was drawn from the same values, for who reads without a cookie."""
        request = getattr(context, "request", None)
        if request is None or request.method != "GET" or request.COOKIES:
            return super().render(context)
        given = (self.template.var, get_language(), context.autoescape,
                 *((name, value.resolve(context)) for name, value in self.extra_context.items()))  # fmt: skip
        if (key := _same(given)) is None:
            return super().render(context)
        found = _drawn.get(key)
        if found is None:
            found = super().render(context)
            if len(found) <= LONGEST:
                if len(_drawn) >= MOST:
                    _drawn.clear()
                _drawn[key] = found
        return found


def _same(value: Any) -> tuple[Any, ...] | None:
    """What is equal for plain values that look the same; None when there is another value among them."""
    kind = type(value)
    if kind in PLAIN:
        return kind, value
    if not issubclass(kind, tuple):
        return None
    parts = [_same(part) for part in value]
    return None if None in parts else (kind, *parts)


@register.tag
def include(parser: Parser, token: Token) -> IncludeNode:
    """Django's own tag; components with `only` are kept."""
    node = do_include(parser, token)
    if node.isolated_context and isinstance(node.template.var, str) and node.template.var.startswith(PLACES):
        node.__class__ = ComponentNode
    return node


@receiver(setting_changed)
def _forget(**_facts: Any) -> None:
    """Tests change settings."""
    _drawn.clear()
