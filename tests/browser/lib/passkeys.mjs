// Passkeys, as members use them: with the browser's own virtual authenticators, in both languages. One file for each
// database calls this.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { Authenticator, askings, disguise, hesitation, kinds, recordSignals } from "./authenticator.mjs";
import { Visitor, launch } from "./browser.mjs";
import { House, codeIn, until } from "./house.mjs";
import { another, newAddress, register, signOut } from "./member.mjs";
import { offers } from "./passkeys_offer.mjs";
import { troubles } from "./passkeys_trouble.mjs";
import { Served, postgres } from "./served.mjs";
import { say } from "./words.mjs";

const add = "/account/methods/passkeys/add";
const services = { sqlite: { ja: "玄関", en: "Genkan" }, postgres: { ja: "試験", en: "Test" } };

export function passkeys(engine) {
  const skip = engine === "postgres" && !postgres ? "skipped: GENKAN_TEST_POSTGRES is not set" : false;
  const stage = { engine };
  before(async () => {
    if (skip) return;
    const opened = engine === "sqlite" ? House.dev() : Served.open(engine, { foreign: false });
    [stage.house, stage.browser] = await Promise.all([opened, launch()]);
  });
  after(async () => {
    await stage.browser?.close();
    await stage.house?.close();
  });
  for (const language of ["ja", "en"]) {
    describe(language, { skip }, () => {
      const step = steps(stage, language);
      ways(step);
      keeping(step);
      troubles(step);
      offers(step);
    });
  }
}

// What the journeys share: somebody, the words, and what is done with a passkey.
function steps(stage, language) {
  const service = services[stage.engine][language];
  const t = (id, values) => say(language, id, values);
  const step = {
    language,
    t,
    add,
    service,
    // Whether there are others beside the address: in development mode alone.
    providers: stage.engine === "sqlite",
    get house() {
      return stage.house;
    },
    someone: (options = {}) => Visitor.arrive(stage.browser, stage.house, { language, ...options }),
    subject: (kind) => t(`mail-${kind}-subject`, { service }),
    // A member by address and password, signed in, on a device of this kind.
    async member(kind = kinds.device) {
      const visitor = await step.someone();
      const device = await Authenticator.of(visitor, kind);
      const address = await register(visitor);
      return { visitor, device, address };
    },
    async adds(visitor) {
      await visitor.go(add);
      await visitor.converse(add);
      assert.equal(visitor.path(), "/account/methods?notice=passkey-added");
    },
    async owner(kind) {
      const owner = await step.member(kind);
      await step.adds(owner.visitor);
      return owner;
    },
    async signsIn(visitor) {
      await visitor.go("/signin");
      return visitor.converse("/signin/passkey");
    },
    // The page of the only passkey there is.
    async opens(visitor) {
      await visitor.go("/account/methods");
      await visitor.follow(visitor.page.locator('a[href^="/account/methods/passkeys/"]').first());
      return visitor.path();
    },
    // Counts how often a page has asked for options.
    asked(visitor) {
      const asked = [];
      visitor.page.on("request", (request) => request.url().endsWith("/options") && asked.push(request.url()));
      return asked;
    },
  };
  return step;
}

