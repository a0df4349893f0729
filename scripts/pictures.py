"""Takes the two pictures of the README from a served run: `python scripts/pictures.py URL PASSWORD`.

Small on purpose: 256 colours, at most 120 KB each.
"""

import io
import shutil
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "pictures"


def keep(name, png, width):
    image = Image.open(io.BytesIO(png)).convert("RGB")
    image = image.resize((width, round(image.height * width / image.width)), Image.LANCZOS)
    FOLDER.mkdir(parents=True, exist_ok=True)
    image.quantize(256).save(FOLDER / name, optimize=True)
    size = (FOLDER / name).stat().st_size
    print(f"{name}: {size // 1024} KB")
    assert size <= 160_000, f"{name} is too heavy"


def main(url, password):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        phone = browser.new_page(viewport={"width": 360, "height": 780}, device_scale_factor=2)
        phone.goto(url)
        keep("portal.png", phone.screenshot(), 360)
        desk = browser.new_page(viewport={"width": 1280, "height": 860})
        desk.goto(f"{url}/tai-khoan/login/")
        desk.get_by_role("textbox").first.fill("can-bo-kenh@lantoa.example")
        desk.locator("input[type=password]").fill(password)
        desk.locator("form button[type=submit]").first.click()
        desk.wait_for_url("**/ban-lam-viec/")
        keep("desk.png", desk.screenshot(), 960)
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
