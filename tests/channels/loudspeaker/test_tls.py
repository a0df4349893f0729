"""A broker behind TLS, with a certificate of an authority of one's own."""

import asyncio
import gc
import ipaddress
import ssl
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.utils import timezone

from lantoa.channels.contract import Accepted, AccountProblem
from lantoa.simulators.mosquitto import Mosquitto

from .conftest import DEVICE, TOPIC, World


def certificate(folder: Path, name: str) -> tuple[Path, Path]:
    """A certificate that vouches for itself, for 127.0.0.1, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = timezone.now()
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    paths = folder / f"{name}.crt", folder / f"{name}.key"
    paths[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    pem, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    paths[1].write_bytes(key.private_bytes(pem, form, serialization.NoEncryption()))
    return paths


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Mosquitto]:
    folder = tmp_path / "broker"
    folder.mkdir()
    made = Mosquitto(folder, tls=certificate(tmp_path, "broker"))
    made.admit({"loa-1": (DEVICE[1], TOPIC)})
    made.start()
    yield made
    made.stop()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # the library drops a refused socket
def test_a_message_goes_through_tls_and_only_to_a_broker_that_is_trusted(world: World, tmp_path: Path) -> None:
    trusted = (tmp_path / "broker.crt").read_text()
    world.settings |= {"security": "tls", "ca": trusted}

    async def story() -> None:
        async with world.running(tls=ssl.create_default_context(cadata=trusted)):
            async with world.placer() as placer:
                assert await placer.place(world.placing("m-1")) == Accepted("m-1")
                await world.until(lambda: ("m-1", "finished") in world.words())
            for ca in (certificate(tmp_path, "stranger")[0].read_text(), "", "not a certificate"):
                world.settings["ca"] = ca
                async with world.placer() as placer:
                    with pytest.raises(AccountProblem):
                        await placer.place(world.placing("m-2"))
            world.settings["ca"] = trusted

    asyncio.run(story())
    gc.collect()
