// Written by `npm run types` from the OpenAPI document of the platform. Do not edit.

export type AcceptHandoff = {
    /** The agent or person who takes over. */
    agent: string;
    /**
     * How the session starts from the brief.
     * @default continue
     */
    mode?: AcceptMode;
    /** The fencing token of the claim. It is needed where the agent claimed the handoff first. */
    token?: number | null;
    /** What the handoff is about, in one line of the receiver's own words. It is checked against the brief. */
    read_back?: string | null;
    /**
     * Whether to accept even if the read-back contradicts the brief.
     * @default false
     */
    confirm_read_back?: boolean;
    /** The metadata of the new session. */
    metadata?: Record<string, unknown>;
    /**
     * How many memories come with the brief at most.
     * @default 10
     */
    top_k?: number;
    /**
     * How many tokens the prompt has at most, by estimate.
     * @default 2000
     */
    token_budget?: number;
    /**
     * Whether the answer has the prompt alone, without the brief, the memories and the chain that it is made of.
     * @default false
     */
    lean?: boolean;
};
/**
 * How a session starts from a brief.
 *
 *     `continue` takes the work over, which is possible once. `branch` starts another session beside that one, which owns
 *     the conversation only if no other open session does. `rollback` starts again from this brief, and ends the session
 *     that owns the conversation now.
 */
export type AcceptMode = "continue" | "branch" | "rollback";
/** What an agent says of its work. Each entry is checked against the memories before it is told. */
export type Account = {
    /** The statements, at most 100, in any order. */
    entries: AccountEntry[];
};
/** One statement of an account. */
export type AccountEntry = {
    /** The section of the brief that the statement belongs to. */
    section: SectionName;
    /** The statement: one or two sentences, at most 1,000 characters. */
    text: string;
    /** A short name of what it states, such as `order number`. */
    label?: string | null;
    /** For a statement about an action: what became of it. */
    outcome?: Outcome | null;
    /** For a step or a promise: who must do it. */
    owner?: string | null;
    /** For a step or a promise: until when. */
    due?: string | null;
    /** The ids of the memories that it rests on, at most 50. */
    turns?: string[];
};
/** A call of a tool: its name, its arguments, its result, and what is known about its effect. */
export type Action = {
    /** The tool's name. */
    name: string;
    /** The arguments of the call, at most 1,000,000 bytes as JSON. */
    arguments?: Record<string, unknown>;
    /** What the tool returned, at most 1,000,000 bytes as JSON. */
    result?: unknown;
    /**
     * What is known about the effect of the call.
     * @default unknown
     */
    outcome?: Outcome;
};
/**
 * Who did something. `kind` and `id` say who it was for good; `name` what it was called then.
 *
 *     An agent is no actor: a key acts as an agent, and what its programs say of themselves is not what they are.
 */
export type Actor = {
    /** An API key (`key`), a person at the console (`operator`), or the platform itself (`system`). */
    kind: ActorKind;
    /**
     * The id of the API key or of the operator; null for the platform itself.
     */
    id: string | null;
    /** The key's name, `human:NAME` of an operator, or the part of the platform, such as `worker`. */
    name: string;
    /** The network address that the request came from; null where there was no request. */
    address?: string | null;
};
/**
 * What sort of actor it was.
 */
export type ActorKind = "key" | "operator" | "system";
/** The answer is kept as a memory, and whoever takes over can read it. */
export type AnswerInquiry = {
    /** Who answers the question. */
    agent: string;
    /** The answer. */
    answer: string;
    /**
     * Which inquiry is answered. Where this is left out, it is the oldest open one.
     */
    inquiry_id?: string | null;
};
export type AskSource = {
    /** The claim's fencing token; that of an older claim is refused. */
    token: number;
    /** The question: what is missing in the brief. */
    question: string;
    /**
     * How long to wait for the answer, in seconds. The claim does not lapse during this time.
     * @default 900
     */
    wait_seconds?: number;
};
/** A file that somebody sent, without its bytes. */
export type Attachment = {
    /**
     * The attachment's id.
     */
    id: string;
    /** Whose it is. */
    namespace: string;
    /**
     * The chain in which it was sent; null until a message brings it.
     */
    chain_id: string | null;
    /**
     * The memory that tells of it; null until a message brings it.
     */
    memory_id: string | null;
    /** The caller's own id of it. */
    external_id: string | null;
    /** What it is called. */
    name: string;
    /** Its media type, as its bytes say. */
    type: string;
    /** How many bytes it has. */
    size: number;
    /** Of a picture: its width in pixels. */
    width: number | null;
    /** Of a picture: its height in pixels. */
    height: number | null;
    /** The SHA-256 of its bytes, in hex. */
    sha256: string;
    /** Whether it can be loaded. */
    state: AttachmentState;
    /** Why the scanner refused it. */
    problem: string | null;
    /**
     * When it was uploaded.
     */
    created_at: string;
};
export type AttachmentPage = Page & {
    items: Attachment[];
};
/**
 * Whether an attachment can be loaded.
 *
 *     `unchecked`: it can, and no scanner is set up. `waiting`: not before the scanner has looked at it. `clean`: it can.
 *     `refused`: the scanner refused it, and it is not kept.
 */
export type AttachmentState = "unchecked" | "waiting" | "clean" | "refused";
/** Who did what, and when. An entry has no content of memories, and is never changed. */
export type AuditEntry = {
    /**
     * The entry's id; ids grow with time.
     */
    id: string;
    /** Its place in the tenant's chain, from 1 on and without a gap. */
    number: number;
    /**
     * When it was done.
     */
    at: string;
    /** Who did it. */
    actor: Actor;
    /** What was done, such as `forget`, `make-key` or `sign-in`. */
    verb: string;
    /** The namespace that it was done to; null where there was none, and once that was erased. */
    namespace: string | null;
    /** 32 hexadecimal digits that were drawn for the entry; null where `namespace` is. */
    namespace_salt: string | null;
    /** The SHA-256 of the salt and the namespace. It is what the entry's hash covers, so that a namespace can be erased from an entry and the chain still verifies. Null where there was no namespace. */
    namespace_hash: string | null;
    /** The filter, and how many rows of each sort; never their content. */
    details: Record<string, unknown>;
    /** The hash of the entry before it; 64 zeros for the first one. */
    previous_hash: string;
    /** The SHA-256 of the entry with the hash before it, as 64 hexadecimal digits. */
    hash: string;
};
/** What the target of a handoff must know. */
export type Brief = {
    /** Who hands over to whom, and why. */
    headline: BriefLine;
    /** The sections, in the order of the template. */
    sections: BriefSection[];
    /** Every action, oldest first, with its outcome. */
    actions: BriefAction[];
    /** The memories that later ones finished, reversed, replaced or made good. A warm start does not bring them. */
    overtaken?: string[];
    /** The brief as plain text. The receiver reads it, and it is kept as a memory. */
    text: string;
    /** The number of words in `text`. */
    words: number;
    /** How many memories the brief was made from. */
    memories_read: number;
    /** What wrote the brief: `extractive`, or the name of a language model. */
    written_by: string;
    /** What a language model contributed; null where none was asked. */
    summary?: SummaryReport | null;
    /**
     * The template of the brief.
     * @default support
     */
    template?: string;
    /**
     * The language of its headings and labels, as a BCP 47 tag. Quotes stay as they are.
     * @default en
     */
    language?: string;
    /** Where the request left the urgency out and words of the session say that there is a danger or little time: the line that quotes them. The handoff is then of urgency `high`. */
    pressing?: BriefLine | null;
    /** The quality of the brief; null for briefs of older versions. */
    quality?: BriefQuality | null;
    /**
     * The time up to which memories are in the brief. The target gets later memories separately.
     */
    cut_at: string;
};
/** An action of the source session, and what is known about its effect. */
export type BriefAction = {
    /** The tool's name. */
    name: string;
    /** The arguments of the call, without secrets. */
    arguments: Record<string, unknown>;
    /** What is known about its effect. */
    outcome: Outcome;
    /** The memories that prove it. */
    memory_ids: string[];
};
/** One statement of a brief, with the memories that prove it. */
export type BriefLine = {
    /** A short name of what the line states, such as `account id`. */
    label?: string | null;
    /** The statement. */
    text: string;
    /** For a line about an action: what is known about its effect. */
    outcome?: Outcome | null;
    /** The memories that prove the statement. It is empty only for what the request itself says: its reason and its goal. */
    memory_ids: string[];
    /** For a step or a promise: who must do it, where that was said. */
    owner?: string | null;
    /** For a step or a promise: until when, in the words that were used. */
    due?: string | null;
    /**
     * Whether a reviewer wrote or changed this line.
     * @default false
     */
    edited?: boolean;
    /**
     * Who says the line.
     * @default record
     */
    origin?: Origin;
    /** For a line that an agent or a model wrote: what the record says of it. */
    support?: Support | null;
    /** For a contradicted line: what the record says instead, in its own words. */
    against?: string | null;
    /** For a quote: who said it: `user`, `agent`, the name of a person such as `human:ana`, or `note`. For what an earlier agent of the chain said in its account: which agent. */
    speaker?: string | null;
    /**
     * For a quote: when it was said.
     */
    said_at?: string | null;
    /** For a short quote: the question that it answers, in the words of who asked. */
    reply_to?: string | null;
    /** For a quote: the dates that it means by words such as `tomorrow`, in the customer's time zone. */
    dates?: string[];
    /**
     * For a quote: whether it goes on with the exchange of the line before it; both stand in one row.
     * @default false
     */
    continues?: boolean;
    /** Which of its values a tool was called with, and later with others, such as `city: Bergen → Oslo`. */
    since?: string[];
    /** For a quote: its language as a BCP 47 tag, where it is known. */
    language?: string | null;
    /** The value that this line's value replaced, where it is known. */
    was?: string | null;
};
/** How much of what the template asks for is in the brief, and how far it can be trusted. */
export type BriefQuality = {
    /** The quality, 0 to 1. It is 1 where nothing was found wrong. */
    score: number;
    /** The score that the template requires, 0 to 1. */
    bar: number;
    /** Whether the score reaches the bar. */
    passed: boolean;
    /** What is wrong with the brief, the worst finding first. */
    findings: Finding[];
};
/** The lines of one section, the most needed first. */
export type BriefSection = {
    /** Which section this is. */
    name: SectionName;
    /** The heading of the section, for readers. */
    title: string;
    /** The lines of the section. It is empty where the template shows the section although it has no lines. */
    lines: BriefLine[];
};
/** That session goes on unchanged. */
export type CancelHandoff = {
    /** Why it is cancelled. The reason is kept. */
    reason?: string | null;
};
/** All sessions of one case, linked by handoffs, oldest first. */
export type Chain = {
    /**
     * The id of the chain's first session.
     */
    id: string;
    /** The namespace that all its sessions share. */
    namespace: string;
    /** The open session that speaks for the chain to the customer; null where none does. */
    owner: Session | null;
    /** Every session, oldest first. */
    sessions: Session[];
    /** Every handoff from these sessions, oldest first. */
    handoffs: Handoff[];
};
/** Who a customer is in a channel. */
export type ChannelId = {
    /** The channel, such as `chat`. */
    channel: string;
    /** The channel's own id of them. */
    id: string;
};
/** Who holds a handoff, and until when. */
export type Claim = {
    /**
     * The handoff.
     */
    handoff_id: string;
    /** Who holds the handoff. */
    agent: string;
    /** The fencing token. It grows with every new holder, and the holder sends it with every later call. */
    token: number;
    /**
     * When the claim lapses. The handoff then waits again, one level up. Null where the claim does not lapse.
     */
    expires_at: string | null;
};
/**
 * A claim belongs to the process that has its token: the same agent again is
 *     refused without it, for many processes may share an agent's name.
 */
