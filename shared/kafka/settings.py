"""Where the brokers are and how one speaks to them; empty where services hear each other by HTTP.

Law: what cannot be meant is refused at start, before anything is sent in the clear.
"""

from __future__ import annotations

import re
from typing import Literal

import msgspec

Security = Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"]
Mechanism = Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"]


class BadKafkaSettings(ValueError):
    """Settings that contradict each other, or a word that is not one of theirs."""


class KafkaSettings(msgspec.Struct, frozen=True, kw_only=True):
    """A cluster, and this deployment's part of it.

    `cell` names a set of partnerships with topics of its own; `ca`, `certificate` and `key` are
    paths of PEM files; `replication` is for topics that a service has to make itself.
    """

    bootstrap: str = ""
    cell: str = "local"
    security: Security = "PLAINTEXT"
    mechanism: Mechanism = "SCRAM-SHA-512"
    username: str = ""
    password: str = ""
    ca: str = ""
    certificate: str = ""
    key: str = ""
    replication: int = 1

    def __post_init__(self) -> None:
        if self.signs_in and not (self.username and self.password):
            raise BadKafkaSettings(f"{self.security} needs KAFKA_USERNAME and KAFKA_PASSWORD")
        if (self.username or self.password) and not self.signs_in:
            raise BadKafkaSettings(f"with {self.security} no user name and password are sent")
        if bool(self.certificate) != bool(self.key):
            raise BadKafkaSettings("KAFKA_CERTIFICATE and KAFKA_KEY belong together")
        if (self.ca or self.certificate) and not self.encrypted:
            raise BadKafkaSettings(f"{self.security} has no use for certificates")

    def __bool__(self) -> bool:
        return bool(self.bootstrap)

    @property
    def signs_in(self) -> bool:
        return self.security.startswith("SASL")

    @property
    def encrypted(self) -> bool:
        return self.security.endswith("SSL")

    def topic(self, service: str) -> str:
        """The topic of a service's published events; internal to the cell."""
        return f"goldenthread.{self.cell}.{service}.v1"


_PLAIN = re.compile(r"[^A-Za-z0-9-]")


def partner_topic(agency: str) -> str:
    """The topic of what one agency may see.

    What a topic's name cannot hold, or could be taken for its own dots, stands there as `_` and its
    code point: `st.mary` is `goldenthread.partner.st_2e_mary.v1`.
    """
    written = _PLAIN.sub(lambda found: f"_{ord(found[0]):x}_", agency)
    return f"goldenthread.partner.{written}.v1"
