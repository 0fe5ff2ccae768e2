//! Where to go after a sign-in, as anybody writes it into a link (R-SIGNIN-7, security.md F12).
//!
//! What must hold: whatever is accepted leads browsers to that path of this very origin and nowhere else. What browsers do is asked
//! of another implementation of the URL standard.

#![no_main]

use libfuzzer_sys::fuzz_target;
use url::Url;
use web::ReturnTo;

const HERE: &str = "https://id.example.jp/signin/email?return_to=%2F";

fuzz_target!(|text: &str| {
    let Some(accepted) = ReturnTo::parse(text) else { return };
    assert_eq!(accepted.as_str(), text, "it is repaired");
    let here = Url::parse(HERE).expect("an address");
    let led = here.join(text).expect("a path that browsers read");
    assert_eq!(led.origin(), here.origin(), "{text:?} leads to another origin");
    assert_eq!((led.username(), led.password(), led.fragment()), ("", None, None));
    let query = led.query().map(|query| format!("?{query}")).unwrap_or_default();
    // An apostrophe in a query is the one sign that browsers write otherwise.
    let written = format!("{}{query}", led.path()).replace("%27", "'");
    assert_eq!(written, text.replace("%27", "'"), "browsers ask for another path");
    // A proxy that decodes once must not find another path than the one that was looked at.
    let segments = led.path().split('/').skip(1);
    let hidden = segments.filter(|segment| {
        let small = segment.to_ascii_lowercase();
        small.contains("%2e") || small.contains("%2f") || small.contains("%5c") || small.contains("%00")
    });
    assert_eq!(hidden.count(), 0, "{text:?} hides what steers paths");
});
