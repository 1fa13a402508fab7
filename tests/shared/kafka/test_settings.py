"""How a service is told of a cluster; what cannot be meant is refused at start."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from shared.kafka.settings import partner_topic
from shared.running.settings import BadSettings, from_environment

NEEDED = {"DATABASE_URL": "postgresql:///x", "TOKEN_KEYS": "{}", "TOKEN_ISSUER": "https://i.test"}


def test_without_a_bootstrap_there_is_no_kafka() -> None:
    assert not from_environment(NEEDED).kafka


def test_topics_are_named_by_cell_and_service() -> None:
    kafka = from_environment(
        NEEDED
        | {"KAFKA_BOOTSTRAP": "a:9092,b:9092", "KAFKA_CELL": "north", "KAFKA_REPLICATION": "3"}
    ).kafka
    assert kafka
    assert kafka.topic("contracts") == "goldenthread.north.contracts.v1"
    assert kafka.replication == 3
    assert partner_topic("fenland-nhs") == "goldenthread.partner.fenland-nhs.v1"


def test_every_agency_has_a_topic_that_kafka_can_name_and_no_other_agency_has() -> None:
    agencies = ["st-mary", "st.mary", "st_mary", "st:mary", "st_2e_mary", "st märy"]
    topics = {partner_topic(agency) for agency in agencies}
    assert len(topics) == len(agencies)
    assert all(re.fullmatch(r"[a-zA-Z0-9._-]+", topic) for topic in topics)
    assert partner_topic("st.mary") == "goldenthread.partner.st_2e_mary.v1"


def test_a_password_may_be_a_file(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("by heart\n")
    kafka = from_environment(
        NEEDED
        | {
            "KAFKA_BOOTSTRAP": "a:9093",
            "KAFKA_SECURITY": "SASL_SSL",
            "KAFKA_USERNAME": "contracts",
            "KAFKA_PASSWORD_FILE": str(tmp_path / "password"),
        }
    ).kafka
    assert (kafka.password, kafka.mechanism) == ("by heart", "SCRAM-SHA-512")


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"KAFKA_SECURITY": "TLS"}, "TLS.*security"),
        ({"KAFKA_MECHANISM": "GSSAPI"}, "GSSAPI.*mechanism"),
        ({"KAFKA_SECURITY": "SASL_SSL"}, "needs KAFKA_USERNAME and KAFKA_PASSWORD"),
        ({"KAFKA_USERNAME": "a", "KAFKA_PASSWORD": "b"}, "no user name and password are sent"),
        ({"KAFKA_SECURITY": "SSL", "KAFKA_KEY": "k.pem"}, "belong together"),
        ({"KAFKA_CA": "ca.pem"}, "no use for certificates"),
        ({"KAFKA_REPLICATION": "many"}, "replication"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_name(told: dict[str, str], said: str) -> None:
    with pytest.raises(BadSettings, match=said):
        from_environment(NEEDED | {"KAFKA_BOOTSTRAP": "a:9092"} | told)
