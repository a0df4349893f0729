"""The open data: stable columns, safe cells, one version, the same silence as the page."""

import csv
import io
import json
import re

import pytest
from django.test import Client

from lantoa.figures.catalogue import SETS
from lantoa.kernel.clock import now, today
from lantoa.listening.services import answer_case, publish_answer

pytestmark = pytest.mark.usefixtures("opened")

COLUMNS = {
    "don-vi": "don_vi,ma,ten,loai,cap,thuoc,tu_ngay,den_ngay,vi_do,kinh_do",
    "bien-dong-don-vi": "ngay,ngay_chac,viec,tu_don_vi,den_don_vi,phan,quyet_dinh",
    "bai-da-dang": "bai,loai,tieu_de,tom_tat,ngon_ngu,dia_chi,don_vi,dong_noi_dung,doi_tuong,chuong_trinh,"
    "dang_lan_dau,dang_lan_cuoi",
    "van-ban": "so_hieu,loai,tieu_de,co_quan,ngay_ban_hanh,hieu_luc_tu,hieu_luc_den,tinh_trang,trich_yeu,nguon,"
    "dia_chi,ngon_ngu",
    "su-kien": "su_kien,loai,tieu_de,tom_tat,bat_dau,ket_thuc,dia_diem,don_vi_to_chuc,don_vi,da_huy,truc_tuyen,dia_chi,"
    "ngon_ngu",
    "hoi-dap": "so,cau_hoi,tra_loi,ngon_ngu,loai,ngay_dang",
    "thong-ke-tinh": "ky,chi_so,dong_noi_dung,gia_tri,trang_thai",
    "thong-ke-xa": "don_vi,ma,ten,ky,chi_so,gia_tri,trang_thai",
}  # fmt: skip
"""Golden: a column here never changes its name or its place."""


def body(answer):
    return b"".join(answer.streaming_content).decode()


def table(answer):
    return list(csv.DictReader(io.StringIO(body(answer))))


@pytest.mark.parametrize("slug", COLUMNS)
def test_columns_are_stable_described_and_the_same_in_every_form(client, province, site, publish, ask, slug):
    publish("article", "Chuyện")
    ask("Xã Bãi Xa", 1)
    lines = body(client.get(f"/du-lieu-mo/{slug}.csv")).split("\r\n")
    assert lines[0] == COLUMNS[slug]
    told = json.loads(body(client.get(f"/du-lieu-mo/{slug}.json")))
    assert len(told["rows"]) == len(list(csv.reader(lines))) - 1 - (lines[-1] == "")
    page = client.get(f"/du-lieu-mo/{slug}/").text
    for name in COLUMNS[slug].split(","):
        assert f"<code>{name}</code>" in page


def test_golden_statistics_of_a_commune(client, province, site, ask):
    ask("Xã Đất Thử", 20)
    ask("Xã Bãi Xa", 12)
    code = f"{today():%Y-%m}"
    rows = table(client.get("/du-lieu-mo/thong-ke-xa.csv"))
    found = [(row["ten"], row["chi_so"], row["gia_tri"], row["trang_thai"]) for row in rows
             if row["ky"] == code and row["chi_so"] in ("cases", "loudspeakers")]  # fmt: skip
    assert found == [
        ("Xã Bãi Xa", "cases", "12", "counted"),
        ("Xã Bãi Xa", "loudspeakers", "", "not_applicable"),
        ("Xã Đất Thử", "cases", "20", "counted"),
        ("Xã Đất Thử", "loudspeakers", "", "not_applicable"),
        ("", "cases", "0", "zero"),
        ("", "loudspeakers", "0", "zero"),
    ]


