"""``warmline handoffs review`` and ``confirm``: read the draft of a brief, change it, and hand it on."""

import os
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from warmline.cli.connection import connect
from warmline.cli.files import read_text, stop_because
from warmline.cli.handoffs import draft_forms
from warmline.cli.output import JsonFlag, complain, console, note, plain, show_fields, show_json, show_text
from warmline.client import Warmline
from warmline.errors import BriefTooVague, DraftChanged, WarmlineError
from warmline_schemas.drafts import Draft
from warmline_schemas.handoffs import Handoff, HandoffWithBrief

DraftArgument = Annotated[str, typer.Argument(metavar="HANDOFF", help="The id of a handoff that waits for a review.")]
WAIT_SECONDS = 60.0
# The default leaves everything as it is, because a handoff that was confirmed or cancelled stays so.
CHOICES = "[c]onfirm, [e]dit, [r]enew, ca[n]cel the handoff, [l]eave it as it is"


def review(
    context: typer.Context,
    handoff: DraftArgument,
    confirm: Annotated[bool, typer.Option("--confirm", help="Hand on the draft as it is now.")] = False,
    cancel: Annotated[bool, typer.Option("--cancel", help="Cancel the handoff. The session goes on.")] = False,
    renew: Annotated[
        bool, typer.Option("--renew", help="Write the draft again, with what was kept after it was made.")
    ] = False,
    edit: Annotated[
        Path | None, typer.Option("--edit", metavar="FILE", help="Change the draft as the edited form in FILE says.")
    ] = None,
    form: Annotated[bool, typer.Option("--form", help="Print the draft as a form to edit.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Read the draft of a handoff and what it lacks; then edit, renew, confirm or cancel it.

    On a terminal, the command asks what to do. Elsewhere, or with an option, it does only what you name. `--edit` is
    done before `--confirm`, so that both together hand on what the file says.
    """
    with connect(context) as client:
        # More than one of them would need an order that nobody could guess.
        if confirm + cancel + renew + form > 1:
            raise typer.BadParameter("choose one of --confirm, --cancel, --renew and --form")
        draft = _read(client, handoff)
        if edit is not None:
            draft = _apply_form(client, draft, read_text(edit))
        if form:
            show_text(draft_forms.write(draft))
        elif confirm or cancel or renew:
            _show_result(_decide(client, draft, confirm, cancel), as_json)
        elif as_json:
            show_json(draft)
        else:
            show(client.handoffs.get(handoff), draft)
            if edit is None and sys.stdin.isatty() and sys.stdout.isatty():
                ask(client, draft)


def confirm(
    context: typer.Context,
    handoff: DraftArgument,
    revision: Annotated[int, typer.Option("--revision", min=1, help="The revision of the draft that you read.")],
    as_json: JsonFlag = False,
) -> None:
    """Hand on the draft that you read. It is refused where the draft has changed since."""
    with connect(context) as client:
        _show_result(client.handoffs.confirm(handoff, revision=revision), as_json)


def _read(client: Warmline, handoff: str) -> Draft:
    client.handoffs.wait(handoff, timeout=WAIT_SECONDS)
    return client.handoffs.draft(handoff)


def _decide(client: Warmline, draft: Draft, confirm: bool, cancel: bool) -> Handoff:
    if confirm:
        return client.handoffs.confirm(draft.handoff_id, revision=draft.revision)
    if cancel:
        return client.handoffs.cancel(draft.handoff_id)
    return client.handoffs.renew(draft.handoff_id, revision=draft.revision)


def _apply_form(client: Warmline, draft: Draft, form: str) -> Draft:
    try:
        edits = draft_forms.read(form, draft)
    except draft_forms.UnreadableForm as fault:
        stop_because(fault, str(fault))
    return _send(client, draft, edits)


def _send(client: Warmline, draft: Draft, edits: draft_forms.Edits) -> Draft:
    if not edits:
        note("Nothing was changed.")
        return draft
    return client.handoffs.edit(
        draft.handoff_id, revision=draft.revision, headline=edits.headline, sections=edits.sections
    )


def ask(client: Warmline, draft: Draft) -> None:
    """Ask until the draft is confirmed, cancelled or left. After a problem that can be fixed, show it and ask again."""
    while True:
        chosen = typer.prompt(CHOICES, default="l").strip().lower()[:1]
        if chosen == "l":
            return note(f"Left as it is. Review it with `warmline handoffs review {draft.handoff_id}`.")
        try:
            if chosen in ("c", "n"):
                return _show_result(_decide(client, draft, chosen == "c", chosen == "n"), as_json=False)
            if chosen in ("e", "r"):
                draft = (_edit if chosen == "e" else _renew)(client, draft)
                show(client.handoffs.get(draft.handoff_id), draft)
        # Somebody else changed the draft. It is shown again, because what was read is not what would be handed on.
        except DraftChanged as error:
            complain(str(error))
            draft = client.handoffs.draft(draft.handoff_id)
            show(client.handoffs.get(draft.handoff_id), draft)
        except BriefTooVague as error:
            complain(str(error))


def _renew(client: Warmline, draft: Draft) -> Draft:
    client.handoffs.renew(draft.handoff_id, revision=draft.revision)
    return _read(client, str(draft.handoff_id))


def _edit(client: Warmline, draft: Draft) -> Draft:
    """Open the form in an editor until it can be read. A form that is not used stays in its file."""
    # The file is not deleted on closing: the editor opens it by name, and a form that cannot be used must not be lost.
    with tempfile.NamedTemporaryFile("w", suffix=".md", prefix="draft-", delete=False, encoding="utf-8") as opened:
        opened.write(draft_forms.write(draft))
    file = Path(opened.name)
    while True:
        _open_editor(file)
        try:
            draft = _send(client, draft, draft_forms.read(read_text(file), draft, written_now=True))
        except (draft_forms.UnreadableForm, WarmlineError) as fault:
            complain(str(fault))
            if isinstance(fault, DraftChanged) or not typer.confirm("Edit it again?", default=True):
                note(f"Your form is kept in {file}.")
                return client.handoffs.draft(draft.handoff_id)
        else:
            file.unlink()
            return draft


def _open_editor(file: Path) -> None:
    command = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    try:
        # EDITOR often has arguments, such as ``code --wait``.
        subprocess.run([*shlex.split(command), str(file)], check=True)  # noqa: S603 (the user's own editor)
    except (OSError, subprocess.CalledProcessError) as error:
        complain(f"The editor {command} did not work ({error}): set EDITOR, or use --form and --edit FILE.")


def _show_result(handoff: Handoff, as_json: bool) -> None:
    if as_json:
        return show_json(handoff)
    return show_fields({"handoff": handoff.id, "state": handoff.state, "to": handoff.to, "problem": handoff.problem})


def show(handoff: HandoffWithBrief, draft: Draft) -> None:
    """Show the draft: its handoff, the brief, what is wrong with it, and what was kept after it was made."""
    quality = draft.brief.quality
    edited = sum(line.edited for section in draft.brief.sections for line in section.lines)
    show_fields(
        {
            "draft of handoff": draft.handoff_id,
            "revision": draft.revision,
            "from": f"{handoff.source_agent} (session {handoff.source_session_id})",
            "to": handoff.to,
            "goal": handoff.goal,
            "template": draft.brief.template,
            "words": draft.brief.words,
            "edited lines": edited or None,
            "quality": quality and f"{quality.score:.2f} ({'passed' if quality.passed else 'too vague'})",
        }
    )
    console().print()
    show_text(draft.brief.text)
    console().print()
    _show_lines("What is wrong with it:", [finding.message for finding in quality.findings] if quality else [])
    more = draft.since_count - len(draft.since_the_brief)
    since = [" ".join(memory.content.split()) for memory in draft.since_the_brief]
    _show_lines(f"Kept since it was cut ({draft.since_count}):", [*since, *([f"and {more} more"] if more else [])])


def _show_lines(title: str, lines: list[str]) -> None:
    if lines:
        show_text("\n".join([title, *(f"  {plain(line)}" for line in lines), ""]))
