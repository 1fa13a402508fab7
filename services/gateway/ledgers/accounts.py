"""The chart of accounts of a pooled fund.

Law: no account is named anywhere but here; the budget's half of the books is `Equity:Budget`.
"""

from shared.published.terms import AgencyId, ContractId, Element

BANK = "Assets:Pool:Bank"
VAT_RECOVERABLE = "Assets:Pool:VATRecoverable"
RESULT_FOR_YEAR = "Equity:Pool:ResultForYear"
BUDGET = "Equity:Budget:"
AUTHORITY = "Equity:Budget:Authority:"
AUTHORITY_BROUGHT_FORWARD = "Equity:Budget:Authority:BroughtForward"
AVAILABLE = "Equity:Budget:Available"
COMMITMENT = "Equity:Budget:Commitment:"
CONSUMED = "Equity:Budget:Consumed:"
EXPENSES = "Expenses:Pool:"
INCOME = "Income:Pool:"
CONTRIBUTION = "Income:Pool:Contribution:"
RETURNABLE = "Liabilities:Pool:Returnable:"
PAYABLE = "Liabilities:Pool:Payable:"
WITHHELD = "Liabilities:Pool:Withheld:"
ACCRUED = "Liabilities:Pool:Accrued:"
CARRIED_FORWARD = "Equity:Pool:CarriedForward:"


def contribution_receivable(partner: AgencyId) -> str:
    return f"Assets:Pool:Receivable:Contribution:{partner}"


def risk_share_receivable(partner: AgencyId) -> str:
    return f"Assets:Pool:Receivable:RiskShare:{partner}"


def payable(contract: ContractId) -> str:
    return f"{PAYABLE}{contract}"


def withheld(contract: ContractId) -> str:
    return f"{WITHHELD}{contract}"


def accrued(contract: ContractId) -> str:
    return f"{ACCRUED}{contract}"


def returnable(partner: AgencyId) -> str:
    return f"{RETURNABLE}{partner}"


def contribution(partner: AgencyId) -> str:
    return f"{CONTRIBUTION}{partner}"


def contribution_returned(partner: AgencyId) -> str:
    return f"Income:Pool:ContributionReturned:{partner}"


def risk_share(partner: AgencyId) -> str:
    return f"Income:Pool:RiskShare:{partner}"


def expenses(contract: ContractId, element: Element, partner: AgencyId) -> str:
    return f"{EXPENSES}{contract}:{element}:{partner}"


def carried_forward(partner: AgencyId) -> str:
    return f"{CARRIED_FORWARD}{partner}"


def authority(partner: AgencyId) -> str:
    return f"{AUTHORITY}{partner}"


def commitment(contract: ContractId) -> str:
    return f"{COMMITMENT}{contract}"


def consumed(contract: ContractId) -> str:
    return f"{CONSUMED}{contract}"


def is_budget(account: str) -> bool:
    """Whether an account is of the budgetary half."""
    return account.startswith(BUDGET)


def is_cost(account: str) -> bool:
    return account.startswith(EXPENSES)


def is_of_contract(account: str) -> bool:
    """Whether an account is one contract's own."""
    return account.startswith((EXPENSES, COMMITMENT, CONSUMED, PAYABLE, WITHHELD, ACCRUED))


def makes_the_result(account: str) -> bool:
    """Whether a posting here would change what a closed year came to."""
    return account.startswith((BUDGET, EXPENSES, INCOME))
