"""Files from outside: known by their content, stripped, refused when they could act, and fetched from nowhere else."""

import io
import ssl
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from lantoa.channels.enums import FileState
from lantoa.channels.files import download as downloading
from lantoa.channels.files.download import NotNow, download
from lantoa.channels.files.examine import LARGEST, Examined, Unfit, examine
from lantoa.channels.files.services import TRIES, store, take_file
from lantoa.channels.inbound import Received
from lantoa.channels.models import ChannelAccount, InboundFile
from lantoa.channels.reading import read_waiting
from lantoa.channels.services import save_account, store_inbound
from lantoa.kernel.clock import now

HOST = "files.example"


def picture(form: str = "JPEG", size: tuple[int, int] = (40, 30), **more: Any) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", size, "red").save(written, form, **more)
    return written.getvalue()


def with_place() -> bytes:
    """A photograph that tells where and with what it was taken, and that stands on its side."""
    facts = Image.Exif()
    facts[0x0110], facts[0x0112] = "Dien thoai cua ba con", 6
    facts.get_ifd(0x8825)[1] = "N"
    return picture(exif=facts)


def document(*parts: str, kinds: str = "<Types/>") -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("[Content_Types].xml", kinds)
        for part in parts:
            archive.writestr(part, "x")
    return written.getvalue()


def test_a_picture_is_written_anew_and_tells_nothing_but_itself() -> None:
    came = with_place() + b"<script>alert(1)</script>PK\x03\x04"
    kept = examine(came)
    assert kept.kind == "image/jpeg"
    for told in (b"Dien thoai", b"Exif", b"<script>", b"PK\x03\x04"):
        assert told not in kept.content
    with Image.open(io.BytesIO(kept.content)) as image:
        assert (image.size, dict(image.getexif())) == ((30, 40), {})  # upright


@pytest.mark.parametrize(
    ("form", "kind"), [("PNG", "image/png"), ("WEBP", "image/webp"), ("GIF", "image/png"), ("JPEG", "image/jpeg")]
)
def test_pictures_of_every_kind_are_kept(form: str, kind: str) -> None:
    assert examine(picture(form)).kind == kind


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\n%%EOF",
        "Danh sách hộ nghèo cần hỗ trợ.\n".encode(),
        b"ID3\x03\x00\x00\x00\x00\x00\x00" + b"\xff\xfb\x90\x00" * 20,
        document("word/document.xml"),
        document("xl/workbook.xml"),
    ],
)
def test_what_cannot_act_is_kept_as_it_came(content: bytes) -> None:
    assert examine(content).content == content


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<!doctype html><script>alert(1)</script>",
        b"  \n<?xml version='1.0'?><a/>",
        b"GIF89a<script>alert(1)</script>",
        b"\xff\xd8\xff\xe0 no picture",
        b"%PDF-1.7 << /OpenAction << /S /JavaScript /JS (app.alert(1)) >> >>",
        document("word/document.xml", "word/vbaProject.bin"),
        document("word/document.xml", kinds="<Types>application/vnd.ms-word.document.macroEnabled.main+xml</Types>"),
        document("word/document.xml", "word/embeddings/oleObject1.bin"),
        document("readme.txt"),
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        b"MZ\x90\x00" + bytes(100),
        b"\x7fELF" + bytes(100),
        b"#!/bin/sh\nrm -rf /\n",
        bytes(range(256)),
        b"x" * (LARGEST + 1),
    ],
)
def test_what_could_act_or_is_not_known_is_refused(content: bytes) -> None:
    with pytest.raises(Unfit):
        examine(content)


def test_a_document_that_would_fill_the_memory_is_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", b" " * (64 * 1024 * 1024))
        archive.writestr("word/document.xml", "x")
    assert len(written.getvalue()) < 100_000
    monkeypatch.setattr(zipfile.ZipFile, "read", lambda *_args: pytest.fail("it was unpacked"))
    with pytest.raises(Unfit):
        examine(written.getvalue())


