
// Passkeys. What needs them is hidden until it is found here that the browser has them. What the browser's dialogue
// gives is posted as an ordinary form; what it refuses leads to a page that says what to do.
{
  const able = window.PublicKeyCredential;
  const minutes = 60_000;
  let pending; // The browser can be asked for one thing at a time.

  for (const part of document.querySelectorAll(able ? "[data-capable]" : "[data-incapable]")) part.hidden = false;
  // The style keeps the place of what may be shown.
  if (!able) document.querySelectorAll("[data-capable]").forEach((part) => part.removeAttribute("data-capable"));

  // Between JSON and bytes, where the browser does not do it itself.
  const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
  const base64url = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  const named = (list = []) => list.map((one) => ({ ...one, id: bytes(one.id) }));
  const read = {
    get: (json) =>
      able.parseRequestOptionsFromJSON?.(json) ??
      { ...json, challenge: bytes(json.challenge), allowCredentials: named(json.allowCredentials) },
    create: (json) =>
      able.parseCreationOptionsFromJSON?.(json) ?? {
        ...json,
        challenge: bytes(json.challenge),
        user: { ...json.user, id: bytes(json.user.id) },
        excludeCredentials: named(json.excludeCredentials),
      },
  };
  const written = (found) => {
    try {
      // Password managers stand in for the browser here, and some have no toJSON that works.
      const json = found.toJSON();
      if (json.id && json.response) return JSON.stringify(json);
    } catch {}
    const response = {};
    for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (found.response[part]) response[part] = base64url(found.response[part]);
    }
    if (found.response.getTransports) response.transports = found.response.getTransports();
    const { id, type } = found;
    return JSON.stringify({ id, rawId: base64url(found.rawId), type, response, clientExtensionResults: {} });
  };

  // The pages' words for what browsers say.
  const problem = (error, kind, late) => {
    const adding = kind === "create";
    const words = {
      NotAllowedError: late ? "timeout" : "cancelled",
      TimeoutError: "timeout",
      InvalidStateError: adding ? "already-added" : "failed",
      NotSupportedError: adding ? "no-lock" : "unsupported",
      ConstraintError: adding ? "no-lock" : "failed",
      SecurityError: "insecure",
      AbortError: "interrupted",
    };
    return error.problem ?? words[error.name] ?? "failed";
  };

  const options = async (form, fields) => {
    const body = new URLSearchParams(fields);
    const signal = AbortSignal.timeout?.(minutes / 2);
    const answer = await fetch(form.dataset.options, { method: "POST", body, signal }).catch(() => {
      throw { problem: "unreachable" };
    });
    if (answer.status === 429 || answer.status === 503) throw { problem: "busy" };
    const json = await answer.json().catch(() => ({}));
    if (!answer.ok || !json.challenge) throw { problem: json.problem ?? "failed" };
    return json;
  };

  // Asks the browser and posts what it gives. Throws a problem; nothing comes of a request that another has ended.
  const ask = async (form, { quiet = false, began = () => {} } = {}) => {
    pending?.abort();
    const mine = (pending = new AbortController());
    const kind = form.dataset.passkey === "create" ? "create" : "get";
    const mediation = quiet ? { mediation: "conditional" } : {};
    form.elements.credential.value = "";
    let since;
    let json;
    try {
      json = await options(form, kind === "create" ? mediation : {});
      if (mine.signal.aborted) return;
      began();
      since = performance.now();
      const found = await navigator.credentials[kind]({ publicKey: read[kind](json), signal: mine.signal, ...mediation });
      if (mine.signal.aborted) return;
      form.elements.credential.value = written(found);
      if (quiet && kind === "create") form.elements.mediation.value = "conditional";
      form.submit();
    } catch (error) {
      if (mine.signal.aborted) return;
      throw problem(error, kind, json?.timeout && performance.now() - since >= json.timeout - 500);
    }
  };

  const go = (address) => {
    const there = new URL(address, location);
    if (there.origin !== location.origin) return;
    if (there.pathname === location.pathname) location.replace(there);
    else location.assign(there);
  };
  const free = (form, text) => {
    delete form.dataset.asked;
    delete form.dataset.sent;
    form.querySelector("button").disabled = false;
    form.querySelector(".status").textContent = text;
  };

  for (const form of document.querySelectorAll('form[data-passkey="get"], form[data-passkey="create"]')) {
    const status = form.querySelector(".status");
    const button = form.querySelector("button");
    // Firefox brings a button back as it was left.
    button.disabled = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (form.dataset.asked) return;
      form.dataset.asked = "yes";
      button.disabled = true;
      status.textContent = form.dataset.wait;
      try {
        await ask(form, { began: () => (status.textContent = form.dataset.asking) });
        status.textContent = form.dataset.wait;
      } catch (word) {
        if (form.dataset.failed) go(form.dataset.failed + encodeURIComponent(word));
        else if (word === "already-added") go(form.dataset.next);
        else free(form, form.dataset.missed);
      }
    });
    // A page that comes back by the Back button can be used again.
    addEventListener("pageshow", (event) => event.persisted && free(form, ""));
  }

  // Autofill: the browser shows passkeys beside the address as long as it has been asked. What it is asked with lives
  // for five minutes, so it is asked anew after four, and not while nobody looks.
  const seen = () =>
    new Promise((done) => (document.hidden ? document.addEventListener("visibilitychange", done, { once: true }) : done()));
  const later = (time) =>
    new Promise((done) => {
      setTimeout(done, time);
      addEventListener("online", done, { once: true });
    });
  const listen = async (form) => {
    if (!(await able.isConditionalMediationAvailable?.())) return;
    let again;
    let pause = minutes / 4;
    do {
      again = false;
      await seen();
      const renew = setTimeout(() => {
        again = true;
        pending?.abort();
      }, 4 * minutes);
      const word = await ask(form, { quiet: true }).catch((word) => word);
      clearTimeout(renew);
      if (word === "unreachable" || word === "busy") {
        const asked = pending;
        await later((pause *= 2));
        again = pending === asked; // Else the button was pressed.
      }
    } while (again);
  };

  // Whether the device can keep a passkey and look who is there. That the browser could make one unasked says nothing of
  // the device: Chromium says so on every one.
  const device = async () => {
    const capable = await able?.isUserVerifyingPlatformAuthenticatorAvailable?.().catch(() => false);
    if (!capable) return {};
    const can = (await able.getClientCapabilities?.().catch(() => {})) ?? {};
    return { silent: can.conditionalCreate, capable };
  };

  const offer = async (form) => {
    const { silent, capable } = await device();
    if (!capable) return go(form.dataset.next);
    // The browser may make one unasked just after a password was filled in; else the page stays as it is.
    if (silent && !form.dataset.asked) await ask(form, { quiet: true }).catch(() => {});
  };

  const signal = async (name, told) => {
    try {
      await able?.[name]?.(told);
    } catch {}
  };

  const autofill = document.querySelector('form[data-passkey="autofill"]');
  if (able && autofill) listen(autofill);
  const upgrade = document.querySelector("form[data-upgrade]");
  if (upgrade) offer(upgrade);
  const told = document.querySelector("input[data-device]");
  if (told) device().then(({ capable }) => capable && (told.value = "capable"));

  // The browser's own list of passkeys follows what the account has.
  for (const { dataset } of document.querySelectorAll("[data-signal]")) {
    const { rp: rpId, user: userId, known, name, display: displayName, unknown: credentialId } = dataset;
    if (credentialId) signal("signalUnknownCredential", { rpId, credentialId });
    else {
      signal("signalAllAcceptedCredentials", { rpId, userId, allAcceptedCredentialIds: known.split(" ").filter(Boolean) });
      signal("signalCurrentUserDetails", { rpId, userId, name, displayName });
    }
  }
}
