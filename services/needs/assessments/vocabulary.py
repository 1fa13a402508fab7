"""The themes a signal may be about. Pure.

Law: a signal says what was met in one of these words and how often, and nothing of whom: no place
is left in which a child's particulars could be written.
"""

from __future__ import annotations

from collections.abc import Mapping

THEMES: Mapping[str, str] = {
    "alcohol": "Alcohol",
    "anxiety": "Anxiety",
    "bereavement": "Bereavement",
    "bullying": "Bullying",
    "caring-for-family": "Caring for family",
    "disability-access": "Being shut out by a disability",
    "domestic-abuse": "Domestic abuse",
    "drugs": "Drugs",
    "eating": "Eating",
    "exclusion-from-school": "Exclusion from school",
    "exploitation": "Exploitation",
    "family-conflict": "Conflict in the family",
    "housing": "Housing and homelessness",
    "hunger": "Hunger",
    "identity": "Identity",
    "knife-crime": "Knife crime",
    "loneliness": "Loneliness",
    "low-mood": "Low mood",
    "missing-from-home": "Missing from home",
    "missing-school": "Missing school",
    "money-worries": "Money worries",
    "neglect": "Neglect",
    "online-harm": "Harm online",
    "oral-health": "Oral health",
    "parents-mental-health": "Parents' mental health",
    "racism": "Racism",
    "safe-places": "Nowhere safe to go",
    "self-harm": "Self-harm",
    "sexual-health": "Sexual health",
    "sleep": "Sleep",
    "smoking-and-vaping": "Smoking and vaping",
    "speech-and-language": "Speech and language",
    "teenage-pregnancy": "Teenage pregnancy",
    "transport": "Getting there: transport",
    "waiting-for-help": "Waiting for help",
    "weight": "Weight",
}
