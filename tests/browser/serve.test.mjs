// `genkan serve`, as an operator runs it: two processes on one PostgreSQL, mail by SMTP, keys of its own.
// What one process does must hold on the other, within a second (R-SESSION-2).

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { smtpSink } from "../parts/smtp-sink.mjs";
import { Visitor, axe, launch } from "./lib/browser.mjs";
import { codeIn, command, freePort, start, until } from "./lib/house.mjs";
import { password, register, signIn, signOut } from "./lib/member.mjs";
import { say } from "./lib/words.mjs";

const postgres = process.env.GENKAN_TEST_POSTGRES;
const skip = postgres ? false : "skipped: GENKAN_TEST_POSTGRES is not set";
const database = `genkan_browser_${process.pid}`;
const parts = {};

const sql = (statement) => execFileSync("psql", ["-q", "-X", "-v", "ON_ERROR_STOP=1", "-c", statement, postgres]);

before(async () => {
  if (skip) return;
  sql(`create database ${database}`);
  parts.folder = await mkdtemp(join(tmpdir(), "genkan-serve-"));
  parts.sink = await smtpSink();
  parts.ports = [await freePort(), await freePort()];
  await command(["keys", "new", "--out", join(parts.folder, "keys.toml")], parts.folder);
  await serve();
  parts.browser = await launch();
});

after(async () => {
  if (skip) return;
  await parts.browser?.close();
  for (const node of parts.nodes ?? []) await node.stop();
  await parts.sink.close();
  await rm(parts.folder, { recursive: true, force: true });
  sql(`drop database if exists ${database} with (force)`);
});

// (Re)starts both processes, with more settings.
async function serve(more = "") {
  for (const node of parts.nodes ?? []) await node.stop();
  parts.nodes = [];
  const url = `${postgres.slice(0, postgres.lastIndexOf("/"))}/${database}`;
  for (const port of parts.ports) {
    const file = join(parts.folder, `${port}.toml`);
    // Both are one service, so they have one address; the second port stands for a second machine.
    await writeFile(
      file,
      `service.name = { ja = "試験", en = "Test" }
service.base_url = "http://localhost:${parts.ports[0]}"
service.contact = "help@example.test"
listen.address = "127.0.0.1:${port}"
database.url = "${url}"
database.pool = 4
keys.file = "keys.toml"
mail.sender_address = "no-reply@example.test"
mail.smtp.url = "smtp://127.0.0.1:${parts.sink.port}"
${more}
`,
    );
    parts.settings = file;
    parts.nodes.push(await start(["serve", "--config", file], { origin: `http://localhost:${port}`, cwd: parts.folder }));
  }
}

// What the steps of a member ask of a house.
function house(port) {
  return {
    origin: `http://localhost:${port}`,
    async code(address) {
      const mail = await until(`a code to ${address}`, () => parts.sink.mails.findLast((one) => one.to === address && codeIn(one.text)));
      return codeIn(mail.text);
    },
  };
}

const visit = (node, language = "ja") => Visitor.arrive(parts.browser, house(parts.ports[node]), { language });

for (const language of ["ja", "en"]) {
  test(`${language}: a member registers at one process and is at home at the other`, { skip }, async () => {
    const first = await visit(0, language);
    const address = await register(first);
    const second = await visit(1, language);
    await signIn(second, address);
    assert.equal(second.path(), "/account");
    const subject = language === "ja" ? "【試験】新しいログインが行われました" : "[Test] New sign-in to your account";
    await until("the notice", () => parts.sink.mails.some((mail) => mail.to === address && mail.subject === subject));

    await first.go("/account/sessions");
    await first.press("/account/sessions/end");
    await first.sees(say(language, "notice-session-ended"));
    const began = Date.now();
    await until("the end at the other process", async () => !(await second.signedIn()), 5);
    // A second for the news, and one for asking on a busy machine.
    assert.ok(Date.now() - began < 2_000, `it took ${Date.now() - began} ms`);
    await first.leave();
    await second.leave();
  });
}

test("new terms are asked for once at the next sign-in", { skip }, async () => {
  const visitor = await visit(0);
  const address = await register(visitor);
  await signOut(visitor);
  // Nothing of the last page may still be loading when the processes are exchanged.
  await visitor.page.goto("about:blank");
  await serve('terms.version = "2026-11-01"\nterms.url = "https://example.test/terms"');
  await signIn(visitor, address);
  assert.match(visitor.path(), /^\/terms/);
  await visitor.sees(say("ja", "terms-title"));
  for (const colorScheme of ["light", "dark"]) {
    await visitor.page.emulateMedia({ colorScheme });
    assert.deepEqual(await axe(visitor.page), []);
  }
  await visitor.press("/terms");
  await signOut(visitor);
  await signIn(visitor, address);
  assert.equal(visitor.path(), "/account", "asked a second time");
  await visitor.leave();
});

test("registering records the terms and insists on them", { skip }, async () => {
  const visitor = await visit(0);
  const address = "terms@example.test";
  await visitor.go("/signup/email");
  await visitor.send("/signup/email", { email: address });
  await visitor.send("/signup/code", { code: await visitor.house.code(address) });
  const refused = await visitor.send("/signup/password", { password });
  assert.equal(refused.status(), 422);
  await visitor.sees(say("ja", "error-terms-required"));
  assert.deepEqual(await axe(visitor.page), []);
  await visitor.page.locator('[name="terms"]').check();
  await visitor.send("/signup/password", { password });
  await visitor.sees(say("ja", "notice-welcome"));
  await visitor.leave();
});

test("registration can be closed, and those who are members still get in", { skip }, async () => {
  const member = await visit(0);
  const address = "terms@example.test";
  await serve("registration.open = false");
  for (const path of ["/signup", "/signup/email"]) {
    await member.go(path);
    await member.sees(say("ja", "signup-closed-title"));
    assert.deepEqual(await axe(member.page), []);
  }
  await signIn(member, address);
  assert.equal(member.path(), "/account");
  await member.leave();
});

test("nothing of development mode is there", { skip }, async () => {
  for (const path of ["/dev", "/dev/mailbox", "/dev/mailbox.json", "/dev/clock", "/dev/events", "/dev/events/hook"]) {
    const answer = await fetch(`http://localhost:${parts.ports[0]}${path}`);
    assert.equal(answer.status, 404, path);
  }
  const moved = await fetch(`http://localhost:${parts.ports[0]}/dev/clock`, { method: "POST", body: new URLSearchParams({ seconds: "60" }) });
  assert.equal(moved.status, 404);
});

test("an operator suspends and resumes an account beside the running processes", { skip }, async () => {
  const visitor = await visit(1);
  const address = "terms@example.test";
  const operate = (verb) => command(["account", verb, address, "--config", parts.settings, "--reason", "a test"], parts.folder);
  await signIn(visitor, address);
  assert.equal(await visitor.signedIn(), true);
  await operate("suspend");
  await until("the end of the session", async () => !(await visitor.signedIn()), 5);
  const answer = await signIn(visitor, address);
  assert.equal(answer.status(), 403);
  await visitor.sees(say("ja", "suspended-title"));
  await operate("resume");
  await signIn(visitor, address);
  assert.equal(visitor.path(), "/account");
  await visitor.leave();
});
