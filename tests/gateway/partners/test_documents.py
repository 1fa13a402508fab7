"""The partner contract as documents: what they say is what is sent, and keeps its promises."""

from __future__ import annotations

import copy
import json
import tomllib
from collections.abc import AsyncIterator, Callable
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import msgspec
import pytest

from services.gateway.partners.documents import VERSION, as_text, asyncapi, told
from shared.eventsourcing.events import type_of
from shared.published import procurement
from shared.testing.houses import RunningHouse
from tests.gateway import story
from tests.gateway.partners.compatibility import Document, broken
from tests.gateway.partners.happened import SOURCES, one_after_another
from tests.gateway.partners.happened import told as tell
from tests.gateway.partners.reading import feed

SPECIFICATION = Path("node_modules/@asyncapi/specs/schemas/3.0.0.json")
WRITTEN = Path("docs/events/asyncapi.json")
RELEASED = Path("docs/events/released.json")


@pytest.fixture
async def house(service_database: str) -> AsyncIterator[RunningHouse]:
    async with story.open_gateway(service_database) as running:
        await story.reported_and_paid(running)
        yield running


def document_at(path: Path) -> Document:
    return json.loads(path.read_bytes())


@cache
def validator_of(type: str) -> Any:
    """Judges a payload as a consumer would: by the message's schema, references resolved."""
    document = asyncapi()
    payload = document["components"]["messages"][type]["payload"]
    return jsonschema_rs.Draft7Validator({**payload, "components": document["components"]})


def test_the_document_is_asyncapi_3(repository: Path) -> None:
    path = repository / SPECIFICATION
    assert path.is_file(), "make setup installs the specification's own schema"
    validator = jsonschema_rs.validator_for(document_at(path))
    assert [str(error) for error in validator.iter_errors(asyncapi())] == []
    spoilt = asyncapi()
    spoilt["operations"]["sendToTopic"]["action"] = "publish"
    assert not validator.is_valid(spoilt), "what is not AsyncAPI 3 would be found"


def test_the_document_kept_with_the_code_is_the_one_the_code_makes(repository: Path) -> None:
    written = (repository / WRITTEN).read_bytes()
    assert written == as_text(asyncapi()), "make events writes it anew"


def test_its_version_is_the_projects(repository: Path) -> None:
    project = tomllib.loads((repository / "pyproject.toml").read_text())
    assert project["project"]["version"] == VERSION


async def test_anybody_may_read_it(house: RunningHouse) -> None:
    response = await house.nobody().get("/v1/asyncapi.json")
    assert response.json() == asyncapi()


def test_what_stays_in_is_not_promised() -> None:
    names = {type_of(event) for event, _ in told()}
    assert type_of(procurement.RepresentationMade) not in names
    assert "gateway.contract-snapshot.v1" in names
    assert len(names) > 80


@pytest.mark.parametrize("type", sorted(type_of(event) for event, _ in told()))
def test_every_sample_is_what_its_schema_says(type: str, repository: Path) -> None:
    sample = repository / "tests/samples" / type.partition(".")[0] / f"{type}.json"
    validator = validator_of(type)
    body = document_at(sample)
    assert [str(error) for error in validator.iter_errors(body)] == []
    assert not validator.is_valid(body | {"type": "another.v1"})


def test_every_line_of_a_log_is_what_its_schema_says() -> None:
    for line in tell(SOURCES, one_after_another(SOURCES)).lines:
        errors = validator_of(line.type).iter_errors(msgspec.json.decode(line.body))
        assert [str(error) for error in errors] == [], line.type


async def test_the_feeds_batches_carry_what_is_documented(house: RunningHouse) -> None:
    for event in await feed(house, "icb"):
        assert validator_of(event["type"]).is_valid(event["data"])


# -- promises


def test_what_was_released_still_holds(repository: Path) -> None:
    """The released document is replaced by the written one at a release, and only then."""
    assert broken(document_at(repository / RELEASED), asyncapi()) == []


def _schema(document: Document, name: str) -> Document:
    return document["components"]["schemas"][name]


def event_gone(document: Document) -> None:
    del document["components"]["messages"]["contracts.payment-made.v1"]


def property_gone(document: Document) -> None:
    del _schema(document, "PaymentMade")["properties"]["amount_pence"]


def nested_property_gone(document: Document) -> None:
    del _schema(document, "Reading")["properties"]["status"]


def property_narrowed(document: Document) -> None:
    _schema(document, "PaymentMade")["properties"]["amount_pence"]["type"] = "string"


def property_bounded(document: Document) -> None:
    _schema(document, "PaymentMade")["properties"]["amount_pence"]["minimum"] = 1


def list_of_something_else(document: Document) -> None:
    _schema(document, "PaymentMade")["properties"]["certificates"]["items"]["type"] = "integer"


def newly_required(document: Document) -> None:
    schema = _schema(document, "PaymentMade")
    schema["properties"]["cheque"] = {"type": "string"}
    schema["required"].append("cheque")


def no_longer_certain(document: Document) -> None:
    _schema(document, "PaymentMade")["required"].remove("amount_pence")


def word_gone(document: Document) -> None:
    _schema(document, "Reading")["properties"]["status"]["enum"].remove("nil")


def word_nobody_expects(document: Document) -> None:
    _schema(document, "Reading")["properties"]["status"]["enum"].append("estimated")


def another_default(document: Document) -> None:
    _schema(document, "ReturnSubmitted")["properties"]["late"]["default"] = True


def another_variant(document: Document) -> None:
    _schema(document, "ContractTerms")["properties"]["payment"]["anyOf"].append({"type": "null"})


def amounts_of_something_else(document: Document) -> None:
    _schema(document, "ContractTerms")["properties"]["commitments"]["additionalProperties"] = {
        "type": "string"
    }


@pytest.mark.parametrize(
    "change",
    [
        event_gone, property_gone, nested_property_gone, property_narrowed, property_bounded,
        list_of_something_else, newly_required, no_longer_certain, word_gone, word_nobody_expects,
        another_default, another_variant, amounts_of_something_else,
    ],
    ids=lambda change: change.__name__,
)  # fmt: skip
def test_a_promise_broken_is_seen(change: Callable[[Document], None]) -> None:
    changed = copy.deepcopy(asyncapi())
    change(changed)
    assert broken(asyncapi(), changed) != []


def optional_property(document: Document) -> None:
    _schema(document, "PaymentMade")["properties"]["cheque"] = {"type": "string", "default": ""}


def new_event(document: Document) -> None:
    document["components"]["messages"]["contracts.cheque-bounced.v1"] = {}
    document["components"]["schemas"]["ChequeBounced"] = {}


def word_that_was_announced(document: Document) -> None:
    _schema(document, "BrokenDown")["properties"]["breakdown"]["enum"].append("language")


def other_words_about_it(document: Document) -> None:
    _schema(document, "PaymentMade")["description"] = "Money left the fund."


@pytest.mark.parametrize(
    "change",
    [optional_property, new_event, word_that_was_announced, other_words_about_it],
    ids=lambda change: change.__name__,
)
def test_what_breaks_nobody_may_change(change: Callable[[Document], None]) -> None:
    changed = copy.deepcopy(asyncapi())
    change(changed)
    assert broken(asyncapi(), changed) == []
