#pragma once
#include <iosfwd>
#include <string>
#include <string_view>

namespace opsim::cli {

/// One line of `opsim match --batch`: {"pattern": ..., "event": ...} to {"match": true}. Patterns
/// and events are taken as they are written; "pattern_text" and "event_text" hold them as JSON
/// strings. "rules" (name to pattern) or "rules_list" ([[name, pattern], ...]) answer the names
/// that match.
std::string answer_match_line(std::string_view line);

/// Answers line by line, in order, each flushed. Always 0: a bad line has its own answer.
int match_batch(std::istream& in, std::ostream& out);

}  // namespace opsim::cli
