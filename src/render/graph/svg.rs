//! The graph as one self-contained picture.

use std::fmt::Write as _;

use super::layout::{Place, layout};
use super::{GraphDocument, colours, label};
use crate::model::plan::Action;

const BOX_HEIGHT: usize = 44;
const ROW: usize = 64;
const GAP: usize = 70;
const MARGIN: usize = 24;
const HEADER: usize = 40;
/// Width of a character of the 12 px font, a little more than most; text must not leave its box.
const CHARACTER: usize = 8;

/// An SVG document that needs nothing beside it.
pub fn svg(document: &GraphDocument) -> String {
    let layout = layout(document);
    let texts = document.nodes.iter().flat_map(|node| [label(node).chars().count(), node.cost.chars().count()]);
    let box_width = texts.max().unwrap_or(10) * CHARACTER + 24;
    let column = box_width + GAP;
    let width = MARGIN * 2 + (layout.layers * column).saturating_sub(GAP).max(360);
    let height = HEADER + MARGIN * 2 + layout.slots * ROW + 20;
    let corner = |place: Place| (MARGIN + place.layer * column, HEADER + MARGIN + place.slot * ROW);
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
         font-family=\"ui-sans-serif, system-ui, sans-serif\" font-size=\"12\" role=\"img\">\n\
         <title>{title}</title>\n<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n\
         <defs><marker id=\"tip\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" orient=\"auto\">\
         <path d=\"M0 0 8 4 0 8z\" fill=\"#57606a\"/></marker></defs>\n\
         <text x=\"{MARGIN}\" y=\"30\" font-size=\"15\" font-weight=\"600\" fill=\"#1f2328\">{title}</text>\n",
        title = escaped(&title(document)),
    );
    for (_, _, route) in &layout.edges {
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "<path d=\"{}\" fill=\"none\" stroke=\"#8c959f\" stroke-width=\"1.2\" marker-end=\"url(#tip)\"/>",
            curve(route, &corner, box_width)
        );
    }
    for (node, place) in document.nodes.iter().zip(&layout.nodes) {
        let ((x, y), (fill, border)) = (corner(*place), colours(node.action));
        let dash = if node.derived_from.is_some() { " stroke-dasharray=\"4 3\"" } else { "" };
        let _ = write!(
            text,
            "<g><rect x=\"{x}\" y=\"{y}\" width=\"{box_width}\" height=\"{BOX_HEIGHT}\" rx=\"6\" fill=\"{fill}\" stroke=\"{border}\"{dash}/>"
        );
        let first = if node.cost.is_empty() { y + 26 } else { y + 18 };
        let _ = write!(text, "<text x=\"{}\" y=\"{first}\" font-weight=\"600\" fill=\"#1f2328\">{}</text>", x + 12, escaped(&label(node)));
        if !node.cost.is_empty() {
            let _ = write!(text, "<text x=\"{}\" y=\"{}\" fill=\"#57606a\">{}</text>", x + 12, y + 35, escaped(&node.cost));
        }
        text.push_str("</g>\n");
    }
    let _ = writeln!(text, "<text x=\"{MARGIN}\" y=\"{}\" fill=\"#57606a\">{}</text>", height - 14, escaped(&legend(document)));
    text.push_str("</svg>\n");
    text
}

/// A smooth line through the places of an edge: from the right side of the first box to the left side of the last.
fn curve(route: &[Place], corner: &dyn Fn(Place) -> (usize, usize), box_width: usize) -> String {
    let mut path = String::new();
    let mut from: Option<(usize, usize)> = None;
    for (at, place) in route.iter().enumerate() {
        let (x, y) = corner(*place);
        let middle = y + BOX_HEIGHT / 2;
        // A point in a layer that is only crossed is a straight line under that layer's boxes.
        let (enter, leave) = match at {
            0 => (x + box_width, x + box_width),
            last if last + 1 == route.len() => (x, x),
            _ => (x, x + box_width),
        };
        let _ = match from {
            None => write!(path, "M{leave} {middle}"),
            Some((before, height)) => {
                let half = usize::midpoint(before, enter);
                let crossed = if enter == leave { String::new() } else { format!(" L{leave} {middle}") };
                write!(path, " C{half} {height} {half} {middle} {enter} {middle}{crossed}")
            }
        };
        from = Some((leave, middle));
    }
    path
}

fn title(document: &GraphDocument) -> String {
    let scope = &document.scope;
    let environment = scope.environment.as_ref().map(|name| format!(" · {name}")).unwrap_or_default();
    format!("{}{environment} · {} · prices of {}", scope.project, scope.region, scope.prices_as_of)
}

fn legend(document: &GraphDocument) -> String {
    let words = [
        (Action::Create, "+ create"),
        (Action::Update, "~ update"),
        (Action::Replace, "-/+ replace"),
        (Action::CreateThenDelete, "+/- replace"),
        (Action::Delete, "- destroy"),
        (Action::Adopt, "> adopt"),
        (Action::Forget, ". forget"),
    ];
    let used = words.iter().filter(|(action, _)| document.nodes.iter().any(|node| node.action == *action)).map(|(_, word)| *word);
    let mark = document.nodes.iter().any(|node| node.cost.contains('*')).then_some("* from usage estimates");
    used.chain(mark).collect::<Vec<_>>().join("   ")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
