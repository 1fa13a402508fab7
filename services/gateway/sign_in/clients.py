"""The programs that may ask for a token, each by the public half of a key only it holds.

Law: an assertion serves once, for five minutes at most; a token gives no more than its client has.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry

from shared.eventsourcing.clock import system_now
from shared.http.identity import Actor
from shared.http.permissions import scopes_of

ALGORITHMS = ["ES256", "Ed25519"]
LONGEST_ASSERTION = timedelta(minutes=5)
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


class InvalidClient(Exception):
    """The assertion does not prove a registered client."""


class InvalidScope(Exception):
    """More was asked for than the client has."""


class Client(msgspec.Struct, frozen=True, kw_only=True):
    """A registered program, the agency it acts for, and the public JWK it is known by."""

    client: str
    agency: str
    roles: frozenset[str]
    scopes: frozenset[str] | None = None
    jwk: dict[str, Any]

    def may(self) -> frozenset[str]:
        """What its roles allow, narrowed to the scopes it was registered with."""
        allowed = scopes_of(self.roles)
        return allowed if self.scopes is None else allowed & self.scopes

    def actor(self, scope: str) -> Actor:
        """Raises InvalidScope."""
        wanted = frozenset(scope.split()) or self.may()
        if not wanted <= self.may():
            raise InvalidScope
        return Actor(
            client=self.client, agency=self.agency, person="", roles=self.roles, scopes=wanted
        )


def registered(content: str) -> dict[str, Client]:
    """Clients from a JSON list; empty where there is none."""
    clients = msgspec.json.decode(content or "[]", type=list[Client])
    return {client.client: client for client in clients}


class Assertions:
    """Checks client assertions (RFC 7523) and remembers which have served.

    The memory is this process's: it outlives every assertion, but not a restart.
    """

    def __init__(self, clients: Mapping[str, Client], audience: str) -> None:
        self._clients = clients
        self._audiences = [audience, f"{audience}/v1/token"]
        self._served: dict[tuple[str, str], datetime] = {}

    def client(self, assertion: str) -> Client:
        """The client an assertion proves. Raises InvalidClient."""
        now = system_now()
        client = self._claimed(assertion)
        try:
            key = JWKRegistry.import_key(client.jwk)
            claims: dict[str, Any] = jwt.decode(assertion, key, algorithms=ALGORITHMS).claims
            self._registry(client, now).validate(claims)
            ends_at = datetime.fromtimestamp(claims["exp"], tz=now.tzinfo)
        except (JoseError, ValueError, TypeError, OverflowError) as error:
            raise InvalidClient from error
        if ends_at > now + LONGEST_ASSERTION:
            raise InvalidClient
        self._serve_once(client, str(claims["jti"]), ends_at, now)
        return client

    def _claimed(self, assertion: str) -> Client:
        """Whom it says it is from; only looked up here, believed once the signature holds."""
        try:
            payload = assertion.split(".")[1]
            content = msgspec.json.decode(_unpadded(payload))
            return self._clients[str(content["iss"])]
        except (IndexError, KeyError, TypeError, ValueError, msgspec.MsgspecError) as error:
            raise InvalidClient from error

    def _registry(self, client: Client, now: datetime) -> jwt.JWTClaimsRegistry:
        return jwt.JWTClaimsRegistry(
            now=int(now.timestamp()),
            iss={"essential": True, "value": client.client},
            sub={"essential": True, "value": client.client},
            aud={"essential": True, "values": self._audiences},
            exp={"essential": True},
            jti={"essential": True},
        )

    def _serve_once(self, client: Client, jti: str, ends_at: datetime, now: datetime) -> None:
        self._served = {known: until for known, until in self._served.items() if until > now}
        if (client.client, jti) in self._served:
            raise InvalidClient
        self._served[client.client, jti] = ends_at


def _unpadded(part: str) -> bytes:
    return urlsafe_b64decode(part + "=" * (-len(part) % 4))
