/** Sessions: start, read, end; the chain of one; and a session to work in. */
import type { Handoffs, Request as HandoffRequest } from "./handoffs.js";
import type { Memories, NewMemory, RecallOptions } from "./memories.js";
import { EMBEDDING_MS, pathTo, type Query, type Sending, type Transport } from "./transport.js";
import type { Chain, EndSession, Handoff, KeptMessages, Memory, Message, Recollection, Session } from "./types.js";

/** A message or a tool call as OpenAI or Anthropic has it; fields that are not known are ignored. */
export type GivenMessage = Message | Record<string, unknown>;

/** A session that was started; `sessionId` is its id under the name that other calls take. */
export type StartedSession = Session & { sessionId: string };

export interface Start {
  /** Whose memories the session writes. */
  namespace: string;
  /** Who works in it; `metadata.agent` if left out. */
  agent?: string;
  /** An object of your own. */
  metadata?: Record<string, unknown>;
}

export interface Resume {
  /** The session to go on in. */
  id: string;
  /** Members to add to its metadata. */
  metadata?: Record<string, unknown>;
}

export class Sessions {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Starts a session, and with it a new chain. */
  async start(ask: Start, sending?: Sending): Promise<StartedSession> {
    const body = { ...ask, agent: ask.agent ?? ask.metadata?.["agent"] };
    const session = await this.#transport.post<Session>("/v1/sessions", body, sending);
    return { ...session, sessionId: session.id };
  }

  get(sessionId: string, sending?: Sending): Promise<Session> {
    return this.#transport.get(pathTo("sessions", sessionId), undefined, sending);
  }

  /** Sessions, newest first. */
  list(filters: Query = {}, sending?: Sending): AsyncGenerator<Session, void, undefined> {
    return this.#transport.pages("/v1/sessions", filters, sending);
  }

  /**
   * Goes on in a session, such as on another device; one that its client ended is opened again. `metadata` are members to add
   * to the session's. The error `session-ended` says where the work went on elsewhere, such as by a handoff.
   */
  resume(sessionId: string, metadata?: Record<string, unknown>, sending?: Sending): Promise<Session> {
    return this.#transport.post(pathTo("sessions", sessionId, "resume"), { metadata }, sending);
  }

  /** Ends a session. Ending it again changes nothing. */
  end(session: string | ({ sessionId: string } & EndSession), sending?: Sending): Promise<Session> {
    const { sessionId, ...body } = typeof session === "string" ? { sessionId: session } : session;
    return this.#transport.post(pathTo("sessions", sessionId, "end"), body, sending);
  }

  /** Keeps messages and tool calls as memories. What was sent before is not stored again. */
  keepMessages(sessionId: string, messages: readonly GivenMessage[], sending: Sending = {}): Promise<KeptMessages> {
    const extraMs = EMBEDDING_MS * messages.length;
    return this.#transport.post(pathTo("sessions", sessionId, "messages"), { messages }, { ...sending, extraMs });
  }

  /** All sessions and handoffs of the session's chain, oldest first. */
  chain(sessionId: string, sending?: Sending): Promise<Chain> {
    return this.#transport.get(pathTo("sessions", sessionId, "chain"), undefined, sending);
  }
}

/** A session to work in: everything that is kept or asked here is of this session. */
export class LiveSession {
  constructor(
    readonly session: Session,
    private readonly sessions: Sessions,
    private readonly memories: Memories,
    private readonly handoffs: Handoffs,
  ) {}

  get id(): string {
    return this.session.id;
  }

  get namespace(): string {
    return this.session.namespace;
  }

  remember(memory: string | NewMemory, sending?: Sending): Promise<Memory> {
    const given = typeof memory === "string" ? { content: memory } : memory;
    return this.memories.remember({ session_id: this.id, ...given }, sending);
  }

  /** Keeps messages and tool calls, as OpenAI or Anthropic has them. What was sent before is not stored again. */
  keepMessages(messages: readonly GivenMessage[], sending?: Sending): Promise<KeptMessages> {
    return this.sessions.keepMessages(this.id, messages, sending);
  }

  /** Asks the session's namespace for the memories that matter now, best first. */
  recall(query: string, options: RecallOptions = {}, sending?: Sending): Promise<Recollection> {
    return this.memories.recall({ query, namespace: this.namespace, ...options }, sending);
  }

  /**
   * Requests that the work goes to a target. A `cold` session, the default to agents, ends when the brief is ready; a `warm` one,
   * the default to people, when somebody accepts.
   */
  handOff(ask: Omit<HandoffRequest, "session_id">, sending?: Sending): Promise<Handoff> {
    return this.handoffs.request({ ...ask, session_id: this.id }, sending);
  }

  end(how: EndSession = {}, sending?: Sending): Promise<Session> {
    return this.sessions.end({ ...how, sessionId: this.id }, sending);
  }

  chain(sending?: Sending): Promise<Chain> {
    return this.sessions.chain(this.id, sending);
  }
}
