"""Sent: the file of a request, as its whole body or in a form. The gate has read the body before, within limits."""

from dataclasses import dataclass

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from starlette.datastructures import FormData, UploadFile

FORM = "multipart/form-data"
MOST_NAME_CHARS = 1_000
MOST_FILES = 10
"""As many as a message brings. A browser sends one without a name where none was chosen."""


@dataclass(frozen=True)
class SentFile:
    """A file as it came: what its sender calls it, and what it holds."""

    name: str
    content: bytes


async def read_sent_file(request: Request) -> SentFile:
    """The file of an upload. The query may name it; the name in a form counts where it does not."""
    given = request.query_params.get("name", "")
    if not request.headers.get("content-type", "").lower().startswith(FORM):
        if not given:
            raise _malformed("query", "name", "say what the file is called")
        return SentFile(given, await request.body())
    async with request.form(max_files=1, max_fields=MOST_FILES) as form:
        files = await files_of_form(form)
    if not files:
        raise _malformed("body", "file", "a form must hold one file; or send the bytes of the file as the body")
    return SentFile(given or files[0].name, files[0].content)


async def files_of_form(form: FormData) -> list[SentFile]:
    """The files of a form, without the field of one for which none was chosen."""
    sent = [one for _, one in form.multi_items() if isinstance(one, UploadFile)]
    return [SentFile((one.filename or "")[:MOST_NAME_CHARS], await one.read()) for one in sent if one.filename]


def _malformed(where: str, field: str, message: str) -> RequestValidationError:
    return RequestValidationError([{"type": "missing", "loc": (where, field), "msg": message}])
