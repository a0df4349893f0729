"""The sample press room of `lantoa run`: once, by the services people use, and nothing early."""

import pytest

from lantoa.config.loop.pressing import HELD, QUESTION, press
from lantoa.kernel.clock import now
from lantoa.pressroom.models import Kit, PressRequest
from lantoa.pressroom.selectors import kits as reads

pytestmark = pytest.mark.django_db


def test_a_kit_is_out_one_is_held_and_a_question_waits_however_often_it_is_made(province, site, editor, leader, client):
    for _twice in range(2):
        assert press(editor=editor, reviewer=leader, unit_id=province.unit_id, at=now()) == 2
    assert Kit.objects.count() == 2
    assert [(one.subject, one.state) for one in PressRequest.objects.all()] == [(QUESTION, "received")]
    out, held = Kit.objects.order_by("pk")
    assert [row.kit_id for row in reads.kits_out(now())] == [out.pk]
    assert {row.kit_id for row in reads.kits_for_journalists()} == {out.pk, held.pk}
    page = client.get("/bao-chi/").text
    assert "Số liệu, hình vẽ và lời kể mẫu về vốn vay." in page
    assert "Toàn văn mẫu" not in page
    shown = client.get(f"/bao-chi/{out.pk}/")
    assert (shown.status_code, "Hình vẽ mẫu: bờ biển." in shown.text) == (200, True)
    assert HELD not in client.get("/bao-chi/atom.xml").text
    assert client.get(f"/bao-chi/{held.pk}/").status_code == 404
