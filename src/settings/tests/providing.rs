//! Providers: presets, names of one's own, what is missing, what cannot be right, and the order of login methods.

use base64::Engine as _;

use super::*;

const GOOGLE: &str =
    "[provider.google]\nclient_id = \"1-x.apps.googleusercontent.com\"\nclient_secret = \"hush\"\n";
const APPLE: &str = "[provider.apple]\nclient_id = \"com.example.signin\"\nteam_id = \"ABCDE12345\"\n\
                     key_id = \"ABC123DEFG\"\nprivate_key_file = \"/etc/genkan/key.p8\"\n";
const MINE: &str = "[provider.my-idp]\nlabel = \"Mine\"\nissuer = \"https://id.example.org\"\n\
                    client_id = \"genkan\"\nclient_secret = \"hush\"\n";

/// What settings with these providers are refused with: key and advice of each problem.
fn refused(text: &str) -> Vec<(String, String)> {
    let problems = settings(text).err().unwrap_or_else(|| panic!("accepted: {text}"));
    problems.iter().map(|p| (p.key.clone().unwrap(), p.advice.clone().unwrap())).collect()
}

fn keys(text: &str) -> Vec<String> {
    refused(text).into_iter().map(|(key, _)| key).collect()
}

#[test]
fn without_settings_there_is_no_provider() {
    assert!(settings("").unwrap().providers.is_empty());
    assert!(settings("[provider.google]\n[provider.mixi]\n").unwrap().providers.is_empty());
}

#[test]
fn presets_know_their_issuer_and_others_say_it() {
    let read = settings(&format!("{GOOGLE}{APPLE}{MINE}")).unwrap_or_else(|p| panic!("{p:?}"));
    let of = |preset| read.providers.iter().find(|provider| provider.preset == preset).unwrap();
    let names: Vec<_> = read.providers.iter().map(|provider| provider.name.as_str()).collect();
    assert_eq!(names, ["google", "apple", "my-idp"]);
    let google = of(Preset::Google);
    assert_eq!(google.issuer, "https://accounts.google.com");
    assert!(google.scopes.is_empty(), "the preset's own");
    assert!(
        matches!(&google.secret, ProviderSecret::Shared(secret) if secret.expose_secret() == "hush")
    );
    let apple = of(Preset::Apple);
    assert_eq!(apple.issuer, "https://appleid.apple.com");
    assert!(matches!(&apple.secret, ProviderSecret::Key { team_id, key_id, file }
        if team_id == "ABCDE12345" && key_id == "ABC123DEFG" && file == Path::new("/etc/genkan/key.p8")));
    let mine = of(Preset::Other);
    assert_eq!((mine.issuer.as_str(), mine.client_id.as_str()), ("https://id.example.org", "genkan"));
    assert_eq!((mine.label.ja.as_str(), mine.believe_email), ("Mine", true));
    assert_eq!(mine.scopes, ["openid", "email", "profile"]);
    assert!(mine.native_client_ids.is_empty());
}

#[test]
fn the_environment_names_providers_as_well() {
    let whole = [
        ("GENKAN_SERVICE__NAME", "Example"),
        ("GENKAN_SERVICE__BASE_URL", "https://accounts.example.com"),
        ("GENKAN_PROVIDER__GOOGLE__CLIENT_ID", "1-x.apps.googleusercontent.com"),
        ("GENKAN_PROVIDER__GOOGLE__CLIENT_SECRET", "hush"),
        ("GENKAN_PROVIDER__MY_IDP__ISSUER", "https://id.example.org"),
        ("GENKAN_PROVIDER__MY_IDP__LABEL", "{ ja = \"私の\", en = \"Mine\" }"),
        ("GENKAN_PROVIDER__MY_IDP__CLIENT_SECRET", "hush"),
        ("GENKAN_PROVIDER__MY-IDP__CLIENT_ID", "genkan"),
        ("GENKAN_PROVIDER__MY-IDP__SCOPES", "openid, email"),
    ];
    let read = Settings::load(None, &variables(&whole)).unwrap_or_else(|p| panic!("{p:?}"));
    let mine = &read.providers[1];
    assert_eq!((mine.name.as_str(), mine.label.ja.as_str()), ("my-idp", "私の"));
    assert_eq!((mine.client_id.as_str(), mine.scopes.len()), ("genkan", 2));

    let wrong = |pairs: &[(&str, &str)]| {
        let problems = overlay("", Path::new(""), &variables(pairs)).err().unwrap();
        assert_eq!(problems.len(), 1, "{problems:?}");
        problems[0].to_string()
    };
    let twice = [("GENKAN_PROVIDER__A_B__CLIENT_ID", "x"), ("GENKAN_PROVIDER__A-B__CLIENT_ID", "y")];
    assert!(wrong(&twice).contains("is given twice"), "{}", wrong(&twice));
    let twice =
        [("GENKAN_PROVIDER__A_B__CLIENT_SECRET", "x"), ("GENKAN_PROVIDER__A-B__CLIENT_SECRET", "y")];
    assert!(wrong(&twice).contains("is given twice"), "{}", wrong(&twice));
    let slips = [
        ("GENKAN_PROVIDER_GOOGLE_CLIENT_ID", "did you mean GENKAN_PROVIDER__GOOGLE__CLIENT_ID?"),
        ("GENKAN_PROVIDER__MY_IDP__ISUER", "did you mean GENKAN_PROVIDER__MY_IDP__ISSUER?"),
        ("GENKAN_PROVIDER__GOOGLE__ISSUER", "genkan knows it"),
        ("GENKAN_PROVIDER__EMAIL__ISSUER", "genkan's own login method"),
        ("GENKAN_PROVIDER__OFFER__ISSUER", "stands for something else"),
        ("GENKAN_PROVIDER__2ND__ISSUER", "cannot name a provider"),
    ];
    for (name, told) in slips {
        assert!(wrong(&[(name, "x")]).contains(told), "{}", wrong(&[(name, "x")]));
    }
}

