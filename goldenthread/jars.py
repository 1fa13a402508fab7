"""Gets Apache Kafka's jars by Maven, once, for a node of one's own.

Law: a folder of jars is whole or it is not there, and it belongs to one pom.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
RECIPE = REPOSITORY / "deploy" / "kafka"
JARS = REPOSITORY / "build" / "kafka"
OLDEST_JAVA = 17
PAUSES_SECONDS = (0.0, 5.0, 20.0)  # before each try
TRY_SECONDS = 300.0
LAST_WORDS = 600


class KafkaNotToBeHad(Exception):
    """No Kafka node can be run on this machine; the sentence says what is missing."""


class NoJava(KafkaNotToBeHad):
    """There is no Java, or it is too old."""


class NoMaven(KafkaNotToBeHad):
    """The jars are not here yet, and nothing can get them."""


class NoJars(KafkaNotToBeHad):
    """Maven tried, and did not get them."""


@dataclass(frozen=True)
class Kafka:
    """What a node is started from."""

    java: Path
    jars: Path

    @property
    def class_path(self) -> str:
        return str(self.jars / "*")


def get_kafka() -> Kafka:
    """Java and the jars; these are downloaded on first use. Refuses NoJava, NoMaven, NoJars."""
    java = _java()
    pom = RECIPE / "pom.xml"
    if not pom.is_file():
        raise NoJars(f"{pom} is absent: a Kafka node can be run from a checkout only.")
    jars = JARS / hashlib.sha256(pom.read_bytes()).hexdigest()[:12]
    if not jars.is_dir():
        _download(pom, jars)
    return Kafka(java, jars)


def _java() -> Path:
    """The Java of JAVA_HOME, or else of the path. Refuses NoJava."""
    home = os.environ.get("JAVA_HOME", "")
    found = Path(home, "bin", "java") if home else Path(shutil.which("java") or "java")
    try:
        told = subprocess.run([found, "-version"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise NoJava(f"Kafka needs Java {OLDEST_JAVA} or newer, and there is none.") from error
    version = re.search(r'version "(\d+)', told.stderr)
    if version is None or int(version[1]) < OLDEST_JAVA:
        which = version[1] if version else "of an unknown version"
        raise NoJava(f"Kafka needs Java {OLDEST_JAVA} or newer, and {found} is {which}.")
    return found


def _download(pom: Path, jars: Path) -> None:
    """Tries until the jars are there, whole. Refuses NoMaven, NoJars."""
    maven = shutil.which("mvn")
    if maven is None:
        raise NoMaven("Kafka's jars are got by Maven, and there is none.")
    fresh = jars.with_name(f"{jars.name}.{os.getpid()}")
    said = ""
    try:
        for pause in PAUSES_SECONDS:
            time.sleep(pause)
            shutil.rmtree(fresh, ignore_errors=True)
            fresh.mkdir(parents=True)
            said = _copied(maven, pom, fresh)
            if not said:
                _put(fresh, jars)
                return
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    raise NoJars(f"Maven did not get Kafka's jars in {len(PAUSES_SECONDS)} tries: {said}")


def _copied(maven: str, pom: Path, to: Path) -> str:
    """Lets Maven copy every jar; says nothing, or what went wrong."""
    words = ["--batch-mode", "--quiet", "--strict-checksums", "--file", str(pom)]
    goal = ["dependency:copy-dependencies", f"-DoutputDirectory={to}"]
    try:
        done = subprocess.run(
            [maven, *words, *goal],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=TRY_SECONDS,
        )
    except subprocess.TimeoutExpired:
        return f"no answer in {TRY_SECONDS:.0f} s"
    if done.returncode == 0:
        return ""
    return " ".join(done.stdout[:LAST_WORDS].split()) or f"exit {done.returncode}"


def _put(fresh: Path, jars: Path) -> None:
    """Moves the whole into place; another process may have been quicker, with the same jars."""
    try:
        fresh.rename(jars)
    except OSError:
        if not jars.is_dir():
            raise