function ways(step) {
  const { t } = step;

  // R-PASSKEY-1, R-PASSKEY-2, R-PASSKEY-4, R-METHOD-3, R-SIGNIN-5, R-SIGNIN-8
  test("a passkey is added from アカウント, is on the list, and signs in from the button without an address", async () => {
    const visitor = await step.someone();
    await disguise(visitor, "fbfc3007-154e-4ecc-8c0b-6e020557d7bd");
    const finger = await hesitation(visitor);
    const device = await Authenticator.of(visitor, kinds.synced);
    const address = await register(visitor);
    await visitor.go("/account/methods");
    await visitor.follow(visitor.page.locator('main a[href="/account/methods/add"]'));
    await visitor.follow(visitor.page.getByRole("link", { name: t("continue-passkey") }));
    assert.equal(visitor.path(), add);
    await visitor.sees(t("passkey-add-lead"));
    await visitor.page.getByRole("button", { name: t("passkey-add-button") }).waitFor();
    await visitor.converse(add);
    await visitor.sees(t("notice-passkey-added"));
    const [kept] = await device.credentials();
    assert.equal(kept.isResidentCredential, true);
    assert.equal(kept.userName, address, "what the device's own list says of it");
    const list = (await visitor.text()).replace(/\s+/g, " ");
    for (const words of ["iCloud Keychain", t("passkey-kept"), t("passkey-backup-backed-up"), t("method-added"), t("passkey-never")]) {
      assert.ok(list.includes(words), `${words} is not on the list: ${list}`);
    }
    const added = await step.house.letter(address, step.subject("method-added"));
    assert.ok(added.text.includes(`${t("mail-method-label")}: ${t("method-passkey")}`), added.text);
    assert.ok(added.text.includes("iCloud Keychain"), added.text);

    await signOut(visitor);
    await visitor.go("/signin");
    finger.waits();
    const mark = visitor.page.locator('form[action="/signin/passkey"] .mark');
    assert.equal(await mark.count(), 0);
    const asked = step.asked(visitor);
    const button = visitor.page.locator('form[action="/signin/passkey"] button');
    await button.click();
    await visitor.page.getByText(t("passkey-asking")).waitFor();
    assert.equal(visitor.path(), "/signin", "the dialogue is in place");
    assert.equal(await button.isDisabled(), true);
    // A second click, by whatever means, begins nothing.
    await visitor.page.evaluate(() => document.querySelector('form[action="/signin/passkey"]').requestSubmit());
    assert.equal(asked.length, 1);
    await Promise.all([visitor.page.waitForURL("**/account"), finger.comes()]);
    assert.equal(asked.length, 1);
    const notice = await step.house.letter(address, step.subject("sign-in"));
    assert.ok(notice.text.includes(`${t("mail-method-label")}: ${t("method-passkey")}`), notice.text);
    await visitor.go("/account/methods");
    await visitor.misses(t("passkey-never"));
    await visitor.go("/account/activity");
    await visitor.sees(t("activity-method-added"));
    await signOut(visitor);
    await visitor.go("/signin");
    assert.equal(await mark.innerText(), t("last-used"));
    // R-SIGNIN-7: back to where one was going.
    await visitor.go("/account/activity");
    assert.match(visitor.path(), /^\/signin\?/);
    await visitor.converse("/signin/passkey");
    assert.equal(visitor.path(), "/account/activity");
    await visitor.leave();
  });

  // R-PASSKEY-1: by the browser's autofill, for as long as the page is open.
  test("autofill signs in; what it is asked with is renewed before it lapses", async () => {
    const { visitor, device } = await step.owner();
    await signOut(visitor);
    await visitor.go("/signin/email");
    await visitor.page.waitForURL("**/account");
    await signOut(visitor);

    await device.answers(false);
    await visitor.page.clock.install();
    const [asked, askedOfDevice] = [step.asked(visitor), await askings(visitor)];
    await visitor.go("/signin/email");
    assert.equal(await visitor.page.locator("#email").getAttribute("autocomplete"), "username webauthn");
    // Before that, the minutes to come would be those in which no answer came from here.
    await until("the page to ask", () => askedOfDevice.length === 1);
    assert.equal(asked.length, 1);
    await visitor.page.clock.fastForward("03:50");
    assert.equal(asked.length, 1);
    // What the device was asked before stays unanswered.
    await device.answers(true);
    await Promise.all([visitor.page.waitForURL("**/account"), visitor.page.clock.fastForward("00:11")]);
    assert.equal(asked.length, 2);
    await visitor.leave();
  });

  // R-PASSKEY-1: a line that was broken for a moment costs nobody the autofill.
  test("autofill is asked for again when the house could not be reached, and when the line is back", async () => {
    const { visitor } = await step.owner();
    await signOut(visitor);
    await visitor.page.clock.install();
    const askedOfDevice = await askings(visitor);
    const asked = step.asked(visitor);
    const cut = (route) => route.abort("internetdisconnected");
    await visitor.page.route("**/options", cut);
    await visitor.go("/signin/email");
    await until("the page to ask in vain", () => asked.length === 1);
    await until("the page to ask in vain again", async () => {
      await visitor.page.clock.fastForward("00:31");
      return asked.length > 1;
    });
    assert.equal(askedOfDevice.length, 0);
    const inVain = asked.length;
    await visitor.page.unroute("**/options", cut);
    const back = async () => {
      // The page may be gone already, signed in.
      await visitor.page.evaluate(() => dispatchEvent(new Event("online"))).catch(() => {});
      return asked.length > inVain;
    };
    await Promise.all([visitor.page.waitForURL("**/account"), until("the page to ask once the line is back", back)]);
    const cutHere = /^failed: \S+\/options net::ERR_INTERNET_DISCONNECTED$/;
    assert.deepEqual(visitor.complaints.splice(0).filter((one) => !cutHere.test(one)), []);
    await visitor.leave();
  });

  // R-METHOD-3, R-PASSKEY-2
  test("a passkey is a fresh proof, and leads back to where one was", async () => {
    const { visitor, device } = await step.owner();
    await step.house.later({ minutes: 11 });
    await visitor.go(add);
    assert.equal(visitor.path(), `/proof?return_to=${add}`);
    await device.knows(false);
    await visitor.converse("/proof/passkey");
    await visitor.sees(t("error-passkey-cancelled"));
    await device.knows(true);
    await visitor.converse("/proof/passkey");
    assert.equal(visitor.path(), add);
    await visitor.go("/account/withdraw");
    assert.equal(visitor.path(), "/account/withdraw", "it is fresh everywhere");
    // Somebody else's is none.
    const other = await step.owner();
    await device.remove((await device.credentials())[0]);
    await device.take(other.device);
    await visitor.go("/proof?return_to=/account/profile");
    await visitor.converse("/proof/passkey");
    assert.match(visitor.path(), /^\/proof\?/);
    await visitor.sees(t("error-passkey-unknown"));
    await visitor.leave();
    await other.visitor.leave();
  });
}

