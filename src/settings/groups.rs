//! The groups of settings, with what each is about, in the order of the sample file.
//!
//! Like the table of settings (`entries`) this is the only place where it is written down; sample, schema and reference come
//! from it.

use super::table::Group;

/// What each group is about.
pub(super) const GROUPS: &[Group] = &[
    Group { path: "service", text: "The service as members see it." },
    Group { path: "listen", text: "Where requests come in. TLS ends at the proxy in front." },
    Group { path: "database", text: "Where the accounts are kept." },
    Group {
        path: "keys",
        text: "The keys from which one-time codes and the numbers in mails are derived.",
    },
    Group { path: "mail", text: "The mail that the service sends." },
    Group { path: "mail.smtp", text: "The server that mail is handed to." },
    Group {
        path: "mail.pace",
        text: "How fast mails go to their receivers, from all processes together. Step by step: docs/mail.md.",
    },
    Group {
        path: "mail.reports",
        text: "What comes back of the mail: servers that refuse it, readers who complain. Step by step: docs/mail.md.",
    },
    Group {
        path: "mail.dkim",
        text: "Signing the mail, so that receivers know whose it is. Without these settings the mail server has to. Step by step: docs/mail.md.",
    },
    Group { path: "provider.google", text: "Signing in with Google. Step by step: docs/providers.md." },
    Group { path: "provider.apple", text: "Signing in with Apple. Step by step: docs/providers.md." },
    Group {
        path: "provider.*",
        text: "Any other OpenID provider, once for each, under a name of your choice: small letters, digits and hyphens, at most 31, the first a letter. The name stands in addresses and with the accounts, so it should never change. In a variable an underscore stands for a hyphen of the name.",
    },
    Group { path: "passkey", text: "Signing in with passkeys. Step by step: docs/passkeys.md." },
    Group {
        path: "app",
        text: "The service's apps: they may use its passkeys, and systems believe that they are its own.",
    },
    Group {
        path: "app.minimum.*",
        text: "Versions of apps that are too old, once for each demand, under a name of your choice. Step by step: docs/api.md, “Old versions of apps”.",
    },
    Group { path: "registration", text: "Who may become a member." },
    Group { path: "terms", text: "The terms that members accept." },
    Group { path: "code", text: "One-time codes sent by mail." },
    Group { path: "lock", text: "How many wrong passwords lock an account." },
    Group { path: "reset", text: "The reset of a forgotten password." },
    Group { path: "notice", text: "The numbers in mails, with which a member takes something back." },
    Group { path: "session", text: "How long somebody stays signed in." },
    Group {
        path: "signing",
        text: "The keys by which this service signs, published at /.well-known/jwks.json.",
    },
    Group {
        path: "gate",
        text: "Proxies that ask who is there before they let a request through. Step by step: docs/forward-auth.md.",
    },
    Group { path: "device", text: "Devices that an account has been signed in on before." },
    Group { path: "password", text: "Which passwords are accepted." },
    Group { path: "password.hash", text: "How passwords are hashed (Argon2id)." },
    Group { path: "limits", text: "How much one network, and all together, may ask for." },
    Group { path: "withdraw", text: "Members who leave." },
    Group {
        path: "client.*",
        text: "A site or app of the service that asks who somebody is (OpenID Connect), once for each, under its client id: small letters, digits and hyphens, at most 31, the first a letter. Step by step: docs/openid.md.",
    },
    Group {
        path: "webhook",
        text: "What the service itself is told of its accounts. Step by step: docs/webhooks.md.",
    },
    Group {
        path: "webhook.*",
        text: "An endpoint of the service that is told, once for each, under a name of your choice: small letters, digits and hyphens, at most 31, the first a letter. The name stands with what was told, so it should never change. In a variable an underscore stands for a hyphen of the name.",
    },
    Group {
        path: "traces",
        text: "What a request spends its time on, for an OpenTelemetry collector.",
    },
    Group { path: "log", text: "What is written to standard error." },
];
