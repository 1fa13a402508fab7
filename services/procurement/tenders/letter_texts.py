"""Award letters written from what the moderators gave as reasons, and kept as documents."""

from __future__ import annotations

from typing import Annotated

from services.procurement.providers.views import PROVIDER_ROWS, ProviderRow
from services.procurement.tenders.decider import TENDERS
from services.procurement.tenders.dossier import Moderation
from services.procurement.tenders.evaluating import unsent
from services.procurement.tenders.letters import Assessed, letter
from services.procurement.tenders.state import Awarded
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.view_store import ViewStore
from shared.http.handling import Handle
from shared.http.identity import Actor
from shared.http.reading import rows
from shared.published.terms import TextRef
from shared.texts.store import TextStore

Register = Annotated[ViewStore[ProviderRow], rows(PROVIDER_ROWS)]
ERASED = "These words have been erased."


async def letters_of(
    handle: Handle, actor: Actor, register: ViewStore[ProviderRow], tender: str
) -> dict[str, TextRef]:
    """The letters still to be sent, by bid; none where there is no award to write of."""
    state = await handle.load(TENDERS, tender)
    if not isinstance(state, Awarded):
        return {}
    moderated = state.dossier.moderated
    winner = moderated.get(state.awarded.bid)
    if winner is None:
        return {}
    won = await _assessed(handle.texts, register, winner)
    found: dict[str, TextRef] = {}
    for bid in unsent(state):
        own = await _assessed(handle.texts, register, moderated[bid])
        words = letter(
            state.opened.title,
            state.opened.criteria,
            own,
            won,
            state.awarded.annual_price_pence,
            london_date(handle.now()),
        )
        found[bid] = await handle.keep_text(actor, f"letter {bid}", words)
    return found


async def _assessed(
    texts: TextStore, register: ViewStore[ProviderRow], moderation: Moderation
) -> Assessed:
    known = await register.get(moderation.provider)
    return Assessed(
        provider=known.name if known else moderation.provider,
        scores=moderation.scores,
        reasons=await words_of(texts, moderation.reasons),
        by_criterion={
            criterion: await words_of(texts, why)
            for criterion, why in moderation.by_criterion.items()
        },
    )


async def words_of(texts: TextStore, ref: TextRef) -> str:
    """A kept text, or that it has been erased."""
    text = await texts.get(ref.text)
    return text.content.decode() if text and text.content is not None else ERASED
