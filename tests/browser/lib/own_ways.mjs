// A member's own ways in: added, removed, lost, undone, and what a provider reports about them; leaving and coming back.
// One file for each language calls this; the script is on in one and off in the other.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";

import { House, codeIn } from "./house.mjs";
import { Visitor, launch } from "./browser.mjs";
import { another, newAddress, password, register, signIn, signOut } from "./member.mjs";
import { choose, depart, goThrough, person, registerWith, report, signInWith } from "./providers.mjs";
import { say } from "./words.mjs";

// As the help page and the house's design promise them, so not read from the program's own texts.
const promised = {
  ja: {
    added: "【玄関】ログイン方式が追加されました",
    removed: "【玄関】ログイン方式が解除されました",
    contact: "【玄関】連絡先メールアドレスが変更されました",
    withdrawn: "【玄関】退会のお手続きが完了しました",
    resetCode: "【玄関】パスワード再設定のワンタイムコード",
    service: "玄関",
  },
  en: {
    added: "[Genkan] A sign-in method has been added",
    removed: "[Genkan] A sign-in method has been removed",
    contact: "[Genkan] Your contact address has been changed",
    withdrawn: "[Genkan] Your account has been closed",
    resetCode: "[Genkan] One-time code to reset your password",
    service: "Genkan",
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

export function ownWays(language) {
  const words = promised[language];
  const t = (id, values) => say(language, id, values);
  const subject = (kind) => t(`mail-${kind}-subject`, words);
  const script = language === "ja";
  const someone = (options = {}) => Visitor.arrive(browser, house, { language, script, ...options });
  const gmail = () => newAddress("both").replace("example.jp", "gmail.com");

  // A member by address and password, signed in; `gmail` where Google would vouch for the address.
  async function byEmail(address = newAddress()) {
    const visitor = await someone();
    await register(visitor, address);
    return { visitor, address };
  }

  async function byGoogle() {
    const [visitor, who] = [await someone(), await person(house, "google")];
    await registerWith(visitor, "google", who);
    return { visitor, who };
  }

  async function link(visitor, provider, who, mail) {
    await visitor.go("/account/methods/add");
    return goThrough(visitor, provider, who, mail);
  }

  // R-METHOD-1, 2, 4, R-METHOD-3
  test("add Google and Apple from アカウント; what is on another account is refused", async () => {
    const { visitor, address } = await byEmail();
    await visitor.go("/account");
    await visitor.follow(visitor.page.locator('main a[href="/account/methods"]'));
    await visitor.follow(visitor.page.locator('main a[href="/account/methods/add"]'));
    const [google, apple] = [await person(house, "google"), await person(house, "apple")];
    await goThrough(visitor, "google", google);
    assert.equal(visitor.path(), "/account/methods?notice=method-added");
    await visitor.sees(t("notice-method-added"));
    const letter = await house.letter(address, words.added);
    assert.equal(letter.subject, words.added);
    assert.ok(letter.text.includes("Google"), letter.text);
    await link(visitor, "apple", apple, "hide");
    await visitor.sees("Apple");
    await visitor.go("/account/methods/add");
    // What is left is a passkey, which takes a script.
    await visitor.sees(t(script ? "continue-passkey" : "passkey-script"));
    assert.equal(await visitor.page.locator('main form[action^="/signin/"]').count(), 0);

    const other = await someone();
    await signInWith(other, "apple", apple);
    assert.equal(other.path(), "/account", "either signs in to the one account");
    await other.go("/account/profile");
    await other.sees(address);

    const { visitor: stranger } = await byEmail();
    const refused = await link(stranger, "google", google);
    assert.equal(refused.status(), 409);
    await stranger.sees(t("conflict-identity-on-other-account-title"));
    await stranger.go("/account/methods");
    assert.equal(await stranger.page.getByText("Google", { exact: true }).count(), 0);
    for (const one of [visitor, other, stranger]) await one.leave();
  });

  // R-REG-5
  test("an address of one's own: sign in with the password, and Google is offered and added in one step", async () => {
    const { visitor: owner, address } = await byEmail(gmail());
    const who = await person(house, "google", { email: address });
    const visitor = await someone();
    for (const answer of ["no", "add"]) {
      await signInWith(visitor, "google", who);
      await visitor.sees(t("conflict-address-on-other-account-title"));
      await visitor.follow(visitor.page.locator('main a[href^="/signin/email"]'));
      await visitor.send("/signin/email", { email: address, password });
      assert.match(visitor.path(), /^\/account\/methods\/offer/);
      await visitor.sees(t("offer-title"));
      await visitor.sees(address);
      await visitor.press("/account/methods/offer", `[value="${answer}"]`);
      if (answer === "add") break;
      await visitor.go("/account/methods/offer");
      assert.equal(visitor.path(), "/account/methods", "what was declined is offered no more");
      await signOut(visitor);
    }
    await house.letter(address, words.added);
    assert.equal(visitor.path(), "/account/methods?notice=method-added");
    await visitor.sees("Google");
    await signOut(visitor);
    await signInWith(visitor, "google", who);
    assert.equal(visitor.path(), "/account");
    await visitor.leave();
    await owner.leave();
  });

  // R-METHOD-5, 6, R-CONTACT-1
  test("the contact moves to Google's address and both are told; 解除 asks for a successor and keeps the last", async () => {
    const { visitor, address } = await byEmail();
    await visitor.go("/account/methods/remove?method=email");
    await visitor.sees(t("remove-last"));
    const who = await person(house, "google");
    await link(visitor, "google", who);
    await visitor.go("/account/profile");
    await visitor.page.locator('[name="contact"][value="google"]').check();
    await visitor.press("/account/profile/contact");
    await visitor.sees(t("notice-contact-changed"));
    for (const to of [address, who.email]) assert.equal((await house.letter(to, words.contact)).subject, words.contact);
    await visitor.press("/account/profile/test-mail");
    await visitor.sees(t("notice-test-mail-sent"));
    await house.letter(who.email, subject("test-mail"));

    await visitor.go("/account/methods");
    await visitor.follow(visitor.page.locator('a[href="/account/methods/remove?method=google"]'));
    const refused = await visitor.press("/account/methods/remove");
    assert.equal(refused.status(), 422);
    await visitor.sees(t("error-contact-needs-successor"));
    await visitor.page.locator('[name="contact"][value="email"]').check();
    await visitor.press("/account/methods/remove");
    await visitor.sees(t("notice-method-removed"));
    assert.equal((await house.letter(who.email, words.removed)).subject, words.removed);
    await visitor.leave();
  });

  // R-METHOD-10: whoever shows what was removed lately is offered the undo before a registration.
  test("a Google that was removed is put back with the number, or begins anew", async () => {
    const { visitor, address } = await byEmail();
    const who = await person(house, "google");
    await link(visitor, "google", who);
    await visitor.go("/account/methods/remove?method=google");
    await visitor.press("/account/methods/remove");
    await visitor.sees(t("notice-method-removed"));
    const owner = await someone();
    await signInWith(owner, "google", who);
    await owner.sees(t("conflict-identity-removed-title"));
    await owner.press("/signup/anew");
    assert.equal(owner.path(), "/signup/confirm");
    await owner.go("/undo");
    await owner.send("/undo", { email: address, number: await house.codeOf(address, words.removed) });
    await owner.sees(t("undo-done-title"));
    assert.equal(await visitor.signedIn(), false);
    await signInWith(owner, "google", who);
    assert.equal(owner.path(), "/account");
    await visitor.leave();
    await owner.leave();
  });

  // R-METHOD-10
  test("a Google that somebody else added is undone with the number from the mail", async () => {
    const { visitor, address } = await byEmail();
    const who = await person(house, "google");
    await link(visitor, "google", who);
    const number = await house.codeOf(address, words.added);
    const owner = await someone();
    await owner.go("/undo");
    await owner.send("/undo", { email: address, number });
    await owner.sees(t("undo-done-title"));
    assert.equal(await visitor.signedIn(), false);
    await signInWith(owner, "google", who);
    assert.equal(await owner.signedIn(), false);
    assert.equal(owner.path(), "/signup/confirm", "it is nobody's again");
    const old = await signIn(owner, address);
    assert.equal(old.status(), 422, "the password is void");
    await visitor.leave();
    await owner.leave();
  });

  // R-METHOD-3, R-METHOD-2
  test("who has only Google proves by Google, and adds an address and a password", async () => {
    const { visitor, who } = await byGoogle();
    await house.later({ minutes: 11 });
    await visitor.go("/account/methods/email");
    assert.match(visitor.path(), /^\/proof\?return_to=/);
    assert.equal(await visitor.page.locator('[name="password"]').count(), 0, "no password is asked for where there is none");
    const somebody = await person(house, "google");
    await goThrough(visitor, "google", somebody);
    assert.match(visitor.path(), /^\/proof/);
    await visitor.sees(t("error-other-identity"));
    await goThrough(visitor, "google", who);
    assert.equal(visitor.path(), "/account/methods/email");
    const address = newAddress();
    await visitor.send("/account/methods/email", { email: address });
    const wrong = await visitor.send("/account/methods/email/code", { code: "1111 2222 3333" });
    assert.equal(wrong.status(), 422);
    await visitor.send("/account/methods/email/code", { code: await house.code(address) });
    assert.equal(visitor.path(), "/account/methods/email/password");
    const weak = await visitor.send("/account/methods/email/password", { new_password: "password123" });
    assert.equal(weak.status(), 422);
    await visitor.send("/account/methods/email/password", { new_password: password });
    await visitor.sees(t("notice-password-added"));
    assert.equal((await house.letter(who.email, words.added)).subject, words.added);
    await signOut(visitor);
    await signIn(visitor, address);
    assert.equal(visitor.path(), "/account");
    await visitor.leave();
  });

  test("what Apple reports: mail that is not passed on is shown, a consent taken back ends the method, a deletion too", async () => {
    const { visitor, address } = await byEmail();
    const who = await person(house, "apple");
    await link(visitor, "apple", who, "hide");
    await visitor.go("/account/profile");
    await visitor.page.locator('[name="contact"][value="apple"]').check();
    await visitor.press("/account/profile/contact");
    await report(house, "apple", "email-disabled", who);
    await visitor.go("/account");
    await visitor.sees(t("trouble-forwarding-off"));
    await visitor.follow(visitor.page.locator('main a[href="/account/profile"]').first());
    await visitor.page.locator('[name="contact"][value="email"]').check();
    await visitor.press("/account/profile/contact");
    await visitor.go("/account");
    await visitor.misses(t("trouble-forwarding-off"));
    await visitor.go("/account/methods");
    await visitor.sees(t("trouble-forwarding-off"));
    await report(house, "apple", "email-enabled", who);
    await visitor.go("/account/methods");
    await visitor.misses(t("trouble-forwarding-off"));
    await report(house, "apple", "consent-revoked", who);
    await visitor.go("/account/methods");
    await visitor.misses("Apple");
    await house.letter(address, words.removed);
    await visitor.leave();

    // The last one stays as an address, and lets nobody in.
    const lone = await someone();
    const only = await person(house, "apple");
    await registerWith(lone, "apple", only);
    await report(house, "apple", "account-delete", only);
    assert.equal(await lone.signedIn(), false);
    await lone.leave();
  });

  test("a contact that mail does not reach is asked about at every sign-in, until another is chosen", async () => {
    const { visitor, address } = await byEmail();
    const who = await person(house, "apple");
    await link(visitor, "apple", who, "hide");
    await visitor.go("/account/profile");
    await visitor.page.locator('[name="contact"][value="apple"]').check();
    await visitor.press("/account/profile/contact");
    await report(house, "apple", "email-disabled", who);
    await signOut(visitor);
    // By the password: later leads to where somebody was going.
    await visitor.go("/signin/email?return_to=/account/sessions");
    await visitor.send("/signin/email", { email: address, password });
    assert.equal(visitor.path(), "/account/contact?return_to=/account/sessions");
    await visitor.sees(t("contact-ask-title"));
    await visitor.sees(t("contact-ask-forwarding", words));
    await visitor.press("/account/contact", '[value="later"]');
    assert.equal(visitor.path(), "/account/sessions");
    await signOut(visitor);
    // By Apple as well: one press, and it is over.
    await signInWith(visitor, "apple", who);
    assert.equal(visitor.path(), "/account/contact");
    await visitor.press("/account/contact", '[value="email"]');
    await visitor.sees(t("notice-contact-changed"));
    assert.equal((await house.letter(address, words.contact)).subject, words.contact);
    await signOut(visitor);
    await signInWith(visitor, "apple", who);
    assert.equal(visitor.path(), "/account");
    await visitor.leave();
  });

  test("what Google reports: a hijacked account is signed out everywhere and does not sign in", async () => {
    const { visitor, address } = await byEmail();
    const who = await person(house, "google");
    await link(visitor, "google", who);
    const elsewhere = await someone();
    await signInWith(elsewhere, "google", who);
    assert.equal(elsewhere.path(), "/account");
    await report(house, "google", "account-disabled", who, { reason: "hijacking" });
    await report(house, "google", "verification", null, { state: "only a test" });
    assert.equal(await elsewhere.signedIn(), false);
    await signInWith(elsewhere, "google", who);
    assert.equal(await elsewhere.signedIn(), false, elsewhere.path());
    await signIn(elsewhere, address);
    assert.equal(elsewhere.path(), "/account", "the password still does");
    await visitor.leave();
    await elsewhere.leave();
  });

  // R-WITHDRAW-1, 2, 3
  test("download, withdraw, come back by the number, withdraw again, come back by Google", async () => {
    const { visitor, who } = await byGoogle();
    await visitor.go("/account");
    await visitor.follow(visitor.page.locator('main a[href="/account/export"]'));
    const [file] = await Promise.all([
      visitor.page.waitForEvent("download"),
      visitor.page.locator('form[action="/account/export"] button').click(),
    ]);
    assert.match(file.suggestedFilename(), /\.json$/);
    const kept = await readFile(await file.path(), "utf8");
    JSON.parse(kept);
    for (const part of [who.email, who.sub]) assert.ok(kept.includes(part), `${part} is not in what is kept`);

    await visitor.go("/account/withdraw");
    await visitor.press("/account/withdraw");
    await visitor.sees(t("withdrawn-title"));
    assert.equal(await visitor.signedIn(), false);
    const letter = await house.letter(who.email, words.withdrawn);
    assert.equal(letter.subject, words.withdrawn);
    await visitor.go("/undo");
    await visitor.send("/undo", { email: who.email, number: codeIn(letter.text) });
    await visitor.sees(t("restored-done-title"));
    await signInWith(visitor, "google", who);
    assert.equal(visitor.path(), "/account");

    await visitor.go("/account/withdraw");
    await visitor.press("/account/withdraw");
    await signInWith(visitor, "google", who);
    await visitor.sees(t("conflict-account-withdrawn-title"));
    await visitor.press("/signup/restore");
    await visitor.sees(t("restored-done-title"));
    await signInWith(visitor, "google", who);
    assert.equal(visitor.path(), "/account");

    // Or begins anew: another account, with nothing of the old one.
    await visitor.go("/account/withdraw");
    await visitor.press("/account/withdraw");
    await signInWith(visitor, "google", who);
    await visitor.press("/signup/anew");
    await visitor.press("/signup/confirm");
    await visitor.sees(t("notice-welcome"));
    await visitor.leave();
  });

  // R-RESET-8
  test("Google cannot be used any more: the mail says so, and after a day a code sets up a password", async () => {
    const { visitor, who } = await byGoogle();
    await visitor.leave();
    const owner = await someone();
    await owner.go("/reset");
    await owner.send("/reset", { email: who.email });
    assert.match(owner.path(), /^\/reset\/code/, "the page is the same as for every address");
    const letter = await house.letter(who.email, subject("reset-provider"));
    assert.ok(letter.text.includes("Google"), letter.text);
    await owner.go("/reset");
    await owner.follow(owner.page.locator('a[href="/provider-lost"]'));
    await owner.send("/provider-lost", { email: who.email, number: codeIn(letter.text) });
    await owner.sees(t("provider-lost-done-title"));
    await house.letter(who.email, subject("provider-lost"));
    await house.later({ minutes: 23 * 60 });
    await owner.go("/reset");
    await owner.send("/reset", { email: who.email });
    assert.ok(!(await house.letters(who.email)).some((one) => one.subject === words.resetCode), "no code before the time");
    await house.later({ minutes: 61 });
    await owner.go("/reset");
    await owner.send("/reset", { email: who.email });
    await owner.send("/reset/code", { code: await house.codeOf(who.email, words.resetCode) });
    assert.equal(owner.path(), "/reset/password");
    await owner.send("/reset/password", { password: another });
    assert.equal(await owner.signedIn(), true, owner.path());
    await signOut(owner);
    await signIn(owner, who.email, another);
    assert.equal(owner.path(), "/account");
    await owner.leave();
  });

  // R-RESET-7, R-METHOD-7
  test("after a reset, a method added lately stays only where it was ticked", async () => {
    const { visitor, address } = await byEmail();
    const [google, apple] = [await person(house, "google"), await person(house, "apple")];
    await link(visitor, "google", google);
    await link(visitor, "apple", apple);
    const owner = await someone();
    await owner.go("/reset");
    await owner.send("/reset", { email: address });
    await owner.send("/reset/code", { code: await house.codeOf(address, words.resetCode) });
    await owner.sees(t("recent-lead"));
    await owner.page.locator('[name="keep"][value="google"]').check();
    await owner.send("/reset/password", { password: another });
    assert.equal(await owner.signedIn(), true, owner.path());
    await owner.go("/account/methods");
    await owner.sees("Google");
    await owner.misses("Apple");
    await visitor.leave();
    await owner.leave();
  });

  test("two tabs that add two accounts of Google end with one; a proof that grew old on the way leads to the offer", async () => {
    const { visitor } = await byEmail();
    const [one, two] = [await person(house, "google"), await person(house, "google")];
    await visitor.go("/account/methods/add");
    await depart(visitor, "google");
    const first = visitor.page;
    visitor.page = await visitor.context.newPage();
    await link(visitor, "google", two);
    await visitor.sees(t("notice-method-added"));
    visitor.page = first;
    const refused = await choose(visitor, "google", one);
    assert.ok(refused.status() >= 400 && refused.status() < 500, `status ${refused.status()}`);
    await visitor.sees(t("conflict-provider-taken-title"));

    const apple = await person(house, "apple");
    await house.later({ minutes: 8 });
    await visitor.go("/account/methods/add");
    await depart(visitor, "apple");
    await house.later({ minutes: 5 });
    await choose(visitor, "apple", apple);
    assert.match(visitor.path(), /^\/proof\?return_to=/);
    await visitor.send("/proof", { password });
    assert.match(visitor.path(), /^\/account\/methods\/offer/);
    await visitor.press("/account/methods/offer", '[value="add"]');
    await visitor.sees("Apple");
    await visitor.leave();
  });

  test("the language can be switched on a member's own pages", async () => {
    const other = language === "ja" ? "en" : "ja";
    const { visitor } = await byEmail();
    await link(visitor, "google", await person(house, "google"));
    for (const path of ["/account/methods/add", "/account/methods/remove?method=google", "/account/withdraw", "/account/export", "/provider-lost"]) {
      await visitor.go(path);
      await visitor.press("/language", `[value="${other}"]`);
      assert.equal(visitor.path(), path);
      assert.equal(await visitor.page.locator("html").getAttribute("lang"), other);
      await visitor.press("/language", `[value="${language}"]`);
    }
    // Also where the page is the answer to a form.
    await visitor.go("/account/methods/remove?method=email");
    await visitor.press("/account/methods/remove");
    await visitor.press("/language", `[value="${other}"]`);
    assert.match(visitor.path(), /^\/account\/methods/);
    await visitor.leave();
  });
}
