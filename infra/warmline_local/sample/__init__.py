"""The sample tenant: a support desk of an outdoor shop, six weeks of its history, and what lies on the desk now.

Everything is created through the SDK on a running platform with a worker. Then the times are moved into the past, so
that what took seconds to play reads as if it had taken six weeks.
"""

from warmline_local.sample.desks import CHAT_QUEUE
from warmline_local.sample.filling import WEEKS
from warmline_local.sample.seeding import Place, find_place, seed_sample
from warmline_local.sample.tenancy import NAME

__all__ = ["CHAT_QUEUE", "NAME", "WEEKS", "Place", "find_place", "seed_sample"]
