// The way back in, as members walk it: reset, "this was not me", undo, another address. In both languages, with the
// script and without it. One file for each language calls this.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { House } from "./house.mjs";
import { Visitor, launch } from "./browser.mjs";
import { another, lock, newAddress, password, register, signIn } from "./member.mjs";
import { say } from "./words.mjs";

// As the help page and the house's design promise them, so not read from the program's own texts.
const promised = {
  ja: {
    resetCode: "【玄関】パスワード再設定のワンタイムコード",
    reset: "【玄関】パスワードがリセットされました",
    signIn: "【玄関】新しいログインが行われました",
    changed: "【玄関】パスワードが変更されました",
    isLocked: "アカウントがロックされています。",
    forgotten: "パスワードを忘れた場合",
    account: "アカウント設定",
  },
  en: {
    resetCode: "[Genkan] One-time code to reset your password",
    reset: "[Genkan] Your password has been reset",
    signIn: "[Genkan] New sign-in to your account",
    changed: "[Genkan] Your password has been changed",
    isLocked: "This account is locked.",
    forgotten: "Forgotten password",
    account: "Account settings",
  },
};

let house, browser;
before(async () => {
  [house, browser] = await Promise.all([House.dev(), launch()]);
});
after(async () => {
  await browser?.close();
  await house?.close();
});

export function wayBack(language) {
  for (const script of [true, false]) {
    describe(`${language}, ${script ? "with" : "without"} JavaScript`, () => all(language, script));
  }
}

