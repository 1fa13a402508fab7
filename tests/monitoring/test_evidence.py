"""What a file of evidence is, by its name, its declared type and its bytes."""

from __future__ import annotations

import io
import zipfile

import pytest

from services.monitoring.returns.evidence import (
    MOST_BYTES,
    TYPES,
    ActiveContent,
    NotWhatItSays,
    TooLarge,
    TypeNotTaken,
    media_type_of,
)
from shared.eventsourcing.commands import Invalid

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(13)
JPEG = b"\xff\xd8\xff\xe0" + bytes(20) + b"\xff\xd9"
TEXT = "Größe, count\n1,2\n".encode()


def archive(*names: str, types: bytes = b"<Types/>") -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as entries:
        entries.writestr("[Content_Types].xml", types)
        for name in names:
            entries.writestr(name, b"<x/>")
    return made.getvalue()


def damaged() -> bytes:
    """A packed part whose bytes cannot be unpacked, in an archive that is otherwise whole."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as entries:
        entries.writestr("[Content_Types].xml", b"<Types/>" * 50)
        entries.writestr("word/document.xml", b"<x/>")
    start = 30 + len("[Content_Types].xml")
    content = bytearray(made.getvalue())
    content[start : start + 4] = b"\xff\xff\xff\xff"
    return bytes(content)


XLSX, DOCX = archive("xl/workbook.xml"), archive("word/document.xml")


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.pdf", PDF), ("a.PNG", PNG), ("a.jpg", JPEG), ("a.jpeg", JPEG), ("a.xlsx", XLSX),
     ("a.docx", DOCX), ("a.csv", TEXT), ("a.txt", TEXT)],
)  # fmt: skip
def test_a_file_is_taken_as_what_it_is(name: str, content: bytes) -> None:
    media_type = TYPES[name.lower().rpartition(".")[2]]
    for declared in (media_type, f"{media_type}; charset=utf-8", "", "application/octet-stream"):
        assert media_type_of(name, declared, content) == media_type


@pytest.mark.parametrize(
    ("name", "declared", "content", "refusal"),
    [
        ("a.pdf", "", PNG, NotWhatItSays),
        ("a.pdf", "image/png", PDF, NotWhatItSays),
        ("a.png", "", JPEG, NotWhatItSays),
        ("a.jpg", "", PNG, NotWhatItSays),
        ("a.xlsx", "", DOCX, NotWhatItSays),
        ("a.docx", "", XLSX, NotWhatItSays),
        ("a.xlsx", "", b"PK\x03\x04broken", NotWhatItSays),
        ("a.xlsx", "", archive(), NotWhatItSays),
        ("a.docx", "", damaged(), NotWhatItSays),
        ("a.csv", "", XLSX, NotWhatItSays),
        ("a.csv", "", b"\xff\xfe1\x002\x00", NotWhatItSays),
        ("a.txt", "", b"", NotWhatItSays),
        ("a.txt", "", b"a\x00b", NotWhatItSays),
        ("a.txt", "", b" <!DOCTYPE html><script>1</script>", NotWhatItSays),
        ("a.csv", "text/html", TEXT, NotWhatItSays),
        ("a.html", "text/html", b"<html>", TypeNotTaken),
        ("a.svg", "image/svg+xml", b"<svg/>", TypeNotTaken),
        ("a.exe", "", b"MZ", TypeNotTaken),
        ("pdf", "", PDF, TypeNotTaken),
        ("", "", PDF, TypeNotTaken),
        ("a.xlsm", "", XLSX, ActiveContent),
        ("a.doc", "", b"\xd0\xcf\x11\xe0", ActiveContent),
        ("a.xlsx", "", archive("xl/workbook.xml", "xl/vbaProject.bin"), ActiveContent),
        ("a.docx", "", archive("word/document.xml", types=b"...macroEnabled..."), ActiveContent),
        ("a.pdf", "", PDF.replace(b"<<>>", b"<</S /JavaScript>>"), ActiveContent),
        ("a.pdf", "", PDF + bytes(MOST_BYTES), TooLarge),
    ],
)
def test_a_file_that_is_not_what_it_says_or_does_something_is_refused(
    name: str, declared: str, content: bytes, refusal: type[Invalid]
) -> None:
    with pytest.raises(refusal) as caught:
        media_type_of(name, declared, content)
    assert caught.type is refusal
