"""Each partner's part of what a pool holds and owes, from its lines to a day. Pure.

Law: a pool is no entity, so over all partners the parts are the whole, account by account; what no
line says of a partner is shared by what each has borne, the bank is what is left.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

import msgspec

from services.gateway.ledgers import accounts
from services.gateway.ledgers.transactions import PostingLine
from shared.published.terms import AgencyId, ContractId
from shared.values.closing import Agreement
from shared.values.shares import split

OWED_TO_CONTRACTS = (accounts.PAYABLE, accounts.WITHHELD, accounts.ACCRUED)
OF_A_PARTNER = ("Income:Pool:", "Equity:Pool:", accounts.EXPENSES)


class PartnerShare(msgspec.Struct, frozen=True, kw_only=True):
    """A partner's part. `unspent_pence` is what it has put in less what it has used up: what its
    part of everything held exceeds its part of everything owed by.
    """

    partner: AgencyId
    unspent_pence: int
    bank_pence: int
    owed_by_partner_pence: int
    vat_pence: int
    owed_to_contracts_pence: int
    returnable_pence: int


class Pool(msgspec.Struct, frozen=True, kw_only=True):
    """Every balance but the budget's, by what the shares need: account, partner, contract."""

    balances: Counter[str]
    unspent: Counter[AgencyId]
    borne: defaultdict[ContractId, Counter[AgencyId]]
    owed: Counter[ContractId]


def pool(lines: Iterable[PostingLine]) -> Pool:
    """Adds up lines once."""
    found = Pool(balances=Counter(), unspent=Counter(), borne=defaultdict(Counter), owed=Counter())
    for line in lines:
        if accounts.is_budget(line.account):
            continue
        found.balances[line.account] += line.amount_pence
        if line.account.startswith(OF_A_PARTNER):
            found.unspent[line.partner] -= line.amount_pence
        if accounts.is_cost(line.account):
            found.borne[line.contract][line.partner] += line.amount_pence
        elif line.account.startswith(OWED_TO_CONTRACTS):
            found.owed[line.contract] -= line.amount_pence
    return found


def partner_shares(agreement: Agreement, found: Pool) -> tuple[PartnerShare, ...]:
    """In the order of the agreement; a partner of earlier years, still with a part, comes after."""
    others = sorted(found.unspent.keys() - set(agreement.partners))
    weights = (*agreement.attribution_weights, *(0 for _ in others))
    partners = (*agreement.partners, *others)
    owed = _owed(partners, weights, found)
    vat = split(found.balances[accounts.VAT_RECOVERABLE], weights)
    return tuple(
        _share(partner, found, owed_to_contracts, recoverable)
        for partner, owed_to_contracts, recoverable in zip(partners, owed, vat, strict=True)
    )


def _owed(partners: Sequence[AgencyId], weights: Sequence[int], found: Pool) -> list[int]:
    """What is owed to each contract, by what each partner has borne of it so far."""
    owed = [0] * len(partners)
    for contract, pence in sorted(found.owed.items()):
        borne = [max(found.borne[contract][partner], 0) for partner in partners]
        for n, share in enumerate(split(pence, borne if any(borne) else weights)):
            owed[n] += share
    return owed


def _share(partner: AgencyId, found: Pool, owed_to_contracts: int, vat: int) -> PartnerShare:
    receivable = (
        found.balances[accounts.contribution_receivable(partner)]
        + found.balances[accounts.risk_share_receivable(partner)]
    )
    returnable = -found.balances[accounts.returnable(partner)]
    unspent = found.unspent[partner]
    return PartnerShare(
        partner=partner,
        unspent_pence=unspent,
        bank_pence=unspent - receivable - vat + owed_to_contracts + returnable,
        owed_by_partner_pence=receivable,
        vat_pence=vat,
        owed_to_contracts_pence=owed_to_contracts,
        returnable_pence=returnable,
    )
