"""What auditors, providers and operators do with proofs of books and receipts of returns.

Law: checking needs no house, no network and no trust in whoever exported the file.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Annotated

import typer

from shared.proofs.notes import KEY_BYTES, Signer, Unreadable, parse_signer
from shared.proofs.receipts import receipt_checked
from shared.proofs.verify import checked

commands = typer.Typer()


class KeyThere(FileExistsError):
    """There is a key already; a new one is written beside it, never over it."""


@commands.command()
def verify(
    bundle: Annotated[Path, typer.Argument(help="The proof a fund's page exports.")],
    key: Annotated[
        list[str] | None, typer.Option(help="The ledger's key, had from elsewhere: name+id+key.")
    ] = None,
    kept: Annotated[
        list[Path] | None, typer.Option(help="A checkpoint you kept, as a file.")
    ] = None,
) -> None:
    """Check a proof of a pooled fund's books, offline; name whatever is not as it was signed.

    Exits with 1 where something is not, with 2 where a key or a file cannot be read.
    """
    try:
        sound, said = checked(bundle, key or [], kept or [])
    except (OSError, ValueError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    for line in said:
        typer.echo(line)
    raise typer.Exit(0 if sound else 1)


@commands.command("verify-receipt")
def verify_receipt(
    receipt: Annotated[Path, typer.Argument(help="The receipt, as JSON.")],
    sent: Annotated[
        Path | None, typer.Argument(help="The file that was sent, byte for byte.")
    ] = None,
    key: Annotated[
        list[str] | None, typer.Option(help="The receipts' key, had from elsewhere: name+id+key.")
    ] = None,
) -> None:
    """Check the receipt of a return, offline: its signature, and that it is of the file sent.

    Exits with 1 where it is not sound, with 2 where a key or a file cannot be read.
    """
    try:
        content = sent.read_bytes() if sent else None
        sound, said = receipt_checked(receipt.read_bytes(), content, key or [])
    except (OSError, ValueError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    for line in (*said, "SOUND" if sound else "NOT SOUND"):
        typer.echo(line)
    raise typer.Exit(0 if sound else 1)


@commands.command("ledger-key")
def ledger_key(
    name: Annotated[str, typer.Argument(help="The house's name: ledger.agency.example.")],
    to: Annotated[Path, typer.Argument(help="Where the private key is written.")],
) -> None:
    """Make a key to sign the pooled funds' books with; print its public half for one fund, `f`.

    A key for receipts of returns is made the same way, under a name of its own.
    """
    try:
        signer = new_ledger_key(name, to)
    except (KeyThere, Unreadable) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    typer.echo(
        f"The private key is in {to}, readable by you alone. Each fund has its public key at"
    )
    typer.echo(f"/v1/proofs/keys/FUND; for a fund f it is {signer.named(f'{name}/f').verifier}")


def new_ledger_key(name: str, to: Path) -> Signer:
    """A new key in a file that its owner alone may read. Raises KeyThere, Unreadable."""
    signer = Signer(name, secrets.token_bytes(KEY_BYTES))
    parse_signer(signer.secret())  # a name that no key may have is found before it is written
    try:
        descriptor = os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise KeyThere(f"{to} is there already") from error
    with os.fdopen(descriptor, "w") as file:
        file.write(f"{signer.secret()}\n")
    return signer
