"""In a browser: an editor puts a picture into the library and chooses it as a page's cover, as on the first day."""

import os
import re
from io import BytesIO

import pytest
from django.urls import reverse
from PIL import Image
from playwright.sync_api import expect

from lantoa.kernel.enums import Role
from lantoa.newsroom.models import NewsImage
from tests.portal.test_khmer_and_finding import signed_in
from tests.portal.test_offline import phone, root

__all__ = ["phone", "root"]
pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def drawn():
    out = BytesIO()
    Image.new("RGB", (1200, 800), "#43876f").save(out, "JPEG")
    return {"name": "ben-tau.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def kept(page, name):
    """A picture of the whole page, when somebody wants to look."""

    if shots := os.environ.get("SHOTS"):
        for width in (360, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            page.screenshot(path=f"{shots}/{name}-{width}.png", full_page=True)


def test_a_picture_from_the_phone_to_the_cover(root, province, publish, phone):
    editor = province.hire(Role.EDITOR)
    story = publish("article", "Bến tàu mới")
    signed_in(phone, editor)
    page = phone.new_page()
    page.goto(reverse("wagtailimages:add"))
    kept(page, "anh-them")
    page.locator("#id_file").set_input_files(drawn())
    page.locator("#id_title").fill("Bến tàu")
    page.locator("#id_description").fill("Bến tàu lúc nước lớn, chưa có ai.")
    page.locator("#id_shows_people").select_option(label="Không")
    page.locator("main form button[type=submit], main form input[type=submit]").first.click()
    page.wait_for_url(re.compile("/images/$"))
    expect(page.get_by_text("Bến tàu").first).to_be_visible()
    image = NewsImage.objects.get()
    assert (image.shows_people, image.uploaded_by_user_id) == (False, editor.pk)
    page.goto(reverse("wagtailimages:edit", args=[image.pk]))
    kept(page, "anh-sua")
    page.goto(reverse("wagtailadmin_pages:edit", args=[story.pk]))
    page.locator("[data-chooser-action-choose]").first.click()
    page.locator(".modal").get_by_text("Bến tàu").first.click()
    expect(page.locator("#id_cover")).to_have_value(str(image.pk))
    page.locator("button[type=submit].action-save").first.click()
    expect(page.locator(".messages")).to_be_visible()
    story.refresh_from_db()
    assert story.get_latest_revision_as_object().cover_id == image.pk
