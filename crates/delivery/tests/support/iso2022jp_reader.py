"""Decodes ISO-2022-JP with Python's own codec, which knows RFC 1468 and nothing more.

A line in is base64; a line out is the text as JSON, or null where the octets are not ISO-2022-JP.
"""
import base64
import json
import sys

for line in sys.stdin:
    try:
        print(json.dumps(base64.b64decode(line).decode("iso2022_jp")), flush=True)
    except UnicodeDecodeError:
        print("null", flush=True)
