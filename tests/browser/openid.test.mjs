// Sites and apps made of libraries that nobody here wrote complete every way: openid-client and oauth4webapi.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { Visitor, launch } from "./lib/browser.mjs";
import { House } from "./lib/house.mjs";
import { newAddress, password, register, signIn } from "./lib/member.mjs";
import { Back, NovelSite, ReaderApp, isOver } from "./lib/site.mjs";

let house, browser, back;

before(async () => {
  [house, browser, back] = await Promise.all([House.dev(), launch(), Back.open()]);
  // Where the browser goes that is not the house.
  house.strangers = [back.origin];
});
after(async () => {
  await browser?.close();
  await house?.close();
  await back?.close();
});

// Goes to an address of the house and waits until the site has been called.
async function toSite(visitor, url) {
  const [called] = await Promise.all([back.next(), visitor.page.goto(String(url))]);
  return called;
}

for (const language of ["ja", "en"]) {
  test(`${language}: openid-client: sign in, be told of, stay signed in, be looked at, give back, sign out`, async () => {
    const visitor = await Visitor.arrive(browser, house, { language });
    const address = await register(visitor);
    await visitor.press("/signout").catch(() => {});
    const site = await NovelSite.open(house.origin, back);
    await visitor.context.clearCookies({ name: /session/ });

    // Not signed in: the sign-in page, then the site.
    const url = await site.begin();
    await visitor.page.goto(String(url));
    assert.equal(visitor.path().split("?")[0], "/signin");
    await visitor.follow(visitor.page.locator('a[href^="/signin/email"]'));
    const [called] = await Promise.all([back.next(), enter(visitor, address)]);
    const tokens = await site.finish(called);
    const claims = tokens.claims();
    assert.equal(claims.iss, house.origin);
    assert.deepEqual(claims.amr, ["pwd"]);
    const told = await site.who();
    assert.deepEqual([told.email, told.email_verified, told.locale], [address, true, language]);

    // Signed in: at once, and without a page where none is wanted.
    const again = await site.finish(await toSite(visitor, await site.begin({ prompt: "none" })));
    assert.equal(again.claims().sub, claims.sub);
    const aged = await site.finish(await toSite(visitor, await site.begin({ max_age: "3600" })), { maxAge: 3600 });
    assert.ok(aged.claims().auth_time);

    await site.refresh();
    assert.equal((await site.who()).sub, claims.sub);
    const seen = await site.look();
    assert.deepEqual([seen.active, seen.client_id, seen.sub], [true, "novel-site", claims.sub]);
    await site.revoke();
    assert.equal((await site.look()).active, false);
    await isOver(site.refresh());

    const last = await site.finish(await toSite(visitor, await site.begin()));
    const bye = await toSite(visitor, site.signOut(last.id_token));
    assert.equal(bye.pathname, "/bye");
    const refused = await toSite(visitor, await site.begin({ prompt: "none" }));
    assert.equal(refused.searchParams.get("error"), "login_required");
    await visitor.leave();
  });
}

async function enter(visitor, address) {
  const form = visitor.page.locator('form[action="/signin/email"]');
  await form.locator('[name="email"]').fill(address);
  await form.locator('[name="password"]').fill(password);
  await form.locator('button:not([type="button"])').first().click();
}

test("openid-client: a site asks for a proof, and for another member", async () => {
  const visitor = await Visitor.arrive(browser, house, { language: "en" });
  const address = await register(visitor);
  const site = await NovelSite.open(house.origin, back);
  const first = await site.finish(await toSite(visitor, await site.begin()));
  await visitor.page.goto(String(await site.begin({ prompt: "login" })));
  assert.equal(visitor.path().split("?")[0], "/proof");
  const form = visitor.page.locator('form[action="/proof"]');
  await form.locator('[name="password"]').fill(password);
  const [called] = await Promise.all([back.next(), form.locator('button:not([type="button"])').first().click()]);
  const proved = await site.finish(called);
  assert.ok(proved.claims().auth_time >= first.claims().auth_time);
  await visitor.page.goto(String(await site.begin({ prompt: "select_account" })));
  assert.equal(visitor.path().split("?")[0], "/signin");
  assert.ok(address);
  await visitor.leave();
});

test("openid-client: the way of a new member leads from the site through the registration and back", async () => {
  const visitor = await Visitor.arrive(browser, house, { language: "ja" });
  const site = await NovelSite.open(house.origin, back);
  await visitor.page.goto(String(await site.begin({ prompt: "create" })));
  assert.equal(visitor.path().split("?")[0], "/signup");
  await visitor.follow(visitor.page.locator('a[href^="/signup/email"]'));
  const address = newAddress("new");
  await visitor.send("/signup/email", { email: address });
  await visitor.send("/signup/code", { code: await house.code(address) });
  const form = visitor.page.locator('form[action="/signup/password"]');
  await form.locator('[name="password"]').fill(password);
  const [called] = await Promise.all([back.next(), form.locator('button:not([type="button"])').first().click()]);
  await site.finish(called);
  assert.equal((await site.who()).email, address);
  await visitor.leave();
});

test("openid-client: an app pushes what it asks for, and its tokens are worth nothing without its key", async () => {
  const visitor = await Visitor.arrive(browser, house, { language: "en" });
  await register(visitor);
  const site = await NovelSite.open(house.origin, back, { id: "reader-app", credentials: null });
  await site.bind();
  const place = await site.begin();
  assert.deepEqual([...place.searchParams.keys()].sort(), ["client_id", "request_uri"]);
  const tokens = await site.finish(await toSite(visitor, place));
  assert.equal(tokens.token_type, "dpop");
  assert.equal((await site.who()).sub, tokens.claims().sub);
  const renewed = await site.refresh();
  assert.equal((await site.who()).sub, tokens.claims().sub);
  site.options = undefined;
  await assert.rejects(() => site.who());
  await isOver(site.refresh());
  await site.bind();
  await isOver(site.refresh());
  assert.ok(renewed.refresh_token);
  await visitor.leave();
});

test("oauth4webapi: an app without a secret, on a port of its own", async () => {
  const visitor = await Visitor.arrive(browser, house, { language: "ja" });
  await register(visitor);
  const app = await ReaderApp.open(house.origin, back);
  const claims = await app.finish(await toSite(visitor, await app.begin()));
  assert.equal(claims.aud, "reader-app");
  assert.equal((await app.who(app.tokens.access_token, claims.sub)).sub, claims.sub);

  // A reply that was lost costs nothing; of the two that were handed out the first that is used goes on.
  await app.refresh();
  const next = await app.refresh();
  const then = await app.refresh(next.refresh_token);

  // It stays signed in when the browser does not.
  await visitor.go("/account");
  await visitor.press("/signout");
  const last = await app.refresh(then.refresh_token);
  await app.revoke(last.refresh_token);
  await isOver(app.refresh(last.refresh_token));
  await visitor.leave();
});

test("a new password ends what an app holds, at once", async () => {
  const visitor = await Visitor.arrive(browser, house, { language: "ja" });
  const address = await register(visitor);
  const app = await ReaderApp.open(house.origin, back);
  await app.finish(await toSite(visitor, await app.begin()));
  const other = await Visitor.arrive(browser, house, { language: "ja" });
  await signIn(other, address);
  await other.go("/account/password");
  await other.send("/account/password", { new_password: "mori-no-oku-ni-7-hiki" });
  await isOver(app.refresh());
  await other.leave();
  await visitor.leave();
});
