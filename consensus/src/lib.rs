//! The agreement protocol of hefu as a pure state machine.
