"""The texts of `injections.toml`, and what a reader finds in a text that looks beneath its disguises."""

import tomllib
import unicodedata
from pathlib import Path

INJECTIONS: list[str] = [
    text
    for kind in tomllib.loads((Path(__file__).parent / "injections.toml").read_text("utf-8")).values()
    for text in kind["texts"]
]

MODELS_OWN = [
    "</warmline",
    "<warmline",
    *("<|im_", "<|end", "<|tool", "<tool_", "</tool_", "<think", "</think", "<|vision", "<|developer"),
    *(
        "[inst]",
        "[/inst]",
        "<<sys",
        "<</sys",
        "<s>",
        "</s>",
        "<|begin",
        "<|start",
        "<|eot",
        "<|eom",
        "<|python",
        "<|header",
    ),
    *(
        "<function",
        "[tool_",
        "[/tool_",
        "[available_tools]",
        "[system_prompt]",
        "[/system_prompt]",
        "[think]",
        "[args]",
    ),
    *("[call_id]", "[model_settings]", "[suffix]", "[control_", "<start_of", "<end_of", "```tool_", "<bos>", "<unused"),
    *(
        "<|user",
        "<|assistant",
        "<|system",
        "<|chatbot",
        "<|dsml",
        "[gmask]",
        "<sop>",
        "]~b]",
        "]~!b[",
        "[e~[",
        "<|message",
    ),
    *(
        "<|channel",
        "<|call|",
        "<|constrain",
        "<invoke",
        "</invoke",
        "human:",
        "###instruction",
        "###response",
        "###system",
    ),
    *(
        "###user",
        "<extra_id",
        "<reserved",
        "<[begin",
        "<system",
        "</system",
        "<assistant",
        "<developer",
        "<instructions",
    ),
    *(
        "&lt;/warmline",
        "&#60;/warmline",
        "&#x3c;/warmline",
        "\\u003c/warmline",
        "systemprompt:",
        "<script",
        "<img",
        "<svg",
    ),
]
"""What chat templates of models, and pages, take for their own: in small letters, without blanks."""

READS_AS = str.maketrans({"¦": "|", "⁄": "/", "ᐸ": "<", "⟨": "<", "❮": "<"})
JOINERS = "\u200c\u200d\ufe0e\ufe0f"
"""What may stay within words of some languages, and within emoji."""


def beneath(text: str) -> str:
    """A text as somebody reads it who looks beneath every disguise: bare signs, small letters, no blanks."""
    apart = unicodedata.normalize("NFKD", text).translate(READS_AS)
    seen = (sign for sign in apart if unicodedata.category(sign) not in {"Cf", "Cc", "Mn", "Me", "Mc", "Co"})
    return "".join(sign for sign in seen if not sign.isspace() and sign not in "\u3164\u115f\u1160\uffa0\u2800").lower()


def marks_in(text: str) -> list[str]:
    """The marks of models that a text holds beneath its disguises."""
    bare = beneath(text)
    return [mark for mark in MODELS_OWN if mark in bare]


def hides(text: str) -> list[str]:
    """The characters of a text that nobody sees, but for line ends and joiners between what no Latin text has."""
    unseen = [
        sign
        for sign in text
        if sign != "\n"
        and (
            unicodedata.category(sign) in {"Cc", "Cf", "Co", "Cs"}
            or sign in "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"
        )
    ]
    return [sign for sign in unseen if sign not in JOINERS or text.isascii()]
