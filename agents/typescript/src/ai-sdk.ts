/**
 * The AI SDK of Vercel (`ai`, version 7): warm start, recording, handing over, and people who pause a run.
 *
 *     const work = new WarmlineWork(new Warmline(), { agent: "triage", namespace: "user-dave" });
 *     const ask = { model: wrapLanguageModel({ model, middleware: work.middleware }), tools: { ...tools, ...work.tools } };
 *     let result = await generateText({ ...ask, messages });
 *     const resumed = await work.resume([...messages, ...result.responseMessages]); // waits, if a person has the conversation
 *     if (resumed) result = await generateText({ ...ask, messages: resumed });
 *
 * It works with `streamText` and `ToolLoopAgent` too. Nothing of `ai` is imported: the shapes are those of its protocols.
 */
import type { Warmline } from "./client.js";
import { Engagement, isPeople, type EngagementOptions, type HandOver } from "./engagement.js";
import type { GivenMessage } from "./sessions.js";
import type { Handoff } from "./types.js";

export { Engagement, type EngagementOptions, type HandOver } from "./engagement.js";

const NAME = "hand_over";
const DESCRIPTION =
  "Hand this conversation over to somebody else: another agent, a specialist, a person. They get a brief of what was " +
  "said and done here. Where a person takes it, you wait, and then read what they did.";
const FIELDS: Record<keyof HandOver, string> = {
  to: "Who should go on: the name of an agent, or human:NAME, queue:NAME, skill:NAME.",
  reason: "Why, in one sentence.",
  goal: "What they should achieve, specific enough to check.",
  urgency: "How pressing it is. Leave out to let the conversation decide.",
  account:
    "What they must know, as Markdown with headings: Wanted (as it stands now), Customer, Done (with what came of it), " +
    "Failed, Decided (what they chose, accepted or refused), Promised (by whom, until when), Next steps. Write short " +
    "sentences with the exact identifiers, amounts and dates. It is checked against the record.",
};
const NEEDED = ["to", "reason"] as const;
const URGENCIES: readonly unknown[] = ["low", "normal", "high", "critical"];

/** A part of a message of the AI SDK. */
interface Part {
  type: string;
  text?: string;
  toolCallId?: string;
  toolName?: string;
  input?: unknown;
  output?: unknown;
  id?: string;
  delta?: string;
}

interface PromptMessage {
  role: string;
  content: string | readonly unknown[];
}

interface Params {
  prompt: PromptMessage[];
}

interface Generated {
  content: Part[];
}

interface Streamed {
  stream: ReadableStream<Part>;
}

/** What one agent in one namespace needs of Warmline: a middleware for its model, and the tool to hand over. */
export class WarmlineWork {
  readonly engagement: Engagement;

  constructor(client: Warmline, options: EngagementOptions) {
    this.engagement = new Engagement(client, options);
  }

  /** The tool with which the model hands over. It has no `execute`, so that a run ends with its call. */
  get tools() {
    return { [NAME]: { description: DESCRIPTION, inputSchema: SCHEMA } };
  }

  /**
   * The middleware of the model: it reads the warm start, and what is said and done is recorded. While somebody else has the
   * conversation, the model is not called, so that two never answer.
   */
  get middleware() {
    return {
      specificationVersion: "v4" as const,
      transformParams: async <P>({ params }: { params: P }): Promise<P> => {
        const { prompt } = params as Params;
        await this.engagement.record(await recordable(prompt));
        const warmStart = await this.engagement.warmStart();
        return warmStart ? { ...params, prompt: withInstructions(prompt, warmStart) } : params;
      },
      wrapGenerate: async <R>({ doGenerate, params }: { doGenerate: () => PromiseLike<R>; params: unknown }): Promise<R> => {
        if (this.engagement.handoff !== undefined) {
          const content = [{ type: "text", text: handedOver(this.engagement.handoff) }];
          return { content, finishReason: STOP, usage: NONE, warnings: [] } as R;
        }
        const result = await doGenerate();
        await this.#said((params as Params).prompt, (result as Generated).content);
        return result;
      },
      wrapStream: async <R>({ doStream, params }: { doStream: () => PromiseLike<R>; params: unknown }): Promise<R> => {
        if (this.engagement.handoff !== undefined) return { stream: streamOf(handedOver(this.engagement.handoff)) } as R;
        const result = await doStream();
        const parts: Part[] = [];
        const noted = new TransformStream<Part, Part>({
          transform: (part, controller) => {
            if (part.type === "text-delta" || part.type === "tool-call") parts.push(part);
            controller.enqueue(part);
          },
          flush: () => this.#said((params as Params).prompt, parts),
        });
        return { ...result, stream: (result as Streamed).stream.pipeThrough(noted) };
      },
    };
  }

