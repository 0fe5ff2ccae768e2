//! Words and layout.
