"""Three invented households ask what they can get, on phones that run no JavaScript."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.test_citizen_journeys import main_heading

pytestmark = pytest.mark.e2e

REVIEWED = "Được rà soát hộ nghèo, hộ cận nghèo (mẫu)"
GUIDED = "Được hướng dẫn để hưởng chương trình giảm nghèo (mẫu)"
HEARD = "Được dự đối thoại với chính quyền xã (mẫu)"
NO_FORM = "Chưa có mẫu được nêu tên. Hỏi nơi dưới đây xem cần mang gì."
BLANK = "Mẫu để trống, DOCX, "
"""How the form begins that the policy of the review hands out."""
OFFICER, SOMEWHERE = "Cán bộ làm công tác giảm nghèo", "Ủy ban nhân dân xã, phường nơi ở"
NOWHERE = {
    REVIEWED: [BLANK, f"{OFFICER}, {SOMEWHERE}"], GUIDED: [NO_FORM, f"{OFFICER}, {SOMEWHERE}"],
    HEARD: [NO_FORM, SOMEWHERE],
}  # fmt: skip
"""Form and officer of each while no place was named."""


def begin(page, household):
    """From the home page to the answer of a household; the place is left as it comes."""
    page.get_by_role("main").get_by_role("link", name="Bắt đầu").click()
    main_heading(page, "Tôi được hưởng gì?")
    page.get_by_role("radio", name=household, exact=True).check()


def answers(page):
    """What the page says, by group and in order."""
    page.get_by_role("button", name="Xem tôi được hưởng gì").click()
    expect(page.locator("#ket-qua").get_by_role("heading").first).to_be_visible()
    found, group = {}, ""
    for heading in page.locator("#ket-qua").get_by_role("heading").all():
        if heading.evaluate("one => one.tagName") == "H2":
            group = heading.inner_text()
            found[group] = []
        else:
            found[group].append(heading.inner_text().replace("\u00a0", " "))
    return found


def told(page, title):
    """Of one answer, by its title: which form to hand in, and whom to ask."""
    facts = page.locator("#ket-qua section", has_text=title).locator("dl.kv")
    form, whom = (
        facts.locator("dt", has_text=label)
        .locator("xpath=following-sibling::dd[1]")
        .inner_text()
        .replace("\u00a0", " ")
        for label in ("Mẫu giấy cần nộp", "Cần hỏi ai")
    )
    return [BLANK if form.startswith(BLANK) else form, whom]


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
    (form, guide), (same, hearing) = told(page, GUIDED), told(page, HEARD)
    assert (form, same) == (NO_FORM, NO_FORM)
    here = f"(UBND|Ủy ban nhân dân) {name}"
    assert re.match(f"{OFFICER}, {here}", guide, re.IGNORECASE)
    assert re.match(here, hearing, re.IGNORECASE), "no officer is named: the committee itself"
    expect(page).to_have_url(re.compile("/toi-duoc-huong-gi/(#ket-qua)?$"))
    check_still()
    result.locator("a", has_text="06/2022/TT-BTTTT").first.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()

    page.goto("/")
    begin(page, "Hộ mới thoát nghèo")
    assert answers(page) == {"Bà con được hưởng": [REVIEWED, GUIDED, HEARD]}
    assert {title: told(page, title) for title in (REVIEWED, GUIDED, HEARD)} == NOWHERE
    check_still()

    page.goto("/")
    page.get_by_role("main").get_by_role("link", name="Bắt đầu").click()
    assert answers(page) == {"Bà con được hưởng": [HEARD], "Bà con có thể được hưởng": [REVIEWED, GUIDED]}
    assert {title: told(page, title) for title in (REVIEWED, GUIDED, HEARD)} == NOWHERE
    expect(page.locator("#ket-qua")).to_contain_text("Bà con được hưởng nếu nhà mình thuộc diện")
    check_still()
    blank = page.locator("#ket-qua section", has_text=REVIEWED).get_by_role("link", name="Mẫu để trống")
    with page.expect_download() as fetched:
        blank.click()
    assert fetched.value.suggested_filename.endswith(".docx")
    assert page.context.cookies() == []
