//! The documents that Google and Apple publish, read as they are, and with one address led astray.
//!
//! No test can ask Google or Apple; what they publish is written down here, shortened to what is read.

use std::sync::Arc;

use super::*;

const GOOGLE: &str = r#"{
    "issuer": "https://accounts.google.com",
    "authorization_endpoint": "https://accounts.google.com/o/oauth2/v2/auth",
    "token_endpoint": "https://oauth2.googleapis.com/token",
    "userinfo_endpoint": "https://openidconnect.googleapis.com/v1/userinfo",
    "revocation_endpoint": "https://oauth2.googleapis.com/revoke",
    "jwks_uri": "https://www.googleapis.com/oauth2/v3/certs",
    "response_types_supported": ["code", "token", "id_token", "none"],
    "id_token_signing_alg_values_supported": ["RS256"],
    "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
    "code_challenge_methods_supported": ["plain", "S256"]
}"#;

const APPLE: &str = r#"{
    "issuer": "https://appleid.apple.com",
    "authorization_endpoint": "https://appleid.apple.com/auth/authorize",
    "token_endpoint": "https://appleid.apple.com/auth/token",
    "revocation_endpoint": "https://appleid.apple.com/auth/revoke",
    "jwks_uri": "https://appleid.apple.com/auth/keys",
    "response_modes_supported": ["query", "fragment", "form_post"],
    "id_token_signing_alg_values_supported": ["RS256"],
    "token_endpoint_auth_methods_supported": ["client_secret_post"]
}"#;

fn learnt(preset: Preset, text: &str) -> Result<Metadata, UpstreamFault> {
    let options = ProviderOptions::new("x", preset, Arc::new(|| 0));
    let outbound = Outbound::new(&options).unwrap();
    read(&outbound, &options, &serde_json::from_str(text).unwrap())
}

#[test]
fn the_documents_of_google_and_apple_are_understood() {
    let google = learnt(Preset::Google, GOOGLE).unwrap_or_else(|fault| panic!("{fault}"));
    assert_eq!(google.algorithms, [Algorithm::RS256]);
    assert_eq!((google.secret_in_form, google.s256, google.iss_promised), (false, Some(true), false));
    assert_eq!(google.token.as_str(), "https://oauth2.googleapis.com/token");
    let apple = learnt(Preset::Apple, APPLE).unwrap_or_else(|fault| panic!("{fault}"));
    assert_eq!((apple.secret_in_form, apple.s256), (true, None));
    assert_eq!(apple.revocation.unwrap().as_str(), "https://appleid.apple.com/auth/revoke");
    let silent = APPLE.replace("revocation_endpoint", "nothing");
    let apple = learnt(Preset::Apple, &silent).unwrap_or_else(|fault| panic!("{fault}"));
    assert_eq!(apple.revocation.unwrap().as_str(), "https://appleid.apple.com/auth/revoke");
}

/// security.md F15.
#[test]
fn f15_a_document_of_google_or_apple_leads_to_no_other_host() {
    for (preset, text) in [(Preset::Google, GOOGLE), (Preset::Apple, APPLE)] {
        let addresses = text.split('"').filter(|part| part.starts_with("https://")).skip(1);
        for address in addresses {
            for astray in
                ["https://evil.example/x", "http://accounts.google.com/x", "https://127.0.0.1/x"]
            {
                let bent = text.replace(address, astray);
                let fault = learnt(preset, &bent).err();
                assert!(matches!(fault, Some(UpstreamFault::Address(_))), "{address}: {fault:?}");
            }
        }
    }
}
