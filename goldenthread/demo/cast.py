"""Who plays in the demonstration: agencies and people, the ones one can sign in as too."""

from __future__ import annotations

from typing import Any

from goldenthread.demo.stage import Person

COUNCIL = "alderbrook-council"
HEALTH = "alderbrook-icb"
POLICE = "alderbrook-police"
PROBATION = "alderbrook-probation"
SCHOOL = "harbour-academy"
COUNSELLING = "bright-path"
YOUTH_CLUB = "riverside-youth"
CARE = "northfield-care"

COMMISSIONER = Person("p-7f3a", COUNCIL, ("commissioner",))
CONTRACT_MANAGER = Person("p-1c82", COUNCIL, ("contract-manager",))
PROCUREMENT = Person("p-9d04", COUNCIL, ("procurement-officer",))
FINANCE = Person("p-4be1", COUNCIL, ("finance",))
ACCOUNTANT = Person("p-a650", COUNCIL, ("finance",))
SECRETARY = Person("p-c37d", COUNCIL, ("board-secretary",))
AUDITOR = Person("p-60c4", COUNCIL, ("auditor",))
HEALTH_COMMISSIONER = Person("p-b29e", HEALTH, ("commissioner",))
SCHOOL_COMMISSIONER = Person("p-914a", SCHOOL, ("commissioner",))
COUNCIL_EVALUATOR = Person("p-e81b", COUNCIL, ("evaluator", "board-member"))
HEALTH_EVALUATOR = Person("p-5e6b", HEALTH, ("evaluator", "board-member"))

CHAIR = Person("p-25f9", COUNCIL, ("board-member",))
HEALTH_MEMBER = Person("p-38a7", HEALTH, ("board-member",))
POLICE_MEMBER = Person("p-d093", POLICE, ("board-member",))
PROBATION_MEMBER = Person("p-73b8", PROBATION, ("board-member",))
SCHOOL_MEMBER = Person("p-ce46", SCHOOL, ("board-member",))
BOARD = (CHAIR, HEALTH_MEMBER, POLICE_MEMBER, PROBATION_MEMBER, SCHOOL_MEMBER)

COUNSELLOR = Person("p-3f70", COUNSELLING, ("provider",))
YOUTH_WORKER = Person("p-46ea", YOUTH_CLUB, ("provider",))
CARER = Person("p-59b3", CARE, ("provider",))
PASTORAL_LEAD = Person("p-8b42", SCHOOL, ("provider",))
COUNSELLING_TRUSTEE = Person("p-b8d5", COUNSELLING, ("provider-signatory",))
YOUTH_TRUSTEE = Person("p-ad1c", YOUTH_CLUB, ("provider-signatory",))
SIGNATORIES = {person.agency: person for person in (COUNSELLING_TRUSTEE, YOUTH_TRUSTEE)}
"""Who signs the returns of an agency; in the school whoever makes them does, and declares it."""
PEOPLE = (
    COMMISSIONER,
    CONTRACT_MANAGER,
    PROCUREMENT,
    FINANCE,
    ACCOUNTANT,
    SECRETARY,
    AUDITOR,
    HEALTH_COMMISSIONER,
    SCHOOL_COMMISSIONER,
    COUNCIL_EVALUATOR,
    HEALTH_EVALUATOR,
    *BOARD,
    COUNSELLOR,
    YOUTH_WORKER,
    CARER,
    PASTORAL_LEAD,
    COUNSELLING_TRUSTEE,
    YOUTH_TRUSTEE,
)

MEMBERS: list[dict[str, Any]] = [
    {"agency": COUNCIL, "kind": "council", "name": "Alderbrook Council"},
    {"agency": HEALTH, "kind": "nhs-icb", "name": "Alderbrook Integrated Care Board"},
    {
        "agency": POLICE,
        "kind": "local-policing-body",
        "name": "Alderbrook Police and Crime Commissioner",
    },
    {"agency": PROBATION, "kind": "probation", "name": "Alderbrook Probation Service"},
    {"agency": SCHOOL, "kind": "school", "name": "Harbour Academy"},
]

PROVIDERS: list[dict[str, Any]] = [
    {
        "provider": COUNSELLING,
        "name": "Bright Path Counselling",
        "form": "third-sector",
        "small": True,
        "identifiers": {"GB-CHC": "1099999"},
    },
    {
        "provider": YOUTH_CLUB,
        "name": "Riverside Youth Club",
        "form": "third-sector",
        "small": True,
        "identifiers": {"GB-CHC": "1088888"},
    },
    {
        "provider": CARE,
        "name": "Northfield Care",
        "form": "private",
        "small": False,
        "identifiers": {"GB-COH": "07999999"},
    },
    {
        "provider": SCHOOL,
        "name": "Harbour Academy",
        "form": "statutory",
        "small": False,
        "identifiers": {},
    },
]
