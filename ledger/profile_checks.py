"""Find what in a rule profile contradicts itself, names no key, or claims what nobody checked."""

import re
from collections.abc import Callable
from typing import NamedTuple

from ledger.errors import DecodeError
from ledger.profile_keys import names_of_keys
from ledger.profile_tables import Profile


class Contradiction(NamedTuple):
    """Two keys that cannot both be meant.

    Attributes:
        key: Path of the key to mend.
        found: Whether a profile has it.
        why: What contradicts what, in a sentence.
        needs: What would be accepted.
    """

    key: str
    found: Callable[[Profile], bool]
    why: str
    needs: str


CONTRADICTIONS = (
    Contradiction(
        "seat.country",
        lambda p: p.counting_table.holidays == "seat" and p.seat.country is None,
        "the holidays of the seat are to be kept, but no country is named",
        'a country of two letters, or counting.holidays = "none"',
    ),
    Contradiction(
        "seat.subdivision",
        lambda p: p.seat.subdivision is not None and p.seat.country is None,
        "a subdivision is named without its country",
        "seat.country, or no subdivision",
    ),
    Contradiction(
        "reply.period_days",
        lambda p: p.reply.silence_effect != "none" and p.reply.period_days is None,
        "silence has an effect, but there is no period after which it is silence",
        'a number of days, or reply.silence_effect = "none"',
    ),
    Contradiction(
        "reply.elected_by",
        lambda p: (
            (p.reply.silence_effect == "elective_rejection") == (p.reply.elected_by == "nobody")
        ),
        "a rejection by election needs somebody to elect it, and nothing else does",
        '"requester" or "institution" with elective_rejection, else "nobody"',
    ),
    Contradiction(
        "reply.notice_required",
        lambda p: p.reply.silence_effect == "none" and p.reply.notice_required,
        "silence has no effect, so there is nothing to give notice of",
        "false",
    ),
    Contradiction(
        "reply.silence_effect",
        lambda p: (
            p.commencement_trigger == "request_received"
            and p.reply.silence_effect == "automatic_lapse"
        ),
        "the mediation starts when the request is received, so silence cannot make it lapse",
        '"elective_rejection" or "none", or another commencement_trigger',
    ),
    Contradiction(
        "local_times",
        lambda p: p.local_times and p.reply.silence_effect == "automatic_lapse",
        "no period can lapse by itself from a time whose zone is not recorded",
        'false, or reply.silence_effect = "none"',
    ),
    Contradiction(
        "number.default",
        lambda p: p.number.default not in p.number.allowed,
        "the default number of mediators is not among those allowed",
        "one of number.allowed",
    ),
    Contradiction(
        "number.decide_within_days",
        lambda p: _exceeds(p.number.decide_within_days, p.appointment.parties_within_days),
        "the mediators would have to be named before their number is agreed",
        "at most appointment.parties_within_days",
    ),
    Contradiction(
        "appointment.parties_within_days",
        lambda p: _exceeds(
            p.appointment.parties_within_days, p.appointment.no_step_ends_after_days
        ),
        "the case would end for want of a step while the parties still have time",
        "at most appointment.no_step_ends_after_days",
    ),
    Contradiction(
        "appointment.authority_within_days",
        lambda p: _exceeds(
            p.appointment.authority_within_days, p.appointment.no_step_ends_after_days
        ),
        "the case would end for want of a step while the authority still has time",
        "at most appointment.no_step_ends_after_days",
    ),
    Contradiction(
        "appointment.then_authority_on_request_of",
        lambda p: (
            p.appointment.then_authority_on_request_of == "nobody"
            and p.appointment.authority_within_days is not None
        ),
        "the authority has a period to appoint, but nobody may ask it to",
        '"any_party" or "all_parties", or no appointment.authority_within_days',
    ),
    Contradiction(
        "conflict_waiver.waivable",
        lambda p: bool(set(p.conflict_waiver.waivable) & set(p.conflict_waiver.non_waivable)),
        "the same kind of conflict is both waivable and non-waivable",
        "each kind in one list only",
    ),
    Contradiction(
        "mediator_proposal_rule",
        lambda p: p.mandate_level == "channel_only" and p.mediator_proposal_rule != "never",
        "a mediator who is a channel only makes no proposals",
        '"never", or a mandate_level that goes further',
    ),
    Contradiction(
        "mediator_proposal_rule",
        lambda p: p.mandate_level == "facilitate" and p.mediator_proposal_rule == "any_time",
        "a mediator who facilitates proposes at most when asked by all",
        '"on_request_of_all" or "never", or mandate_level = "facilitate_and_propose"',
    ),
    Contradiction(
        "mediator_proposal_rule",
        lambda p: (
            p.mandate_level == "facilitate_and_propose" and p.mediator_proposal_rule == "never"
        ),
        "the mandate is to propose, but the mediator never may",
        '"any_time" or "on_request_of_all", or mandate_level = "facilitate"',
    ),
    Contradiction(
        "caucus_metadata",
        lambda p: p.caucus_default != "closed" and p.caucus_metadata == "hidden",
        "what is said in caucus is passed on, so that it took place cannot be hidden",
        '"visible_to_all" or "aggregate_at_close", or caucus_default = "closed"',
    ),
    Contradiction(
        "deposit.pay_within_days",
        lambda p: (p.deposit.shares == "none") != (p.deposit.pay_within_days is None),
        "a deposit needs a time to pay it, and no deposit needs none",
        'a number of days, unless deposit.shares = "none"',
    ),
    Contradiction(
        "deposit.on_default",
        lambda p: p.deposit.shares == "none" and bool(p.deposit.on_default),
        "there is no deposit, so nobody can fail to pay it",
        'an empty list, or deposit.shares other than "none"',
    ),
    Contradiction(
        "deposit.notice_before_termination_days",
        lambda p: (
            ("terminate" in p.deposit.on_default)
            == (p.deposit.notice_before_termination_days is None)
        ),
        "a case ended for an unpaid deposit is ended after notice, and no other notice is due",
        'a number of days with "terminate" in deposit.on_default, else none',
    ),
    Contradiction(
        "overall_limit.from_event",
        lambda p: (p.overall_limit.days is None) != (p.overall_limit.from_event is None),
        "an overall limit runs from an event, and only a limit does",
        "both overall_limit.days and overall_limit.from_event, or neither",
    ),
    Contradiction(
        "overall_limit.extension_max_days",
        lambda p: p.overall_limit.days is None and p.overall_limit.extension_max_days is not None,
        "there is no overall limit to extend",
        "no extension_max_days, or overall_limit.days",
    ),
    Contradiction(
        "overall_limit.extension_by",
        lambda p: (
            p.overall_limit.extension_by == "nobody"
            and p.overall_limit.extension_max_days is not None
        ),
        "the limit may be extended, but nobody may extend it",
        '"all_parties" or "institution", or no extension_max_days',
    ),
    Contradiction(
        "closing_document",
        lambda p: p.termination_effect == "institution_confirms" and p.closing_document == "none",
        "an end that takes effect when the institution confirms it needs the document that does",
        'a document, or termination_effect = "date_of_act"',
    ),
    Contradiction(
        "follow_up.final_review_months",
        lambda p: _exceeds(
            p.follow_up.first_check_days, _days_at_least(p.follow_up.final_review_months)
        ),
        "the final review would come before the first check",
        "a month after follow_up.first_check_days",
    ),
    Contradiction(
        "retention.sealed_content_months",
        lambda p: _outlives(p.retention.sealed_content_months, p.retention.process_record_months),
        "content would outlive the record by which it is found",
        "at most retention.process_record_months",
    ),
    Contradiction(
        "retention.feedback_identified_months",
        lambda p: _outlives(
            p.retention.feedback_identified_months, p.retention.process_record_months
        ),
        "feedback would outlive the record of the case it is about",
        "at most retention.process_record_months",
    ),
)

