"""What a file of evidence is, found out from its bytes. Pure.

Law: a file is taken only as what its name, its declared type and its content all say it is; nothing
in it is run.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping

from shared.eventsourcing.commands import Invalid
from shared.sheets.guards import Broken, opened_archive

MOST_BYTES = 8 * 1024 * 1024
MOST_UNPACKED_BYTES = 100 * 1024 * 1024
MOST_ENTRIES = 2_000
OFFICE = "application/vnd.openxmlformats-officedocument."
UNSAID = ("", "application/octet-stream")
"""What a browser declares of a file it does not know."""
TYPES: Mapping[str, str] = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "xlsx": f"{OFFICE}spreadsheetml.sheet",
    "docx": f"{OFFICE}wordprocessingml.document",
    "csv": "text/csv",
    "txt": "text/plain",
}
ALSO_SAID: Mapping[str, tuple[str, ...]] = {
    "text/csv": ("text/plain", "application/csv", "application/vnd.ms-excel"),
}
WITH_MACROS = (".xlsm", ".xltm", ".xlsb", ".xls", ".docm", ".dotm", ".doc")
ACTIVE_IN_PDF = (b"/JavaScript", b"/JS ", b"/JS(", b"/Launch", b"/EmbeddedFile", b"/XFA")
MARKUP = (b"<!doctype", b"<html", b"<script", b"<svg", b"<?xml")


class TooLarge(Invalid):
    """A file of evidence has at most 8 MB."""

    code = "too-large"


class TypeNotTaken(Invalid):
    """Evidence is a .pdf, .png, .jpg, .xlsx, .docx, .csv or .txt file."""

    code = "evidence-type-not-taken"


class NotWhatItSays(Invalid):
    """The file is not what its name and type say; save it again in the format it is named for."""

    code = "evidence-not-what-it-says"


class ActiveContent(Invalid):
    """The file holds macros or scripts; save it without them."""

    code = "macros-refused"


def media_type_of(name: str, declared: str, content: bytes) -> str:
    """The media type. Refuses: TooLarge, ActiveContent, TypeNotTaken, NotWhatItSays."""
    if len(content) > MOST_BYTES:
        raise TooLarge
    if name.lower().endswith(WITH_MACROS):
        raise ActiveContent
    _, dot, extension = name.lower().rpartition(".")
    media_type = TYPES.get(extension) if dot else None
    if media_type is None:
        raise TypeNotTaken
    said = declared.partition(";")[0].strip().lower()
    if said not in (media_type, *ALSO_SAID.get(media_type, ()), *UNSAID):
        raise NotWhatItSays
    if not _LOOKS[media_type](content):
        raise NotWhatItSays
    return media_type


def extension_of(media_type: str) -> str:
    return next(extension for extension, one in TYPES.items() if one == media_type)


def _pdf(content: bytes) -> bool:
    if any(token in content for token in ACTIVE_IN_PDF):
        raise ActiveContent
    return content.startswith(b"%PDF-") and b"%%EOF" in content[-2048:]


def _png(content: bytes) -> bool:
    return content.startswith(b"\x89PNG\r\n\x1a\n") and content[12:16] == b"IHDR"


def _jpeg(content: bytes) -> bool:
    return content.startswith(b"\xff\xd8\xff") and content.rstrip(b"\0").endswith(b"\xff\xd9")


def _text(content: bytes) -> bool:
    """UTF-8 without control characters, and no page or picture under another name."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    if content.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(MARKUP):
        return False
    return bool(text.strip()) and all(c >= " " or c in "\t\r\n" for c in text)


def _office(part: str) -> Callable[[bytes], bool]:
    """An archive of Office's with its main part; looked through, never unpacked whole."""

    def looks(content: bytes) -> bool:
        if not content.startswith(b"PK"):
            return False
        try:
            with opened_archive(io.BytesIO(content)) as archive:
                entries = archive.infolist()
                names = {entry.filename for entry in entries}
                if len(entries) > MOST_ENTRIES:
                    raise TooLarge
                if sum(entry.file_size for entry in entries) > MOST_UNPACKED_BYTES:
                    raise TooLarge
                if not {"[Content_Types].xml", part} <= names:
                    return False
                types = archive.read("[Content_Types].xml").lower()
        except Broken:
            return False
        active = any(word in name.lower() for name in names for word in ("vbaproject", "activex"))
        if active or b"macroenabled" in types or b"vbaproject" in types:
            raise ActiveContent
        return b"<!doctype" not in types and b"<!entity" not in types

    return looks


_LOOKS: Mapping[str, Callable[[bytes], bool]] = {
    TYPES["pdf"]: _pdf,
    TYPES["png"]: _png,
    TYPES["jpg"]: _jpeg,
    TYPES["xlsx"]: _office("xl/workbook.xml"),
    TYPES["docx"]: _office("word/document.xml"),
    TYPES["csv"]: _text,
    TYPES["txt"]: _text,
}
