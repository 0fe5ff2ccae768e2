"""Messages of passkeys, made and signed with `cryptography` and fido2's own types, in parts that can be bent.

What they are judged by is fido2's server, as a service would ask it. What it leaves to its caller is not added here.
"""

import json
from hashlib import sha256

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from fido2 import cbor
from fido2.cose import ES256, ES384, ES512, RS256, EdDSA
from fido2.server import Fido2Server
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticationResponse,
    AuthenticatorAssertionResponse,
    AuthenticatorAttestationResponse,
    AuthenticatorData,
    CollectedClientData,
    PublicKeyCredentialRpEntity,
    RegistrationResponse,
    UserVerificationRequirement,
)

RP_ID = "example.jp"
ORIGINS = [
    "https://example.jp",
    "http://localhost:7878",
    "android:apk-key-hash:FG3pg8VzBlDY7rmVLzT8ZBagg0LmHb6oigSWsj_PROU",
]
UP, UV, BE, BS, AT, ED = 0x01, 0x04, 0x08, 0x10, 0x40, 0x80
SERVER = Fido2Server(
    PublicKeyCredentialRpEntity(name="yomikaki", id=RP_ID), verify_origin=lambda origin: origin in ORIGINS
)


class Device:
    """A key, and how it signs."""

    def __init__(self, kind, dice):
        self.kind = kind
        if kind is EdDSA:
            self.secret = ed25519.Ed25519PrivateKey.from_private_bytes(dice.randbytes(32))
        elif kind is RS256:
            # The one kind that no seed fixes.
            self.secret = rsa.generate_private_key(65537, 2048)
        else:
            curve = {ES256: ec.SECP256R1(), ES384: ec.SECP384R1(), ES512: ec.SECP521R1()}[kind]
            self.secret = ec.derive_private_key(1 + dice.getrandbits(250), curve)
        self.key = kind.from_cryptography_key(self.secret.public_key())

    def sign(self, message):
        if self.kind is EdDSA:
            return self.secret.sign(message)
        if self.kind is RS256:
            return self.secret.sign(message, padding.PKCS1v15(), hashes.SHA256())
        digest = {ES256: hashes.SHA256(), ES384: hashes.SHA384(), ES512: hashes.SHA512()}[self.kind]
        return self.secret.sign(message, ec.ECDSA(digest))


class Ceremony:
    """One passkey in one ceremony, in the parts that its message is made of."""

    def __init__(self, dice, devices):
        self.dice = dice
        self.device = dice.choice(devices)
        self.challenge = dice.randbytes(dice.choice([16, 32, 44, 44, 64]))
        self.asked = self.challenge
        self.origin = dice.choice(ORIGINS)
        self.rp_id = RP_ID
        self.counter = dice.choice([0, 0, 1, 7, 65536, 2**31, 2**32 - 1])
        self.backup = dice.choice([0, BE, BE | BS])
        self.flags = UP | UV | self.backup
        self.id = dice.randbytes(dice.choice([16, 20, 32, 32, 64, 255, 256, 1023]))
        self.aaguid = dice.choice([bytes(16), dice.randbytes(16)])
        self.handle = dice.randbytes(16)
        self.owner = self.handle
        self.key = self.device.key
        self.members = {}
        # credProtect and the like: a map of extensions' outputs now and then.
        self.extensions = dice.choice([None, None, None, {"credProtect": 2}, {"a": [1, {"b": b"c"}], "uvm": True}])
        if self.extensions is not None:
            self.flags |= ED
        self.text = lambda text: text

    def client(self, kind):
        members = {"crossOrigin": False, **self.members}
        return CollectedClientData(
            json.dumps(
                {"type": kind, "challenge": websafe_encode(self.challenge), "origin": self.origin, **members},
                separators=(",", ":"),
            ).encode()
        )

    def outer(self, response):
        message = json.loads(json.dumps(dict(response)))
        # toJSON() of browsers has these beside, and what is in them is nobody's word.
        message["authenticatorAttachment"] = self.dice.choice(["platform", "cross-platform"])
        message["clientExtensionResults"] = self.dice.choice([{}, {"credProps": {"rk": True}}])
        return message


class Creation(Ceremony):
    kind = "webauthn.create"

    def __init__(self, dice, devices):
        super().__init__(dice, devices)
        self.flags |= AT
        self.form = dice.choice(["none", "none", "packed"])

    def data(self):
        attested = AttestedCredentialData.create(Aaguid(self.aaguid), self.id, self.key)
        return AuthenticatorData.create(
            sha256(self.rp_id.encode()).digest(), self.flags, self.counter, attested, self.extensions
        )

    def message(self):
        client, data = self.client(self.kind), self.data()
        statement = {}
        if self.form == "packed":
            statement = {"alg": self.device.kind.ALGORITHM, "sig": self.device.sign(data + client.hash)}
        attestation = AttestationObject.create(self.form, data, statement)
        response = AuthenticatorAttestationResponse(client_data=client, attestation_object=attestation)
        message = self.outer(RegistrationResponse(raw_id=self.id, response=response))
        message["response"]["transports"] = self.dice.choice([["internal"], ["usb", "nfc"], []])
        return message

    def judged_by_fido2(self, text):
        state = SERVER._make_internal_state(self.asked, UserVerificationRequirement.REQUIRED)
        data = SERVER.register_complete(state, json.loads(text))
        attested = data.credential_data
        return {
            "credential_id": websafe_encode(attested.credential_id),
            "key": websafe_encode(cbor.encode(attested.public_key)),
            "algorithm": attested.public_key[3],
            "aaguid": websafe_encode(bytes(attested.aaguid)),
            **said(data),
        }

    def question(self, text):
        return {"mediation": "ordinary", **asked(self, text)}


class Assertion(Ceremony):
    kind = "webauthn.get"

    def __init__(self, dice, devices):
        super().__init__(dice, devices)
        self.known = self.device.key
        self.signature = lambda signature: signature

    def data(self):
        return AuthenticatorData.create(
            sha256(self.rp_id.encode()).digest(), self.flags, self.counter, b"", self.extensions
        )

    def message(self):
        client, data = self.client(self.kind), self.data()
        response = AuthenticatorAssertionResponse(
            client_data=client,
            authenticator_data=data,
            signature=self.signature(self.device.sign(data + client.hash)),
            user_handle=self.handle,
        )
        return self.outer(AuthenticationResponse(raw_id=self.id, response=response))

    def judged_by_fido2(self, text):
        state = SERVER._make_internal_state(self.asked, UserVerificationRequirement.REQUIRED)
        # Found by its id, as ours is; the list is what the server knows.
        known_id = websafe_decode(json.loads(text)["rawId"])
        known = [AttestedCredentialData.create(Aaguid(self.aaguid), known_id, self.known)]
        SERVER.authenticate_complete(state, known, json.loads(text))
        return said(AuthenticatorData(websafe_decode(json.loads(text)["response"]["authenticatorData"])))

    def question(self, text):
        return {
            "key": websafe_encode(cbor.encode(self.known)),
            "backup_eligible": bool(self.backup & BE),
            "user_handle": websafe_encode(self.owner),
            **asked(self, text),
        }


def said(data):
    backup = {0: "single", BE: "eligible", BE | BS: "backed up", BS: "impossible"}[data.flags & (BE | BS)]
    return {"counter": data.counter, "backup": backup, "verified": data.is_user_verified()}


def asked(ceremony, text):
    return {"rp_id": RP_ID, "origins": ORIGINS, "challenge": websafe_encode(ceremony.asked), "message": text}
