"""The shell: what every page of the console has.

Who is signed in and may do what, forms that are read, pages that are rendered and refused, words for times and targets,
style sheets, signing in and out, and the stream that keeps open pages up to date.
"""

from warmline_api.console.shell.assets import FOLDER, Assets
from warmline_api.console.shell.forms import field, id_of, read_form
from warmline_api.console.shell.guard import Guard
from warmline_api.console.shell.guesses import Guesses
from warmline_api.console.shell.refusals import MalformedForm, NotForYou, UnknownPage, status_of
from warmline_api.console.shell.rendering import PREFIX, done, inside, page, refused
from warmline_api.console.shell.visitors import (
    COOKIE,
    Posted,
    PostedForOneself,
    Signed,
    Visitor,
    require,
    require_reading,
    signed_in,
)
from warmline_api.console.shell.wording import is_ahead, is_past, masked, target, words
from warmline_api.routers import routers_of

ROUTERS = routers_of(__name__, "live", "sign_in")

__all__ = [
    "COOKIE",
    "FOLDER",
    "PREFIX",
    "ROUTERS",
    "Assets",
    "Guard",
    "Guesses",
    "MalformedForm",
    "NotForYou",
    "Posted",
    "PostedForOneself",
    "Signed",
    "UnknownPage",
    "Visitor",
    "done",
    "field",
    "id_of",
    "inside",
    "is_ahead",
    "is_past",
    "masked",
    "page",
    "read_form",
    "refused",
    "require",
    "require_reading",
    "signed_in",
    "status_of",
    "target",
    "words",
]
