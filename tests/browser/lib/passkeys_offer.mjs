// A passkey is offered after a sign-in with the password, where the device can keep one, until it is added or declined;
// a browser that makes one by itself just then is let do so.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Authenticator, kinds, silently, withoutPasskeys } from "./authenticator.mjs";
import { until } from "./house.mjs";
import { password, register, signIn, signOut } from "./member.mjs";

const offer = "/account/passkey-offer";

export function offers(step) {
  const { t } = step;

  // Signs in as a person does: after the page has looked what the device can do.
  async function signsInByPassword(visitor, address, path = "/signin/email") {
    await visitor.go(path);
    await visitor.page.locator('input[data-device][value="capable"]').waitFor({ state: "attached" });
    await visitor.send("/signin/email", { email: address, password });
  }

  test("an offer is accepted, leads where one was going, and is not made again", async () => {
    const { visitor, device, address } = await step.member();
    await signOut(visitor);
    await signsInByPassword(visitor, address, "/signin/email?return_to=/account/activity");
    assert.equal(visitor.path(), `${offer}?return_to=/account/activity`);
    await visitor.sees(t("passkey-offer-title"));
    await visitor.sees(t("passkey-offer-still"));
    // Cancelled: the page stays, says so, and can be used again.
    await device.knows(false);
    await visitor.page.locator(`form[action="${offer}"][data-passkey] button`).click();
    await visitor.page.getByText(t("passkey-offer-missed")).waitFor();
    await device.knows(true);
    await visitor.converse(offer);
    assert.equal(visitor.path(), "/account/activity");
    await visitor.sees(t("activity-method-added"));
    assert.equal((await device.credentials()).length, 1);
    await signOut(visitor);
    await device.answers(false);
    await signsInByPassword(visitor, address);
    assert.equal(visitor.path(), "/account", "there is one");
    await visitor.leave();
  });

  test("an offer that is declined is not made again, on no device", async () => {
    const { visitor, address } = await step.member();
    await signOut(visitor);
    await signsInByPassword(visitor, address);
    assert.equal(visitor.path(), offer);
    await visitor.press(offer, '[value="no"]');
    assert.equal(visitor.path(), "/account");
    const phone = await step.someone();
    await Authenticator.of(phone, kinds.synced);
    for (const one of [visitor, phone]) {
      if (one === visitor) await signOut(one);
      await signsInByPassword(one, address);
      assert.equal(one.path(), "/account");
      await one.go(offer);
      assert.equal(one.path(), "/account");
    }
    await step.adds(visitor);
    await visitor.leave();
    await phone.leave();
  });

  test("nothing is offered where the device keeps no passkey", async () => {
    const owner = await step.someone();
    const address = await register(owner);
    await owner.leave();
    for (const [name, arrange] of [
      ["no authenticator", (visitor) => Authenticator.of(visitor, null)],
      ["a security key", (visitor) => Authenticator.of(visitor, kinds.roaming)],
      ["no lock", (visitor) => Authenticator.of(visitor, kinds.lockless)],
      ["no passkeys", withoutPasskeys],
    ]) {
      const visitor = await step.someone();
      await arrange(visitor);
      await signIn(visitor, address);
      assert.equal(visitor.path(), "/account", name);
      // Who comes there all the same is led on, and nothing is declined for them.
      if (name !== "no passkeys") {
        await visitor.go(offer);
        await visitor.page.waitForURL("**/account");
      }
      await visitor.leave();
    }
  });

  // R-PASSKEY-2: Chromium's virtual authenticators make none unasked, so the browser's consent is stood in for.
  test("a browser that makes one by itself is let do so, and the page leads on", async () => {
    const visitor = await step.someone();
    const asked = await silently(visitor);
    const device = await Authenticator.of(visitor);
    const address = await register(visitor);
    await signOut(visitor);
    await Promise.all([visitor.page.waitForURL("**/account/methods?notice=passkey-added"), signsInByPassword(visitor, address)]);
    assert.deepEqual(asked, ["conditional"]);
    await visitor.sees(t("notice-passkey-added"));
    await step.house.letter(address, step.subject("method-added"));
    await signOut(visitor);
    await step.signsIn(visitor);
    assert.equal(visitor.path(), "/account");
    assert.equal((await device.credentials()).length, 1);
    await visitor.leave();
  });

  test("the button ends what the browser does by itself, and one passkey is made", async () => {
    const visitor = await step.someone();
    const asked = await silently(visitor, { hold: true });
    const device = await Authenticator.of(visitor);
    const address = await register(visitor);
    await signOut(visitor);
    await signsInByPassword(visitor, address);
    assert.equal(visitor.path(), offer);
    await until("the browser to be asked", () => asked.length === 1);
    await visitor.converse(offer);
    assert.equal(visitor.path(), "/account/methods?notice=passkey-added");
    assert.deepEqual(asked, ["conditional", "aborted", "modal"]);
    assert.equal((await device.credentials()).length, 1);
    await visitor.leave();
  });
}
