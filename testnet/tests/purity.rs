//! The pure crates stay pure: nothing in their dependencies or in their source can make two
//! validators differ.

mod arrows;
mod seam;
mod source;
