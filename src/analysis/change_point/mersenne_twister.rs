//! The Mersenne twister as numpy's `RandomState` seeds it and shuffles with it, so that MongoDB's outcomes can be repeated.
//!
//! Matsumoto and Nishimura (1998), "Mersenne twister: a 623-dimensionally equidistributed uniform pseudo-random number
//! generator". Everything else here uses [`crate::analysis::statistics::Random`].

const LENGTH: usize = 624;
const MIDDLE: usize = 397;

/// MT19937.
pub(super) struct MersenneTwister {
    state: [u32; LENGTH],
    position: usize,
}

impl MersenneTwister {
    /// Seeded as by `numpy.random.seed`.
    pub(super) fn new(seed: u32) -> Self {
        let mut state = [0; LENGTH];
        let mut next = seed;
        for (position, word) in state.iter_mut().enumerate() {
            *word = next;
            next = 1_812_433_253_u32.wrapping_mul(next ^ (next >> 30)).wrapping_add(position as u32 + 1);
        }
        Self { state, position: LENGTH }
    }

    /// The next 32 bits.
    pub(super) fn bits(&mut self) -> u32 {
        if self.position == LENGTH {
            self.twist();
        }
        let mut bits = self.state[self.position];
        self.position += 1;
        bits ^= bits >> 11;
        bits ^= (bits << 7) & 0x9D2C_5680;
        bits ^= (bits << 15) & 0xEFC6_0000;
        bits ^ (bits >> 18)
    }

    fn twist(&mut self) {
        for at in 0..LENGTH {
            let joined = (self.state[at] & 0x8000_0000) | (self.state[(at + 1) % LENGTH] & 0x7FFF_FFFF);
            let odd = if joined & 1 == 1 { 0x9908_B0DF } else { 0 };
            self.state[at] = self.state[(at + MIDDLE) % LENGTH] ^ (joined >> 1) ^ odd;
        }
        self.position = 0;
    }

    /// Shuffles in place, drawing each index by rejection under a mask.
    pub(super) fn shuffle(&mut self, values: &mut [usize]) {
        for last in (1..values.len()).rev() {
            let mask = u32::MAX >> (last as u32).leading_zeros();
            let index = loop {
                let index = (self.bits() & mask) as usize;
                if index <= last {
                    break index;
                }
            };
            values.swap(last, index);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sequence_that_the_c_plus_plus_standard_states() {
        let mut twister = MersenneTwister::new(5489);
        let last = (0..10_000).map(|_| twister.bits()).last();
        assert_eq!(last, Some(4_123_659_995));
    }
}
