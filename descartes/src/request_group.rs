//! Names for requests (contract section 2.5): one for each logical request, kept over its repetitions.

use auth_core::Environment;
use auth_core::environment::Random;
use auth_core::secret::hex;

/// Draws names for `X-Request-Group` and `X-Client-Session`: 32 lower-case hex digits, a random UUID without dashes.
#[derive(Clone, Debug)]
pub(crate) struct RequestGroups(Random);

impl RequestGroups {
    pub(crate) fn new(environment: &Environment) -> Self {
        Self(environment.random().clone())
    }

    /// A new name.
    pub(crate) fn next(&self) -> String {
        let mut bytes = self.0.bytes16();
        // Version 4, variant 1, as every UUID that is random.
        bytes[6] = bytes[6] & 0x0f | 0x40;
        bytes[8] = bytes[8] & 0x3f | 0x80;
        hex(&bytes)
    }
}