function keeping(step) {
  const { t } = step;

  // R-PASSKEY-4
  test("it is named and removed, the browser's own list follows, and a removed one ends in a clear page", async () => {
    const visitor = await step.someone();
    const signals = await recordSignals(visitor);
    const device = await Authenticator.of(visitor);
    const address = await register(visitor);
    await step.adds(visitor);
    const [kept] = await device.credentials();
    const id = kept.credentialId.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
    const last = (name) => signals.findLast((one) => one.name === name);
    const userId = kept.userHandle.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
    await until("the signals", () => last("signalAllAcceptedCredentials") && signals.some((one) => one.displayName));
    const known = { rpId: "localhost", userId };
    const accepted = { name: "signalAllAcceptedCredentials", ...known };
    assert.deepEqual(last("signalAllAcceptedCredentials"), { ...accepted, allAcceptedCredentialIds: [id] });

    const page = await step.opens(visitor);
    const refused = await visitor.send(page, { name: "名".repeat(65) });
    assert.equal(refused.status(), 422);
    await visitor.send(page, { name: "仕事の<b>iPhone</b>" });
    await visitor.sees(t("notice-passkey-renamed"));
    await visitor.sees("仕事の<b>iPhone</b>");
    // The device's list names the account by what the account is called now.
    await visitor.go("/account/profile");
    await visitor.send("/account/profile", { display_name: "山田 花子" });
    await visitor.go("/account/methods");
    await until("the new name", async () => (await device.credentials())[0].userDisplayName === "山田 花子");

    await step.opens(visitor);
    await visitor.follow(visitor.page.getByRole("link", { name: t("passkey-remove-button") }));
    await visitor.sees(t("passkey-remove-lead"));
    await visitor.follow(visitor.page.getByRole("link", { name: t("remove-keep") }));
    await visitor.sees("仕事の<b>iPhone</b>");
    // What the device keeps of it, for later.
    const pocket = await step.someone();
    const copy = await Authenticator.of(pocket);
    await copy.take(device);
    await visitor.go(`/account/methods/remove?method=${page.split("/").at(-1)}`);
    await visitor.press("/account/methods/remove");
    await visitor.sees(t("notice-passkey-removed"));
    await step.house.letter(address, step.subject("method-removed"));
    assert.equal((await device.heard("deleted")).credentialId, kept.credentialId);
    assert.deepEqual(last("signalAllAcceptedCredentials"), { ...accepted, allAcceptedCredentialIds: [] });
    assert.deepEqual(await device.credentials(), []);

    const answer = await step.signsIn(pocket);
    assert.equal(answer.status(), 422);
    await pocket.sees(t("passkey-signin-unknown-title"));
    await pocket.sees(t("passkey-signin-unknown-do"));
    assert.ok(await pocket.page.locator('main a[href="/signin/email"]').isVisible(), "the other ways are there");
    assert.equal((await copy.heard("deleted")).credentialId, kept.credentialId, "the browser forgets it by itself");
    await visitor.leave();
    await pocket.leave();
  });

  // R-PASSKEY-1, R-PASSKEY-5
  test("one device, two accounts: both are kept, each once, and each signs in", async () => {
    const { visitor, device, address } = await step.owner();
    await visitor.go(add);
    await visitor.converse(add);
    assert.equal(visitor.path(), `${add}?problem=already-added`);
    await visitor.sees(t("passkey-add-already-added-title"));
    await visitor.sees(t("passkey-add-already-added-body"));
    assert.equal((await device.credentials()).length, 1);
    await signOut(visitor);
    const second = await register(visitor, newAddress("second"));
    await step.adds(visitor);
    const kept = await device.credentials();
    // What a chooser tells them apart by.
    assert.deepEqual(kept.map((one) => one.userName).sort(), [address, second].sort());
    for (const [name, other] of [[address, second], [second, address]]) {
      await signOut(visitor);
      const put = kept.find((one) => one.userName === other);
      await device.remove(put);
      await step.signsIn(visitor);
      assert.equal(visitor.path(), "/account");
      await visitor.go("/account/profile");
      await visitor.sees(name);
      await device.ask("addCredential", { credential: { ...put, signCount: put.signCount + 1 } });
      kept.splice(0, 2, ...(await device.credentials()));
    }
    await visitor.leave();
  });

  // R-PASSKEY-1: a key that is carried from one device to another.
  test("a security key adds and signs in on another device; what can be synced is told from what cannot", async () => {
    const { visitor, device } = await step.owner(kinds.roaming);
    await visitor.sees(t("passkey-backup-single"));
    await device.unplug();
    await device.plug(kinds.eligible);
    await step.adds(visitor);
    await visitor.sees(t("passkey-backup-eligible"));
    await visitor.leave();

    const owner = await step.owner(kinds.roaming);
    const library = await step.someone();
    const socket = await Authenticator.of(library, kinds.roaming);
    await socket.take(owner.device);
    // No platform authenticator, so nothing is asked for beside the address; the button finds the key.
    await step.signsIn(library);
    assert.equal(library.path(), "/account");
    await owner.visitor.leave();
    await library.leave();
  });

  // R-RESET-7
  test("a reset lists a passkey that was added lately, and one that is not ticked signs nobody in", async () => {
    const { visitor, device, address } = await step.owner();
    await signOut(visitor);
    await visitor.go("/reset");
    await visitor.send("/reset", { email: address });
    const letter = await step.house.letter(address, step.subject("reset-code"));
    await visitor.send("/reset/code", { code: codeIn(letter.text) });
    assert.equal(visitor.path(), "/reset/password");
    const box = visitor.page.locator('input[name="keep"]');
    assert.equal(await box.count(), 1);
    assert.equal(await box.isChecked(), false);
    await visitor.sees(t("method-passkey"));
    await visitor.send("/reset/password", { password: another });
    assert.match(visitor.path(), /^\/account/);
    const pocket = await step.someone();
    await (await Authenticator.of(pocket)).take(device);
    await visitor.go("/account/methods");
    await device.heard("deleted");
    const answer = await step.signsIn(pocket);
    assert.equal(answer.status(), 422);
    await pocket.sees(t("passkey-signin-unknown-title"));
    assert.equal(await pocket.signedIn(), false);
    await visitor.leave();
    await pocket.leave();
  });
}
