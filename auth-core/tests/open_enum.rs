//! Enums of a vendor's words.
#![allow(clippy::unwrap_used, reason = "tests")]

use auth_core::open_enum;

open_enum! {
    /// A test.
    pub enum Colour {
        /// Red.
        Red = "RED",
        /// Blue.
        DarkBlue = "dark-blue",
    }
}

#[test]
fn words_are_read_and_written_as_they_are() {
    for (word, colour) in
        [("RED", Colour::Red), ("dark-blue", Colour::DarkBlue), ("red", Colour::Other("red".to_owned()))]
    {
        let json = serde_json::to_string(word).unwrap();
        assert_eq!(serde_json::from_str::<Colour>(&json).unwrap(), colour);
        assert_eq!(serde_json::to_string(&colour).unwrap(), json);
        assert_eq!((Colour::from(word), colour.to_string()), (colour, word.to_owned()));
    }
    serde_json::from_str::<Colour>("1").unwrap_err();
    // A word with an escape cannot be borrowed from the text.
    assert_eq!(serde_json::from_str::<Colour>(r#""\u0052ED""#).unwrap(), Colour::Red);
    assert_eq!(serde_json::from_value::<Colour>("RED".into()).unwrap(), Colour::Red);
}
