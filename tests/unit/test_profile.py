"""Rule profiles say everything, contradict nothing, and are pinned by their text."""

import hashlib
import tomllib
from collections.abc import Iterator
from datetime import date
from typing import Any

import msgspec
import pytest

from ledger.counting import count, parse_instant
from ledger.errors import DecodeError
from ledger.profile import TEXT_BYTES_MAX, ProfileRef, builtin, digest, load, reference
from ledger.profile_checks import CONTRADICTIONS
from ledger.profile_tables import Profile

HOUSE = builtin()["house-default"]
AS_RECORDED = builtin()["as-recorded"]
SERVED = parse_instant("2026-03-05T14:00:00+01:00[Europe/Oslo]")

Data = dict[str, Any]
Change = dict[str, object]
GONE = object()
"""Stands for a key left out."""


def toml(data: Data) -> str:
    """Write a profile's data as TOML: plain keys first, then one table each."""
    plain = [f"{key} = {value(v)}" for key, v in data.items() if not isinstance(v, dict)]
    for name, table in data.items():
        if isinstance(table, dict):
            plain += [f"[{name}]", *(f"{value(key)} = {value(v)}" for key, v in table.items())]
    return "\n".join(plain)


def value(of: object) -> str:
    """Write one value as TOML."""
    if isinstance(of, date):
        return of.isoformat()
    return msgspec.json.encode(of).decode()


def house_but(change: Change, text: str = HOUSE) -> str:
    """Return a profile with some keys, named by their paths, changed or left out."""
    data = tomllib.loads(text)
    for path, new in change.items():
        *tables, key = path.split(".")
        table = data
        for name in tables:
            table = table[name]
        if new is GONE:
            del table[key]
        else:
            table[key] = new
    return toml(data)


def refusal(text: str) -> DecodeError:
    """Return the refusal of a profile that must not be read."""
    with pytest.raises(DecodeError) as refused:
        load(text)
    return refused.value


def paths(kind: type[msgspec.Struct] = Profile, within: str = "") -> Iterator[tuple[str, bool]]:
    """Name every key of a profile by its path, and whether it must be given."""
    for key in msgspec.structs.fields(kind):
        path = within + key.encode_name
        yield path, key.required
        if isinstance(key.type, type) and issubclass(key.type, msgspec.Struct):
            yield from paths(key.type, f"{path}.")


PATHS = list(paths())
TABLES = [path for path, _ in PATHS if any(p.startswith(f"{path}.") for p, _ in PATHS)]


def test_the_house_procedure_says_what_a_careful_house_would() -> None:
    """The defaults that other parts rely on."""
    house = load(HOUSE)
    assert house.id == "house-default"
    assert (house.reply.period_days, house.reply.silence_effect) == (30, "elective_rejection")
    assert house.caucus_default == "closed"
    assert house.existence_confidential
    assert house.content_recording.transcripts == "forbidden"
    assert house.proposal.counter_closes_parent
    assert house.proposal.default_validity_days == 14
    assert house.objection.silence_means == "no_objection_recorded"
    assert not house.local_times


def test_the_house_counts_easter_at_its_seat() -> None:
    """The profile's own counting rolls the thirtieth day over Easter Monday."""
    assert count(SERVED, 30, load(HOUSE).counting, "service").on == date(2026, 4, 7)


def test_a_house_without_holidays_counts_weekends_only() -> None:
    """The same file with one word changed ends the period on Easter Monday."""
    profile = load(house_but({"counting.holidays": "none"}))
    assert count(SERVED, 30, profile.counting, "service").on == date(2026, 4, 6)


def test_a_subdivision_reaches_the_counting() -> None:
    """Country and subdivision go together."""
    geneva = {"seat.zone": "Europe/Zurich", "seat.country": "CH", "seat.subdivision": "GE"}
    assert load(house_but({**geneva})).counting.holidays == ("CH", "GE")


def test_an_import_profile_lets_nothing_fall_due() -> None:
    """It allows what a source has, and no period of it runs by itself."""
    profile = load(AS_RECORDED)
    given = tomllib.loads(AS_RECORDED)
    assert profile.content_recording.transcripts == "allowed"
    assert profile.local_times
    assert profile.caucus_default == "closed"
    assert profile.proposal.counter_closes_parent
    periods = [path for path, _ in PATHS if path.endswith(("_days", "_months", ".days"))]
    said = {path for path in periods if path.split(".")[1] in given[path.split(".")[0]]}
    assert said == {"settlement.cooling_off_days"}
    assert profile.settlement.cooling_off_days == 0


