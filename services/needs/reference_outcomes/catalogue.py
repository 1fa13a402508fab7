"""The health priorities as reference outcomes: each with its indicators, polarity and source. Pure.

Law: these are offered, never set: an assessment holds one only after the partnership adopted it,
and what it adopted stays as it was then.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from shared.published.terms import Direction, Unit

OHID = "Office for Health Improvement and Disparities, Fingertips"


class ReferenceIndicator(msgspec.Struct, frozen=True, kw_only=True):
    """`per` is the size of the population a rate is of; a rate's unit is `score`."""

    name: str
    title: str
    unit: Unit
    direction: Direction
    source: str
    per: int | None = None


class ReferenceOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """An outcome in plain words; `topic` is what the priority is called."""

    reference: str
    topic: str
    title: str
    indicators: tuple[ReferenceIndicator, ...]


def _rate(name: str, title: str, per: int, source: str = OHID) -> ReferenceIndicator:
    return ReferenceIndicator(
        name=name, title=title, unit="score", direction="lower", source=source, per=per
    )


def _share(
    name: str, title: str, direction: Direction = "lower", source: str = OHID
) -> ReferenceIndicator:
    return ReferenceIndicator(
        name=name, title=title, unit="percent", direction=direction, source=source
    )


HEALTH = (
    ReferenceOutcome(
        reference="teenage-pregnancy",
        topic="Teenage pregnancy",
        title="Young people become parents when they are ready to",
        indicators=(
            _rate(
                "conceptions-under-18", "Conception rate in females aged 17 years and under",
                1_000, f"{OHID}, indicator 20401",
            ),
        ),
    ),
    ReferenceOutcome(
        reference="obesity",
        topic="Obesity",
        title="Children grow up at a healthy weight",
        indicators=(
            _share(
                "obesity-year-6", "Obesity prevalence including severe obesity in Year 6",
                source=f"{OHID}, indicator 92033",
            ),
            _share("obesity-reception", "Obesity prevalence including severe obesity in Reception"),
        ),
    ),
    ReferenceOutcome(
        reference="camhs",
        topic="Child and adolescent mental health",
        title="Children and young people have good mental health, and help soon when they need it",
        indicators=(
            _rate(
                "mental-health-admissions",
                "Hospital admissions for mental health conditions, under 18", 100_000,
            ),
            _rate(
                "self-harm-admissions",
                "Hospital admissions as a result of self-harm, aged 10 to 24", 100_000,
            ),
            _share(
                "camhs-seen-in-four-weeks",
                "Children referred to mental health services who are first seen within four weeks",
                "higher", "NHS England, Mental Health Services Data Set",
            ),
        ),
    ),
    ReferenceOutcome(
        reference="substance-misuse",
        topic="Substance misuse",
        title="Children and young people are not harmed by drugs or alcohol",
        indicators=(
            _rate(
                "alcohol-admissions-under-18",
                "Hospital admission episodes for alcohol-specific conditions aged 17 and under",
                100_000, f"{OHID}, indicator 92904",
            ),
            _rate(
                "substance-misuse-admissions",
                "Hospital admissions due to substance misuse, aged 15 to 24", 100_000,
            ),
        ),
    ),
    ReferenceOutcome(
        reference="oral-health",
        topic="Oral health",
        title="Children have healthy teeth",
        indicators=(
            _share("dental-decay-at-5", "Five-year-olds with experience of dental decay"),
            _rate(
                "dental-caries-admissions",
                "Hospital admissions for dental caries, aged 0 to 5", 100_000,
            ),
        ),
    ),
)  # fmt: skip
CATALOGUE: Mapping[str, ReferenceOutcome] = {one.reference: one for one in HEALTH}
