//! One plain struct for each page: what the routes hand over and the templates show.
//!
//! Only strings, numbers, booleans and lists, so that no template can meet a domain type. Times are
//! milliseconds since 1970 in UTC; they are written in the service's time zone when shown.
//! No field here may ever hold a password or a session token: what a view holds is printed.

mod account;
mod common;
mod conflict;
mod email;
mod methods;
mod numbers;
mod passkeys;
mod problem;
mod profile;
mod providers;
mod reset;
mod sessions;
mod signin;
mod signup;
mod withdraw;

pub use account::{Account, Activity, ActivityRow, Password, Proof};
pub use common::{Arg, Args, Chrome, FieldError, SignedIn, View};
pub use conflict::Conflict;
pub use email::{EmailChange, EmailCode, EmailPassword};
pub use methods::{
    AddMethod, ContactChoice, MethodRow, Methods, OfferMethod, RecentMethods, RemoveMethod,
};
pub use numbers::{NotMe, ProviderLost, TakenBack, Undo};
pub use passkeys::{Passkey, PasskeyAdd, PasskeyOffer, PasskeyRow, PasskeySignal, PasskeySignin};
pub use problem::Problem;
pub use profile::{ContactAsk, Profile};
pub use providers::{InApp, SignupAddress, SignupConfirm};
pub use reset::{Reset, ResetCode, ResetPassword};
pub use sessions::{ConnectedRow, DeviceRow, SessionRow, Sessions};
pub use signin::{Locked, Signin, SigninEmail, Suspended};
pub use signup::{Signup, SignupClosed, SignupCode, SignupEmail, SignupPassword, Terms, TermsLink};
pub use withdraw::{Export, Withdraw, Withdrawn};