  /**
   * Where the last message of the model hands over: the messages to go on with. It waits until the people who have the
   * conversation are done; the tool's result is what they said and did. `undefined` where nothing was handed over.
   */
  async resume<M>(messages: readonly M[]): Promise<M[] | undefined> {
    const calls = unanswered(messages as readonly PromptMessage[]);
    if (calls.length === 0) return undefined;
    const handoff = await this.#handOver(calls);
    const deciding = calls.find((call) => refusal(call) === undefined);
    const content = [];
    for (const call of calls) {
      const answer = refusal(call) ?? (handoff && call === deciding ? await this.#outcome(handoff) : handoff && handedOver(handoff));
      const output = { type: "text", value: String(answer) };
      content.push({ type: "tool-result", toolCallId: call.toolCallId, toolName: NAME, output });
    }
    return [...messages, { role: "tool", content } as M];
  }

  #outcome(handoff: Handoff): Promise<string> | string {
    return isPeople(handoff.to) ? this.engagement.whatTheyDid(handoff) : handedOver(handoff);
  }

  /** Records what the model said, and hands over where it called for that. */
  async #said(prompt: PromptMessage[], parts: Part[]): Promise<void> {
    const text = parts.map((part) => (part.type === "text" ? part.text : part.type === "text-delta" ? part.delta : "")).join("");
    if (text) await this.engagement.record(await recordable([...prompt, { role: "assistant", content: [{ type: "text", text }] }]));
    await this.#handOver(parts.filter((part) => part.type === "tool-call" && part.toolName === NAME));
  }

  /** Hands over by the first valid call, which decides for those beside it. */
  async #handOver(calls: readonly Part[]): Promise<Handoff | undefined> {
    const deciding = calls.find((call) => refusal(call) === undefined);
    return deciding && this.engagement.handOff(String(deciding.toolCallId), argumentsOf(deciding) as unknown as HandOver);
  }
}

const STOP = { unified: "stop", raw: undefined };
const NONE = { inputTokens: { total: 0 }, outputTokens: { total: 0 } };

/** A schema as the protocol Standard Schema has it, which also says itself as JSON Schema. */
const SCHEMA = {
  "~standard": {
    version: 1 as const,
    vendor: "warmline",
    // Every call is valid for the framework: what is wrong with its fields the model reads in the call's result.
    validate: (value: unknown) => ({ value: value as HandOver }),
    jsonSchema: { input: () => jsonSchema(), output: () => jsonSchema() },
  },
};

function jsonSchema(): Record<string, unknown> {
  const properties = Object.entries(FIELDS).map(([name, description]) => {
    return [name, { type: "string", description, ...(name === "urgency" ? { enum: URGENCIES } : {}) }];
  });
  return { type: "object", properties: Object.fromEntries(properties), required: [...NEEDED], additionalProperties: false };
}

/** What the model reads where somebody else has the conversation now. */
function handedOver(handoff: Handoff): string {
  return `${handoff.to} has this conversation now, and knows what was said and done. Say nothing more.`;
}

