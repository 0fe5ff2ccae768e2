//! What is refused: wrong names, wrong values, numbers out of bounds, wrong combinations.

use super::*;

#[test]
fn a_misspelt_key_is_refused_with_its_line_and_the_right_name() {
    let wrong = problem("[service]\nname = \"x\"\n\n[mail.smtp]\nulr = \"smtps://a.jp\"\n");
    assert_eq!(line_of(&wrong), 5);
    assert_eq!(wrong.advice.as_deref(), Some("did you mean mail.smtp.url?"));
    assert_eq!(
        wrong.to_string(),
        "genkan.toml:5: mail.smtp.ulr: is not a setting\n    did you mean mail.smtp.url?"
    );
    assert_eq!(problem("[mial]\nworkers = 3").advice.as_deref(), Some("did you mean mail?"));
    assert_eq!(problem("[smtp]\nurl = 3").advice.as_deref(), Some("did you mean mail.smtp?"));
    assert_eq!(problem("base_url = \"x\"").advice.as_deref(), Some("did you mean service.base_url?"));
    assert_eq!(
        problem("lock.wrong_password = 3").advice.as_deref(),
        Some("did you mean lock.wrong_passwords?")
    );
}

#[test]
fn a_misspelt_variable_is_refused_and_those_of_kubernetes_are_not() {
    let wrong = |name: &str| {
        let problems = overlay("", Path::new(""), &variables(&[(name, "1")])).err().unwrap();
        problems[0].advice.clone().unwrap()
    };
    assert_eq!(wrong("GENKAN_MAIL_SMTP_URL"), "did you mean GENKAN_MAIL__SMTP__URL?");
    assert_eq!(wrong("GENKAN_CODE__ALVE"), "did you mean GENKAN_CODE__ALIVE?");
    assert_eq!(wrong("GENKAN_SERVICE_BASEURL"), "did you mean GENKAN_SERVICE__BASE_URL?");
    let theirs = variables(&[
        ("GENKAN_SERVICE_HOST", "10.0.0.1"),
        ("GENKAN_SERVICE_PORT_HTTP", "80"),
        ("GENKAN_PORT", "tcp://10.0.0.1:80"),
        ("GENKAN_PORT_80_TCP_ADDR", "10.0.0.1"),
        ("GENKAN_CONFIG", "/etc/genkan/genkan.toml"),
    ]);
    assert!(overlay("", Path::new(""), &theirs).is_ok());
}

#[test]
fn a_bad_value_is_refused_with_its_line() {
    let cases = [
        ("\ncode.life = \"30 minutes\"", 2, "is not a duration"),
        ("code.life = 30", 1, "must be a text in quotes"),
        ("code.alive = \"3\"", 1, "must be a whole number"),
        ("app.minimum.x.version = \"v3\"", 1, "up to four numbers with dots"),
        ("app.minimum.x.from = \"soon\"", 1, "a day such as 2026-12-01"),
        ("app.minimum.x.capability = \"login\"", 1, "not one of sign-in, register"),
        ("app.minimum.x.client = \"No/vel\"", 1, "letters, digits"),
        ("app.minimum.x.from = 2026-12-01", 1, "must be a text in quotes"),
        ("\n\nregistration.open = \"yes\"", 3, "true or false"),
        ("listen.trusted_proxies = [\n \"10.0.0.0/8\",\n \"ten\"]", 3, "not an address range"),
        (
            "service.footer = [\n{ ja = \"a\", en = \"b\",\n link = \"c\" }]",
            3,
            "`link` is not one of ja, en, url",
        ),
        ("service.name = { ja = \"a\" }", 1, "`en` is missing"),
        ("service.time_zone = \"Asia/Tokio\"", 1, "tz database"),
        ("log.level = \"verbose\"", 1, "not one of error, warn, info, debug, trace"),
        ("limits.writes_per_network = \"10/s\"", 1, "is not a rate"),
        ("mail = 3", 1, "is a group of settings"),
        ("mail.pace.domains = [\"docomo.ne.jp\"]", 1, "a domain in small letters and mails a minute"),
        ("mail.pace.domains = [\"Docomo.ne.jp 60\"]", 1, "a domain in small letters"),
        ("mail.pace.domains = [\"docomo.ne.jp 0\"]", 1, "a domain in small letters"),
        ("mail.reports.ses_topic = \"genkan-mail\"", 1, "the ARN of a topic"),
        ("mail.carrier_addresses = \"bare\"", 1, "not one of quoted, raw"),
        ("service.name = \"a\\nb\"", 1, "on one line"),
        ("service.accent = 1.5", 1, "must be a text"),
        ("\n[code\nlife = 3", 2, "not valid TOML"),
        ("code.alive = 3\ncode.alive = 3", 2, "not valid TOML"),
    ];
    for (text, line, what) in cases {
        let problem = problem(text);
        assert_eq!(line_of(&problem), line, "{text}: {problem}");
        assert!(problem.what.contains(what), "{text}: {problem}");
    }
}

