"""The manifests are ones Kubernetes would accept, and a cell of them is closed by default.

Law: the base is judged as it stands, the cell as kustomize renders it, both by Kubernetes' schemas.
"""

import copy
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from fastapi.routing import APIRoute
from kubernetes_validate import (  # pyright: ignore[reportMissingTypeStubs]
    ValidationError,
    validate,  # pyright: ignore[reportUnknownVariableType]
)

from shared.running import operations
from tests.architecture.source import SERVICES
from tests.architecture.surroundings import settings_of

Manifest = dict[str, Any]

VERSIONS = ("1.30", "1.37")  # the oldest that knows all we use, the newest there is
SECRETS = "/run/secrets/goldenthread"
RENDERERS = (("kubectl", "kustomize"), ("kustomize", "build"))


def objections(manifest: Manifest, version: str) -> list[str]:
    """What Kubernetes' schema of a kind says against a manifest; unknown keys are refused."""
    try:
        validate(manifest, version, strict=True)
    except ValidationError as error:
        return [f"{'.'.join(map(str, error.absolute_path))}: {error.message}"]
    return []


def manifests_in(text: str) -> list[Manifest]:
    return [one for one in yaml.safe_load_all(text) if one]


def files_of_base(repository: Path) -> Iterator[Path]:
    for path in sorted((repository / "deploy/kubernetes").rglob("*.yaml")):
        if path.name != "kustomization.yaml":
            yield path


@pytest.fixture(scope="module")
def cell(repository: Path) -> list[Manifest]:
    """What the overlay comes to."""
    for program, verb in RENDERERS:
        if shutil.which(program):
            command = [program, verb, str(repository / "deploy/kubernetes/overlays/cell")]
            run = subprocess.run(command, capture_output=True, text=True, check=False)
            assert run.returncode == 0, run.stderr
            return manifests_in(run.stdout)
    pytest.skip("neither kubectl nor kustomize is here to render the overlay")


def named(manifests: list[Manifest], kind: str) -> dict[str, Manifest]:
    return {one["metadata"]["name"]: one for one in manifests if one["kind"] == kind}


def pod_of(deployment: Manifest) -> Manifest:
    return deployment["spec"]["template"]["spec"]


def settings_given(cell: list[Manifest], pod: Manifest) -> dict[str, str]:
    [container] = pod["containers"]
    [source] = container["envFrom"]
    given = dict(named(cell, "ConfigMap")[source["configMapRef"]["name"]]["data"])
    return given | {one["name"]: one["value"] for one in container["env"] if "value" in one}


def test_every_file_is_one_its_schema_accepts(repository: Path) -> None:
    found = [
        f"{path.relative_to(repository)}: {said}"
        for path in files_of_base(repository)
        for manifest in manifests_in(path.read_text(encoding="utf-8"))
        for version in VERSIONS
        for said in objections(manifest, version)
    ]
    assert found == []


def test_the_rendered_cell_is_one_its_schemas_accept(cell: list[Manifest]) -> None:
    assert [said for one in cell for version in VERSIONS for said in objections(one, version)] == []


@pytest.mark.parametrize(
    ("at", "fault", "said"),
    [
        (("spec",), {"replicas": "two"}, "spec.replicas"),
        (("spec",), {"replicaz": 2}, "'replicaz' was unexpected"),
        (("spec", "template", "spec"), {"securityContexts": {}}, "'securityContexts'"),
        (("spec", "template"), {"spec": {}}, "'containers' is a required"),
    ],
)
def test_a_fault_in_a_manifest_is_seen(
    repository: Path, at: tuple[str, ...], fault: Manifest, said: str
) -> None:
    text = (repository / "deploy/kubernetes/base/service/deployment.yaml").read_text("utf-8")
    [deployment] = manifests_in(text)
    broken = copy.deepcopy(deployment)
    place = broken
    for key in at:
        place = place[key]
    place |= fault
    assert all(any(said in one for one in objections(broken, version)) for version in VERSIONS)