function argumentsOf(call: Part): Record<string, unknown> {
  try {
    const given: unknown = typeof call.input === "string" ? JSON.parse(call.input) : call.input;
    return given !== null && typeof given === "object" ? (given as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function refusal(call: Part): string | undefined {
  const given = argumentsOf(call);
  const missing = NEEDED.filter((name) => typeof given[name] !== "string" || !given[name]);
  const unknown = Object.keys(given).filter((name) => !(name in FIELDS));
  const faults = [...missing.map((name) => `${name} is missing`), ...unknown.map((name) => `${name} is not known`)];
  const urgency = given["urgency"] ?? undefined;
  if (urgency !== undefined && !URGENCIES.includes(urgency)) faults.push(`urgency is none of ${URGENCIES.join(", ")}`);
  if (faults.length === 0) return undefined;
  return `Nothing was handed over (${faults.join("; ")}). Call ${NAME} again with \`to\` and \`reason\`.`;
}

const partsOf = (message: PromptMessage): Part[] =>
  typeof message.content === "string" ? [{ type: "text", text: message.content }] : (message.content as Part[]);

/** The calls to hand over of the last message of the model that have no result yet. */
function unanswered(messages: readonly PromptMessage[]): Part[] {
  const parts = messages.flatMap(partsOf);
  const answered = new Set(parts.filter((part) => part.type === "tool-result").map((part) => part.toolCallId));
  const calls = parts.filter((part) => part.type === "tool-call" && part.toolName === NAME);
  return calls.filter((call) => !answered.has(call.toolCallId));
}

function withInstructions(prompt: PromptMessage[], text: string): PromptMessage[] {
  const [head, ...rest] = prompt;
  if (head?.role !== "system") return [{ role: "system", content: text }, ...prompt];
  return [{ ...head, content: `${String(head.content)}\n\n${text}` }, ...rest];
}

/** Messages and finished calls as the platform takes them. A text is known by its words, and by how often they were said. */
async function recordable(prompt: readonly PromptMessage[]): Promise<GivenMessage[]> {
  const results = new Map(prompt.flatMap(partsOf).filter(isOf("tool-result")).map((part) => [part.toolCallId, part]));
  const times = new Map<string, number>();
  const recorded: GivenMessage[] = [];
  for (const message of prompt) {
    if (message.role !== "user" && message.role !== "assistant") continue;
    const parts = partsOf(message);
    const text = parts.flatMap((part) => (part.type === "text" && part.text ? [part.text] : [])).join("\n");
    if (text) {
      const known = `${message.role}:${await digest(text)}`;
      times.set(known, (times.get(known) ?? 0) + 1);
      recorded.push({ role: message.role, content: text, external_id: `${known}-${times.get(known)}` });
    }
    for (const call of parts.filter(isOf("tool-call"))) {
      const result = results.get(call.toolCallId);
      if (result !== undefined && call.toolName !== NAME) recorded.push(...recordedCall(call, result));
    }
  }
  return recorded;
}

const isOf = (type: string) => (part: Part) => part.type === type;

function recordedCall(call: Part, result: Part): GivenMessage[] {
  const { type, value } = (result.output ?? {}) as { type?: string; value?: unknown };
  const failed = type?.startsWith("error") ? { outcome: "failed" } : {};
  return [
    { type: "function_call", call_id: call.toolCallId, name: call.toolName, arguments: argumentsOf(call) },
    { type: "function_call_output", call_id: call.toolCallId, output: value ?? "", ...failed },
  ];
}

/** Half of a hash: enough to tell the messages of one conversation apart. */
async function digest(text: string): Promise<string> {
  const bytes = await globalThis.crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(bytes, 0, 16), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function streamOf(text: string): ReadableStream<unknown> {
  const parts = [
    { type: "stream-start", warnings: [] },
    { type: "text-start", id: "0" },
    { type: "text-delta", id: "0", delta: text },
    { type: "text-end", id: "0" },
    { type: "finish", finishReason: STOP, usage: NONE },
  ];
  return new ReadableStream({
    start(controller) {
      for (const part of parts) controller.enqueue(part);
      controller.close();
    },
  });
}
