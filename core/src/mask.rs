//! Phone numbers and codes, hidden in text except for their last two digits.

/// Masks phone numbers and codes except for their last two digits, so that a number can be recognised by its owner
/// and is of no use to others: `whatsapp:+15551234567` becomes `whatsapp:+*********67`.
///
/// Masked are: six or more digits in a row; all digits of a number that begins with `+`, spaces and punctuation between
/// them included; and without `+`, groups of two to four digits that make ten or more, unless they are a date. Error
/// codes and ports have five digits at most, and stay.
#[must_use]
pub fn mask_digits(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(is_digit) {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let number = number_len(from, before.ends_with(['+', '\u{ff0b}']));
        let (number, after) = from.split_at(number);
        mask(number, &mut out);
        rest = after;
    }
    out.push_str(rest);
    out
}

/// The zeros of keyboards that have their own digits: full-width, Arabic, Persian, Devanagari, Bengali, Thai.
const ZEROS: [char; 6] = ['\u{ff10}', '\u{660}', '\u{6f0}', '\u{966}', '\u{9e6}', '\u{e50}'];

/// Returns the value of a digit of any of these keyboards.
pub(crate) fn digit(c: char) -> Option<u32> {
    let value = |zero: &char| u32::from(c).checked_sub(u32::from(*zero)).filter(|value| *value < 10);
    value(&'0').or_else(|| ZEROS.iter().find_map(value))
}

/// Returns whether it is a digit of any of these keyboards.
pub(crate) fn is_digit(c: char) -> bool {
    digit(c).is_some()
}

/// Characters between the groups of a number, some of them invisible.
fn is_between(c: char) -> bool {
    matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '-' | '(' | ')' | '.' | '/' | '\u{2010}'..='\u{2015}')
        || (c != '\n' && is_unseen(c))
}

/// Returns the length of the number at the beginning of `text`: everything to mask as one number, or only its first
/// digits.
fn number_len(text: &str, plus: bool) -> usize {
    let (mut groups, mut digits, mut end) = (Vec::new(), 0, 0);
    let mut at = 0;
    let from = |at: usize| text.get(at..).unwrap_or_default();
    loop {
        let (run, len) = from(at)
            .chars()
            .take_while(|c| is_digit(*c))
            .fold((0, 0), |(run, len), c| (run + 1, len + c.len_utf8()));
        if run == 0 {
            break;
        }
        // Without a plus, a run that is no group of a phone number is on its own.
        if !plus && !groups.is_empty() && !(2..=4).contains(&run) {
            break;
        }
        groups.push(run);
        digits += run;
        at += len;
        end = at;
        if !plus && !(1..=4).contains(&run) {
            break;
        }
        at += from(at).chars().take(3).take_while(|c| is_between(*c)).map(char::len_utf8).sum::<usize>();
    }
    // Neither a date nor the address of a machine is a phone number.
    let date =
        matches!(groups.as_slice(), [4, 2, 2, ..]) && matches!(text.as_bytes().get(4), Some(b'-' | b'/'));
    let address = matches!(groups.as_slice(), [a, b, c, d, ..] if [a, b, c, d].iter().all(|group| **group <= 3))
        && text.get(..end).is_some_and(|number| number.bytes().filter(|b| *b == b'.').count() == 3);
    let whole = if plus { digits >= 5 } else { digits >= 10 && !date && !address };
    let first = || text.find(|c| !is_digit(c)).unwrap_or(text.len());
    if whole { end } else { first() }
}

/// Masks a number if it is one: every digit but the last two.
pub(crate) fn mask(number: &str, out: &mut String) {
    let digits = number.chars().filter(|c| is_digit(*c)).count();
    let parted = digits < number.chars().count();
    let mut hidden = if digits >= 6 || parted { digits.saturating_sub(2) } else { 0 };
    for c in number.chars() {
        if is_digit(c) && hidden > 0 {
            hidden -= 1;
            out.push('*');
        } else {
            out.push(c);
        }
    }
}

/// Characters that a terminal, a log or an editor acts on instead of showing them: control characters, zero-width characters
/// and changes of direction.
pub(crate) fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_masked_across_separators_and_codes_stay() {
        for (text, masked) in [
            ("+1 555 123 4567", "+* *** *** **67"),
            ("+1-555-123-4567.", "+*-***-***-**67."),
            ("+1 (555) 123-4567", "+* (***) ***-**67"),
            ("+49.30.1234/567", "+**.**.****/*67"),
            ("+44\u{a0}7911\u{a0}123456", "+**\u{a0}****\u{a0}****56"),
            ("call 555 123 4567 now", "call *** *** **67 now"),
            ("(020) 7946 0958", "(***) **** **58"),
            ("555.123.4567", "***.***.**67"),
            ("555/123/4567", "***/***/**67"),
            ("2026/11/29 10:30", "2026/11/29 10:30"),
            ("192.168.100.200:8421", "192.168.100.200:8421"),
            ("63104, 63110 or 63116", "63104, 63110 or 63116"),
            ("63104 63110 63116", "63104 63110 63116"),
            ("127.0.0.1:8421", "127.0.0.1:8421"),
            ("192.168.100.25:3128", "192.168.100.25:3128"),
            ("2026-11-29 10:30:00", "2026-11-29 10:30:00"),
            ("from 1 to 600", "from 1 to 600"),
            ("code 30008", "code 30008"),
            ("port 65535", "port 65535"),
            ("123456", "****56"),
            ("+１５５５１２３４５６７", "+*********６７"),
            ("call ٥٥٥ ١٢٣ ٤٥٦٧", "call *** *** **٦٧"),
            ("+1555\u{200b}123\u{200b}4567", "+****\u{200b}***\u{200b}**67"),
            ("half of it: ½, in 2 days", "half of it: ½, in 2 days"),
        ] {
            assert_eq!(mask_digits(text), masked);
        }
    }

    #[test]
    fn only_long_runs_are_masked() {
        assert_eq!(mask_digits("whatsapp:+15551234567"), "whatsapp:+*********67");
        assert_eq!(mask_digits("code 123456, page 1000"), "code ****56, page 1000");
        assert_eq!(mask_digits(""), "");
        assert_eq!(mask_digits("é123456"), "é****56");
    }
}
