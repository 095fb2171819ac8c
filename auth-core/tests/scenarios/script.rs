//! The form of a scenario file. Times are seconds; moments are seconds after the beginning, by the service's clock,
//! which is right. An unknown member is an error.

use serde::Deserialize;

/// A story of one cache, in which something is shown.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Scenario {
    /// What is shown, and why it matters.
    pub(crate) why: String,
    pub(crate) given: Given,
    pub(crate) steps: Vec<Step>,
    pub(crate) expected: Expected,
}

/// How things are at the beginning.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Given {
    /// The vendor's leeway.
    pub(crate) leeway: u64,
    /// How far the local wall clock is ahead of the service's.
    #[serde(default)]
    pub(crate) wall_clock_ahead: i64,
    /// A token that the user gives.
    pub(crate) token: Option<TokenSpec>,
    pub(crate) store: Option<StoreSpec>,
    /// Whether the user allows to spend a refresh token whose successor cannot be saved.
    #[serde(default)]
    pub(crate) spend_unsaved: bool,
    pub(crate) source: SourceSpec,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StoreSpec {
    pub(crate) is: StoreState,
    pub(crate) holds: Option<TokenSpec>,
}

#[derive(Clone, Copy, Deserialize, PartialEq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum StoreState {
    Good,
    Unreadable,
    NotWritable,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SourceSpec {
    /// Whether a refresh token can be spent once only.
    #[serde(default)]
    pub(crate) rotates: bool,
    /// Whether there is a service at all. If not, the token cannot be renewed.
    #[serde(default = "yes")]
    pub(crate) renewable: bool,
    /// What the service answers, one exchange after the other.
    pub(crate) replies: Vec<Reply>,
    /// Whether the last reply is given for ever. If not, more exchanges than replies fail the scenario.
    #[serde(default)]
    pub(crate) and_so_on: bool,
}

fn yes() -> bool {
    true
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Reply {
    /// How long the exchange takes.
    #[serde(default)]
    pub(crate) takes: f64,
    /// What another process, which takes no lease, saves while the exchange is on its way.
    pub(crate) meanwhile_saved: Option<TokenSpec>,
    pub(crate) token: Option<TokenSpec>,
    pub(crate) error: Option<String>,
}

/// A token, and what it or the service tells about it.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TokenSpec {
    /// A `#` stands for the number of the exchange.
    pub(crate) name: String,
    /// How long the service accepts it, from now. Neither this nor `until`: it does not expire.
    pub(crate) lives: Option<f64>,
    /// Until when the service accepts it.
    pub(crate) until: Option<f64>,
    /// When the service issued it, if that was not now.
    pub(crate) issued: Option<f64>,
    #[serde(default)]
    pub(crate) says: Says,
    pub(crate) refresh_token: Option<String>,
}

#[derive(Clone, Copy, Default, Deserialize, PartialEq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Says {
    /// The reply says how long it lives.
    #[default]
    ExpiresIn,
    /// It is a JWT with `exp` and `iat`.
    ExpAndIat,
    /// It is a JWT with `exp` only.
    Exp,
    /// Nobody says anything.
    Nothing,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Step {
    /// Time goes by.
    Advance(f64),
    /// The machine sleeps: its monotonic clock stands still.
    Suspend(f64),
    /// Somebody sets the wall clock forward, or back.
    WallClockSteps(i64),
    Get(Answer),
    Renew(Answer),
    /// The service rejected the token of this name, as it was handed out last.
    Invalidate(String),
    /// The service handed out a token by itself.
    Adopt(TokenSpec),
    AnotherProcessSaves(TokenSpec),
    StoreBecomes(StoreState),
    /// So many exchanges were begun so far.
    Exchanges(Count),
    Repeat(Repeat),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Repeat {
    pub(crate) times: usize,
    pub(crate) steps: Vec<Step>,
}

/// What a caller gets: this token, or this error, or any token. One that the service no longer accepts fails the
/// scenario, unless nobody could know.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Answer {
    pub(crate) token: Option<String>,
    pub(crate) error: Option<String>,
    /// A part of the error's text.
    pub(crate) says: Option<String>,
    #[serde(default)]
    pub(crate) though_expired: bool,
}

/// Exactly so many, or from so many to so many.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Count {
    Exactly(usize),
    FromTo(usize, usize),
}

impl Count {
    pub(crate) fn is(self, count: usize) -> bool {
        match self {
            Self::Exactly(expected) => count == expected,
            Self::FromTo(least, most) => (least..=most).contains(&count),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Expected {
    pub(crate) exchanges: Count,
    /// The refresh tokens that were spent, in order.
    pub(crate) spent: Option<Vec<String>>,
    /// The token that the file holds in the end.
    pub(crate) stored: Option<String>,
    /// The refresh token that the file holds in the end.
    pub(crate) stored_refresh_token: Option<String>,
}
