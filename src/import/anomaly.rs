//! The kinds of anomaly that an import can report.

/// One kind of thing that was not clean.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Anomaly {
    EmptyFile,
    EmptyList,
    NotUtf8,
    NotJson,
    TooDeep,
    TooLarge,
    NotReadable,
    LinkLeaves,
    DuplicateKey,
    NotFinite,
    WrongType,
    UnknownLabel,
    ForeignRunAddress,
    BadDate,
    NoDate,
    SeveralDates,
    OtherFigures,
    ExactCopy,
    SidesHoldTheTotal,
    SumDisagrees,
    AcceleratorsDisagree,
    DisaggregatedFlag,
    InteractivityDisagrees,
    InteractivityFastSide,
    Milliseconds,
    PowerRefused,
    PowerOfOneRole,
    PowerOfOtherBoards,
    NoScore,
    NoFigures,
    NothingSucceeded,
    NoAccelerator,
    Refused,
    ImpossibleCounts,
    RecordNotReadable,
    RecordIsLink,
}

impl Anomaly {
    /// A short name for machines.
    pub(crate) fn name(self) -> &'static str {
        self.text().0
    }

    /// What it means and what was done.
    pub(crate) fn meaning(self) -> &'static str {
        self.text().1
    }

    fn text(self) -> (&'static str, &'static str) {
        match self {
            Self::EmptyFile => ("empty_file", "file of zero bytes: skipped"),
            Self::EmptyList => ("empty_list", "empty list: no rows"),
            Self::NotUtf8 => ("not_utf8", "not UTF-8: skipped"),
            Self::NotJson => ("not_json", "not valid JSON or CSV, perhaps cut off: skipped"),
            Self::TooDeep => ("too_deep", "nested deeper than 128 levels: skipped"),
            Self::TooLarge => ("too_large", "larger than any result file can be: skipped"),
            Self::NotReadable => ("not_readable", "could not be read: skipped"),
            Self::LinkLeaves => ("link_leaves", "symbolic link that leaves the given path: not followed"),
            Self::DuplicateKey => ("duplicate_key", "key twice in one object: the last value taken"),
            Self::NotFinite => {
                ("not_finite", "NaN, Infinity or a number beyond all bounds: taken as not known")
            }
            Self::WrongType => ("wrong_type", "value that doesn't fit its key: taken as not known"),
            Self::UnknownLabel => ("unknown_label", "names something unknown: kept as unmapped"),
            Self::ForeignRunAddress => (
                "foreign_run_address",
                "address that is not of a run of InferenceMAX or InferenceX: kept apart, as its host's, without licence",
            ),
            Self::BadDate => ("bad_date", "not a day from 2015-01-01 to 2100-01-01: taken as absent"),
            Self::NoDate => ("no_date", "no date in the rows, in --dates or by --date: skipped"),
            Self::SeveralDates => ("several_dates", "run with several dates: the last one taken"),
            Self::OtherFigures => {
                ("other_figures", "same configuration again with other figures: the newest kept")
            }
            Self::ExactCopy => ("exact_copy", "exact copy of another file: read once"),
            Self::SidesHoldTheTotal => (
                "sides_hold_the_total",
                "prefill and decode both state all accelerators: role figures dropped",
            ),
            Self::SumDisagrees => {
                ("sum_disagrees", "input and output don't add up to the total: only the total kept")
            }
            Self::AcceleratorsDisagree => {
                ("accelerators_disagree", "stated accelerators disagree with the degrees of parallelism")
            }
            Self::DisaggregatedFlag => (
                "disaggregated_flag",
                "accuracy row marked disaggregated, though one node and equal sides: aggregated",
            ),
            Self::InteractivityDisagrees => {
                ("interactivity_disagrees", "interactivity is not 1 / tpot: both kept")
            }
            Self::InteractivityFastSide => {
                ("interactivity_fast_side", "interactivity percentiles rise (fast side): not kept")
            }
            Self::Milliseconds => ("milliseconds", "times proved to be milliseconds: converted"),
            Self::PowerRefused => ("power_refused", "power that its own checks refuse: figures not kept"),
            Self::PowerOfOneRole => {
                ("power_of_one_role", "energy per input or output token covers one role only: not kept")
            }
            Self::PowerOfOtherBoards => (
                "power_of_other_boards",
                "power covers another number of boards than the deployment has: kept, with a note",
            ),
            Self::NoScore => ("no_score", "accuracy row without a score: skipped"),
            Self::NoFigures => ("no_figures", "row without any figure: kept as failed"),
            Self::NothingSucceeded => ("nothing_succeeded", "no request succeeded: kept as failed"),
            Self::NoAccelerator => {
                ("no_accelerator", "raw output that names no accelerator: kept as unmapped")
            }
            Self::Refused => ("refused", "refused by the record's own validation: kept as unmapped"),
            Self::ImpossibleCounts => {
                ("impossible_counts", "more jobs succeeded than were tried, or fewer than none: not imported")
            }
            Self::RecordNotReadable => {
                ("record_not_readable", "existing record that can't be read: run left alone")
            }
            Self::RecordIsLink => (
                "record_is_link",
                "existing record reached through a symbolic link, which is not followed: run left alone",
            ),
        }
    }
}
