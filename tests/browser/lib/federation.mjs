// Google and Apple as ways in, from the first page to the last: registering, signing in, an address that somebody has
// already, and everything that can go wrong at a provider. One file for each language calls this.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { House } from "./house.mjs";
import { Visitor, launch } from "./browser.mjs";
import { newAddress, password, register, signIn, signOut } from "./member.mjs";
import { cancel, choose, depart, goThrough, person, registerWith, rotate, signInWith, switches } from "./providers.mjs";
import { say } from "./words.mjs";

// As the help page and the house's design promise them, so not read from the program's own texts.
const promised = {
  ja: {
    welcome: "【玄関】ユーザー登録が完了しました",
    signIn: "【玄関】新しいログインが行われました",
    code: "【玄関】確認コードのお知らせ",
    methodLine: (name) => `ログイン方式: ${name}`,
    google: "Googleで続ける",
    apple: "Appleで続ける",
    lastUsed: "前回使用",
  },
  en: {
    welcome: "[Genkan] Your registration is complete",
    signIn: "[Genkan] New sign-in to your account",
    code: "[Genkan] Your confirmation code",
    methodLine: (name) => `Sign-in method: ${name}`,
    google: "Continue with Google",
    apple: "Continue with Apple",
    lastUsed: "Last used",
  },
};

const line = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 Safari Line/14.19.0";

let house, browser;
before(async () => {
  [house, browser] = await Promise.all([House.dev(), launch()]);
});
after(async () => {
  await browser?.close();
  await house?.close();
});

export function federation(language) {
  for (const script of [true, false]) {
    describe(`${language}, ${script ? "with" : "without"} JavaScript`, () => trips(language, script));
  }
  describe(language, () => once(language));
}

// What hangs on how a page leads on: with the script and without it.
function trips(language, script) {
  const words = promised[language];
  const t = (id, values) => say(language, id, values);
  const someone = (options = {}) => Visitor.arrive(browser, house, { language, script, ...options });

  for (const provider of ["google", "apple"]) {
    const name = provider === "google" ? "Google" : "Apple";

    // R-REG-4, R-REG-6, R-SIGNIN-5, R-SIGNIN-8
    test(`${name}: register, sign out, sign in again, and the mails say so`, async () => {
      const visitor = await someone();
      const who = await person(house, provider);
      await visitor.go("/");
      await visitor.page.locator('a[href^="/signup"]').click();
      await visitor.page.waitForURL("**/signup");
      await visitor.sees(words[provider]);
      await goThrough(visitor, provider, who);
      assert.equal(visitor.path(), "/signup/confirm");
      await visitor.sees(who.email);
      const shown = await visitor.page.locator('[name="display_name"]').inputValue();
      assert.ok([who.given_name, who.first_name].some((part) => part && shown.includes(part)), `the name is "${shown}"`);
      await visitor.press("/signup/confirm");
      await visitor.sees(t("notice-welcome"));
      const welcome = await house.letter(who.email, words.welcome);
      assert.equal(welcome.subject, words.welcome);
      assert.equal(welcome.language, language);
      assert.ok(welcome.text.includes(words[provider]), "the welcome says how to come back");
      assert.ok(!(await house.letters(who.email)).some((one) => one.subject === words.signIn), "a welcome is no sign-in notice");

      await signOut(visitor);
      await visitor.sees(words.lastUsed);
      const marked = visitor.page.locator(`form[action="/signin/${provider}"] button`);
      assert.ok((await marked.innerText()).includes(words.lastUsed));
      await signInWith(visitor, provider, who);
      assert.equal(visitor.path(), "/account");
      const notice = await house.letter(who.email, words.signIn);
      assert.ok(notice.text.includes(words.methodLine(name)), notice.text);
      assert.ok(notice.text.includes(t("mail-not-me-step-provider")), "no password is spoken of where there is none");
      await visitor.leave();
    });

    test(`${name}: cancelled there, nothing has happened here, and the way back is on the page`, async () => {
      const visitor = await someone();
      await visitor.go("/signin?return_to=/account/sessions");
      await depart(visitor, provider);
      const answer = await cancel(visitor, provider);
      assert.ok(answer.status() >= 400 && answer.status() < 500, `status ${answer.status()}`);
      await visitor.sees(t("conflict-provider-cancelled-title"));
      assert.equal(await visitor.signedIn(), false);
      await visitor.follow(visitor.page.locator("main a.button"));
      assert.equal(visitor.path(), "/signin?return_to=/account/sessions");
      await visitor.leave();
    });
  }

  // R-REG-4: what Apple tells beside the token it tells once
  test("Apple with a hidden address: mail goes to the relay, the name is told once, and the page says who passes mail on", async () => {
    const visitor = await someone();
    const who = await person(house, "apple", { last_name: "高橋", first_name: "さくら" });
    await visitor.go("/signup");
    await goThrough(visitor, "apple", who, "hide");
    assert.equal(visitor.path(), "/signup/confirm");
    await visitor.misses(who.email);
    await visitor.sees(t("relay-about", { provider: "Apple" }));
    const relay = await visitor.page.locator("main .address").innerText();
    assert.match(relay, /@privaterelay\.appleid\.com$/);
    assert.equal(await visitor.page.locator('[name="display_name"]').inputValue(), "高橋 さくら");
    // Left and begun again: Apple tells the name no more.
    await visitor.go("/signup");
    await goThrough(visitor, "apple", who);
    assert.equal(await visitor.page.locator('[name="display_name"]').inputValue(), "");
    await visitor.fill({ display_name: "さくら" });
    await visitor.press("/signup/confirm");
    await visitor.sees("さくら");
    assert.equal((await house.letter(relay, words.welcome)).subject, words.welcome);
    assert.deepEqual(await house.letters(who.email), []);
    await visitor.leave();
  });
}

