"""What bidders and opening officers do on their own side: make a key, seal a bid, give their parts.

Law: none of these asks the house anything, and no private key or bid leaves the machine.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from shared.sealing.asking import denied, key_body, parts_body, sealed_bid
from shared.sealing.keys import OpeningKey, Unreadable, fingerprint, in_base64

commands = typer.Typer()
WRONG = (Unreadable, OSError, KeyError, TypeError, msgspec.MsgspecError)
MOST_PENCE = 10**14


class Bid(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A bid as it is typed: the price of a year in whole pence, and the words."""

    annual_price_pence: Annotated[int, msgspec.Meta(ge=0, le=MOST_PENCE)]
    statement: Annotated[str, msgspec.Meta(min_length=1, max_length=20_000)]


@commands.command("opening-key")
def opening_key(
    to: Annotated[Path, typer.Argument(help="Where the private key is written; keep it safe.")],
    tender: Annotated[str, typer.Option(help="The tender to register it for.")],
    officer: Annotated[str, typer.Option(help="Your person id, as the tender names you.")],
) -> None:
    """Make an opening officer's key, and print what registers its public half for one tender.

    Exits with 2 where the file is there already.
    """
    key = OpeningKey.made()
    try:
        descriptor = os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise _told(f"{to} cannot be written: {error.strerror}") from error
    with os.fdopen(descriptor, "wb") as file:
        file.write(key.file())
    typer.echo(f"Your private key is in {to}, readable by you alone.", err=True)
    typer.echo(f"Fingerprint of its public half: {fingerprint(key.public)}", err=True)
    typer.echo(msgspec.json.encode(key_body(key, tender, officer)).decode())


@commands.command("seal-bid")
def seal_bid(
    bid: Annotated[Path, typer.Argument(help="The bid as JSON: annual_price_pence, statement.")],
    keys: Annotated[
        Path, typer.Argument(help="The tender's opening keys, as its page gives them.")
    ],
    to: Annotated[Path, typer.Argument(help="Where the envelope is written; as text beside it.")],
    provider: Annotated[str, typer.Option(help="Your agency's id, as you sign in.")],
    panel: Annotated[
        str, typer.Option(help="The fingerprint of the keys, as the officers told you.")
    ] = "",
) -> None:
    """Seal a bid to a tender's opening officers; print the hash that its receipt must have.

    Exits with 2 where a file cannot be read or the keys are not the officers'.
    """
    try:
        content = msgspec.json.encode(msgspec.json.decode(bid.read_bytes(), type=Bid))
        told: dict[str, Any] = msgspec.json.decode(keys.read_bytes())
        envelope = sealed_bid(content, told, provider, panel)
        to.write_bytes(envelope)
        to.with_name(f"{to.name}.txt").write_text(f"{in_base64(envelope)}\n")
    except WRONG as error:
        raise _told(str(error)) from error
    if not panel:
        typer.echo("NO FINGERPRINT GIVEN: sealed to the keys that the file names.", err=True)
    typer.echo(f"sha256 {hashlib.sha256(envelope).hexdigest()}")


@commands.command("opening-parts")
def opening_parts(
    key: Annotated[Path, typer.Argument(help="Your private key.")],
    heads: Annotated[
        Path, typer.Argument(help="The envelopes' heads, as the tender's page gives.")
    ],
) -> None:
    """Print an opening officer's parts of every bid. They open nothing without another officer's.

    Exits with 2 where the key is not one of those the bids are sealed to.
    """
    try:
        found: list[dict[str, Any]] = msgspec.json.decode(heads.read_bytes())
        mine = OpeningKey.read(key.read_bytes())
        body = parts_body(mine, found)
        for bid in denied(mine, found):
            typer.echo(f"{bid}: its bidder said you would give another part", err=True)
    except WRONG as error:
        raise _told(str(error)) from error
    typer.echo(msgspec.json.encode(body).decode())


def _told(why: str) -> typer.Exit:
    typer.echo(why, err=True)
    return typer.Exit(2)
