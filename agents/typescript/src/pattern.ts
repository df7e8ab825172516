/** Memories in the form of the session-handoff pattern: importance, type and session id are members of `metadata`. */
import type { Memories } from "./memories.js";
import type { Memory } from "./types.js";

export interface StoredMemory {
  id: string;
  content: string;
  namespace: string;
  session_id: string | null;
  agent: string | null;
  kind: string;
  type: string;
  importance: number;
  metadata: Record<string, unknown>;
  created_at: string;
}

export class PatternMemory {
  readonly #memories: Memories;

  constructor(memories: Memories) {
    this.#memories = memories;
  }

  /**
   * Keeps one memory. `metadata` is stored as it was given; these members also have an effect: `importance` (0 to 1),
   * `type` (the sort of memory, such as `handoff`), `session_id`, and without that `from_agent` or `agent`.
   */
  async store(ask: { content: string; namespace: string; metadata?: Record<string, unknown> }): Promise<StoredMemory> {
    const metadata = ask.metadata ?? {};
    const sessionId = textOf(metadata["session_id"]);
    const memory = await this.#memories.remember({
      content: ask.content,
      namespace: ask.namespace,
      session_id: sessionId,
      agent: sessionId ? undefined : (textOf(metadata["from_agent"]) ?? textOf(metadata["agent"])),
      kind: kindOf(metadata["type"]),
      importance: metadata["importance"] as number | undefined,
      metadata,
    });
    return stored(memory);
  }

  /** Asks for the `topK` memories that matter now, best first. */
  async recall(ask: { query: string; namespace: string; topK?: number }): Promise<{ results: (StoredMemory & { score: number })[] }> {
    const { query, namespace, topK } = ask;
    const found = await this.#memories.recall({ query, namespace, top_k: topK ?? 10 });
    return { results: found.results.map((one) => ({ ...stored(one.memory), score: one.score })) };
  }
}

/** A free `type` as a kind: `Handoff Summary` becomes `handoff-summary`. */
function kindOf(sort: unknown): string | undefined {
  if (sort === undefined || sort === null) return undefined;
  return String(sort).toLowerCase().replaceAll(/[^a-z0-9_-]+/g, "-").replaceAll(/^-+|-+$/g, "");
}

function textOf(value: unknown): string | undefined {
  return value === undefined || value === null || value === "" ? undefined : String(value);
}

function stored(memory: Memory): StoredMemory {
  return {
    id: memory.id,
    content: memory.content,
    namespace: memory.namespace,
    session_id: memory.session_id,
    agent: memory.agent,
    kind: memory.kind,
    type: String(memory.metadata["type"] ?? memory.kind),
    importance: memory.importance,
    metadata: memory.metadata,
    created_at: memory.created_at,
  };
}
