//! A seeded simulator that attacks hefu's agreement protocol.