def test_the_data_keep_to_themselves_what_the_page_does(client, province, site, ask):
    ask("Xã Đất Thử", 3)
    ask("Xã Bãi Xa", 12)
    for answer in (
        client.get("/du-lieu-mo/thong-ke-xa.csv"),
        client.get("/du-lieu-mo/thong-ke-xa.csv?ngay=2021-01-01"),
    ):
        rows = [row for row in table(answer) if row["chi_so"] == "cases"]
        assert {row["gia_tri"] for row in rows if row["ten"] == "Xã Đất Thử"} <= {"", "0"}
        assert not {"3", "12"} & {row["gia_tri"] for row in rows}
    shapes = json.loads(body(client.get("/du-lieu-mo/thong-ke-xa.geojson")))
    assert [one["properties"]["cases"] for one in shapes["features"]] == [None, None]


def test_no_cell_is_a_formula_and_excel_gets_its_mark(client, province, site, publish):
    publish("article", '=HYPERLINK("http://x.example")', lead="@SUM(1)")
    answer = body(client.get("/du-lieu-mo/bai-da-dang.csv?excel=1"))
    assert answer.startswith("\ufeffbai,")
    row = next(csv.DictReader(io.StringIO(answer.lstrip("\ufeff"))))
    assert row["tieu_de"] == '\'=HYPERLINK("http://x.example")'
    assert row["tom_tat"] == "'@SUM(1)"
    assert re.match("https?://[^/]+/tin/", row["dia_chi"])


def test_answered_questions_tell_no_place(client, province, site, ask, officer):
    ask("Xã Đất Thử", 1)
    from lantoa.listening.models import Case

    case = Case.objects.get()
    answer_case(case_id=case.pk, text="Đến ấp.", by=officer, at=now())
    publish_answer(case_id=case.pk, question="Nhà dột xin ở đâu?", answer="Gặp trưởng ấp.", by=officer, at=now())
    (row,) = table(client.get("/du-lieu-mo/hoi-dap.csv"))
    assert (row["cau_hoi"], row["tra_loi"]) == ("Nhà dột xin ở đâu?", "Gặp trưởng ấp.")
    assert case.number not in str(row)
    assert case.code not in str(row)


@pytest.mark.parametrize("slug", ["don-vi", "bai-da-dang", "hoi-dap", "thong-ke-xa"])
def test_who_has_it_gets_nothing_again_until_it_changes(client, province, site, publish, ask, slug, officer):
    publish("article", "Chuyện")
    first = client.get(f"/du-lieu-mo/{slug}.csv")
    body(first)
    again = Client().get(f"/du-lieu-mo/{slug}.csv", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    assert client.get(f"/du-lieu-mo/{slug}.json").headers["ETag"] != first["ETag"]
    assert first["Cache-Control"] == "public, no-cache"


def test_a_page_withdrawn_changes_the_version(client, province, site, publish):
    page = publish("article", "Chuyện")
    first = client.get("/du-lieu-mo/bai-da-dang.csv")
    assert len(table(first)) == 1
    page.unpublish()
    answer = client.get("/du-lieu-mo/bai-da-dang.csv", headers={"If-None-Match": first["ETag"]})
    assert answer.status_code == 200
    assert table(answer) == []


def test_the_catalogue_lists_every_set_and_form_under_the_licence_it_has(client, province, site, settings):
    told = json.loads(client.get("/du-lieu-mo/catalog.json").content)
    assert told["@type"] == "dcat:Catalog"
    assert [one["dct:identifier"] for one in told["dcat:dataset"]] == list(SETS)
    assert not any("dct:license" in one for one in told["dcat:dataset"])
    assert "chưa công bố giấy phép" in client.get("/du-lieu-mo/").text
    for one in told["dcat:dataset"]:
        for form in one["dcat:distribution"]:
            assert client.get(form["dcat:downloadURL"]).status_code == 200
    settings.LANTOA_DATA_LICENCE_URL = "https://licence.example/by"
    told = json.loads(client.get("/du-lieu-mo/catalog.json").content)
    assert told["dcat:dataset"][0]["dct:license"] == {"@id": "https://licence.example/by"}


def test_what_is_not_there_is_not_found(client, province, site):
    for path in ("khong-co.csv", "khong-co/", "hoi-dap.geojson", "hoi-dap.xml"):
        assert client.get(f"/du-lieu-mo/{path}").status_code == 404
