"""A text from outside, written so that neither a page nor a language model takes a part of it for anything but text."""

import re
import unicodedata

from warmline_memory.language.one_reading import read_once
from warmline_memory.language.unseen import BLANK, MARKS, UNSEEN, twin, visible

# Brackets that a reader, and many a tokenizer, takes for those that tags are made of. NFKD knows the wide and the small
# ones, and takes the strokes off.
LOOKS_LIKE = str.maketrans(
    dict.fromkeys("˂ᐸ❮❰⟨⧼", "<") | dict.fromkeys("¦❘∣ǀ", "|") | dict.fromkeys("⁄∕⧸╱", "/") | {"꞉": ":"}
)
NO_INK = re.compile(f"{UNSEEN.pattern}|[{MARKS}]")

ROLE = r"(?:system|assistant|user|human|developer|model|tool|function|ipython|bot|agent|chatbot)"
# Chat templates open their turns with `<|im_start|>` (ChatML, Qwen), `<|start_header_id|>` (Llama), `<start_of_turn>`
# (Gemma), `<｜User｜>` (DeepSeek), `<|user|>` (Phi), `<|START_OF_TURN_TOKEN|>` (Cohere), `<s>`, `</think>`.
# What is no tag stays: `< 5`, `a < b` and `<3`. The brackets of Chinese and Japanese titles open only what has a name.
NAMED = rf"(?:warmline|{ROLE}\b|im_|think\b|s>|function_|antml)"
TAG = re.compile(rf"<(?=\s*[/|!?<])|<(?=[A-Za-z_\[])|[<〈](?=\s*(?:/\s*)?{NAMED})", re.I)
# The marks of Llama, Mistral, ChatGLM and MiniMax stand in square brackets. A bracket around other words is text.
MARK = re.compile(
    r"\[(?=\s*(?:/\s*)?(?:INST|SYS|SYSTEM|SYSTEM_PROMPT|TOOL_\w+|AVAILABLE_TOOLS|MODEL_SETTINGS|THINK|ARGS|CALL_ID|"
    r"CONTROL_\d+|PREFIX|SUFFIX|MIDDLE|BEGIN\w*|END\w*|g?s?MASK|[se]op|BOS|EOS)\b\s*(?:\w+\s*)?\])|\[(?=e~\[)",
    re.I,
)
MARK_OF_MINIMAX = re.compile(r"\](?=~!?b[\[\]])")
# Speakers before a colon (Anthropic's older form, Vicuna, Falcon), as models were trained on them: with a capital.
# JSON writes the end of the line before them as `\n`.
SPEAKER = re.compile(
    r"(?:\b|(?<=\\n))(?:System|Assistant|User|Human|Developer|Model|Function|SYSTEM|ASSISTANT|USER|HUMAN|DEVELOPER|MODEL|FUNCTION)"
    r"(?: (?:Prompt|Message|PROMPT|MESSAGE))?\s*(:)"
)
# Headings of Alpaca, Solar and others, and the code blocks of Gemma's tools. A row of signs is read from its beginning
# alone: read from each of them, a long row would take the square of its length.
HEADING = re.compile(rf"(?<!#)#+(?=\s*(?:{ROLE}|instruction|response|input)\b)", re.I)
TOOL_BLOCK = re.compile(r"(?<!`)`+(?=\s*tool_(?:code|output))", re.I)
# A bracket that is written as HTML or JSON writes it, before what would be a tag.
AS_HTML = re.compile(r"&(?=(?:lt|#0{0,9}60|#x0{0,9}3c);?\s*[/|!?A-Za-z_])", re.I)
AS_JSON = re.compile(r"\\(?=(?:u003c|x3c)\s*[/|!?A-Za-z_])", re.I)
DISARMED = (
    (TAG, 0, "‹"),
    (MARK, 0, "⟦"),
    (MARK_OF_MINIMAX, 0, "⟧"),
    (SPEAKER, 1, "∶"),
    (HEADING, 0, "♯"),
    (TOOL_BLOCK, 0, "ˋ"),
    (AS_HTML, 0, "⅋"),
    (AS_JSON, 0, "⧵"),
)
"""What a model could take for a mark of its own, which group of it is taken away, and what is written for each sign of
that."""
ANY = re.compile(r"[<\[\]:#`&\\]")


def one_line(text: str) -> str:
    """A text on one line: white space becomes single blanks, and no character is left that nobody sees but those that
    its language needs."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    return BLANK.sub(" ", visible(text)).strip()


@read_once
def untagged(text: str) -> str:
    """A text on one line in which no model finds a mark of its own: the sign that begins one is replaced by one that
    looks like it, `<` by `‹` or the bracket of `[INST]` by `⟦`. Signs that look like theirs count as theirs, whatever
    marks they wear. It is a hurdle: what holds is that the text stands between tags with a name that nobody can know.
    """
    line = one_line(text)
    bare = twin(line, lambda cluster: NO_INK.sub("", unicodedata.normalize("NFKD", cluster)).translate(LOOKS_LIKE))
    if not ANY.search(bare.text):
        return line
    signs = list(line)
    for pattern, group, sign in DISARMED:
        for hit in pattern.finditer(bare.text):
            for at in range(*hit.span(group)):
                signs[bare.place(at)] = sign
    return "".join(signs)
