//! Browsers inside other apps, by their user agent (R-SIGNIN-9).
//!
//! Google refuses to sign anybody in there, so a page says so before the click and shows the way to the real
//! browser. It is a hint and nothing more: a user agent can say anything, some apps cannot be told from the
//! browser that they embed, and a page put on the home screen of an iPhone cannot be told from an app. Nothing may
//! be refused because of it, and a real browser must never be taken for an app.

/// The app whose browser a page is shown in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum InApp {
    Line,
    Instagram,
    /// Facebook and Messenger.
    Facebook,
    X,
    /// Some other app, or one that does not say which it is.
    Other,
}

impl InApp {
    /// Its name as a text id.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Line => "line",
            Self::Instagram => "instagram",
            Self::Facebook => "facebook",
            Self::X => "x",
            Self::Other => "other",
        }
    }
}

/// The app that this user agent belongs to; none for a browser.
pub(crate) fn in_app(user_agent: &str) -> Option<InApp> {
    let says = |words: &[&str]| words.iter().any(|word| user_agent.contains(word));
    if user_agent.split_ascii_whitespace().any(|word| word.starts_with("Line/")) {
        Some(InApp::Line)
    } else if says(&["Instagram"]) {
        Some(InApp::Instagram)
    } else if says(&["FBAN/", "FBAV/", "FB_IAB/"]) {
        Some(InApp::Facebook)
    } else if says(&["Twitter for iPhone", "Twitter for iPad", "TwitterAndroid"]) {
        Some(InApp::X)
    } else if says(&OTHER_APPS) || is_android_view(user_agent) || is_apple_view(user_agent) {
        Some(InApp::Other)
    } else {
        None
    }
}

/// An address that opens `url` in the real browser when it is followed within the app; none where the app has no
/// such thing and the member has to use its menu.
pub(crate) fn external_url(in_app: InApp, url: &str) -> Option<String> {
    match in_app {
        InApp::Line => Some(with_parameter(url, "openExternalBrowser=1")),
        InApp::Instagram | InApp::Facebook | InApp::X | InApp::Other => None,
    }
}

fn with_parameter(url: &str, parameter: &str) -> String {
    let (before, fragment) = url.find('#').map_or((url, ""), |at| url.split_at(at));
    let (path, query) = before.split_once('?').unwrap_or((before, ""));
    if query.split('&').any(|there| there == parameter) {
        return url.to_owned();
    }
    let joint = if query.is_empty() { "" } else { "&" };
    format!("{path}?{query}{joint}{parameter}{fragment}")
}

/// Android's WebView marks itself. Custom Tabs are the browser itself and do not.
fn is_android_view(user_agent: &str) -> bool {
    user_agent.contains("Android") && user_agent.contains("; wv)")
}

/// Every browser on Apple's systems ends as Safari does, also SFSafariViewController and those of other makers;
/// WKWebView as it comes does not. On an iPad it calls itself a Macintosh.
fn is_apple_view(user_agent: &str) -> bool {
    let apple =
        ["(iPhone", "(iPad", "(iPod", "(Macintosh"].iter().any(|device| user_agent.contains(device));
    apple && user_agent.contains("AppleWebKit/") && !user_agent.contains("Safari/")
}

/// Apps that write their name and may lack the other marks: WeChat, KakaoTalk, TikTok (three), Yahoo! JAPAN,
/// LinkedIn, Snapchat, Pinterest, NAVER.
const OTHER_APPS: [&str; 10] = [
    "MicroMessenger/",
    "KAKAOTALK",
    "BytedanceWebview/",
    "musical_ly_",
    " trill_",
    "YJApp-",
    "LinkedInApp",
    "Snapchat/",
    "[Pinterest/",
    "NAVER(inapp",
];

#[cfg(test)]
mod tests;