@pytest.mark.parametrize("name", sorted(builtin()))
def test_a_shipped_profile_is_known_by_its_own_id(name: str) -> None:
    """The file's name is the profile's id, and its text cites no article of anybody's rules."""
    text = builtin()[name]
    assert load(text).id == name
    assert "article" not in text.lower()
    assert "art." not in text.lower()


def test_the_house_file_writes_out_every_key_it_can() -> None:
    """A clerk sees each key once, but for the subdivision, which is in a comment."""
    given = tomllib.loads(HOUSE)
    for path, _ in PATHS:
        table: Any = given
        for key in path.split("."):
            assert key in table or path == "seat.subdivision", path
            table = table.get(key)


def test_a_profile_is_pinned_by_the_digest_of_its_text() -> None:
    """One byte more, a comment even, is another hash."""
    whole = hashlib.sha256(HOUSE.encode()).hexdigest()
    assert digest(HOUSE) == f"sha256:{whole}"
    assert reference(HOUSE) == ProfileRef(id="house-default", version=1, hash=f"sha256:{whole}")
    assert digest(f"{HOUSE}#") != digest(HOUSE)


def test_a_rule_can_be_given_another_effect() -> None:
    """Only the word is checked here; which rules there are is known elsewhere."""
    rules = {"rules": {"protocol_is_issued": "irregular", "any_rule": "refuse"}}
    assert dict(load(house_but({**rules})).rules) == rules["rules"]


@pytest.mark.parametrize(
    ("rules", "why"),
    [
        ({"protocol_is_issued": "ignore"}, "'ignore' is not a word this key knows"),
        ({"Protocol issued": "refuse"}, "not written as this key takes it"),
        ({"protocol_is_issued": True}, "expected `str`, got `bool`"),
    ],
)
def test_an_effect_is_refuse_or_irregular(rules: Change, why: str) -> None:
    """Any other word, or a name that is no rule's, is refused."""
    refused = refusal(house_but({"rules": rules}))
    assert (refused.field, refused.why) == ("rules", why)
    assert refused.needs == 'names of rules in lower case, each with "refuse" or "irregular"'


@pytest.mark.parametrize("table", ["", *TABLES])
def test_an_unknown_key_is_refused_in_every_table(table: str) -> None:
    """The refusal names the key by its path and lists those there are."""
    path = f"{table}.surprise" if table else "surprise"
    refused = refusal(house_but({path: 1}))
    assert refused.field == path
    assert refused.why == "there is no such key"
    assert refused.needs.startswith("a table with the keys: ")


@pytest.mark.parametrize("path", [path for path, required in PATHS if required])
def test_a_missing_key_is_refused(path: str) -> None:
    """What a profile means never depends on a default of ours."""
    refused = refusal(house_but({path: GONE}))
    assert (refused.field, refused.why) == (path, "this key is missing")
    assert refused.needs


@pytest.mark.parametrize("path", [path for path, _ in PATHS])
def test_a_wrong_type_is_refused_for_every_key(path: str) -> None:
    """A date is right for none of them."""
    refused = refusal(house_but({path: date(2026, 3, 5)}))
    assert refused.field == path
    assert refused.why.startswith("expected `")
    assert refused.needs


