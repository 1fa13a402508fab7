"""Population indicators are kept apart from what a contract measures of its provider."""

from __future__ import annotations

from typing import get_args, get_type_hints

from services.gateway.report_cards.content import (
    CardMeasure,
    ContractCard,
    Indicator,
    ProviderCard,
)
from services.monitoring.flags.events import MeasureTaken, ReadingJudged
from shared.published.terms import ContractTerms, MeasureTerms, Outcome, Reading


def test_a_contracts_measure_has_no_room_for_a_population_indicator() -> None:
    for kind in (MeasureTerms, Reading, MeasureTaken, ReadingJudged):
        fields = set(get_type_hints(kind))
        assert not {one for one in fields if "indicator" in one or "population" in one}, kind


def test_a_contract_names_outcomes_of_the_population_in_words_and_measures_none_of_them() -> None:
    assert set(get_type_hints(Outcome)) == {"outcome", "title"}
    assert get_args(get_type_hints(ContractTerms)["measures"])[0] is MeasureTerms


def test_a_card_shows_indicators_beside_its_measures_and_judges_none_of_them() -> None:
    card = get_type_hints(ContractCard)
    assert get_args(card["measures"])[0] is CardMeasure
    assert get_args(card["indicators"])[0] is Indicator
    assert not set(CardMeasure.__struct_fields__) & {"indicator", "assessment", "area"}
    judged = {"measure", "provider", "contract", "judgement", "rating", "variation", "assurance"}
    assert not set(Indicator.__struct_fields__) & judged


def test_a_providers_card_has_no_indicators_of_its_own() -> None:
    assert not {one for one in ProviderCard.__struct_fields__ if "indicator" in one}
