"""What proves who somebody is, for tests: an app's code and a passkey made of software."""

import base64
import hashlib
import json
import time

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor
from fido2.cose import ES256

SITE = "https://testserver"


def code_of(secret, at=None):
    """Return what the app shows for a key."""
    return format_hotp_value(hotp_value(secret, int(at or time.time()) // 30))


def give_app(person):
    """Let somebody have an app, and return its key."""
    secret = generate_totp_secret()
    TOTP.activate(person, secret)
    return secret


def give_codes(person):
    """Let somebody have recovery codes, and return them."""
    return RecoveryCodes.activate(person).get_unused_codes()


def use(client, authenticator):
    """Let a visit have used something, without the way there."""
    session = client.session
    person = authenticator.user
    session["account_authentication_methods"] = [{"method": "mfa", "at": time.time(), "id": authenticator.pk}]
    session["account_authentication_methods_user"] = str(person.pk)
    session.save()


def app_of(person):
    """Return the app's row."""
    return Authenticator.objects.get(user=person, type=Authenticator.Type.TOTP)


def text(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def raw(words):
    return base64.urlsafe_b64decode(words + "=" * (-len(words) % 4))


class SoftPasskey:
    """A device that keeps one passkey and says yes to everything; ``verifies`` is whether it asks for a finger."""

    def __init__(self, *, verifies=True, origin=SITE):
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = hashlib.sha256(repr(id(self)).encode()).digest()
        self.verifies = verifies
        self.origin = origin
        self.user = ""

    def create(self, options):
        """Return the answer to being asked for a new passkey."""
        self.user = options["user"]["id"]
        public = cbor.encode(dict(ES256.from_cryptography_key(self.key.public_key())))
        attested = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + public
        authenticated = self._authenticated(options["rp"]["id"], attested)
        statement = cbor.encode({"fmt": "none", "attStmt": {}, "authData": authenticated})
        response = {"clientDataJSON": self._client("webauthn.create", options), "attestationObject": text(statement)}
        return self._answer(response, {"credProps": {"rk": True}})

    def get(self, options):
        """Return the answer to being asked who one is."""
        authenticated = self._authenticated(options["rpId"])
        client = self._client("webauthn.get", options)
        signed = authenticated + hashlib.sha256(raw(client)).digest()
        signature = self.key.sign(signed, ec.ECDSA(hashes.SHA256()))
        response = {
            "clientDataJSON": client,
            "authenticatorData": text(authenticated),
            "signature": text(signature),
            "userHandle": self.user,
        }
        return self._answer(response, {})

    def _authenticated(self, site, attested=b""):
        flags = 1 | (4 if self.verifies else 0) | (64 if attested else 0)
        return hashlib.sha256(site.encode()).digest() + bytes([flags]) + (0).to_bytes(4, "big") + attested

    def _client(self, kind, options):
        said = {"type": kind, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": False}
        return text(json.dumps(said).encode())

    def _answer(self, response, extensions):
        return {
            "id": text(self.id),
            "rawId": text(self.id),
            "type": "public-key",
            "response": response,
            "clientExtensionResults": extensions,
        }
