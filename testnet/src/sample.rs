//! How long things took: percentiles of a sample.

use std::fmt;
use std::time::Duration;

/// Spans of time, sorted.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sample {
    spans: Vec<Duration>,
}

impl FromIterator<Duration> for Sample {
    fn from_iter<I: IntoIterator<Item = Duration>>(spans: I) -> Self {
        let mut spans: Vec<_> = spans.into_iter().collect();
        spans.sort_unstable();
        Self { spans }
    }
}

impl Sample {
    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.spans.len()
    }

    /// The least span that so many percent of them do not exceed; nothing, of an empty sample.
    pub(crate) fn percentile(&self, percent: usize) -> Duration {
        let rank = (self.spans.len() * percent).div_ceil(100);
        let span = self.spans.get(rank.saturating_sub(1)).or(self.spans.last());
        span.copied().unwrap_or_default()
    }
}

impl fmt::Display for Sample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ms = |percent| self.percentile(percent).as_secs_f64() * 1e3;
        write!(f, "p50 {:.0} ms, p99 {:.0} ms, longest {:.0} ms", ms(50), ms(99), ms(100))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_one_of_the_sample() {
        let sample: Sample = (1..=200).rev().map(Duration::from_millis).collect();
        let ms = |percent| sample.percentile(percent).as_millis();
        assert_eq!((ms(0), ms(1), ms(50), ms(99), ms(100)), (1, 2, 100, 198, 200));
        assert_eq!(sample.to_string(), "p50 100 ms, p99 198 ms, longest 200 ms");
        assert_eq!(Sample::default().percentile(50), Duration::ZERO);
        let one: Sample = [Duration::from_secs(1)].into_iter().collect();
        assert_eq!(one.percentile(50), Duration::from_secs(1));
    }
}
