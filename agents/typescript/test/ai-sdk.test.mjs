// The adapter for the AI SDK, with the real framework and models that follow a script, against a platform that runs.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { generateText, isStepCount, jsonSchema, simulateReadableStream, streamText, tool, wrapLanguageModel } from "ai";
import { MockLanguageModelV4 } from "ai/test";
import { Warmline } from "warmline";
import { WarmlineWork } from "warmline/ai-sdk";

const client = new Warmline();
const CUSTOMER = "I was charged $94 for order W1 and never got it. I want my money back.";
const DEED = "I refunded $94 to your card, reference RF-7731";
const ANSWER = "Your refund takes three days.";
const TO_BILLING = { to: "billing", reason: "A refund over $50", urgency: "high", account: "## Next steps\n- Refund $94 to the card" };
const TO_ANA = { to: "human:ana", reason: "A refund over $90 needs a person" };
const usage = { inputTokens: { total: 1 }, outputTokens: { total: 1 } };

const aTool = (execute) =>
  tool({ inputSchema: jsonSchema({ type: "object", properties: { order: { type: "string" } } }), execute });
const tools = {
  lookup: aTool(() => "order W1 total $94, not delivered"),
  print_label: aTool(() => {
    throw new Error("the label printer is on fire");
  }),
};

/** A model that says or calls one thing after the other. */
function script(...turns) {
  const contentOf = (turn) =>
    typeof turn === "string"
      ? [{ type: "text", text: turn }]
      : turn.map(([toolName, input]) => {
          return { type: "tool-call", toolCallId: randomUUID(), toolName, input: JSON.stringify(input) };
        });
  const next = () => {
    const turn = turns.shift();
    const unified = typeof turn === "string" ? "stop" : "tool-calls";
    return { content: contentOf(turn), finishReason: { unified, raw: undefined }, usage, warnings: [] };
  };
  return new MockLanguageModelV4({
    doGenerate: async () => next(),
    doStream: async () => {
      const { content, finishReason } = next();
      const streamed = content.flatMap((part) =>
        part.type === "text"
          ? [
              { type: "text-start", id: "0" },
              ...part.text.split(/(?= )/).map((delta) => ({ type: "text-delta", id: "0", delta })),
              { type: "text-end", id: "0" },
            ]
          : [part],
      );
      const chunks = [{ type: "stream-start", warnings: [] }, ...streamed, { type: "finish", finishReason, usage }];
      return { stream: simulateReadableStream({ chunks }) };
    },
  });
}

function anAgent(namespace, agent, model) {
  const work = new WarmlineWork(client, { agent, namespace });
  const wrapped = wrapLanguageModel({ model, middleware: work.middleware });
  return { work, ask: { model: wrapped, tools: { ...tools, ...work.tools }, stopWhen: isStepCount(9) } };
}

const said = (text) => [{ role: "user", content: text }];
const read = (model, call) => JSON.stringify(model.doGenerateCalls[call].prompt);
const all = async (items) => {
  const found = [];
  for await (const one of items) found.push(one);
  return found;
};

async function anaDoes(namespace, act) {
  for (;;) {
    const [waiting] = await all(client.handoffs.list({ namespace, to: "human:ana", state: "ready" }));
    if (waiting === undefined) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      continue;
    }
    const taken = await client.accept(waiting.id, { agent: "human:ana" });
    await taken.session.remember({ content: DEED, role: "agent" });
    return act(waiting.id, taken.claim.token);
  }
}

