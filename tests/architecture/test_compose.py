"""The compose file is one an engine would accept, and closed by default.

Law: nothing listens beyond this machine, nothing runs with more rights than it needs.
"""

from pathlib import Path
from typing import Any

import pytest
from compose_spec import PyOptions

SERVICES = ("needs", "procurement", "contracts", "monitoring", "gateway")
Described = dict[str, Any]


@pytest.fixture
def compose(repository: Path) -> Described:
    text = (repository / "docker-compose.yml").read_text(encoding="utf-8")
    return as_engine_reads(text)


def as_engine_reads(text: str) -> Described:
    """Anchors merged; unknown keys, and secrets nobody declares, refused."""
    read = PyOptions(apply_merge=True).from_yaml(text)
    read.validate()
    return read.to_dict()


def published_ports(service: Described) -> list[str]:
    return [str(port) for port in service.get("ports", [])]


def test_there_are_the_five_services_and_their_database(compose: Described) -> None:
    assert set(compose["services"]) == {*SERVICES, "postgres"}
    for name in SERVICES:
        assert f"services.{name}.main:create_app" in compose["services"][name]["command"]
        secret = compose["services"][name]["environment"]["DATABASE_URL_FILE"]
        assert secret == f"/run/secrets/{name}_database_url"
        assert f"{name}_database_url" in compose["services"][name]["secrets"]
        owner = compose["services"][name]["environment"]["OWNER_DATABASE_URL_FILE"]
        assert owner == f"/run/secrets/{name}_owner_url"


def test_every_container_is_closed_by_default(compose: Described) -> None:
    for name, service in compose["services"].items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name


def test_only_the_gateway_is_reached_and_only_from_this_machine(compose: Described) -> None:
    doors = {name: published_ports(service) for name, service in compose["services"].items()}
    assert {name: ports for name, ports in doors.items() if ports} == {
        "gateway": ["127.0.0.1:8000:8000"]
    }


def test_the_log_lies_where_postgresql_18_looks_for_it(compose: Described) -> None:
    assert "log:/var/lib/postgresql" in compose["services"]["postgres"]["volumes"]


def test_every_database_named_is_made(repository: Path) -> None:
    made = (repository / "deploy/postgres/databases.sql").read_text(encoding="utf-8")
    assert [name for name in SERVICES if f"CREATE DATABASE {name};" not in made] == []


def test_what_the_image_copies_is_let_through(repository: Path) -> None:
    recipe = (repository / "deploy/Containerfile").read_text(encoding="utf-8").splitlines()
    ignore = (repository / ".dockerignore").read_text(encoding="utf-8").splitlines()
    copied = [
        word
        for line in recipe
        if line.startswith("COPY ") and "--from" not in line
        for word in line.split()[1:-1]
    ]
    for path in copied:
        assert (repository / path).exists(), path
        assert any(f"!{path}".startswith(rule) for rule in ignore if rule.startswith("!")), path


@pytest.mark.parametrize(
    ("fault", "said"), [("restrat: always", "restrat"), ("secrets: [absent]", "absent")]
)
def test_a_fault_in_the_file_is_seen(fault: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        as_engine_reads(f"services:\n  needs:\n    image: x\n    {fault}\n")
