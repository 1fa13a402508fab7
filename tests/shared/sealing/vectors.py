"""The worked example of docs/sealed-bids.md, made again from its drawn values.

Law: the keys in here are public; nobody may seal anything to them.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from shared.sealing.envelopes import parse
from shared.sealing.keys import OpeningKey, in_base64, panel
from shared.sealing.sealing import Chance, part_of, seal

FILE = Path(__file__).parents[3] / "docs" / "sealed-bids-vectors.json"
TENDER = "0198f0a2-7d00-7000-8000-000000000001"
PROVIDER = "bright-path"
CONTENT = json.dumps(
    {"annual_price_pence": 24_500_000, "statement": "We listen. £ first."}
).encode()


def key(name: str) -> OpeningKey:
    """A private key that everybody knows: the hash of its name as its number."""
    number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:31], "big")
    return OpeningKey(ec.derive_private_key(number, ec.SECP256R1()))


OFFICERS = sorted((key(f"officer {n}") for n in (1, 2, 3)), key=lambda one: one.public)
CHANCE = Chance(
    ephemeral=key("bidder"),
    secret=hashlib.sha256(b"secret").digest(),
    nonce=hashlib.sha256(b"nonce").digest()[:12],
)


def made() -> dict[str, Any]:
    raw = seal(CONTENT, TENDER, PROVIDER, [one.public for one in OFFICERS], CHANCE)
    envelope = parse(raw)
    return {
        "note": "The keys in here are public. Never seal anything to them.",
        "tender": TENDER,
        "provider": PROVIDER,
        "content": CONTENT.decode(),
        "ephemeral_pkcs8": in_base64(CHANCE.ephemeral.pkcs8()),
        "secret": CHANCE.secret.hex(),
        "nonce": CHANCE.nonce.hex(),
        "officers": [
            {
                "public": in_base64(one.public),
                "private_pkcs8": in_base64(one.pkcs8()),
                "part": part_of(one, envelope).hex(),
                "check": envelope.checks[n].hex(),
            }
            for n, one in enumerate(OFFICERS)
        ],
        "panel": panel(one.public for one in OFFICERS),
        "context": envelope.context().hex(),
        "commitment": envelope.commitment.hex(),
        "wrapped": [one.hex() for one in envelope.wrapped],
        "envelope": in_base64(raw),
        "sha256": hashlib.sha256(raw).hexdigest(),
    }


def written() -> str:
    return json.dumps(made(), indent=2, ensure_ascii=False) + "\n"