#[test]
fn a_misspelt_key_of_a_provider_is_refused_with_the_right_name() {
    let cases = [
        ("provider.google.clientid = \"x\"", "did you mean provider.google.client_id?"),
        ("provider.my-idp.isuer = \"x\"", "did you mean provider.my-idp.issuer?"),
        ("provider.apple.private_key = \"x\"", "did you mean provider.apple.private_key_file?"),
        ("providr.google.client_id = \"x\"", "did you mean provider?"),
        ("believe_email = true", "did you mean provider.NAME.believe_email?"),
        ("provider.google.issuer = \"https://example.org\"", "leave it out"),
        ("provider.passkey.issuer = \"https://example.org\"", "give the provider another name"),
        ("provider.Mine.issuer = \"https://example.org\"", "write small letters, digits and hyphens"),
        ("provider.my_idp = { label = \"x\" }", "write small letters, digits and hyphens"),
        ("provider.\"*\".label = \"x\"", "write small letters, digits and hyphens"),
        ("provider.my-idp = \"x\"", "write [provider.my-idp] and the settings under it"),
    ];
    for (text, advice) in cases {
        let told = problem(text).advice.unwrap();
        assert!(told.starts_with(advice), "{text}: {told}");
    }
    let longest = "a".repeat(31);
    assert!(read(&format!("provider.{longest}.label = \"x\"")).is_ok());
    assert!(read(&format!("provider.{longest}a.label = \"x\"")).is_err());
}

#[test]
fn a_provider_that_is_begun_must_be_whole() {
    for whole in [GOOGLE, APPLE, MINE] {
        assert!(settings(whole).is_ok(), "{whole}");
        let lines: Vec<&str> = whole.lines().collect();
        for left_out in 1..lines.len() {
            let mut rest = lines.clone();
            let removed = rest.remove(left_out).split_once(" = ").unwrap().0;
            let group = lines[0].trim_matches(['[', ']']);
            assert_eq!(keys(&rest.join("\n")), [format!("{group}.{removed}")], "without {removed}");
        }
    }
    let (_, advice) = &refused("provider.google.client_id = \"1-x.apps.googleusercontent.com\"")[0];
    assert!(advice.contains("provider.google.client_secret_file"), "{advice}");
    assert!(advice.contains("GENKAN_PROVIDER__GOOGLE__CLIENT_SECRET"), "{advice}");
    let missing = refused("provider.gogle.client_id = \"1-x.apps.googleusercontent.com\"");
    assert!(missing.iter().all(|(_, advice)| advice.ends_with("or did you mean provider.google?")));
    let line = settings("\nprovider.apple.native_client_ids = [\"com.example.app\"]").err().unwrap();
    assert_eq!(line_of(&line[0]), 4, "it is told where the provider is begun");
}

