//! Passkeys and apps: whom passkeys belong to, which origins and apps may use them, and what is refused.

use super::*;

/// What settings are refused with: key, what is wrong and what to do.
fn refused(text: &str) -> (String, String, String) {
    let problems = settings(text).err().unwrap_or_else(|| panic!("accepted: {text}"));
    assert_eq!(problems.len(), 1, "{text}: {problems:?}");
    let Problem { key, what, advice, .. } = problems[0].clone();
    (key.unwrap(), what, advice.unwrap())
}

/// Settings at this address.
fn at(base_url: &str, text: &str) -> Result<Settings, Vec<Problem>> {
    let required = REQUIRED.replace("https://accounts.example.com", base_url);
    checked(&read(&format!("{required}{text}"))?)
}

fn domain_at(base_url: &str) -> Option<String> {
    let read = at(base_url, "").unwrap_or_else(|problems| panic!("{problems:?}"));
    assert_eq!(read.methods().contains(&"passkey"), read.passkey_domain().is_some(), "{base_url}");
    read.passkey_domain().map(str::to_owned)
}

#[test]
fn passkeys_are_there_without_a_setting_and_belong_to_the_host() {
    let read = settings("").unwrap();
    assert_eq!(read.passkey_domain(), Some("accounts.example.com"));
    assert_eq!((read.passkey.max, read.passkey.related_origins.len()), (20, 0));
    assert!(read.app.ios.is_empty() && read.app.android.is_empty());
    assert_eq!(read.methods(), ["email", "passkey"]);
    let order = "service.methods_order = [\"passkey\", \"email\"]\n";
    assert_eq!(settings(order).unwrap().methods(), ["passkey", "email"]);
    let off = settings(&format!("{order}passkey.enabled = false")).unwrap();
    assert_eq!((off.passkey_domain(), off.methods()), (None, vec!["email"]));
}

#[test]
fn passkeys_are_there_where_browsers_keep_them_and_nowhere_else() {
    assert_eq!(domain_at("https://accounts.example.com:8443").unwrap(), "accounts.example.com");
    assert_eq!(domain_at("http://localhost:7878").unwrap(), "localhost");
    assert_eq!(domain_at("https://intranet").unwrap(), "intranet");
    for without in [
        "http://accounts.example.com",
        "http://127.0.0.1:7878",
        "https://127.0.0.1",
        "https://[::1]:7878",
        "https://192.0.2.1",
    ] {
        assert_eq!(domain_at(without), None, "{without}");
    }
}

#[test]
fn passkeys_belong_to_the_host_or_to_a_registered_domain_above_it() {
    let belongs = |base_url: &str, rp_id: &str| {
        let read = at(base_url, &format!("passkey.rp_id = \"{rp_id}\""));
        read.is_ok_and(|read| read.passkey_domain() == Some(rp_id))
    };
    let right = [
        ("https://accounts.example.com", "accounts.example.com"),
        ("https://accounts.example.com", "example.com"),
        ("https://a.b.example.co.jp", "b.example.co.jp"),
        ("https://a.b.example.co.jp", "example.co.jp"),
        ("https://example.co.jp", "example.co.jp"),
        ("https://t.co", "t.co"),
        ("http://localhost:7878", "localhost"),
    ];
    for (base_url, rp_id) in right {
        assert!(belongs(base_url, rp_id), "{rp_id} at {base_url}");
    }
    let wrong = [
        ("https://accounts.example.com", "com"),
        ("https://accounts.example.com", "ample.com"),
        ("https://accounts.example.com", "other.example.com"),
        ("https://accounts.example.com", "www.accounts.example.com"),
        ("https://accounts.example.com", "example.com.evil.com"),
        ("https://a.b.example.co.jp", "co.jp"),
        ("https://a.b.example.ne.jp", "ne.jp"),
        ("https://a.b.example.co.jp", "jp"),
        ("https://a.example.co.uk", "co.uk"),
        ("http://localhost:7878", "host"),
        ("https://192.0.2.1", "192.0.2.1"),
        ("https://192.0.2.1", "2.1"),
    ];
    for (base_url, rp_id) in wrong {
        assert!(!belongs(base_url, rp_id), "{rp_id} at {base_url}");
    }
    let (key, what, advice) = refused("passkey.rp_id = \"exmaple.com\"");
    assert_eq!(key, "passkey.rp_id");
    assert!(what.contains("neither the host of service.base_url, accounts.example.com"), "{what}");
    assert!(advice.starts_with("there are accounts.example.com, example.com;"), "{advice}");
    assert!(refused("passkey.rp_id = \"com\"").1.contains("that many share"));
    assert!(problem("passkey.rp_id = \"https://example.com\"").what.contains("must be a domain name"));
    assert!(problem("passkey.rpid = \"x\"").advice.unwrap().contains("passkey.rp_id"));
}

#[test]
fn related_origins_are_https_origins_of_registered_domains_as_browsers_write_them() {
    let wrong = [
        ("http://www.example.org", "must begin with https://"),
        ("www.example.org", "must begin with a scheme"),
        ("https://www.example.org/", "as browsers write it: https://www.example.org"),
        ("https://www.example.org:443", "as browsers write it: https://www.example.org"),
        ("https://WWW.example.org", "as browsers write it: https://www.example.org"),
        ("https://www.example.org/app", "without a path"),
        ("https://u:p@www.example.org", "must not contain a user"),
        ("https://*.example.org", "no valid host"),
        ("https://localhost", "a host of a registered domain"),
        ("https://co.jp", "a host of a registered domain"),
        ("https://192.0.2.1", "a host of a registered domain"),
        ("https://[2001:db8::1]", "a host of a registered domain"),
    ];
    for (origin, what) in wrong {
        let told = problem(&format!("\npasskey.related_origins = [\"{origin}\"]"));
        assert_eq!(line_of(&told), 2, "{origin}");
        assert!(told.what.contains(what), "{origin}: {told}");
    }
    let read = settings("passkey.related_origins = [\"https://www.example.org:8443\"]").unwrap();
    assert_eq!(read.passkey.related_origins, ["https://www.example.org:8443"]);
    let (key, what, _) = refused("passkey.related_origins = [\"https://accounts.example.com\"]");
    assert_eq!(key, "passkey.related_origins");
    assert!(what.contains("which is service.base_url"), "{what}");
}

