#!/usr/bin/env bash
# Gives every service and partner agency what it needs in a Kafka cluster that denies by default, and nothing else.
#
#   BOOTSTRAP=broker:9093 ADMIN=admin.properties CELL=north deploy/kafka/acls.sh AGENCY…
#
# `kafka-acls.sh` of Kafka's own distribution has to be on the path; ADMIN holds the properties by which it signs in.
# Said twice, it changes nothing. A user is `goldenthread.<cell>.<service>` or `goldenthread.partner.<agency>`; where
# users are known by certificate, write the names of those instead.
set -euo pipefail

: "${BOOTSTRAP:?is the address of a broker}" "${ADMIN:?is the properties file of an administrator}"
: "${CELL:?is the cell, as in KAFKA_CELL}"

name() {
  [[ $1 =~ ^[A-Za-z0-9_-]+$ ]] || { echo "acls.sh: '$1' cannot be part of a topic's name" >&2; exit 2; }
}

allow() { # user, then operations, then what they are on
  local user=$1
  shift
  kafka-acls.sh --bootstrap-server "$BOOTSTRAP" --command-config "$ADMIN" \
    --add --allow-principal "User:$user" "$@"
}

# A service makes its own topic, looks whether it is as it has to be, and writes it; it reads those it hears.
# Consumers take their partition themselves, so no service needs a group.
service() { # service, then the services it hears
  local user=goldenthread.$CELL.$1 heard
  allow "$user" --operation Create --operation DescribeConfigs --operation Write \
    --topic "goldenthread.$CELL.$1.v1"
  shift
  for heard in "$@"; do
    allow "$user" --operation Read --topic "goldenthread.$CELL.$heard.v1"
  done
}

# An agency reads its own topic. Whoever consumes in groups may: the names of its groups begin with its own.
agency() {
  local user=goldenthread.partner.$1
  allow "$user" --operation Read --topic "goldenthread.partner.$1.v1"
  allow "$user" --operation Read --group "goldenthread.partner.$1." --resource-pattern-type prefixed
}

name "$CELL"
for each in "$@"; do name "$each"; done

service needs contracts monitoring
service procurement contracts needs
service contracts monitoring needs procurement
service monitoring contracts needs procurement
service gateway contracts monitoring needs procurement

# The gateway alone makes and writes the topics of partners; agencies come and go, so it may for all of them.
allow "goldenthread.$CELL.gateway" --operation Create --operation DescribeConfigs --operation Write \
  --topic goldenthread.partner. --resource-pattern-type prefixed

for each in "$@"; do agency "$each"; done
