//! The functions and the schema that this program offers to a model.

use crate::protocol::Tool;
use serde_json::{Value, json};

/// What the offered functions do, and to what.
const DEEDS: [&str; 8] = ["find", "book", "cancel", "price", "track", "rate", "move", "list"];
const THINGS: [&str; 8] = ["room", "train", "parcel", "table", "ticket", "repair", "doctor", "invoice"];

/// `count` functions; at most 64 have names of their own.
pub(super) fn tools(count: u32) -> Vec<Tool> {
    let count = (count as usize).clamp(1, DEEDS.len() * THINGS.len());
    (0..count)
        .map(|number| {
            // Neighbours differ in both words.
            let (deed, thing) =
                (DEEDS[number % DEEDS.len()], THINGS[(number + number / DEEDS.len()) % THINGS.len()]);
            Tool {
                name: format!("{deed}_{thing}"),
                description: format!("Use this to {deed} a {thing}."),
                parameters: json!({
                    "type": "object",
                    "properties": {
                        "place": {"type": "string", "description": "The town"},
                        "day": {"type": "string", "description": "A day such as 2026-05-17"},
                        "count": {"type": "integer", "minimum": 1},
                    },
                    "required": ["place", "day"],
                    "additionalProperties": false,
                }),
            }
        })
        .collect()
}

/// The schema of an order.
pub(super) fn order_schema() -> Value {
    json!({
        "type": "object",
        "properties": {
            "customer": {"type": "string", "maxLength": 60},
            "priority": {"type": "string", "enum": ["low", "normal", "urgent"]},
            "paid": {"type": "boolean"},
            "lines": {
                "type": "array",
                "minItems": 1,
                "maxItems": 5,
                "items": {
                    "type": "object",
                    "properties": {
                        "item": {"type": "string", "maxLength": 60},
                        "count": {"type": "integer"},
                        "price": {"type": "number"},
                    },
                    "required": ["item", "count", "price"],
                    "additionalProperties": false,
                },
            },
        },
        "required": ["customer", "priority", "paid", "lines"],
        "additionalProperties": false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn each_function_has_a_name_of_its_own() {
        let names: BTreeSet<String> = tools(64).into_iter().map(|tool| tool.name).collect();
        assert_eq!(names.len(), 64);
        assert_eq!((tools(0).len(), tools(4).len(), tools(1000).len()), (1, 4, 64));
    }
}