#[test]
fn all_problems_are_told_at_once_in_the_order_of_the_lines() {
    let problems =
        read("[code]\nalive = 0\nlive = \"30m\"\n[lock]\nforget_after = \"1s\"").err().unwrap();
    assert_eq!(problems.iter().map(line_of).collect::<Vec<_>>(), [2, 3, 5]);
}

/// security.md A15: no number can be so large (or small) that a limit stops being one.
#[test]
fn the_largest_integers_are_refused_everywhere() {
    let huge = [
        "9223372036854775807",
        "18446744073709551615",
        "18446744073709551616",
        "99999999999999999999999999999999999999999999",
        "-1",
        "4294967296000",
    ];
    for entry in ENTRIES {
        for number in huge {
            let texts = match entry.kind {
                Kind::Integer(..) => vec![number.to_owned()],
                Kind::Duration(..) => vec![format!("\"{number}d\""), format!("\"{number}ms\"")],
                Kind::Rate => vec![format!("\"{number} per 1m\""), format!("\"1 per {number}d\"")],
                _ => continue,
            };
            for text in texts {
                assert!(
                    read(&format!("{} = {text}", path(entry))).is_err(),
                    "{} = {text}",
                    path(entry)
                );
                let environment = variables(&[(&variable(entry), text.trim_matches('"'))]);
                assert!(
                    overlay("", Path::new(""), &environment).is_err(),
                    "{} = {text}",
                    variable(entry)
                );
            }
        }
    }
}

#[test]
fn bounds_are_kept_to_the_last_step() {
    for entry in ENTRIES {
        let (least, most) = match entry.kind {
            Kind::Integer(least, most) => (least, most),
            Kind::Duration(least, most) => (least, most),
            _ => continue,
        };
        let write = |number: u64| match entry.kind {
            Kind::Integer(..) => format!("{} = {number}", path(entry)),
            _ => format!("{} = \"{number}s\"", path(entry)),
        };
        assert!(read(&write(least)).is_ok() && read(&write(most)).is_ok(), "{}", entry.path);
        assert!(read(&write(most + 1)).is_err(), "{}", entry.path);
        if least > 0 {
            assert!(read(&write(least - 1)).is_err(), "{}", entry.path);
        }
    }
}

/// R-LOCK-4: at most 100 wrong passwords between two unlocks.
#[test]
fn settings_that_are_wrong_together_are_refused() {
    let cases = [
        ("lock.wrong_passwords = 51", "lock.wrong_passwords"),
        ("lock.wrong_passwords = 100\ndevice.known = 1", "lock.wrong_passwords"),
        ("password.hash.passes = 1", "password.hash.memory_kib"),
        ("code.life = \"5m\"\ncode.gap = \"5m\"", "code.gap"),
        ("signing.publish_ahead = \"7d\"\nsigning.rotate_every = \"7d\"", "signing.publish_ahead"),
        ("session.browser_idle = \"2d\"\nsession.browser_total = \"1d\"", "session.browser_idle"),
        ("terms.version = \"1\"", "terms.version"),
        ("mail.smtp.user = \"u\"", "mail.smtp.user"),
        ("mail.reports.postmark_secret = \"short\"", "mail.reports.postmark_secret"),
        ("mail.japanese = \"iso-2022-jp\"\nmail.sender_name = \"髙島\"", "mail.japanese"),
    ];
    for (text, key) in cases {
        let problems = settings(text).err().unwrap_or_else(|| panic!("accepted: {text}"));
        assert_eq!(problems[0].key.as_deref(), Some(key), "{text}");
    }
    assert!(settings("lock.wrong_passwords = 50").is_ok());
    assert!(settings("mail.japanese = \"iso-2022-jp\"\nmail.sender_name = \"高島\"").is_ok());
}

#[test]
fn a_file_cut_off_anywhere_is_refused_or_read_and_never_a_crash() {
    let text = all_set(|_| true);
    for (end, _) in text.char_indices() {
        let _ = read(&text[..end]).map(|values| print::shown(&values));
    }
}
