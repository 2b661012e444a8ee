"""Say what must hold for one side's confidence, and before anything of it is told (I-4, I-5)."""

from typing import Any

from ledger.act import Act, Broken, rule
from ledger.instants import parse_instant
from ledger.parties import Standing
from ledger.sessions.caucus_events import DisclosureAuthorised
from ledger.sessions.state import Release, Sessions


@rule("refuse")
def caucus_party_is_named(act: Act[Any], standing: Standing, party: str | None) -> None:
    """A caucus is with one party of the case; a party has its own alone."""
    if party is None:
        raise Broken("it is not said with which party the caucus is", "the party")
    if act.party is not None and party != act.party:
        raise Broken(f"{act.party} has no part in another party's caucus", f"party {act.party}")
    if party not in standing.parties:
        raise Broken(f"{party} is not a party of this case", ", ".join(standing.parties))


@rule("refuse")
def caucus_is_opened_once(act: Act[Any], state: Sessions, room: str) -> None:  # noqa: ARG001 - a rule takes the act
    """A caucus that is open is not opened again."""
    if room in state.caucuses:
        raise Broken("the caucus is open already", "its end (close-caucus)")


@rule("refuse")
def caucus_is_open(act: Act[Any], state: Sessions, room: str) -> None:  # noqa: ARG001 - a rule takes the act
    """Only a caucus that is open can end."""
    if room not in state.caucuses:
        raise Broken("the caucus is not open", "its beginning (open-caucus)")


@rule("irregular")
def item_is_received_in_caucus(act: Act[Any], state: Sessions, room: str) -> None:  # noqa: ARG001 - a rule takes the act
    """Confidences are received in a caucus."""
    if room not in state.caucuses:
        raise Broken("no caucus is open with this party", "a caucus (open-caucus)")


@rule("refuse")
def item_is_known(act: Act[Any], state: Sessions, room: str) -> None:
    """Only something recorded in this caucus can be released, and by its owner alone."""
    if (room, act.data.item_id) not in state.items:
        known = ", ".join(name for where, name in state.items if where == room)
        raise Broken(f"there is no item {act.data.item_id} in {room}", known)


@rule("refuse")
def recipients_are_others(act: Act[Any], standing: Standing, owner: str) -> None:
    """A release names who may be told: others, or every party to have it said before all."""
    named = set(act.data.recipients)
    if not named - {owner}:
        raise Broken("it is not said who else may be told", "a recipient")
    if owner in named and not set(standing.current()) <= named:
        raise Broken(
            f"{owner} itself is named, but not every party",
            "the other parties alone, or every party to have it said in the joint room",
        )


@rule("refuse")
def release_is_not_over_yet(act: Act[Any]) -> None:
    """A release is given for a time to come."""
    until = act.data.valid_until
    if until is not None and parse_instant(until, "data.valid_until") <= act.when:
        raise Broken("the last instant to tell it has passed", "a later instant, or none")


@rule("refuse")
def authorisation_is_known(act: Act[Any], state: Sessions, room: str) -> None:
    """Nothing is told without an authorisation of its owner."""
    if (room, act.data.authorisation_id) not in state.releases:
        raise Broken(
            f"there is no authorisation {act.data.authorisation_id} in {room}",
            "the owner's authorisation (authorise-disclosure)",
        )


@rule("refuse")
def authorisation_is_not_revoked(act: Act[Any], release: Release) -> None:
    """What its owner took back is no authorisation."""
    if release.revoked:
        raise Broken(
            f"authorisation {act.data.authorisation_id} was revoked", "another authorisation"
        )


@rule("refuse")
def information_is_not_conveyed_yet(act: Act[Any], release: Release) -> None:
    """What has been told cannot be taken back, and is not told twice."""
    if not release.untold():
        raise Broken(f"what {act.data.authorisation_id} released has been conveyed already")


@rule("refuse")
def authorisation_is_in_time(act: Act[Any], release: Release) -> None:
    """An authorisation ends when its owner said."""
    if release.valid_until and parse_instant(release.valid_until, "valid_until") < act.when:
        raise Broken(
            f"authorisation {act.data.authorisation_id} ended at {release.valid_until}",
            "another authorisation",
        )


@rule("refuse")
def recipients_are_authorised(
    act: Act[Any], release: Release, owner: str, recipients: tuple[str, ...]
) -> None:
    """Only those are told whom the owner named, each once; before all, all together."""
    if owner in release.recipients and set(recipients) != set(release.recipients):
        raise Broken("it may be said in the joint room alone", "every recipient, or none named")
    beyond = [party for party in recipients if party not in release.untold()]
    if beyond or not recipients:
        raise Broken(
            f"{', '.join(beyond) or 'nobody'} may not be told under {act.data.authorisation_id}",
            f"one of: {', '.join(release.untold())}",
        )


@rule("refuse")
def wording_is_as_authorised(act: Act[Any], authorised: DisclosureAuthorised) -> None:
    """What is told are the very words the owner authorised."""
    if act.data.wording != authorised.wording:
        raise Broken(
            f"the wording is not the one of authorisation {act.data.authorisation_id}",
            "the authorised words, unchanged",
        )


@rule("refuse")
def caucus_information_may_be_passed_on(act: Act[Any], standing: Standing, secrecy: str) -> None:
    """What one side told leaves without a release only where the terms, or the profile, say so."""
    default = standing.caucus_default or act.profile.caucus_default
    if default == "closed":
        raise Broken(
            "what is said in caucus is closed in this case",
            "the owner's authorisation (authorise-disclosure)",
        )
    if default == "open_unless_marked" and secrecy == "secret":
        raise Broken(
            f"{act.data.item_id} was given under secrecy",
            "the owner's authorisation (authorise-disclosure)",
        )
