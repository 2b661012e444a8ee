"""Send terms through the mediator, who carries them word for word, with or without a name."""

from dataclasses import replace
from typing import Any, ClassVar, cast

from msgspec import structs

from ledger.act import Act, Command, Decision, Placed
from ledger.common_rules import (
    actor_is_mediator,
    caucus_is_read_by_whoever_enters,
    content_is_erased,
    id_is_new,
    mandate_is_active,
    one_will_do,
    own_party,
    party_has_consented,
)
from ledger.negotiation.events import ProposalWithdrawn
from ledger.negotiation.messages import Entrusted
from ledger.negotiation.messenger_events import (
    EntrustedProposalRecalled,
    ProposalCarried,
    ProposalEntrusted,
)
from ledger.negotiation.messenger_rules import (
    author_asked_to_withdraw,
    author_can_stay_unnamed,
    author_takes_part,
    carried_terms_are_open,
    named_author_withdraws_itself,
    terms_are_carried_once,
    terms_are_entrusted,
    terms_are_not_recalled,
    unnamed_terms_tell_no_author,
)
from ledger.negotiation.occasions import to_table
from ledger.negotiation.rules import proposal_is_no_longer_firm
from ledger.negotiation.state import Negotiation
from ledger.negotiation.tabled_events import UNNAMED, Attribution, FirstKind, Tabled
from ledger.negotiation.tabling import Clauses, TableProposal, table_proposal
from ledger.negotiation.validity import waived
from ledger.parties import TALKING, Standing
from ledger.rooms import caucus_of
from ledger.terms import Id, Instant, PartyId, Words, next_id


def to_carry(act: Act[Any], state: Negotiation, standing: Standing) -> None:
    """Ask for terms that wait to be carried."""

    def check(entrusted: Entrusted) -> None:
        terms_are_not_recalled(act, entrusted)
        terms_are_carried_once(act, entrusted)
        author_takes_part(act, standing, entrusted)

    one_will_do(act, state.entrusted.values(), check, "terms entrusted", "entrust-proposal")


def to_recall(act: Act[Any], state: Negotiation, standing: Standing) -> None:  # noqa: ARG001 - every occasion takes the three
    """Ask for terms of the actor's own that it may take back."""

    def check(entrusted: Entrusted) -> None:
        terms_are_not_recalled(act, entrusted)
        named_author_withdraws_itself(act, entrusted)

    own = [one for one in state.entrusted.values() if one.by == act.party]
    one_will_do(act, own, check, "terms entrusted", "entrust-proposal")


def to_withdraw_carried(act: Act[Any], state: Negotiation, standing: Standing) -> None:  # noqa: ARG001 - as above
    """Ask for carried terms that their party recalled and that lie open."""

    def check(entrusted: Entrusted) -> None:
        author_asked_to_withdraw(act, entrusted)
        carried_terms_are_open(act, state.proposals[cast("tuple[str, str]", entrusted.carried)])

    one_will_do(act, state.entrusted.values(), check, "terms entrusted", "recall-proposal")


class EntrustProposal(Command, frozen=True, kw_only=True, tag="entrust-proposal"):
    """Give the mediator terms to carry; with `attribution` withheld nobody is told whose.

    Attributes:
        attribution: Whether the others are told whose terms they are.
        addressees: Whom they are put to, None for the other parties of the room.
        required_acceptors: Who must accept, None for every addressee.
        answers: Proposal they answer.
        kind: What they are where they answer nothing.
        conditions: What they depend on.
    """

    by = ("party",)
    during = TALKING
    example: ClassVar[dict[str, Any]] = {
        "clauses": [{"clause_id": "C1", "issue": "berth fee", "text": "A pays for 2025"}],
        "attribution": "open",
    }
    guards = (party_has_consented, mandate_is_active)
    occasions = (to_table,)
    entrusted_id: Id | None = None
    clauses: Clauses
    attribution: Attribution = "open"
    addressees: tuple[PartyId, ...] | None = None
    required_acceptors: tuple[PartyId, ...] | None = None
    answers: Id | None = None
    kind: FirstKind = "first"
    all_or_nothing: bool = False
    valid_until: Instant | None = None
    firm_until: Instant | None = None
    stays_open_if_countered: bool = False
    conditions: Words | None = None


class RecallProposal(Command, frozen=True, kw_only=True, tag="recall-proposal"):
    """Take back terms one entrusted: before they are carried, or to have them withdrawn."""

    by = ("party",)
    during = TALKING
    example: ClassVar[dict[str, Any]] = {"entrusted_id": "E1"}
    guards = (party_has_consented,)
    occasions = (to_recall,)
    entrusted_id: Id


class CarryProposal(Command, frozen=True, kw_only=True, tag="carry-proposal"):
    """Put terms on the table that a party entrusted, word for word.

    Attributes:
        party: Whose terms.
        proposal_id: Their name on the table, None for the next number.
    """

    by = ("mediator",)
    during = TALKING
    example: ClassVar[dict[str, Any]] = {"party": "A", "entrusted_id": "E1"}
    guards = (actor_is_mediator, mandate_is_active)
    occasions = (to_carry,)
    party: PartyId
    entrusted_id: Id
    proposal_id: Id | None = None


class WithdrawCarried(Command, frozen=True, kw_only=True, tag="withdraw-carried"):
    """Withdraw, as its messenger, terms of an unnamed party that recalled them."""

    by = ("mediator",)
    during = TALKING
    example: ClassVar[dict[str, Any]] = {"party": "A", "entrusted_id": "E1"}
    guards = (actor_is_mediator, mandate_is_active)
    occasions = (to_withdraw_carried,)
    party: PartyId
    entrusted_id: Id


