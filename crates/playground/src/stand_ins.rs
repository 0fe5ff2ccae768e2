//! The stand-ins for Google and Apple, set up together: where they are found, what the house is registered as with
//! them, where their people are kept.
//!
//! They may be found under another name of this machine than the house (`127.0.0.1` and `localhost`): then browsers take
//! them for another site, as the real ones are, and hold the house's cookies to the same rules.

use std::path::Path;
use std::sync::Arc;

use crate::apple::client_key::apple_client_key;
use crate::apple::{Apple, AppleClient};
use crate::google::{Google, GoogleClient};
use crate::issuer::StandInFault;

/// What the stand-ins are told before they start.
#[derive(Clone)]
pub struct StandInSetup {
    /// The origin that they are found at. The issuers are `{origin}/dev/google` and `{origin}/dev/apple`.
    pub origin: String,
    /// The origin of the house. Events go to `{house}/events/google` and `{house}/events/apple`.
    pub house: String,
    /// What the house is registered as.
    pub google: GoogleClient,
    /// What the house is registered as.
    pub apple: AppleClient,
}

impl StandInSetup {
    /// The usual registration of a development house: callbacks under `{house}/callback/`, and a key for client secrets in
    /// `{folder}/apple-client-key.p8`, which is made where it is missing.
    ///
    /// # Errors
    /// The key cannot be read or made.
    pub fn of_house(origin: &str, house: &str, folder: &Path) -> Result<Self, StandInFault> {
        let public_key = apple_client_key(&Self::apple_key_file(folder))?;
        Ok(Self {
            origin: origin.to_owned(),
            house: house.to_owned(),
            google: GoogleClient {
                client_id: "genkan-dev.apps.googleusercontent.example".to_owned(),
                client_secret: "not-a-secret-of-anybody".to_owned(),
                redirect_uris: vec![format!("{house}/callback/google")],
            },
            apple: AppleClient {
                team_id: "DEVTEAM001".to_owned(),
                services_id: "example.genkan.web".to_owned(),
                redirect_uris: vec![format!("{house}/callback/apple")],
                bundle_ids: vec!["example.genkan.app".to_owned()],
                key_id: "DEVKEY0001".to_owned(),
                public_key,
            },
        })
    }

    /// Where the key for Apple's client secrets is kept: PKCS #8 in PEM.
    #[must_use]
    pub fn apple_key_file(folder: &Path) -> std::path::PathBuf {
        folder.join("apple-client-key.p8")
    }

    /// The issuer that stands in for Google.
    #[must_use]
    pub fn google_issuer(&self) -> String {
        format!("{}/dev/google", self.origin)
    }

    /// The issuer that stands in for Apple.
    #[must_use]
    pub fn apple_issuer(&self) -> String {
        format!("{}/dev/apple", self.origin)
    }
}

/// The two stand-ins.
#[derive(Clone)]
pub struct StandIns {
    pub(crate) google: Arc<Google>,
    pub(crate) apple: Arc<Apple>,
}

impl StandIns {
    /// Makes their keys and reads their people from `google.json` and `apple.json` in `folder`, which are made when
    /// something changes.
    ///
    /// # Errors
    /// A file cannot be read, or a key cannot be made.
    pub fn open(setup: StandInSetup, folder: &Path) -> Result<Self, StandInFault> {
        let (google, apple) = (setup.google_issuer(), setup.apple_issuer());
        let events = |of: &str| format!("{}/events/{of}", setup.house);
        let (for_google, for_apple) = (events("google"), events("apple"));
        Ok(Self {
            google: Arc::new(Google::open(google, for_google, setup.google, folder)?),
            apple: Arc::new(Apple::open(apple, for_apple, setup.apple, folder)?),
        })
    }
}
