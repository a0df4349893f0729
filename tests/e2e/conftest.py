"""A real run of the product for the browser: its own home, its own PostgreSQL, web server, worker and stand-ins."""

import json
import os
import re
import secrets
import shutil
import signal
import socket
import string
import subprocess
import sys
import threading
import urllib.parse
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from lantoa.simulators.serve import PORTS

PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}
START_SECONDS = 480
LETTERS = str.maketrans(string.hexdigits[:16], string.ascii_lowercase[:16])
AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@dataclass(frozen=True)
class Site:
    """A served product: where it is, how its sample staff sign in, what the loop left."""

    url: str
    password: str
    told: str
    home: Path

    def see(self, title):
        """The addresses the run printed under a step."""
        part = self.told.split(f"● {title}")[1].split("●")[0]
        return re.findall(r"(/[\w\-./]+)", part.split("see:")[1])

    def order(self, *words):
        """Run a command of the product where it stands."""
        command = [sys.executable, "-m", "lantoa", *words]
        subprocess.run(command, env=_surroundings(self.home), check=True, capture_output=True, timeout=120)

    def stand_in(self, kind, path, **wishes):
        """What a provider's stand-in says on a control page; wishes change how it behaves."""
        first = int(re.search(r"stand-ins: ports (\d+)", self.told).group(1))
        url = f"http://127.0.0.1:{first + PORTS[kind][0]}/{path}"
        body = json.dumps(wishes).encode() if wishes else None
        with urllib.request.urlopen(urllib.request.Request(url, body), timeout=20) as answer:
            return json.load(answer)


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "lantoa", "run", "--port", str(port), "--contacts", "400", "--no-color"],
        env=_surroundings(home), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    told, serving = [], threading.Event()

    def listen():
        for line in process.stdout:
            told.append(line)
            if "Serving until Ctrl-C" in line:
                serving.set()
        serving.set()

    listener = threading.Thread(target=listen, daemon=True)
    listener.start()
    serving.wait(START_SECONDS)
    text = "".join(told)
    if process.poll() is not None or "Serving until Ctrl-C" not in text:
        process.kill()
        logs = "\n".join(f"== {log.name}\n{log.read_text()[-3000:]}" for log in (home / "logs").glob("*.log"))
        pytest.fail(f"The run did not come up:\n{text[-4000:]}\n{logs}")
    password = re.search(r"with this password: (\S+)", text).group(1)
    yield Site(f"http://127.0.0.1:{port}", password, text, home)
    process.send_signal(signal.SIGINT)
    process.wait(60)
    listener.join(10)
    process.stdout.close()
    _remove_home(home)


def _surroundings(home):
    ours = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "PYTEST_CURRENT_TEST")}
    return ours | {"LANTOA_HOME": str(home), "PYTHONUNBUFFERED": "1"}


def _remove_home(home: Path):
    os.environ["LANTOA_HOME"] = str(home)
    try:
        from lantoa.config.embedded import Server

        place = Server.here().data.parent
    finally:
        del os.environ["LANTOA_HOME"]
    if place.parent == Path("/var/lib/lantoa"):
        shutil.rmtree(place, ignore_errors=True)


@pytest.fixture(params=[PHONE, DESK], ids=["360", "1280"])
def screen(request):
    return request.param


@pytest.fixture
def browser_context_args(browser_context_args, screen, site):
    return {**browser_context_args, "viewport": screen, "locale": "vi-VN", "base_url": site.url}


def in_whole_height(page):
    """Make the screen as high as the page, with its letters drawn: a font that arrives later makes it higher again."""
    page.evaluate("document.fonts.ready.then(() => undefined)")
    for _ in range(4):
        screen, height = page.viewport_size, page.evaluate("document.documentElement.scrollHeight")
        page.set_viewport_size({"width": screen["width"], "height": max(height, screen["height"])})
        page.evaluate("new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
        if page.evaluate("document.documentElement.scrollHeight <= innerHeight"):
            return


def watched(page):
    """A look at a page as it stands: no axe violation, no sideways scrolling, no broken promise in the console.

    It is looked at in its whole height: what lies under a phone's tab bar for the moment is no fault.
    """
    troubles = []
    page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: troubles.append(str(error)))

    def look():
        screen = page.viewport_size
        in_whole_height(page)
        found = Axe().run(page, options=AXE)
        page.set_viewport_size(screen)
        violations = [(v["id"], [n["target"] for n in v["nodes"]][:3]) for v in found.response["violations"]]
        assert violations == [], page.url
        fits = page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        assert fits, f"{page.url} scrolls sideways"
        assert [t for t in troubles if "favicon" not in t and "status of 4" not in t] == [], page.url

    return look


def enter(page, site, name):
    """Sign in as one of the sample staff, through the form."""
    page.goto("/tai-khoan/login/")
    page.get_by_role("textbox").first.fill(f"{name}@lantoa.example")
    page.locator("input[type=password]").fill(site.password)
    page.locator("main button[type=submit], form button[type=submit]").first.click()
    page.wait_for_url("**/ban-lam-viec/")


def send_through_checks(page):
    """From the page editor's button through the content checks: a word of why for each warning, then out of hand."""
    page.get_by_role("button", name="Việc khác").click()
    page.get_by_role("button", name="Gửi duyệt").click()
    page.wait_for_url("**/kiem-tra/")
    for box in page.locator("main form").get_by_role("textbox").all():
        box.fill("Đã xem, đúng như vậy.")
    page.get_by_role("button", name="Gửi duyệt").click()
    page.wait_for_url("**/ban-lam-viec/trang/")


@pytest.fixture
def check(page):
    """Look at the page as it stands."""
    return watched(page)


@pytest.fixture
def check_still(page, browser, site):
    """Look at what a page without JavaScript shows: the same HTML at a second page, where axe can run."""
    context = browser.new_context(viewport=page.viewport_size, base_url=site.url)
    twin = context.new_page()
    look = watched(twin)

    def look_at_twin():
        twin.goto("/robots.txt")
        twin.set_content(page.content())
        look()

    yield look_at_twin
    context.close()


@pytest.fixture
def sign_in(page, site):
    """Sign in as one of the sample staff, through the form."""
    return lambda name: enter(page, site, name)


@pytest.fixture
def colleague(new_context, site):
    """One of the sample staff at a browser of their own: their page, signed in, and a look at it."""

    def come(name):
        page = new_context().new_page()
        enter(page, site, name)
        return page, watched(page)

    return come


@pytest.fixture
def mark(screen):
    """A word of this walk alone, so that walks on one site keep apart."""
    return f"{screen['width']}{secrets.token_hex(2)}".translate(LETTERS)


@pytest.fixture
def mailbox(site):
    """Read a mailbox of the mail stand-in, once as many mails are there as are awaited."""

    def read(address: str, *, awaited: int) -> list[dict]:
        query = urllib.parse.urlencode({"to": address, "n": awaited, "wait": 15})
        mails = site.stand_in("smtp", f"_mails?{query}")
        assert len(mails) == awaited, mails
        return mails

    return read
