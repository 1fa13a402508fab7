"""`goldenthread xmr`: a file in, its chart out, and a code for every file that cannot be read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from goldenthread.main import app

RUNNER = CliRunner()
GOOD = "period,value,target\n2026-02,12,\n2026-01,10,\n2026-03,,\n2026-04,10,20\n"


def written(tmp_path: Path, content: str | bytes) -> str:
    file = tmp_path / "series.csv"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return str(file)


def test_a_file_is_judged_as_a_table_as_json_and_as_a_drawing(tmp_path: Path) -> None:
    file = written(tmp_path, "\N{BYTE ORDER MARK}" + GOOD)
    shown = RUNNER.invoke(app, ["xmr", file, "--direction", "higher"])
    assert shown.exit_code == 0, shown.output
    assert "Variation: Common cause" in shown.output
    assert "Assurance: Consistently fails" in shown.output
    assert "gaps: No value for 2026-03." in shown.output

    drawing = tmp_path / "chart.svg"
    told = RUNNER.invoke(
        app, ["xmr", file, "--json", "--svg", str(drawing), "--rebase", "2026-03", "--target", "1"]
    )
    content = json.loads(told.stdout)
    assert [one["label"] for one in content["points"]][:2] == ["2026-01", "2026-02"]
    assert [one["target"] for one in content["points"]] == ["1", "1", "1", "20"]
    assert len(content["groups"]) == 2
    assert drawing.read_text().startswith("<svg")


@pytest.mark.parametrize(
    ("content", "options", "code"),
    [
        ("", [], "wrong-columns"),
        ("when,what\n1,2\n", [], "wrong-columns"),
        ("period,value\n", [], "empty"),
        ("period,value\n2026-01,many\n", [], "not-a-number"),
        ("period,value\n2026-01,NaN\n", [], "not-a-number"),
        ("period,value\n2026-01,1e99\n", [], "number-too-long"),
        ("period,value\n2026-01,1,2\n", [], "row-too-long"),
        ("period,value\n,1\n", [], "label-missing"),
        (f"period,value\n{'x' * 41},1\n", [], "label-too-long"),
        ("period,value\na,1\na,2\n", [], "duplicate-label"),
        ('period,value\n"a"b,1\n', [], "not-csv"),
        ("period,value\n" + "".join(f"{n},1\n" for n in range(10_001)), [], "too-many-rows"),
        (b"period,value\n\xff,1\n", [], "not-utf-8"),
        ("x" * 2_000_001, [], "too-large"),
        (GOOD, ["--baseline", "3"], "baseline-too-short"),
        (GOOD, ["--rebase", "2031-01"], "unknown-rebase"),
        (GOOD, ["--target", "some"], "not-a-number"),
        (GOOD, ["--svg", "/nowhere/at/all.svg"], "not-writable"),
    ],
)
def test_a_broken_file_or_option_is_refused_by_code(
    tmp_path: Path, content: str | bytes, options: list[str], code: str
) -> None:
    refused = RUNNER.invoke(app, ["xmr", written(tmp_path, content), *options])
    assert refused.exit_code == 2
    assert refused.stderr.startswith(f"{code}: ")
    assert refused.stdout == ""


def test_no_file_is_refused_too(tmp_path: Path) -> None:
    refused = RUNNER.invoke(app, ["xmr", str(tmp_path / "none.csv")])
    assert (refused.exit_code, refused.stderr.split(":")[0]) == (2, "not-readable")
