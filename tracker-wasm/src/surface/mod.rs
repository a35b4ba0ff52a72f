//! Draws offers and chat.
