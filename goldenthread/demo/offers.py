"""The services of the demonstration: what for, how they are measured, how they are paid."""

from __future__ import annotations

from datetime import date

from goldenthread.demo.founding import BELONGING, SAFETY, WELLBEING, Service
from goldenthread.demo.stage import Json

COUNSELLING = Service(
    name="counselling",
    title="Counselling in the community",
    need="counselling",
    outcome=WELLBEING["outcome"],
    tier=3,
    annual_value_pence=96_000_00,
    starts_on=date(2025, 4, 1),
    ends_on=date(2026, 3, 31),
    measures=[
        {
            "measure": "seen",
            "title": "Children seen",
            "outcome": WELLBEING["outcome"],
            "quadrant": "how-much",
            "unit": "number",
            "direction": "higher",
            "target": "150",
            "tolerance": "10",
        },
        {
            "measure": "feel-better",
            "title": "Children who say they feel better",
            "outcome": WELLBEING["outcome"],
            "quadrant": "better-off-percent",
            "unit": "percent",
            "counted": "Children who say so at the end",
            "out_of": "Children who were asked",
            "direction": "higher",
            "target": "60",
            "tolerance": "5",
        },
    ],
)
YOUTH = Service(
    name="youth",
    title="An open door at the youth club",
    need="youth",
    outcome=BELONGING["outcome"],
    tier=1,
    annual_value_pence=36_000_00,
    starts_on=date(2025, 4, 1),
    ends_on=date(2027, 3, 31),
    measures=[
        {
            "measure": "coming",
            "title": "Young people who come regularly",
            "outcome": BELONGING["outcome"],
            "quadrant": "how-much",
            "unit": "number",
            "direction": "higher",
            "target": "180",
            "tolerance": "20",
        }
    ],
)
PASTORAL = Service(
    name="pastoral",
    title="Pastoral sessions in school",
    need="counselling",
    outcome=WELLBEING["outcome"],
    tier=2,
    annual_value_pence=60_000_00,
    starts_on=date(2025, 4, 1),
    ends_on=date(2027, 3, 31),
    measures=[
        {
            "measure": "sessions",
            "title": "Sessions held",
            "outcome": WELLBEING["outcome"],
            "quadrant": "how-much",
            "unit": "number",
            "direction": "higher",
            "target": "280",
            "tolerance": "40",
        },
        {
            "measure": "satisfied",
            "title": "Children who found them helpful",
            "outcome": WELLBEING["outcome"],
            "quadrant": "how-well",
            "unit": "percent",
            "counted": "Children who found them helpful",
            "out_of": "Children who were asked",
            "direction": "higher",
            "target": "75",
            "tolerance": "5",
        },
    ],
)
INHERITED = [COUNSELLING, YOUTH, PASTORAL]

EARLY_HELP = Service(
    name="early-help",
    title="Early help for children who are bullied",
    need="bullying",
    outcome=SAFETY["outcome"],
    tier=2,
    annual_value_pence=250_000_00,
    starts_on=date(2026, 4, 1),
    ends_on=date(2029, 3, 31),
    measures=[
        {
            "measure": "reached",
            "title": "Children reached",
            "outcome": SAFETY["outcome"],
            "quadrant": "how-much",
            "unit": "number",
            "direction": "higher",
            "target": "110",
            "tolerance": "10",
        },
        {
            "measure": "first-contact",
            "title": "First contact within ten days",
            "outcome": SAFETY["outcome"],
            "quadrant": "how-well",
            "unit": "percent",
            "counted": "Children first contacted within ten days",
            "out_of": "Children referred",
            "direction": "higher",
            "target": "85",
            "tolerance": "2",
            "breach_periods": 2,
            "minimum_volume": 20,
        },
        {
            "measure": "safer",
            "title": "Children for whom the bullying has stopped",
            "outcome": SAFETY["outcome"],
            "quadrant": "better-off-number",
            "unit": "number",
            "direction": "higher",
            "target": "45",
            "tolerance": "10",
        },
        {
            "measure": "safer-share",
            "title": "Share of children for whom the bullying has stopped",
            "outcome": SAFETY["outcome"],
            "quadrant": "better-off-percent",
            "unit": "percent",
            "counted": "Children for whom the bullying has stopped",
            "out_of": "Children whose help ended",
            "direction": "higher",
            "target": "40",
            "tolerance": "6",
        },
    ],
)

COUNSELLING_PAYMENT: Json = {"mechanism": "block", "annual_pence": 96_000_00}
YOUTH_PAYMENT: Json = {"mechanism": "block", "annual_pence": 36_000_00}
PASTORAL_PAYMENT: Json = {
    "mechanism": "cost-and-volume",
    "measure": "sessions",
    "unit_price_pence": 48_50,
    "floor_annual_pence": 40_000_00,
    "cap_annual_pence": 60_000_00,
}
EARLY_HELP_PAYMENT: Json = {
    "mechanism": "fee-plus-outcomes",
    "fee_annual_pence": 200_000_00,
    "rates": [{"measure": "safer", "price_pence": 240_00}],
    "outcome_cap_annual_pence": 45_000_00,
}
