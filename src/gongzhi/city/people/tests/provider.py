"""A small OpenID Connect provider on loopback: discovery, token, keys, userinfo; it asks nobody for a password."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa


@contextlib.contextmanager
def provider() -> Iterator[tuple[str, dict[str, Any]]]:
    """Its address, and the claims about whoever signs in next (change them as you like)."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    person: dict[str, Any] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer()

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self._answer()

        def _answer(self) -> None:
            body = json.dumps(answers[self.path.split("?")[0]]()).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    address = f"http://127.0.0.1:{server.server_port}"
    answers = {
        "/.well-known/openid-configuration": lambda: {
            "issuer": address,
            "authorization_endpoint": f"{address}/authorize",
            "token_endpoint": f"{address}/token",
            "userinfo_endpoint": f"{address}/userinfo",
            "jwks_uri": f"{address}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        },
        "/token": lambda: {"access_token": "a", "token_type": "Bearer", "id_token": signed()},
        "/keys": lambda: {
            "keys": [{**json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key())), "kid": "k"}]
        },
        "/userinfo": lambda: dict(person),
    }

    def signed() -> str:
        now = int(time.time())
        claims = {**person, "iss": address, "aud": "gongzhi", "iat": now, "exp": now + 60}
        return jwt.encode(claims, key, algorithm="RS256", headers={"kid": "k"})

    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield address, person
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
