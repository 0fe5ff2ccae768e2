// The states of pages that have to do with Google, Apple and a member's own ways in, as in `states.mjs`: one walk,
// `visit(name, page)` at each.

import { Visitor } from "./browser.mjs";
import { codeIn } from "./house.mjs";
import { another, newAddress, password, register, signIn, signOut } from "./member.mjs";
import { cancel, choose, depart, goThrough, person, registerWith, report, signInWith } from "./providers.mjs";
import { say } from "./words.mjs";

const line = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 Safari Line/14.19.0";
const app = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148";

export async function walkProviders(browser, house, language, visit) {
  const someone = (options = {}) => Visitor.arrive(browser, house, { language, ...options });
  const step = { house, language, someone, at: (name, visitor) => visit(name, visitor.page) };
  await insideApps(step);
  await registering(step);
  await conflicts(step);
  await ownMethods(step);
  await contact(step);
  await proofs(step);
  await lately(step);
  await lost(step);
  await leaving(step);
}

async function insideApps({ someone, at }) {
  for (const [name, userAgent] of [["line", line], ["other", app]]) {
    const guest = await someone({ userAgent });
    await guest.go("/signin");
    await at(`in-app-${name}`, guest);
    await guest.leave();
  }
}

async function registering({ house, someone, at }) {
  const guest = await someone();
  const unvouched = await person(house, "google", { email: newAddress("foreign") });
  await guest.go("/signup");
  await goThrough(guest, "google", unvouched);
  await at("signup-address", guest);
  await guest.send("/signup/address", { email: "wrong" });
  await at("signup-address-refused", guest);
  await guest.send("/signup/address", { email: unvouched.email });
  await at("signup-address-code", guest);
  await guest.send("/signup/address/code", { code: "1111 2222 3333" });
  await at("signup-address-code-wrong", guest);
  await guest.send("/signup/address/code", { code: await house.code(unvouched.email) });
  await at("signup-confirm-google", guest);
  await guest.send("/signup/confirm", { display_name: "名".repeat(300) });
  await at("signup-confirm-refused", guest);
  await guest.go("/signup");
  await goThrough(guest, "apple", await person(house, "apple", { last_name: "高橋", first_name: "さくら" }), "hide");
  await at("signup-confirm-apple-relay", guest);
  await guest.press("/signup/confirm");
  await guest.go("/account/methods");
  await at("account-methods-apple-relay", guest);
  await guest.leave();
}

async function conflicts({ house, someone, at }) {
  const owner = await someone();
  const address = newAddress("both").replace("example.jp", "gmail.com");
  await register(owner, address);
  const guest = await someone();
  const who = await person(house, "google", { email: address });
  await guest.go("/signin");
  await depart(guest, "google");
  await cancel(guest, "google");
  await at("conflict-provider-cancelled", guest);
  await guest.go("/callback/google?state=forged&code=x");
  await at("conflict-trip-over", guest);
  await signInWith(guest, "google", who);
  await at("conflict-address-on-other-account", guest);
  await signIn(guest, address);
  await at("account-methods-offer", guest);
  await guest.press("/account/methods/offer", '[value="add"]');
  await at("account-methods-added", guest);

  await owner.go("/account/methods/add");
  await depart(owner, "apple");
  await cancel(owner, "apple");
  await at("conflict-cancelled-while-adding", owner);
  const apple = await person(house, "apple");
  const other = await someone();
  await registerWith(other, "apple", apple);
  await owner.go("/account/methods/add");
  await goThrough(owner, "apple", apple);
  await at("conflict-identity-on-other-account", owner);
  const [one, two] = [await person(house, "google"), await person(house, "google")];
  await other.go("/account/methods/add");
  await depart(other, "google");
  const first = other.page;
  other.page = await other.context.newPage();
  await other.go("/account/methods/add");
  await goThrough(other, "google", one);
  other.page = first;
  await choose(other, "google", two);
  await at("conflict-provider-taken", other);

  await guest.go("/account/methods/remove?method=google");
  await guest.press("/account/methods/remove");
  await at("account-methods-removed", guest);
  // With an address of its own: that of an account would be told first.
  await guest.go("/account/methods/add");
  await goThrough(guest, "google", two);
  await guest.go("/account/methods/remove?method=google");
  await guest.press("/account/methods/remove");
  const stranger = await someone();
  await signInWith(stranger, "google", two);
  await at("conflict-identity-removed", stranger);
  for (const one of [owner, guest, other, stranger]) await one.leave();
}

