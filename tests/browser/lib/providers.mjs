// Google and Apple as development mode has them, and what members do there. The steps press what is on the pages; what
// a provider does by itself (somebody new, an event, another key) is asked of it as a program does.

import assert from "node:assert/strict";
import { newAddress } from "./member.mjs";
import { say } from "./words.mjs";

let count = 0;

// The stand-in's JSON.
async function ask(house, provider, path, body) {
  const answer = await fetch(`${house.providers[0]}/dev/${provider}/${path}.json`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  assert.equal(answer.status, 200, `${provider}/${path}: ${await answer.clone().text()}`);
  return answer.json();
}

// Somebody new with an account there; or, with an `id`, somebody who is changed.
export async function person(house, provider, more = {}) {
  count += 1;
  const address = newAddress("someone").replace("example.jp", provider === "google" ? "gmail.com" : "icloud.com");
  const names = provider === "google" ? { family_name: "佐藤", given_name: `${count}子` } : { last_name: "高橋", first_name: `${count}子` };
  return ask(house, provider, "people", { id: `p${process.pid}-${count}`, email: address, ...names, ...more });
}

// Tells the house of an event, as the provider does; the house must have taken it.
export async function report(house, provider, event, who, more = {}) {
  const { status, answer } = await ask(house, provider, "events", { event, person: who?.id, ...more });
  assert.ok([200, 202].includes(status), `the house answered ${status} ${answer} to ${event}`);
}

// Signs with another key from now on; `old` is "keep" or "withdraw".
export const rotate = (house, provider, old) => ask(house, provider, "keys", { old });

export const switches = (house, provider, wanted) => ask(house, provider, "switches", wanted);

// From the page where the button is to the provider's own.
export async function depart(visitor, provider, within = "") {
  await visitor.press(`/signin/${provider}`, within);
  assert.ok(!visitor.page.url().startsWith(visitor.origin), `still at ${visitor.path()}`);
}

// Somebody is chosen at the provider, who is asked for a password where the house wants a fresh proof. Gives the house's
// answer to the browser that came back.
export async function choose(visitor, provider, who, mail = "share") {
  return provider === "google" ? atGoogle(visitor, who) : atApple(visitor, who, mail);
}

async function atGoogle(visitor, who) {
  const { page } = visitor;
  const answer = await visitor.follow(page.locator(`button[name="person"][value="${who.id}"]`));
  if (page.url().startsWith(visitor.origin)) return answer;
  await page.locator("#password").fill("anything");
  return visitor.follow(page.locator("main form button").first());
}

async function atApple(visitor, who, mail) {
  const form = visitor.page.locator(`form.acts:has(input[value="${who.id}"])`);
  // Which address the house may know is asked with the first consent alone.
  const both = (await form.locator("button").count()) > 1;
  return home(visitor, both ? form.locator(`button[value="${mail}"]`) : form.locator("button"));
}

// Apple's answer is a form on a page of its own, which sends itself where there is a script.
async function home(visitor, button) {
  const isHouse = (url) => url.startsWith(`${visitor.origin}/`);
  if (visitor.script) return visitor.follow(button, isHouse);
  await visitor.follow(button);
  return visitor.follow(visitor.page.locator("main form button"), isHouse);
}

export async function cancel(visitor, provider) {
  const button = visitor.page.locator('button[name="cancel"]').first();
  return provider === "google" ? visitor.follow(button) : home(visitor, button);
}

// From a page of the house with the button to the next one of the house.
export async function goThrough(visitor, provider, who, mail) {
  await depart(visitor, provider);
  return choose(visitor, provider, who, mail);
}

export async function signInWith(visitor, provider, who, mail) {
  await visitor.go("/signin");
  return goThrough(visitor, provider, who, mail);
}

// From the sign-up page to the hub.
export async function registerWith(visitor, provider, who, mail) {
  await visitor.go("/signup");
  await goThrough(visitor, provider, who, mail);
  assert.equal(visitor.path(), "/signup/confirm");
  await visitor.press("/signup/confirm");
  assert.match(visitor.path(), /^\/account/);
  await visitor.sees(say(visitor.language, "account-title"));
}
