"""Whom a published event concerns: for every class of the four services exactly one rule. Pure.

Law: nobody hears in a log of what the doors would not show; an event without a rule is an error,
never silence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from services.gateway.partners.facts import ContractFact, DecisionFact, Facts, Key, Kind, TenderFact
from shared.eventsourcing.events import Published
from shared.published import contracts, monitoring, needs, planned, procurement
from shared.published.terms import AgencyId, PartnershipId

Relations = frozenset[str]
Parties = Mapping[AgencyId, Relations]
"""Agencies and what they are to an object: `member`, `commissioner`, `provider`, `host` …"""

EVERYONE: AgencyId = "*"
"""In the parties of what is public: every agency that has a log."""

NOBODY: Parties = {}
MEMBER: Relations = frozenset({"member"})


@dataclass(frozen=True)
class Rule:
    """Whom an event concerns.

    `unless_known` is the fact without which that cannot be said: until it is there, the event and
    all later ones under the same key wait.
    """

    says: str
    unless_known: Callable[[Published], Key | None]
    concerned: Callable[[Published, Facts], Parties]


def with_relation(parties: Parties, agency: AgencyId, relation: str) -> Parties:
    return {**parties, agency: parties.get(agency, frozenset()) | {relation}}


def members(facts: Facts, partnership: PartnershipId) -> Parties:
    known = facts.partnership(partnership)
    return dict.fromkeys(known.agencies, MEMBER) if known else NOBODY


def contract_parties(facts: Facts, contract: ContractFact) -> Parties:
    """Partners, the commissioner, the provider, and the host of the fund that pays."""
    terms = contract.terms
    found = members(facts, terms.partnership)
    found = with_relation(found, terms.commissioner, "commissioner")
    found = with_relation(found, terms.provider, "provider")
    fund = facts.fund(terms.fund)
    return with_relation(found, fund.host, "host") if fund else found


def named(event: Published, name: str) -> str:
    """Raises AttributeError where the event names no such thing: a rule for the wrong class."""
    return getattr(event, name)


def at_once(_: Published) -> None:
    return None


def unless(kind: Kind) -> Callable[[Published], Key | None]:
    """Waits for the partnership, contract, fund, tender or decision that the event names."""

    def key(event: Published) -> Key:
        return Key(kind, named(event, kind))

    return key


def unless_partnership_of_terms(event: Published) -> Key:
    match event:
        case contracts.ContractSigned() | contracts.ContractVaried() | contracts.ContractExtended():
            return Key("partnership", event.terms.partnership)
        case _:
            raise TypeError(f"{type(event).__name__} has no terms")


def partners(event: Published, facts: Facts) -> Parties:
    return members(facts, named(event, "partnership"))


def parties(event: Published, facts: Facts) -> Parties:
    known = facts.contract(named(event, "contract"))
    return contract_parties(facts, known) if known else NOBODY


def only(*relations: str) -> Callable[[Published, Facts], Parties]:
    """Of a contract's parties those that stand in one of the relations to it."""

    def some(event: Published, facts: Facts) -> Parties:
        found = parties(event, facts)
        return {agency: held for agency, held in found.items() if not held.isdisjoint(relations)}

    return some


def paying_side(event: Published, facts: Facts) -> Parties:
    """All but the provider; a partner that provides itself sees its funds' books in any case."""
    return {
        agency: held
        for agency, held in parties(event, facts).items()
        if "member" in held or "provider" not in held
    }


def fund_partners(event: Published, facts: Facts) -> Parties:
    known = facts.fund(named(event, "fund"))
    if known is None:
        return NOBODY
    return with_relation(members(facts, known.partnership), known.host, "host")


def procurers(event: Published, facts: Facts) -> Parties:
    tender = facts.get(Key("tender", named(event, "tender")), TenderFact)
    if tender is None:
        return NOBODY
    return with_relation(members(facts, tender.partnership), tender.procuring, "procuring")


def procurers_and_winner(event: Published, facts: Facts) -> Parties:
    return with_relation(procurers(event, facts), named(event, "provider"), "provider")


def awarded(event: Published, facts: Facts) -> Parties:
    found = with_relation(partners(event, facts), named(event, "procuring"), "procuring")
    return with_relation(found, named(event, "provider"), "provider")


def itself(event: Published, _: Facts) -> Parties:
    return {named(event, "provider"): frozenset({"provider"})}


def everyone(_: Published, __: Facts) -> Parties:
    return {EVERYONE: frozenset({"public"})}


def nobody(_: Published, __: Facts) -> Parties:
    return NOBODY


