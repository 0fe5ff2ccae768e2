//! The ways in, one file each. A method uses `rules`, never another method.

pub(crate) mod email;
pub(crate) mod federated;
pub(crate) mod passkey;
pub(crate) mod password;
pub(crate) mod registration;
pub(crate) mod reset;
