"""Brought: the files of an operator's form, each recognised, or refused at its field."""

from collections.abc import Sequence

from warmline_api.console import languages, shell
from warmline_api.console.languages import _
from warmline_api.console.shell import Visitor
from warmline_api.files import SentFile
from warmline_memory import attachments
from warmline_memory.attachments import Recognised
from warmline_memory.errors import BodyTooLarge, FileEmpty, FileTypeNotTaken
from warmline_memory.language import shown
from warmline_schemas.customers.attachments import MOST_ATTACHMENTS

FIELD = "files"
MEGABYTE = 1_000_000


def brought(visitor: Visitor) -> list[Recognised]:
    """The files of the visitor's form. Raises ``MalformedForm``, which names the file and says what to do."""
    if len(visitor.files) > MOST_ATTACHMENTS:
        most = languages.decimal(MOST_ATTACHMENTS)
        raise shell.malformed({FIELD: _("At most {most} files at once. Choose again.", most=most)})
    return [_recognised(visitor, one) for one in visitor.files]


def _recognised(visitor: Visitor, file: SentFile) -> Recognised:
    settings, name = visitor.platform.settings, shown(file.name)[:100]
    try:
        return attachments.taken(file.name, file.content, settings)
    except FileEmpty:
        fault = _("{name} is empty. Choose another file.", name=name)
    except BodyTooLarge:
        most = languages.decimal(settings.attachment_bytes / MEGABYTE)
        fault = _("{name} is larger than {most} MB. Choose a smaller file.", name=name, most=most)
    except FileTypeNotTaken as error:
        kind = error.facts["type"]
        fault = _(
            "{name} is of a type that is not taken ({type}). Choose a picture or a document.", name=name, type=kind
        )
    raise shell.malformed({FIELD: fault})


def told(files: Sequence[Recognised]) -> list[str]:
    """The files as their memories tell of them."""
    return [attachments.told(one) for one in files]
