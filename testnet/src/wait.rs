//! Waiting for something to come true, without waiting longer than it takes.

use anyhow::{Result, bail};
use std::fmt::Display;
use std::time::Duration;
use tokio::time::{Instant, interval};

/// The pause between two looks: a fraction of what anything here takes.
const PAUSE: Duration = Duration::from_millis(50);

/// Looks until there is something to see, for as long as `within`. `look` gives it, or says what is
/// the case instead.
pub(crate) async fn until<T, E: Display>(
    within: Duration,
    what: impl Display,
    mut look: impl AsyncFnMut() -> Result<T, E>,
) -> Result<T> {
    let start = Instant::now();
    let mut pauses = interval(PAUSE);
    loop {
        pauses.tick().await;
        match look().await {
            Ok(seen) => return Ok(seen),
            Err(instead) if start.elapsed() >= within => {
                bail!("not {what} within {within:?}: {instead:#}")
            }
            Err(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_comes_is_seen_and_what_does_not_is_told() {
        let mut looks = 0;
        let third = async || {
            looks += 1;
            if looks == 3 { Ok(looks) } else { Err(format!("look {looks}")) }
        };
        assert_eq!(until(Duration::from_mins(1), "there", third).await.unwrap(), 3);
        let mut looks = 0;
        let never = async || {
            looks += 1;
            Err::<(), _>(format!("dark, look {looks}"))
        };
        let error = until(2 * PAUSE, "light", never).await.unwrap_err().to_string();
        assert!(error.starts_with("not light within 100ms: dark, look "), "{error}");
        assert!(looks > 1);
    }
}
