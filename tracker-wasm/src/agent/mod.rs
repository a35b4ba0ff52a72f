//! Senses, decides and sends.