function all(language, script) {
  const words = promised[language];
  const someone = (options = {}) => Visitor.arrive(browser, house, { language, script, ...options });
  const t = (id, values) => say(language, id, values);
  const ask = async (visitor, address) => {
    await visitor.go("/reset");
    await visitor.send("/reset", { email: address });
    assert.match(visitor.path(), /^\/reset\/code/);
  };
  const resetCode = (address, count = 1) => house.codeOf(address, words.resetCode, count);

  // R-RESET-1, 3, 5, 7, R-LOCK-1, R-LOCK-2
  test("locked out: the way out is on the page, the code comes, and with a new password one is in", async () => {
    const owner = await someone();
    const address = await register(owner);
    const elsewhere = await someone();
    await signIn(elsewhere, address);
    const stranger = await someone();
    await lock(stranger, address);
    await signIn(stranger, address);
    await stranger.sees(words.isLocked);
    await stranger.page.locator('main a[href^="/reset"]').click();
    await stranger.page.waitForURL("**/reset");
    await stranger.send("/reset", { email: address });
    await stranger.send("/reset/code", { code: await resetCode(address) });
    assert.equal(stranger.path(), "/reset/password");
    assert.equal(await stranger.page.locator('[autocomplete="username"]').inputValue(), address);
    assert.equal((await house.letter(address, words.reset)).subject, words.reset);
    assert.equal(await owner.signedIn(), false, "every other session ended with the code");
    assert.equal(await elsewhere.signedIn(), false);
    assert.equal(await stranger.signedIn(), false, "a code signs nobody in");

    const weak = await stranger.send("/reset/password", { password: "password123" });
    assert.equal(weak.status(), 422);
    await stranger.sees(t("error-password-too-weak"));
    await stranger.send("/reset/password", { password: another });
    await stranger.sees(words.account);
    assert.equal(await stranger.signedIn(), true);
    const notice = await house.letter(address, words.signIn, 2);
    assert.ok(notice.text.includes(t("mail-sign-in-reset-what", { service: language === "ja" ? "玄関" : "Genkan" })));

    const old = await signIn(elsewhere, address, password);
    assert.equal(old.status(), 422, "not locked any more, and the old password is nothing");
    await signIn(elsewhere, address, another);
    assert.equal(elsewhere.path(), "/account");
    for (const one of [owner, elsewhere, stranger]) await one.leave();
  });

  // R-RESET-1, 6: the same page for every address, and nothing in an empty mailbox
  test("an address that nobody registered is answered alike", async () => {
    const visitor = await someone();
    await visitor.go("/signin");
    await visitor.page.getByRole("link", { name: words.forgotten }).click();
    await visitor.page.waitForURL("**/reset");
    const address = newAddress("nobody");
    await visitor.send("/reset", { email: address });
    await visitor.sees(address);
    const wrong = await visitor.send("/reset/code", { code: "1111 2222 3333" });
    assert.equal(wrong.status(), 422);
    assert.equal(await visitor.page.locator('[name="code"]').inputValue(), "1111 2222 3333");
    assert.deepEqual(await house.letters(address), []);
    const bad = await (await visitor.go("/reset"), visitor.send("/reset", { email: "not an address" }));
    assert.equal(bad.status(), 422);
    await visitor.sees(t("error-invalid-address"));
    await visitor.leave();
  });

  // R-RESET-4, 5, 10
  test("the tab is closed: the same code opens the form again, here and only here", async () => {
    const owner = await someone();
    const address = await register(owner);
    await ask(owner, address);
    const code = await resetCode(address);
    await owner.send("/reset/code", { code });
    assert.equal(owner.path(), "/reset/password");
    await owner.page.reload();
    assert.match(owner.path(), /^\/reset\/code/, "the form is shown once");
    await owner.page.close();
    owner.page = await owner.context.newPage();
    await owner.go("/reset/password");
    assert.match(owner.path(), /^\/reset\/code/);
    const guess = await owner.send("/reset/code", { code: "1111 2222 3333" });
    assert.equal(guess.status(), 422, "the next at this browser does not have the code");

    // Asked for again: no new mail, and the page says why.
    await owner.go("/reset");
    await owner.send("/reset", { email: address });
    assert.match(owner.path(), /^\/reset\/code/);
    assert.equal((await house.letters(address)).filter((one) => one.subject === words.resetCode).length, 1);

    // Another browser with the same code is a stranger.
    const phone = await someone();
    await ask(phone, address);
    const spent = await phone.send("/reset/code", { code });
    assert.equal(spent.status(), 422);
    assert.equal((await house.letters(address)).filter((one) => one.subject === words.resetCode).length, 1);

    await owner.go("/reset/code");
    await owner.send("/reset/code", { code });
    assert.equal(owner.path(), "/reset/password");
    await owner.send("/reset/password", { password: another });
    await owner.sees(words.account);

    // Half an hour after the code was entered a new one can be had.
    await house.later({ minutes: 31 });
    await ask(phone, address);
    await phone.send("/reset/code", { code: await resetCode(address, 2) });
    assert.equal(phone.path(), "/reset/password");
    await owner.leave();
    await phone.leave();
  });

  // R-RESET-2
  test("a code is nothing after thirty minutes, and a new one comes", async () => {
    const owner = await someone();
    const address = await register(owner);
    await ask(owner, address);
    const old = await resetCode(address);
    await house.later({ minutes: 29 });
    await owner.press("/reset");
    const fresh = await resetCode(address, 2);
    await house.later({ minutes: 2 });
    const expired = await owner.send("/reset/code", { code: old });
    assert.equal(expired.status(), 422);
    await owner.send("/reset/code", { code: fresh.replaceAll(" ", "-") });
    assert.equal(owner.path(), "/reset/password");
    await owner.leave();
  });

  // R-SIGNIN-6
  test("a sign-in that was not me: the number ends it, and leads to a new password", async () => {
    const owner = await someone();
    const address = await register(owner);
    const thief = await someone();
    await signIn(thief, address);
    assert.equal(await thief.signedIn(), true);
    const number = await house.codeOf(address, words.signIn);
    assert.match(number, /^\d{4}( \d{4}){3}$/);
    const reader = await someone();
    await reader.go("/signin");
    await reader.page.locator('main a[href="/not-me"]').click();
    await reader.page.waitForURL("**/not-me");
    const wrong = await reader.send("/not-me", { email: address, number: "1111 2222 3333 4444" });
    assert.equal(wrong.status(), 422);
    await reader.sees(t("error-invalid-number"));
    assert.equal(await thief.signedIn(), true, "a wrong number ends nothing");
    await reader.send("/not-me", { number });
    await reader.sees(t("not-me-done-title"));
    assert.equal(await thief.signedIn(), false);
    assert.equal(await owner.signedIn(), false);
    assert.equal(await reader.signedIn(), false, "and signs nobody in");
    assert.equal((await signIn(thief, address)).status(), 422, "the password is void");

    await reader.go("/reset");
    await reader.send("/reset", { email: address });
    await reader.send("/reset/code", { code: await resetCode(address) });
    await reader.send("/reset/password", { password: another });
    await reader.sees(words.account);
    for (const one of [owner, thief, reader]) await one.leave();
  });

  // R-METHOD-8, R-METHOD-10
  test("a thief moves the account to another address, and the owner takes it back for good", async () => {
    const owner = await someone();
    const address = await register(owner);
    const thief = await someone();
    await signIn(thief, address);
    const theirs = newAddress("thief");
    await thief.go("/account/methods");
    await thief.page.locator('main a[href="/account/methods/email"]').click();
    await thief.page.waitForURL("**/account/methods/email");
    await thief.send("/account/methods/email", { email: theirs });
    assert.match(thief.path(), /^\/account\/methods\/email\/code/);
    await thief.send("/account/methods/email/code", { code: await house.code(theirs) });
    await thief.sees(t("notice-email-changed"));
    await thief.go("/account/password");
    await thief.send("/account/password", { new_password: another });
    assert.equal((await signIn(owner, address)).status(), 422);

    const changed = t("mail-email-changed-subject", { service: language === "ja" ? "玄関" : "Genkan" });
    const number = await house.codeOf(address, changed);
    const [theirLetter] = (await house.letters(theirs)).filter((one) => one.subject === changed);
    assert.ok(theirLetter && !/\d{4}( \d{4}){3}/.test(theirLetter.text), "the new address gets no right");
    await owner.go("/undo");
    await owner.send("/undo", { email: address, number });
    await owner.sees(t("undo-done-title"));
    assert.equal(await thief.signedIn(), false);
    for (const secret of [password, another]) assert.equal((await signIn(thief, theirs, secret)).status(), 422);

    await owner.go("/reset");
    await owner.send("/reset", { email: address });
    await owner.send("/reset/code", { code: await resetCode(address) });
    await owner.send("/reset/password", { password: "umi no iro ga kawaru 6" });
    await owner.sees(words.account);
    await owner.go("/account/profile");
    await owner.sees(address);
    // Whatever the thief kept is worth nothing.
    const undone = t("mail-undone-subject", { service: language === "ja" ? "玄関" : "Genkan" });
    const last = await house.letter(theirs, undone);
    assert.doesNotMatch(last.text, /\d{4} \d{4} \d{4}/);
    await owner.leave();
    await thief.leave();
  });

  // R-METHOD-10
  test("a changed password is taken back with the number from its mail", async () => {
    const owner = await someone();
    const address = await register(owner);
    await owner.go("/account/password");
    await owner.send("/account/password", { new_password: another });
    const number = await house.codeOf(address, words.changed);
    const reader = await someone();
    await reader.go("/undo");
    await reader.send("/undo", { email: address, number });
    await reader.sees(t("undo-done-title"));
    assert.equal(await owner.signedIn(), false);
    assert.equal((await signIn(reader, address, password)).status(), 422, "the old password is not revived");
    assert.equal((await signIn(reader, address, another)).status(), 422);
    await reader.leave();
    await owner.leave();
  });

  // R-METHOD-4
  test("a taken address looks the same as a free one, and nothing changes", async () => {
    const other = await someone();
    const taken = await register(other);
    await house.later({ minutes: 2 });
    const owner = await someone();
    const address = await register(owner);
    await owner.go("/account/methods/email");
    await owner.send("/account/methods/email", { email: taken });
    assert.match(owner.path(), /^\/account\/methods\/email\/code/);
    const subject = t("mail-email-change-taken-subject", { service: language === "ja" ? "玄関" : "Genkan" });
    assert.doesNotMatch((await house.letter(taken, subject)).text, /\d{4} \d{4} \d{4}/);
    await owner.go("/account/profile");
    await owner.sees(address);
    await owner.leave();
    await other.leave();
  });
}
