"""What only looks like a period is refused at the door, so that no rule has to reckon with it."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from services.contracts.contracts import bodies as contracts
from services.contracts.pooled_funds import bodies as funds
from services.needs.specifications import bodies as specifications
from shared.http.bodies import PeriodName


@pytest.mark.parametrize("kind", [PeriodName, funds.Quarter])
def test_a_period_is_of_a_year_that_there_is(kind: Any) -> None:
    known: TypeAdapter[str] = TypeAdapter(kind)
    assert known.validate_python("2026-27-Q1") == "2026-27-Q1"
    assert known.validate_python("2099-00-M01") == "2099-00-M01"
    for wrong in ("2026-31-Q1", "2026-26-M01", "2026-27-Q5", "26-27-Q1"):
        with pytest.raises(ValidationError):
            known.validate_python(wrong)


def test_every_body_that_names_a_period_names_a_real_one() -> None:
    for body, field in (
        (contracts.AccrualBody, "period"), (contracts.InvoiceBody, "period"),
        (contracts.NewTargetBody, "from_period"), (specifications.TargetFromBody, "from_period"),
        (funds.InvoicesBody, "period"),
    ):  # fmt: skip
        with pytest.raises(ValidationError) as told:
            body.model_validate({field: "2026-31-Q1"})
        assert [one["type"] for one in told.value.errors() if one["loc"] == (field,)] == [
            "value_error"
        ]
