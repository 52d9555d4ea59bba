"""Values that no till sends and every host gets one day."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

TEXTS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [
            "",
            " ",
            "0",
            "-0.00",
            "1e400",
            "\x00",
            "\ud800",
            "é" * 300,
            "NOK",
            "1.00",
            "٣",
            "../..",
            "'; --",
            "%00",
            "\u2028",
        ]
    ),
)
VALUES: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(allow_nan=False, allow_infinity=False),
    TEXTS,
    st.lists(st.one_of(TEXTS, st.integers(0, 3)), max_size=3),
    st.dictionaries(TEXTS, st.one_of(st.none(), TEXTS), max_size=2),
)
IDS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12),
    st.sampled_from([".", "..", "%00", "\x00", "a/b", "é" * 100, "0", "-1", " x "]),
)
"""What may be quoted into a path."""
HEADER_WORDS = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=60)
