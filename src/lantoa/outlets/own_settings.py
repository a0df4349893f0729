"""What a kind asks of its outlets: its own form, filled in by a person or by a row of a list."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.module_loading import import_string

from lantoa.channels import registry
from lantoa.kernel.text import fold

_YES = frozenset({"x", "1", "co", "yes", "true", "dung"})


def form_class(kind: str) -> type[forms.Form]:
    """The kind's form; raises KeyError for a kind that this installation does not have."""
    found: type[forms.Form] = import_string(registry.public(kind).outlet_form)
    return found


def kept(form: forms.Form) -> dict[str, Any]:
    """The answers worth keeping, of a form that is valid."""
    return {name: value for name, value in form.cleaned_data.items() if value not in (None, "", [])}


def as_typed(kind: str, cells: Mapping[str, str]) -> dict[str, Any]:
    """Cells of a list as the kind's form takes them: choices by their words or values, ticks by "x" or "có"."""
    typed: dict[str, Any] = {}
    for name, field in form_class(kind).base_fields.items():
        cell = cells.get(name, "")
        if isinstance(field, forms.MultipleChoiceField):
            typed[name] = [_chosen(field, part.strip()) for part in cell.split(";") if part.strip()]
        elif isinstance(field, forms.ChoiceField):
            typed[name] = _chosen(field, cell)
        elif isinstance(field, forms.BooleanField):
            typed[name] = fold(cell) in _YES
        else:
            typed[name] = cell
    return typed


def _choices(field: forms.ChoiceField) -> list[tuple[str, str]]:
    choices: Any = field.choices
    return [(str(value), str(label)) for value, label in choices]


def _chosen(field: forms.ChoiceField, cell: str) -> str:
    words: dict[str, str] = {}
    for value, label in _choices(field):
        words |= {fold(label): value, fold(value): value}
    return words.get(fold(cell), cell)


def as_cells(kind: str, settings: Mapping[str, Any]) -> dict[str, str]:
    """The same the other way: settings as a list shows them, so that what is written out can be read in again."""
    cells = {}
    for name, field in form_class(kind).base_fields.items():
        value = settings.get(name, "")
        if isinstance(field, forms.ChoiceField):
            labels = dict(_choices(field))
            values = value if isinstance(value, list) else [value] if value != "" else []
            cells[name] = "; ".join(labels.get(str(one), str(one)) for one in values)
        elif isinstance(field, forms.BooleanField):
            cells[name] = "x" if value else ""
        else:
            cells[name] = str(value)
    return cells