CONTRADICTORY: list[tuple[str, Change]] = [
    ("seat.country", {"seat.country": GONE}),
    (
        "seat.subdivision",
        {"counting.holidays": "none", "seat": {"zone": "UTC", "subdivision": "X"}},
    ),
    ("reply.period_days", {"reply.period_days": GONE}),
    ("reply.elected_by", {"reply.elected_by": "nobody"}),
    ("reply.elected_by", {"reply.silence_effect": "automatic_lapse"}),
    ("reply.notice_required", {"reply.silence_effect": "none", "reply.elected_by": "nobody"}),
    (
        "reply.silence_effect",
        {
            "commencement_trigger": "request_received",
            "reply.silence_effect": "automatic_lapse",
            "reply.elected_by": "nobody",
        },
    ),
    (
        "local_times",
        {
            "local_times": True,
            "reply.silence_effect": "automatic_lapse",
            "reply.elected_by": "nobody",
        },
    ),
    ("number.default", {"number.allowed": [2, 3]}),
    ("number.decide_within_days", {"number.decide_within_days": 61}),
    ("appointment.parties_within_days", {"appointment.parties_within_days": 121}),
    ("appointment.authority_within_days", {"appointment.authority_within_days": 121}),
    (
        "appointment.then_authority_on_request_of",
        {"appointment.then_authority_on_request_of": "nobody"},
    ),
    ("conflict_waiver.waivable", {"conflict_waiver.waivable": ["controls_a_party"]}),
    ("mediator_proposal_rule", {"mandate_level": "channel_only"}),
    ("mediator_proposal_rule", {"mediator_proposal_rule": "any_time"}),
    (
        "mediator_proposal_rule",
        {"mandate_level": "facilitate_and_propose", "mediator_proposal_rule": "never"},
    ),
    ("caucus_metadata", {"caucus_default": "open", "caucus_metadata": "hidden"}),
    ("deposit.pay_within_days", {"deposit.pay_within_days": GONE}),
    (
        "deposit.pay_within_days",
        {"deposit": {"shares": "none", "pay_within_days": 30, "on_default": []}},
    ),
    ("deposit.on_default", {"deposit.shares": "none", "deposit.pay_within_days": GONE}),
    (
        "deposit.notice_before_termination_days",
        {"deposit.notice_before_termination_days": GONE},
    ),
    ("deposit.notice_before_termination_days", {"deposit.on_default": ["suspend"]}),
    ("overall_limit.from_event", {"overall_limit.from_event": GONE}),
    (
        "overall_limit.from_event",
        {"overall_limit": {"from_event": "appointment", "extension_by": "nobody"}},
    ),
    (
        "overall_limit.extension_max_days",
        {"overall_limit.days": GONE, "overall_limit.from_event": GONE},
    ),
    ("overall_limit.extension_by", {"overall_limit.extension_by": "nobody"}),
    (
        "closing_document",
        {"termination_effect": "institution_confirms", "closing_document": "none"},
    ),
    ("follow_up.final_review_months", {"follow_up.final_review_months": 3}),
    ("retention.sealed_content_months", {"retention.sealed_content_months": 121}),
    ("retention.sealed_content_months", {"retention.sealed_content_months": GONE}),
    ("retention.feedback_identified_months", {"retention.feedback_identified_months": 121}),
]


@pytest.mark.parametrize(("key", "change"), CONTRADICTORY)
def test_a_contradiction_is_refused(key: str, change: Change) -> None:
    """The refusal names the key to mend, what contradicts what, and a way out."""
    text = house_but(change)
    refused = refusal(text)
    assert refused.field == key
    profile = msgspec.toml.decode(text, type=Profile)
    found = [c for c in CONTRADICTIONS if c.found(profile)]
    assert [(c.key, c.why, c.needs) for c in found] == [(key, refused.why, refused.needs)]


def test_every_contradiction_has_an_example_above() -> None:
    """A new check comes with a profile that breaks it."""
    met = {refusal(house_but(change)).why for _, change in CONTRADICTORY}
    assert met == {contradiction.why for contradiction in CONTRADICTIONS}


@pytest.mark.parametrize(
    "change",
    [
        {"reply.silence_effect": "automatic_lapse", "reply.elected_by": "nobody"},
        {"proposal.default_validity_days": GONE},
        {"retention": {}},
        {"overall_limit": {"extension_by": "nobody"}},
        {"deposit": {"shares": "none", "on_default": []}},
        {"mandate_level": "channel_only", "mediator_proposal_rule": "never"},
        {"seat": {"zone": "UTC"}, "counting.holidays": "none"},
        {"number.default": 2},
        {"counting.unit": "business_days", "counting.weekend": [4, 5]},
    ],
)
def test_a_house_may_choose_otherwise(change: Change) -> None:
    """What looks like a contradiction and is none."""
    load(house_but(change))


