"""What a service is told by its environment, once, at start; secrets may come as files."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import msgspec

from shared.kafka.settings import BadKafkaSettings, KafkaSettings


class BadSettings(Exception):
    """A setting is missing or contradicts another."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """One service's surroundings.

    `owner_database_url` is for a service that migrates its own database; without it, `database_url`
    is taken for the owner's. `sources` are the base addresses of the other services by name;
    `token_keys` is a JWK set; `service_token` lets this service read those feeds; `sandbox` allows
    the clock to be set and the development sign-in, and is refused in production. With `kafka`,
    services hear each other's topics and catch up by the feeds.
    """

    database_url: str
    owner_database_url: str = ""
    token_keys: str
    token_issuer: str
    service_token: str = ""
    sources: Mapping[str, str] = {}
    sandbox: bool = False
    production: bool = False
    pool_size: int = 6
    kafka: KafkaSettings = KafkaSettings()

    def __post_init__(self) -> None:
        if self.production and self.sandbox:
            raise BadSettings("a sandbox is refused in production")


def from_environment(environ: Mapping[str, str] | None = None) -> Settings:
    """Reads `DATABASE_URL`, `OWNER_DATABASE_URL`, `TOKEN_KEYS`, `TOKEN_ISSUER`, `SERVICE_TOKEN`,
    `SOURCES` (`needs=http://…,contracts=http://…`), `GOLDENTHREAD_SANDBOX`,
    `GOLDENTHREAD_PRODUCTION`, `POOL_SIZE`, and for Kafka `KAFKA_BOOTSTRAP`, `KAFKA_CELL`,
    `KAFKA_SECURITY`, `KAFKA_MECHANISM`, `KAFKA_USERNAME`, `KAFKA_PASSWORD`, `KAFKA_CA`,
    `KAFKA_CERTIFICATE`, `KAFKA_KEY`, `KAFKA_REPLICATION`. Each may be given as a file by
    `<NAME>_FILE`.

    Raises BadSettings.
    """
    env = os.environ if environ is None else environ
    return Settings(
        database_url=_needed(env, "DATABASE_URL"),
        owner_database_url=value(env, "OWNER_DATABASE_URL"),
        token_keys=_needed(env, "TOKEN_KEYS"),
        token_issuer=_needed(env, "TOKEN_ISSUER"),
        service_token=value(env, "SERVICE_TOKEN"),
        sources=dict(
            part.strip().split("=", 1) for part in value(env, "SOURCES").split(",") if part.strip()
        ),
        sandbox=value(env, "GOLDENTHREAD_SANDBOX") == "yes",
        production=value(env, "GOLDENTHREAD_PRODUCTION") == "yes",
        pool_size=int(value(env, "POOL_SIZE") or "6"),
        kafka=_kafka(env),
    )


def _kafka(env: Mapping[str, str]) -> KafkaSettings:
    told = {
        name: given
        for name in KafkaSettings.__struct_fields__
        if (given := value(env, f"KAFKA_{name.upper()}"))
    }
    try:
        return msgspec.convert(told, KafkaSettings, strict=False)
    except (BadKafkaSettings, msgspec.ValidationError) as error:
        raise BadSettings(f"Kafka: {error}") from error


def value(env: Mapping[str, str], name: str) -> str:
    """A setting given directly or as a file; empty where it is not given."""
    file = env.get(f"{name}_FILE")
    return Path(file).read_text().strip() if file else env.get(name, "")


def _needed(env: Mapping[str, str], name: str) -> str:
    found = value(env, name)
    if not found:
        raise BadSettings(f"{name} is not set")
    return found
