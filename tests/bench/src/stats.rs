//! Minimum, median and maximum of the rounds, and ratios of two peers round by round.

use serde::Serialize;

/// Minimum, median and maximum.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) struct Spread {
    pub(crate) min: f64,
    pub(crate) median: f64,
    pub(crate) max: f64,
}

impl Spread {
    /// Calculates them; `None` without a sample. The median of an even number is the mean of the two in the middle.
    pub(crate) fn of(samples: &[f64]) -> Option<Self> {
        let mut sorted = samples.to_vec();
        sorted.sort_by(f64::total_cmp);
        let upper = *sorted.get(sorted.len() / 2)?;
        let median = if sorted.len().is_multiple_of(2) {
            let lower = *sorted.get(sorted.len() / 2 - 1)?;
            f64::midpoint(lower, upper)
        } else {
            upper
        };
        Some(Self { min: *sorted.first()?, median, max: *sorted.last()? })
    }

    /// Returns how many times more `peer` used than `ours`: one ratio per round, since the two ran one after the
    /// other on the machine in the same state. Leaves out rounds that only one of them finished.
    pub(crate) fn of_ratios(peer: &[Option<f64>], ours: &[Option<f64>]) -> Option<Self> {
        let ratios: Vec<f64> = peer
            .iter()
            .zip(ours)
            .filter_map(|(peer, ours)| Some((*peer)? / (*ours)?))
            .filter(|ratio| ratio.is_finite())
            .collect();
        Self::of(&ratios)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn median_of_odd_and_even() {
        assert_eq!(Spread::of(&[3.0, 1.0, 2.0]), Some(Spread { min: 1.0, median: 2.0, max: 3.0 }));
        assert_eq!(Spread::of(&[4.0, 1.0, 2.0, 10.0]), Some(Spread { min: 1.0, median: 3.0, max: 10.0 }));
        assert_eq!(Spread::of(&[7.0]), Some(Spread { min: 7.0, median: 7.0, max: 7.0 }));
        assert_eq!(Spread::of(&[]), None);
    }

    #[test]
    fn ratios_are_taken_within_a_round() {
        // The second round ran on a busy machine: both needed twice as long, and the ratio stays the same.
        let ratio =
            Spread::of_ratios(&[Some(60.0), Some(120.0), Some(70.0)], &[Some(10.0), Some(20.0), Some(10.0)]);
        assert_eq!(ratio, Some(Spread { min: 6.0, median: 6.0, max: 7.0 }));
    }

    #[test]
    fn rounds_without_both_and_division_by_zero_are_left_out() {
        let ratio = Spread::of_ratios(&[Some(6.0), None, Some(8.0)], &[Some(2.0), Some(1.0), Some(0.0)]);
        assert_eq!(ratio, Some(Spread { min: 3.0, median: 3.0, max: 3.0 }));
        assert_eq!(Spread::of_ratios(&[None], &[Some(1.0)]), None);
    }
}