def test_a_picture_that_would_fill_the_memory_is_refused_by_its_head() -> None:
    head = bytearray(picture("PNG"))
    head[16:24] = (60_000).to_bytes(4, "big") * 2
    with pytest.raises(Unfit):
        examine(bytes(head))


@settings(max_examples=200)
@given(
    st.sampled_from([b"", picture()[:200], picture("PNG")[:60], picture("GIF"), b"%PDF-1.4 ", document("xl/a")[:90]]),
    st.binary(max_size=400),
)
def test_any_bytes_are_judged(head: bytes, tail: bytes) -> None:
    try:
        kept = examine(head + tail)
    except Unfit as problem:
        assert problem.reason  # noqa: PT017
        return
    assert isinstance(kept, Examined)
    assert b"<script" not in kept.content.lower()[:4000] or kept.kind == "application/pdf"


# Fetching


@contextmanager
def provider(answer: Callable[[BaseHTTPRequestHandler], None], place: Path) -> Iterator[int]:
    """A provider's server on TLS, with a certificate of its own."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer(self)

        def log_message(self, *_args: Any) -> None:
            pass

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    (place / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (place / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    server = HTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(place / "cert.pem", place / "key.pem")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


@pytest.fixture
def reached(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Any]:
    """Let the name of the provider lead to a server here, which alone is taken for public."""

    @contextmanager
    def serve(answer: Callable[[BaseHTTPRequestHandler], None]) -> Iterator[None]:
        with provider(answer, tmp_path) as port:
            monkeypatch.setattr(downloading, "PORT", port)
            monkeypatch.setattr(downloading, "SILENCE", 2.0)
            monkeypatch.setattr(downloading, "_public_address", lambda host: "127.0.0.1")
            trusted = ssl.create_default_context(cafile=str(tmp_path / "cert.pem"))
            monkeypatch.setattr(downloading, "_context", lambda: trusted)
            yield

    return serve


def give(body: bytes, status: int = 200, **headers: str) -> Callable[[BaseHTTPRequestHandler], None]:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        for name, value in headers.items():
            request.send_header(name, value)
        request.end_headers()
        request.wfile.write(body)

    return answer


def test_a_file_is_fetched_from_a_server_the_account_names(reached: Callable[..., Any]) -> None:
    with reached(give(picture())):
        assert download(f"https://{HOST}/anh.jpg?a=1", [HOST]) == picture()
        assert download(f"https://{HOST}/anh.jpg", [".example"]) == picture()


def test_no_redirect_is_followed(reached: Callable[..., Any]) -> None:
    with reached(give(b"", 302, Location="https://127.0.0.1/")), pytest.raises(Unfit):
        download(f"https://{HOST}/a", [HOST])


def test_no_more_is_read_than_may_be_kept(reached: Callable[..., Any]) -> None:
    with reached(give(b"x" * 200_000)), pytest.raises(Unfit):
        download(f"https://{HOST}/a", [HOST], limit=100_000)


def test_a_provider_in_trouble_is_asked_again(reached: Callable[..., Any]) -> None:
    with reached(give(b"", 503)), pytest.raises(NotNow):
        download(f"https://{HOST}/a", [HOST])


def test_a_server_with_another_ones_certificate_is_not_believed(reached: Callable[..., Any]) -> None:
    with reached(give(picture())), pytest.raises(NotNow):
        download("https://other.example/a", [".example"])


@pytest.mark.parametrize(
    "url",
    [
        "http://files.example/a", "https://files.example:8443/a", "https://user@files.example/a",
        "https://evil.example/a", "https://files.example.evil.example/a", "https://notfiles.example/a",
        "file:///etc/passwd", "https:///a", "https://[::1/a", "https://files.example/a b", "ftp://files.example/a", "",
    ],
)  # fmt: skip
def test_an_address_the_account_does_not_name_is_refused(url: str) -> None:
    with pytest.raises(Unfit):
        download(url, [HOST])


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/a", "https://localhost/a", "https://10.0.0.8/a", "https://169.254.169.254/latest/meta-data",
        "https://[::1]/a", "https://[::ffff:127.0.0.1]/a", "https://192.168.1.1/a", "https://0.0.0.0/a", "https://2130706433/a",
    ],
)  # fmt: skip
def test_our_own_network_is_not_asked_even_when_it_is_named(url: str) -> None:
    host = url.split("/")[2].strip("[]")
    with pytest.raises((Unfit, NotNow)):
        download(url, [host])


@settings(max_examples=200)
@given(st.text(max_size=80))
def test_any_text_for_an_address_is_refused_or_not_reached(text: str) -> None:
    with pytest.raises((Unfit, NotNow)):
        download(f"https://{text}", ["named.invalid"])


# From the message to the store


def sent(account: ChannelAccount, *attachments: dict[str, Any], number: int = 1) -> list[InboundFile]:
    import json

    event = {
        "event_name": "user_send_image", "sender": {"id": "7000000000000001"}, "timestamp": "1700000000000",
        "message": {"msg_id": f"m-{number}", "attachments": list(attachments)},
    }  # fmt: skip
    store_inbound(account=account, event_id=f"e{number}", received=Received(json.dumps(event).encode(), {}), at=now())
    read_waiting(at=now())
    return list(InboundFile.objects.order_by("pk"))


def image(url: str) -> dict[str, Any]:
    return {"type": "image", "payload": {"url": url, "name": "anh.jpg"}}


def named(account: ChannelAccount, hosts: str) -> ChannelAccount:
    settings = {**account.settings, "file_hosts": hosts}
    return save_account(by=None, at=now(), kind="zalo", name=account.name, settings=settings, account=account)


def test_a_picture_on_zalo_is_fetched_stripped_and_kept_apart(
    zalo_account: ChannelAccount, reached: Callable[..., Any], settings: Any
) -> None:
    named(zalo_account, f"{HOST}, .zdn.example")
    [row] = sent(zalo_account, image(f"https://{HOST}/anh.jpg"))
    with reached(give(with_place())):
        take_file(file_id=row.pk, at=now())
    row.refresh_from_db()
    assert (row.state, row.kind) == (FileState.KEPT, "image/jpeg")
    kept = Path(settings.LANTOA_PRIVATE_ROOT) / row.path
    assert b"Dien thoai" not in kept.read_bytes()
    assert kept.stat().st_mode & 0o077 == 0
    assert not kept.is_relative_to(settings.MEDIA_ROOT)
    assert take_file(file_id=row.pk, at=now()) is None  # twice is once


def test_without_a_named_server_nothing_is_fetched(zalo_account: ChannelAccount) -> None:
    [row] = sent(zalo_account, image(f"https://{HOST}/anh.jpg"))
    take_file(file_id=row.pk, at=now())
    row.refresh_from_db()
    assert (row.state, row.sha256) == (FileState.REFUSED, "")
    assert "does not name" in row.reason


def test_a_provider_that_never_gives_the_file_is_given_up(
    zalo_account: ChannelAccount, reached: Callable[..., Any]
) -> None:
    named(zalo_account, HOST)
    [row] = sent(zalo_account, image(f"https://{HOST}/anh.jpg"))
    with reached(give(b"", 500)):
        for _try in range(TRIES - 1):
            with pytest.raises(NotNow):
                take_file(file_id=row.pk, at=now())
        take_file(file_id=row.pk, at=now())
    row.refresh_from_db()
    assert (row.state, row.tries) == (FileState.REFUSED, TRIES)


def test_the_same_file_twice_lies_there_once(zalo_account: ChannelAccount, reached: Callable[..., Any]) -> None:
    named(zalo_account, HOST)
    rows = sent(zalo_account, image(f"https://{HOST}/1"), image(f"https://{HOST}/2"))
    with reached(give(picture())):
        for row in rows:
            take_file(file_id=row.pk, at=now())
    first, second = InboundFile.objects.order_by("pk")
    assert first.path == second.path
    assert store().exists(first.path)


def test_more_files_than_are_taken_do_no_harm(zalo_account: ChannelAccount) -> None:
    rows = sent(zalo_account, *(image(f"https://{HOST}/{number}") for number in range(40)))
    assert len(rows) == 10