async function ownMethods({ house, someone, at }) {
  const member = await someone();
  await register(member);
  await member.go("/account/methods/remove?method=email");
  await at("account-methods-remove-last", member);
  await member.go("/account/methods/add");
  await at("account-methods-add", member);
  await goThrough(member, "google", await person(house, "google"));
  await member.go("/account/methods/add");
  await goThrough(member, "apple", await person(house, "apple"), "hide");
  await at("account-methods-all", member);
  await member.go("/account/methods/add");
  await at("account-methods-add-none", member);
  await member.go("/account/methods/remove?method=google");
  await at("account-methods-remove", member);
  await member.go("/account/methods/remove?method=email");
  await at("account-methods-remove-contact", member);
  await member.press("/account/methods/remove");
  await at("account-methods-remove-refused", member);
  await member.leave();
}

async function contact({ house, someone, at }) {
  const member = await someone();
  await register(member);
  const apple = await person(house, "apple");
  await member.go("/account/methods/add");
  await goThrough(member, "apple", apple, "hide");
  await member.go("/account/profile");
  await at("account-profile-contacts", member);
  await member.page.locator('[name="contact"][value="apple"]').check();
  await member.press("/account/profile/contact");
  await at("account-profile-contact-changed", member);
  await member.press("/account/profile/test-mail");
  await at("account-profile-test-mail", member);
  await report(house, "apple", "email-disabled", apple);
  for (const [path, name] of [["/account", "account"], ["/account/methods", "account-methods"], ["/account/profile", "account-profile"]]) {
    await member.go(path);
    await at(`${name}-forwarding-off`, member);
  }
  await signOut(member);
  await signInWith(member, "apple", apple);
  await at("contact-ask", member);
  await member.leave();
  const alone = await someone();
  const only = await person(house, "apple");
  await registerWith(alone, "apple", only, "hide");
  await report(house, "apple", "email-disabled", only);
  await signOut(alone);
  await signInWith(alone, "apple", only);
  await at("contact-ask-alone", alone);
  await alone.leave();
}

async function proofs({ house, someone, at }) {
  const member = await someone();
  const who = await person(house, "google");
  await registerWith(member, "google", who);
  await member.go("/account");
  await at("account-without-password", member);
  await house.later({ minutes: 11 });
  await member.go("/account/methods/email");
  await at("proof-by-provider", member);
  await goThrough(member, "google", await person(house, "google"));
  await at("proof-other-identity", member);
  await goThrough(member, "google", who);
  await at("account-email-add", member);
  const address = newAddress();
  await member.send("/account/methods/email", { email: address });
  await at("account-email-add-code", member);
  await member.send("/account/methods/email/code", { code: await house.code(address) });
  await at("account-email-add-password", member);
  await member.send("/account/methods/email/password", { new_password: "password123" });
  await at("account-email-add-password-weak", member);
  await member.send("/account/methods/email/password", { new_password: password });
  await at("account-email-added", member);
  await house.later({ minutes: 11 });
  await member.go("/account/password");
  await at("proof-both", member);
  await member.leave();
}

async function lately({ house, language, someone, at }) {
  const member = await someone();
  const address = await register(member);
  for (const provider of ["google", "apple"]) {
    await member.go("/account/methods/add");
    await goThrough(member, provider, await person(house, provider));
  }
  await member.go("/account/activity");
  await at("account-activity-of-methods", member);
  await member.go("/account/password");
  await member.send("/account/password", { new_password: another });
  await member.go("/account/methods/recent");
  await at("account-methods-recent", member);
  const owner = await someone();
  await owner.go("/reset");
  await owner.send("/reset", { email: address });
  const service = language === "ja" ? "玄関" : "Genkan";
  await owner.send("/reset/code", { code: await house.codeOf(address, say(language, "mail-reset-code-subject", { service })) });
  await at("reset-password-recent", owner);
  await member.leave();
  await owner.leave();
}

async function lost({ house, language, someone, at }) {
  const member = await someone();
  const who = await person(house, "google");
  await registerWith(member, "google", who);
  await signOut(member);
  await member.go("/reset");
  await member.send("/reset", { email: who.email });
  const service = language === "ja" ? "玄関" : "Genkan";
  const letter = await house.letter(who.email, say(language, "mail-reset-provider-subject", { service }));
  await member.go("/provider-lost");
  await at("provider-lost", member);
  await member.send("/provider-lost", { email: who.email, number: "1111 2222 3333 4444" });
  await at("provider-lost-refused", member);
  await member.send("/provider-lost", { email: who.email, number: codeIn(letter.text) });
  await at("provider-lost-done", member);
  await member.leave();
}

async function leaving({ house, someone, at }) {
  const member = await someone();
  const who = await person(house, "google");
  await registerWith(member, "google", who);
  for (const name of ["export", "withdraw"]) {
    await member.go(`/account/${name}`);
    await at(`account-${name}`, member);
  }
  await member.press("/account/withdraw");
  await at("withdrawn", member);
  await signInWith(member, "google", who);
  await at("conflict-account-withdrawn", member);
  await member.press("/signup/restore");
  await at("restored", member);
  await member.leave();
}
