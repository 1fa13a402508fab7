"""The posting rules of a fund's year: its opening, its money in, its close and what follows.

Law: a year's result goes where the event says, partner by partner; the ledger splits none of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from services.gateway.ledgers import accounts
from services.gateway.ledgers.book import (
    AlreadyPosted,
    FundBook,
    FundEvent,
    Unknown,
    YearIsClosed,
    YearNotClosed,
)
from services.gateway.ledgers.contract_postings import promise
from services.gateway.ledgers.transactions import Code, Entry, Transaction, only_sums
from shared.published import contracts
from shared.published.terms import AgencyId, FinancialYear, Share
from shared.values.quarters import previous_year

MoneyIn = (
    contracts.BalanceBroughtForward
    | contracts.ContributionAgreed
    | contracts.ContributionReduced
    | contracts.ContributionInvoiced
    | contracts.ContributionReceived
)


def fund_transactions(book: FundBook, event: FundEvent) -> tuple[Transaction, ...]:
    """Raises YearNotOpen, Unknown, AlreadyPosted, YearIsClosed or YearNotClosed."""
    match event:
        case contracts.AgreementSigned():
            return ()
        case contracts.PooledFundOpened():
            return _opened(book, event)
        case contracts.RiskShareAgreed() | contracts.YearClosed() | contracts.PartnersChanged():
            if book.year(event.year).closed:
                raise YearIsClosed(f"{book.fund} {event.year}")
            return ()
        case (
            contracts.BalanceBroughtForward()
            | contracts.ContributionAgreed()
            | contracts.ContributionReduced()
            | contracts.ContributionInvoiced()
            | contracts.ContributionReceived()
        ):
            _known_partner(book, event.year, event.partner)
            return _money_in(book, event)
        case contracts.CostTruedUp():
            return (_trued_up(book, event),)
        case contracts.RiskShareSettled():
            return (_settled(book, event, "risk-share-settled", _borne),)
        case contracts.UnderspendCarriedForward():
            return (_settled(book, event, "underspend-carried-forward", _carried),)
        case contracts.UnderspendReturned():
            if event.step == "due":
                return (_settled(book, event, "underspend-returnable", _due),)
            return (_settled(book, event, "underspend-returned", _returned),)
        case contracts.FundUnwound():
            return (_settled(book, event, "fund-unwound", _unwound),)


def _known_partner(book: FundBook, year: FinancialYear, partner: AgencyId) -> None:
    if partner not in book.year(year).partners:
        raise Unknown(f"{partner} is no partner of {book.fund} in {year}")


def _opened(book: FundBook, event: contracts.PooledFundOpened) -> tuple[Transaction, ...]:
    """What was promised for the year while it was not open is committed now."""
    if event.year in book.years:
        raise AlreadyPosted(f"{book.fund} has opened {event.year}")
    return tuple(
        Transaction(
            code="commitment-opened",
            year=event.year,
            effective_on=event.effective_on,
            entries=promise(name, pence),
            reference=name,
        )
        for name, contract in sorted(book.contracts.items())
        if (pence := contract.memorandum.get(event.year, 0))
    )


def _money_in(book: FundBook, event: MoneyIn) -> tuple[Transaction, ...]:
    match event:
        case contracts.BalanceBroughtForward():
            return _brought_forward(book, event)
        case contracts.ContributionAgreed():
            return (_agreed(event),)
        case contracts.ContributionReduced():
            return (_reduced(event),)
        case contracts.ContributionInvoiced():
            return (_invoiced(event),)
        case contracts.ContributionReceived():
            return (_received(event),)


def _brought_forward(
    book: FundBook, event: contracts.BalanceBroughtForward
) -> tuple[Transaction, ...]:
    """The money leaves the year before, if these books hold it: no pound stands in two years."""
    partner, pence = event.partner, event.amount_pence
    opening = Transaction(
        code="balance-brought-forward",
        year=event.year,
        effective_on=event.effective_on,
        entries=(
            Entry(accounts.BANK, pence, partner=partner),
            Entry(accounts.carried_forward(partner), -pence, partner=partner),
            Entry(accounts.AUTHORITY_BROUGHT_FORWARD, pence, partner=partner),
            Entry(accounts.AVAILABLE, -pence, partner=partner),
        ),
    )
    before = previous_year(event.year)
    if before not in book.years:
        return (opening,)
    leaving = Transaction(
        code="carried-into-next-year",
        year=before,
        effective_on=event.effective_on,
        entries=(
            Entry(accounts.carried_forward(partner), pence, partner=partner),
            Entry(accounts.BANK, -pence, partner=partner),
        ),
    )
    return (leaving, opening)


def _agreed(event: contracts.ContributionAgreed) -> Transaction:
    return Transaction(
        code="contribution-agreed",
        year=event.year,
        effective_on=event.effective_on,
        entries=authority(event.partner, event.annual_pence),
    )


def authority(partner: AgencyId, pence: int) -> tuple[Entry, Entry]:
    return (
        Entry(accounts.authority(partner), pence, partner=partner),
        Entry(accounts.AVAILABLE, -pence, partner=partner),
    )


def _reduced(event: contracts.ContributionReduced) -> Transaction:
    return Transaction(
        code="contribution-reduced",
        year=event.year,
        effective_on=event.effective_on,
        entries=(
            Entry(accounts.AVAILABLE, event.amount_pence, partner=event.partner),
            Entry(accounts.authority(event.partner), -event.amount_pence, partner=event.partner),
        ),
    )


def _invoiced(event: contracts.ContributionInvoiced) -> Transaction:
    partner, pence = event.partner, event.amount_pence
    return Transaction(
        code="contribution-invoiced",
        year=event.year,
        effective_on=event.effective_on,
        entries=(
            Entry(accounts.contribution_receivable(partner), pence, partner=partner),
            Entry(accounts.contribution(partner), -pence, partner=partner),
        ),
        period=event.period,
    )


def _received(event: contracts.ContributionReceived) -> Transaction:
    partner, pence = event.partner, event.amount_pence
    code: Code = "contribution-received"
    owed = accounts.contribution_receivable(partner)
    if event.towards == "risk-share":
        code, owed = "risk-share-received", accounts.risk_share_receivable(partner)
    return Transaction(
        code=code,
        year=event.year,
        effective_on=event.effective_on,
        entries=(
            Entry(accounts.BANK, pence, partner=partner),
            Entry(owed, -pence, partner=partner),
        ),
        reference=event.reference,
    )


def _trued_up(book: FundBook, event: contracts.CostTruedUp) -> Transaction:
    for share in event.changes:
        _known_partner(book, event.year, share.partner)
    return Transaction(
        code="cost-trued-up",
        year=event.year,
        effective_on=event.effective_on,
        entries=only_sums(
            Entry(
                accounts.expenses(event.contract, event.element, share.partner),
                share.pence,
                event.contract,
                share.partner,
                event.element,
                event.weighting,
            )
            for share in event.changes
        ),
    )


def _settled(
    book: FundBook,
    event: contracts.RiskShareSettled
    | contracts.UnderspendCarriedForward
    | contracts.UnderspendReturned
    | contracts.FundUnwound,
    code: Code,
    sides: Callable[[Share], Iterable[Entry]],
) -> Transaction:
    """What follows a close, each partner's share on its own two sides."""
    if not book.year(event.year).closed:
        raise YearNotClosed(f"{code} in {event.year}")
    for share in event.shares:
        _known_partner(book, event.year, share.partner)
    return Transaction(
        code=code,
        year=event.year,
        effective_on=event.effective_on,
        entries=only_sums(entry for share in event.shares for entry in sides(share)),
    )


