"""Why a bid is not sealed, a key not taken, bids not opened."""

from __future__ import annotations

from shared.eventsourcing.commands import Invalid, NotPermitted, Refused


class OfficersTooFew(Invalid):
    """Name three to eight different persons as opening officers."""

    code = "opening-officers-too-few"


class NotAnOpeningOfficer(NotPermitted):
    """Only the opening officers named for this tender do this."""

    code = "not-an-opening-officer"


class KeyUnreadable(Invalid):
    """Send an uncompressed point of P-256, 65 bytes in base64, as the public key."""

    code = "opening-key-unreadable"


class KeyNotProved(Invalid):
    """Sign tender, officer and key with the private half of this key, and send that as proof."""

    code = "opening-key-not-proved"


class KeyTaken(Refused):
    """Another officer has registered this key: make one of your own."""

    code = "opening-key-taken"


class KeysInUse(Refused):
    """A bid is sealed to these officers' keys, so neither officers nor keys can change."""

    code = "opening-keys-in-use"


class OpeningKeysMissing(Refused):
    """The tender's opening officers have not all registered a key yet: try again later."""

    code = "opening-keys-missing"


class EnvelopeUnreadable(Invalid):
    """This is no sealed bid: make one with the page or with `goldenthread seal-bid`."""

    code = "envelope-unreadable"


class EnvelopeOfAnother(Invalid):
    """The envelope is for another tender or of another provider: seal the bid for this one."""

    code = "envelope-of-another"


class SealedToOtherKeys(Invalid):
    """The envelope is not sealed to this tender's officers: read their keys again and seal anew."""

    code = "sealed-to-other-keys"


class PartsUnreadable(Invalid):
    """A part is 32 bytes in base64."""

    code = "opening-parts-unreadable"


class PartsIncomplete(Invalid):
    """Give one part for each bid that came in time, and none for others."""

    code = "opening-parts-incomplete"


class AnotherOfficerNeeded(Refused):
    """The parts given so far do not open every bid: another opening officer must give theirs."""

    code = "another-officer-needed"


class EnvelopeChanged(Refused):
    """A kept envelope is not the one its receipt is for: ask your operator for it."""

    code = "envelope-changed"


class NotToBeSetAside(Refused):
    """Only a bid that two officers' parts do not open can be set aside."""

    code = "not-to-be-set-aside"
