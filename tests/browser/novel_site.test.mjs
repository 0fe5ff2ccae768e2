// The example site in front of the house, both as they are: what a member of a site meets, and what a site must not let happen.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { Visitor, faults, launch, looks } from "./lib/browser.mjs";
import { House, freePort, until } from "./lib/house.mjs";
import { newAddress, password } from "./lib/member.mjs";
import { Site } from "./lib/novel_site.mjs";

let house, browser, site;

before(async () => {
  [house, browser] = await Promise.all([House.dev(), launch()]);
  site = await Site.open(house);
  // Watched as the house itself is: no script, no inline style, nothing from elsewhere.
  house.providers.push(site.origin);
});
after(async () => {
  await browser?.close();
  await site?.close();
  await house?.close();
});

const words = {
  ja: { empty: "まだ、しおりはありません", marked: "しおりがはさんであります", title: "灯台守の猫", out: "ログアウトしました", of: (name) => `${name}さんの本棚` },
  en: { empty: "There is no bookmark yet", marked: "Your bookmark is in this chapter", title: "The Lighthouse Cat", out: "You are signed out", of: (name) => `${name}’s shelf` },
};
const shelfOf = async (visitor) => {
  await site.go(visitor, "/shelf");
  return visitor.page.locator(".rows li").count();
};

// Whether the tour has seen somebody sign in at a site.
const ticked = async () => /Sign in at a site<\/strong> <span class="mark">Done/.test(
  await (await fetch(`${house.origin}/dev`, { headers: { "accept-language": "en" } })).text(),
);

// By itself and first: it moves the clock, and nobody else may have signed in before.
test("the tour sees a sign-in at a site, a proof that was not given is not believed, a cookie is nothing after its session", async () => {
  assert.equal(await ticked(), false);
  const visitor = await Visitor.arrive(browser, house, { language: "en" });
  await site.go(visitor, "/shelf");
  await site.register(visitor, newAddress("sly"));
  assert.equal(await ticked(), true);
  await house.later({ minutes: 1 });
  // The wish for a proof is taken out of the address on its way.
  const headers = { origin: site.origin };
  const sent = await visitor.context.request.post(`${site.origin}/prove`, { headers, maxRedirects: 0 });
  const address = new URL(sent.headers().location);
  assert.equal(address.searchParams.get("prompt"), "login");
  address.searchParams.delete("prompt");
  assert.equal((await visitor.page.goto(String(address))).status(), 403);
  assert.equal(new URL(visitor.page.url()).pathname, "/callback");
  await site.go(visitor, "/pen-name");
  assert.equal(await visitor.page.locator('[name="pen_name"]').count(), 0);

  const cookies = await visitor.context.cookies(site.origin);
  await site.press(visitor, "/sign-out");
  await visitor.context.addCookies(cookies);
  await site.go(visitor, "/shelf");
  assert.equal(await visitor.page.locator('form[action="/sign-out"]').count(), 0);
  await visitor.leave();
});

