// What keeps passkeys in a test: Chromium's virtual authenticator, as the browser itself takes it for a real one, and
// what of the browser is recorded or taken away to see how the pages bear it.

import { until } from "./house.mjs";

// The device's own, with a screen lock.
const internal = {
  protocol: "ctap2",
  ctap2Version: "ctap2_1",
  transport: "internal",
  hasResidentKey: true,
  hasUserVerification: true,
  isUserVerified: true,
  automaticPresenceSimulation: true,
  defaultBackupEligibility: false,
  defaultBackupState: false,
};

export const kinds = {
  device: internal,
  synced: { ...internal, defaultBackupEligibility: true, defaultBackupState: true },
  eligible: { ...internal, defaultBackupEligibility: true },
  roaming: { ...internal, transport: "usb" },
  lockless: { ...internal, hasUserVerification: false, isUserVerified: false },
};

export class Authenticator {
  // Plugs one into the visitor's page, or an empty socket with no authenticator in it.
  static async of(visitor, kind = kinds.device) {
    const authenticator = new Authenticator();
    authenticator.wire = await visitor.context.newCDPSession(visitor.page);
    authenticator.told = [];
    for (const what of ["Added", "Asserted", "Updated", "Deleted"]) {
      authenticator.wire.on(`WebAuthn.credential${what}`, (event) => authenticator.told.push({ what: what.toLowerCase(), ...event }));
    }
    await authenticator.wire.send("WebAuthn.enable", { enableUI: false });
    if (kind) await authenticator.plug(kind);
    return authenticator;
  }

  async plug(kind) {
    const { authenticatorId } = await this.wire.send("WebAuthn.addVirtualAuthenticator", { options: kind });
    this.id = authenticatorId;
  }

  async unplug() {
    await this.ask("removeVirtualAuthenticator");
  }

  async ask(what, more = {}) {
    return this.wire.send(`WebAuthn.${what}`, { authenticatorId: this.id, ...more });
  }

  async credentials() {
    const { credentials } = await this.ask("getCredentials");
    return credentials;
  }

  // What another one keeps: the same person's, synced or carried over.
  async take(other) {
    for (const credential of await other.credentials()) await this.ask("addCredential", { credential });
  }

  async remove({ credentialId }) {
    await this.ask("removeCredential", { credentialId });
  }

  // Whether the finger is that of the person whose device it is.
  async knows(isUserVerified) {
    await this.ask("setUserVerified", { isUserVerified });
  }

  // Whether anybody touches it.
  async answers(enabled) {
    await this.ask("setAutomaticPresenceSimulation", { enabled });
  }

  // Waits until the browser has told it of this.
  async heard(what) {
    return until(`the authenticator to hear "${what}"`, () => this.told.find((one) => one.what === what));
  }
}

// Records what the page tells the browser's own list of passkeys; it is told all the same.
export async function recordSignals(visitor) {
  const signals = [];
  await visitor.context.exposeFunction("recordSignal", (name, told) => signals.push({ name, ...told }));
  await visitor.context.addInitScript(() => {
    for (const name of ["signalUnknownCredential", "signalAllAcceptedCredentials", "signalCurrentUserDetails"]) {
      const original = PublicKeyCredential[name];
      PublicKeyCredential[name] = (told) => {
        globalThis.recordSignal(name, told);
        return original.call(PublicKeyCredential, told);
      };
    }
  });
  return signals;
}

// A browser that has never heard of passkeys.
export async function withoutPasskeys(visitor) {
  await visitor.context.addInitScript(() => {
    delete globalThis.PublicKeyCredential;
  });
}

// Somebody who takes their time to touch the device, where `waits` was called; `comes` is when they do.
export async function hesitation(visitor) {
  let [come, there] = [() => {}, Promise.resolve()];
  await visitor.context.exposeFunction("somebodyIsThere", () => there);
  await visitor.context.addInitScript(() => {
    const original = navigator.credentials.get.bind(navigator.credentials);
    navigator.credentials.get = async (options) => {
      await globalThis.somebodyIsThere();
      return original(options);
    };
  });
  return { waits: () => (there = new Promise((done) => (come = done))), comes: () => come() };
}

// How often a page has asked the browser for a passkey by now: what it asks with has come then.
export async function askings(visitor) {
  const asked = [];
  await visitor.context.exposeFunction("somebodyIsAsked", () => asked.push(Date.now()));
  await visitor.context.addInitScript(() => {
    const original = navigator.credentials.get.bind(navigator.credentials);
    navigator.credentials.get = (options) => {
      const found = original(options);
      globalThis.somebodyIsAsked();
      return found;
    };
  });
  return asked;
}

// Nothing vouches for the AAGUID where no attestation is asked for, so the browser may as well be another's: the passkeys
// made there are of this kind.
export async function disguise(visitor, aaguid) {
  await visitor.context.addInitScript((hex) => {
    const virtual = "01020304050607080102030405060708";
    const bytes = (text) => text.match(/../g).map((pair) => parseInt(pair, 16));
    const original = navigator.credentials.create.bind(navigator.credentials);
    navigator.credentials.create = async (options) => {
      const made = await original(options);
      const json = made.toJSON();
      const read = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
      const written = (array) => btoa(String.fromCharCode(...array)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
      for (const part of ["attestationObject", "authenticatorData"]) {
        const array = read(json.response[part]);
        const [from, to] = [bytes(virtual), bytes(hex)];
        const at = array.findIndex((_, start) => from.every((byte, index) => array[start + index] === byte));
        if (at < 0) throw new Error("no AAGUID");
        array.set(to, at);
        json.response[part] = written(array);
      }
      made.toJSON = () => json;
      return made;
    };
  }, aaguid.replaceAll("-", ""));
}

// A browser that makes a passkey without asking where `can`; Chromium's virtual authenticators never do. What is made is
// made by the authenticator, and `hold` leaves the browser thinking until it is told to stop.
export async function silently(visitor, { can = true, hold = false } = {}) {
  const asked = [];
  await visitor.context.exposeFunction("recordCreate", (what) => asked.push(what));
  await visitor.context.addInitScript(
    ([can, hold]) => {
      const capabilities = PublicKeyCredential.getClientCapabilities.bind(PublicKeyCredential);
      PublicKeyCredential.getClientCapabilities = async () => ({ ...(await capabilities()), conditionalCreate: can });
      const original = navigator.credentials.create.bind(navigator.credentials);
      navigator.credentials.create = async ({ mediation, ...options }) => {
        await globalThis.recordCreate(mediation ?? "modal");
        if (mediation !== "conditional" || !hold) return original(options);
        return new Promise((_, refuse) => {
          options.signal.addEventListener("abort", () => {
            globalThis.recordCreate("aborted");
            refuse(options.signal.reason);
          });
        });
      };
    },
    [can, hold],
  );
  return asked;
}
