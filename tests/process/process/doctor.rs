//! `genkan doctor mail` as an operator runs it, against a DNS server that somebody else wrote.

use serde_json::Value;

use super::dnsmasq::{Dnsmasq, text};
use super::house::{Engine, House};

/// The address that mail is said to leave from.
const ADDRESS: &str = "192.0.2.25";

fn parts(printed: &str) -> Vec<(String, String)> {
    let printed: Value = serde_json::from_str(printed).expect("JSON");
    let of = |part: &Value, name: &str| part[name].as_str().expect("a text").to_owned();
    let parts = printed["parts"].as_array().expect("parts");
    parts.iter().map(|part| (of(part, "part"), of(part, "state"))).collect()
}

#[test]
fn the_doctor_finds_a_domain_well_and_says_what_to_set_where_it_is_not() {
    let Some(house) = House::build(Engine::Sqlite) else { return };
    let settings = house.settings();
    let keys = super::dkim::sign_mail(&house, &house.relay.port.into());
    let records = |dmarc: &str| {
        let mut all = vec![
            "mx-host=example.test,out.example.test,10".to_owned(),
            format!("host-record=out.example.test,{ADDRESS}"),
            text("example.test", "v=spf1 mx -all"),
            text("_dmarc.example.test", dmarc),
        ];
        let published = keys.as_object().expect("records").iter();
        all.extend(published.map(|(name, value)| text(name, value.as_str().expect("a text"))));
        all
    };
    let Some(server) = Dnsmasq::start(&records("v=DMARC1; p=reject; rua=mailto:a@example.test")) else {
        return;
    };
    let asked = server.address.to_string();
    let doctor =
        ["doctor", "mail", "--config", &settings, "--resolver", &asked, "--sends-from", ADDRESS];
    let well = house.run(&[doctor.as_slice(), &["--json"]].concat());
    let well = parts(&String::from_utf8_lossy(&well.stdout));
    let names: Vec<&str> = well.iter().map(|(part, _)| part.as_str()).collect();
    assert_eq!(names[..3], ["mail", "mail back", "mail SPF"]);
    assert!(names[3].starts_with("mail DKIM ") && names[3].ends_with("-rsa"), "{names:?}");
    assert!(names[4].starts_with("mail DKIM ") && names[4].ends_with("-ed25519"), "{names:?}");
    assert_eq!(names[5..], ["mail DMARC", "mail PTR 192.0.2.25"]);
    assert!(well.iter().all(|(_, state)| state == "ok"), "{well:?}");

    let mut without_rsa = records("v=DMARC1; p=none; rua=mailto:a@example.test");
    without_rsa.retain(|record| !record.contains("k=rsa"));
    let Some(server) = Dnsmasq::start(&without_rsa) else { return };
    let asked = server.address.to_string();
    let doctor =
        ["doctor", "mail", "--config", &settings, "--resolver", &asked, "--sends-from", ADDRESS];
    let said = house.refused(&doctor);
    let (name, value) =
        keys.as_object().expect("records").iter().find(|(name, _)| name.contains("-rsa")).expect("RSA");
    let (_, rest) = said.split_once("\nWRONG  mail DKIM ").expect("it is told");
    assert!(rest.contains(&format!("there is no record at {name}")), "{said}");
    assert!(
        rest.contains(&format!(
            "\n       {name}. IN TXT ( \"{}",
            &value.as_str().expect("a text")[..255]
        )),
        "{said}"
    );
    assert!(said.contains("\nnote   mail DMARC: p=none asks receivers"), "{said}");
    assert!(said.contains("_dmarc.example.test. IN TXT \"v=DMARC1; p=quarantine;"), "{said}");
    assert!(said.contains("\nok     mail SPF: "), "{said}");

    // Without a server that is named, DNS is not asked for what the public cannot know.
    house.run(&["db", "migrate", "--config", &settings]);
    let whole = house.run(&["doctor", "--config", &settings]);
    let whole = String::from_utf8_lossy(&whole.stdout).into_owned();
    assert!(
        whole.contains("note   mail DNS: example.test is not a domain of the public DNS"),
        "{whole}"
    );
    assert!(whole.contains("\nok     database"), "{whole}");
}

/// Statements that the server keeps by name spare it much, and are none for behind a pooler that swaps connections.
#[test]
fn the_doctor_says_whether_statements_can_be_kept_by_the_server() {
    let kinds = [
        (Engine::Postgres, "\nnote   database: no pooler is seen that gives each transaction another"),
        (
            Engine::Pooled,
            "\nok     database: database.statements is unnamed, as the pooler in between needs it",
        ),
    ];
    for (engine, unnamed) in kinds {
        let Some(house) = House::build(engine) else { return };
        let doctor = ["doctor", "--config", &house.settings()];
        house.run(&["db", "migrate", "--config", &house.settings()]);
        let said = house.run(&doctor);
        let said = String::from_utf8_lossy(&said.stdout).into_owned();
        assert!(said.contains(unnamed), "{said}");
        let text = std::fs::read_to_string(house.settings()).expect("the settings");
        let text = text.replace("pool = 8\n", "pool = 8\nstatements = \"named\"\n");
        std::fs::write(house.settings(), text).expect("the settings");
        if engine == Engine::Pooled {
            let said = house.refused(&doctor);
            assert!(said.contains("\nWRONG  database: The database cannot be used this way"), "{said}");
            assert!(said.contains("set it to \"unnamed\""), "{said}");
        } else {
            let said = house.run(&doctor);
            let said = String::from_utf8_lossy(&said.stdout).into_owned();
            assert!(said.contains("\nok     database: database.statements is named"), "{said}");
        }
    }
}
