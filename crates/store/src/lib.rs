//! Rows: one SQL text, two drivers.
