"""Lines of briefs as the command line prints them."""

from warmline_schemas.briefs import BriefLine, Origin, Support

SPEAKERS = {"user": "customer"}
"""How briefs name a speaker that memories name otherwise."""


def label_of(line: BriefLine) -> str:
    """What stands before the colon: who said a quote, else the line's label; empty where there is neither."""
    label = speaker_of(line) if line.origin is Origin.QUOTE else line.label or ""
    return " ".join(label.split())


def speaker_of(line: BriefLine) -> str:
    """Who said a quote, in the words of briefs."""
    return SPEAKERS.get(line.speaker or "", line.speaker or "")


def on_one_line(line: BriefLine) -> str:
    """A line's label and words; of a quote who said it, and the words in quotation marks."""
    text = " ".join(line.text.split())
    said = f"“{text}”" if line.origin is Origin.QUOTE else text
    label = label_of(line)
    return f"{label}: {said}" if label else said


def told(line: BriefLine) -> str:
    """A line's words, with whose they are where they are not the record's."""
    if line.origin is Origin.QUOTE:
        return f"“{line.text}”"
    if line.support is Support.CONTRADICTED:
        return f"{line.text} (the record says “{line.against}”)"
    return f"{line.text} (the agent's word)" if line.support is Support.UNSUPPORTED else line.text
