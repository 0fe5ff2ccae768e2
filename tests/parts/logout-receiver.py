"""Two clients that hear of sign-outs and believe what PyJWT, which nobody here wrote, believes of a logout token.

usage: logout-receiver.py ISSUER KEYS calm|moody|wrong

KEYS is a file with the published keys, read anew for each request. First line out: the port. Then a line of JSON for each request:
its path, what the token says, whether it holds (OpenID Connect Back-Channel Logout 1.0 section 2.6), and what became of it:
"taken" (200 or 204), "refused" (500), "cut" (taken, and the connection closed before an answer), "wrong" (400). The moody one
refuses or cuts half of what comes, drawn by lot.
"""

import json
import random
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import jwt

ISSUER, KEYS, MOOD = sys.argv[1:]
EVENT = "http://schemas.openid.net/event/backchannel-logout"
CLIENTS = {"/novel": ("novel-site", "ES256"), "/comic": ("comic-site", "EdDSA")}
seen = set()
lock = threading.Lock()


def checked(client, algorithm, token):
    head = jwt.get_unverified_header(token)
    assert head["alg"] == algorithm and head["typ"] == "logout+jwt", head
    with open(KEYS) as file:
        keys = jwt.PyJWKSet.from_dict(json.load(file))
    claims = jwt.decode(
        token, keys[head["kid"]].key, algorithms=[algorithm], audience=client, issuer=ISSUER,
        options={"require": ["iss", "aud", "iat", "exp", "jti", "sub", "sid", "events"]},
    )
    assert claims["events"] == {EVENT: {}}, claims
    assert "nonce" not in claims and claims["exp"] - claims["iat"] <= 120, claims
    assert claims["jti"] not in seen, "a token that was shown before"
    seen.add(claims["jti"])
    return claims


class Receiver(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        told = {"path": self.path}
        with lock:
            try:
                assert self.headers["content-type"] == "application/x-www-form-urlencoded"
                form = parse_qs(body, strict_parsing=True)
                assert list(form) == ["logout_token"], form
                told["claims"] = checked(*CLIENTS[self.path], form["logout_token"][0])
                told["holds"] = True
            except Exception as error:
                told["holds"] = False
                told["why"] = repr(error)
            fate = random.random() if MOOD == "moody" else 1.0
            told["fate"] = "refused" if not told["holds"] or fate < 0.25 else "cut" if fate < 0.5 else "taken"
            if MOOD == "wrong":
                told["fate"] = "wrong"
            print(json.dumps(told), flush=True)
        if told["fate"] == "cut":
            self.close_connection = True
            return
        empty = 204 if self.path == "/comic" else 200
        self.send_response({"refused": 500, "wrong": 400}.get(told["fate"], empty))
        if empty == 200 or told["fate"] != "taken":
            self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    def handle_error(self, request, client_address):
        """A sender that was killed in between is what some come to see."""


server = Server(("127.0.0.1", 0), Receiver)
print(server.server_address[1], flush=True)
server.serve_forever()
