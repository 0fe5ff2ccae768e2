// What members do, from the first page to the last, in both languages, with the script and without it.
// One file for each language calls this, so that the two run side by side.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { House } from "./house.mjs";
import { Visitor, launch } from "./browser.mjs";
import { another, lock, newAddress, password, register, signIn, signOut } from "./member.mjs";
import { say } from "./words.mjs";

// As the help page and the house's design promise them, so not read from the program's own texts.
const promised = {
  ja: {
    code: "【玄関】確認コードのお知らせ",
    welcome: "【玄関】ユーザー登録が完了しました",
    signIn: "【玄関】新しいログインが行われました",
    locked: "【玄関】アカウントがロックされました",
    changed: "【玄関】パスワードが変更されました",
    isLocked: "アカウントがロックされています。",
    wrong: "メールアドレスまたはパスワードが正しくありません。",
    account: "アカウント設定",
    html: "ja",
  },
  en: {
    code: "[Genkan] Your confirmation code",
    welcome: "[Genkan] Your registration is complete",
    signIn: "[Genkan] New sign-in to your account",
    locked: "[Genkan] Your account has been locked",
    changed: "[Genkan] Your password has been changed",
    isLocked: "This account is locked.",
    wrong: "The address or password is not right.",
    account: "Account settings",
    html: "en",
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

export function journeys(language) {
  for (const script of [true, false]) {
    describe(`${language}, ${script ? "with" : "without"} JavaScript`, () => all(language, script));
  }
}

function all(language, script) {
  const words = promised[language];
  const other = language === "ja" ? "en" : "ja";
  const someone = (options = {}) => Visitor.arrive(browser, house, { language, script, ...options });
  const t = (id, values) => say(language, id, values);

  // R-REG-1, R-REG-2, R-REG-6
  test("register: address, mail, code, password, and one is in", async () => {
    const visitor = await someone();
    await visitor.go("/");
    assert.equal(visitor.path(), "/signin");
    await visitor.page.locator('a[href^="/signup"]').click();
    await visitor.page.locator('main a[href^="/signup/email"]').click();
    const address = newAddress();
    await visitor.send("/signup/email", { email: address });
    const letter = await house.letter(address, words.code);
    assert.equal(letter.subject, words.code);
    assert.equal(letter.language, language);
    await visitor.send("/signup/code", { code: await house.code(address) });
    assert.equal(await visitor.page.locator('[autocomplete="username"]').inputValue(), address);
    await visitor.send("/signup/password", { password });
    await visitor.sees(t("notice-welcome"));
    await visitor.sees(words.account);
    assert.equal(await visitor.page.locator("html").getAttribute("lang"), words.html);
    assert.equal((await house.letter(address, words.welcome)).subject, words.welcome);
    const letters = await house.letters(address);
    assert.ok(!letters.some((one) => one.subject === words.signIn), "a welcome is no sign-in notice");
    for (const path of ["/account/methods", "/account/profile", "/account/sessions", "/account/activity"]) {
      const answer = await visitor.go(path);
      assert.equal(answer.status(), 200, path);
    }
    await visitor.leave();
  });

  // R-REG-3
  test("registering a taken address looks the same and mails that it is taken", async () => {
    const owner = await someone();
    const address = await register(owner);
    await owner.leave();
    // Within a minute of the last mail there would be none (R-RESET-2).
    await house.later({ minutes: 2 });
    const second = await someone();
    await second.go("/signup/email");
    await second.send("/signup/email", { email: address });
    assert.equal(second.path(), "/signup/code");
    await second.sees(t("code-sent-to"));
    const letter = await house.letter(address, t("mail-register-taken-subject", { service: language === "ja" ? "玄関" : "Genkan" }));
    assert.doesNotMatch(letter.text, /\d{4} \d{4} \d{4}/);
    await second.leave();
  });

  // R-SIGNIN-5, R-SESSION-1, R-SESSION-2, R-SIGNIN-8
  test("sign in on a second browser: notice by mail, listed, ended from the first", async () => {
    const first = await someone();
    const address = await register(first);
    await signOut(first);
    await first.sees(t("notice-signed-out"));
    await first.sees(t("last-used"));
    assert.equal(await first.signedIn(), false);
    await signIn(first, address);
    assert.equal(first.path(), "/account");

    const second = await someone({ language: other });
    await signIn(second, address);
    assert.equal(second.path(), "/account");
    const notice = await house.letter(address, words.signIn, 2);
    assert.equal(notice.subject, words.signIn, "in the account's language, not the browser's");
    assert.equal(notice.language, language);
    assert.match(notice.text, /127\.0\.0\.1|::1/);

    await first.go("/account/sessions");
    await first.press("/account/sessions/end");
    await first.sees(t("notice-session-ended"));
    await first.sees(t("session-none"));
    await second.go("/account/profile");
    assert.match(second.path(), /^\/signin/);
    assert.equal(await first.signedIn(), true);
    await first.leave();
    await second.leave();
  });

  // R-LOCK-1, R-LOCK-3, R-LOCK-4
  test("ten wrong passwords from elsewhere lock the account, not its owner's device", async () => {
    const owner = await someone();
    const address = await register(owner);
    const stranger = await someone();
    await lock(stranger, address);
    await stranger.sees(words.wrong);
    const answer = await signIn(stranger, address);
    assert.equal(answer.status(), 403, "also with the right password");
    await stranger.sees(words.isLocked);
    await stranger.sees("support@genkan.example");
    const letter = await house.letter(address, words.locked);
    assert.equal(letter.subject, words.locked);
    assert.equal(await owner.signedIn(), true, "the lock ends no session");
    await signOut(owner);
    await signIn(owner, address);
    assert.equal(owner.path(), "/account");
    await stranger.leave();
    await owner.leave();
  });

  // R-METHOD-3, R-METHOD-7
  test("change the password with a fresh proof: the other session ends, the old password is refused", async () => {
    const owner = await someone();
    const address = await register(owner);
    const elsewhere = await someone();
    await signIn(elsewhere, address);
    await house.later({ minutes: 11 });
    await owner.go("/account/password");
    assert.equal(owner.path(), "/proof?return_to=/account/password");
    const wrong = await owner.send("/proof", { password: "not my password" });
    assert.equal(wrong.status(), 422);
    await owner.sees(t("error-wrong-password"));
    await owner.send("/proof", { password });
    assert.equal(owner.path(), "/account/password");
    await owner.send("/account/password", { new_password: another });
    await owner.sees(t("notice-password-changed"));
    assert.equal((await house.letter(address, words.changed)).subject, words.changed);
    assert.equal(await elsewhere.signedIn(), false);
    const old = await signIn(elsewhere, address, password);
    assert.equal(old.status(), 422);
    await elsewhere.sees(words.wrong);
    await signIn(elsewhere, address, another);
    assert.equal(elsewhere.path(), "/account");
    await owner.leave();
    await elsewhere.leave();
  });

  test("profile: a name and the language of mails", async () => {
    const visitor = await someone();
    const address = await register(visitor);
    await visitor.go("/account/profile");
    await visitor.sees(address);
    await visitor.page.locator('[name="display_name"]').fill("花子 & <b>Hanako</b>");
    await visitor.page.locator('select[name="locale"]').selectOption(other);
    await visitor.press("/account/profile");
    assert.equal(await visitor.page.locator('[name="display_name"]').inputValue(), "花子 & <b>Hanako</b>");
    await visitor.go("/account");
    await visitor.sees("花子 & <b>Hanako</b>");
    const elsewhere = await someone();
    await signIn(elsewhere, address);
    const notice = await house.letter(address, promised[other].signIn);
    assert.equal(notice.language, other);
    await visitor.leave();
    await elsewhere.leave();
  });

  test("wrong, old and full-width codes; weak and short passwords; what was typed survives", async () => {
    const visitor = await someone();
    await visitor.go("/signup/email");
    const bad = await visitor.send("/signup/email", { email: "not an address" });
    assert.equal(bad.status(), 422);
    await visitor.sees(t("error-invalid-address"));
    assert.equal(await visitor.page.locator('[name="email"]').inputValue(), "not an address");

    // Always 5: full-width forms are folded.
    const address = newAddress();
    const wide = [...address].map((sign) => String.fromCodePoint(sign.codePointAt(0) + 0xfee0)).join("");
    await visitor.send("/signup/email", { email: wide });
    assert.equal(visitor.path(), "/signup/code");
    await visitor.sees(address);

    const wrong = await visitor.send("/signup/code", { code: "0000 0000 0000" });
    assert.equal(wrong.status(), 422);
    await visitor.sees(t("error-invalid-code"));
    assert.equal(await visitor.page.locator('[name="code"]').inputValue(), "0000 0000 0000");

    const old = await house.code(address);
    await house.later({ minutes: 29 });
    await visitor.press("/signup/email");
    await visitor.sees(t("notice-code-sent"));
    const fresh = await house.code(address, 2);
    await house.later({ minutes: 2 });
    const expired = await visitor.send("/signup/code", { code: old });
    assert.equal(expired.status(), 422);
    await visitor.sees(t("error-code-expired"));

    const wideCode = fresh.replace(/\d/g, (digit) => String.fromCodePoint(digit.codePointAt(0) + 0xfee0)).replaceAll(" ", "　");
    await visitor.send("/signup/code", { code: wideCode });
    assert.equal(visitor.path(), "/signup/password");

    for (const [secret, id] of [["short", "error-password-too-short"], ["password123", "error-password-too-weak"]]) {
      const weak = await visitor.send("/signup/password", { password: secret });
      assert.equal(weak.status(), 422);
      await visitor.sees(t(id, { minimum: 8 }));
      assert.equal(await visitor.page.locator('[name="password"]').inputValue(), "", "a password is never shown again");
    }
    await visitor.send("/signup/password", { password });
    await visitor.sees(t("notice-welcome"));
    await visitor.leave();
  });

  test("the Back button and a form sent twice do no harm", async () => {
    const visitor = await someone();
    const address = await register(visitor);
    await visitor.page.goBack();
    await visitor.go("/account");
    await visitor.sees(words.account);
    assert.equal((await house.letters(address)).filter((one) => one.subject === words.welcome).length, 1);
    await signOut(visitor);

    await visitor.go("/signin/email");
    await visitor.fill({ email: address, password });
    await visitor.pressTwice("/signin/email", "**/account");
    await visitor.sees(words.account);
    assert.equal(await visitor.signedIn(), true);

    await signOut(visitor);
    await visitor.page.goBack();
    await visitor.page.reload();
    assert.match(visitor.path(), /^\/signin/, "a page behind one is not kept");
    await visitor.leave();
  });

  test("the language can be switched on every page and stays", async () => {
    const visitor = await someone();
    await visitor.go("/signin/email");
    await visitor.press("/language", `[value="${other}"]`);
    assert.equal(visitor.path(), "/signin/email");
    assert.equal(await visitor.page.locator("html").getAttribute("lang"), other);
    await visitor.sees(say(other, "signin-email-title"));
    await visitor.go("/signup");
    await visitor.sees(say(other, "signup-title"));
    await visitor.press("/language", `[value="${language}"]`);
    await visitor.sees(t("signup-title"));
    await visitor.leave();
  });

  // R-SIGNIN-7
  test("signing in leads back to where one was going, and never elsewhere", async () => {
    const visitor = await someone();
    const address = await register(visitor);
    await signOut(visitor);
    await visitor.go("/account/activity");
    assert.equal(visitor.path(), "/signin?return_to=/account/activity");
    await visitor.page.locator('main a[href^="/signin/email"]').click();
    await visitor.send("/signin/email", { email: address, password });
    assert.equal(visitor.path(), "/account/activity");
    await signOut(visitor);
    await visitor.go("/signin/email?return_to=https://evil.example/");
    await visitor.send("/signin/email", { email: address, password });
    assert.equal(visitor.path(), "/account");
    await visitor.leave();
  });

  test("a browser that was away for thirty days signs in again", async () => {
    const visitor = await someone();
    const address = await register(visitor);
    await house.later({ days: 29 });
    await visitor.go("/account");
    await visitor.sees(words.account);
    await house.later({ days: 30, minutes: 1 });
    await visitor.go("/account");
    assert.match(visitor.path(), /^\/signin/);
    await signIn(visitor, address);
    assert.equal(visitor.path(), "/account");
    await visitor.leave();
  });
}
