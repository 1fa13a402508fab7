"""Releases and records in the packages of OCDS, and as an Atom feed (RFC 4287). Pure."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, tostring

import msgspec

from services.gateway.public_record.merging import compiled
from services.gateway.public_record.pieces import Json

LICENCE = "http://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"
POLICY = "https://www.gov.uk/government/publications/open-contracting"
_REGISTRY = "https://raw.githubusercontent.com/open-contracting-extensions/ocds_{}_extension"
EXTENSIONS: tuple[str, ...] = (
    "https://standard.open-contracting.org/profiles/eu/latest/en/extension.json",
    *(
        f"{_REGISTRY.format(name)}/master/extension.json"
        for name in (
            "contract_completion", "pagination", "suitability", "performance_failures",
        )
    ),
    "https://raw.githubusercontent.com/cabinetoffice/ocds_uk_extension/main/extension.json",
)  # fmt: skip
"""What the releases use beyond OCDS 1.1.5: the extensions UK publishers declare. The first brings
metrics and lots.
"""
ATOM = "http://www.w3.org/2005/Atom"
STATIC_DATE = "1970-01-01T00:00:00Z"


class Publisher(msgspec.Struct, frozen=True, kw_only=True):
    """Who publishes. The prefix is the one registered with the Open Contracting Partnership;
    `ocds-213czf` is the standard's own example and says that none has been registered yet.
    """

    prefix: str = "ocds-213czf"
    name: str = "Golden Thread"


def _package(uri: str, publisher: Publisher, published_at: str) -> Json:
    return {
        "uri": uri,
        "version": "1.1",
        "extensions": list(EXTENSIONS),
        "publishedDate": published_at,
        "publisher": {"name": publisher.name},
        "license": LICENCE,
        "publicationPolicy": POLICY,
    }


def release_package(
    uri: str, publisher: Publisher, releases: Sequence[Json], next_page: str = ""
) -> Json:
    """Dated by its latest release, so that the same releases are the same package."""
    at = max((release["date"] for release in releases), default=STATIC_DATE)
    package = _package(uri, publisher, at) | {"releases": list(releases)}
    return package | {"links": {"next": next_page}} if next_page else package


def record(releases: Sequence[Json]) -> Json:
    """A process: all its releases in order, and the state they come to. At least one."""
    ordered = sorted(releases, key=lambda release: release["date"])
    return {
        "ocid": ordered[-1]["ocid"],
        "releases": ordered,
        "compiledRelease": compiled(ordered),
    }


def record_package(uri: str, publisher: Publisher, records: Sequence[Json]) -> Json:
    at = max((one["compiledRelease"]["date"] for one in records), default=STATIC_DATE)
    return _package(uri, publisher, at) | {"records": list(records)}


def feed(origin: str, publisher: Publisher, releases: Sequence[Json]) -> bytes:
    """The latest releases, newest first, each under the name its release has for ever."""
    root = Element("feed", xmlns=ATOM)
    _text(root, "title", f"Contracting processes: {publisher.name}")
    _text(root, "id", f"{origin}v1/public/releases.atom")
    _text(root, "updated", max((one["date"] for one in releases), default=STATIC_DATE))
    _text(root, "rights", "Open Government Licence v3.0")
    SubElement(root, "link", rel="self", href=f"{origin}v1/public/releases.atom")
    SubElement(root, "link", rel="license", href=LICENCE)
    SubElement(SubElement(root, "author"), "name").text = publisher.name
    for one in sorted(releases, key=lambda release: release["date"], reverse=True):
        entry = SubElement(root, "entry")
        _text(entry, "title", f"{', '.join(one['tag'])}: {title_of(one)}")
        _text(entry, "id", f"urn:uuid:{one['id']}")
        _text(entry, "updated", one["date"])
        SubElement(entry, "link", rel="alternate", href=f"{origin}record/{one['ocid']}")
        for tag in one["tag"]:
            SubElement(entry, "category", term=tag)
        _text(entry, "summary", f"{one['ocid']}: {', '.join(one['tag'])}")
    return tostring(root, encoding="utf-8", xml_declaration=True)


def title_of(release: Json) -> str:
    """What a release or a process is called; its ocid where nothing in it has a title."""
    tender = release.get("tender", {}).get("title")
    contracts = [one["title"] for one in release.get("contracts", ()) if "title" in one]
    plan = release.get("planning", {}).get("rationale")
    return tender or next(iter(contracts), "") or plan or release["ocid"]


def _text(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = text
