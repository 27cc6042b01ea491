//! A Rust file as its tokens, so that no check is fooled by what a string or a comment says.

mod functions;
mod scan;

use proc_macro2::TokenStream;

pub(crate) use functions::{Function, functions};
pub(crate) use scan::{Word, comments, leaves, test_items, words};

/// A file with its tokens.
pub(crate) struct Source {
    pub(crate) path: String,
    pub(crate) text: String,
    pub(crate) tokens: TokenStream,
}

impl Source {
    pub(crate) fn new(path: &str, text: &str) -> Self {
        let tokens = text.parse().unwrap_or_else(|error| panic!("{path} is not Rust: {error}"));
        Self { path: path.to_owned(), text: text.to_owned(), tokens }
    }

    /// Paths, without `.rs`, of the modules that this file declares for tests alone.
    pub(crate) fn test_modules(&self) -> Vec<String> {
        let folder = self.module_folder();
        let modules = test_items(&self.tokens).into_iter().filter_map(|item| item.module);
        modules.map(|name| format!("{folder}/{name}")).collect()
    }

    /// Where the modules that this file declares lie.
    fn module_folder(&self) -> &str {
        let stem = self.path.trim_end_matches(".rs");
        match stem.rsplit_once('/') {
            Some((folder, "lib" | "main" | "mod")) => folder,
            _ => stem,
        }
    }
}