export type ClaimHandoff = {
    /** Who claims the handoff. */
    agent: string;
    /**
     * How long the claim lasts, in seconds.
     * @default 120
     */
    lease_seconds?: number;
    /** To prolong a claim: its token. The call is then refused where the claim was lost in the meantime. */
    token?: number | null;
};
/**
 * What became of an accepted handoff. `ended`: the receiver's session ended, and nobody resolved it or passed it
 *     on.
 */
export type ClosedAs = "resolved" | "returned" | "transferred" | "escalated" | "rolled_back" | "ended";
/** A value in a read-back that the brief does not have, or has with other contents. */
export type Contradiction = {
    /** The sort of value. A count, such as of guests, is an `amount`. */
    kind: ContradictionKind;
    /** The value in the read-back, with numbers written in digits. */
    said: string;
    /** The values that the brief has instead; for a superseded value, the value that replaced it. */
    brief_has: string[];
    /** The memories that prove what the brief has. */
    memory_ids: string[];
};
/**
 * The sort of value that differs.
 */
export type ContradictionKind = "amount" | "identifier" | "date" | "time" | "contact" | "superseded";
/** Somebody who writes to you. */
export type Customer = {
    /**
     * The customer's id.
     */
    id: string;
    /** The namespace of their memories and cases. */
    namespace: string;
    /** Their name. */
    display_name: string | null;
    /** Who they are in your channels. */
    ids: ChannelId[];
    /** Their language. */
    language: string | null;
    /** Their time zone. */
    time_zone: string | null;
    /**
     * When they were first known.
     */
    created_at: string;
};
export type CustomerPage = Page & {
    items: Customer[];
};
/** It is then offered to the next operator, or waits for all again. */
export type DeclineHandoff = {
    /** Who declines the offer. */
    agent: string;
    /** Why the offer is declined. The reason is kept. */
    reason?: string | null;
};
/**
 * What whoever took a handoff over said and did, for the agent that waits for it.
 *
 *     Where they passed the work on to somebody else, it is followed there.
 */
export type Deed = {
    /**
     * The handoff that was asked for.
     */
    handoff_id: string;
    /**
     * The handoff in which the work is: another one where it was passed on.
     */
    current_handoff_id: string;
    /** What has become of it. */
    state: DeedState;
    /** Whether the state is final. */
    is_over: boolean;
    /** Who works on it, or did; null where nobody has taken it over. */
    agent: string | null;
    /**
     * The session in which they do.
     */
    session_id: string | null;
    /** What they resolved it with, or their instruction where they gave it back. */
    note: string | null;
    /**
     * Of what was returned: the handoff to accept, with which the work comes back. Null where none does.
     */
    next_handoff_id: string | null;
    /** What was said and done since they took it over, oldest first: words of both sides, notes and tool calls; the newest 200, without secrets. */
    kept: Memory[];
    /** The same as one text for a model, such as the result of the tool that asked. */
    text: string;
};
/**
 * What has become of a handoff, as whoever waits for it sees it.
 *
 *     `waiting`: nobody has taken it over; `working`: somebody has; `replied`: and has said something to the customer. The
 *     others are final: `resolved` and `returned` with a note; `ended` where the receiver's session ended without one;
 *     `cancelled`; `failed`.
 */
export type DeedState = "waiting" | "working" | "replied" | "resolved" | "returned" | "ended" | "cancelled" | "failed";
/**
 * What ended a session.
 */