#[test]
fn what_looks_wrong_is_told_with_its_line() {
    let cases = [
        ("google.client_id = \"GOCSPX-aaaa\"", "ends in .apps.googleusercontent.com"),
        ("google.client_id = \".apps.googleusercontent.com\"", "ends in .apps.googleusercontent.com"),
        ("google.native_client_ids = [\"com.example.app\"]", "ends in .apps.googleusercontent.com"),
        ("google.native_client_ids = \"1-x.apps.googleusercontent.com\"", "must be a list"),
        ("apple.team_id = \"ABCDE1234\"", "10 capital letters and digits"),
        ("apple.key_id = \"abc123defg\"", "10 capital letters and digits"),
        ("apple.client_id = \"signin\"", "an identifier such as com.example.signin"),
        ("apple.client_id = \"https://example.com\"", "an identifier such as com.example.signin"),
        ("apple.native_client_ids = [\"ABCDE12345.com.example.app\"]", "write `com.example.app`"),
        ("mine.client_id = \"two words\"", "without spaces"),
        ("mine.issuer = \"http://id.example.org\"", "must begin with https://"),
        ("mine.issuer = \"https://u:p@id.example.org\"", "must not contain a user"),
        ("mine.issuer = \"https://id.example.org/?a\"", "must not contain ? or #"),
        (
            "mine.issuer = \"https://id.example.org/a/.well-known/openid-configuration\"",
            "write https://id.example.org/a",
        ),
        ("mine.scopes = [\"openid email\"]", "a scope such as email"),
        ("mine.scopes = [\"openid\", \"openid\"]", "names `openid` twice"),
        ("mine.native_client_ids = [\"\"]", "without spaces"),
    ];
    for (line, what) in cases {
        let problem = problem(&format!("\nprovider.{line}"));
        assert_eq!(line_of(&problem), 2, "{line}");
        assert!(problem.what.contains(what), "{line}: {problem}");
    }
    for issuer in
        ["https://id.example.org/", "https://id.example.org:8443/realms/a", "http://127.0.0.1:9"]
    {
        assert!(read(&format!("provider.mine.issuer = \"{issuer}\"")).is_ok(), "{issuer}");
    }
}

#[test]
fn providers_that_are_wrong_together_are_refused() {
    let mine = |more: &str| format!("{MINE}{more}\n");
    let issuer = |issuer: &str| MINE.replace("https://id.example.org", issuer);
    assert_eq!(keys(&mine("scopes = [\"email\"]")), ["provider.my-idp.scopes"]);
    assert_eq!(keys(&mine("scopes = []")), ["provider.my-idp.scopes"]);
    assert_eq!(keys(&issuer("https://accounts.google.com")), ["provider.my-idp.issuer"]);
    assert_eq!(keys(&issuer("https://appleid.apple.com/")), ["provider.my-idp.issuer"]);
    let again = MINE.replace("my-idp", "same");
    assert_eq!(keys(&mine(&again)), ["provider.same.issuer"]);
    let web = "native_client_ids = [\"com.example.signin\"]";
    assert_eq!(keys(&format!("{APPLE}{web}")), ["provider.apple.native_client_ids"]);
    // An Android app gets tokens made out to the web client; to write its id once more is to want that.
    let web = "native_client_ids = [\"1-x.apps.googleusercontent.com\"]";
    assert!(settings(&format!("{GOOGLE}{web}")).is_ok());
}

