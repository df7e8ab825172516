"""Files: how an attachment comes in as a body or in a form, and how its bytes go out so that no browser runs them."""

from warmline_api.files.sent import SentFile, files_of_form, read_sent_file
from warmline_api.files.serving import BLOCK, head_of, served

__all__ = ["BLOCK", "SentFile", "files_of_form", "head_of", "read_sent_file", "served"]
