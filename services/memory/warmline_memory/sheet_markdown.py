"""Sheets as Markdown, for whoever prints a shift change or pastes it into a channel. Pure.

Contents are escaped: no line can become a heading, a link, HTML or a further line.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

from warmline_memory.briefs.rendering import escaped, one_line
from warmline_schemas.briefs import BriefLine
from warmline_schemas.shifts import ItemState, Sheet, SheetItem, SheetPart

NONE, MISSING = "none", "not said"
MARKS = {
    ItemState.OPEN: "not handed over",
    ItemState.WRITING: "brief is being written",
    ItemState.WAITING: "waits to be read back",
    ItemState.ACKNOWLEDGED: "acknowledged",
    ItemState.DECLINED: "declined",
    ItemState.FAILED: "brief could not be written",
    ItemState.PASSED_ON: "taken over elsewhere",
    ItemState.SETTLED: "closed meanwhile",
    ItemState.AWARE: "waits in the queue",
}
"""What is said of an item's state."""


def render(sheet: Sheet) -> str:
    """A sheet as Markdown: its heads, every item with its five parts, and what waits."""
    return "\n".join(_rows(sheet)) + "\n"


def _rows(sheet: Sheet) -> Iterator[str]:
    incoming = ", ".join(sheet.incoming) or "nobody yet"
    yield f"# {escaped(f'Shift change: {sheet.outgoing} to {incoming}')}"
    yield ""
    yield f"- Shift: {escaped(sheet.rota or 'on request')}, until {_at(sheet.ends_at)}"
    yield f"- State: {sheet.state.value.replace('_', ' ')}{', OVERDUE' if sheet.overdue else ''}"
    yield f"- Signed: {f'{_at(sheet.signed_at)} by {escaped(sheet.signed_by or str())}' if sheet.signed_at else 'no'}"
    yield f"- Taken over: {_at(sheet.taken_over_at) if sheet.taken_over_at else 'no'}"
    if sheet.red:
        yield f"- UNACKNOWLEDGED: {sheet.red}, still with {escaped(sheet.outgoing)}"
    for number, item in enumerate(sheet.items, 1):
        yield from _item(number, item)
    if not sheet.items:
        yield from ("", "Nothing open.")
    if sheet.aware:
        yield from ("", f"## To know: {sheet.aware_count} waiting", "")
        yield from (f"- {escaped(item.headline)} ({item.urgency.value}, level {item.level})" for item in sheet.aware)


def _item(number: int, item: SheetItem) -> Iterator[str]:
    mark = f"{'UNACKNOWLEDGED: ' if item.red else ''}{MARKS[item.state]}"
    yield from ("", f"## {number}. {escaped(item.headline)}", "", f"_{mark}_", "")
    if item.note:
        yield from (f"Note: {escaped(item.note)}", "")
    for part in item.parts:
        yield from _part(part)
    yield f"Handoff {item.passed_id or item.handoff_id}"


def _part(part: SheetPart) -> Iterator[str]:
    yield f"**{escaped(part.title)}**"
    yield ""
    yield from (f"- {escaped(_said(line))}" for line in part.lines)
    if not part.lines:
        yield f"- {NONE if part.given else MISSING}"
    yield ""


def _said(line: BriefLine) -> str:
    known = (line.owner and f"who: {line.owner}", line.due and f"by: {line.due}")
    notes = ", ".join(note for note in known if note)
    return f"{one_line(line)} ({notes})" if notes else one_line(line)


def _at(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
