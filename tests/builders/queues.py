"""Queues of a tenant over HTTP."""

import time
from typing import Any

from tests.builders.requests import Json, put
from tests.conftest import Api


def a_queue(api: Api, name: str = "billing", **written: Any) -> Json:
    return put(api, f"queues/{name}", written)


def closed_all_year() -> Json:
    """Office hours of a minute a week, around which no test runs for long."""
    now = time.gmtime()
    day = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")[(now.tm_wday + 3) % 7]
    return {"zone": "UTC", "days": [{"day": day, "opens": "12:00", "closes": "12:01"}]}
