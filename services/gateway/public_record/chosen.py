"""Tender and award: what procurement publishes, as releases. Pure.

An award is known by its process: there is one in each.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from msgspec.structs import replace

from services.gateway.public_record.dating import beginning, dated
from services.gateway.public_record.lines import ReleaseLine, Told, released
from services.gateway.public_record.pieces import BUYER, SUPPLIER, Json, party, related, value
from services.gateway.public_record.publish_list import Said, kept, said
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.events import Recorded
from shared.eventsourcing.views import Row, View
from shared.published import procurement
from shared.published.terms import AgencyId

ACT = {"scheme": "UKPGA", "id": "2023/54",
       "uri": "https://www.legislation.gov.uk/ukpga/2023/54/contents"}  # fmt: skip
PROVIDER_SELECTION = {
    "scheme": "UKSI", "id": "2023/1348",
    "uri": "https://www.legislation.gov.uk/uksi/2023/1348/contents",
}  # fmt: skip
REGIMES: Mapping[str, str] = {
    "light-touch": "Light touch",
    "provider-selection": "Provider Selection Regime",
    "full": "Full regime of the Procurement Act 2023",
    "below-threshold": "Below threshold",
}
CRITERIA = {"price": "price", "quality": "quality", "social-value": "quality"}
PAYER = ("payer",)
ONE_YEAR = "The value is the price of one year."


def opened(said: Said, recorded_on: str) -> Told:
    """A process is one lot, of a tender without lots the whole; criteria carry their weights in
    percent.
    """
    lot: Json = {"id": "1", "status": "active", **_lot(said.get("lot")), **_judged_by(said)}
    health = said["regime"] == "provider-selection"
    tender: Json = {
        "id": said["tender"], "title": said["title"], "status": "active",
        "procuringEntity": {"id": said["procuring"]}, "legalBasis": PROVIDER_SELECTION
        if health else ACT, "procurementMethod": "open", "procurementMethodDetails":
        REGIMES[said["regime"]], "mainProcurementCategory": "services", "lots": [lot],
        "tenderPeriod": {"startDate": beginning(recorded_on), "endDate": said["bids_close_at"]},
    }  # fmt: skip
    if said["regime"] == "light-touch":
        tender["specialRegime"] = ["lightTouch"]
    payer = [(said["payer"], PAYER)] if "payer" in said else []
    content: Json = {
        "parties": party((said["procuring"], BUYER), *payer),
        "buyer": {"id": said["procuring"]},
        "tender": tender,
        "relatedProcesses": related("planning", f"specification/{said['specification']}"),
    }
    return Told(("tender",), content)


def _judged_by(said: Said) -> Json:
    criteria = [
        {
            "type": CRITERIA[one["kind"]],
            "name": one["title"],
            "numbers": [{"number": one["weight_basis_points"] / 100, "weight": "percentageExact"}],
        }
        for one in said.get("criteria", ())
    ]
    return {"awardCriteria": {"criteria": criteria}} if criteria else {}


def _lot(lot: Said | None) -> Json:
    if lot is None:
        return {}
    title = f"Lot {lot['number']} of {lot['of']}: {lot['title']}"
    return {"title": title, "value": value(lot["annual_value_pence"]), "description": ONE_YEAR}


def amended(said: Said, at: str) -> Told:
    """What an amendment changed; its reason may be erased, so it is not in the record."""
    tender: Json = {"id": said["tender"], "amendments": [{"id": said["amendment"], "date": at}]}
    if title := said.get("title"):
        tender["title"] = title
    if closes_at := said.get("bids_close_at"):
        tender["tenderPeriod"] = {"endDate": closes_at}
    if judged_by := _judged_by(said):
        tender["lots"] = [{"id": "1", **judged_by}]
    return Told(("tenderAmendment",), {"tender": tender})


def clarified(said: Said, at: str) -> Told:
    """That a question was answered; its texts may be erased, so they are not in the record."""
    document = {"id": said["question"], "documentType": "clarifications",
                "title": "A question answered to all", "datePublished": at}  # fmt: skip
    tender = {"id": said["tender"], "hasEnquiries": True, "documents": [document]}
    return Told(("tenderUpdate",), {"tender": tender})


def bids_opened(said: Said) -> Told:
    tender = {"id": said["tender"], "numberOfTenderers": said["bids"]}
    return Told(("tenderUpdate",), {"tender": tender})


def noticed(said: Said, awarded: Said, buyer: str) -> Told:
    """The award as its notice tells it: pending, and the standstill."""
    award: Json = {
        "id": said["tender"], "status": "pending", "date": beginning(said["published_on"]),
        "suppliers": [{"id": awarded["provider"]}], "value": value(awarded["annual_price_pence"]),
        "description": ONE_YEAR, "documents": [
            {"id": said["notice"], "documentType": "awardNotice", "noticeType": "UK6",
             "datePublished": beginning(said["published_on"])},
        ],
    }  # fmt: skip
    if ends_at := said.get("standstill_ends_at"):
        standstill = {"startDate": beginning(said["published_on"]), "endDate": ends_at}
        award["standstillPeriod"] = standstill
    parties = party((buyer, BUYER), (awarded["provider"], SUPPLIER))
    return Told(("award",), {"parties": parties, "buyer": {"id": buyer}, "awards": [award]})


def standstill_ended(said: Said) -> Told:
    return _award_update(said["tender"], statusDetails="The standstill has ended")


def standstill_not_required(said: Said) -> Told:
    details = f"No standstill is required: {said['section']}"
    return _award_update(said["tender"], statusDetails=details)


def standstill_resumed(said: Said) -> Told:
    return _award_update(said["tender"], standstillPeriod={"endDate": said["standstill_ends_at"]})


def confirmed(said: Said) -> Told:
    tags, content = _award_update(said["tender"], status="active", statusDetails="Ready to sign")
    lots = [{"id": "1", "status": "complete"}]
    return Told(tags, content | {"tender": {
        "id": said["tender"], "status": "complete", "lots": lots,
    }})  # fmt: skip


def cancelled(said: Said, *, noticed: bool) -> Told:
    status = "unsuccessful" if said.get("unsuccessful") else "cancelled"
    lots = [{"id": "1", "status": status}]
    tender = {"id": said["tender"], "status": status, "lots": lots}
    if not noticed:
        return Told(("tenderCancellation",), {"tender": tender})
    awards = [{"id": said["tender"], "status": "cancelled"}]
    return Told(("tenderCancellation", "awardCancellation"), {"tender": tender, "awards": awards})


def _award_update(award: str, **changed: object) -> Told:
    return Told(("awardUpdate",), {"awards": [{"id": award, **changed}]})


def announced(said: Said, way: str) -> Told:
    """A notice of an award before it is made: pending, with the standstill where one is kept."""
    beginning_at = beginning(said["published_on"])
    _, content = without_tender(said, way, said["published_on"], made=False)
    award = content["awards"][0]
    coded = {"noticeType": said["notice"]} if said["notice"].startswith("UK") else {}
    award["documents"] = [
        {"id": f"{said['award']}-{said['notice']}", "documentType": "awardNotice",
         "datePublished": beginning_at, **coded},
    ]  # fmt: skip
    if ends_at := said.get("standstill_ends_at"):
        award["standstillPeriod"] = {"startDate": beginning_at, "endDate": ends_at}
    elif section := said.get("no_standstill"):
        award["statusDetails"] = f"No standstill is required: {section}"
    return Told(("tender", "award"), content)


def announced_anew(said: Said) -> Told:
    """A further decision has moved the standstill of what was announced."""
    return _award_update(said["award"], standstillPeriod={"endDate": said["standstill_ends_at"]})


def announced_withdrawn(said: Said) -> Told:
    """What had been announced is not made."""
    content: Json = {
        "tender": {"id": said["award"], "status": "withdrawn"},
        "awards": [{"id": said["award"], "status": "cancelled"}],
    }
    return Told(("tenderCancellation", "awardCancellation"), content)


def without_tender(said: Said, way: str, recorded_on: str, *, made: bool = True) -> Told:
    """An award made another way: direct, by call-off, in house, or a grant; and by which right."""
    tender: Json = {
        "id": said["award"], "status": "complete" if made else "active",
        "procuringEntity": {"id": said["procuring"]},
        "procurementMethod": "selective" if "framework" in said else "direct",
        "procurementMethodDetails": way, "mainProcurementCategory": "services",
    }  # fmt: skip
    if section := said.get("section"):
        tender["procurementMethodRationale"] = section
    award: Json = {
        "id": said["award"], "status": "active" if made else "pending",
        "date": beginning(recorded_on),
        "suppliers": [{"id": said["provider"]}], "value": value(said["annual_price_pence"]),
        "description": ONE_YEAR,
    }  # fmt: skip
    links = related("planning", f"specification/{said['specification']}")
    if framework := said.get("framework"):
        framework += f", lot {said['lot']}" if said.get("lot") else ""
        links.append({"id": "framework-1", "relationship": ["framework"], "title": framework})
    content: Json = {
        "parties": party((said["procuring"], BUYER), (said["provider"], SUPPLIER)),
        "buyer": {"id": said["procuring"]}, "tender": tender, "awards": [award],
        "relatedProcesses": links,
    }  # fmt: skip
    return Told(("tender", "award"), content)


class ChosenRow(Row, frozen=True, kw_only=True):
    """A tender, or an award in another way. `award` is what contracts know the award by."""

    subject: str
    partnership: str
    specification: str
    procuring: AgencyId
    decided: Said
    way: str = ""
    regime: str = ""
    award: str = ""
    noticed: bool = False
    last_ns: int = 0


WithoutTender = (
    procurement.DirectAwardMade
    | procurement.FrameworkCallOffMade
    | procurement.InHouseProvisionAgreed
    | procurement.GrantOffered
)
Choosing = (
    procurement.TenderOpened
    | procurement.TenderAmended
    | procurement.QuestionAnswered
    | procurement.BidsOpened
    | procurement.TenderAwarded
    | procurement.AwardNoticePublished
    | procurement.StandstillEnded
    | procurement.StandstillNotRequired
    | procurement.RepresentationResolved
    | procurement.AwardConfirmed
    | procurement.TenderCancelled
    | procurement.AwardAnnounced
    | procurement.AnnouncedAwardWithdrawn
    | procurement.DirectAwardMade
    | procurement.FrameworkCallOffMade
    | procurement.InHouseProvisionAgreed
    | procurement.GrantOffered
)
OfAnAward = procurement.AwardAnnounced | procurement.AnnouncedAwardWithdrawn
NAMED: dict[str, str] = {
    "direct-award": "Direct award",
    "framework-call-off": "Call-off under a framework",
}
WAYS: dict[type, str] = {
    procurement.DirectAwardMade: "Direct award",
    procurement.FrameworkCallOffMade: "Call-off under a framework",
    procurement.InHouseProvisionAgreed: "Provided by a partner itself under an agreement",
    procurement.GrantOffered: "Grant",
}


def chosen_of(recorded: Recorded) -> str | None:
    event = recorded.event
    if isinstance(event, WithoutTender | OfAnAward):
        return f"award/{event.award}"
    tender = getattr(event, "tender", "")
    return f"tender/{tender}" if tender else None


def fold_chosen(
    row: ChosenRow | None, recorded: Recorded
) -> tuple[ChosenRow, tuple[ReleaseLine, ...]]:
    event = recorded.event
    begins = isinstance(event, procurement.TenderOpened | procurement.AwardAnnounced)
    if begins or isinstance(event, WithoutTender):
        row = ChosenRow(
            subject=chosen_of(recorded) or "",
            partnership=event.partnership,
            specification=event.specification,
            procuring=event.procuring,
            way=WAYS.get(type(event), "") or NAMED.get(getattr(event, "way", ""), ""),
            regime=getattr(event, "regime", "") or "",
            award=getattr(event, "award", ""),
            decided={},
            last_ns=row.last_ns if row else 0,
        )
    if row is None:
        raise LookupError(f"{type(event).__name__} came before its tender was opened")
    row = _decided(row, event)
    told = _told_of_choice(row, recorded)
    if told is None:
        return row, ()
    at = dated(recorded.recorded_at, "procurement", row.last_ns)
    return replace(row, last_ns=at), (released(recorded, row.subject, at, told),)


def _decided(row: ChosenRow, event: object) -> ChosenRow:
    match event:
        case procurement.TenderAwarded():
            return replace(row, decided=kept(event))
        case procurement.AwardNoticePublished():
            return replace(row, noticed=True)
        case procurement.AwardConfirmed():
            return replace(row, award=event.award)
        case _:
            return row


def _told_of_choice(row: ChosenRow, recorded: Recorded) -> Told | None:
    """What an event tells the public; None where it is no release."""
    on = str(london_date(recorded.recorded_at))
    match recorded.event:
        case procurement.TenderOpened() as event:
            return opened(said(event), on)
        case procurement.TenderAmended() as event:
            return amended(said(event), recorded.recorded_at.isoformat())
        case procurement.QuestionAnswered() as event:
            return clarified(said(event), recorded.recorded_at.isoformat())
        case procurement.BidsOpened() as event:
            return bids_opened(said(event))
        case procurement.AwardNoticePublished() as event:
            return noticed(said(event), row.decided, row.procuring)
        case procurement.StandstillEnded() as event:
            return standstill_ended(said(event))
        case procurement.StandstillNotRequired() as event:
            return standstill_not_required(said(event))
        case procurement.RepresentationResolved() as event if event.standstill_ends_at:
            return standstill_resumed(said(event))
        case procurement.AwardConfirmed() as event:
            return confirmed(said(event))
        case procurement.TenderCancelled() as event:
            return cancelled(said(event), noticed=row.noticed)
        case procurement.AwardAnnounced() as event if event.moved:
            return announced_anew(said(event))
        case procurement.AwardAnnounced() as event:
            return announced(said(event), NAMED[event.way])
        case procurement.AnnouncedAwardWithdrawn() as event:
            return announced_withdrawn(said(event))
        case event if isinstance(event, WithoutTender):
            return without_tender(said(event), WAYS[type(event)], on)
        case _:
            return None


CHOSEN: View[ChosenRow] = View(
    name="public_choices",
    source="procurement",
    row=ChosenRow,
    events=get_args(Choosing),
    key=chosen_of,
    fold=fold_chosen,
    emits=ReleaseLine,
    indexes=("award",),
    ordered_lines=True,
)
