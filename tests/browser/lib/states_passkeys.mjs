// The states of the pages of passkeys, as in `states.mjs`: one walk, `visit(name, page)` at each.

import { Authenticator, disguise, hesitation, kinds, withoutPasskeys } from "./authenticator.mjs";
import { Visitor } from "./browser.mjs";
import { codeIn } from "./house.mjs";
import { newAddress, password, register, signOut } from "./member.mjs";
import { say } from "./words.mjs";

const add = "/account/methods/passkeys/add";
const enter = "/signin/passkey";
const appleKeychain = "fbfc3007-154e-4ecc-8c0b-6e020557d7bd";

// What the script leads to a page with. Each has its own words.
const signing = ["cancelled", "timeout", "failed", "unsupported", "insecure", "interrupted", "unreachable", "busy"];
const saving = [...signing, "no-lock", "already-added"];

export async function walkPasskeys(browser, house, language, visit) {
  const someone = (options = {}) => Visitor.arrive(browser, house, { language, ...options });
  const step = { house, language, someone, at: (name, visitor) => visit(name, visitor.page) };
  await incapable(step);
  const owner = await adding(step);
  await keeping(step, owner);
  await signingIn(step, owner);
  await offering(step);
  await lately(step);
}

async function incapable({ language, someone, at }) {
  // Off while the page comes, and on again for what looks at it.
  const plain = await someone();
  const wire = await plain.context.newCDPSession(plain.page);
  await wire.send("Emulation.setScriptExecutionDisabled", { value: true });
  await plain.go(enter);
  await wire.send("Emulation.setScriptExecutionDisabled", { value: false });
  await plain.page.evaluate(() => document.querySelectorAll("noscript").forEach((part) => part.replaceWith(...part.childNodes)));
  await plain.sees(say(language, "passkey-script"));
  await at("passkey-signin-no-script", plain);
  await plain.leave();
  const old = await someone();
  await withoutPasskeys(old);
  await old.go(enter);
  await at("passkey-signin-incapable", old);
  await register(old);
  await old.go(add);
  await at("passkey-add-incapable", old);
  await old.leave();
}

async function adding({ language, someone, at }) {
  const visitor = await someone();
  await disguise(visitor, appleKeychain);
  const finger = await hesitation(visitor);
  const device = await Authenticator.of(visitor, kinds.synced);
  const address = await register(visitor);
  await visitor.go("/account/methods/add");
  await at("passkey-methods-add", visitor);
  await visitor.go(add);
  await at("passkey-add", visitor);
  for (const word of saving) {
    await visitor.go(`${add}?problem=${word}`);
    await at(`passkey-add-${word}`, visitor);
  }
  await visitor.go(add);
  await device.answers(false);
  await visitor.page.locator(`form[action="${add}"] button`).click();
  await visitor.page.getByText(say(language, "passkey-asking")).waitFor();
  await at("passkey-add-asking", visitor);
  await device.answers(true);
  await visitor.go(add);
  await visitor.converse(add);
  await at("passkey-added", visitor);
  return { visitor, device, finger, address };
}

async function keeping({ house, at }, { visitor, device }) {
  // A second one on a key, so that the list has both kinds.
  await device.unplug();
  await device.plug({ ...kinds.device, transport: "internal" });
  await visitor.go(add);
  await visitor.converse(add);
  await visitor.go("/account/methods");
  const link = visitor.page.locator('a[href^="/account/methods/passkeys/"]').first();
  await visitor.follow(link);
  const page = visitor.path();
  await at("passkey-one", visitor);
  await visitor.send(page, { name: "" });
  await at("passkey-name-missing", visitor);
  await visitor.send(page, { name: "名".repeat(65) });
  await at("passkey-name-too-long", visitor);
  await visitor.send(page, { name: "仕事で使っているノートパソコンのブラウザに保存したパスキー" });
  await at("passkey-renamed", visitor);
  await house.later({ minutes: 11 });
  await visitor.go(add);
  await at("passkey-proof", visitor);
  await visitor.go(`/proof?return_to=${add}&error=passkey-cancelled`);
  await at("passkey-proof-cancelled", visitor);
  await visitor.converse("/proof/passkey");
  await visitor.go(`/account/methods/remove?method=${page.split("/").at(-1)}`);
  await at("passkey-remove", visitor);
}

