"""The present: what happens on the sample's desk while somebody fills it, at its real time."""

import time
from datetime import UTC, datetime, timedelta

from warmline import Warmline
from warmline_local.sample.stories import read
from warmline_schemas.shifts import ItemState, Sheet

GOES, COMES, ROTA = "sam.okafor", "yuki.tanaka", "oncall"
ON_FOR = timedelta(hours=8)
ENDS_IN = timedelta(minutes=25)
BETWEEN_LOOKS = 0.2


def set_up_webhooks(client: Warmline) -> None:
    """Add webhooks. Only the guard's refusal is met: the enabled ones resolve to private addresses."""
    for written in read("desk.toml")["webhooks"]:
        added = client.webhooks.add(written["url"], types=written["types"], description=written["description"])
        if not written["enabled"]:
            client.webhooks.revise(added.id, enabled=False)


def change_shift(client: Warmline, patience: float) -> None:
    """Let one shift end: the sheet is signed, and half of it is read back."""
    now = datetime.now(UTC)
    swap = {"operator": GOES, "starts": now - ON_FOR, "ends": now + ENDS_IN}
    client.rotas.write(ROTA, **read("desk.toml")["rotas"][ROTA], swaps=[swap])
    sheet = client.shifts.make(rota=ROTA, outgoing=f"human:{GOES}")
    client.shifts.sign(sheet.id, agent=f"human:{GOES}", to=f"human:{COMES}")
    sheet = _once_written(client, sheet, patience)
    first = next(item for item in sheet.items if item.state is ItemState.WAITING)
    client.shifts.acknowledge_item(
        sheet.id, first.handoff_id, agent=f"human:{COMES}", read_back=first.headline, confirm=True
    )


def _once_written(client: Warmline, sheet: Sheet, patience: float) -> Sheet:
    """The sheet once the briefs of all its items are written."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        sheet = client.shifts.get(sheet.id)
        if all(item.state is not ItemState.WRITING for item in sheet.items):
            break
        time.sleep(BETWEEN_LOOKS)
    return sheet
