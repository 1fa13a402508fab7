"""The people of the demo partnership whom one can be: roles under opaque ids, nobody's names."""

from __future__ import annotations

from typing import NamedTuple

PARTNERSHIP = "Alderbrook Children's Partnership"

AGENCIES: dict[str, str] = {
    "alderbrook-council": "Alderbrook Council",
    "alderbrook-icb": "Alderbrook Integrated Care Board",
    "alderbrook-police": "Alderbrook Police and Crime Commissioner",
    "alderbrook-probation": "Alderbrook Probation Service",
    "harbour-academy": "Harbour Academy",
    "bright-path": "Bright Path Counselling",
    "riverside-youth": "Riverside Youth Club",
    "northfield-care": "Northfield Care",
    "goldenthread": "Golden Thread operations",
}


class Person(NamedTuple):
    """Somebody one can sign in as; `shown` is what they do, never who they are."""

    person: str
    agency: str
    shown: str
    roles: frozenset[str]


def _person(person: str, agency: str, shown: str, *roles: str) -> Person:
    return Person(person, agency, shown, frozenset(roles))


_EVERYONE = (
    _person("p-7f3a", "alderbrook-council", "Commissioner, council", "commissioner"),
    _person("p-1c82", "alderbrook-council", "Contract manager, council", "contract-manager"),
    _person("p-9d04", "alderbrook-council", "Procurement officer, council", "procurement-officer"),
    _person("p-4be1", "alderbrook-council", "Finance officer, council", "finance"),
    _person("p-a650", "alderbrook-council", "Chief accountant, council", "finance"),
    _person(
        "p-e2c6", "alderbrook-council", "Chief finance officer, council", "chief-finance-officer"
    ),
    _person("p-c37d", "alderbrook-council", "Board secretary, council", "board-secretary"),
    _person("p-25f9", "alderbrook-council", "Board member, council", "board-member"),
    _person("p-e81b", "alderbrook-council", "Evaluator, council", "evaluator", "board-member"),
    _person("p-60c4", "alderbrook-council", "Auditor", "auditor"),
    _person("p-71e5", "alderbrook-council", "Auditor of accounts", "accounts-auditor"),
    _person("p-b29e", "alderbrook-icb", "Commissioner, health", "commissioner"),
    _person("p-38a7", "alderbrook-icb", "Board member, health", "board-member"),
    _person("p-f14d", "alderbrook-icb", "Finance officer, health", "finance"),
    _person("p-6d3c", "alderbrook-icb", "Head of finance, health", "finance"),
    _person("p-5e6b", "alderbrook-icb", "Evaluator, health", "evaluator", "board-member"),
    _person("p-d093", "alderbrook-police", "Board member, police", "board-member"),
    _person("p-87ce", "alderbrook-police", "Finance officer, police", "finance"),
    _person("p-2a5f", "alderbrook-police", "Evaluator, police", "evaluator", "board-member"),
    _person("p-73b8", "alderbrook-probation", "Board member, probation", "board-member"),
    _person("p-0d91", "alderbrook-probation", "Finance officer, probation", "finance"),
    _person("p-ce46", "harbour-academy", "Board member, school", "board-member"),
    _person("p-914a", "harbour-academy", "Commissioner, school", "commissioner"),
    _person("p-8b42", "harbour-academy", "Pastoral lead, school", "provider"),
    _person("p-3f70", "bright-path", "Service lead, counselling", "provider"),
    _person("p-b8d5", "bright-path", "Trustee who signs, counselling", "provider-signatory"),
    _person("p-46ea", "riverside-youth", "Service lead, youth club", "provider"),
    _person("p-ad1c", "riverside-youth", "Trustee who signs, youth club", "provider-signatory"),
    _person("p-59b3", "northfield-care", "Service lead, private care", "provider"),
    _person("p-f862", "northfield-care", "Director who signs, private care", "provider-signatory"),
    _person("p-10d7", "goldenthread", "Operator of the sandbox", "operator"),
)

PERSONS: dict[str, Person] = {person.person: person for person in _EVERYONE}
