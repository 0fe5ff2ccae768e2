//! Out of the house: SMTP.
