"""Report pages: what each role sees, keeps and submits; strangers get nothing, not even a figure."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from lantoa.kernel.clock import now
from lantoa.kernel.models import User
from lantoa.reporting import selectors, services
from lantoa.reporting.figures import entries, from_json
from lantoa.reporting.models import ReportVersion
from tests.reporting.world import QUARTER, World, broadcast, build, case, plan, put, task, told

pytestmark = [pytest.mark.django_db, pytest.mark.sql]
SECRET = 1_739  # a figure nobody outside may read
DAYS = (QUARTER.start, QUARTER.end)


@pytest.fixture(autouse=True)
def _on_a_day_of_the_quarter() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 11, 23, 3, 0, tzinfo=UTC)):
        yield


@pytest.fixture
def world(db: None) -> World:
    made = build()
    version = plan(made, made.province)
    task(version, made.office, "active")
    broadcast(made, made.north, [(n, made.north, "sms", "read") for n in range(SECRET)], line="b")
    for stands in ("on_time", "late", "waiting"):
        case(made.north, stands)
    return made


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(agency_id: int) -> str:
    return reverse("reporting:report", args=[agency_id, *DAYS])


def kept(world: World, **more: Any) -> ReportVersion:
    return services.make_version(world.office, *DAYS, by=world.commune_clerk, at=now(), **more)


def test_the_list_offers_only_what_a_post_reaches(world: World) -> None:
    form = signed_in(world.clerk).get(reverse("reporting:list")).context["form"]
    assert {key for key, _name in form.fields["agency"].choices} == {world.committee, world.office}
    form = signed_in(world.commune_clerk).get(reverse("reporting:list")).context["form"]
    assert {key for key, _name in form.fields["agency"].choices} == {world.office}


def test_choosing_a_period_leads_to_its_page(world: World) -> None:
    chosen = {"agency": world.office, "period": "other", "start": "2026-10-01", "end": "2026-12-31"}
    answer = signed_in(world.commune_clerk).get(reverse("reporting:list"), chosen)
    assert (answer.status_code, answer["Location"]) == (302, page(world.office))


@pytest.mark.parametrize(("chosen", "field"), [
    ({"period": "other", "start": "", "end": ""}, "start"),
    ({"period": "other", "start": "2026-12-31", "end": "2026-10-01"}, "end"),
    ({"period": "other", "start": "hôm qua", "end": "2026-10-01"}, "start"),
])  # fmt: skip
def test_a_wrong_choice_is_kept_and_explained(world: World, chosen: dict[str, str], field: str) -> None:
    answer = signed_in(world.clerk).get(reverse("reporting:list"), {"agency": world.office, **chosen})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])


def test_the_page_shows_what_the_press_told_beside_our_pages(world: World) -> None:
    for programmes in (["ntp_poverty"], ["ntp_poverty", "ntp_ethnic"], []):
        told(world.north, "print", day=QUARTER.start, programmes=programmes, content_line="a")
    shown = signed_in(world.commune_clerk).get(page(world.office))
    assert [(every.value, alone.value) for _name, every, alone in shown.context["told"]] == [(2, 1), (0, 0), (1, 0)]
    assert [told_of.value for _name, _row, told_of in shown.context["lines"]] == [3, 0, 0]
    words = " ".join(strip_tags(shown.text).replace("\xa0", " ").split())
    assert "Tổng số tin, bài, mỗi tin, bài một lần" in words
    assert "trong đó cho từ hai chương trình trở lên: 1 · không gắn chương trình nào: 1 3" in words


def test_the_page_shows_the_figures_and_names_the_starved_lines(world: World) -> None:
    answer = signed_in(world.clerk).get(page(world.office))
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "1.739" in text
    assert answer.context["starved"] == ["a) Nội dung a", "c) Nội dung c"]
    assert "2 nội dung của kế hoạch chưa có tin, bài nào" in text
    assert (answer.context["on_time"].part.value, answer.context["on_time"].whole.value) == (1, 2)


def test_the_page_shows_where_messages_stand_at_public_outlets(world: World) -> None:
    row = broadcast(world, world.province, [])
    for number, state in enumerate(("done", "missed", "failed", "planned"), start=1):
        put(row, world.north, "leaflet", state, count=1000 * number)
    put(row, world.south, "leaflet", "done", count=7)
    answer = signed_in(world.commune_clerk).get(page(world.office))
    shown = {counted.kind: (name, what, counted) for name, what, counted in answer.context["placings"]["rows"]}
    name, what, leaflets = shown["leaflet"]
    assert (name, what) == ("Tờ rơi, tài liệu không kinh doanh", "bản")
    assert [one.figure.value for one in leaflets.places] == [1, 1, 1, 1, 0]
    assert (leaflets.total.value, leaflets.counted.value) == (4, 1000)
    assert [one.value for one in answer.context["placings"]["sums"]] == [1, 1, 1, 1, 0]
    assert answer.context["placings"]["found"].own.value == 0, "the province released it"
    text = answer.content.decode()
    for words in ("Tại điểm truyền thông", "đếm: bản", "Đài truyền thanh xã", "Báo chí", "1.000"):
        assert words in text


def test_a_stranger_reads_no_figure_anywhere(world: World) -> None:
    version = kept(world)
    addresses = [
        page(world.office),
        reverse("reporting:live_csv", args=[world.office, *DAYS]),
        reverse("reporting:version", args=[version.pk]),
        reverse("reporting:version_csv", args=[version.pk]),
        reverse("reporting:document", args=[version.pk]),
        reverse("reporting:list"),
    ]
    seen: dict[str, list[int]] = {}
    for user in (world.stranger, world.editor):
        for address in addresses:
            answer = signed_in(user).get(address)
            body = b"".join(answer)  # type: ignore[arg-type]
            assert (b"1.739" in body, b"1739" in body) == (False, False)
            seen.setdefault(user.display_name, []).append(answer.status_code)
    assert seen == {"stranger": [403, 403, 404, 404, 404, 200], "editor": [403] * 6}
    assert [Client().get(address).status_code for address in addresses] == [302] * 6


def test_a_commune_does_not_read_the_province_s_report(world: World) -> None:
    assert signed_in(world.commune_clerk).get(page(world.committee)).status_code == 403
    assert signed_in(world.commune_clerk).post(f"{page(world.committee)}giu/").status_code == 403
    assert not ReportVersion.objects.exists()


def test_keep_word_submit_and_read(world: World) -> None:
    client = signed_in(world.commune_clerk)
    answer = client.post(f"{page(world.office)}giu/")
    version = ReportVersion.objects.get()
    assert answer["Location"] == reverse("reporting:version", args=[version.pk])
    words = {"results": "Tổ dân vận đến từng nhà.", "difficulties": "", "proposals": "", "document_number": "7"}
    client.post(reverse("reporting:write", args=[version.pk]), words)
    client.post(reverse("reporting:write", args=[version.pk]), {**words, "submit": "1"})
    version.refresh_from_db()
    assert (version.results, version.document_number, version.submitted_by) == (
        "Tổ dân vận đến từng nhà.", 7, world.commune_clerk,
    )  # fmt: skip
    late = client.post(reverse("reporting:write", args=[version.pk]), {**words, "results": "Khác"})
    assert late.status_code == 422
    assert "form" not in client.get(answer["Location"]).context


def test_a_kept_version_stands_while_the_figures_move_on(world: World) -> None:
    version = kept(world)
    case(world.north, "on_time")
    client = signed_in(world.clerk)
    then = client.get(reverse("reporting:version", args=[version.pk]))
    live = client.get(page(world.office))
    assert (then.context["figures"].received.value, live.context["figures"].received.value) == (3, 4)
    assert (then.context["stale"], live.context["stale"]) == (True, True)
    client.post(f"{page(world.office)}giu/")
    assert client.get(page(world.office)).context["stale"] is False
    assert [row["replaced"] for row in client.get(page(world.office)).context["versions"]] == [False, True]


def test_the_table_has_one_line_a_figure_and_no_formula(world: World) -> None:
    renamed = selectors.figures(world.office, QUARTER, now())
    answer = signed_in(world.clerk).get(reverse("reporting:live_csv", args=[world.office, *DAYS]))
    raw = b"".join(answer)  # type: ignore[arg-type]
    assert answer.streaming
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"))))
    expected = list(entries(renamed))
    assert len(rows) == 1 + len(expected)
    assert [row[5] for row in rows[1:]] == [
        "" if entry.figure.value is None else str(entry.figure.value) for entry in expected
    ]


def test_the_table_never_runs_a_formula(world: World) -> None:
    plan(world, world.province, labels="=")
    version = kept(world)
    answer = signed_in(world.clerk).get(reverse("reporting:version_csv", args=[version.pk]))
    rows = list(csv.reader(io.StringIO(b"".join(answer).decode("utf-8-sig"))))  # type: ignore[arg-type]
    assert any(row[3].startswith("'=") for row in rows)
    assert not [cell for row in rows for cell in row if cell[:1] in ("=", "+", "-", "@")]
    assert from_json(version.data).lines[-1].label == "="


def test_a_named_period_needs_no_days(world: World) -> None:
    chosen = {"agency": world.office, "period": "2026-10-01/2026-12-31", "start": "", "end": ""}
    answer = signed_in(world.leader).get(reverse("reporting:list"), chosen)
    assert answer["Location"] == page(world.office)
    form = signed_in(world.leader).get(reverse("reporting:list")).context["form"]
    assert form["period"].value() == "2026-10-01/2026-12-31"


def test_a_period_that_cannot_be_reported_leads_back_with_a_reason(world: World) -> None:
    address = reverse("reporting:report", args=[world.office, "2027-04-01", "2027-06-30"])
    answer = signed_in(world.leader).get(address, follow=True)
    assert (answer.redirect_chain, len(list(answer.context["messages"]))) == ([(reverse("reporting:list"), 302)], 1)
    assert signed_in(world.leader).get(address.replace("06-30", "06-31")).status_code == 404
