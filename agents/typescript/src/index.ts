/** Warmline: warm handoffs between agents and people. */
export type { Upload } from "./attachments.js";
export { Batcher, type BatcherOptions } from "./batcher.js";
export { Warmline, Warmline as Dakera, type Takeover } from "./client.js";
export {
  BriefNotWritten, ConnectionFailed, InvalidSignature, NotConfigured, ProblemError, TimedOut, UnexpectedAnswer, WarmlineError,
} from "./errors.js";
export type { EventFilters, MemoryKept } from "./events.js";
export type { NewMemory, RecallOptions } from "./memories.js";
export type { StoredMemory } from "./pattern.js";
export { LiveSession, type GivenMessage, type Start, type StartedSession } from "./sessions.js";
export { versionOf, type Options, type Sending } from "./transport.js";
export type * from "./types.js";
export { verify } from "./webhooks.js";
