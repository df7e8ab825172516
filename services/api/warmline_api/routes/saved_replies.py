"""Saved replies: list, get, delete, write."""

from typing import Annotated

from fastapi import Path, Response

from warmline_api.answers import Answer, Routes
from warmline_api.callers import Editor, Reader
from warmline_api.queries import Cursor, Limit
from warmline_memory import saved_replies
from warmline_schemas.saved_replies import SavedReply, SavedReplyName, WriteSavedReply
from warmline_schemas.wire import Page

router = Routes(prefix="/saved-replies", tags=["saved replies"])

Named = Annotated[SavedReplyName, Path(description="The saved reply's name.")]


@router.get("")
def list_saved_replies(caller: Reader, limit: Limit = 50, cursor: Cursor = None) -> Page[SavedReply]:
    """The texts that people who answer customers use again and again, by name."""
    with caller.transaction() as db:
        return saved_replies.list_page(db, limit=limit, cursor=cursor)


@router.get("/{name}")
def get_saved_reply(name: Named, caller: Reader) -> Answer[SavedReply]:
    """One saved reply."""
    with caller.transaction() as db:
        found = saved_replies.read(db, name)
    return Answer.versioned(found)


@router.delete("/{name}", status_code=204)
def delete_saved_reply(name: Named, caller: Editor) -> Response:
    """Delete a saved reply. What was said with it stays."""
    with caller.editing(lambda db: saved_replies.read(db, name)) as db:
        saved_replies.delete(db, name)
    return Response(status_code=204)


@router.put("/{name}")
def write_saved_reply(name: Named, ask: WriteSavedReply, caller: Editor) -> Answer[SavedReply]:
    """Add a saved reply, or replace the one of that name."""
    with caller.editing(lambda db: saved_replies.read(db, name)) as db:
        made = saved_replies.write(db, name, ask)
    return Answer.versioned(made)
