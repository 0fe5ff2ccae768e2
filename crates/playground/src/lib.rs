//! genkan dev: a mailbox that lives here.
