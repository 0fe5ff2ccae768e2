//! The account rules, pure.
