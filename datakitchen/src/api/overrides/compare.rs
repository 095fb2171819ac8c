//! The overrides of two kitchens side by side.

use super::Overrides;

/// What differs between the overrides of two kitchens, by name. The values are in the overrides themselves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct OverrideComparison {
    /// Only the left one has them.
    pub only_left: Vec<String>,
    /// Only the right one has them.
    pub only_right: Vec<String>,
    /// Both have them, with different values.
    pub differing: Vec<String>,
    /// Both have them, with the same value.
    pub same: Vec<String>,
}

impl OverrideComparison {
    /// Compares two.
    pub fn between(left: &Overrides, right: &Overrides) -> Self {
        let mut comparison = Self::default();
        for name in left.names() {
            let list = match right.get(name) {
                None => &mut comparison.only_left,
                other if other == left.get(name) => &mut comparison.same,
                Some(_) => &mut comparison.differing,
            };
            list.push(name.to_owned());
        }
        let only_right = right.names().into_iter().filter(|name| left.get(name).is_none());
        comparison.only_right = only_right.map(str::to_owned).collect();
        comparison
    }

    /// Whether nothing differs.
    pub fn is_same(&self) -> bool {
        self.names().next().is_none()
    }

    /// The names of all that differ.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.only_left.iter().chain(&self.only_right).chain(&self.differing).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn forms_do_not_matter_and_null_is_a_value() {
        let left: Overrides = serde_json::from_value(json!({"a": 1, "b": null, "c": "x", "d": "y"})).unwrap();
        let right = json!([{"variable": "c", "value": "x"}, {"variable": "d", "value": "z"}, {"variable": "e", "value": 1}]);
        let right: Overrides = serde_json::from_value(right).unwrap();
        let comparison = OverrideComparison::between(&left, &right);
        assert_eq!(comparison.only_left, ["a", "b"]);
        assert_eq!(comparison.only_right, ["e"]);
        assert_eq!(
            (comparison.differing.as_slice(), comparison.same.as_slice()),
            (&["d".to_owned()][..], &["c".to_owned()][..])
        );
        assert!(!comparison.is_same() && OverrideComparison::between(&left, &left).is_same());
    }
}
