//! Guards of the relying-party side, against an OpenID provider that lies, stalls and forges.
//!
//! The provider of these tests is a real HTTP server with keys made at run time; every answer of it can be bent.
//! No test waits by the wall: the clock is a number that the test sets.

mod apple;
mod asking;
mod claims;
mod doctor;
mod documents;
mod events;
mod flips;
mod forgeries;
mod hostile;
mod house;
mod keys;
mod logging;
mod sealed;
mod signing;
mod trips;
mod userinfo;