export type EndReason = "client" | "handoff" | "rollback" | "resolved" | "escalated";
/** For a session that has ended, the answer is that session, and nothing changes. */
export type EndSession = {
    /** What became of it, as a word of your own such as `solved` or `abandoned`. */
    outcome?: string | null;
    /** Members to add to the session's metadata; those of the same name are replaced. */
    metadata?: Record<string, unknown>;
};
/** Something that happened. It names things and states, and never has the content of a memory. */
export type Event = {
    /**
     * The event's id. It is the same in a stream, in a webhook and in the list.
     */
    id: string;
    /** The event's number. The events of a tenant are numbered without gaps. */
    sequence: number;
    /** What happened. */
    type: EventType;
    /**
     * When it happened.
     */
    at: string;
    /** Who did it; null where the platform did. */
    actor: string | null;
    /** The namespace that it belongs to, if any. */
    namespace: string | null;
    /**
     * The chain that it belongs to, if any.
     */
    chain_id: string | null;
    /**
     * The handoff that it is about, if any.
     */
    handoff_id: string | null;
    /** The target for which the handoff waits, such as `queue:billing`. */
    queue: string | null;
    /** More facts about it, such as `state` and `level`. */
    facts: EventFacts;
};
/** More about an event, by its type. A release that is newer than its clients may send further facts. */
export type EventFacts = {
    /** Of all `handoff.*`: the handoff's state afterwards. */
    state?: string;
    /** Of all `handoff.*`: the level at which it waits. */
    level?: number;
    /** Of `session.*`, `handoff.accepted`, `message.*`: the session. */
    session_id?: string;
    /** Why it ended, was released, declined, snoozed, woken or transferred. */
    reason?: string | null;
    /** Of `handoff.requested`: its mode. */
    mode?: string;
    /** Of `handoff.requested` and `redirected`: which handoff of its chain it is. */
    hop?: number;
    /** Of `handoff.requested`: the code of its reason. */
    reason_code?: string | null;
    /** Of `handoff.requested`: its urgency. */
    urgency?: string;
    /** Of `handoff.requested`: the handoff that it gives back. */
    returns_id?: string | null;
    /** Of `handoff.requested`: its draft is written anew. */
    renewed?: boolean;
    /** Of `handoff.requested`: it had failed. */
    retried?: boolean;
    /** Of a draft: its revision. */
    revision?: number | null;
    /** Of `handoff.edited`: the sections that were changed. */
    changed?: string[];
    /** Of a draft: the name of the API key that changed it. */
    key?: string;
    /** Of a draft: the id of the API key that changed it. */
    key_id?: string;
    /** Of `handoff.failed`: how often it was tried. */
    attempts?: number;
    /** Of `handoff.failed`: the brief would have said too little. */
    too_vague?: boolean;
    /** Whether it went back to its source. */
    returned?: boolean;
    /** Of `handoff.nobody_there`: what the queue does then. */
    policy?: string;
    /** The target, or the person, to which the work goes. */
    to?: string | null;
    /** The target, or the speaker, before. */
    was?: string | null;
    /** What the platform did it for. */
    why?: string;
    /** Whom it is, or was, offered to. */
    offered_to?: string | null;
    /** Until when it is offered or snoozed. */
    until?: string;
    /** Of `handoff.accepted`: the receiver said what it is about. */
    read_back?: boolean;
    /** Of `handoff.info_requested` and `info_given`: the question. */
    inquiry_id?: string;
    /** When an answer, or what was promised, is or was due. */
    due_at?: string;
    /** Of `handoff.escalated`: the level before. */
    from_level?: number;
    /** Of `handoff.escalated`: the level of the handoff that goes on. */
    to_level?: number;
    /** Of `handoff.escalated`: the handoff that goes on. */
    onward_id?: string;
    /** Of `handoff.breached`: `accept`, `first_reply` or `resolve`. */
    promise?: string;
    /** Of `handoff.closed`: how the work ended. */
    closed_as?: string;
    /** Of `message.*`, `attachment.checked`: the message; of `operator.mentioned`: the note. */
    message_id?: string;
    /** Of `message.created`: the reply that it corrects. */
    corrects?: string;
    /** Of `message.received`: whom it reached. */
    reached?: string;
    /** Of `message.delivery` and `undelivered`: how far it got, or `withdrawn`. */
    delivery?: string;
    /** Of `message.delivery`: why it failed. */
    problem?: string;
    /** Of `message.received` and `created`: the attachments that it brings. */
    attachments?: string[];
    /** Of `attachment.checked`: the attachment. */
    attachment_id?: string;
    /** Of `attachment.checked`: `clean` or `refused`. */
    found?: string;
    /** Of `speaker.changed`: who speaks now. */
    speaker?: string;
    /** Of `brief.flagged`: the flag. */
    flag_id?: string;
    /** Of `brief.flagged`: what is wrong. */
    verdict?: string;
    /** Of `brief.flagged`: in which section. */
    section?: string | null;
    /** Of `operator.*`: who. */
    operator?: string;
    /** Of `operator.presence`: their presence now. */
    presence?: string;
    /** Of `shift.*`: the sheet. */
    sheet_id?: string;
    /** Of `shift.*`: the rota. */
    rota?: string | null;
    /** Of `shift.*`: whose shift ends. */
    outgoing?: string;
    /** Of `shift.due`: when the shift ends. */
    ends_at?: string;
    /** Of `shift.due`: whether it should have been handed over by now. */
    overdue?: boolean;
    /** Of `shift.*`: how many items it is about. */
    items?: number;
    /** Of `webhook.*`: the webhook. */
    webhook_id?: string;
} & {
    [key: string]: unknown;
};
/**
 * Everything that can happen, written as `noun.verb`.
 */
export type EventType = "session.started" | "session.ended" | "session.resumed" | "handoff.requested" | "handoff.drafted" | "handoff.edited" | "handoff.confirmed" | "handoff.ready" | "handoff.failed" | "handoff.cancelled" | "handoff.nobody_there" | "handoff.offered" | "handoff.offer_lapsed" | "handoff.declined" | "handoff.claimed" | "handoff.released" | "handoff.lapsed" | "handoff.accepted" | "handoff.info_requested" | "handoff.info_given" | "handoff.info_overdue" | "handoff.retargeted" | "handoff.redirected" | "handoff.escalated" | "handoff.breached" | "handoff.stalled" | "handoff.first_reply" | "handoff.snoozed" | "handoff.woken" | "handoff.closed" | "handoff.reopened" | "handoff.rated" | "message.received" | "message.created" | "message.delivery" | "message.undelivered" | "attachment.checked" | "speaker.changed" | "brief.flagged" | "operator.presence" | "operator.mentioned" | "shift.due" | "shift.signed" | "shift.item_acknowledged" | "shift.taken_over" | "webhook.pinged" | "webhook.disabled";
/** One page of the events, in the order in which they were stored: the oldest first. */
export type Events = {
    /** The items of this page. */
    items: Event[];
    /** Pass as `cursor` for the next page; null on the last one. */
    next_cursor?: string | null;
    /** The number of the newest event that was looked at. Send it as `after` for later ones. */
    last: number;
};
/** How a recall came to its results. */
export type Explanation = {
    /** The terms of the query, rarest first; at most 32 are searched. */
    terms: QueryTerm[];
    /** The weights that were used. */
    weights: Weights;
    /** How many memories were scored. */
    scanned: number;
    /** Whether every memory that matched the filters was scored. False where an index chose which ones were scored. */
    exact: boolean;
    /** How many memories were not returned, and why. */
    left_out: LeftOut;
};
/**
 * Why rules alone wrote a brief, although a language model was asked to help.
 */
export type FallBack = "unreachable" | "late" | "http_error" | "refused" | "truncated" | "empty" | "too_long" | "invalid" | "nothing_kept";
/** What is wrong with one field of the request. */
export type FieldError = {
    /** The field's path, such as `body.memories.3.importance`. */
    field: string;
    /** What is wrong, and what would be right. */
    message: string;
};
/** One thing that is wrong with a brief, and what to do about it. */
export type Finding = {
    /** What is wrong. */
    code: FindingCode;
    /** The section that the finding is about, if it is about one. */
    section?: SectionName | null;
    /** What is missing, and what the source can remember to fix it. */
    message: string;
    /**
     * The same for whoever reads the brief, and can only ask or check.
     * @default
     */
    for_reader?: string;
    /**
     * What the finding counts in the score.
     * @default 0
     */
    weighs?: number;
    /** For what the brief leaves out: the memories that hold it. */
    memory_ids?: string[];
};
/**
 * What can be wrong with a brief.
 */
export type FindingCode = "no_figure" | "no_command" | "no_path" | "vague_goal" | "unproven_claim" | "unsupported_claim" | "contradicted_claim" | "missing_section" | "unanswered_question" | "last_action_failed" | "nothing_found" | "left_out" | "unread_language" | "unwritten";
/**
 * At least one filter is needed.
 *
 *     `DELETE /v1/namespaces/{namespace}` deletes a whole namespace. Briefs are kept, without the lines that only deleted
 *     memories proved.
 */