// Each has a browser of their own, so they wait for their codes together.
describe("members of a site", { concurrency: 3 }, () => {
  for (const language of ["ja", "en"]) {
    const say = words[language];

    test(`${language}: read, register, mark, take a pen name, sign out; and somebody else in the same browser`, async () => {
      const visitor = await Visitor.arrive(browser, house, { language });
      const wrong = [];
      // What axe looks at is of no language; whether words fit is.
      const look = async (name) => {
        if (language === "ja") return wrong.push(...(await faults(name, visitor.page, looks.ja)));
        const wide = await visitor.page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
        if (wide) wrong.push(`${name}: wider than the window`);
      };

      // Everybody reads; a shelf is a member's.
      await site.go(visitor, "/");
      await visitor.sees(say.title);
      await look("home");
      assert.equal((await site.go(visitor, "/works/lighthouse/3")).status(), 404);
      await look("nowhere");
      await site.go(visitor, "/shelf");
      await look("shelf of nobody");

      // The way of a new member leads through the registration and back to the page it began on.
      const address = newAddress("reader");
      await site.register(visitor, address);
      assert.equal(visitor.page.url(), `${site.origin}/shelf`);
      await visitor.sees(say.empty);
      await site.go(visitor, "/works/lighthouse/2");
      await site.press(visitor, "/bookmarks");
      await visitor.sees(say.marked);
      await look("chapter");
      assert.equal(await shelfOf(visitor), 1);
      await look("shelf");

      // A pen name asks anew, also of somebody who signed in a moment ago.
      await site.go(visitor, "/pen-name");
      assert.equal(await visitor.page.locator('[name="pen_name"]').count(), 0);
      await look("pen name, before the proof");
      await site.press(visitor, "/prove");
      assert.equal(visitor.path().split("?")[0], "/proof");
      await visitor.send("/proof", { password });
      assert.equal(visitor.page.url(), `${site.origin}/pen-name`);
      await look("pen name");
      const blank = await visitor.send("/pen-name", { pen_name: "  " });
      assert.equal(blank.status(), 422);
      await look("pen name, wrong");
      await visitor.send("/pen-name", { pen_name: "<b>潮</b>" });
      await visitor.sees(say.of("<b>潮</b>"));

      // Signing out ends both.
      assert.equal(await visitor.signedIn(), true);
      await site.press(visitor, "/sign-out");
      assert.equal(new URL(visitor.page.url()).origin, site.origin);
      await visitor.sees(say.out);
      assert.equal(await visitor.signedIn(), false);
      await look("signed out");

      // The next member of this browser has a shelf of their own.
      await site.go(visitor, "/shelf");
      await visitor.misses(say.title);
      await site.register(visitor, newAddress("other"));
      await visitor.sees(say.empty);
      assert.equal(await shelfOf(visitor), 0);
      await visitor.misses("潮");
      await site.go(visitor, "/works/lighthouse/2");
      await visitor.misses(say.marked);
      assert.deepEqual(wrong, []);
      await visitor.leave();

      // And the first finds theirs from elsewhere, and comes back to the chapter they were in.
      const elsewhere = await Visitor.arrive(browser, house, { language, script: false });
      await site.go(elsewhere, "/works/moon-post/1");
      await site.press(elsewhere, "/sign-in", ".second");
      await elsewhere.follow(elsewhere.page.locator('a[href^="/signin/email"]'));
      await elsewhere.send("/signin/email", { email: address, password });
      assert.equal(elsewhere.page.url(), `${site.origin}/works/moon-post/1`);
      assert.equal(await shelfOf(elsewhere), 1);
      await elsewhere.leave();
    });
  }

  test("a site that asks often renews its tokens page by page, and ends with the session at the house", async (context) => {
    const often = await Site.open(house, ["--ask-every", "0"]);
    context.after(() => often.close());
    house.providers.push(often.origin);
    const visitor = await Visitor.arrive(browser, house, { language: "en" });
    await often.go(visitor, "/shelf");
    await often.register(visitor, newAddress("often"));
    for (const path of ["/works/bookshop/1", "/works/bookshop/2", "/shelf", "/pen-name"]) {
      await often.go(visitor, path);
      assert.equal(await visitor.page.locator('form[action="/sign-out"]').count(), 1, path);
    }
    // Two pages at once share one renewal after the other.
    const both = await Promise.all(["/shelf", "/"].map((path) => visitor.context.request.get(often.origin + path)));
    for (const answer of both) assert.match(await answer.text(), /action="\/sign-out"/);
    // The name is the one that the house tells now.
    await visitor.go("/account/profile");
    await visitor.send("/account/profile", { display_name: "Aya" });
    await often.go(visitor, "/shelf");
    await visitor.sees(words.en.of("Aya"));
    await visitor.go("/account");
    await visitor.press("/signout");
    await often.go(visitor, "/shelf");
    assert.equal(await visitor.page.locator('form[action="/sign-out"]').count(), 0);
    await visitor.leave();
  });

  test("a site that an operator has added hears at once that its member has signed out at the house", async (context) => {
    const port = await freePort();
    const origin = `http://127.0.0.1:${port}`;
    const secret = await house.client(
      "told-site", `redirect_uris=${origin}/callback`, "label=Told Site", `backchannel_logout_uri=${origin}/backchannel-logout`,
      "allow_private=true",
    );
    // By itself it asks once an hour, so that what ends its session is what it is told.
    const told = await Site.open(house, ["--client-id", "told-site", "--client-secret", secret, "--ask-every", "3600"], port);
    context.after(() => told.close());
    house.providers.push(told.origin);
    const visitor = await Visitor.arrive(browser, house, { language: "en" });
    await told.go(visitor, "/shelf");
    await told.register(visitor, newAddress("told"));
    const isIn = async () => {
      await told.go(visitor, "/shelf");
      return (await visitor.page.locator('form[action="/sign-out"]').count()) === 1;
    };
    assert.equal(await isIn(), true);
    await visitor.go("/account/sessions");
    await visitor.sees("Told Site");
    await visitor.go("/account");
    await visitor.press("/signout");
    await until("the site has heard", async () => !(await isIn()));
    assert.match(told.log(), /told that a session is over/);
    await visitor.leave();
  });

  test("whoever proves to be somebody else gets their own session and not the first one's errand", async () => {
    const visitor = await Visitor.arrive(browser, house, { language: "en" });
    await site.go(visitor, "/shelf");
    await site.register(visitor, newAddress("first"));
    await site.go(visitor, "/pen-name");
    await visitor.context.clearCookies({ domain: "localhost" });
    await site.press(visitor, "/prove");
    assert.equal(visitor.path().split("?")[0], "/signin");
    const other = newAddress("second");
    await visitor.page.goto(`${house.origin}/signup/email?${new URL(visitor.page.url()).searchParams}`);
    await visitor.send("/signup/email", { email: other });
    await visitor.send("/signup/code", { code: await house.code(other) });
    await visitor.send("/signup/password", { password });
    assert.equal(visitor.page.url(), `${site.origin}/`);
    await site.go(visitor, "/pen-name");
    assert.equal(await visitor.page.locator('[name="pen_name"]').count(), 0);
    await visitor.leave();
  });

  test("a link with somebody else's code signs nobody in, and a form of another page does nothing", async () => {
    const thief = await Visitor.arrive(browser, house, { language: "en" });
    await site.go(thief, "/shelf");
    await site.register(thief, newAddress("thief"));
    // The thief, who is signed in at the house, goes all the way but for the last step, and keeps that for a victim.
    const step = async (method, url, more) => {
      const answer = await thief.context.request.fetch(url, { method, maxRedirects: 0, ...more });
      assert.equal(answer.status(), 303);
      return answer.headers().location;
    };
    const link = await step("GET", await step("POST", `${site.origin}/sign-in`, { headers: { origin: site.origin }, form: { to: "https://evil.example/" } }));
    assert.match(link, /code=/);
    const victim = await Visitor.arrive(browser, house, { language: "en" });
    const answer = await victim.page.goto(link);
    assert.equal(answer.status(), 400);
    assert.equal((await victim.context.cookies(site.origin)).length, 0);
    await victim.leave();
    // It is the thief's own, and leads to a page of the site, whatever address was asked for; once.
    await thief.page.goto(link);
    assert.equal(thief.page.url(), `${site.origin}/`);
    assert.equal((await thief.page.goto(link)).status(), 400);
    await thief.leave();

    for (const headers of [{}, { origin: house.origin }, { origin: "null" }]) {
      for (const path of ["/sign-in", "/sign-out", "/bookmarks", "/pen-name", "/prove"]) {
        const refused = await fetch(site.origin + path, { method: "POST", headers, redirect: "manual" });
        assert.equal(refused.status, 403, path);
      }
    }
  });
});
