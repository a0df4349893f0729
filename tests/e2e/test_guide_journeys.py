"""Three invented households ask what they can get, on phones that run no JavaScript."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.test_citizen_journeys import main_heading

pytestmark = pytest.mark.e2e

REVIEWED = "Được rà soát hộ nghèo, hộ cận nghèo (mẫu)"
GUIDED = "Được hướng dẫn để hưởng chương trình giảm nghèo (mẫu)"
HEARD = "Được dự đối thoại với chính quyền xã (mẫu)"


def begin(page, household):
    """From the home page to the answer of a household; the place is left as it comes."""
    page.get_by_role("main").get_by_role("link", name="Bắt đầu").click()
    main_heading(page, "Tôi được hưởng gì?")
    page.get_by_role("radio", name=household, exact=True).check()


def answers(page):
    """What the page says, by group and in order."""
    page.get_by_role("button", name="Xem tôi được hưởng gì").click()
    found, group = {}, ""
    for heading in page.locator("#ket-qua").get_by_role("heading").all():
        if heading.evaluate("one => one.tagName") == "H2":
            group = heading.inner_text()
            found[group] = []
        else:
            found[group].append(heading.inner_text().replace("\u00a0", " "))
    return found


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_three_households_ask_what_they_can_get(page, check_still):
    page.goto("/noi-toi-o/")
    place = page.get_by_role("region", name="Các xã, phường hiện nay").get_by_role("link").first
    name = place.inner_text()
    place.click()
    begin(page, "Hộ nghèo")
    expect(page.get_by_label("Bà con ở xã, phường nào?").locator("option:checked")).to_have_text(name)
    check_still()
    assert answers(page) == {"Bà con được hưởng": [GUIDED, HEARD], "Chưa được hưởng, theo câu trả lời": [REVIEWED]}
    result = page.locator("#ket-qua section", has_text=GUIDED)
    expect(result).to_contain_text("Bà con được hưởng, vì nhà mình thuộc diện hộ nghèo, hộ cận nghèo hoặc")
    expect(result).to_contain_text(re.compile(f"giảm nghèo, (UBND|Ủy ban nhân dân) {name}", re.IGNORECASE))
    expect(page).to_have_url(re.compile("/toi-duoc-huong-gi/(#ket-qua)?$"))
    check_still()
    result.locator("a", has_text="06/2022/TT-BTTTT").first.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()

    page.goto("/")
    begin(page, "Hộ mới thoát nghèo")
    assert answers(page) == {"Bà con được hưởng": [REVIEWED, GUIDED, HEARD]}
    check_still()

    page.goto("/")
    page.get_by_role("main").get_by_role("link", name="Bắt đầu").click()
    assert answers(page) == {"Bà con được hưởng": [HEARD], "Bà con có thể được hưởng": [REVIEWED, GUIDED]}
    expect(page.locator("#ket-qua")).to_contain_text("Bà con được hưởng nếu nhà mình thuộc diện")
    check_still()
    assert page.context.cookies() == []
