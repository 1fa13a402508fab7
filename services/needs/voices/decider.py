"""The rules of a consultation: asked, heard, answered. Pure: no clock, no I/O, no chance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

import msgspec

from services.needs.assessments.refusals import NotAYear
from services.needs.assessments.vocabulary import THEMES
from services.needs.voices.commands import (
    ConsultationCommand,
    GiveResponse,
    OpenConsultation,
    RecordHeard,
)
from services.needs.voices.events import (
    ConsultationEvent,
    ConsultationHeard,
    ConsultationOpened,
    ResponseGiven,
)
from services.needs.voices.refusals import (
    AlreadyHeard,
    ConsultationKnown,
    DatesUnclear,
    GroupsUnclear,
    HeardTooEarly,
    MoreThanAsked,
    NotHeardYet,
    ThemeNotHeard,
    ThemesUnclear,
)
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.commands import Missing
from shared.eventsourcing.decider import Decider
from shared.values.quarters import parse_year


class State(msgspec.Struct, frozen=True, kw_only=True):
    """Any state of a consultation."""


class Unopened(State, frozen=True, kw_only=True):
    """Nothing has happened yet."""


class Asking(State, frozen=True, kw_only=True):
    """People are being asked."""

    opened: ConsultationOpened


class Heard(State, frozen=True, kw_only=True):
    """What they said is on record; answers to it follow."""

    opened: ConsultationOpened
    heard: ConsultationHeard


Consultation = Unopened | Asking | Heard


def decide(command: ConsultationCommand, consultation: Consultation) -> Sequence[ConsultationEvent]:
    """What follows from a command, or a refusal."""
    match command:
        case OpenConsultation():
            return [_opened(command, consultation)]
        case RecordHeard():
            return [_heard(command, consultation)]
        case GiveResponse():
            return [_response(command, consultation)]


def _opened(command: OpenConsultation, consultation: Consultation) -> ConsultationOpened:
    """Refuses: ConsultationKnown, NotAYear, GroupsUnclear, DatesUnclear."""
    if not isinstance(consultation, Unopened):
        raise ConsultationKnown
    try:
        parse_year(command.year)
    except ValueError as error:
        raise NotAYear(pointer="/body/year") from error
    if not command.asked or len(set(command.asked)) < len(command.asked):
        raise GroupsUnclear(pointer="/body/asked")
    if command.closes_on < command.opens_on:
        raise DatesUnclear(pointer="/body/closes_on")
    return ConsultationOpened(
        consultation=command.consultation,
        partnership=command.partnership,
        year=command.year,
        title=command.title,
        stage=command.stage,
        asked=command.asked,
        ways=tuple(dict.fromkeys(command.ways)),
        question=command.question,
        opens_on=command.opens_on,
        closes_on=command.closes_on,
        about_kind=command.about_kind,
        about=command.about,
        opened_by=command.opened_by,
    )


def _heard(command: RecordHeard, consultation: Consultation) -> ConsultationHeard:
    """Refuses: Missing, AlreadyHeard, HeardTooEarly, GroupsUnclear, MoreThanAsked,
    ThemesUnclear.
    """
    match consultation:
        case Unopened():
            raise Missing
        case Heard():
            raise AlreadyHeard
        case Asking():
            if london_date(command.now) < consultation.opened.opens_on:
                raise HeardTooEarly
            _check(command, consultation.opened)
            return ConsultationHeard(
                groups=command.groups, themes=command.themes, said=command.said
            )


def _check(command: RecordHeard, opened: ConsultationOpened) -> None:
    groups = [one.group for one in command.groups]
    if not groups or len(set(groups)) < len(groups) or not set(groups) <= set(opened.asked):
        raise GroupsUnclear(pointer="/body/groups")
    for n, one in enumerate(command.groups):
        if one.answered > one.asked:
            raise MoreThanAsked(pointer=f"/body/groups/{n}/answered")
    themes = [one.theme for one in command.themes]
    answered = sum(one.answered for one in command.groups)
    if len(set(themes)) < len(themes):
        raise ThemesUnclear(pointer="/body/themes")
    for n, one in enumerate(command.themes):
        if one.theme not in THEMES or one.people > answered:
            raise ThemesUnclear(pointer=f"/body/themes/{n}")


def _response(command: GiveResponse, consultation: Consultation) -> ResponseGiven:
    """Refuses: Missing, NotHeardYet, ThemeNotHeard."""
    match consultation:
        case Unopened():
            raise Missing
        case Asking():
            raise NotHeardYet
        case Heard():
            if command.theme not in {one.theme for one in consultation.heard.themes}:
                raise ThemeNotHeard(pointer="/body/theme")
            return ResponseGiven(
                response=command.response,
                theme=command.theme,
                you_said=command.you_said,
                we_did=command.we_did,
                progress=command.progress,
                agency=command.agency,
                given_on=london_date(command.now),
            )


def evolve(consultation: Consultation, event: ConsultationEvent) -> Consultation:
    """The consultation after one more fact."""
    match event:
        case ConsultationOpened():
            return Asking(opened=event)
        case ConsultationHeard():
            if isinstance(consultation, Unopened):
                return consultation
            return Heard(opened=consultation.opened, heard=event)
        case ResponseGiven():
            return consultation


CONSULTATION: Decider[ConsultationCommand, Consultation, ConsultationEvent] = Decider(
    category="consultation",
    initial=Unopened(),
    decide=decide,
    evolve=evolve,
    events=get_args(ConsultationEvent),
)
