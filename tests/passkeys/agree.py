#!/usr/bin/env python3
"""Puts 1,000 good and 1,000 bent messages of passkeys to Yubico's python-fido2 and to `verifiers::passkey`.

Any disagreement fails. Where this service is stricter on purpose, or fido2 leaves a step of the standard to its caller,
the mutation says so: there fido2 may take what we must refuse. What fido2 refuses, we must refuse always; and nothing
bent is ever taken by us.

    tests/passkeys/agree.py target/debug/examples/passkey_verdicts [seed]
"""

import json
import random
import subprocess
import sys
import time
from collections import Counter

from ceremonies import Assertion, Creation, Device
from fido2.cose import ES256, ES384, ES512, RS256, EdDSA
from mutations import ASSERTIONS, BOTH, CREATIONS

GOOD = BENT = 1000


def judge(ceremony, text):
    """What fido2 says: its answer, or None where it refuses in whatever way."""
    try:
        return ceremony.judged_by_fido2(text)
    except Exception:
        return None


def questions(dice):
    """(title, reason, ceremony, text) of all messages, good ones first."""
    devices = [Device(kind, dice) for kind in [ES256] * 6 + [EdDSA] * 4 + [ES384] * 2 + [ES512] * 2 + [RS256] * 2]
    for number in range(GOOD):
        ceremony = (Creation if number % 2 else Assertion)(dice, devices)
        yield "good", "good", ceremony, json.dumps(ceremony.message())
    kinds = [(Creation, BOTH + CREATIONS), (Assertion, BOTH + ASSERTIONS)]
    for number in range(BENT):
        kind, mutations = kinds[number % 2]
        title, reason, bend = mutations[number // 2 % len(mutations)]
        ceremony = kind(dice, devices)
        bent = bend(ceremony)
        text = bent if isinstance(bent, str) else json.dumps(bent)
        yield f"{kind.__name__}: {title}", reason, ceremony, text


def main():
    binary, seed = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 20260401
    began = time.monotonic()
    asked_all = list(questions(random.Random(seed)))
    lines = "".join(json.dumps(ceremony.question(text)) + "\n" for _, _, ceremony, text in asked_all)
    answered = subprocess.run([binary], input=lines, capture_output=True, text=True, check=True).stdout
    ours_all = [json.loads(line) for line in answered.splitlines()]
    assert len(ours_all) == len(asked_all) == GOOD + BENT

    wrong, counts, stricter, refusals = [], Counter(), Counter(), Counter()
    for (title, reason, ceremony, text), ours in zip(asked_all, ours_all):
        theirs = judge(ceremony, text)
        refusal = ours.get("refusal")
        if reason == "good":
            counts["good, taken by both"] += 1
            if refusal or ours != theirs:
                wrong.append(f"{title}: ours {ours}, fido2's {theirs}")
            continue
        refusals[refusal] += 1
        if refusal is None:
            wrong.append(f"{title}: taken by us; fido2's {theirs}")
        elif theirs is None:
            counts["bent, refused by both"] += 1
        else:
            counts["bent, refused by us alone for a named reason"] += 1
            stricter[reason] += 1
            if reason is None:
                wrong.append(f"{title}: refused by us ({refusal}), taken by fido2")
    print(f"seed {seed}, {time.monotonic() - began:.1f} s")
    for what, number in counts.items():
        print(f"{number:5} {what}")
    for reason, number in stricter.most_common():
        print(f"{number:9} {reason}")
    print("refused as", ", ".join(f"{name} {number}" for name, number in refusals.most_common()))
    for line in wrong[:20]:
        print("DISAGREE", line[:400])
    print(f"{len(wrong)} disagreements")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
