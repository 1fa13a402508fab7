"""Reads settings as a service would that is started with what a deployment gives it.

Law: every file a deployment names exists here and holds a word; nothing is filled in.
"""

from collections.abc import Mapping
from pathlib import Path

from shared.running.settings import Settings, from_environment


def settings_of(environment: Mapping[str, str], secrets: str, folder: Path) -> Settings:
    """The settings of a service whose files lie below `secrets`; the files are made in `folder`.

    Raises BadSettings as the service would.
    """
    told = {key: str(value).replace(secrets, str(folder)) for key, value in environment.items()}
    for key, path in told.items():
        if key.endswith("_FILE"):
            Path(path).write_text("word\n", encoding="utf-8")
    return from_environment(told)
