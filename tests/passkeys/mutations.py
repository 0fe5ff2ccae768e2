"""What is bent in a message: a name, why fido2 may take it (`None` where it must not), and the bending.

A bending is of the parts, of the finished message or of its text. Whatever is bent we must refuse.
"""

import json
from hashlib import sha256

from ceremonies import AT, BE, BS, ED, RP_ID, UP, UV, Creation, Device
from fido2 import cbor
from fido2.cose import ES256, CoseKey
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import AttestedCredentialData, CollectedClientData


def parts(bend):
    return lambda ceremony: (bend(ceremony), ceremony.message())[1]


def finished(bend):
    def apply(ceremony):
        message = ceremony.message()
        bend(message, ceremony)
        return message

    return apply


def textual(bend):
    return lambda ceremony: bend(json.dumps(ceremony.message()), ceremony)


def member(name, bend):
    """Bends the bytes of a member of the response."""

    def apply(message, ceremony):
        whole = websafe_decode(message["response"][name])
        bent = bend(whole, ceremony)
        assert bent != whole
        message["response"][name] = websafe_encode(bent)

    return finished(apply)


def flip(part):
    def bend(whole, ceremony):
        at = ceremony.dice.randrange(len(whole))
        return whole[:at] + bytes([whole[at] ^ 1 << ceremony.dice.randrange(8)]) + whole[at + 1 :]

    return member(part, bend)


def cut(part):
    return member(part, lambda whole, ceremony: whole[: ceremony.dice.randrange(len(whole))])


def client_text(old, new):
    def bend(whole, _):
        assert old in whole
        return whole.replace(old, new, 1)

    return bend


def signed_client(bend):
    """Bends client data before they are signed."""

    def apply(ceremony):
        honest = ceremony.client
        ceremony.client = lambda kind: BentClientData(bend(bytes(honest(kind)), ceremony))
        return ceremony.message()

    return apply


class BentClientData(CollectedClientData):
    """Client data that fido2's own type need not understand."""

    def __init__(self, _):
        bytes.__init__(self)


class BentData(bytes):
    """Authenticator data that fido2's own type need not understand."""


def signed_data(bend):
    """Bends authenticator data before they are signed or attested."""

    def apply(ceremony):
        honest = ceremony.data
        ceremony.data = lambda: BentData(bend(bytes(honest()), ceremony))
        return put_together(ceremony)

    return apply


def put_together(ceremony):
    """As `message`, of parts that fido2's types would not take."""
    client, data = ceremony.client(ceremony.kind), ceremony.data()
    response = {"clientDataJSON": websafe_encode(client)}
    if isinstance(ceremony, Creation):
        object_ = cbor.encode({"fmt": "none", "attStmt": {}, "authData": bytes(data)})
        response["attestationObject"] = websafe_encode(object_)
    else:
        response["authenticatorData"] = websafe_encode(data)
        response["signature"] = websafe_encode(ceremony.device.sign(data + client.hash))
        response["userHandle"] = websafe_encode(ceremony.handle)
    encoded = websafe_encode(ceremony.id)
    return {"id": encoded, "rawId": encoded, "type": "public-key", "clientExtensionResults": {}, "response": response}


def flags(set_=0, clear=0):
    def bend(ceremony):
        ceremony.flags = ceremony.flags & ~clear | set_

    return parts(bend)


def assign(**values):
    def bend(ceremony):
        for name, value in values.items():
            setattr(ceremony, name, value(ceremony) if callable(value) else value)

    return parts(bend)


def key(change):
    """Bends the members of the key."""

    def bend(ceremony):
        bent = dict(ceremony.key)
        change(bent, ceremony)
        ceremony.key = CoseKey(bent)

    def apply(ceremony):
        bend(ceremony)
        honest = ceremony.key
        ceremony.form = "none"
        ceremony.data = lambda: BentData(
            sha256(RP_ID.encode()).digest()
            + bytes([ceremony.flags & ~ED])
            + ceremony.counter.to_bytes(4, "big")
            + ceremony.aaguid
            + len(ceremony.id).to_bytes(2, "big")
            + ceremony.id
            + cbor.encode(dict(honest))
        )
        return put_together(ceremony)

    return apply


