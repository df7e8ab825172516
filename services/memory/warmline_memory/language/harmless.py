"""A text from outside, written so that neither a page nor a language model takes a part of it for anything but text."""

import re
import unicodedata

UNSEEN = ("Cc", "Cf", "Co", "Cs", "Cn")
"""Unicode's categories of characters that control something, or that nobody sees."""

LOOKS_LIKE = str.maketrans(
    {"＜": "<", "﹤": "<", "︿": "<", "＞": ">", "﹥": ">", "｜": "|", "［": "[", "］": "]", "／": "/"}
)
"""Signs that stand for those that models know tags by."""

# Chat templates of models open their own turns with `<|im_start|>`, `<s>`, `</tool>` and the like. What is no tag
# stays: `< 5` and `<3`.
TAG = re.compile(r"<(?=\s*[/|!?<])|<(?=[A-Za-z_])")
# The marks of Llama, Mistral and ChatGLM, which stand in square brackets. A bracket around other words is text.
MARK = re.compile(
    r"\[(?=\s*/?\s*(?:INST|SYS|SYSTEM|SYSTEM_PROMPT|TOOL_\w+|AVAILABLE_TOOLS|BEGIN\w*|END\w*|gMASK|sop)\b\s*\w*\s*\])",
    re.I,
)


def one_line(text: str) -> str:
    """A text on one line: white space becomes single blanks, and no character is left that nobody sees."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    seen = "".join(
        " " if char.isspace() else char for char in text if char.isspace() or unicodedata.category(char) not in UNSEEN
    )
    return " ".join(seen.split())


def untagged(text: str) -> str:
    """A text on one line in which no model finds a tag: `<` that could open one becomes `‹`, and the bracket of a mark
    such as `[INST]` becomes `⟦`. Signs that look like theirs count as theirs."""
    line = one_line(text)
    plain = line.translate(LOOKS_LIKE)
    if not (TAG.search(plain) or MARK.search(plain)):
        return line
    return MARK.sub("⟦", TAG.sub("‹", plain))