#[test]
fn the_order_of_methods_names_what_there_is_and_the_rest_follows() {
    let order = |text: &str| {
        let read = settings(&format!("{text}{GOOGLE}{MINE}")).unwrap_or_else(|p| panic!("{p:?}"));
        read.methods().into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let written = |list: &str| order(&format!("service.methods_order = {list}\n"));
    assert_eq!(order(""), ["email", "google", "passkey", "my-idp"]);
    assert_eq!(written("[]"), ["email", "google", "passkey", "my-idp"]);
    assert_eq!(written("[\"my-idp\", \"passkey\"]"), ["my-idp", "passkey", "email", "google"]);
    assert_eq!(written("[\"apple\", \"google\"]"), ["google", "email", "passkey", "my-idp"]);
    let told = refused("service.methods_order = [\"email\", \"gogle\"]");
    assert_eq!(told, [("service.methods_order".to_owned(), "did you mean google?".to_owned())]);
    let told = refused("service.methods_order = [\"my-idp\"]");
    assert_eq!(told[0].1, "there are email, passkey, google, apple");
    assert!(problem("service.methods_order = [\"email\", \"email\"]").what.contains("twice"));
}

#[test]
fn bounds_of_leaving_and_of_a_lost_provider() {
    let read = settings("withdraw.grace = \"0d\"\nreset.provider_lost_wait = \"2d\"").unwrap();
    assert_eq!(read.withdraw.grace, Duration::ZERO);
    assert_eq!(read.reset.provider_lost_wait, Duration::from_secs(2 * 86_400));
    let read = settings("").unwrap();
    assert_eq!(read.withdraw.grace, Duration::from_secs(30 * 86_400));
    assert_eq!(read.reset.provider_lost_wait, Duration::from_secs(86_400));
}

/// A file as Apple gives it out, around bytes that are no key of anybody.
fn p8(inside: &[u8]) -> String {
    let mut der = vec![0x30, 0x81, u8::try_from(inside.len()).unwrap()];
    der.extend(inside);
    let letters = base64::engine::general_purpose::STANDARD.encode(der);
    format!("-----BEGIN PRIVATE KEY-----\n{letters}\n-----END PRIVATE KEY-----\n")
}

const P256: [u8; 10] = [0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];

#[test]
fn serve_does_not_start_without_the_key_of_apple() {
    let folder = Folder::new();
    let file = filled(&folder);
    let right = fs::read_to_string(&file).unwrap();
    let apple = APPLE.replace("/etc/genkan/key.p8", "key.p8");
    fs::write(&file, right.replace("[provider.apple]\n", &apple)).unwrap();
    let problems = |key: &str, mode: u32| {
        let path = folder.write("key.p8", key);
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        Settings::load_to_serve(Some(&file), &none()).err().unwrap_or_default()
    };
    let key = p8(&[&[7; 130][..], &P256].concat());
    for mode in [0o600, 0o400, 0o640] {
        assert!(problems(&key, mode).is_empty(), "{:?}", problems(&key, mode));
    }
    assert!(problems(key.trim_end(), 0o600).is_empty());
    assert!(problems(&key.replace('\n', "\r\n"), 0o600).is_empty());
    let other_curve = p8(&[7; 140]);
    let middle = key.replacen("BwcH", "", 1);
    let wrong = [
        ("", "its first line must be"),
        ("MIGTAgEA", "its first line must be"),
        (
            "-----BEGIN CERTIFICATE-----\nMIGTAgEA\n-----END CERTIFICATE-----\n",
            "its first line must be",
        ),
        (&key[..100], "its first line must be"),
        (&middle, "damaged"),
        ("-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----", "damaged"),
        ("-----BEGIN PRIVATE KEY-----\nhush!hush\n-----END PRIVATE KEY-----", "damaged"),
        (&other_curve, "another kind"),
    ];
    for (text, what) in wrong {
        let told = problems(text, 0o600);
        assert_eq!(told.len(), 1, "{text}: {told:?}");
        assert_eq!(told[0].key.as_deref(), Some("provider.apple.private_key_file"), "{text}");
        assert!(told[0].what.contains(what), "{text}: {}", told[0]);
        assert!(!told[0].to_string().contains("hush"), "{}", told[0]);
    }
    for mode in [0o644, 0o604, 0o620] {
        assert!(problems(&key, mode)[0].what.contains("is open to others"), "{mode:o}");
    }
    fs::remove_file(folder.0.join("key.p8")).unwrap();
    let told = Settings::load_to_serve(Some(&file), &none()).err().unwrap();
    assert!(told[0].what.contains("cannot be read"), "{}", told[0]);
    assert!(Settings::load(Some(&file), &none()).is_ok(), "other commands do not need the key");
}

/// docs/providers.md: what an operator copies from it is read.
#[test]
fn the_settings_of_the_guide_are_right() {
    let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/providers.md");
    let guide = fs::read_to_string(guide).unwrap();
    let blocks: Vec<&str> =
        guide.split("```toml\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
    assert!(blocks.len() >= 5, "the blocks are found");
    let (order, providers): (Vec<&str>, Vec<&str>) =
        blocks.iter().partition(|block| block.starts_with("[service]"));
    let folder = Folder::new();
    let secret = folder.write("secret", "hush");
    let text = format!(
        "[service]\n{}{}",
        REQUIRED.replace("service.", ""),
        order.concat().replace("[service]\n", "")
    );
    let text = text + &providers.concat();
    let text: String = text
        .lines()
        .map(|line| match line.strip_prefix("client_secret_file = ") {
            Some(_) => format!("client_secret_file = \"{}\"\n", secret.display()),
            None => format!("{line}\n"),
        })
        .collect();
    let file = folder.write("guide.toml", &text);
    let read = Settings::load(Some(&file), &none()).unwrap_or_else(|p| panic!("{p:?}\n{text}"));
    assert_eq!(read.methods(), ["google", "apple", "email", "my-idp", "passkey"]);
}
