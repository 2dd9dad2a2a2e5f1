//! What the three detectors name, and where they agree.

use super::{VoteSettings, asv, looks::Announced, otava, perfherder, vote::AGREEMENT};

/// The places that each detector names in a series, by ascending index.
#[derive(Clone, Debug, Default)]
pub(super) struct Places {
    /// asv's: the borders of a step function fitted to the whole series.
    pub(super) asv: Vec<usize>,
    /// Otava's.
    pub(super) otava: Vec<usize>,
    /// Perfherder's.
    pub(super) perfherder: Vec<usize>,
}

/// A place that detectors named, and how many.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Ballot {
    pub(super) index: usize,
    pub(super) votes: u8,
    /// p of the change that an earlier look confirmed here.
    pub(super) announced: Option<f64>,
}

impl Ballot {
    /// Whether two detectors agree on it, or have agreed on it before.
    pub(super) fn is_agreed(&self) -> bool {
        self.votes > 1 || self.announced.is_some()
    }
}

impl Places {
    /// Asks the detectors; they name nothing in fewer than three values.
    pub(super) fn of(series: &[f64], settings: &VoteSettings) -> Self {
        if series.len() < 3 {
            return Self::default();
        }
        Self {
            asv: asv(series),
            otava: otava(series, settings.otava).iter().map(|point| point.index).collect(),
            perfherder: perfherder(series, settings.perfherder),
        }
    }

    /// Matches what they name, the nearest first, and what earlier looks announced. A ballot keeps asv's place where it has one,
    /// since that fit is over the whole series, else Otava's.
    pub(super) fn ballots(&self, announced: &[Announced]) -> Vec<Ballot> {
        let mut ballots: Vec<Ballot> = Vec::new();
        for places in [&self.asv, &self.otava, &self.perfherder] {
            let matched = matched(&ballots, places);
            for (place, ballot) in places.iter().zip(matched) {
                match ballot {
                    Some(ballot) => ballots[ballot].votes += 1,
                    None => ballots.push(Ballot { index: *place, votes: 1, announced: None }),
                }
            }
        }
        let places: Vec<usize> = announced.iter().map(|change| change.index).collect();
        for (change, ballot) in announced.iter().zip(matched(&ballots, &places)) {
            match ballot {
                Some(ballot) => ballots[ballot].announced = Some(change.p),
                None => {
                    ballots.push(Ballot { index: change.index, votes: 0, announced: Some(change.p) });
                }
            }
        }
        ballots.sort_by_key(|ballot| ballot.index);
        ballots
    }
}

/// For each place the ballot that means the same change: each ballot once, the nearest pairs first.
fn matched(ballots: &[Ballot], places: &[usize]) -> Vec<Option<usize>> {
    let mut pairs: Vec<(usize, usize, usize)> = Vec::new();
    for (at, place) in places.iter().enumerate() {
        let apart = ballots.iter().enumerate().map(|(ballot, known)| (known.index.abs_diff(*place), ballot));
        pairs.extend(
            apart.filter(|(apart, _)| *apart <= AGREEMENT).map(|(apart, ballot)| (apart, at, ballot)),
        );
    }
    pairs.sort_unstable();
    let (mut of_places, mut taken) = (vec![None; places.len()], vec![false; ballots.len()]);
    for (_, at, ballot) in pairs {
        if of_places[at].is_none() && !taken[ballot] {
            of_places[at] = Some(ballot);
            taken[ballot] = true;
        }
    }
    of_places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_places_mean_the_same_change() {
        let places = Places { asv: vec![1, 3, 6], otava: vec![6, 40], perfherder: vec![42] };
        let ballots: Vec<(usize, u8)> =
            places.ballots(&[]).iter().map(|ballot| (ballot.index, ballot.votes)).collect();
        assert_eq!(ballots, [(1, 1), (3, 1), (6, 2), (40, 2)]);
    }
}