_SEAT_KEYS = {
    "zone": "seat.zone",
    "holidays[0]": "seat.country",
    "holidays[1]": "seat.subdivision",
    "weekend": "counting.weekend",
}


_ARTICLE = re.compile(
    r"(\b(art(icle|icles|s)?|rules?|sect(ion|ions)?|sec|para(graph|graphs|s)?"
    r"|reg(ulation|ulations)?|chapter|annex)\b\.?\s*(no\.?\s*)?|§+\s*)"
    r"(\d+|(?-i:[IVXLC]+)\b)(\s*\(\d+\))?",
    re.IGNORECASE,
)


def require_no_article(text: str) -> None:
    """Refuse a text that cites an article, comments included: they are shown with the rest.

    Raises:
        DecodeError: Names the line and the words.
    """
    for number, line in enumerate(text.splitlines(), start=1):
        cited = _ARTICLE.search(line)
        if cited is not None:
            raise DecodeError(
                f"line {number}",
                f"an unverified article number is refused: {cited[0]!r}",
                'the rule in words, and a title such as "in the style of ..."',
            )


def require_known_names(profile: Profile) -> None:
    """Refuse lists of keys that name something else.

    Raises:
        DecodeError: Names the list and the name.
    """
    for field, names in (
        ("unconfirmed", profile.unconfirmed),
        ("non_derogable", profile.non_derogable),
    ):
        unknown = [name for name in names if name not in names_of_keys()]
        if unknown:
            raise DecodeError(
                field, f"{unknown[0]!r} is no key of a profile", "reply.period_days, or reply"
            )


def require_consistent(profile: Profile) -> None:
    """Refuse a profile that contradicts itself or names a seat there is not.

    Raises:
        DecodeError: Names the key to mend, the contradiction and what would be accepted.
    """
    for contradiction in CONTRADICTIONS:
        if contradiction.found(profile):
            raise DecodeError(contradiction.key, contradiction.why, contradiction.needs)
    try:
        _ = profile.counting
    except DecodeError as error:
        raise DecodeError(_SEAT_KEYS[error.field], error.why, error.needs) from error


def _exceeds(period: int | None, bound: int | None) -> bool:
    return period is not None and bound is not None and period > bound


def _outlives(part: int | None, whole: int | None) -> bool:
    """Compare two times of keeping, where None is without end."""
    return whole is not None and (part is None or part > whole)


def _days_at_least(months: int | None) -> int | None:
    return None if months is None else months * 28