test("the receiver knows the order, a person wakes the run, and all of it is recorded", async () => {
  const namespace = `user-${randomUUID()}`;
  const first = script([["lookup", { order: "W1" }], ["print_label", { order: "W1" }]], [["hand_over", TO_BILLING]]);
  const triage = anAgent(namespace, "triage", first);
  const ended = await generateText({ ...triage.ask, messages: said(CUSTOMER) });
  const over = await triage.work.resume([...said(CUSTOMER), ...ended.responseMessages]);
  assert.match((await generateText({ ...triage.ask, messages: over })).text, /billing has this conversation now/);
  assert.equal(first.doGenerateCalls.length, 2);

  const second = script([["hand_over", TO_ANA]], ANSWER);
  const billing = anAgent(namespace, "billing", second);
  const paused = await generateText({ ...billing.ask, messages: said("Go on.") });
  for (const known of ["W1", "$94", "lookup", "print_label", "Refund $94 to the card"]) {
    assert.ok(read(second, 0).includes(known), known);
  }
  await anaDoes(namespace, (id, token) => client.handoffs.giveBack(id, { token, instruction: "Say three days" }));
  const messages = await billing.work.resume([...said("Go on."), ...paused.responseMessages]);
  const result = await generateText({ ...billing.ask, messages });
  assert.equal(result.text, ANSWER);
  assert.ok(read(second, 1).includes(DEED));
  assert.ok(read(second, 1).includes("Say three days"));
  assert.equal(await billing.work.resume([...messages, ...result.responseMessages]), undefined);
  const made = await all(client.handoffs.list({ namespace }));
  assert.deepEqual(made.map((one) => one.urgency).at(-1), "high");
  assert.equal(made.length, 3);

  const kept = await all(client.memories.list({ namespace, kind: "action" }));
  const outcomes = kept.map((one) => [one.action.name, one.action.outcome]).sort();
  assert.deepEqual(outcomes.map(([name]) => name), ["lookup", "print_label"]);
  assert.equal(outcomes[1][1], "failed");
  const spoken = (await all(client.memories.list({ namespace, kind: "message" }))).map((one) => one.content);
  assert.equal(spoken.filter((one) => one === CUSTOMER).length, 1);
  assert.equal(spoken.filter((one) => one === ANSWER).length, 1);
});

test("parallel calls make one handoff, which another process resumes", async () => {
  const namespace = `user-${randomUUID()}`;
  const wrong = [["hand_over", { to: "human:ana" }], ["hand_over", { ...TO_ANA, urgency: "now" }]];
  const model = script([...wrong, ["hand_over", TO_ANA], ["hand_over", TO_BILLING]], ANSWER);
  const triage = anAgent(namespace, "triage", model);
  const paused = await generateText({ ...triage.ask, messages: said(CUSTOMER) });
  const meanwhile = await generateText({ ...triage.ask, messages: said("Anybody there?") });
  assert.match(meanwhile.text, /human:ana has this conversation now/);
  await anaDoes(namespace, (id, token) => client.handoffs.resolve(id, { token, note: DEED }));
  const again = anAgent(namespace, "triage", model);
  const messages = await again.work.resume([...said(CUSTOMER), ...paused.responseMessages]);
  assert.equal((await generateText({ ...again.ask, messages })).text, ANSWER);
  for (const known of [DEED, "reason is missing", "urgency is none of low, normal", "human:ana has this conversation now"]) {
    assert.ok(read(model, 1).includes(known), known);
  }
  assert.equal((await all(client.handoffs.list({ namespace }))).length, 1);
});

/** Changes what the tenant of these tests prefers. */
async function prefer(given) {
  const headers = { authorization: `Bearer ${process.env.WARMLINE_API_KEY}`, "content-type": "application/json" };
  const url = `${process.env.WARMLINE_URL}/v1/preferences`;
  const answer = await fetch(url, { method: "PATCH", headers, body: JSON.stringify(given) });
  assert.equal(answer.status, 200, await answer.text());
}

