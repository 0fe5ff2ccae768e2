// Every page that can be asked for by an address, and who has to ask: `begin` brings a visitor there, whose cookies are used.

import { Visitor } from "./browser.mjs";
import { newAddress, register } from "./member.mjs";

const open = [
  "/signin", "/signin/email", "/signin/passkey", "/signup", "/signup/email", "/reset", "/not-me", "/not-me/done", "/undo",
  "/undo/done", "/undo/restored", "/provider-lost", "/provider-lost/done", "/withdrawn", "/signin?return_to=%2Faccount%2Fmethods",
  "/dev", "/dev/mailbox", "/dev/clock", "/dev/events", "/dev/google", "/dev/apple",
];
const own = [
  "/account", "/account/methods", "/account/methods/add", "/account/methods/remove?method=email", "/account/methods/email",
  "/account/methods/passkeys/add", "/account/password", "/account/profile", "/account/sessions", "/account/activity",
  "/account/withdraw", "/account/export", "/reset", "/not-me", "/undo", "/dev", "/dev/mailbox",
];

export const everything = [
  { who: "guest", begin: async () => {}, paths: open },
  { who: "registering", begin: asksToRegister, paths: ["/signup/code"] },
  { who: "proved", begin: provesAddress, paths: ["/signup/password"] },
  { who: "forgetful", begin: asksToReset, paths: ["/reset/code"] },
  { who: "member", begin: (visitor) => register(visitor), paths: own },
  { who: "moving", begin: asksToMove, paths: ["/account/methods/email/code"] },
  { who: "late", begin: comesLate, paths: ["/proof?return_to=%2Faccount%2Fpassword"] },
];

export const few = [
  { who: "guest", begin: async () => {}, paths: ["/signin/email"] },
  { who: "member", begin: (visitor) => register(visitor), paths: ["/account/methods", "/dev"] },
];

// Calls `each` with what Lighthouse says of each page.
export async function judgeAll(lens, browser, house, languages, groups, each) {
  for (const language of languages) {
    for (const { begin, paths } of groups) {
      const visitor = await Visitor.arrive(browser, house, { language });
      await begin(visitor);
      const cookies = (await visitor.context.cookies()).map(({ name, value, domain, path }) => ({ name, value, domain, path }));
      for (const path of paths) each(await lens.look(house.origin + path, { language, cookies }));
      await visitor.leave();
    }
  }
}

async function asksToRegister(visitor) {
  const address = newAddress();
  await visitor.go("/signup/email");
  await visitor.send("/signup/email", { email: address });
  return address;
}

async function provesAddress(visitor) {
  const address = await asksToRegister(visitor);
  await visitor.send("/signup/code", { code: await visitor.house.code(address) });
}

async function asksToReset(visitor) {
  await visitor.go("/reset");
  await visitor.send("/reset", { email: newAddress() });
}

async function asksToMove(visitor) {
  await register(visitor);
  await visitor.go("/account/methods/email");
  await visitor.send("/account/methods/email", { email: newAddress("next") });
}

async function comesLate(visitor) {
  await register(visitor);
  await visitor.house.later({ minutes: 11 });
}
