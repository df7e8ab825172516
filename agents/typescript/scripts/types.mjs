// Writes src/types.ts from the OpenAPI document: the shapes that the client uses and what they are made of, each under
// its own name. Usage: python -m warmline_api.documentation | node scripts/types.mjs [--check]
import { readFileSync, writeFileSync } from "node:fs";
import { json } from "node:stream/consumers";
import openapiTS, { astToString } from "openapi-typescript";

const USED = [
  "AcceptHandoff", "CancelHandoff", "Chain", "ClaimHandoff", "Claim", "DeclineHandoff", "EndSession", "Event", "Events",
  "AskSource", "AnswerInquiry", "Deed", "InquiryPage", "ForgetMemories", "Forgotten", "GiveFeedback", "Handoff", "HandoffPage",
  "HandoffWithBrief", "Heartbeat", "KeepMessages", "KeptMessages", "LeanStart",
  "Memories", "Memory", "Message", "MemoryPage", "Owner",
  "Problem", "Recall", "Recollection", "ReleaseHandoff", "Reply", "Remember", "RememberMany", "RequestHandoff", "ResolveHandoff",
  "RetryHandoff", "ReturnHandoff", "ReviseMemory", "SendReply", "Session", "SessionPage", "SnoozeHandoff", "StartSession",
  "TransferHandoff", "WarmStart", "WebhookMessage", "WhoAmI", "MakeCustomer", "ReviseCustomer", "Customer", "CustomerPage",
  "SendMessage", "ReceivedMessage", "Attachment", "AttachmentPage",
];
const HEAD = "// Written by `npm run types` from the OpenAPI document of the platform. Do not edit.\n\n";
const FILE = new URL("../src/types.ts", import.meta.url);

// As a stream: Node makes a pipe non-blocking, and a synchronous read of one whose writer is slower fails (EAGAIN).
const document = await json(process.stdin);
const all = document.components.schemas;

/** The names of these shapes, and of all that they are made of. */
function reached(names, found = new Set()) {
  for (const name of names) {
    if (found.has(name) || !(name in all)) continue;
    found.add(name);
    const text = JSON.stringify(all[name]);
    reached([...text.matchAll(/#\/components\/schemas\/(\w+)/g)].map(([, inner]) => inner), found);
  }
  return found;
}

/** The same schema without what editors do not show. */
function plain(node) {
  if (Array.isArray(node)) return node.map(plain);
  if (node === null || typeof node !== "object") return node;
  return Object.fromEntries(
    Object.entries(node).flatMap(([name, value]) => (name === "examples" && Array.isArray(value) ? [] : [[name, plain(value)]])),
  );
}

const schemas = Object.fromEntries([...reached(USED)].sort().map((name) => [name, plain(all[name])]));
const tree = await openapiTS(
  { openapi: document.openapi, info: document.info, paths: {}, components: { schemas } },
  { defaultNonNullable: false, emptyObjectsUnknown: true },
);
const within = /schemas: \{\n([\s\S]*?)\n    \};\n/.exec(astToString(tree))[1];
const types = within
  .replaceAll(/components\["schemas"\]\["(\w+)"\]/g, "$1")
  .replaceAll(/^ {8}/gm, "")
  .replaceAll(/ +\/\*\* Format: [\w-]+ \*\/\n/g, "")
  .replaceAll(/^ +\* Format: [\w-]+\n/gm, "")
  .replaceAll("@description ", "")
  .replaceAll(/^ +\* @enum \{\w+\}\n/gm, "")
  .replaceAll(/^(\w+): /gm, "export type $1 = ");
const written = `${HEAD}${types}\n`;

if (process.argv.includes("--check")) {
  if (readFileSync(FILE, "utf8") !== written) {
    console.error("src/types.ts is not what the OpenAPI document says: run `make types`, and commit it.");
    process.exit(1);
  }
} else {
  writeFileSync(FILE, written);
}
