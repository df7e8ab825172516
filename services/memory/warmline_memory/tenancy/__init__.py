"""Tenants: their keys, preferences, audit and usage."""

from warmline_memory.tenancy.audit import (
    erase as erase_from_audit,
    list_page as list_audit,
    record as record_audit,
    record_read,
    write as write_audit,
)
from warmline_memory.tenancy.keys import (
    grant_of,
    list_page as list_keys,
    make as make_key,
    note_use as note_use_of_key,
    revoke as revoke_key,
    rotate as rotate_key,
)
from warmline_memory.tenancy.permissions import (
    check_agent,
    check_namespace,
    check_party,
    check_request,
    counting_whole_tenant,
    grant,
    require,
)
from warmline_memory.tenancy.preferences import read as read_preferences, revise as revise_preferences, takes_passwords
from warmline_memory.tenancy.quotas import Quota, held, limit as limit_tenant, limits as limits_of_tenant
from warmline_memory.tenancy.tenants import (
    act_as,
    actor,
    create_key,
    create_tenant,
    find_tenant,
    key_hash,
    list_keys as list_all_keys,
    preferences_of,
    sign_in,
    signed_in,
    tenant_name,
)
from warmline_memory.tenancy.usage import record as record_usage, usage

__all__ = [
    "Quota",
    "act_as",
    "actor",
    "check_agent",
    "check_namespace",
    "check_party",
    "check_request",
    "counting_whole_tenant",
    "create_key",
    "create_tenant",
    "erase_from_audit",
    "find_tenant",
    "grant",
    "grant_of",
    "held",
    "key_hash",
    "limit_tenant",
    "limits_of_tenant",
    "list_all_keys",
    "list_audit",
    "list_keys",
    "make_key",
    "note_use_of_key",
    "preferences_of",
    "read_preferences",
    "record_audit",
    "record_read",
    "record_usage",
    "require",
    "revise_preferences",
    "revoke_key",
    "rotate_key",
    "sign_in",
    "signed_in",
    "takes_passwords",
    "tenant_name",
    "usage",
    "write_audit",
]