def test_a_cell_has_two_replicas_of_each_service(cell: list[Manifest]) -> None:
    deployments = named(cell, "Deployment")
    assert set(deployments) == set(SERVICES)
    for name, deployment in deployments.items():
        assert deployment["spec"]["replicas"] == 2, name
        labels = deployment["spec"]["template"]["metadata"]["labels"]
        [container] = pod_of(deployment)["containers"]
        assert labels["app.kubernetes.io/name"] == name
        assert container["args"] == ["services.$(SERVICE).main:create_app"]
        assert container["env"][0]["valueFrom"]["fieldRef"]["fieldPath"] == (
            "metadata.labels['app.kubernetes.io/name']"
        )


def test_one_goes_only_when_another_is_ready(cell: list[Manifest]) -> None:
    public = {one.path for one in operations.public.routes if isinstance(one, APIRoute)}
    budgets = named(cell, "PodDisruptionBudget")
    for name, deployment in named(cell, "Deployment").items():
        assert deployment["spec"]["strategy"]["rollingUpdate"]["maxUnavailable"] == 0
        assert budgets[name]["spec"]["selector"] == deployment["spec"]["selector"]
        [container] = pod_of(deployment)["containers"]
        asked = {
            probe: container[probe]["httpGet"]["path"]
            for probe in ("startupProbe", "livenessProbe", "readinessProbe")
        }
        assert asked["readinessProbe"] == "/readyz"
        assert asked["livenessProbe"] == asked["startupProbe"] == "/healthz"
        assert set(asked.values()) <= public


def test_every_pod_is_closed_by_default(cell: list[Manifest]) -> None:
    for name, deployment in named(cell, "Deployment").items():
        pod = pod_of(deployment)
        [container] = pod["containers"]
        assert pod["automountServiceAccountToken"] is False, name
        assert pod["serviceAccountName"] in named(cell, "ServiceAccount"), name
        assert pod["securityContext"]["runAsNonRoot"] is True, name
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}, name
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }, name
        assert container["resources"]["limits"]["memory"], name


def test_the_namespace_refuses_pods_that_are_not(cell: list[Manifest]) -> None:
    [namespace] = named(cell, "Namespace").values()
    assert namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"
    others = [one for one in cell if one["kind"] != "Namespace"]
    assert {one["metadata"]["namespace"] for one in others} == {namespace["metadata"]["name"]}


def test_only_the_gateway_answers_beyond_its_cell(cell: list[Manifest]) -> None:
    policies = named(cell, "NetworkPolicy")
    [within] = policies["services"]["spec"]["ingress"]
    assert within["from"] == [{"podSelector": policies["services"]["spec"]["podSelector"]}]
    for deployment in named(cell, "Deployment").values():
        labels = deployment["spec"]["template"]["metadata"]["labels"]
        assert policies["services"]["spec"]["podSelector"]["matchLabels"].items() <= labels.items()
    assert set(policies) == {"services", "gateway"}
    assert policies["gateway"]["spec"]["podSelector"]["matchLabels"] == {
        "app.kubernetes.io/name": "gateway"
    }


def test_a_service_can_start_with_what_a_cell_gives_it(
    cell: list[Manifest], tmp_path: Path
) -> None:
    doors = named(cell, "Service")
    for name, deployment in named(cell, "Deployment").items():
        pod = pod_of(deployment)
        settings = settings_of(settings_given(cell, pod), SECRETS, tmp_path)
        assert settings.production
        assert settings.sources == {one: f"http://{one}:8000" for one in SERVICES}
        assert settings.kafka.topic(name) == f"goldenthread.north.{name}.v1"
        assert settings.kafka.encrypted
        assert settings.kafka.signs_in
        assert settings.kafka.ca.startswith(str(tmp_path))
        assert doors[name]["spec"]["ports"][0]["port"] == 8000
        assert doors[name]["spec"]["selector"]["app.kubernetes.io/name"] == name
        secrets = [one["secret"]["name"] for one in pod["volumes"][0]["projected"]["sources"]]
        assert secrets == ["issuer", name]
        assert pod["containers"][0]["volumeMounts"][0]["mountPath"] == SECRETS


def test_there_is_no_database_in_a_cell(cell: list[Manifest]) -> None:
    assert not [one for one in cell if one["kind"] in {"StatefulSet", "PersistentVolumeClaim"}]
    assert not [one for one in cell if one["kind"] == "Secret"]
