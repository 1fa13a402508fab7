"""Who is asking: a bearer token read into an actor, and the keys that prove it.

A token carries client, agency, person, roles and scopes; ids only, never a name.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any

import msgspec
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OKPKey

from shared.eventsourcing.clock import system_now

ALGORITHM = "Ed25519"
AUDIENCE = "goldenthread"
MOST_REMEMBERED = 1000


class InvalidToken(Exception):
    """The token is not ours, not for us, or no longer valid."""


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks. `client` is the program, `agency` the body it acts for, `person` the officer."""

    client: str
    agency: str
    person: str
    roles: frozenset[str]
    scopes: frozenset[str]


class Verifier:
    """Reads tokens signed by any of the public keys of a JWK set.

    Token times are real time, not the sandbox clock's: a token's life has nothing to do with the
    year a demo plays in. A signature found good stays good for these keys and is not computed at
    each request; the claims, time above all, are judged every time.
    """

    def __init__(self, keys: KeySet, issuer: str) -> None:
        self._keys = keys
        self._signed: dict[bytes, dict[str, Any]] = {}
        self._claims = jwt.JWTClaimsRegistry(
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": AUDIENCE},
            exp={"essential": True},
            sub={"essential": True},
        )

    def actor(self, token: str) -> Actor:
        """Raises InvalidToken."""
        try:
            claims = self._signed_claims(token)
            self._claims.validate(claims)
            return Actor(
                client=str(claims["sub"]),
                agency=str(claims["agency"]),
                person=str(claims.get("person", "")),
                roles=frozenset(map(str, claims["roles"])),
                scopes=frozenset(str(claims["scope"]).split()),
            )
        except (JoseError, KeyError, TypeError, ValueError) as error:
            raise InvalidToken(str(error)) from error

    def _signed_claims(self, token: str) -> dict[str, Any]:
        """What our key has signed; remembered by the token's digest, the oldest forgotten first."""
        digest = hashlib.sha256(token.encode()).digest()
        claims = self._signed.get(digest)
        if claims is None:
            claims = jwt.decode(token, self._keys, algorithms=[ALGORITHM]).claims
            if len(self._signed) >= MOST_REMEMBERED:
                del self._signed[next(iter(self._signed))]
            self._signed[digest] = claims
        return claims


class Issuer:
    """Signs tokens with one private key: the development issuer, and the token endpoint."""

    def __init__(self, key: OKPKey, name: str) -> None:
        self.key = key
        self.name = name

    def token(self, actor: Actor, lifetime: timedelta, now: datetime | None = None) -> str:
        issued = now or system_now()
        claims = {
            "iss": self.name,
            "aud": AUDIENCE,
            "sub": actor.client,
            "agency": actor.agency,
            "person": actor.person,
            "roles": sorted(actor.roles),
            "scope": " ".join(sorted(actor.scopes)),
            "iat": int(issued.timestamp()),
            "exp": int((issued + lifetime).timestamp()),
        }
        header = {"alg": ALGORITHM, "kid": self.key.kid, "typ": "at+jwt"}
        return jwt.encode(header, claims, self.key, algorithms=[ALGORITHM])


def new_key() -> OKPKey:
    """A fresh signing key, with its thumbprint as key id."""
    return OKPKey.generate_key("Ed25519", auto_kid=True)


def public_keys(key: OKPKey) -> str:
    """The JWK set, as JSON, that lets others verify what this key signs."""
    return msgspec.json.encode({"keys": [key.as_dict(private=False)]}).decode()


def key_set(jwks: str) -> KeySet:
    """A JWK set from its JSON."""
    return KeySet.import_key_set(msgspec.json.decode(jwks))
