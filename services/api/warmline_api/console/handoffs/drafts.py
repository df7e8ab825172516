"""Drafts: reading a brief before anything ends, editing it, having it written anew, confirming it or calling it off."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from warmline_api.console import shell
from warmline_api.console.desk import turns_of
from warmline_api.console.handoffs import draft_forms
from warmline_api.console.handoffs.draft_forms import Clash, DraftForm
from warmline_api.console.handoffs.taking import check_may_take
from warmline_api.console.languages import _, marked
from warmline_api.console.shell import Posted, Signed, Visitor
from warmline_memory import channels, customers, handoffs, operators, tenancy
from warmline_memory.embedding import until_embedded
from warmline_memory.errors import DraftChanged, HandoffStateForbids, WarmlineError
from warmline_memory.storage import tables
from warmline_schemas.briefs import SectionName
from warmline_schemas.drafts import ConfirmDraft, Draft, RenewDraft
from warmline_schemas.handoffs import Handoff, HandoffState

router = APIRouter()

SHOWN = 50
"""At most this many drafts are shown on a page of the list."""
TITLE = marked("Review of a draft")


@router.get("/drafts")
def list_drafts(visitor: Signed, cursor: str | None = None) -> Response:
    """The drafts that wait for a review, and those that are being written for one."""
    with visitor.transaction() as db:
        seen = operators.sees_case(visitor.operator, tables.Handoff.chain_id)
        waiting = handoffs.list_page(db, limit=SHOWN, cursor=cursor, state=HandoffState.DRAFTED, seen=seen)
        names = customers.names_of(db, {one.namespace for one in waiting.items})
    return shell.page(visitor, "handoffs/drafts.html", title=_("Drafts"), waiting=waiting, customers=names)


@router.get("/drafts/{handoff_id}")
def show_draft(handoff_id: UUID, visitor: Signed) -> Response:
    """A draft as a form; where the handoff is no draft any more, what became of it."""
    with visitor.transaction() as db:
        visitor.check_sees(db, tables.Handoff, handoff_id)
        handoff = handoffs.get(db, handoff_id)
        tenancy.record_read(db, "draft", handoff_id, handoff.namespace)
        draft = handoffs.drafts.get(db, handoff_id) if handoff.state is HandoffState.DRAFTED else None
        pii = tenancy.signed_in(db).preferences.pii
    if draft is None:
        return shell.page(visitor, "handoffs/draft_gone.html", title=_(TITLE), handoff=handoff, typed=None)
    form = draft_forms.write(draft.brief, draft.revision)
    return shell.page(visitor, "handoffs/draft.html", title=_(TITLE), **_context(handoff, draft, form, pii))


@router.post("/drafts/{handoff_id}")
def review_draft(handoff_id: UUID, visitor: Posted) -> Response:
    """Save what was changed; then confirm, renew or cancel where that was asked for.

    Whatever is refused, the page comes back with all that was typed.
    """
    # The form is read before the draft: whatever has become of the draft, what was typed is in hand, and is shown
    # again.
    form = draft_forms.read(visitor.form)
    with visitor.transaction() as db:
        visitor.check_sees(db, tables.Handoff, handoff_id)
    try:
        return _done(visitor, handoff_id, form, shell.field(visitor.form, "verb"))
    except HandoffStateForbids as error:
        with visitor.transaction() as db:
            handoff = handoffs.get(db, handoff_id)
        typed = draft_forms.as_text(form)
        return shell.refused(visitor, error, "handoffs/draft_gone.html", title=_(TITLE), handoff=handoff, typed=typed)
    except WarmlineError as error:
        return _again(visitor, handoff_id, form, error)


def _done(visitor: Visitor, handoff_id: UUID, form: DraftForm, verb: str) -> Response:
    here = f"/console/drafts/{handoff_id}"
    if verb == "edit":
        return _again(visitor, handoff_id, form)
    # Nobody approves words that they did not see as they will be read.
    if verb == "preview" or (verb == "approve" and form.edit(form.revision)):
        return _preview(visitor, handoff_id, form)
    if verb == "cancel":
        with visitor.transaction() as db:
            check_may_take(visitor, db, handoff_id)
            handoffs.cancel(db, handoff_id, shell.field(visitor.form, "reason")[:2000] or None)
        return shell.done("/console/drafts", _("Called off. The bot keeps the conversation."))
    revision, is_saved = _save(visitor, handoff_id, form)
    if verb in {"approve", "confirm"}:
        _confirm(visitor, handoff_id, revision)
        return shell.done(f"/console/handoffs/{handoff_id}", _("Approved. It went on exactly as you read it."))
    if verb == "renew":
        _renew(visitor, handoff_id, revision)
        return shell.done(here, _("The draft is being regenerated. Your own lines stay in it."))
    return shell.done(here, _("Saved as revision {n}.", n=revision) if is_saved else _("Nothing was changed."))


def _preview(visitor: Visitor, handoff_id: UUID, form: DraftForm) -> Response:
    """What the form changes, and the brief as it will be read; the fields go along, and nothing is saved."""
    ask = form.edit(form.revision)
    with visitor.transaction() as db:
        check_may_take(visitor, db, handoff_id)
        handoff, brief = handoffs.get(db, handoff_id), handoffs.drafts.get(db, handoff_id).brief
        brief = handoffs.drafts.preview(db, handoff_id, ask) if ask else brief
    context: dict[str, Any] = {"handoff": handoff, "brief": brief, "fields": form}
    changes = draft_forms.changes(form, brief)
    title = _("How it will read")
    return shell.page(visitor, "handoffs/draft_preview.html", title=title, changes=changes, **context)


def _save(visitor: Visitor, handoff_id: UUID, form: DraftForm) -> tuple[int, bool]:
    """The revision with what the form changes, and whether it changes anything."""
    ask = form.edit(form.revision)
    if ask is None:
        return form.revision, False
    with visitor.transaction() as db:
        check_may_take(visitor, db, handoff_id)
        return handoffs.drafts.edit(db, handoff_id, ask).revision, True


def _confirm(visitor: Visitor, handoff_id: UUID, revision: int) -> None:
    def attempt(ready: Any) -> Handoff:
        with visitor.transaction() as db:
            check_may_take(visitor, db, handoff_id)
            return channels.confirm_draft(db, handoff_id, ConfirmDraft(revision=revision), ready)

    until_embedded(visitor.platform.embed, attempt)


def _renew(visitor: Visitor, handoff_id: UUID, revision: int) -> None:
    with visitor.transaction() as db:
        check_may_take(visitor, db, handoff_id)
        handoffs.drafts.renew(db, handoff_id, RenewDraft(revision=revision))


def _again(visitor: Visitor, handoff_id: UUID, form: DraftForm, error: WarmlineError | None = None) -> Response:
    """The form again as it was typed, on the draft as it is now; where both changed the same, both are shown."""
    with visitor.transaction() as db:
        handoff, draft = handoffs.get(db, handoff_id), handoffs.drafts.get(db, handoff_id)
        pii = tenancy.signed_in(db).preferences.pii
    clash, is_other = None, draft.revision != form.revision
    if is_other:
        form, clash = draft_forms.rebase(form, draft.brief, draft.revision)
    if error is None or isinstance(error, DraftChanged):  # the page itself says it, in words for whoever edits
        context = _context(handoff, draft, form, pii, clash, is_rebased=is_other)
        status = shell.status_of(error) if error else 200
        return shell.page(visitor, "handoffs/draft.html", title=_(TITLE), status=status, **context)
    context = _context(handoff, draft, form, pii, clash)
    return shell.refused(visitor, error, "handoffs/draft.html", title=_(TITLE), **context)


def _context(
    handoff: Handoff, draft: Draft, form: DraftForm, pii: Any, clash: Clash | None = None, *, is_rebased: bool = False
) -> dict[str, Any]:
    sections = draft_forms.by_section(form, draft.brief)
    absent = [name for name in SectionName if name not in {section[0] for section in sections}]
    return {
        "handoff": handoff,
        "draft": draft,
        "fields": form,
        "sections": sections,
        "absent": [(name, draft_forms.title_of(name)) for name in absent],
        "clash": clash or Clash(),
        "is_rebased": is_rebased,
        "since": turns_of(draft.since_the_brief, pii),
    }
