// A house of the test's own: `genkan dev` on a free port with a folder that is removed afterwards.
// Nothing of the caller's environment may become a setting of it, and nothing of it may outlive the test.

import { spawn, execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";

export const root = resolve(import.meta.dirname, "../../..");
export const binary = resolve(process.env.GENKAN_TEST_BINARY ?? join(root, "target/debug/genkan"));

export function environment(more = {}) {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith("GENKAN_"));
  return { ...Object.fromEntries(own), ...more };
}

export async function freePort() {
  const server = createServer();
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

// Waits until `look` gives something, at most `seconds`.
export async function until(what, look, seconds = 30) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > end) throw new Error(`waited ${seconds} s in vain for ${what}`);
    await pause(40);
  }
}

// Starts the program and waits until it answers.
export async function start(args, { origin, cwd, env = {} }) {
  const child = spawn(binary, args, { cwd, env: environment(env), stdio: ["ignore", "pipe", "pipe"] });
  let log = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (bytes) => (log += bytes));
  const gone = new Promise((done) => child.on("exit", done));
  await until(`an answer of ${origin}`, async () => {
    if (child.exitCode !== null) throw new Error(`genkan ${args[0]} ended:\n${log}`);
    return (await fetch(`${origin}/healthz`).catch(() => null))?.ok;
  });
  const stop = async () => {
    child.kill("SIGKILL");
    await gone;
  };
  return { stop, log: () => log };
}

export async function command(args, cwd) {
  return promisify(execFile)(binary, args, { cwd, env: environment() });
}

export class House {
  static async dev() {
    const house = new House();
    house.port = await freePort();
    house.origin = `http://localhost:${house.port}`;
    // The stand-ins for Google and Apple: another site, as the real ones are.
    house.providers = [`http://127.0.0.1:${house.port}`];
    house.folder = await mkdtemp(join(tmpdir(), "genkan-browser-"));
    house.data = join(house.folder, "data");
    await house.open();
    return house;
  }

  // (Re)starts the process on its data; with variables, for another setting.
  async open(env = {}) {
    await this.process?.stop();
    const args = ["dev", "--port", String(this.port), "--data", this.data];
    this.process = await start(args, { origin: this.origin, cwd: this.folder, env });
  }

  async close() {
    await this.process.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  // Letters to an address, newest first.
  async letters(address) {
    const answer = await fetch(`${this.origin}/dev/mailbox.json?to=${encodeURIComponent(address)}`);
    const body = await answer.json();
    return body;
  }

  // Waits for the `count`th letter whose subject holds these words; gives the newest.
  async letter(address, subject, count = 1) {
    return until(`"${subject}" to ${address}`, async () => {
      const found = (await this.letters(address)).filter((letter) => letter.subject.includes(subject));
      return found.length >= count ? found[0] : null;
    });
  }

  // The code that proves an address, of the `count`th such letter.
  async code(address, count = 1) {
    const letter = await until(`code ${count} to ${address}`, async () => {
      const found = (await this.letters(address)).filter((one) => proves(one.subject) && codeIn(one.text));
      return found.length >= count ? found[0] : null;
    });
    return codeIn(letter.text);
  }

  // The code or number in the `count`th letter with this subject.
  async codeOf(address, subject, count = 1) {
    const letter = await this.letter(address, subject, count);
    const code = codeIn(letter.text);
    if (!code) throw new Error(`no number in "${letter.subject}" to ${address}:\n${letter.text}`);
    return code;
  }

  // The newest code or number to an address, whatever for.
  async newestCode(address) {
    const letter = await until(`a code to ${address}`, async () => {
      return (await this.letters(address)).find((one) => codeIn(one.text)) ?? null;
    });
    return codeIn(letter.text);
  }

  // Moves the clock forward.
  async later({ minutes = 0, days = 0 }) {
    const seconds = minutes * 60 + days * 86_400;
    const answer = await fetch(`${this.origin}/dev/clock`, {
      method: "POST",
      headers: { origin: this.origin, "content-type": "application/x-www-form-urlencoded" },
      body: `seconds=${seconds}`,
      redirect: "manual",
    });
    if (answer.status !== 303) throw new Error(`the clock did not move: ${answer.status}`);
  }

  // An operator's command.
  async account(verb, address, reason = "a test") {
    const settings = join(this.data, "genkan.toml");
    return command(["account", verb, address, "--config", settings, "--reason", reason], this.folder);
  }

  // Adds a client as an operator does, waits until the house knows it, and gives its secret.
  async client(name, ...written) {
    const settings = join(this.data, "genkan.toml");
    const { stdout } = await command(["client", "add", name, ...written, "--json", "--config", settings], this.folder);
    const { secret } = JSON.parse(stdout);
    const body = new URLSearchParams({ client_id: name, client_secret: secret, token: "nothing" });
    await until(`the house knows ${name}`, async () => (await fetch(`${this.origin}/oauth/revoke`, { method: "POST", body })).ok);
    return secret;
  }
}

const proves = (subject) => /確認コード|confirmation code/.test(subject);

export function codeIn(text) {
  return text.match(/^\s*(\d{4}(?: \d{4}){2,3})\s*$/m)?.[1] ?? null;
}
