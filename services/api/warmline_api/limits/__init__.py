"""Limits: what stands in front of the routes, so that no client can take more than its share.

From the outside in: connections with their time-outs and the size of their headers; the gate, which counts requests and
looks at the key before it reads a body; bodies with their size and time; the line, in which requests wait for a thread;
shares of the database connections; and quotas, in the transaction itself.
"""

from warmline_api.limits.bodies import Bodies
from warmline_api.limits.connection_shares import ConnectionShares
from warmline_api.limits.connections import Connections
from warmline_api.limits.gate import Door, Gate
from warmline_api.limits.line import Line, Turn
from warmline_api.limits.quotas import Quotas
from warmline_api.limits.rates import Rates
from warmline_api.limits.shares import Shares

__all__ = [
    "Bodies",
    "ConnectionShares",
    "Connections",
    "Door",
    "Gate",
    "Line",
    "Quotas",
    "Rates",
    "Shares",
    "Turn",
]
