// The states of the way back in, for the walk through every page: reset, numbers from mails, another address.

import { another, newAddress, register } from "./member.mjs";

export async function wayBack(house, at, someone) {
  const owner = await someone();
  await register(owner);
  await emails(owner, at, house);
  const member = await someone();
  const address = await register(member);
  await member.leave();
  const stranger = await someone();
  await resets(stranger, at, house, address);
  await numbers(stranger, at);
  await owner.leave();
  await stranger.leave();
}

async function emails(owner, at, house) {
  await owner.go("/account/methods/email");
  await at("account-email", owner);
  await owner.send("/account/methods/email", { email: "wrong" });
  await at("account-email-refused", owner);
  const theirs = newAddress("next");
  await owner.send("/account/methods/email", { email: theirs });
  await at("account-email-code", owner);
  await owner.send("/account/methods/email/code", { code: "1111 2222 3333" });
  await at("account-email-code-wrong", owner);
  await owner.send("/account/methods/email/code", { code: await house.code(theirs) });
  await at("account-email-changed", owner);
  await owner.go("/account/activity");
  await at("account-activity-after-a-change", owner);
}

async function resets(stranger, at, house, address) {
  await stranger.go("/reset");
  await at("reset", stranger);
  await stranger.send("/reset", { email: "wrong" });
  await at("reset-refused", stranger);
  await stranger.send("/reset", { email: address });
  await at("reset-code", stranger);
  await stranger.send("/reset/code", { code: "1111 2222 3333" });
  await at("reset-code-wrong", stranger);
  await house.later({ minutes: 2 });
  await stranger.press("/reset");
  await at("reset-code-sent-again", stranger);
  await stranger.send("/reset/code", { code: await house.newestCode(address) });
  await at("reset-password", stranger);
  await stranger.send("/reset/password", { password: "password123" });
  await at("reset-password-weak", stranger);
  await stranger.go("/reset/password");
  await at("reset-code-once-more", stranger);
  await stranger.go("/reset");
  await stranger.send("/reset", { email: address });
  await at("reset-cooldown", stranger);
  await stranger.go("/reset/code");
  await stranger.send("/reset/code", { code: await house.newestCode(address) });
  await stranger.send("/reset/password", { password: another });
  await at("account-password-reset", stranger);
  await house.later({ minutes: 2 });
  await stranger.go("/reset");
  await stranger.send("/reset", { email: newAddress("nobody") });
  await at("reset-code-signed-in", stranger);
}

async function numbers(visitor, at) {
  for (const name of ["not-me", "undo"]) {
    await visitor.go(`/${name}`);
    await at(name, visitor);
    await visitor.send(`/${name}`, { email: "somebody@example.jp", number: "1111 2222 3333 4444" });
    await at(`${name}-refused`, visitor);
    await visitor.go(`/${name}/done`);
    await at(`${name}-done`, visitor);
  }
}
