"""Builds what the pages are drawn with, from the packages that package-lock.json pins.

Law: nothing is shipped without its notice, and never a font, a crown or a crest of GOV.UK.
"""

import hashlib
import json
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
PACKAGES: Final = ROOT / "node_modules"
STYLES: Final = ROOT / "services/gateway/pages/styles/app.scss"
ASSETS: Final = ROOT / "services/gateway/pages/assets"
FORBIDDEN_IN_STYLES: Final = ("GDS Transport", "@font-face", "url(http", "url(//")


@dataclass(frozen=True)
class Shipped:
    """One file of a package, and the name it is served under."""

    package: str
    source: str
    name: str


SHIPPED: Final = (
    Shipped("govuk-frontend", "dist/govuk/govuk-frontend.min.js", "govuk-frontend.min.js"),
    Shipped("htmx.org", "dist/htmx.min.js", "htmx.min.js"),
    Shipped("htmx.org", "dist/ext/hx-sse.min.js", "hx-sse.min.js"),
    Shipped("swagger-ui-dist", "swagger-ui-bundle.js", "swagger-ui-bundle.js"),
    Shipped("swagger-ui-dist", "swagger-ui.css", "swagger-ui.css"),
)
COMPILED: Final = Shipped("govuk-frontend", "dist/govuk/index.scss", "app.css")


def tool(name: str) -> str:
    """The path of a program that the environment running this script brought with it."""
    beside = Path(sys.executable).parent / name
    if not beside.exists():
        raise SystemExit(f"{name} is not beside {sys.executable}: run `make setup`.")
    return str(beside)


def install_packages() -> None:
    """Install exactly what the lock file pins; no package may run a script of its own."""
    subprocess.run([tool("npm"), "ci", "--loglevel=error"], cwd=ROOT, check=True)


def compile_styles(target: Path) -> None:
    subprocess.run(
        [
            tool("node"),
            str(PACKAGES / "sass/sass.js"),
            f"--load-path={PACKAGES}",
            "--style=compressed",
            "--no-source-map",
            "--quiet-deps",
            str(STYLES),
            str(target),
        ],
        cwd=ROOT,
        check=True,
    )
    refuse_branding(target.read_text(encoding="utf-8"))


def refuse_branding(css: str) -> None:
    """Stop the build when the style sheet carries a barred typeface or asks another origin."""
    found = [word for word in FORBIDDEN_IN_STYLES if word in css]
    if found:
        raise SystemExit(f"app.css must not contain {', '.join(found)}.")


def copy_files(folder: Path) -> None:
    for item in SHIPPED:
        shutil.copyfile(PACKAGES / item.package / item.source, folder / item.name)


def notice(item: Shipped, folder: Path) -> dict[str, str]:
    """Name, version, licence and its text, and the sum of the file as shipped."""
    package = PACKAGES / item.package
    described = json.loads((package / "package.json").read_text(encoding="utf-8"))
    return {
        "file": item.name,
        "package": item.package,
        "version": str(described["version"]),
        "licence": str(described["license"]),
        "licence_text": licence_text(package, item.source),
        "sha256": hashlib.sha256((folder / item.name).read_bytes()).hexdigest(),
    }


def licence_text(package: Path, source: str) -> str:
    """What the package asks to be shown with the file; saying nothing stops the build."""
    names = ("LICENSE", "NOTICE", f"{source}.LICENSE.txt")
    texts = [(package / name).read_text("utf-8") for name in names if (package / name).is_file()]
    if not texts:
        texts = [licence_section((package / "README.md").read_text("utf-8"))]
    return "\n\n".join(text.strip() for text in texts)


def licence_section(readme: str) -> str:
    """The section of a README that states the licence."""
    found = re.search(r"^## Licen[cs]e\n(.+?)(?=^## |\Z)", readme, re.MULTILINE | re.DOTALL)
    if found is None:
        raise SystemExit("A package to be shipped states no licence.")
    return found[1]


def write_notices(folder: Path) -> None:
    notices = [notice(item, folder) for item in (COMPILED, *SHIPPED)]
    body = json.dumps(notices, indent=2, ensure_ascii=False) + "\n"
    (folder / "NOTICES.json").write_text(body, encoding="utf-8")


def build() -> None:
    """Build beside the old folder and change them over at the end: never half a set."""
    install_packages()
    fresh = ASSETS.with_name("assets.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    compile_styles(fresh / COMPILED.name)
    copy_files(fresh)
    write_notices(fresh)
    shutil.rmtree(ASSETS, ignore_errors=True)
    fresh.rename(ASSETS)
    print(f"Built {len(SHIPPED) + 1} files into {ASSETS.relative_to(ROOT)}.")


if __name__ == "__main__":
    build()