export type ForgetMemories = {
    /** Whose memories. */
    namespace: string;
    /** Only these memories, at most 1,000. */
    ids?: string[] | null;
    /** Only memories of these kinds, at most 20. */
    kinds?: string[] | null;
    /** Only memories that this agent kept. */
    agent?: string | null;
    /**
     * Only memories of this session.
     */
    session_id?: string | null;
    /**
     * Only memories of this chain.
     */
    chain_id?: string | null;
    /** Only memories that state a value of this slot name. */
    slot?: string | null;
    /** Only memories whose metadata has all of these members. */
    metadata?: Record<string, unknown>;
    /**
     * Only what happened at this time or later.
     */
    since?: string | null;
    /**
     * Only what happened before this time.
     */
    until?: string | null;
    /**
     * Whether to count only, and delete nothing.
     * @default false
     */
    dry_run?: boolean;
};
/** What was deleted; in a dry run, what would be deleted. */
export type Forgotten = {
    /** Whose memories they were. */
    namespace: string;
    /** True where nothing was changed. */
    dry_run: boolean;
    /** The number of memories, near-duplicates for which they stood included. */
    memories: number;
    /** The number of briefs that lost a line or an action, or were deleted with their namespace. */
    briefs: number;
    /** The number of lines and actions that were removed from briefs that are kept. */
    brief_lines: number;
    /**
     * The number of files that went with them.
     * @default 0
     */
    attachments?: number;
    /**
     * The number of sessions, where a whole namespace was deleted.
     * @default 0
     */
    sessions?: number;
    /**
     * The number of handoffs with their briefs and claims, where a whole namespace was deleted.
     * @default 0
     */
    handoffs?: number;
    /** The audit's entry of the deed, with the namespace and the salt of its hash; null for a dry run. Keep it to show later what was erased: the audit then has the hash alone. */
    certificate?: AuditEntry | null;
};
/** The function of a call in a chat message. */
export type FunctionCall = {
    /** The function's name. */
    name: string;
    /** The arguments: JSON as a text, or an object. */
    arguments?: unknown;
};
/** This moves the memory's importance within bounds. */
export type GiveFeedback = {
    /** `useful` raises the importance, `wrong` lowers it. */
    verdict: Verdict;
};
/** Work that goes from a session to a target. */
export type Handoff = {
    /**
     * The handoff's id.
     */
    id: string;
    /**
     * The chain that the handoff belongs to.
     */
    chain_id: string;
    /** The chain's namespace. */
    namespace: string;
    /** The state of the handoff. */
    state: HandoffState;
    /** When the source session ends. */
    mode: HandoffMode;
    /**
     * The session from which the work goes.
     */
    source_session_id: string;
    /** The agent of that session. */
    source_agent: string;
    /** The target. */
    to: string;
    /** Why the work goes over. */
    reason: string;
    /** What the target should achieve. */
    goal: string | null;
    /** How many handoffs lead to the target, this one included: 1 for the first of a chain. */
    hop: number;
    /** The template that was requested; null where the memories decide. */
    template?: string | null;
    /**
     * Whether a person must read the brief as a draft and confirm it.
     * @default false
     */
    review?: boolean;
    /**
     * Whether the handoff fails where the brief's quality is below the bar of its template; always false for people, queues and skills.
     * @default false
     */
    refuse_vague?: boolean;
    /** The revision of the draft, which grows with every change; null without a review. */
    draft_revision?: number | null;
    /**
     * The session that took the work over; null before that.
     */
    target_session_id: string | null;
    /**
     * The reason as a reason code.
     * @default other
     */
    reason_code?: string;
    /**
     * How pressing the handoff is.
     * @default normal
     */
    urgency?: Urgency;
    /**
     * Whether the request said how pressing it is; otherwise the words of the session do, which its brief quotes as `pressing`.
     * @default true
     */
    urgency_given?: boolean;
    /** The customer's language as a BCP 47 tag. */
    language?: string | null;
    /** The skills that the receiver must have. */
    skills?: string[];
    /**
     * The level at which the handoff waits. It grows with every escalation.
     * @default 1
     */
    level?: number;
    /** Who has claimed or accepted the handoff. */
    holder?: string | null;
    /**
     * When the claim lapses; null where it does not lapse.
     */
    lease_until?: string | null;
    /** The operator to whom it is offered now. */
    offered_to?: string | null;
    /**
     * When that offer lapses.
     */
    offered_until?: string | null;
    /**
     * Until when its holder waits for an answer from the source; null where the holder does not wait for one.
     */
    inquiry_due_at?: string | null;
    /**
     * Until when the handoff is set aside.
     */
    snoozed_until?: string | null;
    /**
     * Until when it should be accepted.
     */
    accept_due_at?: string | null;
    /**
     * Until when the receiver should reply for the first time.
     */
    first_reply_due_at?: string | null;
    /**
     * Until when it should be resolved.
     */
    resolve_due_at?: string | null;
    /**
     * The earliest of the three due times above that is not met yet.
     */
    breach_at?: string | null;
    /**
     * When its receiver first replied.
     */
    first_reply_at?: string | null;
    /** What its receiver said that it was about. */
    read_back?: ReadBack | null;
    /** What the source was told about the wait. */
    notice?: Notice | null;
    /**
     * The handoff that this one returns to its source, if it is a return.
     */
    returns_id?: string | null;
    /** The target that was requested first, where another one was chosen. */
    redirected_from?: string | null;
    /** What became of it; null while it is not closed. */
    closed_as?: ClosedAs | null;
    /** The note with which it was resolved. */
    resolution?: string | null;
    /** How many times the worker has begun to write the brief. */
    attempts: number;
    /** Why the last attempt failed, why the handoff was cancelled, or what its brief lacks; else null. */
    problem: string | null;
    /** The caller's own object, as it was sent. */
    metadata: Record<string, unknown>;
    /**
     * When it was requested.
     */
    requested_at: string;
    /**
     * When its brief was ready.
     */
    ready_at: string | null;
    /**
     * When the target accepted it.
     */
    accepted_at: string | null;
    /**
     * When it was closed, was cancelled or failed.
     */
    closed_at: string | null;
};
/**
 * When the source session ends: `cold` as soon as the brief is ready, `warm` when the target accepts.
 *
 *     `consult` shares the brief to get advice: the source session goes on, and keeps the conversation.
 */
export type HandoffMode = "cold" | "warm" | "consult";
export type HandoffPage = Page & {
    items: Handoff[];
};
/** The present state of a handoff's wait. */
export type HandoffStanding = {
    /**
     * The handoff.
     */
    handoff_id: string;
    /** Whether the handoff waits to be accepted. */
    waits: boolean;
    /** The place in the queue, where 1 is the next; null where it does not wait. */
    position: number | null;
    /** How long a handoff that comes now will wait in seconds, estimated from recent waits; null where there are none. */
    estimated_seconds: number | null;
    /** Whether the queue is inside its office hours. */
    is_open: boolean;
    /**
     * When the queue opens next; null while it is open.
     */
    opens_at: string | null;
    /** How many operators are available, can take more work, and may take this handoff. */
    operators_available: number;
};
/**
 * The state of a handoff. In `drafted`, it waits for a person who reads the brief and confirms it.
 */
export type HandoffState = "requested" | "drafted" | "ready" | "claimed" | "accepted" | "closed" | "cancelled" | "failed";
/** A handoff with its brief. */
export type HandoffWithBrief = Handoff & {
    /** The brief: a draft while it waits for a review, a refused one where it was too vague, null while it is being written. */
    brief: Brief | null;
    /** The account that was handed in with the request, as it was sent. */
    account?: (Account | string) | null;
    /** What its customer answered, from 1 to 5, when they were asked how it was. */
    rating?: number | null;
};
/** It is refused where the claim lapsed, was released, or somebody else holds the handoff. */
export type Heartbeat = {
    /** The claim's fencing token; that of an older claim is refused. */
    token: number;
    /**
     * How long the claim lasts from now on, in seconds.
     * @default 120
     */
    lease_seconds?: number;
};
/** A question that the holder of a handoff asked its source. */
export type Inquiry = {
    /**
     * The inquiry's id.
     */
    id: string;
    /**
     * The handoff.
     */
    handoff_id: string;
    /** The namespace of the handoff. */
    namespace: string;
    /** Who asked the question. */
    asked_by: string;
    /** The question. */
    question: string;
    /**
     * When it was asked.
     */
    asked_at: string;
    /**
     * Until when the holder waits for the answer.
     */
    due_at: string;
    /** Who answered; null while nobody has. */
    answered_by: string | null;
    /** The answer; null while there is none. */
    answer: string | null;
    /**
     * When it was answered.
     */
    answered_at: string | null;
};
export type InquiryPage = Page & {
    items: Inquiry[];
};
/**
 * What cannot be stored is replaced by U+FFFD, and a text of more than 100,000 characters keeps its head and its tail;
 *     the answer says so. A call and its result are one memory; where they come in two requests, the whole one corrects
 *     the half. An image or a file is kept by reference.
 */
export type KeepMessages = {
    /** The messages, in the order in which they were said. */
    messages: Message[];
};
/** What became of one message. */
export type KeptMessage = {
    /** Its place in the request, from 0. */
    index: number;
    /** Its id, if it has one. */
    external_id: string | null;
    /** `created`; `repeated` where all of it was sent before; `skipped` where there is nothing to keep. */
    state: MessageState;
    /** The memories that hold it. */
    memory_ids: string[];
    /** What was changed or left out, in sentences. */
    remarks: string[];
};
/** What became of the messages of one request, in its order. */
export type KeptMessages = {
    /** Whose memories they became. */
    namespace: string;
    /** One entry for each message. */
    messages: KeptMessage[];
    /** How many of them are new. */
    created: number;
    /** How many of them were sent before. */
    repeated: number;
    /** How many of them hold nothing to keep. */
    skipped: number;
};
/** The answer to accepting a handoff with `lean`: what a model needs, and the session to work in. */
export type LeanStart = {
    /** The target's new session. */
    session: Session;
    /** The handoff that was accepted. */
    handoff: Handoff;
    /** The receiver's claim. The receiver sends its `token` with every later call about the handoff. Null for a branch and a rollback, which do not hold the handoff. */
    claim?: Claim | null;
    /** One sentence with which the receiver can show the customer that the conversation goes on, in the customer's language. It quotes the customer, without secrets, or names no topic. */
    opening: string;
    /** What to do now, then the brief, the memories since the brief and the other memories, which are marked as data, as one text for a model within the token budget. */
    prompt: string;
    /** How many tokens `prompt` has, by estimate. */
    prompt_tokens: number;
    /** Whether something was left out of `prompt` to keep the token budget. */
    prompt_truncated: boolean;
};
/** How many memories were not returned, by reason. */
export type LeftOut = {
    /** Memories that did not match the filters of the request. They are counted where all memories were scanned. */
    filters: number;
    /** Memories for which a near-duplicate stands. */
    consolidated: number;
    /** Superseded memories, where `include_superseded` is false. */
    superseded: number;
    /** Memories that matched, but ranked below the last result. */
    top_k: number;
    /** Memories that ranked within `top_k`, but did not fit into the token budget, or into an answer of four megabytes. */
    token_budget: number;
};
/**
 * Of a known one, what is missing is
 *     added. Fields of which nothing is said are as in `Customer`.
 */
