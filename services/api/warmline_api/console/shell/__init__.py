"""The shell: what every page of the console has.

Who is signed in and may do what, forms that are read, pages that are rendered and refused, words for times and targets,
style sheets, themes, and the stream that keeps open pages up to date.
"""

from warmline_api.console.shell.assets import FOLDER, Assets
from warmline_api.console.shell.company import note_said
from warmline_api.console.shell.forms import faults_of, field, id_of, malformed, name_of_page, read_form
from warmline_api.console.shell.guard import Guard, framed_by
from warmline_api.console.shell.menu import NAV, SETTINGS, SETTINGS_PATH
from warmline_api.console.shell.plain_words import in_words, own_words
from warmline_api.console.shell.qr_codes import qr_code
from warmline_api.console.shell.refusals import (
    AuditorsOnlyRead,
    ForeignForm,
    MalformedForm,
    NoteDiffers,
    NotForYou,
    Refusal,
    Unanswered,
    UnknownPage,
    status_of,
)
from warmline_api.console.shell.rendering import PREFIX, done, inside, keeping, page, refused, with_language
from warmline_api.console.shell.titles import title, words
from warmline_api.console.shell.visitors import (
    COOKIE,
    Posted,
    PostedForOneself,
    Signed,
    Visitor,
    posting_by,
    refuse_other_origins,
    require,
    require_reading,
    signed_in,
    signed_in_by,
)
from warmline_api.console.shell.wording import is_ahead, is_past, masked, pressure, sentence, target
from warmline_api.routers import routers_of

ROUTERS = routers_of(__name__, "live", "themes")

__all__ = [
    "COOKIE",
    "FOLDER",
    "NAV",
    "PREFIX",
    "ROUTERS",
    "SETTINGS",
    "SETTINGS_PATH",
    "Assets",
    "AuditorsOnlyRead",
    "ForeignForm",
    "Guard",
    "MalformedForm",
    "NotForYou",
    "NoteDiffers",
    "Posted",
    "PostedForOneself",
    "Refusal",
    "Signed",
    "Unanswered",
    "UnknownPage",
    "Visitor",
    "done",
    "faults_of",
    "field",
    "framed_by",
    "id_of",
    "in_words",
    "inside",
    "is_ahead",
    "is_past",
    "keeping",
    "malformed",
    "masked",
    "name_of_page",
    "note_said",
    "own_words",
    "page",
    "posting_by",
    "pressure",
    "qr_code",
    "read_form",
    "refuse_other_origins",
    "refused",
    "require",
    "require_reading",
    "sentence",
    "signed_in",
    "signed_in_by",
    "status_of",
    "target",
    "title",
    "with_language",
    "words",
]
