"""The terms a case may begin from: an NHS style contract, a council's own, an SLA. Data alone.

Law: no figure of a case is written anywhere else; a signature chooses one of these and may put its
own clause in the place of any.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from shared.published.terms import CaseTerms, Clause

PresetName = Literal["nhs-standard", "council", "sla"]

NHS_STANDARD = CaseTerms(
    preset="nhs-standard",
    explanation=Clause(clause="GC9.6", working_days=5),
    decision=Clause(clause="GC9.7", working_days=5),
    meeting=Clause(clause="GC9.8", working_days=10),
    plan=Clause(clause="GC9.11", working_days=5),
    exception_report=Clause(clause="GC9.20", working_days=10),
    formal_review=Clause(clause="GC8", working_days=20),
    remedial_notice=Clause(clause="GC9.12", calendar_days=28),
    query_answer=Clause(clause="GC9.6", working_days=5),
    withholding=Clause(clause="GC9.19", basis_points=200),
    withholding_cap=Clause(clause="GC9.19", basis_points=1000),
    late_return=Clause(clause="SC28.12", basis_points=500),
    forfeiture=Clause(clause="GC9.24"),
)
COUNCIL = CaseTerms(
    preset="council",
    explanation=Clause(clause="Performance 4.1", working_days=5),
    decision=Clause(clause="Performance 4.2", working_days=5),
    meeting=Clause(clause="Performance 4.3", working_days=10),
    plan=Clause(clause="Performance 4.4", working_days=5),
    exception_report=Clause(clause="Performance 4.5", working_days=10),
    formal_review=Clause(clause="Performance 4.6", working_days=20),
    remedial_notice=Clause(clause="Default 6.1", calendar_days=28),
    query_answer=Clause(clause="Performance 3.2", working_days=5),
    withholding=Clause(clause="Payment 9.4", basis_points=200),
    withholding_cap=Clause(clause="Payment 9.5", basis_points=1000),
    late_return=Clause(clause="Payment 9.6", basis_points=500),
    rating=Clause(clause="Procurement Act 2023 s.71", basis_points=1000),
)
SLA = CaseTerms(
    preset="sla",
    explanation=Clause(clause="Section 5.1", working_days=5),
    decision=Clause(clause="Section 5.2", working_days=5),
    meeting=Clause(clause="Section 5.3", working_days=10),
    plan=Clause(clause="Section 5.4", working_days=5),
    exception_report=Clause(clause="Section 5.5", working_days=10),
    formal_review=Clause(clause="Section 6", working_days=20),
    remedial_notice=Clause(clause="Section 5.6", calendar_days=28),
    query_answer=Clause(clause="Section 4.2", working_days=5),
)
PRESETS: Mapping[PresetName, CaseTerms] = {
    "nhs-standard": NHS_STANDARD,
    "council": COUNCIL,
    "sla": SLA,
}