def entrust_proposal(state: Negotiation, standing: Standing, act: Act[EntrustProposal]) -> Decision:
    """Entrust terms in one's caucus, held to what any tabling is held to.

    Raises:
        RuleViolation: caucus_is_read_by_whoever_enters, author_can_stay_unnamed,
            unnamed_terms_tell_no_author, id_is_new, and what `table_proposal` refuses.
    """
    data, party = act.data, own_party(act)
    caucus = caucus_of(party, act.mandate)
    caucus_is_read_by_whoever_enters(act, caucus)
    if data.attribution == "withheld":
        author_can_stay_unnamed(act, standing)
        unnamed_terms_tell_no_author(act)
    taken = {name for where, name in state.entrusted if where == caucus}
    name = data.entrusted_id or next_id("E", taken)
    id_is_new(act, taken, name, name)
    terms = TableProposal(**_shared(data), addressees=data.addressees)
    as_tabled: Act[Any] = replace(cast("Act[Any]", act), data=terms)
    first = table_proposal(state, standing, as_tabled)[0]
    tabled = cast("Tabled", first.event)
    entrusted = ProposalEntrusted(
        entrusted_id=name,
        by=party,
        room=first.room,
        attribution=data.attribution,
        addressees=tabled.addressees,
        **_shared(data, required_acceptors=tabled.required_acceptors),
    )
    return [Placed(caucus, entrusted)]


def recall_proposal(
    state: Negotiation,
    standing: Standing,  # noqa: ARG001 - every decision takes the standing
    act: Act[RecallProposal],
) -> Decision:
    """Take entrusted terms back, in the caucus alone.

    Raises:
        RuleViolation: terms_are_entrusted, terms_are_not_recalled, named_author_withdraws_itself.
    """
    entrusted = _entrusted(state, act, own_party(act))
    terms_are_not_recalled(act, entrusted)
    named_author_withdraws_itself(act, entrusted)
    recalled = EntrustedProposalRecalled(entrusted_id=entrusted.entrusted_id, by=entrusted.by)
    return [Placed(entrusted.caucus, recalled)]


def carry_proposal(state: Negotiation, standing: Standing, act: Act[CarryProposal]) -> Decision:
    """Table entrusted terms as their author would, and let the author know.

    Raises:
        RuleViolation: terms_are_entrusted, terms_are_not_recalled, terms_are_carried_once,
            author_takes_part, author_can_stay_unnamed, content_is_erased, and what
            `table_proposal` refuses.
    """
    entrusted = _entrusted(state, act, act.data.party)
    terms_are_not_recalled(act, entrusted)
    terms_are_carried_once(act, entrusted)
    author_takes_part(act, standing, entrusted)
    given = cast("ProposalEntrusted", act.open(entrusted.ref))
    content_is_erased(act, given.clauses, f"terms {entrusted.entrusted_id}")
    named = given.attribution == "open"
    addressees = given.addressees if named else None
    terms = TableProposal(
        **_shared(given, required_acceptors=given.required_acceptors if named else None),
        addressees=addressees,
        proposal_id=act.data.proposal_id,
    )
    author, room = entrusted.by, given.room
    as_author: Act[Any] = replace(
        cast("Act[Any]", act),
        data=terms,
        actor=f"party:{author}",
        role="party",
        party=author,
        room=room,
    )
    first, *dates = table_proposal(state, standing, as_author)
    tabled = structs.replace(cast("Tabled", first.event), channel="via_mediator")
    if not named:
        author_can_stay_unnamed(act, standing)
        tabled = _unnamed(tabled, standing)
    told = ProposalCarried(
        entrusted_id=entrusted.entrusted_id, room=room, proposal_id=tabled.proposal_id
    )
    return [Placed(room, tabled), *dates, Placed(entrusted.caucus, told)]


def withdraw_carried(state: Negotiation, standing: Standing, act: Act[WithdrawCarried]) -> Decision:
    """Withdraw carried terms before all, still naming nobody.

    Raises:
        RuleViolation: terms_are_entrusted, author_asked_to_withdraw, carried_terms_are_open,
            proposal_is_no_longer_firm.
    """
    entrusted = _entrusted(state, act, act.data.party)
    author_asked_to_withdraw(act, entrusted)
    proposal = state.proposals[cast("tuple[str, str]", entrusted.carried)]
    carried_terms_are_open(act, proposal)
    proposal_is_no_longer_firm(act, proposal)
    gone = ProposalWithdrawn(proposal_id=proposal.proposal_id, by=proposal.by)
    return [Placed(proposal.room, gone), *waived(standing, proposal)]


def _entrusted(state: Negotiation, act: Act[Any], party: str) -> Entrusted:
    """Find terms in a party's caucus under the mandate of today."""
    room = caucus_of(party, act.mandate)
    terms_are_entrusted(act, state, room)
    return state.entrusted[room, act.data.entrusted_id]


def _shared(source: Any, **others: Any) -> dict[str, Any]:  # noqa: ANN401 - a command or an event
    """Take over what the command, the event and a tabling have in common."""
    names = (
        "clauses",
        "required_acceptors",
        "answers",
        "kind",
        "all_or_nothing",
        "valid_until",
        "firm_until",
        "stays_open_if_countered",
        "conditions",
    )
    return {name: getattr(source, name) for name in names} | others


def _unnamed(tabled: Tabled, standing: Standing) -> Tabled:
    """Put terms to all alike, their own party too, so that nobody is known by being left out."""
    everybody = standing.current()
    return structs.replace(
        tabled,
        by=UNNAMED,
        attribution="withheld",
        addressees=everybody,
        required_acceptors=everybody,
    )
