/** The client: everything that an agent needs of the platform. */
import { Attachments } from "./attachments.js";
import { Customers } from "./customers.js";
import { Events } from "./events.js";
import { Handoffs } from "./handoffs.js";
import { Memories } from "./memories.js";
import { PatternMemory } from "./pattern.js";
import { LiveSession, Sessions, type Resume, type Start } from "./sessions.js";
import { Transport, type Options, type Sending } from "./transport.js";
import type { AcceptHandoff, WarmStart, WhoAmI } from "./types.js";

/** What the target of a handoff starts with, and the session to work in. */
export type Takeover = Omit<WarmStart, "session"> & { session: LiveSession };

export class Warmline {
  /** Sessions: start, resume, get, list, end, chain. */
  readonly sessions: Sessions;
  /** Memories: remember, rememberMany, batcher, get, list, recall, revise, giveFeedback, forget. */
  readonly memories: Memories;
  /** Memories in the form of the session-handoff pattern: store, recall. */
  readonly memory: PatternMemory;
  /** Handoffs: request, waitForBrief, claim, accept, and what a holder does. */
  readonly handoffs: Handoffs;
  /** Customers: make, get, list, revise, send. */
  readonly customers: Customers;
  /** Attachments: upload, get, read, list. */
  readonly attachments: Attachments;
  /** Events: list, stream. */
  readonly events: Events;
  readonly #transport: Transport;

  constructor(options: Options = {}) {
    this.#transport = new Transport(options);
    this.sessions = new Sessions(this.#transport);
    this.memories = new Memories(this.#transport);
    this.memory = new PatternMemory(this.memories);
    this.handoffs = new Handoffs(this.#transport);
    this.customers = new Customers(this.#transport);
    this.attachments = new Attachments(this.#transport);
    this.events = new Events(this.#transport);
  }

  /**
   * Starts a session to work in; with `id` it goes on in one that was started before, also on another device. One that its
   * client ended is opened again.
   */
  async session(ask: Start | Resume, sending?: Sending): Promise<LiveSession> {
    const { sessions } = this;
    const session = "id" in ask ? await sessions.resume(ask.id, ask.metadata, sending) : await sessions.start(ask, sending);
    return new LiveSession(session, this.sessions, this.memories, this.handoffs);
  }

  /** Accepts a handoff, and starts the target's session from its brief. */
  async accept(handoffId: string, ask: AcceptHandoff, sending?: Sending): Promise<Takeover> {
    const start = await this.handoffs.accept(handoffId, ask, sending);
    return { ...start, session: new LiveSession(start.session, this.sessions, this.memories, this.handoffs) };
  }

  /** Whose key this is, and what it allows. */
  whoami(sending?: Sending): Promise<WhoAmI> {
    return this.#transport.get("/v1/whoami", undefined, sending);
  }
}