def unless_exempt(event: Published, facts: Facts) -> Parties:
    """An exempt decision stays in, and what rests on it."""
    decision = facts.get(Key("decision", named(event, "decision")), DecisionFact)
    if decision is None or decision.exempt:
        return NOBODY
    return members(facts, decision.partnership)


FORMED = Rule("the partners of the partnership", at_once, partners)
PARTNERSHIP = Rule("the partners of the partnership", unless("partnership"), partners)
DECIDED = Rule(
    "the partners of the partnership, unless it is exempt", unless("partnership"), unless_exempt
)
CONFIRMED_AT_HOME = Rule(
    "the partners of the partnership, unless the decision is exempt",
    unless("decision"),
    unless_exempt,
)
ITSELF = Rule("the provider itself", at_once, itself)
TENDER_OPENED = Rule("every agency", unless("partnership"), everyone)
TENDER = Rule("every agency", unless("tender"), everyone)
INSIDE_TENDER = Rule(
    "the partners the tender is for and the one that procures", unless("tender"), procurers
)
TENDER_WON = Rule(
    "the partners the tender was for, the one that procures, the provider that won it",
    unless("tender"),
    procurers_and_winner,
)
AWARD = Rule(
    "the partners the award is for, the one that procures, the provider",
    unless("partnership"),
    awarded,
)
REPRESENTATION = Rule("nobody: the doors say only how many stand", at_once, nobody)
AGREED = Rule("the parties of the contract", unless_partnership_of_terms, parties)
CONTRACT = Rule("the parties of the contract", unless("contract"), parties)
PAYING_SIDE = Rule(
    "the partners, the commissioner and the fund's host, not the provider",
    unless("contract"),
    paying_side,
)
BETWEEN_THE_TWO = Rule(
    "the provider and the commissioner of the contract",
    unless("contract"),
    only("provider", "commissioner"),
)
TO_THE_PROVIDER = Rule("the provider of the contract", unless("contract"), only("provider"))
FUND_AGREED = Rule("the partners of the fund", unless("partnership"), fund_partners)
FUND = Rule("the partners of the fund", unless("fund"), fund_partners)

