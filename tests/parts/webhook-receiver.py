"""A receiver of webhooks that believes what a library nobody here wrote believes (standardwebhooks), and tells each request.

usage: webhook-receiver.py SECRET calm|moody|tired|gone

First line out: its port. Then a line of JSON for each request: whether the signature holds, what was sent, and what became of
it: "taken" (200), "refused" (500), "cut" (taken, and the connection closed before an answer). The moody one refuses or cuts
half of what comes, drawn by lot; the tired one asks once for two seconds of rest (503, Retry-After); the gone one says 410.
"""

import json
import random
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

verifier = Webhook(sys.argv[1])
mood = sys.argv[2]
asked_for_rest = threading.Event()
lock = threading.Lock()


class Receiver(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        told = {"id": headers.get("webhook-id"), "agent": headers.get("user-agent")}
        try:
            told["event"] = verifier.verify(body, headers)
            told["holds"] = True
        except WebhookVerificationError as error:
            told["holds"] = False
            told["why"] = str(error)
        fate = random.random() if mood == "moody" else 1.0
        told["fate"] = "refused" if not told["holds"] or fate < 0.25 else "cut" if fate < 0.5 else "taken"
        if mood == "gone":
            told["fate"] = "gone"
        if mood == "tired" and not asked_for_rest.is_set():
            asked_for_rest.set()
            told["fate"] = "tired"
        # Told before it is answered, so that what comes after an answer is told after it.
        with lock:
            print(json.dumps(told), flush=True)
        if told["fate"] == "cut":
            self.close_connection = True
            return
        self.send_response({"refused": 500, "gone": 410, "tired": 503}.get(told["fate"], 200))
        if told["fate"] == "tired":
            self.send_header("retry-after", "2")
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
