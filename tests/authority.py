"""Be an authority of time for tests: certificates of our own, tokens by `openssl ts`, over HTTP."""

import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from services.clock import SystemClock

OPENSSL = shutil.which("openssl")
needs_openssl = pytest.mark.skipif(OPENSSL is None, reason="openssl is not on this machine")
REPLY = "application/timestamp-reply"
YEAR = timedelta(days=365)
CONFIG = """
[ tsa ]
serial = {folder}/serial
default_policy = 1.3.6.1.4.1.99999.1
digests = sha256, sha512
signer_digest = sha256
ess_cert_id_alg = sha256
accuracy = secs:1
tsa_name = no
"""


class Authority:
    """An authority of time.

    Attributes:
        folder: Its files.
        roots: File of the certificate it is trusted under.
    """

    def __init__(self, folder: Path, *, expired: bool = False) -> None:
        """Make one.

        Args:
            folder: For its files.
            expired: Whether its certificate ended before now.
        """
        folder.mkdir()
        self.folder, self.roots = folder, folder / "roots.pem"
        now = SystemClock().now()
        root_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
        span = (now - 3 * YEAR, now - YEAR) if expired else (now - YEAR, now + YEAR)
        root = _certificate("a root", root_key, "a root", root_key, (now - 5 * YEAR, now + YEAR))
        leaf = _certificate("a clock", key, "a root", root_key, span, leaf=True)
        self.roots.write_bytes(root.public_bytes(Encoding.PEM))
        (folder / "tsa.pem").write_bytes(leaf.public_bytes(Encoding.PEM))
        written = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (folder / "tsa.key").write_bytes(written)
        (folder / "serial").write_text("01\n")
        (folder / "openssl.cnf").write_text(CONFIG.format(folder=folder))

    def reply(self, query: bytes) -> bytes:
        """Answer a request as `openssl ts -reply` does."""
        (self.folder / "query").write_bytes(query)
        self.openssl(
            *("ts", "-reply", "-config", "openssl.cnf", "-section", "tsa", "-queryfile", "query"),
            *("-signer", "tsa.pem", "-inkey", "tsa.key", "-out", "reply"),
        )
        return (self.folder / "reply").read_bytes()

    def query(self, text: bytes, *, digest: str = "-sha256") -> bytes:
        """Make a request over a text, with a nonce of its own."""
        (self.folder / "text").write_bytes(text)
        self.openssl("ts", "-query", "-data", "text", digest, "-cert", "-out", "asked")
        return (self.folder / "asked").read_bytes()

    def openssl(self, *words: str) -> "subprocess.CompletedProcess[bytes]":
        """Run openssl in the folder."""
        assert OPENSSL is not None
        return subprocess.run(
            [OPENSSL, *words], cwd=self.folder, check=True, capture_output=True, timeout=30
        )


def _certificate(  # noqa: PLR0913 - two keys, two names, a span, and what for
    name: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: str,
    issuer_key: ec.EllipticCurvePrivateKey,
    span: tuple[datetime, datetime],
    *,
    leaf: bool = False,
) -> x509.Certificate:
    named, by = (
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, each)]) for each in (name, issuer)
    )
    builder = x509.CertificateBuilder(
        by, named, key.public_key(), x509.random_serial_number(), *span
    ).add_extension(x509.BasicConstraints(ca=not leaf, path_length=None), critical=True)
    if leaf:
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        builder = builder.add_extension(usage, critical=True)
    return builder.sign(issuer_key, SHA256())


Answer = Callable[[bytes], tuple[str, bytes]]


@contextmanager
def served(answer: Answer) -> Iterator[str]:
    """Serve an authority on the loopback while a block runs; yield its address.

    Args:
        answer: Gives for a request the type of the answer and its bytes.
    """

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.headers["Content-Type"] == "application/timestamp-query"
            kind, body = answer(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/tsa"
    finally:
        server.shutdown()
        server.server_close()


def honest(authority: Authority) -> Answer:
    """Answer as an authority of time does."""
    return lambda query: (REPLY, authority.reply(query))


@contextmanager
def hanging() -> Iterator[str]:
    """Serve an authority that takes a request and never answers."""
    over = Event()

    def answer(_: bytes) -> tuple[str, bytes]:
        over.wait(30)
        return REPLY, b""

    with served(answer) as url:
        try:
            yield url
        finally:
            over.set()
