"""Agency by role by door: who may do what, tried at every address with real objects behind it.

Private by default: what is open to all stands in the tables below, and nothing else is.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import replace
from typing import Any
from uuid import uuid4

import httpx
import pytest

from goldenthread.demo import offers
from goldenthread.demo.cast import (
    CARE,
    CHAIR,
    COMMISSIONER,
    COUNCIL,
    COUNSELLING,
    HEALTH,
    SECRETARY,
    YOUTH_CLUB,
)
from goldenthread.demo.stage import Person
from shared.http.permissions import ROLES
from tests.journeys.doors import OF_THE_HOUSE_ALONE, UUID, Door, council, doors, everyone_at
from tests.journeys.playing import Played, bearer

NOT_IN_THE_STORY = {
    "GET /v1/operations/events/{event}",
    "POST /v1/operations/epochs/{source}/acceptance",
    "GET /v1/assessments/{assessment}/indicators/{indicator}",
    "GET /v1/assessments/{assessment}/indicators/{indicator}/breakdowns",
    "POST /v1/assessments/{assessment}/indicators/{indicator}/file",
    "GET /v1/areas/{area}",
    "GET /v1/areas/{area}/neighbours",
    "GET /v1/notices/{ocid}",
    "GET /v1/processes/{ocid}/notices",
    "POST /v1/tenders/{tender}/representations/{representation}/resolution",
    "POST /v1/awards/{award}/representations/{representation}/resolution",
    "POST /v1/contracts/{contract}/invoices/{invoice}/dispute",
    "POST /v1/contracts/{contract}/invoices/{invoice}/settlement",
    "GET /v1/funds/{fund}/payment-runs/{run}",
    "GET /v1/funds/{fund}/payment-runs/{run}/remittance",
    "POST /v1/funds/{fund}/payment-runs/{run}/approval",
    "POST /v1/funds/{fund}/payment-runs/{run}/refusal",
    "POST /v1/returns/{contract}/{period}/actions/{action}/completion",
    "GET /v1/returns/files/{file}",
    "GET /v1/returns/files/{file}/problems.csv",
    "GET /v1/returns/{contract}/{period}/evidence/{file}",
    "DELETE /v1/returns/{contract}/{period}/evidence/{file}",
    "GET /v1/flags/notes/{contract}/{note}",
    "POST /v1/forums/{partnership}/issues/{issue}/answer",
    "POST /v1/ledgers/{fund}/proofs/keys/{key_id}/retire",
    "POST /v1/gateway-texts/{text}/erasure",
    *(f"GET /v1/reconciliations/{{reconciliation}}{of}" for of in (
        "", "/preview", "/lines", "/matches", "/statement",
    )),
    *(f"POST /v1/reconciliations/{{reconciliation}}/{of}" for of in (
        "extract", "matching", "acceptances", "refusals", "matches", "undoings", "marks",
        "marks/removal", "suspense", "suspense/approval", "preparation", "return", "sign-off",
        "discarding",
    )),
    "GET /v1/rebases/{contract}/texts/{text}",
    "POST /v1/rebases/{contract}/{measure}/{from_period}/approval",
    "POST /v1/rebases/{contract}/{measure}/{from_period}/refusal",
    "GET /v1/ledgers/{fund}/statements/{period}/{partner}",
    "GET /v1/ledgers/{fund}/statements/{period}/{partner}/changes",
    *(f"POST /v1/ledgers/{{fund}}/statements/{{period}}/{{partner}}/{of}" for of in (
        "agreement", "dispute", "signature",
    )),
    *(f"POST /v1/card-entries/{{contract}}/entries/{{entry}}{of}" for of in (
        "", "/removal", "/completion",
    )),
    *(f"POST /v1/curves/{{partnership}}/{{outcome}}/entries/{{entry}}{of}" for of in (
        "", "/removal", "/completion",
    )),
    "POST /v1/partnerships/{partnership}/actions/{action}/completion",
    "POST /v1/partnerships/{partnership}/business/{business}/noting",
    *(f"POST /v1/partnerships/{{partnership}}/teams/{{team}}/{of}" for of in (
        "members", "standings-down", "ending",
    )),
    *(
        "GET /v1/votes/{vote}", "GET /v1/votes/{vote}/ballots", "POST /v1/votes/{vote}/ballots",
        "POST /v1/votes/{vote}/tokens", "POST /v1/votes/{vote}/tokens/{batch}/withdrawal",
        "POST /v1/votes/{vote}/closing", "POST /v1/votes/{vote}/answer",
        "POST /v1/drafts/{partnership}/issues/{issue}/proposal",
        "POST /v1/drafts/{partnership}/issues/{issue}/agreement",
        "POST /v1/resources/{partnership}/{resource}/agreement",
        "POST /v1/resources/{partnership}/{resource}/withdrawal",
        "POST /v1/markets/{partnership}/entries/{entry}/removal",
        "POST /v1/markets/{partnership}/entries/{entry}/completion",
        "POST /v1/frameworks/{partnership}/entries/{entry}/removal",
        "POST /v1/trainings/{partnership}/{training}/withdrawal",
        "GET /v1/packages/{package}",
        *(f"POST /v1/packages/{{package}}/{of}" for of in ("agreement", "review", "ending")),
        "POST /v1/evaluations/{partnership}/{year}/improvements/{improvement}/completion",
        "POST /v1/assurances/{partnership}/standards/{standard}/withdrawal",
        "POST /v1/assurances/{partnership}/remedies/{remedy}/completion",
        "POST /v1/ledgers/{fund}/opinions/{opinion}/withdrawal",
    ),
    "GET /v1/framework-agreements/{agreement}",
    *(f"POST /v1/framework-agreements/{{agreement}}/{of}" for of in ("lots", "ending")),
    "GET /v1/preferred-lists/{preferred}",
    "GET /v1/preferred-lists/{preferred}/providers/{provider}/reason",
    *(f"POST /v1/preferred-lists/{{preferred}}/{of}" for of in (
        "providers", "providers/{provider}/removal", "agreements", "ending",
    )),
    "GET /v1/providers/{provider}/grounds/{ground}/reason",
    "POST /v1/providers/{provider}/grounds/{ground}/ending",
    "POST /v1/messages/{message}/seen",
    "POST /v1/monitoring-calendars/{partnership}/inspections/{plan}/actions/{action}/completion",
    "GET /v1/webhooks/{webhook}",
    "DELETE /v1/webhooks/{webhook}",
    "POST /v1/webhooks/{webhook}/secret",
    "POST /v1/webhooks/{webhook}/pause",
    "POST /v1/webhooks/{webhook}/resume",
    "POST /v1/webhooks/{webhook}/replay",
    "GET /v1/webhooks/{webhook}/deliveries",
}  # fmt: skip
"""Doors behind which the story has put nothing: tried with the rest of the address real."""

WITHOUT_A_TOKEN = {
    "GET /healthz", "GET /readyz", "GET /.well-known/jwks.json",
    "POST /v1/token", "POST /sign-in", "POST /sign-out",
    "GET /v1/proofs/keys/{fund}", "GET /v1/proofs/verify.py",
    "GET /v1/public/releases", "GET /v1/public/releases.atom", "GET /v1/public/records.jsonl.gz",
    "GET /v1/public/records/{ocid}", "GET /v1/public/processes",
}  # fmt: skip
KEEPS_NOTHING = {"POST /v1/charts/xmr"}
"""A question with a body: the answer is worked out and nothing is written."""

OF_THE_HOUSE = ("/v1/operations", "/v1/sandbox", "/v1/feed")

QUESTIONS = {"GET /v1/consultations/participation", "GET /v1/regimes/answer"}
"""Lists of nothing until somebody says what of."""

PUBLIC_READS = {
    "GET /v1/partnerships/{partnership}",
    "GET /v1/partnerships/{partnership}/meetings",
    "GET /v1/partnerships/{partnership}/meetings/{meeting}",
    "GET /v1/partnerships/{partnership}/meetings/{meeting}/papers/{paper}",
    "GET /v1/partnerships/{partnership}/decisions",
    "GET /v1/partnerships/{partnership}/information",
    "GET /v1/assessments/{assessment}/overview",
    "GET /v1/strategies/{strategy}",
    "GET /v1/strategies/{strategy}/texts/{text}",
    "GET /v1/strategies/{strategy}/consistency",
    "GET /v1/specifications/{specification}",
    "GET /v1/specifications/{specification}/texts/{text}",
    "GET /v1/tenders/{tender}",
    "GET /v1/tenders/{tender}/questions",
    "GET /v1/tenders/{tender}/opening-keys",
    "GET /v1/tenders/{tender}/amendments",
    "GET /v1/tenders/{tender}/consortium",
    "GET /v1/tenders/{tender}/duties",
    "GET /v1/tenders/{tender}/price-questions",
    "GET /v1/providers/{provider}",
    "GET /v1/frameworks/{partnership}",
    "GET /v1/consultations/{consultation}",
    "GET /v1/consultations/{consultation}/texts/{text}",
}
"""The public record: open to any agency whose role reads such things at all."""

FOR_ANY_BIDDER = {
    "POST /v1/tenders/{tender}/questions",
    "POST /v1/tenders/{tender}/bids",
    "POST /v1/tenders/{tender}/bids/{bid}/withdraw",
    "POST /v1/tenders/{tender}/representations",
    "POST /v1/tenders/{tender}/consortium",
    "POST /v1/tenders/{tender}/consortium/agreement",
    "POST /v1/tenders/{tender}/bids/{bid}/price-explanation",
}
"""Any provider may; the tender of the story is closed, so each is refused by its rules."""

SEEN_BUT_NOT_THEIRS = (
    "/v1/assessments/{assessment}/", "/v1/strategies/{strategy}/",
    "/v1/specifications/{specification}/", "/v1/tenders/{tender}/",
    "/v1/providers/{provider}/", "/v1/consultations/{consultation}/",
)  # fmt: skip
"""What is on the public record says 403 to whoever would write on it; all else says 404."""


@pytest.fixture(scope="module")
def every_door(played: Played) -> Generator[list[Door]]:
    """Every door; afterwards no log may have grown."""
    before = played.positions()
    found = [door for door in doors(played) if door.name not in WITHOUT_A_TOKEN]
    assert len(found) > 190
    nameless = {door.name for door in found if "/none" in door.path}
    assert nameless == NOT_IN_THE_STORY
    yield found
    assert played.positions() == before


class Knocking:
    """Someone who tries doors one after the other; each write with a key of its own."""

    def __init__(self, played: Played, who: Person | None) -> None:
        token = bearer(played.running, who) if who else ""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._client = httpx.Client(base_url=played.running.address, headers=headers, timeout=30)

    def __enter__(self) -> Knocking:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def at(self, door: Door) -> httpx.Response:
        headers = {"Idempotency-Key": str(uuid4())}
        body: Any = None if door.is_read else (door.body or {})
        return self._client.request(door.method, door.path, json=body, headers=headers)


def objects_of(every_door: list[Door]) -> Iterator[Door]:
    """The doors at which an object of somebody is named."""
    for door in every_door:
        if door.names_an_object and not door.template.startswith(OF_THE_HOUSE):
            yield door


TITLES = (
    offers.EARLY_HELP.title, offers.COUNSELLING.title, offers.YOUTH.title, offers.PASTORAL.title,
    "Alderbrook children", "Bright Path", "Riverside", "LADO-2026-118",
)  # fmt: skip


def tells_nothing(door: Door, answer: httpx.Response) -> str:
    """What a refusal gives away about the object, or nothing."""
    told = [title for title in TITLES if title in answer.text]
    told += [id for id in UUID.findall(answer.text) if id not in door.path]
    return f"{door.name} tells {told}" if told else ""


def test_the_document_names_every_door_without_a_token(played: Played) -> None:
    open_to_all = {door.name for door in doors(played) if not door.scope}
    assert open_to_all == WITHOUT_A_TOKEN


def test_without_a_token_every_door_is_closed(played: Played, every_door: list[Door]) -> None:
    with Knocking(played, None) as nobody:
        found = [(door.name, nobody.at(door).status_code) for door in every_door]
    assert [one for one in found if one[1] != 401] == []


@pytest.mark.parametrize("role", sorted(ROLES))
def test_a_role_without_the_scope_gets_nowhere(
    played: Played, every_door: list[Door], role: str
) -> None:
    """At the lead agency itself, whose objects these are."""
    closed = [door for door in every_door if door.scope not in ROLES[role]]
    assert len(closed) > 40
    wrong: list[str] = []
    with Knocking(played, council(role)) as someone:
        for door in closed:
            answer = someone.at(door)
            if answer.status_code != 403:
                wrong.append(f"{door.name}: {answer.status_code}")
            wrong += filter(None, [tells_nothing(door, answer)])
    assert wrong == []


@pytest.mark.parametrize("agency", [COUNCIL, HEALTH, "elsewhere"])
def test_an_auditor_never_writes(played: Played, every_door: list[Door], agency: str) -> None:
    writes = [door for door in every_door if not door.is_read and door.name not in KEEPS_NOTHING]
    assert len(writes) > 100
    with Knocking(played, everyone_at(agency, "auditor")) as auditor:
        found = [(door.name, auditor.at(door).status_code) for door in writes]
    assert [one for one in found if one[1] != 403] == []


def due_to_strangers(door: Door) -> set[int]:
    """What an agency without any part in an object is answered."""
    if door.name in PUBLIC_READS:
        return {200}
    if door.scope in OF_THE_HOUSE_ALONE:
        return {403}
    if door.name in FOR_ANY_BIDDER:
        return {409, 422}
    if door.template.startswith(SEEN_BUT_NOT_THEIRS) and "{text}" not in door.template:
        private_part = door.is_read and "reason" not in door.template
        return {404} if private_part else {403}
    return {404}


def wrongs(someone: Knocking, tried: list[Door]) -> Iterator[str]:
    for door in tried:
        answer = someone.at(door)
        if answer.status_code not in due_to_strangers(door):
            yield f"{door.name}: {answer.status_code} {answer.text[:200]}"
        if answer.is_error and (told := tells_nothing(door, answer)):
            yield told


@pytest.mark.parametrize("role", sorted(ROLES.keys() - {"operator", "service", "collector"}))
def test_a_strange_agency_finds_only_the_public_record(
    played: Played, every_door: list[Door], role: str
) -> None:
    tried = [door for door in objects_of(every_door) if door.scope in ROLES[role]]
    assert len(tried) > 10
    with Knocking(played, everyone_at("elsewhere", role)) as stranger:
        assert list(wrongs(stranger, tried)) == []


def test_all_roles_together_open_no_door_to_a_strange_agency(
    played: Played, every_door: list[Door]
) -> None:
    roles = tuple(sorted(ROLES.keys() - {"operator", "service"}))
    with Knocking(played, everyone_at("elsewhere", *roles)) as stranger:
        assert list(wrongs(stranger, list(objects_of(every_door)))) == []


@pytest.mark.parametrize("agency", [COUNSELLING, YOUTH_CLUB, CARE])
def test_a_provider_finds_nothing_of_another_providers_contract(
    played: Played, every_door: list[Door], agency: str
) -> None:
    own = {COUNSELLING: {"counselling", "early-help"}, YOUTH_CLUB: {"youth"}, CARE: set[str]()}
    others = {c for n, c in played.story.contracts.items() if n not in own[agency]}
    roles = tuple(sorted(ROLES.keys() - {"operator", "service"}))
    tried = 0
    with Knocking(played, everyone_at(agency, *roles)) as provider:
        for contract in others:
            for door in (d for d in objects_of(every_door) if "{contract}" in d.template):
                elsewhere = _at_contract(played, door, contract)
                answer = provider.at(elsewhere)
                assert answer.status_code == 404, f"{elsewhere.path}: {answer.text[:200]}"
                assert tells_nothing(elsewhere, answer) == ""
                tried += 1
    assert tried > 80


def _at_contract(played: Played, door: Door, contract: str) -> Door:
    """The same door at another contract."""
    path = door.path
    for known in played.story.contracts.values():
        path = path.replace(known, contract)
    return replace(door, path=path)


@pytest.mark.parametrize("agency", ["elsewhere", CARE])
def test_lists_hold_nothing_of_others_and_nothing_is_made_in_their_name(
    played: Played, every_door: list[Door], agency: str
) -> None:
    """Creations are tried with the very bodies that the story's own people sent."""
    story = played.story
    private = {*story.contracts.values(), story.fund, story.payment, story.incident}
    private -= {story.contracts["early-help"]}  # the award of the public tender has its id
    roles = tuple(sorted(ROLES.keys() - {"operator", "service"}))
    with Knocking(played, everyone_at(agency, *roles)) as stranger:
        for door in every_door:
            if door.names_an_object or door.template.startswith(OF_THE_HOUSE):
                continue
            answer = stranger.at(door)
            if door.name in QUESTIONS:
                problem = answer.json()
                assert (answer.status_code, problem["code"]) == (422, "invalid"), door.name
            elif door.is_read:
                assert answer.status_code == 200, f"{door.name}: {answer.text[:200]}"
                assert [id for id in private if id in answer.text] == [], door.name
            else:
                assert answer.is_client_error, f"{door.name}: {answer.status_code}"
                assert tells_nothing(door, answer) == ""


