"""A kept release made whole: its ocid, organisations by name, the award of a contract. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

import msgspec

from services.gateway.public_record.delivered import with_figures, with_measure_named
from services.gateway.public_record.lines import ReleaseLine
from services.gateway.public_record.pieces import Json
from services.gateway.public_record.views import OrganisationRow
from shared.disclosure.deciding import Decisions
from shared.published.terms import AgencyId, MeasureId, MeasureTerms

SCHEMES = ("GB-COH", "GB-CHC", "GB-SC", "GB-NIC", "GB-ODS", "GB-PPON")
"""Registers in the order in which an organisation's first identifier is taken from them."""
NAMED: Json = {
    "parties": "party",
    "buyer": "one",
    "relatedProcesses": "process",
    "tender": {"procuringEntity": "one"},
    "awards": {"suppliers": "one"},
    "contracts": {
        "implementation": {
            "transactions": {"payee": "one"},
            "performanceFailures": {"suppliers": "one"},
        }
    },
}
"""Where a release speaks of an organisation or of another process, through every item of a list."""


class Process(msgspec.Struct, frozen=True, kw_only=True):
    """What a release is joined with: its process, as `tender/<id>`, what its contract measures
    (None where the release is of no contract), and what leaves of each version of its returns.
    """

    subject: str
    measures: Mapping[MeasureId, MeasureTerms] | None = None
    decided: Decisions = {}


class Directory(msgspec.Struct, frozen=True, kw_only=True):
    """Who an agency is, as it was first known: a release once published never changes."""

    first: Mapping[AgencyId, OrganisationRow]

    def name(self, agency: AgencyId) -> str:
        known = self.first.get(agency)
        return known.names[agency] if known else agency


def directory_of(rows: Iterable[OrganisationRow]) -> Directory:
    first: dict[AgencyId, OrganisationRow] = {}
    for row in rows:
        for agency, since in row.since.items():
            if agency not in first or since < first[agency].since[agency]:
                first[agency] = row
    return Directory(first=first)


def ocid_of(prefix: str, subject: str) -> str:
    """`tender/ab12` of the publisher `ocds-213czf` is `ocds-213czf-tender-ab12`."""
    return f"{prefix}-{subject.replace('/', '-', 1)}"


def subject_of(prefix: str, ocid: str) -> str | None:
    """The process of an ocid of this publisher; None for anything else."""
    kind, _, id = ocid.removeprefix(f"{prefix}-").partition("-")
    known = kind in ("assessment", "strategy", "specification", "tender", "award")
    return f"{kind}/{id}" if known and id and ocid.startswith(f"{prefix}-") else None


def waits(line: ReleaseLine, process: Process) -> bool:
    """Whether a return speaks of a measure that its contract has not been heard to agree on, or it
    is not decided yet what of it leaves: who asks later would be shown another release.
    """
    if not line.readings:
        return False
    measures = process.measures or {}
    undecided = (line.period, line.version) not in process.decided
    return undecided or any(one.measure not in measures for one in line.readings)


def joined(line: ReleaseLine, process: Process, directory: Directory, prefix: str) -> Json:
    """The release as it is published."""
    content = _of_contract(line, process) if process.measures is not None else line.content
    whole: Json = {
        "ocid": ocid_of(prefix, process.subject),
        "id": line.release,
        "date": line.date,
        "tag": list(line.tags),
        "initiationType": "tender",
        "language": "en",
    }
    return whole | _named(content, NAMED, directory, prefix)


def _of_contract(line: ReleaseLine, process: Process) -> Json:
    measures = process.measures or {}
    content = line.content
    if line.readings:
        content = with_figures(line, measures, process.decided.get((line.period, line.version)))
    [contract] = content["contracts"]
    if "performanceFailures" in contract.get("implementation", {}):
        content = with_measure_named(content, measures)
        [contract] = content["contracts"]
    award = process.subject.partition("/")[2]
    return content | {"contracts": [contract | {"awardID": award}]}


def _named(value: Any, places: Any, directory: Directory, prefix: str) -> Any:
    """The value with organisations called by name and processes by ocid at the places named."""
    if isinstance(value, list):
        items = cast(list[Any], value)
        return [_named(item, places, directory, prefix) for item in items]
    match places:
        case "one":
            return {**value, "name": directory.name(value["id"])}
        case "party":
            return _party(value, directory)
        case "process":
            return _related(value, prefix)
        case _:
            found: Json = {**value}
            for name, deeper in places.items():
                if name in found:
                    found[name] = _named(found[name], deeper, directory, prefix)
            return found


def _related(one: Json, prefix: str) -> Json:
    if one.get("scheme") != "ocid":
        return one
    return one | {"identifier": ocid_of(prefix, one["identifier"])}


def _party(one: Json, directory: Directory) -> Json:
    party: Json = {**one, "name": directory.name(one["id"])}
    known = directory.first.get(one["id"])
    if known is None or not known.form:
        return party
    party["details"] = {
        "scale": "sme" if known.small else "large",
        "vcse": known.form == "third-sector",
    }
    ordered = sorted(known.identifiers.items(), key=_rank)
    identifiers = [
        {"scheme": scheme, "id": id, "legalName": known.names[one["id"]]} for scheme, id in ordered
    ]
    if identifiers:
        party["identifier"] = identifiers[0]
    if more := identifiers[1:]:
        party["additionalIdentifiers"] = more
    return party


def _rank(identifier: tuple[str, str]) -> tuple[int, str]:
    scheme = identifier[0]
    return (SCHEMES.index(scheme) if scheme in SCHEMES else len(SCHEMES), scheme)
