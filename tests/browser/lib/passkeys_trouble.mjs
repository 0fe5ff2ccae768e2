// Passkeys where something is slow, fails, is cancelled or is missing: the page says what it was and what to do, and the
// other ways in are on it.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Authenticator, kinds, withoutPasskeys } from "./authenticator.mjs";
import { password, signIn, signOut } from "./member.mjs";

const enter = "/signin/passkey";

// What becomes of the options on their way to the page.
const options = {
  changed: (change) => async (route) => {
    const response = await route.fetch();
    const json = await response.json();
    change(json);
    await route.fulfill({ response, json });
  },
  answered: (status, body = "{}") => (route) => route.fulfill({ status, contentType: "application/json", body }),
  lost: (route) => route.abort("failed"),
};
const soon = options.changed((json) => (json.timeout = 700));
const forged = options.changed((json) => (json.challenge = "A".repeat(json.challenge.length)));

export function troubles(step) {
  signingIn(step);
  adding(step);
  missing(step);
}

// Presses the button of the page with the options treated so, and puts all back.
async function meets(visitor, device, form, { kind, route, verified = true, touched = true }) {
  if (kind) {
    await device.unplug();
    await device.plug(kind);
  }
  await device.knows(verified);
  await device.answers(touched);
  if (route) await visitor.page.route("**/options", route);
  const answer = await visitor.converse(form);
  if (route) await visitor.page.unroute("**/options");
  // What was planted here is heard of; anything else is a fault.
  const planted = /^(429|500|503|failed): \S+\/options|^console: publicKey.pubKeyCredParams is missing/;
  assert.deepEqual(visitor.complaints.splice(0).filter((one) => !planted.test(one)), []);
  await device.knows(true);
  await device.answers(true);
  return answer;
}

function signingIn(step) {
  const { t } = step;

  // R-PASSKEY-3
  test("signing in: each trouble has its page, with what to do and the other ways", async () => {
    const { visitor, device } = await step.owner();
    await signOut(visitor);
    const troubles = [
      ["cancelled", { verified: false }],
      ["timeout", { touched: false, route: soon }],
      ["insecure", { route: options.changed((json) => (json.rpId = "example.com")) }],
      ["unreachable", { route: options.lost }],
      ["busy", { route: options.answered(429, '{"problem":"busy"}') }],
      ["busy", { route: options.answered(503, "overloaded") }],
      ["failed", { route: options.answered(500, "<h1>no</h1>") }],
      ["failed", { route: options.answered(200, "not JSON") }],
    ];
    await visitor.go("/signin?return_to=/account/activity");
    for (const [word, how] of troubles) {
      // From the first trouble on, each is met from the page of the one before.
      await meets(visitor, device, enter, how);
      assert.equal(visitor.path(), `/signin/passkey?return_to=/account/activity&problem=${word}`);
      await isNoDeadEnd(visitor, word);
    }
    // What the house refuses: an answer to another question.
    const refused = await meets(visitor, device, enter, { route: forged });
    assert.equal(refused.status(), 422);
    await isNoDeadEnd(visitor, "expired");
    await visitor.converse(enter);
    assert.equal(visitor.path(), "/account/activity", "after all of this it signs in, and leads where one was going");
    await signOut(visitor);

    // Nothing is found: the device has forgotten it, or never could look who is there.
    await device.remove((await device.credentials())[0]);
    for (const kind of [kinds.device, kinds.lockless, kinds.roaming]) {
      await visitor.go("/signin");
      await meets(visitor, device, enter, { kind });
      assert.equal(visitor.path(), "/signin/passkey?problem=cancelled");
      await isNoDeadEnd(visitor, "cancelled");
    }
    await device.unplug();
    await visitor.go("/signin");
    await visitor.page.route("**/options", soon);
    await visitor.converse(enter);
    assert.equal(visitor.path(), "/signin/passkey?problem=timeout");
    await visitor.follow(visitor.page.locator('main a[href="/signin/email"]'));
    assert.equal(visitor.path(), "/signin/email");
    await visitor.leave();
  });

  async function isNoDeadEnd(visitor, word) {
    await visitor.sees(t(`passkey-signin-${word}-title`));
    await visitor.sees(t(`passkey-signin-${word}-body`, { service: step.service }));
    await visitor.sees(t("passkey-how-title"));
    await visitor.sees(t("passkey-how"));
    const wanted = ['a[href^="/signin/email"]', ...(step.providers ? ['form[action="/signin/google"]'] : [])];
    for (const way of wanted) assert.ok(await visitor.page.locator(`main ${way}`).isVisible(), `${way} is not there after ${word}`);
    assert.ok(await visitor.page.locator(`form[action="${enter}"] button`).isEnabled(), "it can be tried again");
  }

  // R-PASSKEY-2: what has been copied counts behind.
  test("a copied passkey is refused, and the owner reads of it", async () => {
    const { visitor, device } = await step.owner();
    const thief = await step.someone();
    const copy = await Authenticator.of(thief);
    await copy.take(device);
    for (let times = 0; times < 2; times += 1) {
      await signOut(visitor);
      await step.signsIn(visitor);
    }
    const answer = await step.signsIn(thief);
    assert.equal(answer.status(), 422);
    await thief.sees(t("passkey-signin-refused-title"));
    await thief.sees(t("passkey-signin-refused-body"));
    await visitor.go("/account/activity");
    await visitor.sees(t("activity-passkey-refused"));
    await visitor.leave();
    await thief.leave();
  });

  test("whoever leaves while the device asks comes back to a page that works", async () => {
    const { visitor, device } = await step.owner();
    await signOut(visitor);
    await visitor.go("/signin");
    await device.answers(false);
    const button = visitor.page.locator(`form[action="${enter}"] button`);
    await button.click();
    await visitor.page.getByText(t("passkey-asking")).waitFor();
    await visitor.follow(visitor.page.locator('main a[href^="/signin/email"]'));
    await visitor.page.goBack();
    assert.equal(visitor.path(), "/signin");
    assert.equal(await button.isEnabled(), true);
    await visitor.misses(t("passkey-asking"));
    await device.answers(true);
    await visitor.converse(enter);
    assert.equal(visitor.path(), "/account");
    await visitor.leave();
  });
}

