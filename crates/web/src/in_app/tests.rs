//! User agents of browsers and of browsers inside apps, as they are sent.
//!
//! The lists name their sources in the words of a person, so that a wrong answer is read without a search. A new
//! one belongs here before the rule is changed for it.

use super::*;

const IPHONE: &str =
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)";
const IPAD: &str =
    "Mozilla/5.0 (iPad; CPU OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)";
const MAC: &str =
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)";
const CHROMIUM_MAC: &str =
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko)";
const WINDOWS: &str =
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)";
const ANDROID: &str = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko)";
const VIEW: &str = "Mozilla/5.0 (Linux; Android 14; Pixel 8 Build/AP2A.240705.005; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/126.0.6478.71 Mobile Safari/537.36";

/// What follows the beginning shared by many.
#[rustfmt::skip]
const BROWSERS: &[(&str, &str, &str)] = &[
    ("Safari, iPhone; also SFSafariViewController", IPHONE, "Version/18.5 Mobile/15E148 Safari/604.1"),
    ("Safari, iPad asking for mobile pages", IPAD, "Version/17.4 Mobile/15E148 Safari/604.1"),
    ("Safari, Mac and iPad", MAC, "Version/18.5 Safari/605.1.15"),
    ("Chrome, iPhone", IPHONE, "CriOS/140.0.7339.101 Mobile/15E148 Safari/604.1"),
    ("Chrome, iPad", IPAD, "CriOS/120.0.6099.224 Mobile/15E148 Safari/604.1"),
    ("Chrome, iPhone asking for desktop pages", MAC, "CriOS/126 Version/11.1.1 Safari/605.1.15"),
    ("Firefox, iPhone", IPHONE, "FxiOS/143.0 Mobile/15E148 Safari/605.1.15"),
    ("Firefox, iPad", MAC, "FxiOS/128.0 Safari/605.1.15"),
    ("Edge, iPhone", IPHONE, "Version/18.0 EdgiOS/140.0.3485.94 Mobile/15E148 Safari/605.1.15"),
    ("Opera Touch, iPhone", IPHONE, "Version/17.5 Mobile/15E148 Safari/604.1 OPT/4.6.2"),
    ("Opera Mini, iPhone", IPHONE, "OPiOS/16.0.15.124050 Mobile/15E148 Safari/9537.53"),
    ("DuckDuckGo, iPhone, before", IPHONE, "Version/18.5 Mobile/15E148 DuckDuckGo/7 Safari/605.1.15"),
    ("DuckDuckGo, iPhone, now", IPHONE, "Version/18.5 Mobile/15E148 Safari/604.1 Ddg/18.5"),
    ("Google's own app, iPhone", IPHONE, "GSA/380.0.778463337 Mobile/15E148 Safari/604.1"),
    ("Chrome, Android; also Custom Tabs", ANDROID, "Chrome/140.0.0.0 Mobile Safari/537.36"),
    ("Chrome, Android tablet", ANDROID, "Chrome/140.0.0.0 Safari/537.36"),
    ("Edge, Android", ANDROID, "Chrome/140.0.0.0 Mobile Safari/537.36 EdgA/140.0.0.0"),
    ("Opera, Android", ANDROID, "Chrome/127.0.6533.64 Mobile Safari/537.36 OPR/76.2.4027.73374"),
    ("Samsung Internet", ANDROID, "SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36"),
    ("Huawei Browser", "Mozilla/5.0 (Linux; Android 12; HarmonyOS; ANA-AN00; HMSCore 6.8.0.332) AppleWebKit/537.36 (KHTML, like Gecko)",
        "Chrome/99.0.4844.88 HuaweiBrowser/13.0.3.301 Mobile Safari/537.36"),
    ("DuckDuckGo, Android", ANDROID, "Version/4.0 Chrome/124.0.0.0 Mobile DuckDuckGo/5 Safari/537.36"),
    ("Firefox, Android", "Mozilla/5.0 (Android 14; Mobile; rv:133.0) Gecko/133.0", "Firefox/133.0"),
    ("Chrome, Windows", WINDOWS, "Chrome/140.0.0.0 Safari/537.36"),
    ("Edge, Windows", WINDOWS, "Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0"),
    ("Opera, Windows", WINDOWS, "Chrome/140.0.0.0 Safari/537.36 OPR/121.0.0.0"),
    ("Vivaldi, Windows", WINDOWS, "Chrome/140.0.0.0 Safari/537.36 Vivaldi/7.5.3735.74"),
    ("Firefox, Windows", "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:143.0)", "Gecko/20100101 Firefox/143.0"),
    ("Chrome, Mac", CHROMIUM_MAC, "Chrome/140.0.0.0 Safari/537.36"),
    ("Edge, Mac", CHROMIUM_MAC, "Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0"),
    ("Firefox, Mac", "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:143.0)", "Gecko/20100101 Firefox/143.0"),
    ("Chrome, ChromeOS", "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko)", "Chrome/140.0.0.0 Safari/537.36"),
    ("Firefox, Linux", "Mozilla/5.0 (X11; Linux x86_64; rv:143.0)", "Gecko/20100101 Firefox/143.0"),
    ("Internet Explorer", "Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0)", "like Gecko"),
    ("a crawler", "Mozilla/5.0 (compatible; Googlebot/2.1;", "+http://www.google.com/bot.html)"),
    ("a name that only contains another", WINDOWS, "Chrome/140.0.0.0 Safari/537.36 Pipeline/2.0 Newsline/1"),
    ("a program", "curl/8.10.1", ""),
    ("nothing", "", ""),
];

