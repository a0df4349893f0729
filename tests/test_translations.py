"""One phrase has one Vietnamese wherever it stands: rooms agree, and no library's words come before ours."""

from importlib.util import module_from_spec, spec_from_file_location
from io import BytesIO
from pathlib import Path

from babel.messages.pofile import read_po
from django.apps import apps
from django.utils.translation import gettext, ngettext, npgettext, override, pgettext

SCRIPT = Path(__file__).resolve().parents[1] / "scripts/translations.py"


def script():
    spec = spec_from_file_location("translations", SCRIPT)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def words(text):
    messages = read_po(BytesIO(('msgid ""\nmsgstr "Plural-Forms: nplurals=1; plural=0;\\n"\n\n' + text).encode()))
    return {(one.context, one.id): one for one in messages if one.id}


def test_a_phrase_put_in_two_ways_is_named_with_its_rooms_and_words():
    rooms = {
        "a.po": words('msgid "Unit"\nmsgstr "Xã"\n\nmsgid "Open"\nmsgstr "Mở"\n'),
        "b.po": words('msgid "Unit"\nmsgstr "Đơn vị"\n\nmsgid "Open"\nmsgstr "Mở"\n'),
        "c.po": words('msgid "Unit"\nmsgstr "Xã"\n'),
    }
    assert script().disagreements(rooms) == [
        "'Unit' has different words: 'Xã' in a.po, c.po; 'Đơn vị' in b.po; choose one, or give a context"
    ]


def test_a_context_parts_two_meanings_and_binds_within_itself():
    apart = {
        "a.po": words('msgid "Unit"\nmsgstr "Xã"\n'),
        "b.po": words('msgctxt "measure"\nmsgid "Unit"\nmsgstr "Đơn vị tính"\n'),
    }
    assert script().disagreements(apart) == []
    (said,) = script().disagreements(apart | {"c.po": words('msgctxt "measure"\nmsgid "Unit"\nmsgstr "Đơn vị"\n')})
    assert said.startswith(
        "'Unit' in the context 'measure' has different words: 'Đơn vị tính' in b.po; 'Đơn vị' in c.po"
    )


def test_a_counted_phrase_agrees_with_itself_and_with_its_singular():
    counted = 'msgid "%(n)s more"\nmsgid_plural "{}"\nmsgstr[0] "{}"\n'
    rows, errors = counted.format("%(n)s more rows", "%(n)s dòng nữa"), counted.format("%(n)s more", "%(n)s lỗi nữa")
    assert len(script().disagreements({"a.po": words(rows), "b.po": words(errors)})) == 1
    assert len(script().disagreements({"a.po": words(rows), "b.po": words('msgid "%(n)s more"\nmsgstr "nữa"\n')})) == 1
    alike = counted.format("%(n)s more", "%(n)s dòng nữa")
    assert script().disagreements({"a.po": words(rows), "b.po": words(alike)}) == []


def spoken(message):
    """What Django says for a message, out of every catalogue merged."""
    if isinstance(message.id, str):
        return pgettext(message.context, message.id) if message.context else gettext(message.id)
    return npgettext(message.context, *message.id, 2) if message.context else ngettext(*message.id, 2)


def test_every_phrase_of_ours_is_said_as_its_room_wrote_it():
    tool, heard, meant = script(), {}, {}
    with override("vi"):
        for room in apps.get_app_configs():
            if room.name.startswith("lantoa."):
                for key, message in tool.catalogue(Path(room.path) / tool.CATALOGUE).items():
                    heard[room.label, *key], meant[room.label, *key] = spoken(message), tool.forms(message)[0]
    assert len(meant) > 3000
    assert {key: (meant[key], heard[key]) for key in meant if meant[key] != heard[key]} == {}
