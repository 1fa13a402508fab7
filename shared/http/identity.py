"""Who is asking: a bearer token read into an actor, and the keys that prove it.

A token carries client, agency, person, roles and scopes; ids only, never a name.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import msgspec
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OKPKey

from shared.eventsourcing.clock import system_now

ALGORITHM = "Ed25519"
AUDIENCE = "goldenthread"


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
    year a demo plays in.
    """

    def __init__(self, keys: KeySet, issuer: str) -> None:
        self._keys = keys
        self._claims = jwt.JWTClaimsRegistry(
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": AUDIENCE},
            exp={"essential": True},
            sub={"essential": True},
        )

    def actor(self, token: str) -> Actor:
        """Raises InvalidToken."""
        try:
            decoded = jwt.decode(token, self._keys, algorithms=[ALGORITHM])
            self._claims.validate(decoded.claims)
            claims: dict[str, Any] = decoded.claims
            return Actor(
                client=str(claims["sub"]),
                agency=str(claims["agency"]),
                person=str(claims.get("person", "")),
                roles=frozenset(map(str, claims["roles"])),
                scopes=frozenset(str(claims["scope"]).split()),
            )
        except (JoseError, KeyError, TypeError, ValueError) as error:
            raise InvalidToken(str(error)) from error


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
