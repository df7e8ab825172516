"""Late: what a channel brought in another order than it was said is shown in the order in which it was said."""

from collections.abc import Sequence

from warmline_memory.storage import tables
from warmline_schemas.memories import Role


def in_order_said(rows: Sequence[tables.Memory]) -> list[tables.Memory]:
    """Rows of one session in its order, with the customer's messages among themselves in the order of their times.

    What others said stays where it is: a reply that was given before a message came did not know that message.
    """
    # Only what has an id of a channel's: a transcript without ids has its order, and its times may be rough.
    places = [place for place, row in enumerate(rows) if row.role == Role.USER and row.external_id is not None]
    said = sorted((rows[place] for place in places), key=lambda row: row.event_time)
    found = list(rows)
    for place, row in zip(places, said, strict=True):
        found[place] = row
    return found