test("a reroute to people by the hop budget pauses the run", async () => {
  const namespace = `user-${randomUUID()}`;
  await prefer({ hop_budget: 1, people_target: "human:ana" });
  try {
    const greeter = await client.session({ namespace, agent: "greeter" });
    const given = await greeter.handOff({ to: "triage", reason: "Not mine" });
    await client.handoffs.waitForBrief(given.id, 90);
    const model = script([["hand_over", TO_BILLING]], ANSWER);
    const triage = anAgent(namespace, "triage", model);
    const paused = await generateText({ ...triage.ask, messages: said(CUSTOMER) });
    await anaDoes(namespace, (id, token) => client.handoffs.resolve(id, { token, note: DEED }));
    const messages = await triage.work.resume([...said(CUSTOMER), ...paused.responseMessages]);
    assert.equal((await generateText({ ...triage.ask, messages })).text, ANSWER);
    assert.ok(read(model, 1).includes(DEED));
  } finally {
    await prefer({ hop_budget: 20, people_target: "queue:people" });
  }
});

test("agents that pass a case to and fro end with people", async () => {
  const namespace = `user-${randomUUID()}`;
  const reached = [];
  for (const [me, to] of [["triage", "billing"], ["billing", "triage"], ["triage", "billing"]]) {
    const agent = anAgent(namespace, me, script([["hand_over", { ...TO_BILLING, to }]]));
    await generateText({ ...agent.ask, messages: said(CUSTOMER) });
    const { handoff } = agent.work.engagement;
    await client.handoffs.waitForBrief(handoff.id, 90);
    reached.push(handoff.to);
  }
  assert.deepEqual(reached, ["billing", "triage", "queue:people"]);
});

test("a streamed run is recorded, hands over, and says nothing more", async () => {
  const namespace = `user-${randomUUID()}`;
  const triage = anAgent(namespace, "triage", script([["lookup", { order: "W1" }]], ANSWER, [["hand_over", TO_BILLING]]));
  assert.equal(await streamText({ ...triage.ask, messages: said(CUSTOMER) }).text, ANSWER);
  const spoken = (await all(client.memories.list({ namespace, kind: "message" }))).map((one) => one.content);
  assert.deepEqual(spoken, [ANSWER, CUSTOMER]);
  const kept = await all(client.memories.list({ namespace, kind: "action" }));
  assert.deepEqual(kept.map((one) => one.action.name), ["lookup"]);
  await streamText({ ...triage.ask, messages: said("Where is it?") }).text;
  const silent = await streamText({ ...triage.ask, messages: said("Hello?") }).text;
  assert.match(silent, /billing has this conversation now/);
  assert.equal((await all(client.handoffs.list({ namespace }))).length, 1);
});

test("an agent works on where the platform cannot be reached, and records it later", async () => {
  const heard = [];
  const namespace = `user-${randomUUID()}`;
  const nowhere = new Warmline({ baseUrl: "http://127.0.0.1:9", apiKey: "wl_none", maxRetries: 0 });
  const work = new WarmlineWork(nowhere, { agent: "triage", namespace, onError: (error) => heard.push(error) });
  const model = wrapLanguageModel({ model: script(ANSWER), middleware: work.middleware });
  assert.equal((await generateText({ model, messages: said(CUSTOMER) })).text, ANSWER);
  assert.ok(heard.length > 0);
});

test("the example of the page runs, and takes at most five lines of its user's code", async () => {
  const page = readFileSync(process.env.WARMLINE_ADAPTERS_PAGE, "utf8");
  const example = page.match(/```ts\n([^`]*warmline\/ai-sdk[^`]*)```/)[1];
  const lines = example.split("\n").filter((line) => !line.startsWith("import") && /Warmline|\bwork\b/.test(line));
  assert.ok(lines.length <= 5, lines.join("\n"));
  const body = example.replace(/^import .*$/gm, "").replace("export ", "").replaceAll('"user-dave"', "namespace");
  const names = { generateText, isStepCount, wrapLanguageModel, Warmline, WarmlineWork, namespace: `user-${randomUUID()}` };
  const answer = new Function(...Object.keys(names), `${body}; return answer;`)(...Object.values(names));
  const answered = answer(CUSTOMER, script([["lookup", { order: "W1" }]], [["hand_over", TO_ANA]], ANSWER), tools);
  await anaDoes(names.namespace, (id, token) => client.handoffs.resolve(id, { token, note: DEED }));
  assert.equal(await answered, ANSWER);
});
