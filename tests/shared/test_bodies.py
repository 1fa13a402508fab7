"""What only looks like a period, and a day beyond the calendar, is refused at the door, so that no
rule has to reckon with it.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

import services
from services.contracts.contracts import bodies as contracts
from services.contracts.pooled_funds import bodies as funds
from services.needs.specifications import bodies as specifications
from shared.http.bodies import Body, PeriodName


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


def every_body(kind: type[Body] = Body) -> Iterator[type[Body]]:
    for body in kind.__subclasses__():
        yield body
        yield from every_body(body)


def takes(body: type[Body], field: str, value: object) -> bool:
    """Whether a field takes a value, by itself or as the only one of a list."""
    adapter: TypeAdapter[Any] = TypeAdapter(body.model_fields[field].rebuild_annotation())
    for given in (value, [value]):
        try:
            adapter.validate_python(given)
        except ValidationError:
            continue
        return True
    return False


def test_no_body_takes_a_day_beyond_the_calendar() -> None:
    """From such a day no working day can be counted; a deadline that rests on it never comes."""
    for module in pkgutil.walk_packages(services.__path__, "services."):
        importlib.import_module(module.name)
    days = [
        (body, name)
        for body in every_body()
        for name, field in body.model_fields.items()
        if "date" in repr(field.annotation).lower()
    ]
    moments = (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))
    far = (date.min, date.max, *moments)
    endless = {
        f"{body.__qualname__}.{name}" for body, name in days for d in far if takes(body, name, d)
    }
    assert endless == set()
    near = {
        f"{body.__qualname__}.{name}" for body, name in days if takes(body, name, date(2026, 4, 1))
    }
    assert {"DraftSpecificationBody.ends_on", "StandardBody.valid_until"} <= near