@pytest.mark.parametrize(
    ("change", "field", "why", "needs"),
    [
        (
            {"objection.silence_means": "waived"},
            "objection.silence_means",
            "silence is never a waiver; a waiver is express, by every party",
            "one of: no_objection_recorded",
        ),
        (
            {"proposal.binding_mode": "on_acceptance"},
            "proposal.binding_mode",
            "nothing binds until it is written and signed",
            "one of: none_until_signed",
        ),
        (
            {"conflict_waiver.waiver_by": "any_party"},
            "conflict_waiver.waiver_by",
            "a waiver that not every party gave in writing waives nothing",
            "one of: all_parties_express_written",
        ),
        (
            {"proposal.default_validity_days": 0},
            "proposal.default_validity_days",
            "expected `int` >= 1",
            "a whole number, 1 or more, at most 3,660, or no such key",
        ),
        (
            {"settlement.cooling_off_days": -1},
            "settlement.cooling_off_days",
            "expected `int` >= 0",
            "a whole number, 0 or more, at most 3,660",
        ),
        (
            {"caucus_default": "closd"},
            "caucus_default",
            "'closd' is not a word this key knows",
            "one of: closed, open, open_unless_marked",
        ),
        (
            {"number.allowed": [1, 0]},
            "number.allowed[1]",
            "expected `int` >= 1",
            "a list, each entry a whole number, 1 or more, at most 9",
        ),
        (
            {"existence_confidential": 1},
            "existence_confidential",
            "expected `bool`, got `int`",
            "true or false",
        ),
        (
            {"id": "House Default"},
            "id",
            "not written as this key takes it",
            "lower-case letters, digits and hyphens, such as house-default",
        ),
        ({"title": "a\nb"}, "title", "not written as this key takes it", "a line of text"),
        ({"version": 1.5}, "version", "expected `int`, got `float`", "a whole number, 1 or more"),
        (
            {"seat.zone": "Oslo"},
            "seat.zone",
            "'Oslo' is not a time zone",
            "an IANA zone by area and place, such as Europe/Oslo, or UTC",
        ),
        (
            {"seat.country": "Norway"},
            "seat.country",
            "'Norway' is not a country",
            "two letters, such as NO",
        ),
        (
            {"seat.country": "QQ"},
            "seat.country",
            "the holidays of QQ are not known",
            "another country, or no holidays",
        ),
        (
            {"seat.country": "VA", "seat.subdivision": "X"},
            "seat.subdivision",
            "'X' is not a subdivision of VA",
            "none",
        ),
        (
            {"counting.weekend": [5, 7]},
            "counting.weekend",
            "[5, 7] is not a weekend",
            "each day once, 0 (Monday) to 6, at most six of them",
        ),
    ],
)
def test_a_wrong_value_is_refused_in_words(
    change: Change, field: str, why: str, needs: str
) -> None:
    """Key, reason and what is accepted, for a person who has only the file."""
    refused = refusal(house_but(change))
    assert (refused.field, refused.why, refused.needs) == (field, why, needs)


@pytest.mark.parametrize(
    "text",
    [
        "id = ",
        "id = 'a'\nid = 'b'",
        "a = " + "[" * 10_000,
        "version = " + "1" * 5_000,
        'title = "\ud800"',
        "\x00",
        "#" * (TEXT_BYTES_MAX + 1),
    ],
)
def test_what_is_no_profile_file_is_refused(text: str) -> None:
    """Not TOML, too deep, too long, or not even text."""
    refused = refusal(text)
    assert refused.field == ""
    assert refused.needs


@pytest.mark.parametrize(
    "words",
    ["Art. 5", "article 12(3)", "Rule 13", "Rules 1", "Section 4", "§ 7", "Article IX", "para. 2"],
)
@pytest.mark.parametrize("where", ["title", "comment"])
def test_an_article_number_is_refused(words: str, where: str) -> None:
    """Nobody here has checked it; comments are shown with the rest."""
    text = house_but({"title": f"House, {words}"}) if where == "title" else f"# {words}\n{HOUSE}"
    error = refusal(text)
    assert "an unverified article number is refused" in error.why


@pytest.mark.parametrize("field", ["unconfirmed", "non_derogable"])
def test_a_list_of_keys_names_keys(field: str) -> None:
    """A table stands for all of its own."""
    load(house_but({field: ["reply", "objection.within_days"]}))
    assert refusal(house_but({field: ["reply.period"]})).field == field
