"""The compose file is one an engine would accept, and closed by default.

Law: nothing listens beyond this machine, nothing runs with more rights than it needs.
"""

from pathlib import Path
from typing import Any

import pytest
import yaml
from compose_spec import PyOptions

from tests.architecture.source import SERVICES
from tests.architecture.surroundings import settings_of

Described = dict[str, Any]

WITHOUT_A_SHELL = {"collector"}  # an image of one program: nothing in it could ask


@pytest.fixture
def compose(repository: Path) -> Described:
    text = (repository / "docker-compose.yml").read_text(encoding="utf-8")
    return as_engine_reads(text)


@pytest.fixture
def collector(repository: Path) -> Described:
    return yaml.safe_load((repository / "deploy/collector.yaml").read_text(encoding="utf-8"))


def as_engine_reads(text: str) -> Described:
    """Anchors merged; unknown keys, and secrets nobody declares, refused."""
    read = PyOptions(apply_merge=True).from_yaml(text)
    read.validate()
    return read.to_dict()


def published_ports(service: Described) -> list[str]:
    return [str(port) for port in service.get("ports", [])]


def secret_files(service: Described) -> dict[str, str]:
    """The files a container finds its secrets in, and the secrets they hold."""
    named = [
        {"source": one, "target": one} if isinstance(one, str) else one
        for one in service.get("secrets", [])
    ]
    return {f"/run/secrets/{one['target']}": one["source"] for one in named}


def mounted_here(service: Described) -> list[str]:
    """Files of this repository that a container is given."""
    volumes = [str(volume).split(":")[0] for volume in service.get("volumes", [])]
    return [volume for volume in volumes if volume.startswith("./")]


def test_there_are_the_five_services_and_what_they_stand_on(compose: Described) -> None:
    assert set(compose["services"]) == {*SERVICES, "postgres", "kafka", "collector"}
    for name in SERVICES:
        service = compose["services"][name]
        assert service["command"] == [f"services.{name}.main:create_app"]
        assert service["image"] == "goldenthread"
        files = secret_files(service)
        assert files[service["environment"]["DATABASE_URL_FILE"]] == f"{name}_database_url"
        assert files[service["environment"]["OWNER_DATABASE_URL_FILE"]] == f"{name}_owner_url"
        assert files[service["environment"]["SERVICE_TOKEN_FILE"]] == f"{name}_token"


def test_every_secret_a_service_is_told_of_is_a_file_it_has(compose: Described) -> None:
    for name in SERVICES:
        service = compose["services"][name]
        told = {path for key, path in service["environment"].items() if key.endswith("_FILE")}
        assert told == set(secret_files(service)), name


def test_each_service_can_start_with_what_it_is_told(compose: Described, tmp_path: Path) -> None:
    for name in SERVICES:
        environment = compose["services"][name]["environment"]
        settings = settings_of(environment, "/run/secrets", tmp_path)
        assert settings.production
        assert settings.sources == {one: f"http://{one}:8000" for one in SERVICES}
        assert settings.kafka.topic(name) == f"goldenthread.local.{name}.v1"


def test_every_container_is_closed_by_default(compose: Described) -> None:
    for name, service in compose["services"].items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert not service.get("privileged"), name


def test_only_the_gateway_is_reached_and_only_from_this_machine(compose: Described) -> None:
    doors = {name: published_ports(service) for name, service in compose["services"].items()}
    assert {name: ports for name, ports in doors.items() if ports} == {
        "gateway": ["127.0.0.1:8000:8000"]
    }
    assert compose["networks"]["default"]["internal"] is True
    outside = {name for name, one in compose["services"].items() if one.get("networks")}
    assert outside == {"gateway"}


def test_every_container_is_asked_how_it_is(compose: Described) -> None:
    asked = {name for name, one in compose["services"].items() if one.get("healthcheck")}
    assert asked == set(compose["services"]) - WITHOUT_A_SHELL
    for name in SERVICES:
        assert "/readyz" in compose["services"][name]["healthcheck"]["test"][-1]


def test_no_service_relies_on_the_order_of_starting(compose: Described) -> None:
    for name in SERVICES:
        assert compose["services"][name]["depends_on"] == ["postgres", "kafka", "collector"]


def test_the_log_lies_where_postgresql_18_looks_for_it(compose: Described) -> None:
    assert compose["services"]["postgres"]["image"].endswith("/postgres:18")
    assert "log:/var/lib/postgresql" in compose["services"]["postgres"]["volumes"]


def test_the_services_speak_to_the_node_that_is_there(compose: Described) -> None:
    kafka = compose["services"]["kafka"]["environment"]
    assert kafka["KAFKA_PROCESS_ROLES"] == "broker,controller"
    [address] = {compose["services"][name]["environment"]["KAFKA_BOOTSTRAP"] for name in SERVICES}
    assert kafka["KAFKA_ADVERTISED_LISTENERS"] == f"PLAINTEXT://{address}"
    assert kafka["KAFKA_AUTO_CREATE_TOPICS_ENABLE"] == "false"
    assert f"topics:{kafka['KAFKA_LOG_DIRS']}" in compose["services"]["kafka"]["volumes"]


def test_spans_and_figures_reach_the_collector(compose: Described, collector: Described) -> None:
    port = collector["receivers"]["otlp"]["protocols"]["http"]["endpoint"].split(":")[1]
    [scraped] = collector["receivers"]["prometheus"]["config"]["scrape_configs"]
    assert scraped["static_configs"] == [{"targets": [f"{name}:8000" for name in SERVICES]}]
    files = secret_files(compose["services"]["collector"])
    assert scraped["authorization"]["credentials_file"] in files
    for name in SERVICES:
        endpoint = compose["services"][name]["environment"]["OTEL_EXPORTER_OTLP_ENDPOINT"]
        assert endpoint == f"http://collector:{port}"


def test_the_collector_uses_what_it_configures_and_nothing_else(collector: Described) -> None:
    pipelines = collector["service"]["pipelines"].values()
    for part in ("receivers", "processors", "exporters"):
        assert {name for line in pipelines for name in line[part]} == set(collector[part]), part
    assert collector["service"]["extensions"] == list(collector["extensions"])


def test_every_file_given_to_a_container_is_there(compose: Described, repository: Path) -> None:
    for service in compose["services"].values():
        for path in mounted_here(service):
            assert (repository / path).exists(), path


def test_every_database_named_is_made(repository: Path) -> None:
    made = (repository / "deploy/postgres/databases.sql").read_text(encoding="utf-8")
    assert [name for name in SERVICES if f"CREATE DATABASE {name};" not in made] == []


@pytest.mark.parametrize(
    ("fault", "said"), [("restrat: always", "restrat"), ("secrets: [absent]", "absent")]
)
def test_a_fault_in_the_file_is_seen(fault: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        as_engine_reads(f"services:\n  needs:\n    image: x\n    {fault}\n")
