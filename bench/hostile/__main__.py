"""Has the honest tenant work, calmly and under each attack in turn, and prints.

Calm and attack alternate, and each attack is compared with the calm right before it, so that what else the machine does
falls on both.
"""

import argparse
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import dataclass, field
from uuid import uuid4

import httpx

from bench.figures import Figures
from bench.hostile import __doc__ as about
from bench.hostile.attacks import names
from bench.stacks import own_stack, owner_url
from bench.timing import percentile
from warmline_local.stack import Stack
from warmline_memory import tenancy
from warmline_memory.storage import Database, Role

LATE_SECONDS = 10.0
"""A brief that takes longer than this is late."""
CALMING_SECONDS = 30.0
QUICK_SECONDS = 0.1
"""It is calm again when five requests in a row take less than this, or when the time for that is over."""
RUN_UP_SECONDS = 0.5
"""How long an attack goes on before the honest tenant is looked at."""


@dataclass
class Work:
    """What the honest tenant met with: the seconds that its requests and its briefs took, and what failed."""

    requests: list[float] = field(default_factory=list)
    briefs: list[float] = field(default_factory=list)
    refused: int = 0

    @property
    def late(self) -> int:
        """How many briefs were late."""
        return sum(seconds > LATE_SECONDS for seconds in self.briefs)


def main() -> None:
    """Try all attacks, or those that are named."""
    options = _options()
    figures = Figures()
    calm, attacked = Work(), Work()
    # The rates are those of a platform of this size: a hostile tenant has the limits that every tenant has.
    with own_stack(requests_per_key=6_000, requests_per_tenant=30_000, requests_per_address=0) as stack:
        hostile = _another_tenants_key(stack)
        headers = {"Authorization": f"Bearer {stack.api_key}"}
        with httpx.Client(base_url=stack.url, headers=headers, timeout=60) as honest:
            _work(honest, options.seconds)
            for name in options.attacks or names():
                _wait_for_calm(honest)
                before = _work(honest, options.seconds)
                during = _under(name, stack, hostile, honest, options.seconds)
                figures.add(attack=name, **_compared(before, during))
                for total, part in ((calm, before), (attacked, during)):
                    total.requests += part.requests
                    total.briefs += part.briefs
                    total.refused += part.refused
    figures.add(attack="all of them", **_compared(calm, attacked))
    figures.print_tables()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("attacks", nargs="*", metavar="ATTACK", help="an attack by its name; else all of them")
    parser.add_argument("--seconds", type=float, default=5.0, help="how long the honest tenant is looked at, each time")
    return parser.parse_args()


def _another_tenants_key(stack: Stack) -> str:
    owner = stack.settings.model_copy(update={"database_url": owner_url(stack)})
    with closing(Database(owner)) as database, database.transaction(role=Role.ADMIN) as db:
        return tenancy.create_key(db, tenant_id=tenancy.create_tenant(db, "hostile").id, name="hostile")[1]


def _under(name: str, stack: Stack, key: str, honest: httpx.Client, seconds: float) -> Work:
    command = [sys.executable, "-m", "bench.hostile.attacks", name, stack.url, key, str(seconds + 2 * RUN_UP_SECONDS)]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as attack:
        time.sleep(RUN_UP_SECONDS)
        work = _work(honest, seconds)
        attack.kill()
    return work


def _wait_for_calm(http: httpx.Client) -> None:
    """Wait until what the last attack began is done: work goes on for a while when its client has left."""
    deadline = time.monotonic() + CALMING_SECONDS
    quick = 0
    while quick < 5 and time.monotonic() < deadline:
        began = time.monotonic()
        http.get("/v1/sessions?limit=1")
        quick = quick + 1 if time.monotonic() - began < QUICK_SECONDS else 0
        time.sleep(0.1)


def _work(http: httpx.Client, seconds: float) -> Work:
    """Cases one after the other: a session, two messages, a recall, a list, a handoff and its brief."""
    work = Work()
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        namespace = f"honest-{uuid4().hex[:8]}"
        session = _asked(work, http, "POST", "/v1/sessions", {"namespace": namespace, "agent": "bot"})
        if session is None:
            continue
        for text in ("I was charged twice for order 4521.", "Please refund 42 EUR by Friday."):
            said = {"session_id": session["id"], "content": text, "kind": "message", "role": "user"}
            _asked(work, http, "POST", "/v1/memories", said)
        _asked(work, http, "POST", "/v1/recall", {"namespace": namespace, "query": "Which order was charged twice?"})
        _asked(work, http, "GET", f"/v1/memories?namespace={namespace}", None)
        asked = {"session_id": session["id"], "to": "queue:people", "reason": "refund"}
        handoff = _asked(work, http, "POST", "/v1/handoffs", asked)
        if handoff is not None:
            work.briefs.append(_seconds_to_brief(http, handoff["id"]))
    return work


def _asked(work: Work, http: httpx.Client, method: str, path: str, body: object) -> dict[str, str] | None:
    began = time.monotonic()
    answer = http.request(method, path, json=body)
    work.requests.append(time.monotonic() - began)
    if not answer.is_success:
        work.refused += 1
        return None
    found: dict[str, str] = answer.json()
    return found


def _seconds_to_brief(http: httpx.Client, handoff_id: str) -> float:
    began = time.monotonic()
    while (taken := time.monotonic() - began) < 3 * LATE_SECONDS:
        answer = http.get(f"/v1/handoffs/{handoff_id}")
        if answer.is_success and answer.json()["state"] == "ready":
            break
        time.sleep(0.02)
    return taken


def _compared(calm: Work, attacked: Work) -> dict[str, float]:
    before, during = percentile(calm.requests, 0.95), percentile(attacked.requests, 0.95)
    return {
        "requests": len(attacked.requests),
        "calm_p95_ms": before * 1000,
        "attacked_p95_ms": during * 1000,
        "ratio": during / before,
        "refused": attacked.refused,
        "briefs": len(attacked.briefs),
        "calm_brief_p95_s": percentile(calm.briefs, 0.95),
        "brief_p95_s": percentile(attacked.briefs, 0.95) if attacked.briefs else 0.0,
        "late": attacked.late,
    }


if __name__ == "__main__":
    main()
