/**
 * The errors that the client raises.
 *
 * WarmlineError
 *  ├─ NotConfigured      no URL or no API key was given
 *  ├─ ConnectionFailed   the platform could not be reached, or the connection broke
 *  ├─ TimedOut           the platform did not answer in time
 *  ├─ UnexpectedAnswer   the answer is not one of Warmline
 *  ├─ BriefNotWritten    a handoff that was waited for failed or was cancelled
 *  ├─ InvalidSignature   a message to a webhook has no valid signature
 *  └─ ProblemError       the platform answered with a problem; `type` says which
 */
import type { HandoffWithBrief, Problem } from "./types.js";

const URN = "urn:warmline:problem:";

/** The base of all errors of this package. Its message is one or two sentences for people. */
export class WarmlineError extends Error {
  /** The id of the request that failed, under which the platform's log names it; null where there was none. */
  requestId: string | null = null;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** No URL or no API key was given. */
export class NotConfigured extends WarmlineError {}

/** The platform could not be reached, or the connection broke, also on every retry. */
export class ConnectionFailed extends WarmlineError {}

/** The platform did not answer in time, also on every retry. */
export class TimedOut extends WarmlineError {}

/** The answer is not one of Warmline, or of a version that this package does not know. */
export class UnexpectedAnswer extends WarmlineError {}

/** A message to a webhook has no valid signature, or is too old. */
export class InvalidSignature extends WarmlineError {}

/** The handoff that was waited for gets no brief: it failed, or it was cancelled. */
export class BriefNotWritten extends WarmlineError {
  constructor(readonly handoff: HandoffWithBrief) {
    const why = handoff.problem ? ` (${handoff.problem})` : "";
    const what = handoff.state === "cancelled" ? "was cancelled" : "got no brief";
    super(`Handoff ${handoff.id} ${what}${why}.`);
  }
}

/** The platform answered with a problem (RFC 9457). */
export class ProblemError extends WarmlineError {
  constructor(readonly problem: Problem & Record<string, unknown>) {
    const faults = (problem.errors ?? []).map((one) => `${one.field}: ${one.message}`).join("; ");
    super(faults && !problem.detail.includes(faults) ? `${problem.detail} ${faults}` : problem.detail);
    this.requestId = problem.request_id ?? null;
  }

  /** The problem's type without its URN, such as `session-ended`. */
  get type(): string {
    return this.problem.type.replace(URN, "");
  }

  /** The HTTP status. */
  get status(): number {
    return this.problem.status;
  }
}

export function isProblem(value: unknown): value is Problem & Record<string, unknown> {
  const problem = value as Problem | null;
  return typeof problem === "object" && String(problem?.type).startsWith(URN) && typeof problem?.status === "number";
}
