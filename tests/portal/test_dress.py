"""An installation's own colours and seal: readable or refused, on every page, another look at another address."""

from io import BytesIO

import pytest
from django.core.checks import run_checks
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from lantoa.kernel.enums import Role
from lantoa.portal import dress, icons
from lantoa.ui.sprites import data_uri

BLUE, BROWN = "#123f6d", "#5a3410"
COLOURS = st.tuples(*[st.integers(0, 255)] * 3)


@pytest.fixture
def seal(settings, tmp_path):
    """A square seal, blue on nothing."""
    picture = Image.new("RGBA", (300, 300), (0, 0, 0, 0))
    picture.paste((18, 63, 109, 255), (60, 60, 240, 240))
    picture.save(tmp_path / "dau.png")
    settings.LANTOA_SEAL = str(tmp_path / "dau.png")
    return settings.LANTOA_SEAL


def faults():
    return [one.id for one in run_checks() if one.id and one.id.startswith("portal.E00")]


@pytest.mark.django_db
def test_the_products_own_look_costs_no_request(client, site):
    page = client.get("/").text
    assert ("/mau-" in page, "/con-dau-" in page) == (False, False)
    assert (client.get("/mau-0123456789.css").status_code, client.get("/con-dau-0123456789.png").status_code) == (
        404,
        404,
    )


@pytest.mark.django_db
def test_own_colours_and_seal_are_on_every_page(client, site, settings, seal):
    settings.LANTOA_COLOUR, settings.LANTOA_COLOUR_SECOND = BLUE, BROWN
    for path in ("/", "/en/", "/gui-y-kien/", "/tai-khoan/login/"):
        page = client.get(path, follow=True).text
        sheet, sign = page.split('href="/mau-')[1].split('"')[0], page.split('src="/con-dau-')[1].split('"')[0]
    colours = client.get(f"/mau-{sheet}")
    assert f"--brand:{BLUE};" in colours.text
    assert f"--green:{BROWN};" in colours.text
    assert "immutable" in colours["Cache-Control"]
    with Image.open(BytesIO(client.get(f"/con-dau-{sign}").content)) as picture:
        assert (picture.size, picture.getpixel((42, 42))) == ((84, 84), (18, 63, 109, 255))
    settings.LANTOA_COLOUR = "#1b577c"
    assert client.get(f"/mau-{sheet}").status_code == 404


ICON = '<link rel="icon" href="{}" type="image/{}">'
TOUCH = '<link rel="apple-touch-icon" href="/bieu-tuong-180.png">'


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/km/", "/khong-co-trang-nay/", "/tai-khoan/login/", "/ban-lam-viec/", "/ui/"])
def test_the_signs_in_a_browser_are_the_installations(client, province, site, settings, tmp_path, path):
    settings.LANTOA_NAME = "Đồng Xa"
    client.force_login(province.hire(Role.EDITOR)) if path == "/ban-lam-viec/" else None
    before = client.get(path).text
    assert TOUCH in before
    assert ICON.format(data_uri("favicon.svg"), "svg+xml") in before
    Image.new("RGBA", (300, 300), (18, 63, 109, 255)).save(tmp_path / "dau.png")
    settings.LANTOA_SEAL = str(tmp_path / "dau.png")
    after = client.get(path).text
    assert ICON.format(f"/con-dau-{dress.digest(dress.seal(dress.IN_HEADS))}.png", "png") in after
    assert after.count('rel="icon"') == before.count('rel="icon"') == 1
    assert path != "/tai-khoan/login/" or "· Đồng Xa</title>" in after


@pytest.mark.django_db
def test_the_editor_shows_the_installations_icon(client, province, site):
    client.force_login(province.hire(Role.EDITOR))
    assert '<img src="/bieu-tuong-180.png"' in client.get("/quan-tri/", follow=True).text


def test_the_apps_icon_shows_the_seal(settings, seal):
    settings.LANTOA_COLOUR = BROWN
    with Image.open(BytesIO(icons.icon(512))) as picture:
        assert (picture.getpixel((5, 5)), picture.getpixel((256, 256))) == ((90, 52, 16), (18, 63, 109))


def test_what_cannot_be_read_is_refused_at_start(settings, seal, tmp_path):
    assert faults() == []
    settings.LANTOA_COLOUR, settings.LANTOA_COLOUR_SECOND = "xanh", "#9bd3ff"
    assert faults() == ["portal.E002", "portal.E003"]
    settings.LANTOA_COLOUR, settings.LANTOA_COLOUR_SECOND = BLUE, BROWN
    settings.LANTOA_SEAL = str(tmp_path / "khong-co.png")
    assert faults() == ["portal.E004"]
    Image.new("RGB", (300, 200)).save(tmp_path / "dai.png")
    settings.LANTOA_SEAL = str(tmp_path / "dai.png")
    assert faults() == ["portal.E004"]


def test_contrast_is_that_of_the_guideline():
    assert round(dress.contrast((0, 0, 0), (255, 255, 255)), 2) == 21
    assert round(dress.contrast((118, 118, 118), (255, 255, 255)), 2) == 4.54


@given(COLOURS, COLOURS)
def test_contrast_lies_between_1_and_21_whichever_comes_first(one, other):
    assert dress.contrast(one, other) == dress.contrast(other, one)
    assert 1 <= dress.contrast(one, other) <= 21.0001