// What the script has no part in: with it in one language, without it in the other.
function once(language) {
  const words = promised[language];
  const t = (id, values) => say(language, id, values);
  const other = language === "ja" ? "en" : "ja";
  const script = language === "ja";
  const someone = (options = {}) => Visitor.arrive(browser, house, { language, script, ...options });

  // R-REG-4: not vouched for, so proven
  test("an address that Google does not vouch for is proven by a code first", async () => {
    const visitor = await someone();
    const who = await person(house, "google", { email: newAddress("foreign") });
    await visitor.go("/signup");
    await goThrough(visitor, "google", who);
    assert.equal(visitor.path(), "/signup/address");
    assert.equal(await visitor.page.locator('[name="email"]').inputValue(), who.email);
    const bad = await visitor.send("/signup/address", { email: "not an address" });
    assert.equal(bad.status(), 422);
    await visitor.sees(t("error-invalid-address"));
    await visitor.send("/signup/address", { email: who.email });
    assert.equal(visitor.path(), "/signup/address/code");
    await visitor.go("/signup/confirm");
    assert.equal(visitor.path(), "/signup/address", "no step can be left out");
    await visitor.go("/signup/address/code");
    const wrong = await visitor.send("/signup/address/code", { code: "1111 2222 3333" });
    assert.equal(wrong.status(), 422);
    await visitor.sees(t("error-invalid-code"));
    await visitor.send("/signup/address/code", { code: await house.code(who.email) });
    assert.equal(visitor.path(), "/signup/confirm");
    await visitor.sees(who.email);
    await visitor.press("/signup/confirm");
    await visitor.sees(t("notice-welcome"));
    assert.equal((await house.letter(who.email, words.welcome)).subject, words.welcome);
    await visitor.leave();
  });

  // R-REG-5
  test("an address of somebody registered: no account, no link, and the page says to sign in", async () => {
    const owner = await someone();
    const address = newAddress("owner").replace("example.jp", "gmail.com");
    await register(owner, address);
    const stranger = await someone();
    const who = await person(house, "google", { email: address });
    const answer = await signInWith(stranger, "google", who);
    assert.equal(new URL(stranger.page.url()).pathname, "/callback/google");
    assert.equal(answer.status(), 200);
    await stranger.sees(t("conflict-address-on-other-account-title"));
    assert.equal(await stranger.signedIn(), false);
    // Cancelled: the password alone signs in, and nothing is offered.
    await stranger.press("/offer/cancel");
    assert.equal(stranger.path(), "/signin");
    await signIn(stranger, address);
    assert.equal(stranger.path(), "/account");
    await signOut(stranger);
    // Equal addresses join nothing: Google still does not sign in.
    await signInWith(stranger, "google", who);
    assert.equal(await stranger.signedIn(), false);
    await stranger.leave();
    await owner.leave();
  });
  // R-SIGNIN-9
  test("inside LINE, Google's button is off before the click, and a link opens the real browser", async () => {
    const visitor = await someone({ userAgent: line });
    for (const path of ["/signin", "/signup"]) {
      await visitor.go(path);
      await visitor.sees(t("in-app-what", { app: "LINE" }));
      assert.equal(await visitor.page.locator('form[action="/signin/google"]').count(), 0);
      assert.ok(await visitor.page.locator('button[aria-describedby="in-app"]').isDisabled());
      const link = await visitor.page.locator('a[href*="openExternalBrowser=1"]').getAttribute("href");
      assert.ok(link.startsWith(`${house.origin}${path}?`), link);
    }
    // The other ways are as they were.
    const who = await person(house, "apple");
    await registerWith(visitor, "apple", who);
    await visitor.leave();
  });

  // R-SIGNIN-7
  test("Google leads back to where one was going", async () => {
    const visitor = await someone();
    const who = await person(house, "google");
    await registerWith(visitor, "google", who);
    await signOut(visitor);
    await visitor.go("/account/activity");
    assert.equal(visitor.path(), "/signin?return_to=/account/activity");
    await goThrough(visitor, "google", who);
    assert.equal(visitor.path(), "/account/activity");
    await visitor.leave();
  });

  // D10, E1: what was begun in one browser is nothing in another
  test("the address one comes back with is worth nothing in another browser, and nothing a second time", async () => {
    const owner = await someone();
    const who = await person(house, "google");
    await registerWith(owner, "google", who);
    await signOut(owner);
    const attacker = await someone();
    await attacker.go("/signin");
    await depart(attacker, "google");
    // The attacker's way back is held back and given to another.
    const chosen = await attacker.context.request.post(attacker.page.url(), { form: { person: who.id }, maxRedirects: 0 });
    const callback = chosen.headers().location;
    assert.match(callback, /\/callback\/google\?.*state=/);
    const victim = await someone();
    for (const url of [callback, callback]) {
      const answer = await victim.page.goto(url);
      assert.ok(answer.status() >= 400 && answer.status() < 500, `status ${answer.status()}`);
      await victim.sees(t("conflict-trip-over-title"));
      assert.equal(await victim.signedIn(), false);
    }
    // Here too, where the victim is somebody else who is signed in: they stay who they are.
    const member = await someone();
    const mine = await register(member);
    await member.page.goto(callback);
    await member.go("/account/profile");
    await member.sees(mine);

    // Used once in the browser that began it; a replay is refused and ends nothing.
    await attacker.page.goto(callback);
    assert.equal(attacker.path(), "/account");
    const replay = await attacker.page.goto(callback);
    assert.ok(replay.status() >= 400 && replay.status() < 500, `status ${replay.status()}`);
    await attacker.sees(t("conflict-trip-over-title"));
    assert.equal(await attacker.signedIn(), true);
    for (const one of [owner, attacker, victim, member]) await one.leave();
  });

  // D12
  test("a forged state is refused, by address and by form", async () => {
    const visitor = await someone();
    await visitor.go("/signin");
    await depart(visitor, "google");
    const forged = "A".repeat(43);
    for (const query of [`state=${forged}&code=x`, "state=&code=x", "code=x", `state=${forged}&error=access_denied`, ""]) {
      const answer = await visitor.page.goto(`${house.origin}/callback/google?${query}`);
      assert.ok(answer.status() >= 400 && answer.status() < 500, `${query}: ${answer.status()}`);
      await visitor.sees(t("conflict-trip-over-title"));
    }
    const posted = await visitor.context.request.post(`${house.origin}/callback/apple`, {
      form: { state: forged, code: "x" },
      headers: { origin: house.providers[0], "sec-fetch-site": "cross-site" },
    });
    assert.ok(posted.status() >= 400 && posted.status() < 500, `status ${posted.status()}`);
    assert.equal(await visitor.signedIn(), false);
    const nobody = await visitor.context.request.get(`${house.origin}/callback/nobody?state=${forged}&code=x`);
    assert.equal(nobody.status(), 404);
    await visitor.leave();
  });

  test("a trip that took too long says so, and two tabs do not disturb one another", async () => {
    const visitor = await someone();
    const who = await person(house, "google");
    await registerWith(visitor, "google", who);
    await signOut(visitor);
    await visitor.go("/signin");
    await depart(visitor, "google");
    const first = visitor.page;
    visitor.page = await visitor.context.newPage();
    await visitor.go("/signin");
    await depart(visitor, "google");
    await choose(visitor, "google", who);
    assert.equal(visitor.path(), "/account");
    const second = visitor.page;
    visitor.page = first;
    await choose(visitor, "google", who);
    assert.equal(visitor.path(), "/account", "the tab that went first comes back too");
    await second.reload();
    await signOut(visitor);
    await visitor.go("/signin");
    await depart(visitor, "google");
    await house.later({ minutes: 61 });
    await choose(visitor, "google", who);
    await visitor.sees(t("conflict-trip-over-title"));
    assert.equal(await visitor.signedIn(), false);
    await visitor.leave();
  });

  test("the language can be switched on the pages in between", async () => {
    const visitor = await someone();
    const who = await person(house, "google", { email: newAddress("foreign") });
    await visitor.go("/signup");
    await goThrough(visitor, "google", who);
    await visitor.press("/language", `[value="${other}"]`);
    assert.equal(visitor.path(), "/signup/address");
    await visitor.sees(say(other, "address-title"));
    await visitor.send("/signup/address", { email: who.email });
    await visitor.press("/language", `[value="${language}"]`);
    assert.equal(visitor.path(), "/signup/address/code");
    await visitor.send("/signup/address/code", { code: await house.code(who.email) });
    await visitor.press("/language", `[value="${other}"]`);
    assert.equal(visitor.path(), "/signup/confirm");
    await visitor.sees(say(other, "confirm-title"));
    await visitor.press("/signup/confirm");
    await visitor.sees(say(other, "notice-welcome"));
    // A page that answers a trip cannot be shown again; the switch leads on to a page that can.
    await signOut(visitor);
    await depart(visitor, "google");
    await cancel(visitor, "google");
    await visitor.press("/language", `[value="${language}"]`);
    assert.equal(await visitor.page.locator("html").getAttribute("lang"), language);
    assert.ok(new URL(visitor.page.url()).pathname !== "/callback/google", visitor.path());
    await visitor.leave();
  });

  test("another key at the provider is found, whether the old one is still published or not", async () => {
    const provider = language === "ja" ? "google" : "apple";
    const visitor = await someone();
    const who = await person(house, provider);
    await registerWith(visitor, provider, who);
    for (const old of ["keep", "withdraw"]) {
      await signOut(visitor);
      await rotate(house, provider, old);
      // An unknown key is looked for at most once a minute.
      await house.later({ minutes: 2 });
      await signInWith(visitor, provider, who);
      assert.equal(visitor.path(), "/account", `${provider} ${old}`);
    }
    await visitor.leave();
  });

  test("Google's issuer with and without its scheme is one, and who was vouched for once is known by the subject", async () => {
    const visitor = await someone();
    const who = await person(house, "google");
    await registerWith(visitor, "google", who);
    await switches(house, "google", { bare_issuer: true });
    try {
      await signOut(visitor);
      await signInWith(visitor, "google", who);
      assert.equal(visitor.path(), "/account");
    } finally {
      await switches(house, "google", { bare_issuer: false });
    }
    // D2, D6: another subject with the same address is somebody else; the same subject with another address is not.
    const double = await person(house, "google", { email: who.email });
    await signOut(visitor);
    await signInWith(visitor, "google", double);
    await visitor.sees(t("conflict-address-on-other-account-title"));
    assert.equal(await visitor.signedIn(), false);
    const moved = await person(house, "google", { ...who, email: who.email.replace("someone", "moved") });
    assert.equal(moved.sub, who.sub);
    await visitor.press("/offer/cancel");
    await signInWith(visitor, "google", moved);
    assert.equal(visitor.path(), "/account");
    await visitor.go("/account/profile");
    await visitor.sees(moved.email);
    // R-METHOD-9: both addresses are told.
    for (const address of [who.email, moved.email]) {
      await house.letter(address, t("mail-provider-address-changed-subject", { service: language === "ja" ? "玄関" : "Genkan" }));
    }
    await visitor.leave();
  });
}
