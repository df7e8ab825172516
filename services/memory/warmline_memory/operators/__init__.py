"""People: who they are, how they sign in, who is there for a target, and what they may take."""

from warmline_memory.operators.acting import check_holder, leads
from warmline_memory.operators.operators import (
    Worker,
    check_room,
    create,
    find,
    find_by_agent,
    get,
    heartbeat,
    list_page,
    may_take,
    named,
    revise,
    takes,
)
from warmline_memory.operators.passwords import fits as password_fits, hashed as hash_password
from warmline_memory.operators.sign_ins import (
    Person,
    begin as begin_sign_in,
    end as end_sign_in,
    enter as enter_sign_in,
    find as find_sign_in,
    keep as prolong_sign_in,
    person as signed_in_person,
)
from warmline_memory.operators.staffing import in_order_of_offers, of_target as staff_of_target
from warmline_memory.operators.visibility import check_sees, sees_case, sees_event, sees_event_now, sees_sheet

__all__ = [
    "Person",
    "Worker",
    "begin_sign_in",
    "check_holder",
    "check_room",
    "check_sees",
    "create",
    "end_sign_in",
    "enter_sign_in",
    "find",
    "find_by_agent",
    "find_sign_in",
    "get",
    "hash_password",
    "heartbeat",
    "in_order_of_offers",
    "leads",
    "list_page",
    "may_take",
    "named",
    "password_fits",
    "prolong_sign_in",
    "revise",
    "sees_case",
    "sees_event",
    "sees_event_now",
    "sees_sheet",
    "signed_in_person",
    "staff_of_target",
    "takes",
]
