"""Shapes of long texts that slow code stumbles over: many values, marks, words or lines that look like each other."""

REPEATED = [
    # values
    "1 ", "12 Aa ", "(1(1", "1,", "1.1", "1-", "#1 ", "4111 1111 ",
    "A1 B2 ", "1h ", "12:34 ", "2026-03-01 ", "friday ", "tomorrow at 9 ", "5 may ", "周五",
    # names of values
    "id: 7 ", "order ORD-12 ", "my pin is 1234 ", "password: x ", "a=b ", "key=", '"a": ',
    # words
    "a", "a-", "a.", "I want a refund. ", "was nicht ", "ß",
    "one two three ", "and ", "不?",
    # marks and lines
    " ", "\n", "- [ ] a\n", "# a\n", "`", "*_", "<a ", "((((", '"', "?",
    "```\n", "\u200b", "e\u0301",
    # addresses and paths
    "/a", "/a/b.py ", "a@b.cc ", "a@", "http://a.b/ ", "www.", "1.2.3.4 ", "git a -b ",
    # whole lines of honest texts
    "2026-03-01 card payment 4521 EUR 12.90 balance 1,204.33\n", "Agent: I refunded $12 on 3 May for order 88123.\n",
]  # fmt: skip
"""What a long text repeats from its beginning."""

BEGUN = [("`", "a "), ('"', "a "), ("(", "a "), ("1 ", "a "), ("$", "1,"), ("a@", "a."), ("password: ", "a"),
         ("http://", "a:"), ("-----BEGIN KEY-----\n", "a\n"), ("<", "\xa8"), ("ORD-1, ", "a, ")]  # fmt: skip
"""What a long text begins with and never ends, and what it repeats behind that."""

SHAPES = [*(("", row) for row in REPEATED), *BEGUN]


def long_text(shape: tuple[str, str], chars: int) -> str:
    """A text of so many characters that repeats a shape, and ends in the middle of it."""
    begin, row = shape
    return (begin + row * (chars // len(row) + 1))[:chars]