export type MakeCustomer = {
    ids?: ChannelId[];
    /** Their name, in any script. */
    display_name?: string | null;
    /** Their language, such as `en`. */
    language?: string | null;
    /** Their time zone, by its IANA name. */
    time_zone?: string | null;
    /** The namespace of their memories; left out, one is made. */
    namespace?: string | null;
};
/** The memories that one request kept, in the order of the request. */
export type Memories = {
    /** The memories that were kept. */
    memories: Memory[];
    /** The places, from 0, of those that were sent before under their `external_id`. They are not stored again. */
    repeated?: number[];
};
/** One thing that an agent or a person kept. */
export type Memory = {
    /**
     * The memory's id. Ids grow with time.
     */
    id: string;
    /** Whose memory this is. */
    namespace: string;
    /**
     * The session in which it was kept, if any.
     */
    session_id: string | null;
    /**
     * The chain of that session, if any.
     */
    chain_id: string | null;
    /**
     * The handoff whose brief this is. Only memories of kind `handoff` have one.
     */
    handoff_id: string | null;
    /** Who kept the memory. */
    agent: string | null;
    /** The sort of memory, such as `fact`. */
    kind: string;
    /** Who said these words. */
    role: Role | null;
    /** The caller's own id of it. Of a tool call: `call:`, `result:` or `tool:` and its id. */
    external_id?: string | null;
    /** The memory as plain text. */
    content: string;
    /** How much the memory matters, 0 to 1. */
    importance: number;
    /** True where the platform estimated the importance. */
    importance_estimated: boolean;
    /** Whether it is pinned: it does not age, and is never consolidated. */
    pinned: boolean;
    /** The named value that this memory states, if any. */
    slot: Slot | null;
    /**
     * The memory that corrects this one: one that was kept with `supersedes`, or else the newest of the same slot name in the namespace, if that one states another value.
     */
    superseded_by: string | null;
    /** The tool call that this memory records, if any. */
    action: Action | null;
    /** The caller's own object, as it was sent. */
    metadata: Record<string, unknown>;
    /**
     * When it happened.
     */
    event_time: string;
    /**
     * When it was stored.
     */
    created_at: string;
    /**
     * When it will be forgotten; null where it does not expire.
     */
    expires_at: string | null;
    /** How often exactly this was stored. Exact repeats are counted here and not stored again. */
    times_seen: number;
    /** How many recalls with `reinforce` returned it. */
    times_recalled: number;
    /** How often feedback called it `useful`. */
    found_useful: number;
    /** How often feedback called it `wrong`. */
    found_wrong: number;
    /**
     * The consolidation in which another memory stands for this one. Recall then leaves this one out.
     */
    consolidation_id: string | null;
};
export type MemoryPage = Page & {
    items: Memory[];
};
/**
 * Something that was said or done, as a chat message or as an item of another provider's shape.
 *
 *     - OpenAI, chat: `role`, `content`, `tool_calls`; the result of a call has the role `tool` and a `tool_call_id`.
 *     - OpenAI, responses: `type` is `message`, `function_call` (`call_id`, `name`, `arguments`), `function_call_output`
 *       (`call_id`, `output`), or another call with its output.
 *     - Anthropic: `role`, `content` with parts of type `text`, `image`, `document`, `tool_use`, `tool_result`.
 */
export type Message = {
    /**
     * `message`, or the type of another item.
     * @default message
     */
    type?: string;
    /** Who said it: `user`, `assistant`, `system`, `developer` or `tool`. */
    role?: ("user" | "agent" | "tool" | "system" | "assistant" | "developer" | "function") | null;
    /** What was said: a text, or a list of parts. */
    content?: string | MessagePart[] | null;
    /** What a model said in place of an answer. */
    refusal?: string | null;
    /** The name of the tool, for a call or a result. */
    name?: string | null;
    /** The calls that a message makes. */
    tool_calls?: MessageCall[] | null;
    /** The call that an older message makes. */
    function_call?: FunctionCall | null;
    /** For a result: the id of the call. */
    tool_call_id?: string | number | null;
    /** For a call or its output: the id of the call. */
    call_id?: string | number | null;
    /** The item's own id. It is the `external_id` where that is left out. */
    id?: string | number | null;
    /** The arguments of a call: JSON as a text, or an object. */
    arguments?: unknown;
    /** The input of a custom call. */
    input?: unknown;
    /** What a built-in tool, such as a web search, was told to do. */
    action?: unknown;
    /** What a tool returned: a text, a list of parts, or any JSON. */
    output?: unknown;
    /** What a tool failed with. */
    error?: unknown;
    /** How a call or a tool went, such as `completed` or `failed`. */
    status?: string | null;
    /** For a result: what is known of the call's effect. Otherwise the result is read for it. */
    outcome?: Outcome | null;
    /** An id of your own, unique in the session. What was sent before under it is not stored again. */
    external_id?: string | number | null;
    /**
     * When it happened, with an offset from UTC.
     */
    event_time?: string | null;
    /** How much it matters, 0 to 1. Where it is left out, it is estimated from the text. */
    importance?: number | null;
    /** An object of your own, at most 49,152 bytes as JSON. */
    metadata?: Record<string, unknown>;
};
/** A call of a tool in a chat message of OpenAI's. */
export type MessageCall = {
    /** The call's id, which the message of its result names. */
    id?: string | number | null;
    /** The function that was called. */
    function?: FunctionCall | null;
    /** The custom tool that was called. */
    custom?: FunctionCall | null;
};
/**
 * A part of a message's content: a text, an image, a file, a call of a tool, or the result of one.
 *
 *     The type says which; parts of other types, such as `thinking`, are not kept.
 */
export type MessagePart = {
    /**
     * What it is, such as `text`, `image_url`, `tool_use`.
     * @default text
     */
    type?: string;
    /** The text of a text. */
    text?: string | null;
    /** The text of a refusal. */
    refusal?: string | null;
    /** Where an image is: its URL, or an object with `url`. */
    image_url?: unknown;
    /** A file: an object with `file_id`, `filename` or `file_data`. */
    file?: unknown;
    /** The id of a file. */
    file_id?: string | null;
    /** The URL of a file. */
    file_url?: string | null;
    /** The name of a file. */
    filename?: string | null;
    /** The title of a document. */
    title?: string | null;
    /** Where an image or a document is, as Anthropic writes it. */
    source?: unknown;
    /** The type of a file, such as `application/pdf`. */
    media_type?: string | null;
    /** The id of a call. */
    id?: string | number | null;
    /** The name of the tool that is called. */
    name?: string | null;
    /** The arguments of a call. */
    input?: unknown;
    /** For a result: the id of the call. */
    tool_use_id?: string | number | null;
    /** What a tool returned: a text, a list of parts, or any JSON. */
    content?: unknown;
    /** Whether the tool failed. */
    is_error?: boolean | null;
};
/**
 * What became of a message. `skipped`: it holds nothing that is kept, such as the thoughts of a model.
 */
export type MessageState = "created" | "repeated" | "skipped";
/**
 * What happens to a handoff while no operator is available who may take it.
 *
 *     `wait` lets it wait, and estimates how long. `callback` promises the customer that somebody will call or write.
 *     `next_level` sends it one level up at once. `back_to_source` returns it to the agent that handed over, with the
 *     reason.
 */
export type NobodyThere = "wait" | "callback" | "next_level" | "back_to_source";
/** What the source learns about a wait, and can pass on to the customer. */
export type Notice = {
    /** What happens while no operator is available. */
    policy: NobodyThere;
    /** The notice as a sentence for the customer. */
    message: string;
    /** The place in the queue; 1 is the next. */
    position?: number | null;
    /** How long the wait will be in seconds, estimated from recent waits. */
    estimated_seconds?: number | null;
    /**
     * When the queue opens; null while it is open.
     */
    opens_at?: string | null;
    /**
     * When the notice was made.
     */
    at: string;
};
/**
 * Who says a line of a brief.
 *
 *     `request`: the handoff's request. `record`: the platform's own record of calls, results, slots and notes. `quote`:
 *     somebody's words, as they were. `account`: the agent that hands off. `model`: a language model. `reviewer`: the
 *     person who edited the draft.
 */
