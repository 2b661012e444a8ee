"""Receive a webhook: check the signature, print each event once, keep `ce-id` to drop repeats.

Usage: python examples/webhook.py PORT SECRET [SECRET...]   (`feed grant --webhook` shows it)
"""

import hashlib
import hmac
import json
import sys
import time
from base64 import b64decode, b64encode
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, HTTPServer

TOLERANCE_S = 300
SECRETS = sys.argv[2:]
SEEN: set[str] = set()


def is_ours(headers: Mapping[str, str], body: bytes, secrets: list[str]) -> bool:
    """Tell whether who sent this knows a secret, and sent it just now."""
    sent, told = headers["webhook-timestamp"], sorted(n for n in headers if n.startswith("ce-"))
    lines = [headers["webhook-id"], sent, headers["webhook-attempt"]]
    lines += [f"{name}: {headers[name]}" for name in told]
    signed = "\n".join([*lines, "\n"]).encode() + body
    keys = [b64decode(secret.removeprefix("whsec_")) for secret in secrets]
    fine = [b"g1," + b64encode(hmac.digest(key, signed, hashlib.sha256)) for key in keys]
    given = headers["webhook-signature"].encode().split()
    age_s = time.time() - int(sent)  # noqa: TID251 - a service of its own, with its own clock
    return abs(age_s) < TOLERANCE_S and any(
        hmac.compare_digest(one, other) for one in fine for other in given
    )


class Receiver(BaseHTTPRequestHandler):
    """Takes one event a request."""

    def do_POST(self) -> None:
        """Answer 204 once the event is ours to keep; anything else has it sent again."""
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(headers["content-length"]))
        if not is_ours(headers, body, SECRETS):
            return self.send_error(401)
        if headers["ce-id"] not in SEEN:  # at least once: keep the ids in your own transaction
            told = {name: value for name, value in headers.items() if name.startswith("ce-")}
            print(json.dumps({**told, "data": json.loads(body)}), flush=True)
            SEEN.add(headers["ce-id"])
        self.send_response(204)
        return self.end_headers()


if __name__ == "__main__":
    HTTPServer(("127.0.0.1", int(sys.argv[1])), Receiver).serve_forever()
