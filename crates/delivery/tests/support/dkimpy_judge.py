"""Says which signatures of a mail dkimpy takes.

A line of JSON in: {"mail": base64, "records": {name: text}}. A line out: true or false for each signature, from the
top. Ends when its standard input ends.
"""
import base64
import json
import sys

import dkim


def judged(mail, records, index):
    def look_up(name, timeout=5):
        text = records.get(name.decode().rstrip("."))
        return text.encode() if text is not None else None

    try:
        return bool(dkim.DKIM(mail).verify(idx=index, dnsfunc=look_up))
    except dkim.DKIMException:
        return False


print("ready", flush=True)
for line in sys.stdin:
    asked = json.loads(line)
    mail = base64.b64decode(asked["mail"])
    fields, _ = dkim.rfc822_parse(mail)
    count = sum(1 for name, _ in fields if name.lower() == b"dkim-signature")
    print(json.dumps([judged(mail, asked["records"], index) for index in range(count)]), flush=True)
