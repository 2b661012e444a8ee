"""Sentences of what somebody said."""

from services.reading.sentences import sentences


def test_a_text_is_parted_where_sentences_end() -> None:
    """In any writing we know; an amount with a point stays whole."""
    assert sentences('We pay 1.5 M EUR. "Never more!" Is it enough?\nSee § 3.') == (
        "We pay 1.5 M EUR.",
        '"Never more!"',
        "Is it enough?",
        "See § 3.",
    )
    assert sentences("هل تقبلون؟ نعم.") == ("هل تقبلون؟", "نعم.")
    assert sentences("我们同意。但是。") == ("我们同意。", "但是。")
    assert sentences("  ") == ()
