"""The pages' assets as set-up built them: ours to ship, noticed, and free of others' branding.

Law: no page asks another origin for anything, and no typeface is used without a right to it.
"""

import hashlib
import json
from pathlib import Path

import pytest

from deploy.build_assets import COMPILED, SHIPPED, licence_section, refuse_branding

FONTS = {".woff", ".woff2", ".ttf", ".otf"}


@pytest.fixture
def assets(repository: Path) -> Path:
    return repository / "services/gateway/pages/assets"


def test_every_shipped_file_has_its_notice(assets: Path) -> None:
    notices = json.loads((assets / "NOTICES.json").read_text(encoding="utf-8"))
    there = {path.name for path in assets.iterdir()} - {"NOTICES.json"}
    assert {notice["file"] for notice in notices} == there
    assert there == {COMPILED.name, *(item.name for item in SHIPPED)}
    for notice in notices:
        body = (assets / notice["file"]).read_bytes()
        assert notice["sha256"] == hashlib.sha256(body).hexdigest()
        assert notice["version"]
        assert notice["licence_text"]


def test_nothing_shipped_is_a_font_or_a_crest(assets: Path) -> None:
    assert [path for path in assets.rglob("*") if path.suffix in FONTS | {".svg", ".ico"}] == []


def test_the_style_sheet_is_unbranded(assets: Path) -> None:
    css = (assets / "app.css").read_text(encoding="utf-8")
    assert "GDS Transport" not in css
    assert "#5f2167" in css
    refuse_branding(css)


@pytest.mark.parametrize(
    "css",
    ['body{font-family:"GDS Transport"}', "@font-face{}", "a{background:url(https://cdn.example)}"],
)
def test_branding_stops_the_build(css: str) -> None:
    with pytest.raises(SystemExit, match="must not contain"):
        refuse_branding(css)


def test_a_package_without_a_licence_stops_the_build() -> None:
    with pytest.raises(SystemExit, match="no licence"):
        licence_section("# A package\n\n## Installation\n")