export type Origin = "request" | "record" | "quote" | "account" | "model" | "reviewer";
/**
 * What is known about an action. A call that was sent is `requested`, even if the tool answered that it received
 *     it.
 */
export type Outcome = "requested" | "confirmed" | "failed" | "unknown";
/** Which session speaks for a chain to the customer, and whether the one who asks may reply. */
export type Owner = {
    /**
     * The chain.
     */
    chain_id: string;
    /**
     * The open session that speaks for the chain; null where none does.
     */
    session_id: string | null;
    /** The agent of that session. */
    agent: string | null;
    /**
     * The handoff of the chain that waits to be accepted, if any.
     */
    waiting_handoff_id: string | null;
    /** Whether the session or agent in the request may reply to the customer now. */
    may_reply: boolean;
    /** The reason in one sentence. */
    why: string;
};
export type Page = {
    /** Pass as `cursor` for the next page; null on the last one. */
    next_cursor?: string | null;
};
/** An error answer. */
export type Problem = {
    /**
     * `urn:warmline:problem:`, followed by one of the listed types.
     *     - `invalid-request`: The request is malformed (422)
     *     - `unauthenticated`: No valid API key (401)
     *     - `forbidden`: You may not do this (403)
     *     - `not-found`: This does not exist (404)
     *     - `method-not-allowed`: This path does not take that method (405)
     *     - `session-ended`: The session has ended (409)
     *     - `namespace-mismatch`: The session belongs to another namespace (409)
     *     - `memory-protected`: A handoff's brief cannot be changed (409)
     *     - `handoff-in-progress`: The session is already being handed off (409)
     *     - `handoff-state`: The handoff is not in a state that allows this (409)
     *     - `handoff-claimed`: Somebody else holds the handoff (409)
     *     - `handoff-accepted`: The handoff was already accepted (409)
     *     - `not-held`: Nobody holds the handoff (409)
     *     - `stale-token`: The fencing token is outdated (409)
     *     - `read-back-required`: The handoff's receiver must read it back (409)
     *     - `read-back-contradicts`: The read-back contradicts the brief (409)
     *     - `name-taken`: The name is taken (409)
     *     - `operator-busy`: The operator cannot take the handoff (409)
     *     - `conversation-owned`: Another open session owns the conversation (409)
     *     - `draft-changed`: The draft was changed meanwhile (409)
     *     - `changed-meanwhile`: It was changed since it was read (412)
     *     - `brief-too-vague`: The brief is too vague to be handed on (409)
     *     - `sheet-state`: The shift's sheet is not in a state that allows this (409)
     *     - `person-needed`: No single person is scheduled (409)
     *     - `key-is-over`: The API key is valid no more (409)
     *     - `attachment-not-ready`: The attachment cannot be loaded (409)
     *     - `idempotency-key-reused`: The Idempotency-Key was used for another request (409)
     *     - `request-timeout`: The request did not come in time (408)
     *     - `payload-too-large`: The payload is too large (413)
     *     - `headers-too-large`: The request's headers are too large (431)
     *     - `misdirected`: The request came to the wrong place (421)
     *     - `rate-limited`: Too many requests (429)
     *     - `quota-reached`: The tenant has as much as it may have (403)
     *     - `busy`: The platform is busy (503)
     *     - `unavailable`: The platform cannot do this right now (503)
     *     - `outcome-unknown`: It is not known whether the request was carried out (503)
     *     - `internal-error`: The platform failed (500)
     */
    type: "urn:warmline:problem:invalid-request" | "urn:warmline:problem:unauthenticated" | "urn:warmline:problem:forbidden" | "urn:warmline:problem:not-found" | "urn:warmline:problem:method-not-allowed" | "urn:warmline:problem:session-ended" | "urn:warmline:problem:namespace-mismatch" | "urn:warmline:problem:memory-protected" | "urn:warmline:problem:handoff-in-progress" | "urn:warmline:problem:handoff-state" | "urn:warmline:problem:handoff-claimed" | "urn:warmline:problem:handoff-accepted" | "urn:warmline:problem:not-held" | "urn:warmline:problem:stale-token" | "urn:warmline:problem:read-back-required" | "urn:warmline:problem:read-back-contradicts" | "urn:warmline:problem:name-taken" | "urn:warmline:problem:operator-busy" | "urn:warmline:problem:conversation-owned" | "urn:warmline:problem:draft-changed" | "urn:warmline:problem:changed-meanwhile" | "urn:warmline:problem:brief-too-vague" | "urn:warmline:problem:sheet-state" | "urn:warmline:problem:person-needed" | "urn:warmline:problem:key-is-over" | "urn:warmline:problem:attachment-not-ready" | "urn:warmline:problem:idempotency-key-reused" | "urn:warmline:problem:request-timeout" | "urn:warmline:problem:payload-too-large" | "urn:warmline:problem:headers-too-large" | "urn:warmline:problem:misdirected" | "urn:warmline:problem:rate-limited" | "urn:warmline:problem:quota-reached" | "urn:warmline:problem:busy" | "urn:warmline:problem:unavailable" | "urn:warmline:problem:outcome-unknown" | "urn:warmline:problem:internal-error";
    /** The type as a short sentence. */
    title: string;
    /** The HTTP status. */
    status: number;
    /** What happened, and what to do about it. */
    detail: string;
    /**
     * For `invalid-request`: each wrong field, and what is wrong with it.
     * @default null
     */
    errors?: FieldError[] | null;
    /**
     * The request's id, as in the header `X-Request-ID`; the platform's log names it.
     * @default null
     */
    request_id?: string | null;
} & {
    [key: string]: unknown;
};
/** One term of the query, in the form in which it was searched. */
export type QueryTerm = {
    /** The word after folding and stemming, or an identifier as a whole. */
    term: string;
    /** How much a match of this term counts: rare terms count more. */
    idf: number;
    /** How many of the scored memories have the term. */
    memories: number;
};
/**
 * Where a message found its case.
 *
 *     `speaker`: somebody speaks for it. `waiting`: a handoff waits. `reopened`: it had ended, and goes on. `new_chain`:
 *     it had ended too long ago. `nobody`: it has ended.
 */
export type Reached = "speaker" | "waiting" | "reopened" | "new_chain" | "nobody";
/** What a receiver said that a handoff was about, as it was accepted. */
export type ReadBack = {
    /** The read-back, in one line. */
    text: string;
    /** Who gave the read-back. */
    by: string;
    /** Where it contradicts the brief. The receiver confirmed these contradictions. */
    contradictions: Contradiction[];
};
/** An empty query ranks by importance and recency alone. */
export type Recall = {
    /** Whose memories to search. */
    namespace: string;
    /**
     * What is needed, in plain words; empty to rank by importance and recency alone.
     * @default
     */
    query?: string;
    /**
     * How many results are returned at most.
     * @default 10
     */
    top_k?: number;
    /** How many tokens all contents may have together at most, by estimate. The best results that fit are returned. */
    token_budget?: number | null;
    /** Only memories of these kinds. */
    kinds?: string[] | null;
    /** Only memories that this agent kept. */
    agent?: string | null;
    /**
     * Only memories of this session.
     */
    session_id?: string | null;
    /**
     * Only memories of this chain.
     */
    chain_id?: string | null;
    /** Only memories that state a value of this slot name. */
    slot?: string | null;
    /** Only memories whose metadata has all of these members. */
    metadata?: Record<string, unknown>;
    /** Only memories with this `branch` of the code in their metadata, and those that name none. */
    branch?: string | null;
    /**
     * Only what happened at this time or later.
     */
    since?: string | null;
    /**
     * Only what happened before this time.
     */
    until?: string | null;
    /**
     * Only memories with at least this importance, 0 to 1.
     * @default 0
     */
    min_importance?: number;
    /**
     * Whether superseded memories may be returned: corrected ones, and those whose value a newer one of the same slot has replaced. They rank lower.
     * @default true
     */
    include_superseded?: boolean;
    /** The weights for this recall; for what is left out, the tenant's preferences hold. */
    weights?: Weights | null;
    /** Whether this recall is counted on each memory that it returns, which raises its rank a little next time. Where this is left out, the tenant's preference holds; its default is false. */
    reinforce?: boolean | null;
    /**
     * Whether the answer explains the ranks, and says what was left out.
     * @default false
     */
    explain?: boolean;
};
/** A memory that a recall returned, with its score. */
export type RecalledMemory = {
    /** The memory. */
    memory: Memory;
    /** The score. A higher score is better; only scores of the same answer can be compared. */
    score: number;
    /** The parts that the score is made of. */
    parts: ScoreParts;
};
/** A message that a case has, and whom it reached. */
export type ReceivedMessage = {
    /**
     * The memory's id.
     */
    id: string;
    /** Whether it had come before. */
    repeated: boolean;
    /** Where it found the case. */
    reached: Reached;
    /**
     * The chain that has it: of a `new_chain` another one than was written to.
     */
    chain_id: string;
    /**
     * The session that keeps it.
     */
    session_id: string;
    /** Who speaks for the case, and so answers; null while nobody does. */
    speaker: string | null;
    /**
     * The handoff that waits to be taken over, if any.
     */
    handoff_id: string | null;
    /** The target for which that waits. */
    to: string | null;
    /** How its wait stands now, estimated anew. */
    standing: HandoffStanding | null;
    /** The memories of its attachments, in order; without text the first of them is the message itself. */
    attachment_memory_ids?: string[];
    /** Of a `new_chain`: the earlier cases and how each ended, a line each, newest first. */
    earlier?: string[];
};
/** The answer to a recall, best result first. */
export type Recollection = {
    /** At most `top_k` memories, best first. */
    results: RecalledMemory[];
    /** How many tokens all contents have together, by estimate. */
    tokens: number;
    /** How the ranks came about; null where `explain` was false. */
    explanation: Explanation | null;
};
/** It then waits for others at the same level. */
export type ReleaseHandoff = {
    /** The claim's fencing token; that of an older claim is refused. */
    token: number;
    /** Why it is given back. The reason is kept. */
    reason?: string | null;
};
/**
 * With `session_id`, the session gives the namespace and the agent, and both can be left out.
 *
 *     Exact repeats in the same session, or else in the same namespace, are stored once and counted. Messages (with
 *     `role`) and tool calls (with `action`) are stored each time, because they are events of a conversation.
 */
