"""The policy of an institution is read as a verifier of its readers reads it."""

import itertools

import pytest

from ledger.errors import DecodeError
from ledger.seal import verify as offline
from ledger.seal.note_keys import COSIGNS, Signer
from ledger.seal.policy import WITNESSES_MAX, Policy, asked_witness, read_policy
from tests.logs import KEY

SIGNERS = [Signer(f"witness.example/{n}", bytes([n]) * 32, COSIGNS) for n in range(1, 7)]
LOG = f"log {KEY.key.text}\n"
NAMED = "".join(f"witness w{n} {s.key.text}\n" for n, s in enumerate(SIGNERS, start=1))
SOUND = (
    "quorum none",
    "quorum w1",
    "group g any w1 w2\nquorum g",
    "group g all w1 w2 w3\nquorum g",
    "group g 2 w1 w2 w3\nquorum g",
    "group a 2 w1 w2 w3\ngroup b any w4 w5 w6\ngroup c all a b\nquorum c",
    "group a 2 w1 w2 w3\ngroup b 1 a w4\n\n  # a remark\nquorum\tb # another",
    "group all all w1 w2\nquorum all",
)
UNSOUND = (
    "",
    "quorum",
    "quorum w9",
    "quorum none\nquorum none",
    "quorum w1\nquorum w2",
    "group g 2 w1\nquorum g",
    "group g 0 w1\nquorum g",
    "group g 01 w1\nquorum g",
    "group g -1 w1\nquorum g",
    "group g some w1\nquorum g",
    "group g 1\nquorum g",
    "group g 1 none\nquorum g",
    "group none 1 w1\nquorum none",
    "group w1 1 w2\nquorum w1",
    "group g 1 w1 w1\nquorum g",
    "group g 1 g\nquorum g",
    "group a 1 b\ngroup b 1 w1\nquorum a",
    "group a any w1\ngroup b any w1\ngroup c all a b\nquorum c",
    f"witness again {SIGNERS[0].key.text}\nquorum none",
    f"witness again {Signer('other.name', SIGNERS[0].seed, COSIGNS).key.text}\nquorum none",
    f"witness w1 {Signer('other', bytes(32), COSIGNS).key.text}\nquorum none",
    f"witness none {Signer('other', bytes(32), COSIGNS).key.text}\nquorum none",
    f"witness log {KEY.key.text}\nquorum none",
    f"log {SIGNERS[0].key.text}\nquorum none",
    "witness w8\nquorum none",
    "witness w8 key\nquorum none",
    "surprise\nquorum none",
)


@pytest.mark.parametrize("rest", SOUND)
def test_both_readers_find_the_same_quorums(rest: str) -> None:
    """For every set of witnesses that may have signed."""
    ours, theirs = read_policy(NAMED + rest), offline.parse_policy(LOG + NAMED + rest)
    assert read_policy(ours.text) == ours
    assert offline.parse_policy(ours.for_readers([KEY.key.text])) == theirs
    for count in range(len(SIGNERS) + 1):
        for signers in itertools.combinations(SIGNERS, count):
            signed = {offline.parse_key(each.key.text) for each in signers}
            met = theirs.quorum is None or offline._is_met(theirs, theirs.quorum, signed)
            assert ours.is_met({each.key for each in signers}) == met, [s.name for s in signers]


@pytest.mark.parametrize("rest", UNSOUND)
def test_both_readers_refuse_the_same_texts(rest: str) -> None:
    """And say why."""
    with pytest.raises(DecodeError) as refused:
        read_policy(NAMED + rest)
    assert refused.value.why
    with pytest.raises(offline.Misused):
        offline.parse_policy(LOG + NAMED + rest)


def test_witnesses_come_and_go() -> None:
    """The quorum counts on nobody who is not asked."""
    policy = Policy()
    assert policy.is_met(set())
    for signer in SIGNERS[:3]:
        policy = policy.with_witness(asked_witness("https://w.example/1", signer.key.text))
    assert policy.quorum is None
    policy = policy.with_quorum(2, ())
    keys = [signer.key for signer in SIGNERS]
    assert not policy.is_met({keys[0], keys[5]})
    assert policy.is_met({keys[0], keys[2]})
    with pytest.raises(DecodeError, match="counts on"):
        policy.without(keys[0].name)
    fewer = policy.with_quorum(2, (keys[1].name, keys[2].name))
    assert [w.name for w in fewer.without(keys[0].name).witnesses] == [k.name for k in keys[1:3]]
    assert policy.with_quorum(0, ()).quorum is None
    for enough, names in ((4, ()), (1, ("nobody",)), (2, (keys[0].name,) * 2)):
        with pytest.raises(DecodeError):
            policy.with_quorum(enough, names)
    with pytest.raises(DecodeError):
        policy.without("nobody")
    with pytest.raises(DecodeError, match="already"):
        policy.with_witness(asked_witness("https://w.example", keys[0].text, "another-name"))


def test_there_are_so_many_witnesses_at_most() -> None:
    """A checkpoint has room for their signatures."""
    policy = Policy()
    for n in range(WITNESSES_MAX):
        key = Signer(f"w{n}", bytes([n + 9]) * 32, COSIGNS).key
        policy = policy.with_witness(asked_witness("http://w.example", key.text))
    with pytest.raises(DecodeError, match="too many"):
        policy.with_witness(asked_witness("http://w.example", SIGNERS[0].key.text))


@pytest.mark.parametrize(
    "url",
    [
        "",
        "w.example",
        "ftp://w.example",
        "http://",
        "http://w.example:99999",
        "http://w.example:0",
        "http://[::1",
        "http://name:word@w.example",
        "http://w.example/?a=b",
        "http://w.example/#a",
        "http://w.example/a b",
        "http://w.example/a\r\nHost:b",
        "http://w\u00e9.example",
    ],
)
def test_an_address_that_cannot_be_asked_is_refused(url: str) -> None:
    """Before anything is written."""
    with pytest.raises(DecodeError):
        asked_witness(url, SIGNERS[0].key.text)


def test_addresses_of_witnesses() -> None:
    """With a port, a path, or in numbers."""
    for url in ("http://127.0.0.1:7979", "https://w.example/a/b/", "http://[::1]:80"):
        assert asked_witness(url, SIGNERS[0].key.text).url == url
