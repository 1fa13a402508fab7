"""Files of figures: each row taken, told as wrong, or left out for a reason; nothing guessed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from services.needs.areas.beside import Gazetteer
from services.needs.areas.events import Area, NeighboursOf
from services.needs.series_files.cells import CannotSay, value_of
from services.needs.series_files.layouts import Asked, Read, layout_of, read
from services.needs.series_files.tables import (
    FileCutShort,
    FileTooLarge,
    FileUnreadable,
    read_table,
)

ENGLAND = Area(code="E92000001", name="England", kind="england")
NORTH = Area(code="E12000001", name="North East Region", kind="regions", parents=("E92000001",))
UPPER = "counties-and-unitary-authorities"
ALDER = Area(code="E08000024", name="Alder", kind=UPPER, parents=("E12000001",))
BEECH = Area(code="E08000037", name="Beech", kind=UPPER, parents=("E12000001",))
PLACES = Gazetteer(
    (ENGLAND, NORTH, ALDER, BEECH), (NeighboursOf(area="E08000024", neighbours=("E08000037",)),)
)
BANDS = ("0-7", "8-12", "13+")


def taken(text: str, places: Gazetteer = PLACES, **asked: Any) -> Read:
    table = read_table(text.encode())
    layout = layout_of(table)
    assert layout is not None
    wanted: dict[str, Any] = {"unit": "percent", "area": "E08000024", "age_bands": BANDS} | asked
    return read(table, layout, Asked(**wanted), places)


@pytest.mark.parametrize(
    ("cell", "unit", "value", "status"),
    [
        ("0", "number", 0, "given"), ("1,234", "number", 1234, "given"),
        ("61.5%", "percent", "61.5", "given"), ("£12.50", "pence", 1250, "given"),
        ("x", "percent", None, "missing"), ("z", "percent", None, "not-applicable"),
        ("c", "percent", None, "suppressed"), ("low", "percent", None, "suppressed"),
        ("Nil", "number", None, "nil"), ("..", "number", None, "missing"),
    ],
)  # fmt: skip
def test_nought_missing_not_applicable_suppressed_and_nil_are_kept_apart(
    cell: str, unit: Any, value: object, status: str
) -> None:
    expected = None if value is None else Decimal(str(value))
    assert value_of(cell, unit, "value") == (expected, status)


@pytest.mark.parametrize(
    ("cell", "unit", "code"),
    [
        ("", "number", "value-empty"), ("about 5", "number", "value-unclear"),
        ("NaN", "number", "value-unclear"), ("1e400", "number", "value-unclear"),
        ("1.1234567", "number", "value-unclear"), ("5%", "number", "unit-differs"),
        ("£5", "percent", "unit-differs"), ("£0.001", "pence", "value-unclear"),
    ],
)  # fmt: skip
def test_what_is_no_value_in_the_unit_is_a_problem_of_its_cell(
    cell: str, unit: Any, code: str
) -> None:
    with pytest.raises(CannotSay) as refused:
        value_of(cell, unit, "value")
    assert (refused.value.column, refused.value.code) == ("value", code)
    assert len(refused.value.detail) > 20


def test_a_table_of_ones_own_is_read_with_groups_years_of_age_and_names_as_codes() -> None:
    told = taken(
        "\ufeffArea,Period,Value,Breakdown,Group,Base\r\n"
        "Alder,2024,61.5,,,400\r\n"
        "Alder,202324,50,sex,Female,200\r\n"
        "Alder,2024,40,age,age 9,20\r\n"
        "Alder North,2024,40,locality,Alder North,20\r\n"
    )
    assert told.faults == ()
    keys = [(one.area, one.period, one.breakdown, one.group, one.base) for one in told.figures]
    assert keys == [
        ("E08000024", "2024", "all", "", 400),
        ("E08000024", "2023/24", "sex", "Female", 200),
        ("E08000024", "2024", "age", "9", 20),
        ("Alder North", "2024", "locality", "Alder North", 20),
    ]


def test_every_wrong_cell_is_told_by_row_and_column() -> None:
    told = taken(
        "area,period,value,breakdown,group,unit,base,status\n"
        "Alder,2024,61.5,,,percent,,\n"
        ",2024,1,,,,,\n"
        "Alder,last year,1,,,,,\n"
        "Alder,2023,about,,,,,\n"
        "Alder,2022,101,,,,,\n"
        "Alder,2021,1,shoe-size,9,,,\n"
        "Alder,2021,1,sex,,,,\n"
        "Alder,2021,1,age-band,5-9,,,\n"
        "Alder,2021,1,age,grown,,,\n"
        "Alder,2021,1,,,number,,\n"
        "Alder,2021,1,,,,-3,\n"
        "Alder,2020,1,,,,,missing\n"
        "Alder,2020,,,,,,lost\n"
        "Alder,2024,62,,,,,\n"
        "Alder,2019,,,,,,missing\n"
    )
    assert [(one.row, one.column, one.code) for one in told.faults] == [
        (3, "area", "area-unclear"),
        (4, "period", "period-unclear"),
        (5, "value", "value-unclear"),
        (6, "value", "percent-out-of-range"),
        (7, "breakdown", "breakdown-unknown"),
        (8, "group", "group-unclear"),
        (9, "group", "age-band-unknown"),
        (10, "group", "age-unclear"),
        (11, "unit", "unit-differs"),
        (12, "base", "base-unclear"),
        (13, "value", "value-and-status"),
        (14, "status", "status-unknown"),
        (15, "area", "figure-twice"),
    ]
    assert told.by_status() == {"given": 1, "missing": 1}


DFE = (
    "time_period,time_identifier,geographic_level,country_code,country_name,region_code,"
    "region_name,new_la_code,old_la_code,la_name,breakdown_topic,breakdown,plans_den,pc_plans\n"
)


def dfe(level: str, code: str, name: str, topic: str, group: str, den: str, pc: str) -> str:
    country = "E92000001,England"
    region = f"{code},{name}" if level == "Regional" else "E12000001,North East"
    region = "," if level == "National" else region
    local = f"{code},394,{name}" if level == "Local authority" else ",,"
    return f"2024,Calendar year,{level},{country},{region},{local},{topic},{group},{den},{pc}\n"


def test_open_data_of_the_department_are_read_for_the_area_and_those_beside_it() -> None:
    age = "Child or young persons age"
    told = taken(
        DFE
        + dfe("National", "", "", "All plans", "All plans", "9000", "60")
        + dfe("Regional", "E12000001", "North East", "All plans", "All plans", "900", "61")
        + dfe("Local authority", "E08000024", "Alder", "All plans", "All plans", "90", "62")
        + dfe("Local authority", "E08000024", "Alder", age, "age 2 and under", "40", "50")
        + dfe("Local authority", "E08000024", "Alder", age, "age 20 and over", "50", "x")
        + dfe("Local authority", "E08000037", "Beech", "Sex", "Female", "45", "63")
        + dfe("Local authority", "E09000001", "Far", "Sex", "Female", "45", "64")
        + dfe("Local authority", "E08000024", "Alder", "Shoes", "Boots", "45", "64")
    )
    assert told.faults == ()
    assert (told.layout, told.value_column, told.base_column) == ("dfe", "pc_plans", "plans_den")
    assert {(one.area, one.breakdown, one.group, one.base) for one in told.figures} == {
        ("E92000001", "all", "", 9000),
        ("E12000001", "all", "", 900),
        ("E08000024", "all", "", 90),
        ("E08000024", "age", "0-2", 40),
        ("E08000024", "age", "20+", 50),
        ("E08000037", "sex", "Female", 45),
    }
    assert told.left_out == {"areas not compared with": 1, "breakdown: Shoes": 1}
    everywhere = taken(DFE + dfe("Local authority", "E09", "Far", "Sex", "Male", "1", "2"),
                       everywhere=True)  # fmt: skip
    assert len(everywhere.figures) == 1


def test_a_population_by_sex_and_age_is_added_up_each_way() -> None:
    text = '"sex","Code","Name","Geography","age","count"\n'
    for sex, age, count in (("females", "0", 3), ("females", "90+", 4), ("males", "0", 5)):
        text += f'"{sex}","E92000001","ENGLAND","Country","{age}",{count}\n'
    told = taken(text, unit="number", area="E92000001", period="2023")
    values = {(one.breakdown, one.group): one.value for one in told.figures}
    assert values == {
        ("all", ""): 12, ("sex", "Female"): 7, ("sex", "Male"): 5, ("age", "0"): 8,
        ("age", "90+"): 4,
    }  # fmt: skip
    unnamed = taken(text, unit="number", area="E92000001")
    assert {one.code for one in unnamed.faults} == {"period-unclear"}


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"%PDF-1.7", FileUnreadable), (b"area,period,value\n", FileUnreadable),
        (b"area,area,value\n1,2,3\n", FileUnreadable), (b"\x00\x01", FileUnreadable),
        (b"area,period,value\nAlder,2024,1\nAlder,20", FileCutShort),
        (b"x" * (8 * 1024 * 1024 + 1), FileTooLarge),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_whole_is_refused(content: bytes, refusal: type[Any]) -> None:
    with pytest.raises(refusal):
        read_table(content)


def test_a_file_of_other_columns_has_no_layout() -> None:
    assert layout_of(read_table(b"a,b\n1,2\n")) is None