export type Remember = {
    /** The memory as plain text. It can be left out where `action` is given. */
    content?: string | null;
    /**
     * The open session that the memory belongs to.
     */
    session_id?: string | null;
    /** Whose memory this is. It is needed where no `session_id` is given. */
    namespace?: string | null;
    /** Who keeps the memory. Where this is left out, it is the session's agent. */
    agent?: string | null;
    /**
     * The sort of memory, such as `fact`.
     * @default message
     */
    kind?: string;
    /** Who said these words. `assistant` is stored as `agent`, and `developer` as `system`. */
    role?: ("user" | "agent" | "tool" | "system" | "assistant" | "developer" | "function") | null;
    /** An id of your own, unique in the session, or else in the namespace. What was sent before under the same id is not stored again, and the answer is the memory that is there. */
    external_id?: string | number | null;
    /** How much the memory matters, 0 to 1. Where this is left out, it is estimated from the text. */
    importance?: number | null;
    /** The named value that this memory states, if it states one. */
    slot?: Slot | null;
    /** The tool call that this memory records, if it records one. */
    action?: Action | null;
    /** The memories of the same namespace that this one corrects. They are kept, show it as `superseded_by`, and rank below it. */
    supersedes?: string[];
    /** An object of your own. It is returned as it was sent. */
    metadata?: Record<string, unknown>;
    /**
     * When it happened, with an offset from UTC. Where this is left out, it is the time of storing.
     */
    event_time?: string | null;
    /**
     * Whether the memory is pinned: it does not lose rank with age, and is never consolidated.
     * @default false
     */
    pinned?: boolean;
    /** After how many seconds the memory is forgotten. Where this is left out, it does not expire. */
    ttl_seconds?: number | null;
};
/** Either all are kept, or none. */
export type RememberMany = {
    /** The memories to keep, in order. */
    memories: Remember[];
};
/** What was said to a customer, and how far it got. */
export type Reply = {
    /**
     * The memory's id.
     */
    id: string;
    /**
     * The chain.
     */
    chain_id: string;
    /**
     * The session in which it was said.
     */
    session_id: string;
    /** Who said it. */
    agent: string;
    /** What was said; of an attachment its name, type and size. */
    content: string;
    /** The attachment that it is, if it is one. */
    attachment?: SentAttachment | null;
    /**
     * When it was said.
     */
    at: string;
    /** How far it got. */
    state: ReplyState;
    /** Whether nobody had delivered it in time. */
    late: boolean;
    /** Why it failed. */
    problem: string | null;
    /**
     * The reply in whose place it holds.
     */
    corrects?: string | null;
    /** What to say before it where a channel cannot change what it sent. */
    lead?: string | null;
    /**
     * Whether it was taken back: no channel is to bring it.
     * @default false
     */
    withdrawn?: boolean;
};
/**
 * How far a reply got, as its channel reports it: `saved` until it says more.
 */
export type ReplyState = "saved" | "sent" | "delivered" | "read" | "failed";
/**
 * The source session stays open until the brief is
 *     written.
 */
export type RequestHandoff = {
    /**
     * The source session. It must be open.
     */
    session_id: string;
    /** The target: an agent, `human:NAME`, `queue:NAME` or `skill:NAME`. */
    to: string;
    /** Why the work goes over, in one sentence. */
    reason: string;
    /** What the target should achieve, in words that can be checked. */
    goal?: string | null;
    /** When the source session ends. Left out, it is `cold` to an agent, and to people what the tenant's `people_mode` says, which is `warm`. */
    mode?: HandoffMode | null;
    /**
     * The reason as one of the tenant's reason codes.
     * @default other
     */
    reason_code?: string;
    /** How pressing the handoff is. Where it is left out, it is `high` if words of the session say that there is a danger or little time, and `normal` else. */
    urgency?: Urgency | null;
    /** The customer's language as a BCP 47 tag, such as `en`. */
    language?: string | null;
    /** The skills that the receiver must have. */
    skills?: string[];
    /** The template of the brief. Where this is left out, the memories decide which one fits. */
    template?: string | null;
    /**
     * Whether a person must read the brief as a draft and confirm it before the handoff goes on.
     * @default false
     */
    review?: boolean;
    /**
     * Whether the handoff fails, and says what is missing, where the brief's quality is below the bar of its template. On the way to people, queues and skills it never does.
     * @default false
     */
    refuse_vague?: boolean;
    /** What the agent that hands off says of its work: entries of the brief's sections, or free Markdown. Each statement is checked against the memories before it is told. */
    account?: (Account | string) | null;
    /** An object of your own. It is returned as it was sent. */
    metadata?: Record<string, unknown>;
};
/** The note is kept as an important memory for whoever works in this namespace next. */
export type ResolveHandoff = {
    /** The claim's fencing token; that of an older claim is refused. */
    token: number;
    /** How the work ended. */
    note: string;
};
export type RetryHandoff = Record<string, unknown>;
export type ReturnHandoff = {
    /** The claim's fencing token; that of an older claim is refused. */
    token: number;
    /** What the source should do. */
    instruction: string;
};
/** What is left out stays, null clears, and `ids` replace those before. */
export type ReviseCustomer = {
    /** As in `MakeCustomer`. */
    ids?: ChannelId[];
    /** As in `MakeCustomer`. */
    display_name?: string | null;
    /** As in `MakeCustomer`. */
    language?: string | null;
    /** As in `MakeCustomer`. */
    time_zone?: string | null;
};
/** Fields that are left out keep their values. New content gets a new embedding. */
export type ReviseMemory = {
    /** The new text. */
    content?: string | null;
    /** The new kind. */
    kind?: string | null;
    /** The new importance, 0 to 1. */
    importance?: number | null;
    /** The new metadata. It replaces the old metadata as a whole. */
    metadata?: Record<string, unknown> | null;
    /** Whether the memory is pinned. Pinning it also removes its expiry. */
    pinned?: boolean | null;
    /** After how many seconds, from now, the memory is forgotten. This also removes a pin. */
    ttl_seconds?: number | null;
};
/**
 * Who said the words that a memory holds. `system` are instructions to the agent, which no brief quotes.
 */
export type Role = "user" | "agent" | "tool" | "system";
/**
 * What a key lets a program do.
 */
export type Scope = "read" | "remember" | "hand_off" | "desk" | "administer";
/** The parts of a score. `score` is the product of `relevance` and the four factors. */
export type ScoreParts = {
    /** How well words, meaning and context answer the query, 0 to 1. */
    relevance: number;
    /** The share of the query's words that the memory has, 0 to 1, where rare words count more (BM25); null where it has none. */
    words: number | null;
    /** The cosine similarity to the query; null where the query was not searched by meaning. */
    cosine: number | null;
    /** The factor for importance: 1 at importance 0.5, more above it, less below it. */
    importance_factor: number;
    /** The factor for age: 1 for what just happened, less for older memories down to a bound. It is always 1 for kind `handoff` and for pinned memories. */
    recency_factor: number;
    /** The factor for earlier recalls: 1 for a memory that no recall with `reinforce` returned, else a little more. */
    recall_factor: number;
    /** The factor for superseded memories: less than 1 for a superseded one. It is more than 1 for what supersedes it, where the superseded one ranked higher; else it is 1. */
    superseded_factor: number;
    /** What each sign of relevance added, where `explain` was true. One unit is one standard deviation of the cosines; relevance divides by e for every four units below the best memory. */
    signs: {
        [key: string]: number;
    } | null;
};
/**
 * The sections that a brief can have. The template says which ones a brief has, and in which order.
 */
