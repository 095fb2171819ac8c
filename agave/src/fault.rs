//! Fault bodies of the gateway, in XML and in JSON (contract section 5).
//!
//! Only the children of the root are looked at.

use roxmltree::{Document, Node, ParsingOptions};
use serde_json::Value;

/// The gateway's codes for a token that has expired or is inactive.
const TOKEN_CODES: [&str; 2] = ["900903", "900904"];
/// The gateway's words for it, in a JSON fault.
const TOKEN_MESSAGE: &str = "Invalid Credentials";

/// What the gateway says instead of letting a request through.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) code: Option<String>,
    pub(crate) message: Option<String>,
    pub(crate) description: Option<String>,
    /// Whether it is about the token, whatever the status says.
    pub(crate) is_about_token: bool,
}

impl Fault {
    /// The fault in a body, where it is one.
    pub(crate) fn read(body: &[u8]) -> Option<Self> {
        match serde_json::from_slice::<Value>(body) {
            Ok(json) => Self::from_json(json.get("fault")?),
            Err(_) => Self::from_xml(str::from_utf8(body).ok()?),
        }
    }

    fn from_json(fault: &Value) -> Option<Self> {
        let text = |name: &str| match fault.get(name)? {
            Value::String(text) => Some(text.trim().to_owned()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        };
        let (code, message) = (text("code"), text("message"));
        let is_about_token = code.as_deref().is_some_and(is_token_code)
            || message.as_deref().is_some_and(|message| message.contains(TOKEN_MESSAGE));
        (code.is_some() || message.is_some()).then(|| Self {
            code,
            message,
            description: text("description"),
            is_about_token,
        })
    }

    fn from_xml(text: &str) -> Option<Self> {
        let children = children_of_root(text)?;
        let named =
            |wanted: &str| children.iter().find(|(name, _)| name == wanted).map(|(_, text)| text.clone());
        // As in the SDK, the first child counts whatever it is called.
        let is_about_token = children.first().is_some_and(|(_, text)| is_token_code(text));
        let code = named("code").or_else(|| is_about_token.then(|| children[0].1.clone()));
        code.as_ref()?;
        Some(Self { code, message: named("message"), description: named("description"), is_about_token })
    }
}

fn is_token_code(code: &str) -> bool {
    TOKEN_CODES.contains(&code)
}

/// Local name and text of each child of the root. `None` when it is no XML.
fn children_of_root(text: &str) -> Option<Vec<(String, String)>> {
    // The gateway declares no entities; with them, a body of 64 KiB could become hundreds of megabytes.
    if text.contains("<!ENTITY") {
        return None;
    }
    // A document type alone is fine with the SDK's parser, too.
    let options = ParsingOptions { allow_dtd: true, ..ParsingOptions::default() };
    let document = Document::parse_with_options(text, options).ok()?;
    let children = document.root_element().children().filter(Node::is_element);
    Some(children.map(|child| (child.tag_name().name().to_owned(), own_text(child))).collect())
}

/// The text of an element without that of the elements in it. A comment may part it.
fn own_text(element: Node<'_, '_>) -> String {
    let texts = element.children().filter(Node::is_text).filter_map(|node| node.text());
    texts.collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const XML: &str = r#"<ams:fault xmlns:ams="http://wso2.org/apimanager/security"><ams:code>900904</ams:code><ams:message>Access Token Inactive</ams:message><ams:description>Access failure for API: /apps</ams:description></ams:fault>"#;

    fn read(body: &str) -> Option<Fault> {
        Fault::read(body.as_bytes())
    }

    #[test]
    fn xml_faults() {
        let fault = read(XML).unwrap();
        assert_eq!(fault.code.as_deref(), Some("900904"));
        assert_eq!(fault.message.as_deref(), Some("Access Token Inactive"));
        assert_eq!(fault.description.as_deref(), Some("Access failure for API: /apps"));
        assert!(fault.is_about_token);
        for (code, about_token) in [("900903", true), ("900901", false), ("900902", false), ("", false)] {
            let xml = XML.replace("900904", code);
            assert_eq!(read(&xml).unwrap().is_about_token, about_token, "{code}");
        }
    }

    #[test]
    fn xml_as_others_write_it() {
        for xml in [
            "\u{feff}<?xml version=\"1.0\"?>\n<!-- <x> --><fault>\n <code>\n900903 </code></fault>",
            "<!DOCTYPE f><f a='>' b=\">\"><any><!-- c -->900904</any></f>",
            "<f><code><![CDATA[900904]]></code></f>",
        ] {
            assert!(read(xml).unwrap().is_about_token, "{xml}");
        }
        // The second child does not count, nor does what lies deeper.
        for xml in ["<f><a/><code>900904</code></f>", "<f><a><code>900904</code></a></f>"] {
            assert!(read(xml).is_none_or(|fault| !fault.is_about_token), "{xml}");
        }
    }

    #[test]
    fn json_faults() {
        let fault = |text: &str| read(text).map(|fault| fault.is_about_token);
        assert_eq!(fault(r#"{"fault":{"code":900904,"message":"x"}}"#), Some(true));
        assert_eq!(fault(r#"{"fault":{"code":1,"message":"Oh, Invalid Credentials!"}}"#), Some(true));
        assert_eq!(fault(r#"{"fault":{"code":"900902","message":"Missing Credentials"}}"#), Some(false));
        assert_eq!(fault(r#"{"fault":{}}"#), None);
        assert_eq!(fault(r#"{"status":"error"}"#), None);
    }

    #[test]
    fn what_is_neither_is_no_fault() {
        for text in
            ["", "nginx", "<html><head><title>x</title></head></html>", "<", "<a", "<a>", "</a>", "< >"]
        {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn what_breaks_off_is_no_xml() {
        for text in
            [&XML[..XML.len() - 1], "<f><code>900904</code>", "<ams:f><ams:code>900904</ams:code></ams:f>"]
        {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn deep_bodies_and_entities_do_no_harm() {
        let deep = "<a>".repeat(10_000) + &"</a>".repeat(10_000);
        assert_eq!(read(&deep), None);
        let value = "x".repeat(30_000);
        let grown =
            format!("<!DOCTYPE f [<!ENTITY e '{value}'>]><f><code>{}</code></f>", "&e;".repeat(10_000));
        assert_eq!(read(&grown), None);
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "[<>/!?a90&;:'\"\\[\\]\\- é-]{0,80}") {
            let _ = read(&text);
        }

        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>) {
            let _ = Fault::read(&bytes);
        }

        #[test]
        fn a_first_child_is_found_whatever_its_text(text in "[^<&\\p{C}]{0,30}") {
            let children = children_of_root(&format!("<r><c>{text}</c></r>")).unwrap();
            prop_assert_eq!(&children[0].1, text.trim());
        }
    }
}
