"""Hold the rules of the negotiation, each the sentence that must hold."""

from collections.abc import Iterable
from typing import Any

from ledger.act import Act, Broken, rule
from ledger.counting import parse_instant
from ledger.negotiation.events import OptionRecorded, Tabled
from ledger.negotiation.proposal import Proposal, words
from ledger.negotiation.state import Impasse, Negotiation
from ledger.parties import Standing
from ledger.rooms import group_of, kind_of, members_of

ANSWERABLE = ("open", "rejected", "countered", "partly_accepted", "expired")
"""Where a proposal may stand that other terms answer."""


@rule("refuse")
def proposal_is_known(act: Act[Any], state: Negotiation, proposal_id: str) -> None:
    """An answer names one proposal of a room its author reads."""
    named = state.named(proposal_id, act.room)
    where = f" in {act.room}" if act.room else ""
    if not named:
        known = ", ".join(sorted({name for _, name in state.proposals})) or "none yet"
        raise Broken(f"there is no proposal {proposal_id}{where}", f"one of: {known}")
    if len(named) > 1:
        rooms = " or ".join(p.room for p in named)
        raise Broken(f"several rooms have a proposal {proposal_id}", f"the room: {rooms}")


@rule("refuse")
def proposal_has_addressee(act: Act[Any], addressees: tuple[str, ...]) -> None:
    """A proposal is put to at least one other party, each named once."""
    others = [party for party in addressees if party != act.party]
    if not others or len(set(others)) < len(addressees):
        raise Broken(
            "a proposal is put to other parties, each named once", "another party as addressee"
        )


@rule("irregular")
def addressees_take_part(
    act: Act[Any],  # noqa: ARG001 - a rule takes the act
    standing: Standing,
    addressees: tuple[str, ...],
) -> None:
    """A proposal is put to parties whose consent stands."""
    gone = [party for party in addressees if party not in standing.current()]
    if gone:
        raise Broken(f"the consent of {', '.join(gone)} does not stand", "parties that take part")


@rule("refuse")
def required_acceptors_are_addressed(
    act: Act[Any],  # noqa: ARG001 - a rule takes the act
    required: tuple[str, ...],
    addressees: tuple[str, ...],
) -> None:
    """Who must accept has been asked."""
    unasked = [party for party in required if party not in addressees]
    if unasked or not required:
        named = ", ".join(unasked) or "nobody"
        raise Broken(f"{named} must accept but is not addressed", "acceptors among the addressees")


@rule("refuse")
def room_holds_addressees(act: Act[Any], room: str, addressees: tuple[str, ...]) -> None:
    """Terms are tabled where their author and every addressee read them."""
    if room == "joint":
        return
    present = {act.party, *addressees}
    members = members_of(room)
    if kind_of(room) not in Tabled.rooms or group_of(members) != room:
        raise Broken(f"proposals are not tabled in {room}", "joint, or a group of the addressees")
    if not present <= set(members):
        raise Broken(
            f"not every addressee reads {room}", "a room that all of them read, or fewer addressees"
        )


@rule("refuse")
def clauses_are_distinct(act: Act[Any], clause_ids: tuple[str, ...]) -> None:  # noqa: ARG001 - a rule takes the act
    """A proposal has clauses, each under a name of its own."""
    twice = sorted({c for c in clause_ids if clause_ids.count(c) > 1})
    if twice or not clause_ids:
        why = f"two clauses are named {twice[0]}" if twice else "there is no clause"
        raise Broken(why, "one or more clauses, each with its own clause_id")


@rule("refuse")
def validity_lies_ahead(act: Act[Any], valid_until: str | None, firm_until: str | None) -> None:
    """A proposal ends after it was tabled, and is firm no longer than it is valid."""
    if valid_until and act.moment_is_known() and parse_instant(valid_until) <= act.when:
        raise Broken(f"{valid_until} is not after the tabling", "a later end, or none")
    if valid_until and firm_until and parse_instant(firm_until) > parse_instant(valid_until):
        raise Broken("it would be firm for longer than it is valid", "an earlier firm_until")


@rule("refuse")
def parent_can_be_answered(act: Act[Any], parent: Proposal) -> None:  # noqa: ARG001 - a rule takes the act
    """Other terms answer a proposal that was neither accepted, withdrawn nor superseded."""
    if parent.status not in ANSWERABLE:
        raise Broken(
            f"proposal {parent.proposal_id} is {words(parent.status)}",
            "a new proposal that answers none (table-proposal without answers)",
        )


@rule("refuse")
def counter_comes_from_addressee(act: Act[Any], parent: Proposal) -> None:
    """A proposal is countered by a party it was put to, or revised by its author."""
    if act.party not in (*parent.authors, *parent.addressees):
        raise Broken(
            f"proposal {parent.proposal_id} was not put to {act.party}",
            "a proposal of its own (table-proposal without answers)",
        )


