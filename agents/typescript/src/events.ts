/** Events: what happened, as a list, or as a stream while it happens. */
import { ConnectionFailed, ProblemError, TimedOut, UnexpectedAnswer } from "./errors.js";
import { sleep, type Query, type Sending, type Transport } from "./transport.js";
import type { Event } from "./types.js";

/** Says that a session of a chain has new memories. It is no event: it has no id, and is not repeated. */
export interface MemoryKept {
  type: "memory.kept";
  session_id: string;
  /** The number of its newest memory; the first of a session is 1. */
  ordinal: number;
}

export interface EventFilters {
  /** Only those about handoffs to this target, as `queue:billing`. */
  queue?: string;
  chain_id?: string;
  handoff_id?: string;
  /** Only these types, such as `handoff.ready`. */
  types?: readonly string[];
  /** Only those with a greater number. */
  after?: number;
}

// The platform sends a sign of life every 15 seconds. Three missing ones mean that the connection is dead.
const SILENCE_MS = 45_000;
const RECONNECT_MS = 1_000;
const LONGEST_RECONNECT_MS = 8_000;

export class Events {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** The events that exist, oldest first. */
  list(filters: EventFilters = {}, sending?: Sending): AsyncGenerator<Event, void, undefined> {
    return this.#transport.pages("/v1/events", { ...filters } as Query, sending);
  }

  /**
   * Events while they happen: from now on, or from the one after number `after`. It ends with the loop that reads it
   * (`break`), or when `signal` is given. A lost connection is opened again after the last event, so that none is lost
   * or repeated. With `chain_id` and without `types`, `memory.kept` says that a session has new memories.
   */
  async *stream(
    filters: EventFilters = {},
    { signal }: { signal?: AbortSignal } = {},
  ): AsyncGenerator<Event | MemoryKept, void, undefined> {
    const stop = new AbortController();
    const end = () => stop.abort();
    signal?.addEventListener("abort", end, { once: true });
    if (signal?.aborted) end();
    let last: string | undefined;
    // It is 0 until the first frame: then no connection has worked yet, and the caller must handle a failure.
    let wait = 0;
    try {
      while (!stop.signal.aborted) {
        try {
          for await (const frame of this.#frames(filters, last, stop.signal)) {
            wait = RECONNECT_MS;
            last = frame.id ?? last;
            if (frame.data !== undefined) yield read(frame.data);
          }
        } catch (error) {
          if (stop.signal.aborted) return;
          if (!isInterruption(error) || wait === 0) throw error;
          wait = Math.min(2 * wait, LONGEST_RECONNECT_MS);
        }
        await sleep(wait * (0.5 + Math.random() / 2), stop.signal).catch(() => undefined);
      }
    } finally {
      stop.abort();
      signal?.removeEventListener("abort", end);
    }
  }

  /** The frames of one connection (WHATWG HTML, section 9.2.6). */
  async *#frames(filters: EventFilters, last: string | undefined, stop: AbortSignal): AsyncGenerator<Frame> {
    const silence = new AbortController();
    const signal = AbortSignal.any([stop, silence.signal]);
    const headers = { Accept: "text/event-stream", ...(last === undefined ? {} : { "Last-Event-ID": last }) };
    const response = await this.#transport.open("/v1/events/stream", { ...filters } as Query, headers, signal);
    if (response.body === null) throw new UnexpectedAnswer("The stream has no body: check the URL.");
    const reader = response.body.getReader();
    const decoder = new TextDecoder();
    let rest = "";
    try {
      for (;;) {
        const timer = setTimeout(() => silence.abort(), SILENCE_MS);
        const piece = await reader.read().finally(() => clearTimeout(timer));
        if (piece.done) return;
        // A character may be cut between two pieces; `stream` keeps its first bytes for the next one.
        const frames = (rest + decoder.decode(piece.value, { stream: true })).split("\n\n");
        rest = frames.pop() ?? "";
        yield* frames.map(frameOf);
      }
    } catch (error) {
      throw new ConnectionFailed("The stream broke off.", { cause: error });
    } finally {
      await reader.cancel().catch(() => undefined);
    }
  }
}

interface Frame {
  id?: string;
  data?: string;
}

function frameOf(text: string): Frame {
  const frame: Frame = {};
  const data: string[] = [];
  for (const line of text.split("\n")) {
    const [, name, value] = /^([^:]*):? ?(.*)$/s.exec(line) ?? [];
    // The platform sends ids of digits only.
    if (name === "id" && /^\d+$/.test(value ?? "")) frame.id = value ?? "";
    if (name === "data") data.push(value ?? "");
  }
  return data.length ? { ...frame, data: data.join("\n") } : frame;
}

function read(data: string): Event | MemoryKept {
  try {
    return JSON.parse(data) as Event | MemoryKept;
  } catch (error) {
    throw new UnexpectedAnswer("The stream did not send events as Warmline would: check the URL.", { cause: error });
  }
}

function isInterruption(error: unknown): boolean {
  const passing = error instanceof ProblemError && (error.status === 503 || error.status === 429);
  return passing || error instanceof ConnectionFailed || error instanceof TimedOut;
}