def test_what_is_not_published_yet_is_not_there_for_strangers(played: Played) -> None:
    stranger = everyone_at("elsewhere", "commissioner")
    draft = [w for w in played.stage.accepted if w.path == "/v1/assessments"][-1].answer.json()[
        "id"
    ]
    assert played.read(COMMISSIONER, f"/v1/assessments/{draft}")["status"] != "published"
    published = played.story.assessments["2025/26"]
    assert played.asked(stranger, "GET", f"/v1/assessments/{draft}").status_code == 404
    assert played.asked(stranger, "GET", f"/v1/assessments/{published}").status_code == 200


def test_exempt_business_of_the_board_is_kept_from_strangers(played: Played) -> None:
    at = f"/v1/partnerships/{played.story.partnership}"
    title = "Award: early help for children who are bullied"
    assert title in played.asked(SECRETARY, "GET", f"{at}/meetings").text
    stranger = everyone_at("elsewhere", *CHAIR.roles, *SECRETARY.roles)
    for meeting in played.listed(stranger, f"{at}/meetings"):
        shown = played.asked(stranger, "GET", f"{at}/meetings/{meeting['meeting']}")
        assert title not in shown.text
    assert title not in played.asked(stranger, "GET", f"{at}/meetings").text
    hidden = [one for one in played.listed(SECRETARY, f"{at}/decisions") if one["exempt"]]
    assert len(hidden) == 1
    told = played.asked(stranger, "GET", f"{at}/decisions").text
    assert hidden[0]["decision"] not in told


def test_only_the_operator_reads_whole_views(played: Played) -> None:
    at = "/v1/operations/views/fund_books/contents"
    for role in sorted(ROLES.keys() - {"operator"}):
        answer = played.asked(everyone_at(COUNCIL, role), "GET", at)
        assert answer.status_code == 403, role
