"""Who gets in: tokens that are ours, for us and in time; roles that include the scope."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from shared.eventsourcing.clock import system_now
from shared.eventsourcing.commands import Missing, NotPermitted
from shared.http.identity import (
    MOST_REMEMBERED,
    Actor,
    InvalidToken,
    Issuer,
    Verifier,
    key_set,
    new_key,
    public_keys,
)
from shared.http.permissions import ANYONE, ROLES, admit, allowed, may, scopes_of
from shared.running.settings import BadSettings, from_environment

KEY = new_key()
ISSUER = Issuer(KEY, "https://issuer.test")
VERIFIER = Verifier(key_set(public_keys(KEY)), ISSUER.name)
ANN = Actor(
    client="web",
    agency="council",
    person="p-1",
    roles=frozenset({"commissioner"}),
    scopes=frozenset({"needs:read", "needs:write"}),
)
HOUR = timedelta(hours=1)


def test_a_token_says_who_asks() -> None:
    assert VERIFIER.actor(ISSUER.token(ANN, HOUR)) == ANN


def test_a_token_out_of_time_from_elsewhere_or_touched_is_refused() -> None:
    good = ISSUER.token(ANN, HOUR)
    head, body, signature = good.split(".")
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    for bad in (
        ISSUER.token(ANN, HOUR, now=long_ago),
        Issuer(KEY, "https://elsewhere.test").token(ANN, HOUR),
        Issuer(new_key(), ISSUER.name).token(ANN, HOUR),
        f"{head}.{body}x.{signature}",
        f"{head}.{body}.",
        f"eyJhbGciOiJub25lIn0.{body}.",
        "",
        "nonsense",
    ):
        with pytest.raises(InvalidToken):
            VERIFIER.actor(bad)


def test_a_token_that_was_good_is_refused_once_its_time_is_over() -> None:
    now = system_now()
    token = ISSUER.token(ANN, timedelta(seconds=2), now=now)
    assert VERIFIER.actor(token) == ANN

    while system_now() < now + timedelta(seconds=2):
        time.sleep(0.05)

    with pytest.raises(InvalidToken):
        VERIFIER.actor(token)


def test_a_token_known_to_one_set_of_keys_is_unknown_to_another() -> None:
    token = ISSUER.token(ANN, HOUR)
    assert VERIFIER.actor(token) == ANN

    with pytest.raises(InvalidToken):
        Verifier(key_set(public_keys(new_key())), ISSUER.name).actor(token)


def test_a_signature_is_not_lent_to_another_token() -> None:
    mine = ISSUER.token(ANN, HOUR)
    theirs = ISSUER.token(replace(ANN, agency="other"), HOUR)
    assert VERIFIER.actor(mine).agency == "council"
    assert VERIFIER.actor(theirs).agency == "other"

    head, body, _ = theirs.split(".")
    with pytest.raises(InvalidToken):
        VERIFIER.actor(f"{head}.{body}.{mine.split('.')[2]}")


def test_only_so_many_tokens_are_remembered() -> None:
    verifier = Verifier(key_set(public_keys(KEY)), ISSUER.name)
    for n in range(MOST_REMEMBERED + 5):
        verifier.actor(ISSUER.token(replace(ANN, person=f"p-{n}"), HOUR))

    assert len(verifier._signed) == MOST_REMEMBERED  # pyright: ignore[reportPrivateUsage] - a bound nobody else can see
    assert verifier.actor(ISSUER.token(ANN, HOUR)) == ANN


def test_the_public_keys_hold_nothing_private() -> None:
    [key] = msgspec.json.decode(public_keys(KEY))["keys"]
    assert "d" not in key


def test_a_scope_counts_only_with_a_role_that_includes_it() -> None:
    assert may(ANN, "needs:write")
    assert not may(ANN, "board:read"), "the token was not given it"
    auditor = msgspec.structs.replace(ANN, roles=frozenset({"auditor"}))
    assert may(auditor, "needs:read")
    assert not may(auditor, "needs:write"), "no role of the token includes it"


def test_an_auditor_may_only_read() -> None:
    assert all(scope.endswith(":read") for scope in ROLES["auditor"])


@given(st.sets(st.sampled_from(sorted(ROLES))))
def test_more_roles_never_mean_fewer_rights(roles: set[str]) -> None:
    every = scopes_of(frozenset(roles))
    assert all(scopes_of(frozenset({role})) <= every for role in roles)


def test_an_agency_without_relation_learns_nothing_and_one_with_another_is_told() -> None:
    parties = {"council": frozenset({"member"}), "icb": frozenset({"member", "lead"})}
    admit(ANN, parties, frozenset({"member"}))
    with pytest.raises(NotPermitted):
        admit(ANN, parties, frozenset({"lead"}))
    stranger = msgspec.structs.replace(ANN, agency="elsewhere")
    with pytest.raises(Missing):
        admit(stranger, parties, frozenset({"member"}))
    admit(stranger, {ANYONE: frozenset({"bidder"})}, frozenset({"bidder"}))


def test_a_guard_with_an_unknown_scope_or_half_a_relation_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="no role has the scope"):
        allowed("needs:invent")
    with pytest.raises(ValueError, match="belong together"):
        allowed("needs:read", "member")


def test_a_sandbox_is_refused_in_production() -> None:
    env = {"DATABASE_URL": "x", "TOKEN_KEYS": "{}", "TOKEN_ISSUER": "i"}
    assert not from_environment(env).sandbox
    both = env | {"GOLDENTHREAD_SANDBOX": "yes", "GOLDENTHREAD_PRODUCTION": "yes"}
    with pytest.raises(BadSettings, match="refused in production"):
        from_environment(both)
    with pytest.raises(BadSettings, match="DATABASE_URL is not set"):
        from_environment({})
