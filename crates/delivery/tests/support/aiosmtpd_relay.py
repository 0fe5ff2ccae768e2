"""A relay by aiosmtpd that prints each mail as Python's email package reads it.

One line of JSON a line: first the port; then, for each mail, the envelope, the octets as they came (base64), and
what email.message_from_bytes makes of them. Ends when its standard input ends.
"""
import asyncio
import base64
import json
import sys
from email import message_from_bytes, policy

from aiosmtpd.smtp import SMTP


def say(value):
    print(json.dumps(value), flush=True)


class Mailbox:
    async def handle_DATA(self, server, session, envelope):
        octets = envelope.original_content
        mail = message_from_bytes(octets, policy=policy.default)
        sender = mail["From"].addresses[0]
        say({
            "mail_from": envelope.mail_from,
            "rcpt_to": envelope.rcpt_tos,
            "octets": base64.b64encode(octets).decode(),
            "defects": [repr(d) for part in mail.walk() for d in part.defects]
            + [repr(d) for value in mail.values() for d in value.defects],
            "names": mail.keys(),
            "subject": str(mail["Subject"]),
            "from_name": sender.display_name,
            "from_address": sender.addr_spec,
            "from_count": len(mail["From"].addresses),
            "to": [address.username + "@" + address.domain for address in mail["To"].addresses],
            "date": mail["Date"].datetime.isoformat(),
            "message_id": str(mail["Message-ID"]),
            "text": mail.get_body(["plain"]).get_content(),
            "html": mail.get_body(["html"]).get_content(),
        })
        return "250 2.0.0 kept"


async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(Mailbox(), hostname="relay.example"), "127.0.0.1", 0
    )
    say(server.sockets[0].getsockname()[1])
    await loop.run_in_executor(None, sys.stdin.read)


asyncio.run(main())
