/** A batcher: memories are kept in the background, many in one call, in the order in which they were added. */
import { WarmlineError } from "./errors.js";
import type { Sending } from "./transport.js";
import type { Memory, Remember } from "./types.js";

export interface BatcherOptions {
  /** How many memories go in one call at most. Default: 100; the platform takes up to 1,000. */
  size?: number;
  /** How long a memory waits for others, in milliseconds. Default: 500. */
  ageMs?: number;
  /** How many memories wait at most. `add` then waits for room; it never drops one. Default: 10,000. */
  capacity?: number;
  /** Told of each batch that could not be kept, after all retries. Without it, `flush` raises the first such error. */
  onError?: (error: unknown, memories: readonly Remember[]) => void;
}

type Keep = (memories: readonly Remember[], sending: Sending) => Promise<Memory[]>;

export class Batcher {
  readonly #keep: Keep;
  readonly #size: number;
  readonly #ageMs: number;
  readonly #capacity: number;
  readonly #onError: BatcherOptions["onError"];
  #waiting: Remember[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #sending: Promise<void> | null = null;
  #failure: unknown = null;

  constructor(keep: Keep, options: BatcherOptions) {
    this.#keep = keep;
    this.#size = Math.min(options.size ?? 100, 1_000);
    this.#ageMs = options.ageMs ?? 500;
    this.#capacity = Math.max(options.capacity ?? 10_000, this.#size);
    this.#onError = options.onError;
  }

  /** How many memories are not kept yet. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Adds a memory, and returns at once unless too many wait. */
  async add(memory: Remember): Promise<void> {
    while (this.#waiting.length >= this.#capacity) await this.#send();
    // An id of the memory's own: sent again in another batch, it is still the same memory.
    this.#waiting.push({ ...memory, external_id: memory.external_id ?? crypto.randomUUID() });
    if (this.#waiting.length >= this.#size) {
      void this.#send();
    } else if (this.#timer === undefined) {
      this.#timer = setTimeout(() => void this.#send(), this.#ageMs);
    }
  }

  /** Waits until all that was added is kept. Raises what a batch failed with, unless `onError` was told. */
  async flush(): Promise<void> {
    while (this.#waiting.length > 0 || this.#sending) await this.#send();
    const failure = this.#failure;
    this.#failure = null;
    if (failure !== null) throw failure;
  }

  /** Sends what waits, one batch after the other: the order of memories is the order in which they were added. */
  #send(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#sending ??= this.#drain().finally(() => {
      this.#sending = null;
    });
    return this.#sending;
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.slice(0, this.#size);
      try {
        await this.#keep(batch, {});
      } catch (error) {
        if (this.#onError) this.#onError(error, batch);
        else this.#failure ??= error instanceof WarmlineError ? error : new WarmlineError(String(error), { cause: error });
      }
      // Only now: what is under way counts as waiting, so that memory stays bounded.
      this.#waiting.splice(0, batch.length);
    }
  }
}