def _borne(share: Share) -> tuple[Entry, Entry]:
    partner = share.partner
    return (
        Entry(accounts.risk_share_receivable(partner), share.pence, partner=partner),
        Entry(accounts.risk_share(partner), -share.pence, partner=partner),
    )


def _carried(share: Share) -> tuple[Entry, Entry]:
    partner = share.partner
    return (
        Entry(accounts.RESULT_FOR_YEAR, share.pence, partner=partner),
        Entry(accounts.carried_forward(partner), -share.pence, partner=partner),
    )


def _due(share: Share) -> tuple[Entry, Entry]:
    partner = share.partner
    return (
        Entry(accounts.contribution_returned(partner), share.pence, partner=partner),
        Entry(accounts.returnable(partner), -share.pence, partner=partner),
    )


def _returned(share: Share) -> tuple[Entry, Entry]:
    partner = share.partner
    return (
        Entry(accounts.returnable(partner), share.pence, partner=partner),
        Entry(accounts.BANK, -share.pence, partner=partner),
    )


def _unwound(share: Share) -> tuple[Entry, Entry]:
    partner = share.partner
    return (
        Entry(accounts.carried_forward(partner), share.pence, partner=partner),
        Entry(accounts.returnable(partner), -share.pence, partner=partner),
    )