RULES: Mapping[type[Published], Rule] = {
    needs.PartnershipFormed: FORMED,
    needs.PartnerJoined: PARTNERSHIP,
    needs.PartnerLeft: PARTNERSHIP,
    needs.DecisionTaken: DECIDED,
    needs.HomeAuthorityGiven: CONFIRMED_AT_HOME,
    needs.ServiceChangeDecided: CONFIRMED_AT_HOME,
    needs.AssessmentPublished: PARTNERSHIP,
    needs.StrategyApproved: PARTNERSHIP,
    needs.StrategyPublished: PARTNERSHIP,
    needs.SpecificationPublished: PARTNERSHIP,
    needs.SpecificationSuperseded: PARTNERSHIP,
    needs.SpecificationWithdrawn: PARTNERSHIP,
    procurement.ProviderRegistered: ITSELF,
    procurement.StandardHeld: ITSELF,
    procurement.StandardLapsed: ITSELF,
    procurement.ProviderSuspended: ITSELF,
    procurement.ProviderReinstated: ITSELF,
    procurement.ExclusionGroundFound: ITSELF,
    procurement.ExclusionGroundEnded: ITSELF,
    procurement.TenderOpened: TENDER_OPENED,
    procurement.TenderAmended: TENDER,
    procurement.QuestionAnswered: TENDER,
    procurement.BidsOpened: INSIDE_TENDER,
    procurement.TenderAwarded: INSIDE_TENDER,
    procurement.AwardNoticePublished: TENDER,
    procurement.StandstillEnded: TENDER,
    procurement.StandstillNotRequired: TENDER,
    procurement.RepresentationMade: REPRESENTATION,
    procurement.RepresentationResolved: REPRESENTATION,
    procurement.AwardConfirmed: TENDER_WON,
    procurement.TenderCancelled: TENDER,
    procurement.AwardAnnounced: TENDER_OPENED,
    procurement.AnnouncedAwardWithdrawn: TENDER_OPENED,
    procurement.DirectAwardMade: AWARD,
    procurement.FrameworkCallOffMade: AWARD,
    procurement.InHouseProvisionAgreed: AWARD,
    procurement.GrantOffered: AWARD,
    planned.ProcurementPlanned: CONFIRMED_AT_HOME,
    planned.PlannedProcurementMoved: CONFIRMED_AT_HOME,
    planned.PlannedProcurementBegun: CONFIRMED_AT_HOME,
    contracts.ContractSigned: AGREED,
    contracts.ContractVaried: AGREED,
    contracts.ContractExtended: AGREED,
    contracts.NoticeIssued: CONTRACT,
    contracts.NoticeAnswered: CONTRACT,
    contracts.EndProposed: CONFIRMED_AT_HOME,
    contracts.EndConfirmed: CONTRACT,
    contracts.ContractTerminated: CONTRACT,
    contracts.ContractCompleted: CONTRACT,
    contracts.CommitmentReleased: CONTRACT,
    contracts.InvoiceReceived: CONTRACT,
    contracts.InvoiceDisputed: CONTRACT,
    contracts.InvoiceDisputeSettled: CONTRACT,
    contracts.PaymentCertified: CONTRACT,
    contracts.CertificationReversed: CONTRACT,
    contracts.ExpenditureAccrued: PAYING_SIDE,
    contracts.AccrualReversed: PAYING_SIDE,
    contracts.PaymentMade: CONTRACT,
    contracts.AmountWithheld: CONTRACT,
    contracts.WithholdingReleased: CONTRACT,
    contracts.WithholdingForfeited: CONTRACT,
    contracts.AgreementSigned: FUND_AGREED,
    contracts.PooledFundOpened: FUND_AGREED,
    contracts.PartnersChanged: FUND,
    contracts.RiskShareAgreed: FUND,
    contracts.BalanceBroughtForward: FUND,
    contracts.ContributionAgreed: FUND,
    contracts.ContributionReduced: FUND,
    contracts.ContributionInvoiced: FUND,
    contracts.ContributionReceived: FUND,
    contracts.CostTruedUp: FUND,
    contracts.YearClosed: FUND,
    contracts.RiskShareSettled: FUND,
    contracts.UnderspendCarriedForward: FUND,
    contracts.UnderspendReturned: FUND,
    contracts.FundUnwound: FUND,
    monitoring.ReturnScheduled: CONTRACT,
    monitoring.ReturnRescheduled: CONTRACT,
    monitoring.ReturnReminded: TO_THE_PROVIDER,
    monitoring.ReturnSubmitted: CONTRACT,
    monitoring.ReturnRejected: CONTRACT,
    monitoring.QueryRaised: BETWEEN_THE_TWO,
    monitoring.QueryAnswered: BETWEEN_THE_TWO,
    monitoring.ReturnAccepted: CONTRACT,
    monitoring.ReturnRestated: CONTRACT,
    monitoring.ReturnOverdue: CONTRACT,
    monitoring.ExtensionGranted: CONTRACT,
    monitoring.ReturnCancelled: CONTRACT,
    monitoring.ReviewMeetingHeld: BETWEEN_THE_TWO,
    monitoring.ActionCompleted: BETWEEN_THE_TWO,
    monitoring.UnderperformanceFlagged: CONTRACT,
    monitoring.ExplanationRequested: CONTRACT,
    monitoring.ExplanationGiven: CONTRACT,
    monitoring.FlagUpheld: CONTRACT,
    monitoring.FlagDismissed: CONTRACT,
    monitoring.PlanAgreed: CONTRACT,
    monitoring.MilestoneMet: CONTRACT,
    monitoring.MilestoneMissed: CONTRACT,
    monitoring.FlagEscalated: CONTRACT,
    monitoring.FlagSteppedDown: CONTRACT,
    monitoring.CaseClockStarted: CONTRACT,
    monitoring.CaseClockPaused: CONTRACT,
    monitoring.CaseClockResumed: CONTRACT,
    monitoring.CaseClockMissed: CONTRACT,
    monitoring.CaseMeetingHeld: BETWEEN_THE_TWO,
    monitoring.NoteMade: BETWEEN_THE_TWO,
    monitoring.BasisChanged: CONTRACT,
    monitoring.FlagClosed: CONTRACT,
    monitoring.ReviewDue: CONTRACT,
    monitoring.ReviewOpened: CONTRACT,
    monitoring.ReviewConcluded: CONTRACT,
    monitoring.SeriousIncidentReported: BETWEEN_THE_TWO,
    monitoring.OfficerTold: BETWEEN_THE_TWO,
    monitoring.OfficerSilent: BETWEEN_THE_TWO,
    monitoring.OfficerAcknowledged: BETWEEN_THE_TWO,
    monitoring.IncidentClosed: BETWEEN_THE_TWO,
    monitoring.ForumReported: PARTNERSHIP,
    monitoring.SeriesRebased: CONTRACT,
}