def other_algorithm(members, ceremony):
    members[3] = ceremony.dice.choice([-37, -47, -65535])


def replace(members, others):
    members.clear()
    members.update(others)


def other_id(message, ceremony):
    message["id"] = websafe_encode(ceremony.dice.randbytes(len(ceremony.id)))


def both_ids(message, ceremony):
    message["id"] = message["rawId"] = websafe_encode(ceremony.dice.randbytes(16))


def drop(*path):
    def bend(message, _):
        for name in path[:-1]:
            message = message[name]
        del message[path[-1]]

    return finished(bend)


def put(value, *path):
    def bend(message, _):
        for name in path[:-1]:
            message = message[name]
        message[path[-1]] = value

    return finished(bend)


LEFT_KEYS = "fido2 does not look at a new key"
LEFT_FRAMES = "fido2 leaves crossOrigin and topOrigin to its caller"
LEFT_BACKUP = "fido2 leaves the flags of backup to its caller"
LEFT_OWNER = "fido2 leaves the user handle to its caller"
LEFT_STATEMENT = "fido2 does not look at a statement where none was asked for"
STRICT_JSON = "we refuse a member that comes twice"
STRICT_TYPES = "we refuse a member of another type"
STRICT_BASE64 = "we take base64url in its one spelling"
STRICT_CBOR = "we take CBOR in CTAP2's one form"
STRICT_LENGTHS = "we bound lengths"
STRICT_OUTER = "fido2 does not ask for each member of the JSON"

