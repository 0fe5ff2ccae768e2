// What holds of every page in every state: nobody is kept out by how it is made.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { House, until } from "./lib/house.mjs";
import { Visitor, axe, launch } from "./lib/browser.mjs";
import { password, register, signOut } from "./lib/member.mjs";
import { inspection } from "./lib/manners.mjs";
import { walk } from "./lib/states.mjs";

let house, browser;
before(async () => {
  [house, browser] = await Promise.all([House.dev(), launch()]);
});
after(async () => {
  await browser?.close();
  await house?.close();
});

for (const language of ["ja", "en"]) {
  test(`${language}: no page in no state keeps anybody out, however it is read`, async () => {
    const seen = inspection(language);
    await walk(browser, house, language, seen.visit);
    assert.deepEqual(seen.found, []);
    assert.ok(seen.pages >= 50, `only ${seen.pages} pages`);
  });

  test(`${language}: the tour, the mailbox, the clock and the stand-ins have no fault either`, async () => {
    const visitor = await Visitor.arrive(browser, house, { language });
    const address = await register(visitor);
    const [letter] = await house.letters(address);
    const found = [];
    for (const path of ["/dev", "/dev/mailbox", `/dev/mailbox/${letter.id}`, "/dev/clock", "/dev/events", "/dev/google", "/dev/apple"]) {
      await visitor.go(path);
      for (const colorScheme of ["light", "dark"]) {
        await visitor.page.emulateMedia({ colorScheme });
        for (const line of await axe(visitor.page)) found.push(`${path} ${colorScheme}: ${line}`);
      }
    }
    assert.deepEqual(found, []);
    await visitor.leave();
  });
}

test("the keyboard alone signs in, and an error takes the focus", async () => {
  const visitor = await Visitor.arrive(browser, house, { language: "ja" });
  const address = await register(visitor);
  await signOut(visitor);
  const { page } = visitor;
  const tabTo = async (selector) => {
    for (let presses = 0; presses < 30; presses += 1) {
      await page.keyboard.press("Tab");
      const there = await page.evaluate((wanted) => document.activeElement.matches(wanted), selector);
      if (!there) continue;
      const ring = await page.evaluate(() => {
        const style = getComputedStyle(document.activeElement);
        return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 3;
      });
      assert.ok(ring, `${selector} has the focus and does not show it`);
      return;
    }
    assert.fail(`Tab never comes to ${selector}`);
  };
  await visitor.go("/signin");
  await tabTo('a[href^="/signin/email"]');
  await page.keyboard.press("Enter");
  await page.waitForURL("**/signin/email*");
  await tabTo("#email");
  await page.keyboard.type(address);
  await tabTo("#password");
  await page.keyboard.type("not the password");
  await page.keyboard.press("Enter");
  await page.waitForSelector("[data-summary]");
  const focused = await page.evaluate(() => document.activeElement.matches("[data-summary]"));
  assert.ok(focused, "the summary has no focus");
  await tabTo("#password");
  await page.keyboard.type(password);
  await page.keyboard.press("Enter");
  await page.waitForURL("**/account");
  await visitor.leave();
});

test("the sign-in page with all it loads is below 14 KiB", async () => {
  for (const path of ["/signin", "/signin/email"]) {
    const visitor = await Visitor.arrive(browser, house);
    const wire = await visitor.context.newCDPSession(visitor.page);
    await wire.send("Network.enable");
    let bytes = 0;
    wire.on("Network.loadingFinished", (event) => (bytes += event.encodedDataLength));
    await visitor.page.goto(visitor.origin + path, { waitUntil: "networkidle" });
    assert.ok(bytes > 1_000 && bytes < 14 * 1024, `${path}: ${bytes} bytes`);
    console.log(`${path}: ${bytes} bytes`);
    await visitor.leave();
  }
});

test("fields say to password managers and keyboards what they are for", async () => {
  const visitor = await Visitor.arrive(browser, house);
  const { page } = visitor;
  const has = async (selector, wanted) => {
    for (const [name, value] of Object.entries(wanted)) {
      assert.equal(await page.locator(selector).getAttribute(name), value, `${visitor.path()} ${selector} ${name}`);
    }
  };
  const address = { autocomplete: "username", inputmode: "email", autocapitalize: "off", spellcheck: "false" };
  await visitor.go("/signin/email");
  await has("#email", { ...address, autocomplete: "username webauthn" });
  await has("#password", { autocomplete: "current-password", type: "password" });
  await visitor.go("/signup/email");
  await has("#email", address);
  const mine = "autofill@example.jp";
  await visitor.send("/signup/email", { email: mine });
  await has("#code", { autocomplete: "one-time-code", inputmode: "numeric" });
  await visitor.send("/signup/code", { code: await house.code(mine) });
  await has("#username", { autocomplete: "username", value: mine });
  await has("#password", { autocomplete: "new-password", type: "password" });
  await visitor.send("/signup/password", { password });
  await visitor.go("/account/password");
  await has("#username", { autocomplete: "username", value: mine });
  await has("#new_password", { autocomplete: "new-password", type: "password" });
  await visitor.go("/proof");
  await has("#username", { autocomplete: "username", value: mine });
  await has("#password", { autocomplete: "current-password", type: "password" });
  await visitor.leave();
});

test("a form of another site is refused and changes nothing", async () => {
  const visitor = await Visitor.arrive(browser, house);
  await register(visitor);
  const answer = await visitor.context.request.post(`${house.origin}/signout`, {
    headers: { origin: "http://evil.example", "sec-fetch-site": "cross-site" },
    maxRedirects: 0,
  });
  assert.equal(answer.status(), 403);
  assert.equal(await visitor.signedIn(), true);
  await visitor.leave();
});

test("cookies cannot be read by the script and are bound to this site", async () => {
  const visitor = await Visitor.arrive(browser, house);
  await register(visitor);
  const cookies = await visitor.context.cookies();
  assert.ok(cookies.some((cookie) => cookie.name === "genkan-session"));
  for (const cookie of cookies) {
    assert.ok(cookie.httpOnly, cookie.name);
    assert.equal(cookie.sameSite, "Lax", cookie.name);
    assert.equal(cookie.path, "/", cookie.name);
  }
  await visitor.leave();
});

test("the watch over pages sees a breach of the policy, a foreign request and an error", async () => {
  const visitor = await Visitor.arrive(browser, house);
  await visitor.go("/signin");
  await visitor.page.evaluate(() => {
    document.body.setAttribute("style", "color: red");
    setTimeout(() => {
      throw new Error("planted");
    });
    return fetch("http://localhost:1/").catch(() => {});
  });
  for (const wanted of ["Applying inline style", "error: Error: planted", "Connecting to 'http://localhost:1/'"]) {
    await until(wanted, () => visitor.complaints.some((complaint) => complaint.includes(wanted)), 5);
  }
  await visitor.page.evaluate(() => {
    document.querySelector("main").innerHTML = '<input type="text">';
  });
  assert.ok((await axe(visitor.page)).some((line) => line.startsWith("label")));
  visitor.complaints.length = 0;
  await visitor.leave();
});
