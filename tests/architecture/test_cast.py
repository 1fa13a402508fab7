"""Who plays in the demonstration is who one can sign in as."""

from __future__ import annotations

from goldenthread.demo.cast import PEOPLE
from services.gateway.sign_in.persons import PERSONS


def test_everyone_in_the_story_can_be_signed_in_as() -> None:
    played = {person.person: (person.agency, frozenset(person.roles)) for person in PEOPLE}
    known = {key: (person.agency, person.roles) for key, person in PERSONS.items()}
    assert {key: known.get(key) for key in played} == played
