/** Memories: keep them one by one, many at once or in the background; read, revise, forget them; and recall. */
import { Batcher, type BatcherOptions } from "./batcher.js";
import { EMBEDDING_MS, pathTo, type Query, type Sending, type Transport } from "./transport.js";
import type { Forgotten, ForgetMemories, GiveFeedback, Memory, Recall, Recollection, Remember, ReviseMemory } from "./types.js";

export type NewMemory = Remember;
export type RecallOptions = Omit<Recall, "query" | "namespace">;
type Kept = { memories: Memory[] };

export class Memories {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  remember(memory: Remember, sending?: Sending): Promise<Memory> {
    return this.#transport.post("/v1/memories", memory, sending);
  }

  /** Keeps up to 1,000 memories in one call: all of them, or none. */
  async rememberMany(memories: readonly Remember[], sending: Sending = {}): Promise<Memory[]> {
    const extraMs = EMBEDDING_MS * memories.length;
    const kept = await this.#transport.post<Kept>("/v1/memories/batch", { memories }, { ...sending, extraMs });
    return kept.memories;
  }

  /** Keeps memories in the background, many at once. Call its `flush()` before the program ends. */
  batcher(options: BatcherOptions = {}): Batcher {
    return new Batcher((memories, sending) => this.rememberMany(memories, sending), options);
  }

  get(memoryId: string, sending?: Sending): Promise<Memory> {
    return this.#transport.get(pathTo("memories", memoryId), undefined, sending);
  }

  /** Memories, newest first. */
  list(filters: Query = {}, sending?: Sending): AsyncGenerator<Memory, void, undefined> {
    return this.#transport.pages("/v1/memories", filters, sending);
  }

  /** The memories that matter now, best first, each with the parts of its score. */
  recall(ask: Recall, sending?: Sending): Promise<Recollection> {
    return this.#transport.ask("/v1/recall", ask, sending);
  }

  /** Changes what is given; what is left out stays. */
  revise(memoryId: string, changes: ReviseMemory, sending?: Sending): Promise<Memory> {
    return this.#transport.patch(pathTo("memories", memoryId), changes, sending);
  }

  giveFeedback(memoryId: string, verdict: GiveFeedback["verdict"], sending?: Sending): Promise<Memory> {
    return this.#transport.post(pathTo("memories", memoryId, "feedback"), { verdict }, sending);
  }

  /** Deletes a memory for good, with what briefs say because of it. */
  forget(memoryId: string, sending?: Sending): Promise<void> {
    return this.#transport.delete(pathTo("memories", memoryId), sending);
  }

  /** Deletes what matches every filter; with `dry_run` it only counts. */
  forgetMatching(ask: ForgetMemories, sending?: Sending): Promise<Forgotten> {
    return this.#transport.post("/v1/memories/forget", ask, sending);
  }
}
