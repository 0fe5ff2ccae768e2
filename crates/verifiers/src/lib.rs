//! Evidence into facts: password hashes, codes, strength.
