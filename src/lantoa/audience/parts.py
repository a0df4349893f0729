"""Parts of an audience that other rooms know how to find; they register them here, because we may not ask them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.db.models import Q
from django.db.models.expressions import Combinable, Expression

from lantoa.kernel.models import User

type Condition = Q | Combinable | Expression


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the criteria, kept under its name in their JSON.

    `read` takes the stored value and returns it in its one written form, or raises `BadCriteriaError`. `compile` gives
    a condition on people for the one query that finds them: `OuterRef("pk")` is the person's id, the day is today.
    `words` says label and value. `fields` are offered to a user under the heading `title`, with what is stored (or
    None) always among the choices; `initial` fills them from a stored value, and `value` makes of what was typed a
    value to store (None: does not restrict) or raises `ValidationError`.
    """

    read: Callable[[Any], Any]
    compile: Callable[[Any, date], Condition]
    words: Callable[[Any], tuple[str, str]]
    title: Any
    fields: Callable[[User, Any], Mapping[str, forms.Field]]
    initial: Callable[[Any], Mapping[str, Any]]
    value: Callable[[Mapping[str, Any]], Any]


PARTS: dict[str, Part] = {}


def register_part(name: str, part: Part) -> None:
    """Let criteria hold this part under `name`; a name registered before gets the new part."""
    PARTS[name] = part
