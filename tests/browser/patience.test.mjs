// On a slow line and in impatient hands: a button pressed twice, the way back after a form was sent, a page loaded again, two
// tabs. Nothing is done twice, and every dead end says what happened and where to go on.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { House } from "./lib/house.mjs";
import { Visitor, launch } from "./lib/browser.mjs";
import { newAddress, password, register, signIn } from "./lib/member.mjs";
import { say } from "./lib/words.mjs";

let house, browser;
before(async () => {
  [house, browser] = await Promise.all([House.dev(), launch()]);
});
after(async () => {
  await browser?.close();
  await house?.close();
});

// A line that deserves the name of slow 3G.
async function slowly(visitor) {
  const wire = await visitor.context.newCDPSession(visitor.page);
  await wire.send("Network.enable");
  await wire.send("Network.emulateNetworkConditions", { offline: false, latency: 400, downloadThroughput: 50_000, uploadThroughput: 50_000 });
}

for (const script of [true, false]) {
  test(`${script ? "with" : "without"} JavaScript: on a slow line every button may be pressed twice`, async () => {
    const visitor = await Visitor.arrive(browser, house, { script });
    await slowly(visitor);
    const address = newAddress("hasty");
    await visitor.go("/signup/email");
    await visitor.fill({ email: address });
    await visitor.pressTwice("/signup/email", "**/signup/code");
    await visitor.fill({ code: await house.code(address) });
    await visitor.pressTwice("/signup/code", "**/signup/password");
    await visitor.fill({ password });
    await visitor.pressTwice("/signup/password", "**/account*");
    assert.equal(await visitor.signedIn(), true);
    await house.letter(address, say("ja", "mail-welcome-subject", { service: "玄関" }));
    const subjects = (await house.letters(address)).map((letter) => letter.subject);
    assert.equal(new Set(subjects).size, subjects.length, `sent twice: ${subjects}`);
    await visitor.leave();
  });

  test(`${script ? "with" : "without"} JavaScript: back after a form was sent, and a page loaded again, do nothing twice`, async () => {
    const visitor = await Visitor.arrive(browser, house, { script });
    const address = await register(visitor);
    const before = (await house.letters(address)).length;
    await visitor.page.goBack();
    await goesOn(visitor);
    await visitor.go("/account/profile");
    await visitor.send("/account/profile", { display_name: "山田 花子" });
    await visitor.page.reload();
    await visitor.sees(say("ja", "notice-profile-saved"));
    await visitor.page.goBack();
    assert.equal(await visitor.signedIn(), true);
    const guest = await Visitor.arrive(browser, house, { script });
    await signIn(guest, address, "not the password");
    await guest.page.reload();
    await guest.sees("メールアドレスまたはパスワードが正しくありません。");
    await guest.leave();
    assert.equal((await house.letters(address)).length, before);
    await visitor.leave();
  });
}

test("a form that lies open in a second tab after the sign-out says what happened and leads on", async () => {
  const visitor = await Visitor.arrive(browser, house);
  await register(visitor);
  await visitor.go("/account/profile");
  const first = visitor.page;
  visitor.page = await visitor.context.newPage();
  await visitor.go("/account");
  await visitor.press("/signout");
  visitor.page = first;
  await visitor.send("/account/profile", { display_name: "山田 花子" });
  assert.match(visitor.path(), /^\/signin/);
  await goesOn(visitor);
  await visitor.leave();
});

// A heading, a sentence, and something to do.
async function goesOn(visitor) {
  const { page } = visitor;
  assert.equal(await page.locator("main h1").count(), 1, visitor.path());
  assert.ok(await page.locator("main a.button:visible, main button:visible, main .doors a").count(), `nothing leads on from ${visitor.path()}`);
}
