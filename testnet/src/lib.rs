//! A local hefu network, and the checks on the whole workspace.
