"""What `lantoa nginx` prints, tried with a real nginx (`make test` brings it)."""

import http.client
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from bench.served import nginx
from lantoa.config.loop.processes import free_port_base
from lantoa.portal.baking.oven import loaf, standing_headers
from lantoa.portal.baking.shelf import A_MOMENT, Shelf
from lantoa.portal.uploads import a_story, largest_form

PROGRAM = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/bin")
KEYS = {"tin": "a", "front": "a"}


@pytest.fixture
def front(tmp_path: Path, settings: Any, capsys: Any) -> Iterator[tuple[int, Shelf]]:
    if PROGRAM is None:
        pytest.skip("nginx is not installed")
    port = free_port_base(2)
    settings.LANTOA_BAKED, settings.LANTOA_BASE_URL = tmp_path / "baked", f"http://127.0.0.1:{port}"
    shelf = Shelf(settings.LANTOA_BAKED)
    shelf.follow(lambda: KEYS)
    for room, path, words in (("tin", "/tin/mot/", "Một"), ("front", "/", "Cửa"), ("tin", "/en/tin/one/", "One")):
        shelf.write(room, "a", path, loaf(f"<p>{words}</p>".encode() * 100))
    for moment in range(120):
        shelf.vouch(time.time() + moment / 2)
    call_command("nginx", listen=f"127.0.0.1:{port}", upstream=f"127.0.0.1:{port + 1}")
    tmp_path.chmod(0o755)
    (tmp_path / "nginx").mkdir()
    with nginx(tmp_path / "nginx", port, capsys.readouterr().out):
        yield port, shelf


def ask(port: int, path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
    with closing(http.client.HTTPConnection("127.0.0.1", port)) as connection:
        connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        reply = connection.getresponse()
        return reply.status, dict(reply.getheaders()), reply.read()


PASSED_ON = 502  # nobody listens behind


def test_nginx_reads_what_is_baked_and_passes_on_what_is_not(front: tuple[int, Shelf]) -> None:
    port, shelf = front
    status, headers, body = ask(port, "/tin/mot/")
    assert (status, body[:12].decode()) == (200, "<p>Một</p>")
    assert dict(standing_headers()).items() <= headers.items()
    assert (headers["Content-Type"], headers["Content-Language"]) == ("text/html; charset=utf-8", "vi")
    assert ask(port, "/en/tin/one/")[1]["Content-Language"] == "en"
    packed = ask(port, "/", Accept_Encoding="gzip")
    assert (packed[0], packed[1]["Content-Encoding"]) == (200, "gzip")
    assert "Last-Modified" not in headers
    assert ask(port, "/tin/mot/", If_None_Match=headers["ETag"])[0] == 304
    asked: list[tuple[str, str, dict[str, str]]] = [
        ("GET", "/tin/hai/", {}), ("GET", "/tin/mot/?a=1", {}), ("POST", "/tin/mot/", {}), ("GET", "/tin/mot", {}),
        ("GET", "/tin/mot/", {"Cookie": "a=b"}), ("GET", "/tin/mot/", {"Authorization": "Basic x"}),
        ("GET", "/tin/mot/", {"Save_Data": "on"}), ("GET", "/tin/mot/index.html", {}),
        ("GET", "/tin/mot/index.html.gz", {}),
    ]  # fmt: skip
    assert [ask(port, path, method, **more)[0] for method, path, more in asked] == [PASSED_ON] * len(asked)
    assert ask(port, "/tin/..%2f..%2f..%2f.lock")[0] in (400, PASSED_ON)
    shelf.follow(lambda: {"tin": "b", "front": "a"})
    time.sleep(A_MOMENT)
    assert [ask(port, path)[0] for path in ("/tin/mot/", "/en/tin/one/", "/")] == [PASSED_ON, PASSED_ON, 200]


class Echo(BaseHTTPRequestHandler):
    """Says what it was asked, as it was asked."""

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        told = f"{self.command} {self.path} {len(body)} {self.headers['Host']}".encode()
        self.send_response(418)
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)

    do_GET = do_POST = do_PUT = do_DELETE = answer  # noqa: N815