async function signingIn({ language, someone, at }, { visitor, device, finger }) {
  await signOut(visitor);
  await visitor.go("/signin");
  await at("passkey-signin-methods", visitor);
  finger.waits();
  await visitor.page.locator(`form[action="${enter}"] button`).click();
  await visitor.page.getByText(say(language, "passkey-asking")).waitFor();
  await at("passkey-signin-asking", visitor);
  await Promise.all([visitor.page.waitForURL("**/account"), finger.comes()]);
  await signOut(visitor);
  await visitor.go(enter);
  await at("passkey-signin", visitor);
  for (const word of signing) {
    await visitor.go(`${enter}?problem=${word}`);
    await at(`passkey-signin-${word}`, visitor);
  }

  // One that was removed, one that was copied, and an answer that comes too late.
  const guest = await someone();
  const copy = await Authenticator.of(guest);
  await copy.take(device);
  for (const credential of await copy.credentials()) {
    await copy.remove(credential);
    await copy.ask("addCredential", { credential: { ...credential, signCount: 0 } });
  }
  await guest.go("/signin");
  await guest.converse(enter);
  await at("passkey-signin-refused", guest);
  await guest.page.route("**/options", async (route) => {
    const response = await route.fetch();
    const json = await response.json();
    await route.fulfill({ response, json: { ...json, challenge: "A".repeat(json.challenge.length) } });
  });
  await guest.converse(enter);
  await at("passkey-signin-expired", guest);
  await guest.leave();

  await visitor.go("/signin");
  await visitor.converse(enter);
  await visitor.go("/account/activity");
  await at("passkey-activity", visitor);
  const pocket = await someone();
  const kept = await Authenticator.of(pocket);
  await kept.take(device);
  await visitor.go("/account/methods");
  for (let left = 2; left > 0; left -= 1) {
    await visitor.follow(visitor.page.locator('a[href^="/account/methods/passkeys/"]').first());
    await visitor.follow(visitor.page.locator('a[href^="/account/methods/remove?method="]'));
    await visitor.press("/account/methods/remove");
  }
  await at("passkey-removed", visitor);
  await pocket.go("/signin");
  await pocket.converse(enter);
  await at("passkey-signin-unknown", pocket);
  await pocket.leave();
  await visitor.leave();
}

async function offering({ language, someone, at }) {
  const visitor = await someone();
  const device = await Authenticator.of(visitor);
  const address = await register(visitor);
  await signOut(visitor);
  await visitor.go("/signin/email");
  await visitor.page.locator('input[data-device][value="capable"]').waitFor({ state: "attached" });
  await visitor.send("/signin/email", { email: address, password });
  await at("passkey-offer", visitor);
  await device.knows(false);
  await visitor.page.locator('form[action="/account/passkey-offer"][data-passkey] button').click();
  await visitor.page.getByText(say(language, "passkey-offer-missed")).waitFor();
  await at("passkey-offer-missed", visitor);
  await visitor.leave();
}

async function lately({ house, language, someone, at }) {
  const visitor = await someone();
  await Authenticator.of(visitor);
  const address = newAddress();
  await register(visitor, address);
  await visitor.go(add);
  await visitor.converse(add);
  await signOut(visitor);
  await visitor.go("/reset");
  await visitor.send("/reset", { email: address });
  const service = { ja: "玄関", en: "Genkan" }[language];
  const letter = await house.letter(address, say(language, "mail-reset-code-subject", { service }));
  await visitor.send("/reset/code", { code: codeIn(letter.text) });
  await at("passkey-reset-password", visitor);
  await visitor.leave();
}