#[rustfmt::skip]
const APPS: &[(InApp, &str, &str, &str)] = &[
    (InApp::Line, "LINE, iPhone", IPHONE, "Mobile/15E148 Safari Line/14.10.0"),
    (InApp::Line, "LINE, iPhone, a mini app", IPHONE, "Mobile/15E148 Safari Line/13.11.0 LIFF"),
    (InApp::Line, "LINE, iPad", IPAD, "Mobile/15E148 Safari Line/14.10.0"),
    (InApp::Line, "LINE, Android", VIEW, "Line/14.12.2/IAB"),
    (InApp::Line, "LINE, Android, without the mark", ANDROID, "Chrome/128.0.0.0 Mobile Safari/537.36 Line/14.7.0"),
    (InApp::Instagram, "Instagram, iPhone", IPHONE,
        "Mobile/15E148 Instagram 339.0.3.12.91 (iPhone15,2; iOS 18_5; ja_JP; ja; scale=3.00; 1179x2556; 626065900)"),
    (InApp::Instagram, "Instagram, Android", VIEW,
        "Instagram 302.0.0.23.114 Android (33/13; 420dpi; 1080x2246; Google/google; Pixel 8; shiba; shiba; ja_JP; 538815920)"),
    (InApp::Instagram, "Instagram, Android, without the mark", ANDROID, "Chrome/120.0.0.0 Mobile Safari/537.36 Instagram 312.0.0.0.1"),
    (InApp::Facebook, "Facebook, iPhone", IPHONE,
        "Mobile/21E219 [FBAN/FBIOS;FBAV/454.0.0.43.109;FBBV/568067598;FBDV/iPhone16,2;FBMD/iPhone;FBSN/iOS;FBSV/17.4;FBSS/3;FBID/phone;FBLC/ja_JP;FBOP/5]"),
    (InApp::Facebook, "Facebook, iPhone, as Safari", IPHONE, "Version/18.5 Mobile/15E148 Safari/604.1 [FBAN/FBIOS;FBAV/570.0.0.54.72;]"),
    (InApp::Facebook, "Facebook, Android", VIEW, "[FB_IAB/FB4A;FBAV/445.0.0.34.118;]"),
    (InApp::Facebook, "Facebook, Android, without the mark", ANDROID,
        "Version/4.0 Chrome/154.0.8037.57 Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/580.0.0.51.74;IABMV/1;]"),
    (InApp::Facebook, "Facebook Lite", VIEW, "[FBAN/EMA;FBLC/ja_JP;FBAV/339.0.0.10.100;]"),
    (InApp::Facebook, "Messenger, iPhone", IPHONE, "Mobile/15E148 [FBAN/MessengerForiOS;FBAV/480.0.0.28.107;FBBV/1;FBSN/iOS;FBLC/ja_JP]"),
    (InApp::Facebook, "Messenger, Android", VIEW, "[FB_IAB/Orca-Android;FBAV/440.0.0.30.107;]"),
    (InApp::X, "X, iPhone", IPHONE, "Mobile/21G93 Twitter for iPhone/10.64.1"),
    (InApp::X, "X, iPad", IPAD, "Mobile/15E148 Twitter for iPad/10.64.1"),
    (InApp::X, "X, Android", VIEW, "TwitterAndroid"),
    (InApp::Other, "Threads, iPhone", IPHONE, "Mobile/20F75 Barcelona 289.0.0.25.109 (iPhone12,3; iOS 16_5; ja_JP; ja; scale=3.00; 1125x2436; 489720145)"),
    (InApp::Other, "TikTok, iPhone", IPHONE,
        "Mobile/15E148 musical_ly_28.4.0 JsSdk/2.0 NetType/WIFI Channel/App Store ByteLocale/ja Region/JP WKWebView/1 BytedanceWebview/d8a21c6"),
    (InApp::Other, "TikTok, Android, without the mark", ANDROID, "Chrome/140.0.0.0 Mobile Safari/537.36 trill_320503 JsSdk/1.0 NetType/WIFI"),
    (InApp::Other, "Yahoo! JAPAN, iPhone", IPHONE, "Mobile/15E148 YJApp-IOS jp.co.yahoo.ipn.appli/4.49.0"),
    (InApp::Other, "Yahoo! JAPAN, Android", VIEW, "YJApp-ANDROID jp.co.yahoo.android.yjtop/3.136.0"),
    (InApp::Other, "Yahoo! JAPAN, Android, without the mark", ANDROID, "Chrome/120.0.0.0 Mobile Safari/537.36 YJApp-ANDROID jp.co.yahoo.android.yjtop/4.10.0"),
    (InApp::Other, "WeChat, iPhone", IPHONE, "Mobile/15E148 MicroMessenger/8.0.50(0x18003237) NetType/WIFI Language/ja"),
    (InApp::Other, "KakaoTalk, Android", VIEW, "KAKAOTALK/25.4.1 (INAPP)"),
    (InApp::Other, "LinkedIn, iPhone", IPHONE, "Mobile/15E148 [LinkedInApp]/9.30.2245"),
    (InApp::Other, "Snapchat, iPhone", IPHONE, "Version/18.5 Mobile/15E148 Safari/604.1 Snapchat/13.10.0.40 (like Safari/8620.1.16, panda)"),
    (InApp::Other, "Pinterest, iPhone", IPHONE, "Mobile/15E148 [Pinterest/iOS]"),
    (InApp::Other, "NAVER, iPhone", IPHONE, "Mobile/15E148 NAVER(inapp; search; 2000; 12.10.1)"),
    (InApp::Other, "some app, Android", VIEW, ""),
    (InApp::Other, "some app, iPhone", IPHONE, "Mobile/15E148"),
    (InApp::Other, "some app, iPhone, that names Safari without a version", IPHONE, "Mobile/15E148 Safari Some/1.0"),
    (InApp::Other, "some app, iPad", MAC, ""),
];