@rule("refuse")
def only_author_supersedes(act: Act[Any], parent: Proposal | None) -> None:
    """A proposal is replaced by one of its authors alone, and while it is open."""
    if parent is None or act.party not in parent.authors:
        raise Broken("only a proposal of one's own can be replaced", "no `replaces`")
    if parent.status != "open":
        raise Broken(f"proposal {parent.proposal_id} is {words(parent.status)}", "no `replaces`")


@rule("refuse")
def proposal_is_no_longer_firm(act: Act[Any], proposal: Proposal) -> None:
    """A proposal that was promised to stand is not taken back before that time."""
    if proposal.firm_until and act.when < parse_instant(proposal.firm_until):
        raise Broken(
            f"proposal {proposal.proposal_id} is firm until {proposal.firm_until}",
            "to wait until then",
        )


@rule("refuse")
def clauses_belong_to_proposal(
    act: Act[Any],  # noqa: ARG001 - a rule takes the act
    proposal: Proposal,
    clause_ids: Iterable[str],
) -> None:
    """Clauses are named as the proposal names them."""
    unknown = [c for c in clause_ids if c not in proposal.clause_ids]
    if unknown:
        raise Broken(
            f"proposal {proposal.proposal_id} has no clause {unknown[0]}",
            f"of: {', '.join(proposal.clause_ids)}",
        )


@rule("irregular")
def agreement_is_confirmed(
    act: Act[Any],  # noqa: ARG001 - a rule takes the act
    everybody: tuple[str, ...],
    confirmed_by: tuple[str, ...],
) -> None:
    """An agreement is one of all parties of the room."""
    missing = [party for party in everybody if party not in confirmed_by]
    if missing:
        raise Broken(f"{', '.join(missing)} did not confirm it", "the confirmation of every party")


@rule("refuse")
def agreement_room_is_joint_or_group(act: Act[Any], room: str) -> None:  # noqa: ARG001 - a rule takes the act
    """An agreement is recorded where those who made it read it."""
    if kind_of(room) not in Tabled.rooms:
        raise Broken(f"agreements are not recorded in {room}", "joint, or the group's room")


@rule("irregular")
def agreed_clauses_were_accepted(
    act: Act[Any],  # noqa: ARG001 - a rule takes the act
    proposal: Proposal,
    clause_ids: tuple[str, ...],
) -> None:
    """What is recorded as agreed was accepted by all, with no condition left."""
    agreed = proposal.agreed_clauses()
    open_ones = [c for c in clause_ids if c not in agreed]
    if open_ones:
        raise Broken(
            f"clause {open_ones[0]} of proposal {proposal.proposal_id} is not accepted by all"
            " without condition",
            "its acceptance, or an agreement without it",
        )


@rule("refuse")
def agreement_has_terms(act: Act[Any], clause_ids: tuple[str, ...]) -> None:  # noqa: ARG001 - a rule takes the act
    """An agreement in principle names the clauses of a proposal, or brings its own."""
    if not clause_ids:
        raise Broken("no clause is named", "a proposal_id, or clauses")


@rule("refuse")
def impasse_is_open(act: Act[Any], impasse: Impasse | None) -> None:
    """An impasse that was declared is resolved once."""
    if impasse is None or impasse.resolved:
        why = "it was never declared" if impasse is None else "it is resolved already"
        raise Broken(f"impasse {act.data.impasse_id}: {why}", "an impasse that is open")


@rule("refuse")
def issues_are_listed(act: Act[Any], standing: Standing, issues: Iterable[str]) -> None:  # noqa: ARG001 - a rule takes the act
    """Issues are named as the case lists them."""
    unknown = [issue for issue in issues if issue not in standing.issues]
    if unknown:
        listed = ", ".join(standing.issues) or "none yet"
        raise Broken(f"no issue is listed as {unknown[0]}", f"one of: {listed}")


@rule("refuse")
def option_room_is_joint_or_caucus(act: Act[Any], room: str) -> None:  # noqa: ARG001 - a rule takes the act
    """An idea is written down before all, or in the caucus."""
    if kind_of(room) not in OptionRecorded.rooms:
        raise Broken(f"options are not recorded in {room}", "joint, or a caucus room")


@rule("refuse")
def attribution_is_own(act: Act[Any]) -> None:
    """A party speaks for itself alone."""
    if act.role == "party" and act.data.attributed_to != act.party:
        raise Broken("an idea is attributed by its own party", "no attribution, or one's own")


@rule("refuse")
def impasse_room_is_joint(act: Act[Any]) -> None:
    """An impasse is declared before all."""
    if act.room not in (None, "joint"):
        raise Broken(f"an impasse is not declared in {act.room}", "joint, the usual room")
