//! Every place of a tree, so that a test can spoil one after the other.

use crate::json::Value;

/// Which child to take at each level.
pub(super) type Place = Vec<usize>;

/// The places of all values of a tree, its root first.
pub(super) fn places(tree: &Value) -> Vec<Place> {
    let mut found = vec![vec![]];
    for (at, child) in children(tree).into_iter().enumerate() {
        found.extend(places(child).into_iter().map(|place| [vec![at], place].concat()));
    }
    found
}

fn children(tree: &Value) -> Vec<&Value> {
    match tree {
        Value::List(elements) => elements.iter().collect(),
        Value::Object(fields) => fields.iter().map(|(_, value)| value).collect(),
        _ => vec![],
    }
}

/// The value at a place.
pub(super) fn at<'a>(tree: &'a mut Value, place: &[usize]) -> &'a mut Value {
    place.iter().fold(tree, |tree, step| match tree {
        Value::List(elements) => &mut elements[*step],
        Value::Object(fields) => &mut fields[*step].1,
        _ => panic!("{tree:?} has no children"),
    })
}

/// The place as an error names it.
pub(super) fn path(tree: &Value, place: &[usize]) -> String {
    let (mut path, mut tree) = (String::new(), tree);
    for step in place {
        match tree {
            Value::Object(fields) if path.is_empty() => path.clone_from(&fields[*step].0),
            Value::Object(fields) => path = format!("{path}.{}", fields[*step].0),
            _ => path = format!("{path}[{step}]"),
        }
        tree = children(tree)[*step];
    }
    path
}
