"""Who gets a token and who a session: programs by their key, demo persons by choice."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OKPKey

from services.gateway.main import PLAN
from services.gateway.sign_in.clients import ASSERTION_TYPE
from services.gateway.sign_in.persons import AGENCIES, PERSONS
from shared.eventsourcing.clock import system_now
from shared.http.permissions import ROLES
from shared.testing.houses import ISSUER, KEY, RunningHouse, open_house
from tests.gateway import story

ED = OKPKey.generate_key("Ed25519", auto_kid=True)
EC = ECKey.generate_key("P-256", auto_kid=True)
FINANCE = {"client": "ledger-sync", "agency": "icb", "roles": ["finance"], "scopes": ["funds:read"]}


@pytest.fixture
async def house(
    service_database: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[RunningHouse]:
    clients = [
        FINANCE | {"jwk": ED.as_dict(private=False)},
        FINANCE | {"client": "statements", "scopes": None, "jwk": EC.as_dict(private=False)},
    ]
    monkeypatch.setenv("ISSUER_KEY", json.dumps(KEY.as_dict(private=True)))
    monkeypatch.setenv("CLIENTS", json.dumps(clients))
    async with open_house(PLAN, service_database) as running:
        await running.hear("needs", "partnership/p1", story.FORMED)
        yield running


def assertion(
    key: OKPKey | ECKey = ED,
    algorithm: str = "Ed25519",
    client: str = "ledger-sync",
    minutes: float = 4,
    **changes: Any,
) -> str:
    claims = {
        "iss": client,
        "sub": client,
        "aud": f"{ISSUER.name}/v1/token",
        "jti": str(uuid4()),
        "exp": int((system_now() + timedelta(minutes=minutes)).timestamp()),
    } | changes
    given = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode({"alg": algorithm}, given, key, algorithms=[algorithm])


async def asked(house: RunningHouse, proof: str, **changes: str) -> httpx.Response:
    form = {
        "grant_type": "client_credentials",
        "client_assertion_type": ASSERTION_TYPE,
        "client_assertion": proof,
    } | changes
    return await house.client.post("/v1/token", data=form)


# -- programs


async def test_a_program_gets_a_token_for_its_key_and_no_more_than_it_has(
    house: RunningHouse,
) -> None:
    given = (await asked(house, assertion())).json()
    assert (given["token_type"], given["scope"], given["expires_in"]) == (
        "Bearer", "funds:read", 900,
    )  # fmt: skip
    actor = house.app.state.verifier.actor(given["access_token"])
    assert (actor.client, actor.agency, actor.person) == ("ledger-sync", "icb", "")
    assert actor.scopes == {"funds:read"}

    more = await asked(house, assertion(), scope="funds:read payments:approve")
    assert (more.status_code, more.json()["error"]) == (400, "invalid_scope")
    other = await asked(house, assertion(EC, "ES256", "statements"), scope="contracts:read")
    assert other.json()["scope"] == "contracts:read"
    bearer = {"Authorization": f"Bearer {other.json()['access_token']}"}
    assert (await house.client.get("/v1/contract-views", headers=bearer)).status_code == 200
    assert (await house.client.get("/v1/threads/need/n1", headers=bearer)).status_code == 403


async def test_an_assertion_serves_once(house: RunningHouse) -> None:
    proof = assertion()
    assert (await asked(house, proof)).status_code == 200
    again = await asked(house, proof)
    assert (again.status_code, again.json()["code"]) == (401, "invalid-client")


@pytest.mark.parametrize(
    "proof",
    [
        assertion(minutes=60),
        assertion(minutes=-1),
        assertion(exp=None),
        assertion(jti=None),
        assertion(aud="https://elsewhere.test"),
        assertion(sub="statements"),
        assertion(client="nobody"),
        assertion(OKPKey.generate_key("Ed25519")),
        assertion(client="statements"),
        assertion(ECKey.generate_key("P-256"), "ES256", "statements"),
        "not.a.token",
        "",
        "a.\u00e4.c",
    ],
    ids=[
        "long-lived", "expired", "endless", "without id", "for another", "for another client",
        "unknown", "another key", "another client's key", "another ec key", "garbage", "nothing",
        "not ascii",
    ],
)  # fmt: skip
async def test_no_token_without_a_proof_that_holds(house: RunningHouse, proof: str) -> None:
    refused = await asked(house, proof)
    assert (refused.status_code, refused.json()["error"]) == (401, "invalid_client")
    assert refused.headers["content-type"] == "application/problem+json"


async def test_only_client_credentials_are_granted(house: RunningHouse) -> None:
    refused = await asked(house, assertion(), grant_type="password")
    assert (refused.status_code, refused.json()["error"]) == (400, "unsupported_grant_type")
    secret = await asked(house, assertion(), client_assertion_type="client_secret")
    assert secret.status_code == 401


async def test_the_keys_prove_the_tokens_and_give_nothing_away(house: RunningHouse) -> None:
    keys = (await house.client.get("/.well-known/jwks.json")).json()["keys"]
    assert [key["kid"] for key in keys] == [KEY.kid]
    assert "d" not in keys[0]


# -- persons


def test_demo_persons_are_roles_under_opaque_ids() -> None:
    assert len(PERSONS) >= 24
    for person in PERSONS.values():
        assert person.agency in AGENCIES
        assert person.roles <= ROLES.keys()
        assert len(person.person) == 6
        assert person.person.startswith("p-")


class Browser:
    """A browser at the gateway: it keeps cookies and repeats the page's token in its forms."""

    def __init__(self, house: RunningHouse) -> None:
        self.house = house
        transport = httpx.ASGITransport(app=house.app, raise_app_exceptions=False)
        self.client = httpx.AsyncClient(transport=transport, base_url="http://test")
        self.load()

    def load(self) -> str:
        """What a page would give: the cookie against forgery."""
        session = self.client.cookies.get("gt-session") or ""
        token: str = self.house.app.state.sessions.new_token(session)
        self.client.cookies.set("gt-csrf", token, domain="test.local")
        return token

    @property
    def csrf(self) -> str:
        return self.client.cookies.get("gt-csrf") or ""

    async def sign_in(self, person: str, **form: str) -> httpx.Response:
        sent = {"person": person, "csrf": self.csrf} | form
        return await self.client.post("/sign-in", data=sent)