function adding(step) {
  const { t, add } = step;

  // R-PASSKEY-1, R-PASSKEY-2
  test("adding: each trouble has its page and what to do, and then it works", async () => {
    const { visitor, device } = await step.member();
    const troubles = [
      ["cancelled", { verified: false }],
      ["timeout", { touched: false, route: soon }],
      ["no-lock", { route: options.changed((json) => (json.pubKeyCredParams = [{ type: "another", alg: -7 }])) }],
      ["unreachable", { route: options.lost }],
      ["busy", { route: options.answered(429, '{"problem":"busy"}') }],
      ["failed", { route: options.answered(500) }],
      ["cancelled", { kind: kinds.lockless }],
    ];
    await visitor.go(add);
    for (const [word, how] of troubles) {
      await meets(visitor, device, add, how);
      assert.equal(visitor.path(), `${add}?problem=${word}`);
      await visitor.sees(t(`passkey-add-${word}-title`));
      await visitor.sees(t(`passkey-add-${word}-body`));
      await visitor.sees(t("passkey-again"));
    }
    const refused = await meets(visitor, device, add, { kind: kinds.device, route: forged });
    assert.equal(refused.status(), 422);
    await visitor.sees(t("passkey-add-expired-title"));
    await visitor.converse(add);
    await visitor.sees(t("notice-passkey-added"));
    // Where trying again could not help there is no button for it, but a way back.
    await visitor.go(add);
    await meets(visitor, device, add, { route: options.changed((json) => (json.rp.id = "example.com")) });
    assert.equal(visitor.path(), `${add}?problem=insecure`);
    await visitor.sees(t("passkey-add-insecure-body"));
    assert.equal(await visitor.page.locator("form[data-passkey]").count(), 0);
    // The proof has lapsed while the page was open.
    await visitor.go(add);
    await step.house.later({ minutes: 11 });
    await visitor.converse(add);
    assert.match(visitor.path(), /^\/proof\?/);
    assert.deepEqual(visitor.complaints.splice(0), [`403: ${visitor.origin}${add}/options`]);
    await visitor.converse("/proof/passkey");
    assert.equal(visitor.path().split("?")[0], add);
    await visitor.leave();
  });
}

function missing(step) {
  const { t, add } = step;
  const browsers = [
    ["without JavaScript", { script: false }, async () => {}, "passkey-script"],
    ["in a browser that knows none", {}, withoutPasskeys, "passkey-incapable"],
  ];
  for (const [name, options, arrange, words] of browsers) {
    // R-PASSKEY-3: nothing is shown broken, and whoever comes to such a page reads why.
    test(`${name} no passkey is shown, and every other way works`, async () => {
      const { visitor: owner, address } = await step.owner();
      await owner.leave();
      const visitor = await step.someone(options);
      await arrange(visitor);
      const shown = () => visitor.page.locator('[data-passkey]:visible, a[href$="/passkeys/add"]:visible').count();
      await visitor.go("/signin");
      assert.equal(await shown(), 0);
      await visitor.misses(t("continue-passkey"));
      await visitor.go("/signin/passkey");
      await visitor.sees(t(words));
      assert.equal(await shown(), 0);
      await visitor.follow(visitor.page.locator('main a[href="/signin/email"]'));
      await signIn(visitor, address);
      assert.equal(visitor.path(), "/account", "nothing is offered");

      await visitor.go(add);
      await visitor.sees(t(words));
      assert.equal(await shown(), 0);
      await visitor.go("/account/methods/add");
      assert.equal(await shown(), 0);
      // Where there is nothing else to add, the page says why it is empty.
      if (!step.providers) await visitor.sees(t(words));
      await step.house.later({ minutes: 11 });
      await visitor.go("/account/password");
      assert.match(visitor.path(), /^\/proof/);
      assert.equal(await shown(), 0);
      await visitor.send("/proof", { password });
      assert.equal(visitor.path(), "/account/password");
      // What is there can be named and removed from anywhere.
      const page = await step.opens(visitor);
      await visitor.send(page, { name: "old" });
      await visitor.sees(t("notice-passkey-renamed"));
      await step.opens(visitor);
      await visitor.follow(visitor.page.locator('a[href^="/account/methods/remove?method="]'));
      await visitor.press("/account/methods/remove");
      await visitor.sees(t("notice-passkey-removed"));
      await visitor.leave();
    });
  }
}
