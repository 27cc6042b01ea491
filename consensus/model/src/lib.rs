//! A model checker over the real core of hefu's agreement protocol.
