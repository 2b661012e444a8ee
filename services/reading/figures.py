"""Name the figures of the symmetry report: what each counts, how, and in which rooms it lies.

A figure is taken from rooms that are alike for every side, so that a reader who sees more of one
side than of another does not take that for a difference between them.
"""

from typing import Literal, TypeAlias

from msgspec import Struct

from ledger.evaluation.comment_events import Measure

How: TypeAlias = Literal["count", "sum", "median", "longest", "share", "answer"]
Unit: TypeAlias = Literal["times", "days", "hours", "minutes", "percent", "of 5"]


class Figure(Struct, frozen=True, kw_only=True):
    """One number a side, and how it comes about.

    Attributes:
        name: Its name in the JSON document.
        measure: What it belongs to; the mediators comment on measures.
        fact: The facts it is made of.
        how: What is made of them.
        unit: What it is counted in.
        seconds: How many seconds a unit has, for what is measured in time.
        room: Kind of room the facts lie in; `caucus` and `desk` are those of the side.
        for_parties: Whether a party is told it.
        says: What it is, for people.
    """

    name: str
    measure: Measure
    fact: str
    how: How
    unit: Unit
    says: str
    seconds: int = 1
    room: Literal["joint", "caucus", "desk", "mediators"] = "joint"
    for_parties: bool = True


MINUTE_S, HOUR_S, DAY_S = 60, 3_600, 86_400
FIGURES: tuple[Figure, ...] = (
    Figure(
        name="session_notice",
        measure="notice",
        fact="session_notice",
        how="median",
        unit="days",
        says="from the notice of a session to its start",
    ),
    Figure(
        name="time_given",
        measure="notice",
        fact="time_given",
        how="median",
        unit="days",
        seconds=DAY_S,
        says="from the setting of a date to its end, for dates that concern the side",
    ),
    Figure(
        name="answers_to_proposals",
        measure="time_to_answer",
        fact="answers_to_proposals",
        how="median",
        unit="hours",
        seconds=HOUR_S,
        says="from a proposal put to the side to its answer",
    ),
    Figure(
        name="answers_to_questions",
        measure="time_to_answer",
        fact="answers_to_questions",
        how="median",
        unit="hours",
        seconds=HOUR_S,
        says="from a request for information to what the side supplied",
    ),
    Figure(
        name="answers_of_the_mediator",
        measure="time_to_answer",
        fact="answers_of_the_mediator",
        how="median",
        unit="hours",
        seconds=HOUR_S,
        says="from an objection of the side to the mediator's answer",
    ),
    Figure(
        name="extensions_asked",
        measure="extensions",
        fact="extensions_asked",
        how="count",
        unit="times",
        says="more time taken by the side for a date of its own",
    ),
    Figure(
        name="extensions_granted",
        measure="extensions",
        fact="extensions_granted",
        how="count",
        unit="times",
        says="more time given to the side, at whoever's word",
    ),
    Figure(
        name="documents_for_all",
        measure="documents",
        fact="documents_for_all",
        how="count",
        unit="times",
        says="documents of the side that all have seen",
    ),
    Figure(
        name="documents_seen_by_one_side",
        measure="documents",
        fact="documents_for_the_mediator_alone",
        how="count",
        unit="times",
        room="caucus",
        says="documents of the side that the mediator saw and the other sides did not",
    ),
    Figure(
        name="summaries_confirmed",
        measure="summaries",
        fact="summaries_confirmed",
        how="count",
        unit="times",
        says="summaries the side found right",
    ),
    Figure(
        name="summaries_corrected",
        measure="summaries",
        fact="summaries_corrected",
        how="count",
        unit="times",
        says="summaries the side corrected",
    ),
    Figure(
        name="speaking_turns",
        measure="speaking",
        fact="turns",
        how="count",
        unit="times",
        says="times the side spoke",
    ),
    Figure(
        name="speaking_time",
        measure="speaking",
        fact="turns",
        how="sum",
        unit="minutes",
        seconds=MINUTE_S,
        says="how long the side spoke in all",
    ),
    Figure(
        name="speaking_share",
        measure="speaking",
        fact="turns",
        how="share",
        unit="percent",
        says="its part of the time in which a side spoke",
    ),
    Figure(
        name="longest_turn",
        measure="speaking",
        fact="turns",
        how="longest",
        unit="minutes",
        seconds=MINUTE_S,
        says="the longest time it spoke in one turn",
    ),
    Figure(
        name="interrupted",
        measure="speaking",
        fact="interrupted",
        how="sum",
        unit="times",
        says="times the side was interrupted",
    ),
    Figure(
        name="spoke_first",
        measure="speaking",
        fact="spoke_first",
        how="count",
        unit="times",
        says="sessions in which the side had the first turn",
    ),
    Figure(
        name="interruptions_noted",
        measure="speaking",
        fact="interruptions_noted",
        how="count",
        unit="times",
        room="mediators",
        says="times the mediators noted that the side interrupted",
    ),
    Figure(
        name="private_meetings",
        measure="private_meetings",
        fact="caucuses",
        how="count",
        unit="times",
        room="caucus",
        for_parties=False,
        says="meetings of the mediator with the side alone",
    ),
    Figure(
        name="private_meeting_time",
        measure="private_meetings",
        fact="caucuses",
        how="sum",
        unit="minutes",
        seconds=MINUTE_S,
        room="caucus",
        for_parties=False,
        says="how long these took in all",
    ),
    Figure(
        name="private_meetings_noted",
        measure="private_meetings",
        fact="caucuses_noted",
        how="count",
        unit="times",
        for_parties=False,
        says="private meetings of which all learnt, with whichever side",
    ),
)
