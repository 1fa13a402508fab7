"""Several OpenAPI documents as one. Pure.

Law: two schemas of one name are one only where they say the same; else the later is told apart by
its service, wherever it is referred to.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from typing import Any

from services.gateway.proxy.prefixes import service_of

Document = dict[str, Any]
METHODS = ("get", "put", "post", "delete", "patch", "head", "options")


def merged(own: Document, others: Mapping[str, Document], absent: Iterable[str] = ()) -> Document:
    """The gateway's document with the public paths of the services; `absent` did not answer."""
    whole = copy.deepcopy(own)
    whole["info"] = {"title": "Golden Thread", "version": own["info"]["version"]}
    if missing := sorted(absent):
        whole["info"]["description"] = f"Not answering just now: {', '.join(missing)}."
    for service, document in others.items():
        _add(whole, service, document)
    return whole


def _add(whole: Document, service: str, document: Document) -> None:
    parts = _told_apart(whole.get("components", {}), service, document)
    for kind, named in parts.get("components", {}).items():
        whole.setdefault("components", {}).setdefault(kind, {}).update(named)
    taken = set(_operation_ids(whole))
    for path, item in parts.get("paths", {}).items():
        if service_of(path) != service:
            continue
        for operation in (item[method] for method in METHODS if method in item):
            if operation.get("operationId") in taken:
                operation["operationId"] = f"{service}-{operation['operationId']}"
            taken.add(operation.get("operationId"))
        whole.setdefault("paths", {})[path] = item


def _operation_ids(document: Document) -> Iterable[str]:
    for item in document.get("paths", {}).values():
        for method in METHODS:
            if method in item and "operationId" in item[method]:
                yield item[method]["operationId"]


def _told_apart(known: Document, service: str, document: Document) -> Document:
    """The document with what it names as another does, but differently, named after its service.

    What refers to a renamed part says something else too, so it is looked at again.
    """
    renamed: dict[str, str] = {}
    told = document
    while more := dict(_differing(known, service, document, told, renamed)):
        renamed |= more
        told = _referring(document, renamed)
    told = _referring(document, renamed)
    for kind, named in told.get("components", {}).items():
        told["components"][kind] = {
            _name(service, name) if _ref(kind, name) in renamed else name: content
            for name, content in named.items()
        }
    return told


def _name(service: str, name: str) -> str:
    return f"{service.capitalize()}{name}"


def _ref(kind: str, name: str) -> str:
    return f"#/components/{kind}/{name}"


def _differing(
    known: Document, service: str, document: Document, told: Document, renamed: Mapping[str, str]
) -> Iterable[tuple[str, str]]:
    for kind, named in document.get("components", {}).items():
        for name in named:
            ref = _ref(kind, name)
            content = told["components"][kind][name]
            if ref not in renamed and known.get(kind, {}).get(name, content) != content:
                yield ref, _ref(kind, _name(service, name))


def _referring(value: Any, renamed: Mapping[str, str]) -> Any:
    """A copy in which every reference to a renamed part leads to its new name."""
    if isinstance(value, dict):
        return {
            key: renamed.get(inner, inner)
            if key == "$ref" and isinstance(inner, str)
            else _referring(inner, renamed)
            for key, inner in value.items()  # pyright: ignore[reportUnknownVariableType]
        }
    if isinstance(value, list):
        return [_referring(inner, renamed) for inner in value]  # pyright: ignore[reportUnknownVariableType]
    return value
