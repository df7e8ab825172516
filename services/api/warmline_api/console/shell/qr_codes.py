"""QR codes, drawn for a page."""

import segno
from markupsafe import Markup


def qr_code(text: str) -> Markup:
    """A text as a QR code, in SVG: dark on light in every theme, because cameras want it so."""
    return Markup(segno.make(text, micro=False).svg_inline(scale=4, dark="#000", light="#fff"))  # noqa: S704 (drawn here)
