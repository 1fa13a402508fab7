"""Whether an uploaded file may be opened at all, judged by its content and not by its name.

Law: a workbook is looked through before any of it is unpacked for use; one that may hold macros,
declares a document type, unpacks beyond a limit or did not come whole is never opened.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Generator
from contextlib import contextmanager
from typing import BinaryIO

OLD_EXCEL = b"\xd0\xcf\x11\xe0"
BLOCK = 1 << 16
DECLARED = (b"<!DOCTYPE", b"<!ENTITY")
DAMAGED = (
    zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError, EOFError,
)  # fmt: skip
"""What reading a damaged, locked or strangely packed archive raises."""
LONGEST_DECLARED = max(len(one) for one in DECLARED)


class CannotOpen(Exception):
    """A file that is not read. Whoever reads says so in the words of what it is for."""


class Macros(CannotOpen):
    """It may hold macros."""


class Oversized(CannotOpen):
    """It is larger than what it is for, packed or unpacked."""


class Broken(CannotOpen):
    """It is not what it seems, or did not come whole."""


class CutShort(Broken):
    """The last row ends before its cells do."""


def is_workbook(file: BinaryIO) -> bool:
    """Whether it begins like one; no name is believed. Raises Macros."""
    file.seek(0)
    start = file.read(len(OLD_EXCEL))
    if start == OLD_EXCEL:
        raise Macros
    return start.startswith(b"PK")


def check_workbook(file: BinaryIO, most_unpacked_bytes: int) -> None:
    """Raises, in this order: Macros, Oversized, Broken."""
    with opened_archive(file) as archive:
        entries = archive.infolist()
        if any("vbaproject" in entry.filename.lower() for entry in entries):
            raise Macros
        if sum(entry.file_size for entry in entries) > most_unpacked_bytes:
            raise Oversized
        if "xl/workbook.xml" not in archive.namelist():
            raise Broken
        for entry in entries:
            _declares_nothing(archive, entry)


@contextmanager
def opened_archive(file: BinaryIO) -> Generator[zipfile.ZipFile]:
    """An archive to look through; however it is damaged, that is one thing. Raises Broken."""
    try:
        with zipfile.ZipFile(file) as archive:
            yield archive
    except DAMAGED as error:
        raise Broken from error


def _declares_nothing(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """Looks through one part to its end, so that its sum is checked too. Raises Broken."""
    with archive.open(entry) as opened:
        kept = b""
        while block := opened.read(BLOCK):
            if not kept and b"\x00" in block[:64] and entry.filename.lower().endswith(".xml"):
                raise Broken  # UTF-16 would hide what it declares
            seen = kept + block
            if any(one in seen for one in DECLARED):
                raise Broken
            kept = seen[-LONGEST_DECLARED:]
