"""A small OpenID Connect issuer on loopback, which says whatever a test wants."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet


class SmallIssuer:
    """What it knows and what it was asked.

    Attributes:
        address: Where it answers.
        key: What it signs with now.
        published: The keys it shows.
        token: What it gives for a code.
        asked: The forms it was given for tokens.
        looks: How often its keys were asked for.
        discovered: What it says of itself beside what is true.
    """

    def __init__(self, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self.key = ECKey.generate_key("P-256", {"kid": "first"})
        self.published = [self.key]
        self.token = ""
        self.asked: list[dict[str, str]] = []
        self.looks = 0
        self.discovered: dict[str, Any] = {}

    def sign(self, claims: dict[str, Any], **header: str) -> None:
        """Give a token with these claims next."""
        self.token = jwt.encode({"alg": "ES256", "kid": self.key.kid, **header}, claims, self.key)

    def answer(self, path: str) -> dict[str, Any]:
        """Answer a question."""
        if path == "/.well-known/openid-configuration":
            names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
            endpoints = {name: f"{self.address}/{name}" for name in names}
            return {"issuer": self.address, **endpoints, **self.discovered}
        if path == "/jwks_uri":
            self.looks += 1
            keys: dict[str, Any] = dict(KeySet(list(self.published)).as_dict())
            return keys
        return {"id_token": self.token, "token_type": "Bearer", "access_token": "unused"}


@contextmanager
def small_issuer() -> Iterator[SmallIssuer]:
    """Let one answer while a block runs."""

    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            """Answer."""
            self._say(issuer.answer(self.path))

        def do_POST(self) -> None:
            """Take a form."""
            form = self.rfile.read(int(self.headers["content-length"])).decode()
            issuer.asked.append({name: value for name, (value,) in parse_qs(form).items()})
            self._say(issuer.answer(self.path))

        def _say(self, told: dict[str, Any]) -> None:
            body = json.dumps(told).encode()
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    issuer = SmallIssuer(server.server_port)
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield issuer
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