#[test]
fn r_signin_9_browsers_are_not_taken_for_apps() {
    for (name, beginning, end) in BROWSERS {
        assert_eq!(in_app(&format!("{beginning} {end}")), None, "{name}");
    }
}

#[test]
fn r_signin_9_apps_are_told_from_browsers() {
    for (app, name, beginning, end) in APPS {
        assert_eq!(in_app(&format!("{beginning} {end}")), Some(*app), "{name}");
    }
}

#[test]
fn r_signin_9_line_opens_the_real_browser_and_others_have_no_such_address() {
    let cases = [
        ("https://id.example.jp/signin", "https://id.example.jp/signin?openExternalBrowser=1"),
        ("https://id.example.jp/signin?", "https://id.example.jp/signin?openExternalBrowser=1"),
        ("https://id.example.jp/a?b=c%26d", "https://id.example.jp/a?b=c%26d&openExternalBrowser=1"),
        ("https://id.example.jp/a?b=c#d?e", "https://id.example.jp/a?b=c&openExternalBrowser=1#d?e"),
        ("https://id.example.jp/#top", "https://id.example.jp/?openExternalBrowser=1#top"),
        (
            "https://id.example.jp/?openExternalBrowser=1",
            "https://id.example.jp/?openExternalBrowser=1",
        ),
    ];
    for (url, external) in cases {
        assert_eq!(external_url(InApp::Line, url).as_deref(), Some(external));
    }
    for app in [InApp::Instagram, InApp::Facebook, InApp::X, InApp::Other] {
        assert_eq!(external_url(app, "https://id.example.jp/"), None);
    }
}