BOTH = [
    ("id differs from raw id", None, finished(other_id)),
    ("the other ceremony", None, lambda c: setattr(c, "kind", other_kind(c)) or c.message()),
    ("type in capitals", None, lambda c: setattr(c, "kind", c.kind.upper()) or c.message()),
    ("another challenge", None, assign(asked=lambda c: c.dice.randbytes(32))),
    ("the challenge's first half", None, assign(challenge=lambda c: c.challenge[: len(c.challenge) // 2])),
    ("http", None, assign(origin="http://example.jp")),
    ("another port", None, assign(origin="https://example.jp:8443")),
    ("a host that ends so", None, assign(origin="https://evil-example.jp")),
    ("a host that begins so", None, assign(origin="https://example.jp.evil.com")),
    ("a dot behind", None, assign(origin="https://example.jp.")),
    ("a subdomain", None, assign(origin="https://sub.example.jp")),
    ("the host in capitals", None, assign(origin="https://EXAMPLE.jp")),
    ("a slash behind", None, assign(origin="https://example.jp/")),
    ("another app", None, assign(origin="android:apk-key-hash:AAAA")),
    ("another relying party", None, assign(rp_id=lambda c: c.dice.choice(["example.com", "sub.example.jp", ""]))),
    ("nobody present", None, flags(clear=UP)),
    ("not verified", None, flags(clear=UV)),
    ("neither", None, flags(clear=UP | UV)),
    ("backed up, not eligible", LEFT_BACKUP, flags(set_=BS, clear=BE)),
    ("across origins", LEFT_FRAMES, assign(members={"crossOrigin": True})),
    ("a top origin", LEFT_FRAMES, assign(members={"topOrigin": "https://example.jp"})),
    ("crossOrigin a text", STRICT_TYPES, assign(members={"crossOrigin": "false"})),
    ("challenge twice", STRICT_JSON, signed_client(client_text(b"{", b'{"challenge":"AAAA",'))),
    ("origin twice", STRICT_JSON, signed_client(client_text(b"{", b'{"origin":"https://evil.jp",'))),
    ("an unknown member twice", STRICT_JSON, signed_client(client_text(b"{", b'{"more":1,"more":1,'))),
    ("challenge padded", STRICT_BASE64, signed_client(client_text(b'","origin', b'=","origin'))),
    ("no type", None, signed_client(client_text(b'"type"', b'"kind"'))),
    ("no challenge", None, signed_client(client_text(b'"challenge"', b'"challenges"'))),
    ("no origin", None, signed_client(client_text(b'"origin"', b'"Origin"'))),
    ("client data cut", None, signed_client(lambda whole, c: whole[: c.dice.randrange(len(whole))])),
    ("something behind client data", None, signed_client(lambda whole, _: whole + b"{}")),
    ("client data not UTF-8", None, signed_client(lambda whole, _: b"\xff" + whole)),
    ("authenticator data cut", None, signed_data(lambda whole, c: whole[: c.dice.randrange(37)])),
    ("a byte behind authenticator data", None, signed_data(lambda whole, _: whole + b"\x00")),
    ("extensions a list", STRICT_TYPES, signed_data(lambda whole, _: extended(whole, b"\x80"))),
    ("extensions in a long form", STRICT_CBOR, signed_data(lambda whole, _: extended(whole, b"\xb8\x00"))),
    ("an extension twice", STRICT_CBOR, signed_data(lambda whole, _: extended(whole, b"\xa2\x01\x01\x01\x01"))),
    ("an extension cut", STRICT_CBOR, signed_data(lambda whole, _: extended(whole, b"\xa1\x01\x44\x00"))),
    ("extensions of unknown length", None, signed_data(lambda whole, _: extended(whole, b"\xbf\xff"))),
    ("another type of credential", STRICT_TYPES, put("password", "type")),
    ("no type of credential", STRICT_OUTER, drop("type")),
    ("no id", STRICT_OUTER, drop("id")),
    ("no raw id", None, drop("rawId")),
    ("no response", None, drop("response")),
    ("no client data", None, drop("response", "clientDataJSON")),
    ("raw id padded", STRICT_BASE64, finished(lambda m, _: m.update(id="AAA=", rawId="AAA="))),
    ("text cut", None, textual(lambda text, c: text[: c.dice.randrange(len(text))])),
    ("a list of it", None, textual(lambda text, _: f"[{text}]")),
    ("longer than is read", STRICT_LENGTHS, textual(lambda text, _: text + " " * 65536)),
    ("a member twice", STRICT_JSON, textual(lambda text, _: text.replace("{", '{"type":"public-key",', 1))),
]

CREATIONS = [
    ("both ids of another", "fido2 does not compare the attested id", finished(both_ids)),
    ("no credential", None, signed_data(lambda whole, _: without(whole[:37]))),
    ("an id of no length", STRICT_LENGTHS, signed_data(lambda whole, c: resized(whole, c, b""))),
    ("an id of 1,024 bytes", STRICT_LENGTHS, signed_data(lambda whole, c: resized(whole, c, bytes(1024)))),
    ("none with a statement", LEFT_STATEMENT, member("attestationObject", lambda whole, _: stated(whole))),
    ("no format", None, member("attestationObject", lambda whole, _: lacking(whole, "fmt"))),
    ("no statement", None, member("attestationObject", lambda whole, _: lacking(whole, "attStmt"))),
    ("no authenticator data", None, member("attestationObject", lambda whole, _: lacking(whole, "authData"))),
    ("a byte behind the object", None, member("attestationObject", lambda whole, _: whole + b"\x00")),
    ("the object in a long form", STRICT_CBOR, member("attestationObject", lambda whole, _: b"\xb8\x03" + whole[1:])),
    ("the object tagged", None, member("attestationObject", lambda whole, _: b"\xc6" + whole)),
    ("the object a list", None, member("attestationObject", lambda whole, _: b"\x81" + whole)),
    ("the object cut", STRICT_CBOR, cut("attestationObject")),
    ("an algorithm that was not offered", LEFT_KEYS, key(other_algorithm)),
    ("no algorithm", None, key(lambda k, _: k.pop(3))),
    ("another kind of key", LEFT_KEYS, key(lambda k, _: k.update({1: 4}))),
    ("a member of the key missing", LEFT_KEYS, key(lambda k, _: k.pop(-2))),
    ("a member of the key too many", LEFT_KEYS, key(lambda k, _: k.update({4: [2]}))),
    ("another curve", LEFT_KEYS, key(lambda k, _: k.update({-1: 4}))),
    ("coordinate cut", LEFT_KEYS, key(lambda k, _: k.update({-2: k[-2][:-1] if k[1] != 3 else b""}))),
    ("off its curve, or even", LEFT_KEYS, key(lambda k, _: off_the_curve(k))),
    ("a weak key", LEFT_KEYS, key(lambda k, _: replace(k, {1: 1, 3: -8, -1: 6, -2: b"\x01" + bytes(31)}))),
    ("RSA of 1,024 bits", LEFT_KEYS, key(lambda k, _: replace(k, {1: 3, 3: -257, -1: b"\xa7" * 128, -2: b"\x03"}))),
]

ASSERTIONS = [
    ("no user handle", LEFT_OWNER, drop("response", "userHandle")),
    ("another's user handle", LEFT_OWNER, assign(handle=lambda c: c.dice.randbytes(16))),
    ("a longer user handle", LEFT_OWNER, assign(handle=lambda c: c.handle + b"\x00")),
    ("eligibility turned", LEFT_BACKUP, lambda c: turned(c)),
    ("no signature", None, drop("response", "signature")),
    ("no authenticator data", None, drop("response", "authenticatorData")),
    ("an empty signature", None, put("", "response", "signature")),
    ("a signature of zeros", None, assign(signature=lambda c: lambda whole: bytes(len(whole)))),
    ("signature and more", None, assign(signature=lambda c: lambda whole: whole + b"\x00")),
    ("signed by another", None, assign(known=lambda c: Device(ES256, c.dice).key)),
    ("a signature over other data", None, member("authenticatorData", lambda whole, _: counted(whole))),
    ("a signature over other client data", None, member("clientDataJSON", client_text(b"{", b"{ "))),
]
SIGNED = ("clientDataJSON", "authenticatorData", "signature")
ASSERTIONS += [(f"a bit of {part} flipped", None, flip(part)) for part in SIGNED] * 12


def other_kind(ceremony):
    return "webauthn.get" if ceremony.kind == "webauthn.create" else "webauthn.create"


def extended(whole, outputs):
    """With these outputs of extensions; those there were are of honest length 0 or cut off by the fixed part."""
    length = 37 if not whole[32] & AT else 37 + len(AttestedCredentialData.unpack_from(whole[37:])[0])
    return whole[:32] + bytes([whole[32] | ED]) + whole[33:length] + outputs


def without(fixed):
    return fixed[:32] + bytes([fixed[32] & ~AT & ~ED]) + fixed[33:]


def resized(whole, ceremony, identity):
    ceremony_key = cbor.encode(ceremony.key)
    ceremony.id = identity
    fixed = whole[:32] + bytes([whole[32] & ~ED]) + whole[33:53]
    return fixed + len(identity).to_bytes(2, "big") + identity + ceremony_key


def stated(whole):
    members = dict(cbor.decode(whole))
    return cbor.encode({**members, "fmt": "none", "attStmt": {"sig": b"0"}})


def lacking(whole, name):
    return cbor.encode({label: value for label, value in cbor.decode(whole).items() if label != name})


def off_the_curve(members):
    if members[1] == 3:
        members[-1] = members[-1][:-1] + bytes([members[-1][-1] & 0xFE])
    elif members[1] == 1:
        # 2 is the second coordinate of no point.
        members[-2] = b"\x02" + bytes(31)
    else:
        members[-2] = members[-2][:-1] + bytes([members[-2][-1] ^ 1])


def turned(ceremony):
    message = ceremony.message()
    ceremony.backup ^= BE
    return message


def counted(whole):
    return whole[:33] + ((int.from_bytes(whole[33:37], "big") + 1) % 2**32).to_bytes(4, "big") + whole[37:]