async def test_a_demo_person_signs_in_reads_and_signs_out(house: RunningHouse) -> None:
    browser = Browser(house)
    assert (await browser.client.get("/v1/overview")).status_code == 401
    answer = await browser.sign_in("p-b29e", next="/contracts")
    assert (answer.status_code, answer.headers["location"]) == (303, "/contracts")
    cookies = answer.headers.get_list("set-cookie")
    assert all("HttpOnly" in cookie and "SameSite=lax" in cookie for cookie in cookies)

    shown = (await browser.client.get("/v1/overview")).json()
    assert shown["agency"] == "alderbrook-icb"
    out = await browser.client.post("/sign-out", data={"csrf": browser.csrf})
    assert (out.status_code, out.headers["location"]) == (303, "/sign-in")
    assert (await browser.client.get("/v1/overview")).status_code == 401


async def test_a_forged_form_signs_nobody_in(house: RunningHouse) -> None:
    browser = Browser(house)
    for csrf in ("", "made.up", browser.csrf + "0"):
        forged = await browser.sign_in("p-7f3a", csrf=csrf)
        assert (forged.status_code, forged.json()["code"]) == (403, "csrf-token-wrong")
    unknown = await browser.sign_in("p-0000")
    assert (unknown.status_code, unknown.json()["code"]) == (422, "invalid")


@pytest.mark.parametrize(
    "next", ["https://evil.test", "//evil.test", "/\\evil.test", "evil", "/a\nb"]
)
async def test_signing_in_never_leads_elsewhere(house: RunningHouse, next: str) -> None:
    assert (await Browser(house).sign_in("p-7f3a", next=next)).headers["location"] == "/"


async def test_a_session_writes_only_with_its_own_token_against_forgery(
    house: RunningHouse,
) -> None:
    browser = Browser(house)
    await browser.sign_in("p-10d7")
    retry = {"subscriber": "decisions", "source": "needs", "key": "d1"}
    at = "/v1/operations/parked/retry"

    bare = await browser.client.post(at, json=retry)
    assert (bare.status_code, bare.json()["code"]) == (403, "csrf-token-wrong")
    header = {"X-CSRF-Token": browser.csrf}
    assert (await browser.client.post(at, json=retry, headers=header)).status_code == 200

    other = Browser(house)
    await other.sign_in("p-10d7")
    browser.client.cookies.delete("gt-csrf")
    browser.client.cookies.set("gt-csrf", "x.y", domain="test.local")
    planted = await browser.client.post(at, json=retry, headers={"X-CSRF-Token": "x.y"})
    assert planted.status_code == 403


async def test_a_cookie_that_is_no_token_is_nobody(house: RunningHouse) -> None:
    cookie = {"Cookie": "gt-session=forged"}
    assert (await house.client.get("/v1/overview", headers=cookie)).status_code == 401


async def test_outside_a_sandbox_there_is_no_issuer(
    service_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ISSUER_KEY", json.dumps(KEY.as_dict(private=True)))
    async with open_house(PLAN, service_database, sandbox=False) as house:
        for method, path in (
            ("POST", "/v1/token"), ("GET", "/.well-known/jwks.json"), ("POST", "/sign-in"),
            ("POST", "/sign-out"),
        ):  # fmt: skip
            refused = await house.client.request(method, path, data={"person": "p-7f3a"})
            assert refused.status_code == 404, path
