//! What the program prints.

/// Prints a line.
#[expect(clippy::print_stdout, reason = "the program's output")]
pub(crate) fn line(text: impl std::fmt::Display) {
    println!("{text}");
}

/// Prints a count with its name, and whether it reaches its floor; false if it does not.
pub(crate) fn count(name: &str, count: u64, floor: u64) -> bool {
    let reached = count >= floor;
    if floor == 0 {
        line(format_args!("{count:>12} {name}"));
    } else if reached {
        line(format_args!("{count:>12} {name} (at least {floor})"));
    } else {
        line(format_args!("{count:>12} {name}: FEWER THAN {floor}"));
    }
    reached
}
