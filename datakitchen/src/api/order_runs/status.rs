//! How far an order run is.

auth_core::open_enum! {
    /// How far an order run is.
    pub enum OrderRunStatus {
        /// Waits for its time.
        Planned = "PLANNED_SERVING",
        /// Is running.
        Active = "ACTIVE_SERVING",
        /// Is done.
        Completed = "COMPLETED_SERVING",
        /// Was stopped.
        Stopped = "STOPPED_SERVING",
        /// Has failed.
        Error = "SERVING_ERROR",
        /// Has failed or was stopped, and was resumed as another run.
        Reran = "SERVING_RERAN",
    }
}

impl OrderRunStatus {
    /// Whether nothing more will come of it. A word that this version does not know is not the end.
    pub fn is_terminal(&self) -> bool {
        matches!(self, Self::Completed | Self::Stopped | Self::Error | Self::Reran)
    }

    /// Whether all went well.
    pub fn is_success(&self) -> bool {
        *self == Self::Completed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_statuses_are_the_end() {
        for (word, terminal) in [
            ("PLANNED_SERVING", false),
            ("ACTIVE_SERVING", false),
            ("COMPLETED_SERVING", true),
            ("STOPPED_SERVING", true),
            ("SERVING_ERROR", true),
            ("SERVING_RERAN", true),
            ("SERVING_OF_LATER", false),
        ] {
            let status = OrderRunStatus::from(word);
            assert_eq!((status.is_terminal(), status.as_str()), (terminal, word));
        }
    }
}
