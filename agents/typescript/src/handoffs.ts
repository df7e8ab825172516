/** Handoffs: request, wait for the brief, claim, accept; and what a holder does. */
import { BriefNotWritten } from "./errors.js";
import { pathTo, type Query, type Sending, type Transport } from "./transport.js";
import type {
  AcceptHandoff, Claim, Deed, Handoff, HandoffWithBrief, Inquiry, Reply, RequestHandoff, ResolveHandoff, ReturnHandoff,
  SendReply, TransferHandoff, WarmStart,
} from "./types.js";

export type Request = RequestHandoff;

/** The longest wait that the platform takes in one request. */
const LOOK_SECONDS = 25;

export class Handoffs {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Asks for a session's work to go to a target. The brief is written in the background. */
  request(ask: RequestHandoff, sending?: Sending): Promise<Handoff> {
    return this.#transport.post("/v1/handoffs", ask, sending);
  }

  get(handoffId: string, sending?: Sending): Promise<HandoffWithBrief> {
    return this.#transport.get(pathTo("handoffs", handoffId), undefined, sending);
  }

  /** Handoffs without their briefs, newest first. */
  list(filters: Query = {}, sending?: Sending): AsyncGenerator<Handoff, void, undefined> {
    return this.#transport.pages("/v1/handoffs", filters, sending);
  }

  /** Waits until the brief is written. Raises `BriefNotWritten`; after `seconds` it returns the handoff as it is. */
  async waitForBrief(handoffId: string, seconds = 60, sending: Sending = {}): Promise<HandoffWithBrief> {
    const until = Date.now() + seconds * 1_000;
    for (;;) {
      const wait = Math.max(0, Math.min(LOOK_SECONDS, (until - Date.now()) / 1_000));
      const path = pathTo("handoffs", handoffId);
      const handoff = await this.#transport.get<HandoffWithBrief>(path, { wait }, { ...sending, extraMs: wait * 1_000 });
      if (handoff.state === "failed" || handoff.state === "cancelled") throw new BriefNotWritten(handoff);
      if (handoff.state !== "requested" || Date.now() >= until) return handoff;
    }
  }

  /**
   * Waits until whoever took a handoff over is done: what they said and did, whose `text` is one text for a model. It waits
   * as long as it takes, unless `sending.signal` ends it; nothing is lost when it is called again.
   */
  async waitForPerson(handoffId: string, sending: Sending = {}): Promise<Deed> {
    const looking = { ...sending, extraMs: LOOK_SECONDS * 1_000 };
    for (;;) {
      const path = pathTo("handoffs", handoffId, "deed");
      const deed = await this.#transport.get<Deed>(path, { wait: LOOK_SECONDS, until: "over" }, looking);
      if (deed.is_over) return deed;
    }
  }

  /** Holds a ready handoff for a while. Claiming again prolongs it. */
  claim(handoffId: string, ask: { agent: string; lease_seconds?: number }, sending?: Sending): Promise<Claim> {
    return this.#do(handoffId, "claim", ask, sending);
  }

  /** Starts the target's session from the brief. The answer holds everything for a warm start. */
  accept(handoffId: string, ask: AcceptHandoff, sending?: Sending): Promise<WarmStart> {
    return this.#do(handoffId, "accept", ask, sending);
  }

  /** Calls a handoff off while its source session is open. */
  cancel(handoffId: string, reason?: string, sending?: Sending): Promise<Handoff> {
    return this.#do(handoffId, "cancel", reason === undefined ? {} : { reason }, sending);
  }

  /** Puts a failed handoff back to work. */
  retry(handoffId: string, sending?: Sending): Promise<Handoff> {
    return this.#do(handoffId, "retry", {}, sending);
  }

  /** Prolongs a hold. */
  heartbeat(handoffId: string, token: number, sending?: Sending): Promise<Claim> {
    return this.#do(handoffId, "heartbeat", { token }, sending);
  }

  release(handoffId: string, token: number, sending?: Sending): Promise<Handoff> {
    return this.#do(handoffId, "release", { token }, sending);
  }

  /** Asks the source for what is missing. */
  ask(handoffId: string, token: number, question: string, sending?: Sending): Promise<Inquiry> {
    return this.#do(handoffId, "ask", { token, question }, sending);
  }

  answer(handoffId: string, ask: { agent: string; answer: string }, sending?: Sending): Promise<Inquiry> {
    return this.#do(handoffId, "answer", ask, sending);
  }

  transfer(handoffId: string, ask: TransferHandoff, sending?: Sending): Promise<Handoff> {
    return this.#do(handoffId, "transfer", ask, sending);
  }

  /** Gives a held handoff back to the agent that handed over, with an instruction. */
  giveBack(handoffId: string, ask: ReturnHandoff, sending?: Sending): Promise<Handoff> {
    return this.#do(handoffId, "return", ask, sending);
  }

  /** Says something to the customer as the holder of an accepted handoff. The customer's channel delivers it. */
  reply(handoffId: string, ask: SendReply, sending?: Sending): Promise<Reply> {
    return this.#do(handoffId, "reply", ask, sending);
  }

  /** Closes an accepted handoff, and ends its session. */
  resolve(handoffId: string, ask: ResolveHandoff, sending?: Sending): Promise<Handoff> {
    return this.#do(handoffId, "resolve", ask, sending);
  }

  #do<T>(handoffId: string, what: string, body: unknown, sending?: Sending): Promise<T> {
    return this.#transport.post<T>(pathTo("handoffs", handoffId, what), body, sending);
  }
}