def test_what_nginx_passes_on_arrives_as_it_was_sent(front: tuple[int, Shelf]) -> None:
    port, _shelf = front
    behind = ThreadingHTTPServer(("127.0.0.1", port + 1), Echo)
    threading.Thread(target=behind.serve_forever, daemon=True).start()
    try:
        for method, path, body in (
            ("GET", "/tin/hai/?q=%C4%91%2F&b=1", b""), ("GET", "/tin/b%C3%A0i%20viet/", b""),
            ("GET", "/static/a.css", b""),
            ("POST", "/tin/mot/", b"x" * 300_000), ("PUT", "/tin/mot/", b"y" * 10), ("DELETE", "/tin/mot/", b""),
        ):  # fmt: skip
            with closing(http.client.HTTPConnection("127.0.0.1", port)) as connection:
                connection.request(method, path, body, {"Host": "cong.example"})
                reply = connection.getresponse()
                assert (reply.status, reply.read().decode()) == (418, f"{method} {path} {len(body)} cong.example")
    finally:
        behind.shutdown()
        behind.server_close()


def test_nginx_lets_the_largest_form_through_to_whoever_can_say_what_is_wrong(front: tuple[int, Shelf]) -> None:
    port, _shelf = front
    for size, said in ((4 * 3 * 1024**2, PASSED_ON), (a_story(), PASSED_ON), (largest_form() + 1024**2, 413)):
        with closing(http.client.HTTPConnection("127.0.0.1", port)) as connection:
            connection.putrequest("POST", "/ke-chuyen/")
            connection.putheader("Content-Length", str(size))
            connection.endheaders(bytes(size) if said == PASSED_ON else None)
            answer = connection.getresponse()
            assert answer.status == said
            words = answer.read().decode()
            if said != PASSED_ON:
                assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
                assert ("Gửi lên nhiều quá" in words, f"{largest_form() // 1024**2} MB" in words) == (True, True)


@pytest.mark.parametrize("zone", ["UTC", "Asia/Ho_Chi_Minh", "Asia/Kathmandu"])
def test_nginx_finds_the_files_in_whichever_zone_it_lives(
    front: tuple[int, Shelf], tmp_path: Path, monkeypatch: Any, capsys: Any, zone: str
) -> None:
    port = free_port_base(2)
    call_command("nginx", listen=f"127.0.0.1:{port}", upstream=f"127.0.0.1:{port + 1}")
    monkeypatch.setenv("TZ", zone)
    (tmp_path / "elsewhere").mkdir()
    with nginx(tmp_path / "elsewhere", port, capsys.readouterr().out):
        assert ask(port, "/tin/mot/")[0] == 200


def test_what_nginx_opened_it_shows_no_longer_than_its_moment(front: tuple[int, Shelf]) -> None:
    port, shelf = front
    for _turn in range(5):
        shelf.write("tin", "a", "/tin/mot/", loaf(b"<p>old</p>" * 100))
        while b"old" not in ask(port, "/tin/mot/")[2]:
            time.sleep(0.05)
        shelf.write("tin", "a", "/tin/mot/", loaf(b"<p>new</p>" * 100))
        changed = time.monotonic()
        while b"old" in ask(port, "/tin/mot/")[2]:
            time.sleep(0.01)
        assert time.monotonic() - changed < A_MOMENT + 0.1


def test_nginx_reads_no_file_once_nobody_looks_for_changes(front: tuple[int, Shelf]) -> None:
    port, shelf = front
    assert ask(port, "/tin/mot/")[0] == 200
    for second in shelf.now.iterdir():
        second.unlink()
    shelf.vouch(time.time())
    assert ask(port, "/tin/mot/")[0] == 200
    time.sleep(2)
    assert ask(port, "/tin/mot/")[0] == PASSED_ON
