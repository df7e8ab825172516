"""Capture: what coding agents write down of their work becomes memories of a session.

    reader = open_reader("claude-code", newest("claude-code", folder))
    transcript = reader.read()
    keeper = Keeper(client, place_of(folder, "claude-code"), transcript)
    keeper.keep(transcript)

``readers`` has what each tool's transcripts look like; ``actions``, ``cutting`` and ``harness`` are what they share.
"""

from warmline.capture.events import Event, Said, Speaker, Transcript, Used
from warmline.capture.finding import NoTranscript, newest, transcripts
from warmline.capture.git import GitFacts, branch_of, code_was, drift, facts
from warmline.capture.handing_over import work_of
from warmline.capture.keeping import GIT, TRANSCRIPT, Keeper, Place, as_messages, place_of
from warmline.capture.readers import TOOLS, Reader, Tool, open_reader

__all__ = [
    "GIT",
    "TOOLS",
    "TRANSCRIPT",
    "Event",
    "GitFacts",
    "Keeper",
    "NoTranscript",
    "Place",
    "Reader",
    "Said",
    "Speaker",
    "Tool",
    "Transcript",
    "Used",
    "as_messages",
    "branch_of",
    "code_was",
    "drift",
    "facts",
    "newest",
    "open_reader",
    "place_of",
    "transcripts",
    "work_of",
]