/// WebAuthn Level 3 section 5.11: browsers read five different names from the list, and not the rest.
#[test]
fn related_origins_have_no_more_names_than_browsers_read() {
    let list = |hosts: &[&str]| {
        let quoted: Vec<String> = hosts.iter().map(|host| format!("\"https://{host}\"")).collect();
        format!("passkey.related_origins = [{}]", quoted.join(", "))
    };
    // `example` is that of service.base_url already, in whatever country.
    let five = ["a.jp", "www.b.co.jp", "c.com", "d.net", "example.co.uk", "www.a.fr", "example.de"];
    assert!(settings(&list(&five)).is_ok());
    let (key, what, advice) = refused(&list(&[&five[..], &["f.com"]].concat()));
    assert_eq!((key.as_str(), advice.as_str()), ("passkey.related_origins", "leave some out"));
    assert!(what.contains("6 different names") && what.contains("a, b, c, d, example, f"), "{what}");
}

#[test]
fn apps_are_named_by_whom_their_systems_know_them() {
    let text = format!(
        "app.ios = [\"ABCDE12345.jp.example.app\"]\napp.android = [\"{ANDROID}\", \"{ANDROID_TWICE}\"]"
    );
    let read = settings(&text).unwrap();
    assert_eq!(read.app.ios, ["ABCDE12345.jp.example.app"]);
    let [one, two] = read.app.android.as_slice() else { panic!("{:?}", read.app.android) };
    assert_eq!(one.package, "jp.example.app");
    assert_eq!(format!("jp.example.app {}", one.fingerprint), ANDROID);
    assert_eq!(two.fingerprint, ANDROID_TWICE["jp.example.app ".len()..].to_ascii_uppercase());

    let (_, fingerprint) = ANDROID.split_once(' ').unwrap();
    let sha1 = &fingerprint[..20 * 3 - 1];
    let wrong = [
        ("ios", "jp.example.app".to_owned(), "must be the Team ID"),
        ("ios", "ABCDE1234.jp.example.app".to_owned(), "must be the Team ID"),
        ("ios", "abcde12345.jp.example.app".to_owned(), "must be the Team ID"),
        ("ios", "ABCDE12345.".to_owned(), "must be the Team ID"),
        ("ios", "ABCDE12345.*".to_owned(), "must be the Team ID"),
        ("android", "jp.example.app".to_owned(), "must be the package name, a space"),
        ("android", fingerprint.to_owned(), "must be the package name, a space"),
        ("android", format!("app {fingerprint}"), "does not begin with a package name"),
        ("android", format!("jp.2nd.app {fingerprint}"), "does not begin with a package name"),
        ("android", format!("jp.example.app SHA256: {fingerprint}"), "has a word before"),
        ("android", format!("jp.example.app {sha1}"), "has a SHA-1 fingerprint"),
        ("android", format!("jp.example.app {fingerprint}:00"), "has no fingerprint of 32 pairs"),
        ("android", format!("jp.example.app {}", fingerprint.replace(':', "")), "has no fingerprint"),
        ("android", format!("jp.example.app {}", fingerprint.replace('7', "g")), "has no fingerprint"),
        ("android", format!("jp.example.app  {fingerprint}"), "has no fingerprint"),
    ];
    for (system, app, what) in wrong {
        let told = problem(&format!("\napp.{system} = [\"{app}\"]"));
        assert_eq!(line_of(&told), 2, "{app}");
        assert!(told.what.contains(what), "{app}: {told}");
    }
    assert!(problem(&format!("app.android = \"{ANDROID}\"")).what.contains("must be a list"));
    let environment = [("GENKAN_APP__ANDROID", format!("{ANDROID}, {ANDROID_TWICE}"))];
    let environment: Vec<(&str, &str)> = environment.iter().map(|(k, v)| (*k, v.as_str())).collect();
    assert!(overlay("", Path::new(""), &variables(&environment)).is_ok());
}

#[test]
fn an_account_has_at_least_one_passkey_and_at_most_a_hundred() {
    assert_eq!(settings("passkey.max = 1").unwrap().passkey.max, 1);
    assert_eq!(settings("passkey.max = 100").unwrap().passkey.max, 100);
    for number in ["0", "101", "\"20\""] {
        assert_eq!(problem(&format!("passkey.max = {number}")).key.as_deref(), Some("passkey.max"));
    }
}

/// docs/passkeys.md: what an operator copies from it is read.
#[test]
fn the_settings_of_the_guide_of_passkeys_are_right() {
    let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/passkeys.md");
    let guide = fs::read_to_string(guide).unwrap();
    let blocks: Vec<&str> =
        guide.split("```toml\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
    assert_eq!(blocks.len(), 1, "the block is found");
    let read = settings(blocks[0]).unwrap_or_else(|problems| panic!("{problems:?}"));
    assert_eq!(read.passkey_domain(), Some("example.com"));
    assert_eq!((read.app.ios.len(), read.app.android.len()), (1, 1));
    assert_eq!(read.passkey.related_origins, ["https://www.example.co.jp"]);
}
