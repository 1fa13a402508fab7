"""Traces and Prometheus figures of one process; exporters are the deployer's, by environment."""

from __future__ import annotations

import os

from opentelemetry import metrics, trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.exporter.prometheus import PrometheusMetricReader
from opentelemetry.instrumentation.httpx import HTTPXClientInstrumentor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF
from prometheus_client import CollectorRegistry, Gauge, generate_latest

from shared.eventsourcing.subscriptions import Following


def install(service: str) -> None:
    """Makes this process trace and measure under its service's name; once per process.

    Spans go to the collector that OTEL_EXPORTER_OTLP_ENDPOINT names. Where it names none, traces
    keep their ids, in events and logs, and nothing else is recorded of them.
    """
    resource = Resource.create({"service.name": f"goldenthread-{service}"})
    collected = bool(os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT"))
    provider = TracerProvider(resource=resource, sampler=None if collected else ALWAYS_OFF)
    if collected:
        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
    HTTPXClientInstrumentor().instrument()
    reader = PrometheusMetricReader()
    metrics.set_meter_provider(MeterProvider([reader], resource=resource))


def exposition(
    following: list[Following],
    parked: dict[str, int],
    due: int,
    registries: list[CollectorRegistry],
) -> bytes:
    """The figures of this moment in Prometheus's text format, then those of the registries."""
    registry = CollectorRegistry()
    lag = Gauge(
        "goldenthread_lag_events",
        "Events of a source that a subscriber has not applied yet",
        ["subscriber", "source"],
        registry=registry,
    )
    stopped = Gauge(
        "goldenthread_subscriber_stopped",
        "1 where a subscriber no longer follows and a person must look",
        ["subscriber", "source"],
        registry=registry,
    )
    for where in following:
        lag.labels(where.subscriber, where.source).set(max(0, where.head - where.number))
        stopped.labels(where.subscriber, where.source).set(1 if where.stopped else 0)
    keys = Gauge(
        "goldenthread_parked_events",
        "Events set aside, by subscriber",
        ["subscriber"],
        registry=registry,
    )
    for subscriber, events in parked.items():
        keys.labels(subscriber).set(events)
    Gauge("goldenthread_deadlines_due", "Deadlines due and not issued", registry=registry).set(due)
    return b"".join(generate_latest(each) for each in (registry, *registries))
