//! What went wrong in the house, for the operator. Never a refusal, and never a secret.

/// A fault. Its text is for the log; a visitor gets a plain page with a reference.
#[derive(Debug)]
pub enum Fault {
    /// The database.
    Store(store::Fault),
    /// No randomness could be had from the operating system.
    NoRandomness,
    /// The evidence kept going stale: the account changes faster than it can be checked.
    Restless,
    /// A signing key could not be made or used.
    Signing(verifiers::SigningFault),
    /// A setting that only shows at start.
    Setting(String),
    /// Something that cannot be. It says where.
    Bug(&'static str),
}

impl Fault {
    /// Whether the change may have been kept all the same: the database went away during a commit.
    #[must_use]
    pub const fn is_unsure(&self) -> bool {
        matches!(self, Self::Store(store::Fault::Uncertain(_)))
    }

    /// Whether trying again soon may help: the database was away, or others were in the way for too long.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Store(fault) => matches!(
                fault,
                store::Fault::Contention { .. }
                    | store::Fault::Unavailable { .. }
                    | store::Fault::Uncertain { .. }
            ),
            Self::Restless => true,
            Self::NoRandomness | Self::Signing(_) | Self::Setting(_) | Self::Bug(_) => false,
        }
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Store(fault) => write!(f, "database: {fault}"),
            Self::NoRandomness => f.write_str("the operating system gives no random bytes"),
            Self::Restless => f.write_str("the account changed at every look"),
            Self::Signing(fault) => fault.fmt(f),
            Self::Setting(text) => f.write_str(text),
            Self::Bug(place) => write!(f, "a defect: {place}"),
        }
    }
}

impl std::error::Error for Fault {}

impl From<store::Fault> for Fault {
    fn from(fault: store::Fault) -> Self {
        Self::Store(fault)
    }
}
