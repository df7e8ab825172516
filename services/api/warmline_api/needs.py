"""What each route of the API needs of the API key, all in one place; docs/access.md shows what follows from it.

A route without an entry cannot be served: whoever adds one decides here who may use it.
"""

from dataclasses import dataclass

from warmline_schemas.keys import Scope


@dataclass(frozen=True)
class Need:
    """What an API key must allow. Its bindings to agents and namespaces hold for every route."""

    scope: Scope | None
    """None for a route that takes any valid key."""
    whole_tenant: bool = False
    """Whether the route is about the tenant as a whole, and so not for a key that is bound to namespaces."""


PUBLIC = {"live", "ready"}
"""Routes that take no key: load balancers ask them, and so does whoever reads ``/docs`` and ``/openapi.json``."""

_ROUTES: dict[Need, str] = {
    Need(None): "whoami",
    Need(Scope.READ): """
        list_sessions get_session get_chain get_chain_tree read_owner
        list_memories get_memory recall list_consolidations get_consolidation export_namespace
        list_handoffs get_handoff get_deed get_brief get_draft read_inquiries compare_handoffs get_handoff_standing
        list_queues get_queue get_queue_standing
        flags_of_handoff list_flags export_cases
        get_analytics list_events stream_events list_templates get_template get_preferences
        list_saved_replies get_saved_reply
        list_customers get_customer list_attachments get_attachment get_attachment_content
    """,
    Need(Scope.REMEMBER): """
        start_session resume_session end_session keep_messages remember remember_many revise_memory give_feedback
        send_message note_typing report_delivery make_customer revise_customer send_customer_message upload_attachment
    """,
    Need(Scope.HAND_OFF): """
        request_handoff edit_draft renew_draft confirm_draft cancel_handoff retry_handoff
        claim_handoff accept_handoff keep_claim release_handoff decline_handoff
        ask_source answer_inquiry transfer_handoff return_handoff snooze_handoff resolve_handoff
        flag_brief take_back_flag give_back_chain send_reply
    """,
    Need(Scope.DESK): "offer_handoff list_waiting claim_next",
    # Operators, duty and sheets are not of any namespace.
    Need(Scope.DESK, whole_tenant=True): """
        list_operators get_operator hear_operator list_rotas get_rota get_on_duty get_calendar
        list_sheets make_sheet get_sheet sign_sheet acknowledge_sheet acknowledge_item decline_item
    """,
    Need(
        Scope.ADMINISTER
    ): "forget_memory forget_memories forget_namespace import_namespace consolidate undo_consolidation",
    Need(Scope.ADMINISTER, whole_tenant=True): """
        create_operator revise_operator delete_operator write_queue delete_queue write_rota delete_rota change_rota
        write_template delete_template write_saved_reply delete_saved_reply revise_preferences
        add_webhook list_webhooks get_webhook revise_webhook remove_webhook rotate_secret ping_webhook
        replay_failed_deliveries list_deliveries get_delivery replay_delivery
        list_audit list_keys make_key rotate_key revoke_key get_usage
    """,
}

NEEDS: dict[str, Need] = {name: need for need, names in _ROUTES.items() for name in names.split()}
"""What each route needs, by the route's name, which is its operation in ``/openapi.json``."""
