// Written by `warmline hooks install opencode`, and taken out by `warmline hooks uninstall opencode`.
import { spawn } from "node:child_process"

const WARMLINE = "{warmline}"

// Hands an event over and answers what was printed. It never hinders the agent: where it fails, that is nothing.
const told = (event) =>
  new Promise((resolve) => {
    const options = { cwd: event.cwd, detached: true, stdio: ["pipe", "pipe", "ignore"] }
    const child = spawn(WARMLINE, ["hook", "run", "opencode"], options)
    let printed = ""
    child.on("error", () => resolve(""))
    child.on("close", () => resolve(printed))
    child.stdout.on("data", (part) => (printed += part))
    child.stdin.on("error", () => {})
    child.stdin.end(JSON.stringify(event))
  })

export const Warmline = async ({ client, directory }) => {
  const texts = new Map()
  const event = (name, session) => ({ hook_event_name: name, session_id: session, cwd: directory })

  // A sub-agent has a session of its own, below that of the person.
  const isOfThePerson = async (session) => {
    try {
      const { data } = await client.session.get({ path: { id: session } })
      return Boolean(data) && !data.parentID
    } catch {
      return false
    }
  }

  const begun = async (session) => {
    if (!(await isOfThePerson(session))) return ""
    try {
      return JSON.parse(await told(event("SessionStart", session))).hookSpecificOutput.additionalContext
    } catch {
      return ""
    }
  }

  return {
    "experimental.chat.system.transform": async ({ sessionID }, output) => {
      if (!sessionID) return
      if (!texts.has(sessionID)) texts.set(sessionID, begun(sessionID))
      const text = await texts.get(sessionID)
      if (text) output.system.push(text)
    },
    event: async ({ event: { type, properties } }) => {
      if (type === "session.idle" && (await isOfThePerson(properties.sessionID))) {
        await told(event("Stop", properties.sessionID))
      }
    },
  }
}