export type SectionName = "ask" | "severity" | "identifiers" | "facts" | "figures" | "done" | "failed" | "promised" | "decided" | "open_questions" | "next_steps" | "if_then" | "environment" | "expected_outcome" | "situation" | "mood" | "rules" | "said" | "also_said";
/** It is taken whatever the state of the case. */
export type SendMessage = {
    /** What was said. It may be left out where `attachments` say enough. */
    content?: string | null;
    /** The ids of uploaded attachments that the message brings, at most 10. */
    attachments?: string[];
    /** The channel's id of the message; what came under it before is not stored again. */
    external_id: string | number;
    /** Who of our side said it, such as `human:ana` in another channel, who speaks from then on; null for the customer. */
    agent?: string | null;
    /**
     * Whether the customer has yet to hear it: `agent`, who must speak for the case, says it here, and the customer's channel delivers it.
     * @default false
     */
    deliver?: boolean;
    /** Whether a person speaks for the case from then on; false for what they said before they gave it back. Left out, the time of the message tells. */
    takes_over?: boolean | null;
    /** The agent with which a new case begins, where one does: that of the case before, if left out. */
    bot?: string | null;
    /**
     * When it was said; the default is now.
     */
    event_time?: string | null;
    /** An object of your own, kept with the memory. */
    metadata?: Record<string, unknown>;
};
/** The customer's channel delivers it. */
export type SendReply = {
    /** The claim's fencing token; that of an older claim is refused. */
    token: number;
    /** What is said. It may be left out where `attachments` say enough. */
    content?: string | null;
    /** The ids of uploaded attachments, at most 10. Each of them is a reply of its own, after the text. */
    attachments?: string[];
    /**
     * A reply of yours in this case, in whose place `content` holds from now on.
     */
    corrects?: string | null;
    /**
     * A reply of yours in this case that is taken back while no channel has it; alone.
     */
    withdraws?: string | null;
};
/** What a memory tells of an attachment. */
export type SentAttachment = {
    /**
     * The attachment's id.
     */
    id: string;
    /** What it is called. */
    name: string;
    /** Its media type. */
    type: string;
    /** How many bytes it has. */
    size: number;
};
/** One agent's work, from its start to its end. */
export type Session = {
    /**
     * The session's id.
     */
    id: string;
    /**
     * The id of the chain's first session.
     */
    chain_id: string;
    /** Whose memories this session writes. */
    namespace: string;
    /** The agent or person who works in this session. */
    agent: string;
    /** `open` where it takes more memories, else `ended`. */
    state: SessionState;
    /** Whether this session speaks for its chain to the customer. At most one open session of a chain does. */
    owns_conversation: boolean;
    /**
     * The handoff whose acceptance started this session, if any.
     */
    handoff_id: string | null;
    /** The caller's own object, as it was sent. */
    metadata: Record<string, unknown>;
    /**
     * When it started.
     */
    started_at: string;
    /**
     * When it ended; null while it is open.
     */
    ended_at: string | null;
    /** What ended it; null while it is open. */
    ended_reason: EndReason | null;
    /** What became of it, if whoever ended it said so. */
    outcome?: string | null;
};
export type SessionPage = Page & {
    items: Session[];
};
/**
 * Whether a session can take more memories.
 */
export type SessionState = "open" | "ended";
/** A named value, such as `account_id` = `ACC-4521`. The newest value of a name is the valid one. */
export type Slot = {
    /** The name of the value, such as `account_id`. */
    name: string;
    /** The value, such as `ACC-4521`. */
    value: string;
};
/** Until then it does not count as load. */
export type SnoozeHandoff = {
    /** The claim's fencing token; that of an older claim is refused. */
    token: number;
    /**
     * Until when it is set aside, with an offset from UTC. Null, or left out, ends the snooze now.
     */
    until?: string | null;
    /** Why it is set aside. The reason is kept. */
    reason?: string | null;
};
/** To continue a chain, accept a handoff instead. Fields of which nothing is said are as in `Session`. */
export type StartSession = {
    namespace: string;
    agent: string;
    /** An object of your own. It is returned as it was sent. */
    metadata?: Record<string, unknown>;
};
/** What a language model contributed to a brief. */
export type SummaryReport = {
    /** The model that was asked. */
    model: string;
    /**
     * How many of the model's lines are in the brief.
     * @default 0
     */
    kept?: number;
    /** How many of the model's lines are not in the brief, by reason, such as `unknown_value`. */
    dropped?: {
        [key: string]: number;
    };
    /**
     * How many tokens the model read, as its endpoint counted them.
     * @default 0
     */
    tokens_in?: number;
    /**
     * How many tokens the model wrote, as its endpoint counted them.
     * @default 0
     */
    tokens_out?: number;
    /** The price of the call, in the currency of the prices in the settings; null where no prices are set. */
    cost?: number | null;
    /**
     * How long the call took with all its retries, in seconds.
     * @default 0
     */
    seconds?: number;
    /** Why rules alone wrote the brief; null where the model's lines were used. */
    fell_back_because?: FallBack | null;
};
/**
 * What the record says of a line that an agent or a language model wrote.
 *
 *     `supported`: the record says the same. `unsupported`: the record does not say it, and only the writer's word stands
 *     for it. `contradicted`: the record says otherwise.
 */
export type Support = "supported" | "unsupported" | "contradicted";
/**
 * Where the handoff is claimed, it goes to the new target with the same brief. Where it is accepted, a new handoff
 *     with a brief of its own goes to the target from the holder's session.
 */
export type TransferHandoff = {
    /** The claim's fencing token; that of an older claim is refused. */
    token: number;
    /** The new target. */
    to: string;
    /** Why it is sent on. */
    reason: string;
    /**
     * Whether the holder's session goes on until the new target has accepted.
     * @default false
     */
    warm?: boolean;
};
/**
 * How pressing a handoff is. Of two handoffs that are due at the same time, the more urgent one comes first.
 */
export type Urgency = "low" | "normal" | "high" | "critical";
/**
 * What a receiver found a memory to be.
 */
export type Verdict = "useful" | "wrong";
/** The answer to accepting a handoff. The target can begin to work without asking for more. */
export type WarmStart = LeanStart & {
    /** The brief of the handoff. */
    brief: Brief;
    /** The memories that the source session kept after the brief was made, oldest first. */
    since_the_brief: Memory[];
    /** The memories that matter most, most important first. The handoff's own memory is the first. */
    memories: Memory[];
    /** The chain up to now. */
    chain: Chain;
};
/** The body of a request to a webhook. */
export type WebhookMessage = {
    /** The type of the event, as in `data.type`. */
    type: EventType;
    /**
     * When it happened, as in `data.at`.
     */
    timestamp: string;
    /** The event. */
    data: Event;
    /** What was said and done, as it is known when the message is sent: of a webhook with `with_deeds`, for an event with which a handoff got its first reply or ended. */
    deed?: Deed | null;
    /** Of a webhook with `with_deeds`, for `message.created`: what to deliver. */
    reply?: Reply | null;
};
/**
 * How much each part of a score counts. For a weight that is left out, the tenant's preference holds, else the
 *     default.
 */
export type Weights = {
    /** The weight of the words that a memory, and the memories around it, share with the query. */
    words?: number | null;
    /** The weight of the cosine similarity of a memory, and of the memories around it, to the query. */
    meaning?: number | null;
    /** The weight of the memories around a memory, compared with the memory itself. */
    context?: number | null;
    /** The weight of a memory's length, which ranks down memories that say hardly anything. */
    substance?: number | null;
    /** How far a stated importance moves a score, 0 to 1: at 0.5, by up to a quarter up or down. An estimated importance moves it half as far. */
    importance?: number | null;
    /** How much of a score age can take away at most, 0 to 1: at 0.1, a tenth. */
    recency?: number | null;
    /** After how many days half of what age can take away is gone. */
    half_life_days?: number | null;
};
/** To whom the API key of the request belongs. */
export type WhoAmI = {
    /**
     * The tenant's id.
     */
    tenant_id: string;
    /** The tenant's name. */
    tenant: string;
    /**
     * The key's id.
     */
    key_id: string;
    /** The key's name. */
    key: string;
    /** What the key lets a program do. */
    scopes: Scope[];
    /** Patterns of the agents as which its programs may act. */
    agents: string[];
    /** Patterns of the namespaces that it reaches. */
    namespaces: string[];
};
